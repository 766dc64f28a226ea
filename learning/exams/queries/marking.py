"""Read what waits to be marked by people; without names, so that answers are judged and not persons."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from learning.exams.kinds import AttemptState
from learning.exams.models import Attempt, Mark, Slot
from learning.exams.queries import attempts
from learning.questions.models import QuestionVersion
from learning.questions.queries import items_of
from question_bank.items import Item
from question_bank.types import all_types

#: Types of which a machine cannot mark every answer.
BY_PEOPLE = sorted(type_.name for type_ in all_types() if type_.marked_by_people)


class QueueRow(NamedTuple):
    """A question of a sitting with how many of its answers wait and how many there are."""

    version_id: int
    stem: str
    waiting: int
    total: int


@dataclass(frozen=True)
class AnswerToMark:
    """An answer that waits for a mark, or that was marked and may be marked again."""

    slot: Slot
    item: Item
    response: Any
    last_mark: Mark | None


def queue(session: Session, sitting_id: int) -> list[QueueRow]:
    """Return the questions of a sitting that people mark; one query."""
    rows = session.execute(
        select(
            QuestionVersion.id,
            QuestionVersion.stem,
            func.count().filter(~_is_marked()),
            func.count(),
        )
        .join(Slot, Slot.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(
            Attempt.sitting_id == sitting_id,
            Attempt.state != AttemptState.OPEN,
            QuestionVersion.type.in_(BY_PEOPLE),
            # What a machine could mark after all, such as an empty page, is nobody's work.
            ~_is_marked() | _is_marked(Mark.marked_by_id.is_not(None)),
        )
        .group_by(QuestionVersion.id, QuestionVersion.stem)
        .order_by(QuestionVersion.id)
    )
    return [QueueRow(*row) for row in rows]


def _is_marked(*by: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(Mark.id)
        .where(Mark.attempt_id == Slot.attempt_id, Mark.slot_number == Slot.number, *by)
        .correlate(Slot)
        .exists()
    )


def next_to_mark(session: Session, sitting_id: int, unsafe_version_id: int) -> AnswerToMark | None:
    """Return an answer to a question that waits for its mark; the order tells nothing of who wrote it."""
    slot = session.scalar(
        select(Slot)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(
            Attempt.sitting_id == sitting_id,
            Attempt.state != AttemptState.OPEN,
            Slot.question_version_id == unsafe_version_id,
            ~_is_marked(),
        )
        .order_by(Attempt.seed, Slot.attempt_id)
        .limit(1)
    )
    return _with_answer(session, slot) if slot else None


def answer_in(
    session: Session, sitting_id: int, unsafe_attempt_id: int, unsafe_slot: int
) -> AnswerToMark | None:
    """Return an answer of an ended attempt at this sitting that people mark; the door to marking."""
    slot = session.scalar(
        select(Slot)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == Slot.question_version_id)
        .where(
            Attempt.sitting_id == sitting_id,
            Attempt.state != AttemptState.OPEN,
            Slot.attempt_id == unsafe_attempt_id,
            Slot.number == unsafe_slot,
            QuestionVersion.type.in_(BY_PEOPLE),
        )
    )
    return _with_answer(session, slot) if slot else None


def _with_answer(session: Session, slot: Slot) -> AnswerToMark:
    answer = attempts.last_answers(session, slot.attempt_id).get(slot.number)
    item = items_of(session, [slot.question_version_id])[slot.question_version_id]
    last = attempts.last_marks(session, slot.attempt_id).get(slot.number)
    return AnswerToMark(slot, item, answer.response if answer else None, last)
