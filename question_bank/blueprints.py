"""State how an exam is put together: sections of cells, which ask for so many items of a kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any

from question_bank import types
from question_bank.checks import CLAUSE, line_problems, text_problems, unknown_fields
from question_bank.items import DIFFICULTIES
from question_bank.marks import print_marks, read_marks
from question_bank.problems import N_, Problem
from question_bank.texts import trimmed

MOST_CELLS = 50
MOST_SECTIONS = 20
MOST_ITEMS = 300  #: of one exam
LONGEST_TITLE = 200
LONGEST_INSTRUCTIONS = 4_000
CELL_FIELDS = ("clauses", "types", "difficulties", "tags", "count", "marks")
SECTION_FIELDS = ("title", "instructions", "order", "shuffle_choices", "cells")
PROMISES = ("difficulty_bound", "exposure_percent")

_SECTION = re.compile(r"0|[1-9][0-9]{0,2}")
_BOUND = re.compile(r"[0-4](\.[0-9]{1,2})?", re.ASCII)


class ItemOrder(StrEnum):
    """Name in which order the items of a section are asked."""

    FIXED = "fixed"  #: cell by cell, in each as the bank has them: the same order for everybody
    BY_CELL = "by_cell"  #: cell by cell, in each at random
    MIXED = "mixed"  #: at random over the whole section


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
class Section:
    """Hold some cells together under a title and instructions of their own."""

    title: str = ""
    instructions: str = ""
    order: ItemOrder = ItemOrder.BY_CELL
    shuffle_choices: bool = True  #: and whatever else the types of the items shuffle
    cells: int = field(kw_only=True)  #: how many of the blueprint's, which stand in the order of the sections


@dataclass(frozen=True)
class Blueprint:
    """Put an exam together from cells; no item is drawn twice, even where cells overlap.

    ``difficulty_bound``: any two papers differ by less than this in the mean difficulty of a mark.
    ``exposure_percent``: no item stands in more than this share of the papers of a sitting.

    :raises ValueError: where the sections do not hold all cells.
    """

    cells: tuple[Cell, ...]
    sections: tuple[Section, ...] = ()  #: none said: one without a title
    difficulty_bound: Decimal | None = None
    exposure_percent: int = 100

    def __post_init__(self) -> None:
        if not self.sections:
            object.__setattr__(self, "sections", (Section(cells=len(self.cells)),))
        if sum(section.cells for section in self.sections) != len(self.cells):
            raise ValueError("the sections do not hold all cells")

    @property
    def cells_of_sections(self) -> tuple[tuple[int, ...], ...]:
        """Return the places of the cells of each section, from 0."""
        places = iter(range(len(self.cells)))
        return tuple(tuple(islice(places, section.cells)) for section in self.sections)

    @property
    def total_items(self) -> int:
        """Return how many items an exam has."""
        return sum(cell.count for cell in self.cells)

    @property
    def total_marks(self) -> Decimal:
        """Return the full marks of an exam."""
        return sum((cell.count * cell.marks for cell in self.cells), Decimal(0))


def from_dict(mapping: Mapping[str, Any]) -> Blueprint | list[Problem]:
    """Return the blueprint that JSON or a form states, or what is wrong with it.

    ``{"cells": […]}`` is one section without a title; what was stored before there were sections says so.
    """
    found = unknown_fields(mapping, ["cells" if "cells" in mapping else "sections", *PROMISES])
    found += _promise_problems(mapping)
    if "cells" in mapping or "sections" not in mapping:
        found += _cells_problems(mapping.get("cells"))
        sections: Any = [mapping]
    else:
        sections = mapping["sections"]
        found += _sections_problems(sections)
    if found:
        return found
    blueprint = Blueprint(
        tuple(_cell(cell) for section in sections for cell in section["cells"]),
        tuple(_section(section) for section in sections),
        _bound(mapping.get("difficulty_bound")),
        mapping.get("exposure_percent", 100),
    )
    return _size_problems(blueprint, "cells" if "cells" in mapping else "sections") or blueprint


def to_dict(blueprint: Blueprint) -> dict[str, Any]:
    """Return the blueprint as JSON in the form that from_dict reads, as short as what it says allows."""
    cells = iter([_cell_to_dict(cell) for cell in blueprint.cells])
    written: dict[str, Any]
    if blueprint.sections == (Section(cells=len(blueprint.cells)),):
        written = {"cells": list(cells)}
    else:
        written = {
            "sections": [
                {
                    "title": section.title,
                    "instructions": section.instructions,
                    "order": section.order.value,
                    "shuffle_choices": section.shuffle_choices,
                    "cells": list(islice(cells, section.cells)),
                }
                for section in blueprint.sections
            ]
        }
    if blueprint.difficulty_bound is not None:
        written["difficulty_bound"] = print_marks(blueprint.difficulty_bound)
    if blueprint.exposure_percent != 100:
        written["exposure_percent"] = blueprint.exposure_percent
    return written


def prefixes_of(clause: str) -> tuple[str, ...]:
    """Return what a cell may name to admit this clause: its section, its paragraph, itself."""
    section = re.split("[.H]", clause, maxsplit=1)[0]
    return (section, clause.partition("s")[0], clause)


def _cell_to_dict(cell: Cell) -> dict[str, Any]:
    return {
        "clauses": list(cell.clauses),
        "types": list(cell.types),
        "difficulties": list(cell.difficulties),
        "tags": list(cell.tags),
        "count": cell.count,
        "marks": print_marks(cell.marks),
    }


def _cell(mapping: Mapping[str, Any]) -> Cell:
    return Cell(
        clauses=tuple(mapping.get("clauses", [])),
        types=tuple(mapping.get("types", [])),
        difficulties=tuple(mapping.get("difficulties", [])),
        tags=tuple(mapping.get("tags", [])),
        count=mapping["count"],
        marks=read_marks(mapping.get("marks", 1)) or Decimal(1),
    )


def _section(mapping: Mapping[str, Any]) -> Section:
    return Section(
        title=trimmed(mapping.get("title", "")),
        instructions=trimmed(mapping.get("instructions", "")),
        order=ItemOrder(mapping.get("order", ItemOrder.BY_CELL)),
        shuffle_choices=mapping.get("shuffle_choices", True),
        cells=len(mapping["cells"]),
    )


def _bound(value: object) -> Decimal | None:
    """Return the bound that a value states: a difference of levels of difficulty, two decimal places."""
    text = "" if isinstance(value, bool) else str(value).strip()
    return (Decimal(text) or None) if _BOUND.fullmatch(text) else None


def _promise_problems(mapping: Mapping[str, Any]) -> list[Problem]:
    found = []
    if mapping.get("difficulty_bound") is not None and _bound(mapping["difficulty_bound"]) is None:
        message = N_("The bound on how far papers differ in difficulty goes from 0.01 to 4.99.")
        found.append(Problem("difficulty_bound", "difficulty_bound", message))
    percent = mapping.get("exposure_percent", 100)
    if isinstance(percent, bool) or not isinstance(percent, int) or not 1 <= percent <= 100:
        message = N_("The share of papers that one question may stand in goes from 1 to 100 percent.")
        found.append(Problem("exposure_percent", "exposure_percent", message))
    return found


def _size_problems(blueprint: Blueprint, where: str) -> list[Problem]:
    found = []
    if len(blueprint.cells) > MOST_CELLS:
        found.append(Problem("cells", where, _CELLS, {"most": MOST_CELLS}))
    if blueprint.total_items > MOST_ITEMS:
        message = N_("An exam has at most %(most)s questions.")
        found.append(Problem("items", where, message, {"most": MOST_ITEMS}))
    return found


def _sections_problems(sections: object) -> list[Problem]:
    if not isinstance(sections, list) or not 1 <= len(sections) <= MOST_SECTIONS:
        message = N_("One to %(most)s sections are needed.")
        return [Problem("sections", "sections", message, {"most": MOST_SECTIONS})]
    return [
        problem.below(f"sections.{at}")
        for at, section in enumerate(sections, 1)
        for problem in _section_problems(section)
    ]


def _section_problems(section: object) -> list[Problem]:
    """Return what is wrong with one section, ``where`` relative to it."""
    if not isinstance(section, Mapping):
        return [Problem("section", "", N_("This is no section of a blueprint."))]
    found = unknown_fields(section, SECTION_FIELDS)
    if section.get("title", "") != "":
        found += line_problems(section["title"], "title", LONGEST_TITLE)
    if section.get("instructions", "") != "":
        found += text_problems(section["instructions"], "instructions", LONGEST_INSTRUCTIONS)
    if section.get("order", ItemOrder.BY_CELL) not in list(ItemOrder):
        found.append(Problem("order", "order", N_("There is no such order of questions.")))
    if not isinstance(section.get("shuffle_choices", True), bool):
        found.append(Problem("shuffle_choices", "shuffle_choices", N_("This can only be yes or no.")))
    return found + _cells_problems(section.get("cells"))


def _cells_problems(cells: object) -> list[Problem]:
    if not isinstance(cells, list) or not 1 <= len(cells) <= MOST_CELLS:
        return [Problem("cells", "cells", _CELLS, {"most": MOST_CELLS})]
    return [problem.below(f"cells.{at}") for at, cell in enumerate(cells, 1) for problem in _problems(cell)]


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


_CELLS = N_("One to %(most)s cells are needed.")
_CONDITIONS = (
    ("clauses", N_("%(value)s is no section and no clause."), _is_clause_prefix),
    ("types", N_("There is no type of question %(value)s."), _is_type),
    ("difficulties", N_("%(value)s is no difficulty from 1 to 5."), _is_difficulty),
    ("tags", N_("%(value)s is no knowledge point."), _is_tag),
)
