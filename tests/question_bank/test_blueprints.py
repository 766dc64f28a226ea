"""Blueprints: reading, writing, totals, and which clauses a cell admits."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import blueprints
from question_bank.blueprints import Blueprint, Cell, ItemOrder, Section, prefixes_of
from tests.question_bank import samples

CELLS = st.builds(
    Cell,
    clauses=st.lists(st.sampled_from(["0", "3", "3.7", "3.7s2", "3H", "11.1"]), unique=True).map(tuple),
    types=st.lists(st.sampled_from(samples.type_names()), unique=True).map(tuple),
    difficulties=st.lists(st.integers(1, 5), unique=True).map(tuple),
    tags=st.lists(samples.LINES, max_size=3, unique=True).map(tuple),
    count=st.integers(1, 6),
    marks=st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("2.25"), Decimal(10)]),
)


@st.composite
def _blueprints(draw: st.DrawFn) -> Blueprint:
    sections = draw(
        st.lists(
            st.builds(
                Section,
                title=samples.LINES | st.just(""),
                instructions=samples.TEXTS | st.just(""),
                order=st.sampled_from(ItemOrder),
                shuffle_choices=st.booleans(),
                cells=st.integers(1, 3),
            ),
            max_size=4,
        )
    )
    size = sum(section.cells for section in sections) or draw(st.integers(1, 8))
    return Blueprint(
        tuple(draw(st.lists(CELLS, min_size=size, max_size=size))),
        tuple(sections),
        draw(st.none() | st.sampled_from([Decimal("0.01"), Decimal("0.25"), Decimal("0.5"), Decimal(4)])),
        draw(st.integers(1, 100)),
    )


BLUEPRINTS = _blueprints()


@given(BLUEPRINTS)
def test_a_blueprint_is_the_same_after_writing_and_reading(blueprint: Blueprint) -> None:
    assert blueprints.from_dict(json.loads(json.dumps(blueprints.to_dict(blueprint)))) == blueprint


def test_a_cell_without_conditions_asks_for_one_item_of_one_mark() -> None:
    assert blueprints.from_dict({"cells": [{"count": 1}]}) == Blueprint((Cell(),))


def test_what_was_stored_before_there_were_sections_is_one_section_without_a_title() -> None:
    read = blueprints.from_dict({"cells": [{"count": 1}, {"count": 2}]})
    assert isinstance(read, Blueprint)
    assert read.sections == (Section(cells=2),)
    assert read.sections[0] == Section("", "", ItemOrder.BY_CELL, True, cells=2)
    assert (read.difficulty_bound, read.exposure_percent) == (None, 100)
    assert set(blueprints.to_dict(read)) == {"cells"}


def test_sections_share_out_the_cells_in_order() -> None:
    read = blueprints.from_dict(
        {
            "sections": [
                {"title": " 一、单选题 ", "cells": [{"count": 1}, {"count": 2}], "order": "mixed"},
                {"instructions": "写在答题纸上。", "shuffle_choices": False, "cells": [{"count": 3}]},
            ],
            "difficulty_bound": "0.25",
            "exposure_percent": 40,
        }
    )
    assert read == Blueprint(
        (Cell(count=1), Cell(count=2), Cell(count=3)),
        (
            Section("一、单选题", order=ItemOrder.MIXED, cells=2),
            Section(instructions="写在答题纸上。", shuffle_choices=False, cells=1),
        ),
        Decimal("0.25"),
        40,
    )
    assert read.cells_of_sections == ((0, 1), (2,))


def test_sections_that_do_not_hold_all_cells_are_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="sections"):
        Blueprint((Cell(), Cell()), (Section(cells=1),))


def test_totals_count_every_item_with_its_marks() -> None:
    blueprint = Blueprint((Cell(count=20, marks=Decimal("1.5")), Cell(count=3, marks=Decimal(10))))
    assert blueprint.total_items == 23
    assert blueprint.total_marks == Decimal(60)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"clauses": ["3.0"]}, ("clauses", "cells.2.clauses")),
        ({"clauses": ["§3"]}, ("clauses", "cells.2.clauses")),
        ({"clauses": [3]}, ("clauses", "cells.2.clauses")),
        ({"clauses": "3"}, ("clauses", "cells.2.clauses")),
        ({"types": ["nonsense"]}, ("types", "cells.2.types")),
        ({"difficulties": [6]}, ("difficulties", "cells.2.difficulties")),
        ({"difficulties": [True]}, ("difficulties", "cells.2.difficulties")),
        ({"difficulties": [2.0]}, ("difficulties", "cells.2.difficulties")),
        ({"tags": [" "]}, ("tags", "cells.2.tags")),
        ({"count": 0}, ("count", "cells.2.count")),
        ({"count": None}, ("count", "cells.2.count")),
        ({"count": True}, ("count", "cells.2.count")),
        ({"count": 301}, ("count", "cells.2.count")),
        ({"marks": "x"}, ("marks", "cells.2.marks")),
        ({"marks": 0}, ("marks", "cells.2.marks")),
        ({"section": "3"}, ("unknown_field", "cells.2.section")),
    ],
)
def test_problems_say_which_cell(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    found = blueprints.from_dict({"cells": [{"count": 1}, {"count": 1, **changes}]})
    assert isinstance(found, list)
    assert [(each.code, each.where) for each in found] == [problem]


@pytest.mark.parametrize(
    ("mapping", "problem"),
    [
        ({}, ("cells", "cells")),
        ({"cells": []}, ("cells", "cells")),
        ({"cells": {}}, ("cells", "cells")),
        ({"cells": [{"count": 1}] * 51}, ("cells", "cells")),
        ({"cells": [5]}, ("cell", "cells.1")),
        ({"cells": [{"count": 300}, {"count": 1}]}, ("items", "cells")),
        ({"cells": [{"count": 1}], "name": "x"}, ("unknown_field", "name")),
        ({"cells": [{"count": 1}], "sections": []}, ("unknown_field", "sections")),
        ({"cells": [{"count": 1}], "difficulty_bound": "0"}, ("difficulty_bound", "difficulty_bound")),
        ({"cells": [{"count": 1}], "difficulty_bound": "0.125"}, ("difficulty_bound", "difficulty_bound")),
        ({"cells": [{"count": 1}], "difficulty_bound": True}, ("difficulty_bound", "difficulty_bound")),
        ({"cells": [{"count": 1}], "difficulty_bound": [1]}, ("difficulty_bound", "difficulty_bound")),
        ({"cells": [{"count": 1}], "exposure_percent": 0}, ("exposure_percent", "exposure_percent")),
        ({"cells": [{"count": 1}], "exposure_percent": 101}, ("exposure_percent", "exposure_percent")),
        ({"cells": [{"count": 1}], "exposure_percent": True}, ("exposure_percent", "exposure_percent")),
        ({"cells": [{"count": 1}], "exposure_percent": "40"}, ("exposure_percent", "exposure_percent")),
        ({"sections": []}, ("sections", "sections")),
        ({"sections": {}}, ("sections", "sections")),
        ({"sections": [{"cells": [{"count": 1}]}] * 21}, ("sections", "sections")),
        ({"sections": [5]}, ("section", "sections.1")),
        ({"sections": [{"cells": [{"count": 1}] * 26}] * 2}, ("cells", "sections")),
        ({"sections": [{"cells": [{"count": 200}]}] * 2}, ("items", "sections")),
    ],
)
def test_problems_of_the_whole(mapping: dict[str, Any], problem: tuple[str, str]) -> None:
    found = blueprints.from_dict(mapping)
    assert isinstance(found, list)
    assert [(each.code, each.where) for each in found] == [problem]
    assert all(str(each) for each in found)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"cells": []}, ("cells", "sections.2.cells")),
        ({"cells": None}, ("cells", "sections.2.cells")),
        ({"cells": [{"count": 0}]}, ("count", "sections.2.cells.1.count")),
        ({"cells": [{"count": 1}, 5]}, ("cell", "sections.2.cells.2")),
        ({"order": "upwards"}, ("order", "sections.2.order")),
        ({"order": []}, ("order", "sections.2.order")),
        ({"shuffle_choices": 1}, ("shuffle_choices", "sections.2.shuffle_choices")),
        ({"title": 5}, ("not_text", "sections.2.title")),
        ({"title": "甲\n乙"}, ("several_lines", "sections.2.title")),
        ({"title": "字" * 201}, ("too_long", "sections.2.title")),
        ({"instructions": "字" * 4_001}, ("too_long", "sections.2.instructions")),
        ({"count": 1}, ("unknown_field", "sections.2.count")),
    ],
)
def test_problems_say_which_section(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    good = {"cells": [{"count": 1}]}
    found = blueprints.from_dict({"sections": [good, {**good, **changes}]})
    assert isinstance(found, list)
    assert [(each.code, each.where) for each in found] == [problem]


@pytest.mark.parametrize(
    ("clause", "prefixes"),
    [
        ("3.7s2", {"3", "3.7", "3.7s2"}),
        ("3.7", {"3", "3.7"}),
        ("3H", {"3", "3H"}),
        ("11.12s3", {"11", "11.12", "11.12s3"}),
    ],
)
def test_a_clause_belongs_to_its_section_and_its_paragraph(clause: str, prefixes: set[str]) -> None:
    assert set(prefixes_of(clause)) == prefixes
