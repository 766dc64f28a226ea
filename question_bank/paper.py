"""Lay out one learner's paper: the items drawn in the order of their sections, the parts of each arranged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import NamedTuple

from question_bank import types
from question_bank.blueprints import Blueprint, ItemOrder, Section
from question_bank.draw import Draw
from question_bank.items import Item
from question_bank.types.protocol import Arrangement


class Placed(NamedTuple):
    """Hold one place of a paper. It is named by its number, from 1 over all sections."""

    number: int
    section: int  #: its place among the sections, from 0
    item: int
    marks: Decimal
    arrangement: Arrangement


def assemble(blueprint: Blueprint, draw: Draw, seed: str, items: Mapping[int, Item]) -> tuple[Placed, ...]:
    """Return the paper of a draw; blueprint, draw, seed and items say all, today and in ten years."""
    paper: list[Placed] = []
    for at, (section, cells) in enumerate(zip(blueprint.sections, blueprint.cells_of_sections, strict=True)):
        drawn = [[(id_, blueprint.cells[cell].marks) for id_ in draw.cells[cell]] for cell in cells]
        for id_, marks in _in_order(section, drawn, f"{seed}/section-{at}"):
            number = len(paper) + 1
            arrangement = _arranged(section, items[id_], f"{seed}/{number}")
            paper.append(Placed(number, at, id_, marks, arrangement))
    return tuple(paper)


def _in_order(
    section: Section, drawn: Sequence[list[tuple[int, Decimal]]], seed: str
) -> list[tuple[int, Decimal]]:
    """Return the items of a section, drawn for each of its cells in random order, as they are asked."""
    if section.order is ItemOrder.FIXED:
        return [each for ids in drawn for each in sorted(ids)]
    in_order = [each for ids in drawn for each in ids]
    if section.order is ItemOrder.MIXED:
        _generator(seed).shuffle(in_order)
    return in_order


def _arranged(section: Section, item: Item, seed: str) -> Arrangement:
    """Return how the parts of an item stand; each has a seed of its own and moves no other."""
    type_ = types.get(item.type)
    if not section.shuffle_choices:
        return type_.plain_arrangement(item.content)
    return type_.arrange(item.content, _generator(seed))


def _generator(seed: str) -> Random:
    return Random(seed)  # noqa: S311 - has to be repeatable; the seed is what must not be guessed
