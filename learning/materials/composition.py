"""Compose an edition: render what a course says and freeze the practice items it names; values only."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from courses import modules, rendering
from courses.clauses import ClauseRef
from courses.modules import Course
from courses.problems import Problem
from learning.core.texts import N_
from learning.materials.rules import CLAUSE_MARK, FIGURE_MARK
from question_bank import items as question_items
from question_bank import types
from question_bank.items import Item


@dataclass(frozen=True)
class ComposedUnit:
    """A unit as it is stored."""

    key: str
    title: str
    html: str
    characters: int
    clauses: tuple[str, ...]
    practice: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class ComposedModule:
    """A module as it is stored."""

    number: int
    slug: str
    section: int
    title: str
    overview_html: str
    objectives: tuple[str, ...]
    study_hours: Decimal
    units: tuple[ComposedUnit, ...]


@dataclass(frozen=True)
class Composed:
    """An edition as it is stored."""

    title: str
    description: str
    modules: tuple[ComposedModule, ...]
    figures: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all that a learner would see."""
        seen = hashlib.sha256(repr((self.title, self.description)).encode())
        for module in self.modules:
            seen.update(json.dumps(_plain(module), ensure_ascii=False, sort_keys=True).encode())
        for name, content in sorted(self.figures.items()):
            seen.update(name.encode() + hashlib.sha256(content).digest())
        return seen.hexdigest()


def _plain(module: ComposedModule) -> dict[str, Any]:
    own = {**vars(module), "study_hours": str(module.study_hours)}
    return own | {"units": [{**vars(unit), "practice": list(unit.practice)} for unit in module.units]}


def problems(course: Course, items: Mapping[str, Item]) -> list[Problem]:
    """Return all that stands in the way of publishing a course with these practice items."""
    return [*modules.problems(course), *_practice_problems(course, items)]


def _practice_problems(course: Course, items: Mapping[str, Item]) -> Iterator[Problem]:
    for module in course.modules:
        for unit in module.units:
            for code in unit.practice:
                message = _practice_refusal(items.get(code))
                if message:
                    yield Problem("practice", f"{module.file_name}:{unit.line}", message, {"code": code})


def _practice_refusal(item: Item | None) -> str | None:
    """Return why an item cannot close a unit: it is answered on the spot, so no person can mark it."""
    if item is None:
        return N_("There is no practice question %(code)s.")
    if item.use != "practice":
        return N_("Question %(code)s is for exams and cannot be used for practice.")
    if types.get(item.type).marked_by_people:
        return N_("Question %(code)s is marked by people and cannot be used for practice.")
    return None


def compose(course: Course, items: Mapping[str, Item]) -> Composed:
    """Render a course without problems."""
    return Composed(
        title=course.title,
        description=course.description,
        modules=tuple(_module(module, items) for module in course.modules),
        figures={figure.name: figure.data for figure in course.figures},
    )


def _module(module: modules.Module, items: Mapping[str, Item]) -> ComposedModule:
    return ComposedModule(
        number=module.number,
        slug=module.slug,
        section=module.section,
        title=module.title,
        overview_html=_html(module.overview),
        objectives=module.objectives,
        study_hours=module.study_hours,
        units=tuple(_unit(unit, items) for unit in module.units),
    )


def _unit(unit: modules.Unit, items: Mapping[str, Item]) -> ComposedUnit:
    return ComposedUnit(
        key=unit.key,
        title=unit.title,
        html=_html(unit.markdown),
        characters=unit.characters,
        clauses=tuple(map(str, unit.clauses)),
        practice=tuple(question_items.to_dict(items[code]) for code in unit.practice),
    )


def stored_item(stored: Mapping[str, Any]) -> Item:
    """Return the practice item that an edition keeps."""
    item = question_items.from_dict(stored)
    assert isinstance(item, Item), "only items without problems are published"
    return item


def _html(markdown: str) -> str:
    """Render text that names clauses and figures by marks; addresses belong to the page that shows it."""
    return rendering.render(markdown, _clause_mark, lambda name: FIGURE_MARK + name, top_heading=2)


def _clause_mark(ref: ClauseRef) -> str:
    return CLAUSE_MARK + str(ref)


def files_digest(paths: Iterable[Path]) -> str:
    """Return the SHA-256 of files with their names, in whatever order they come."""
    seen = hashlib.sha256()
    for path in sorted(paths, key=str):
        seen.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()
