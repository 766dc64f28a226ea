"""Turn a pool into a learner's paper, and a paper into what its learner may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from learning.exams.models import Exam
from learning.exams.queries.attempts import Answer
from question_bank import blueprints, paper, types
from question_bank.blueprints import Blueprint, Section
from question_bank.draw import Draw
from question_bank.items import Item


@dataclass(frozen=True)
class PlannedSlot:
    """A place of a paper before it is stored."""

    number: int
    #: Place of its section in the blueprint, from 0.
    section: int
    question_version_id: int
    max_mark: Decimal
    arrangement: list[Any]


@dataclass(frozen=True)
class ShownQuestion:
    """All that a learner may see of a question while answering; there is no key in it to leak."""

    number: int
    type: str
    label: str
    stem: str
    max_mark: Decimal
    #: As the item's type presents it: picked by whitelist.
    shown: Mapping[str, Any]
    #: Field inside the slot → its values, as answer.html fills them in.
    response_fields: Mapping[str, Sequence[str]]
    is_answered: bool
    is_complete: bool
    saved_at: datetime | None
    #: The key of the entry that counts; a page tells by it whether its own unsent answer is newer.
    last_key: str
    #: The section that begins with this question, if it has anything to say.
    heading: Section | None = None


def blueprint_of(exam: Exam) -> Blueprint:
    """Return the blueprint that an exam keeps; what was saved was read through the same function."""
    found = blueprints.from_dict(exam.blueprint)
    if not isinstance(found, Blueprint):
        raise TypeError(f"the blueprint of exam {exam.id} cannot be read: {found[0]}")
    return found


def plan(blueprint: Blueprint, drawn: Draw, items: Mapping[int, Item], seed: str) -> list[PlannedSlot]:
    """Return the paper of a draw, section by section; the same for the same seed."""
    return [PlannedSlot(*placed) for placed in paper.assemble(blueprint, drawn, seed, items)]


class PaperSlot(Protocol):
    """A place of a paper as it is stored."""

    @property
    def number(self) -> int:
        """Return its number, from 1."""

    @property
    def section(self) -> int:
        """Return its section, from 0."""

    @property
    def question_version_id(self) -> int:
        """Return what is asked there."""

    @property
    def max_mark(self) -> Decimal:
        """Return its full marks."""

    @property
    def arrangement(self) -> Mapping[str, Any]:
        """Return the order of its parts."""


def shown_questions(
    slots: Iterable[PaperSlot],
    items: Mapping[int, Item],
    answers: Mapping[int, Answer],
    sections: Sequence[Section] = (),
) -> list[ShownQuestion]:
    """Return the paper as its learner sees it, with the answers saved so far."""
    questions, before = [], -1
    for slot in slots:
        begins = slot.section != before and slot.section < len(sections)
        heading = sections[slot.section] if begins else None
        says = heading if heading and (heading.title or heading.instructions) else None
        questions.append(_shown(slot, items[slot.question_version_id], answers.get(slot.number), says))
        before = slot.section
    return questions


def _shown(slot: PaperSlot, item: Item, answer: Answer | None, heading: Section | None) -> ShownQuestion:
    type_ = types.get(item.type)
    response = answer.response if answer else None
    return ShownQuestion(
        number=slot.number,
        type=item.type,
        label=type_.label,
        stem=item.stem,
        max_mark=slot.max_mark,
        shown=type_.present(item.content, slot.arrangement["value"]),
        response_fields=grouped(type_.form_fields(response)),
        is_answered=response is not None,
        is_complete=response is not None and type_.is_complete(item.content, response),
        saved_at=answer.received_at if answer else None,
        last_key=answer.key if answer else "",
        heading=heading,
    )


def grouped(fields: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the values of each form field."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    return values
