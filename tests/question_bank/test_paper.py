"""Papers: the same as recorded, in the order of their sections."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from question_bank import blueprints, items, types
from question_bank.blueprints import Blueprint, Cell, ItemOrder, Section
from question_bank.draw import Draw, draw
from question_bank.items import Item
from question_bank.paper import Placed, assemble
from question_bank.pool import Candidate, Pool

#: Written by the application before there were sections; it must never be written again.
RECORDED = json.loads(Path(__file__).with_name("recorded_papers.json").read_text(encoding="utf-8"))


def _item(mapping: dict[str, Any]) -> Item:
    item = items.from_dict(mapping)
    assert isinstance(item, Item)
    return item


ITEMS = {int(id_): _item(mapping) for id_, mapping in RECORDED["items"].items()}
CANDIDATES = [
    Candidate(id_, item.clauses, item.type, item.difficulty, item.tags) for id_, item in ITEMS.items()
]


def paper_of(blueprint: Blueprint, seed: str) -> tuple[Placed, ...]:
    drawn = draw(Pool(blueprint, CANDIDATES), seed)
    assert isinstance(drawn, Draw)
    return assemble(blueprint, drawn, seed, ITEMS)


@pytest.mark.parametrize("recorded", RECORDED["papers"], ids=lambda each: each["seed"])
def test_a_stored_seed_still_gives_the_paper_that_was_sat(recorded: dict[str, Any]) -> None:
    blueprint = blueprints.from_dict(RECORDED["blueprint"])
    assert isinstance(blueprint, Blueprint)
    drawn = draw(Pool(blueprint, CANDIDATES), recorded["seed"], recorded["avoid"])
    assert isinstance(drawn, Draw)
    paper = assemble(blueprint, drawn, recorded["seed"], ITEMS)
    slots = [[each.number, each.item, f"{each.marks}", each.arrangement] for each in paper]
    assert slots == recorded["slots"]
    assert {each.section for each in paper} == {0}


SINGLE = Cell(types=("single_choice",), count=3)
SEVERAL = Cell(types=("multiple_choice",), count=3, marks=Decimal(2))
BLANK = Cell(types=("fill_blank",), count=2)


def sections(order: ItemOrder, shuffle_choices: bool = True) -> Blueprint:
    return Blueprint(
        (SINGLE, SEVERAL, BLANK),
        (
            Section("一、选择题", order=order, shuffle_choices=shuffle_choices, cells=2),
            Section("二、填空题", cells=1),
        ),
    )


@pytest.mark.parametrize("order", ItemOrder)
def test_sections_follow_each_other_and_keep_what_was_drawn_for_their_cells(order: ItemOrder) -> None:
    blueprint = sections(order)
    drawn = draw(Pool(blueprint, CANDIDATES), "7")
    assert isinstance(drawn, Draw)
    paper = assemble(blueprint, drawn, "7", ITEMS)
    assert [each.number for each in paper] == list(range(1, 9))
    assert [each.section for each in paper] == [0] * 6 + [1] * 2
    assert Counter((each.item, each.marks) for each in paper) == Counter(
        (id_, cell.marks) for cell, ids in zip(blueprint.cells, drawn.cells, strict=True) for id_ in ids
    )


def _kinds(paper: tuple[Placed, ...]) -> list[str]:
    return [ITEMS[each.item].type for each in paper if each.section == 0]


def test_a_fixed_order_is_that_of_the_bank_inside_each_cell() -> None:
    for seed in "abcdef":
        paper = paper_of(sections(ItemOrder.FIXED), seed)
        assert _kinds(paper) == ["single_choice"] * 3 + ["multiple_choice"] * 3
        ids = [each.item for each in paper]
        assert ids[:3] == sorted(ids[:3])
        assert ids[3:6] == sorted(ids[3:6])


def test_by_cell_the_order_is_random_but_kinds_stay_together() -> None:
    papers = [paper_of(sections(ItemOrder.BY_CELL), f"{seed}") for seed in range(20)]
    assert all(_kinds(paper) == ["single_choice"] * 3 + ["multiple_choice"] * 3 for paper in papers)
    assert any(
        [each.item for each in paper[:3]] != sorted(each.item for each in paper[:3]) for paper in papers
    )


def test_a_mixed_section_lets_any_kind_come_first() -> None:
    papers = [paper_of(sections(ItemOrder.MIXED), f"{seed}") for seed in range(60)]
    first = Counter(_kinds(paper)[0] for paper in papers)
    assert 15 < first["single_choice"] < 45
    assert first["multiple_choice"] == 60 - first["single_choice"]


def test_without_shuffling_the_parts_of_an_item_stand_as_written() -> None:
    paper = paper_of(sections(ItemOrder.MIXED, shuffle_choices=False), "7")
    for placed in paper[:6]:
        item = ITEMS[placed.item]
        assert placed.arrangement == types.get(item.type).plain_arrangement(item.content)
