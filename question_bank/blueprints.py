"""State how an exam is put together: which kinds of items, how many of each, for how many marks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from question_bank import types
from question_bank.checks import CLAUSE, unknown_fields
from question_bank.items import DIFFICULTIES
from question_bank.marks import print_marks, read_marks
from question_bank.problems import N_, Problem

MOST_CELLS = 50
MOST_ITEMS = 300  #: of one exam
CELL_FIELDS = ("clauses", "types", "difficulties", "tags", "count", "marks")

_SECTION = re.compile(r"0|[1-9][0-9]{0,2}")


@dataclass(frozen=True)
class Cell:
    """Ask for some items of one kind. A condition without values admits everything.

    ``clauses`` are whole sections ("3"), paragraphs ("3.7") or sentences; ``marks`` are those of one item.
    """

    clauses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    difficulties: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    count: int = 1
    marks: Decimal = Decimal(1)


@dataclass(frozen=True)
class Blueprint:
    """Put an exam together from cells; no item is drawn twice, even where cells overlap."""

    cells: tuple[Cell, ...]

    @property
    def total_items(self) -> int:
        """Return how many items an exam has."""
        return sum(cell.count for cell in self.cells)

    @property
    def total_marks(self) -> Decimal:
        """Return the full marks of an exam."""
        return sum((cell.count * cell.marks for cell in self.cells), Decimal(0))


def from_dict(mapping: Mapping[str, Any]) -> Blueprint | list[Problem]:
    """Return the blueprint that JSON or a form states, or what is wrong with it."""
    cells = mapping.get("cells")
    if not isinstance(cells, list) or not 1 <= len(cells) <= MOST_CELLS:
        message = N_("One to %(most)s cells are needed.")
        return [Problem("cells", "cells", message, {"most": MOST_CELLS})]
    found = unknown_fields(mapping, ["cells"])
    found += [problem.below(f"cells.{at}") for at, cell in enumerate(cells, 1) for problem in _problems(cell)]
    if found:
        return found
    blueprint = Blueprint(tuple(_cell(cell) for cell in cells))
    if blueprint.total_items > MOST_ITEMS:
        message = N_("An exam has at most %(most)s questions.")
        return [Problem("items", "cells", message, {"most": MOST_ITEMS})]
    return blueprint


def to_dict(blueprint: Blueprint) -> dict[str, Any]:
    """Return the blueprint as JSON in the form that from_dict reads."""
    return {
        "cells": [
            {
                "clauses": list(cell.clauses),
                "types": list(cell.types),
                "difficulties": list(cell.difficulties),
                "tags": list(cell.tags),
                "count": cell.count,
                "marks": print_marks(cell.marks),
            }
            for cell in blueprint.cells
        ]
    }


def prefixes_of(clause: str) -> tuple[str, ...]:
    """Return what a cell may name to admit this clause: its section, its paragraph, itself."""
    section = re.split("[.H]", clause, maxsplit=1)[0]
    return (section, clause.partition("s")[0], clause)


def _cell(mapping: Mapping[str, Any]) -> Cell:
    return Cell(
        clauses=tuple(mapping.get("clauses", [])),
        types=tuple(mapping.get("types", [])),
        difficulties=tuple(mapping.get("difficulties", [])),
        tags=tuple(mapping.get("tags", [])),
        count=mapping["count"],
        marks=read_marks(mapping.get("marks", 1)) or Decimal(1),
    )


def _problems(cell: object) -> list[Problem]:
    """Return what is wrong with one cell, ``where`` relative to it."""
    if not isinstance(cell, Mapping):
        return [Problem("cell", "", N_("This is no cell of a blueprint."))]
    found = unknown_fields(cell, CELL_FIELDS)
    for name, message, is_known in _CONDITIONS:
        values = cell.get(name, [])
        wrong = [value for value in values if not is_known(value)] if isinstance(values, list) else [values]
        found += [Problem(name, name, message, {"value": str(value)[:40]}) for value in wrong]
    count = cell.get("count")
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_ITEMS:
        message = N_("The number of questions goes from 1 to %(most)s.")
        found.append(Problem("count", "count", message, {"most": MOST_ITEMS}))
    if read_marks(cell.get("marks", 1)) is None:
        found.append(Problem("marks", "marks", N_("These are no marks.")))
    return found


def _is_clause_prefix(value: object) -> bool:
    return isinstance(value, str) and bool(_SECTION.fullmatch(value) or CLAUSE.fullmatch(value))


def _is_type(value: object) -> bool:
    return types.find(value) is not None


def _is_difficulty(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in DIFFICULTIES


def _is_tag(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


_CONDITIONS = (
    ("clauses", N_("%(value)s is no section and no clause."), _is_clause_prefix),
    ("types", N_("There is no type of question %(value)s."), _is_type),
    ("difficulties", N_("%(value)s is no difficulty from 1 to 5."), _is_difficulty),
    ("tags", N_("%(value)s is no knowledge point."), _is_tag),
)
