"""Read a bank: a folder of TOML files, one for each section of the document."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from question_bank import items
from question_bank.items import Item
from question_bank.problems import N_, Problem

BUILT_IN = Path(__file__).parent / "content" / "opinion-2015"


@dataclass(frozen=True)
class BankProblem:
    """Say in which file and at which item a problem is; the code is empty for the file itself."""

    file: str
    code: str
    problem: Problem

    def __str__(self) -> str:
        return f"{self.file} {self.code} {self.problem}"


@dataclass(frozen=True)
class Bank:
    """Hold the items of a folder that are in order, and what is wrong with the rest."""

    items: tuple[Item, ...]
    problems: tuple[BankProblem, ...]


def read_bank(folder: Path = BUILT_IN) -> Bank:
    """Return the items of all ``*.toml`` files of the folder, in the order of the files' names."""
    good: dict[str, Item] = {}
    found: list[BankProblem] = []
    for path in sorted(folder.glob("*.toml")):
        for code, item in _read_file(path):
            if isinstance(item, Item) and item.code in good:
                item = [Problem("code_twice", "code", N_("Another question has this code."))]
            if isinstance(item, Item):
                good[item.code] = item
            else:
                found += [BankProblem(path.name, code, problem) for problem in item]
    return Bank(tuple(good.values()), tuple(found))


def _read_file(path: Path) -> Iterator[tuple[str, Item | list[Problem]]]:
    """Yield code and item or problems of each ``[[item]]`` of a file."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (ValueError, OSError, RecursionError) as error:
        yield (
            "",
            [Problem("unreadable", "", N_("The file cannot be read: %(reason)s"), {"reason": str(error)})],
        )
        return
    tables = document.get("item", [])
    if set(document) - {"item"} or not isinstance(tables, list):
        yield "", [Problem("not_items", "", N_("The file may only contain tables named [[item]]."))]
        return
    for number, table in enumerate(tables, 1):
        yield _read_table(table, number)


def _read_table(table: Any, number: int) -> tuple[str, Item | list[Problem]]:
    """Return the code (or the place in the file) of one table, and its item if nothing is wrong with it."""
    read = (
        items.from_dict(table)
        if isinstance(table, dict)
        else [Problem("not_table", "", N_("This is no table."))]
    )
    if isinstance(read, Item):
        return read.code, items.problems(read) or read
    return str(table.get("code", f"#{number}")) if isinstance(table, dict) else f"#{number}", read
