"""Turn a pool into a learner's paper, and a paper into what its learner may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from learning.exams.models import Exam
from question_bank import blueprints, paper, types
from question_bank.blueprints import Blueprint, Section
from question_bank.draw import Draw
from question_bank.items import Item
from question_bank.types.protocol import Response


@dataclass(frozen=True)
class PlannedSlot:
    """A place of a paper before it is stored."""

    number: int
    #: Place of its section in the blueprint, from 0.
    section: int
    question_version_id: int
    max_mark: Decimal
    arrangement: list[Any]


@dataclass(slots=True)
class Asked:
    """A question of a learner's paper with the answer saved so far.

    It holds the whole item with its key: what is shown of it goes through the item's type.
    """

    number: int
    #: Place of its section in the blueprint, from 0.
    section: int
    version_id: int
    item: Item
    max_mark: Decimal
    arrangement: list[Any]
    response: Response
    #: The key of the entry that counts, empty where nothing was saved; a page tells by it whether its own
    #: unsent answer is newer.
    last_key: str

    @property
    def is_answered(self) -> bool:
        """Return whether there is an answer: one that was taken back is none."""
        return self.response is not None

    @property
    def is_complete(self) -> bool:
        """Return whether no part of the question is left unanswered."""
        is_complete = types.get(self.item.type).is_complete
        return self.is_answered and is_complete(self.item.content, self.response)


def blueprint_of(exam: Exam) -> Blueprint:
    """Return the blueprint that an exam keeps; what was saved was read through the same function."""
    found = blueprints.from_dict(exam.blueprint)
    if not isinstance(found, Blueprint):
        raise TypeError(f"the blueprint of exam {exam.id} cannot be read: {found[0]}")
    return found


def plan(blueprint: Blueprint, drawn: Draw, items: Mapping[int, Item], seed: str) -> list[PlannedSlot]:
    """Return the paper of a draw, section by section; the same for the same seed."""
    return [PlannedSlot(*placed) for placed in paper.assemble(blueprint, drawn, seed, items)]


def headings(blueprint: Blueprint, questions: Iterable[Asked]) -> dict[int, Section]:
    """Return the sections that have something to say, by the question with which they begin."""
    found: dict[int, Section] = {}
    before = -1
    for question in questions:
        section = blueprint.sections[question.section]
        if question.section != before and (section.title or section.instructions):
            found[question.number] = section
        before = question.section
    return found


def grouped(fields: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the values of each form field."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    return values
