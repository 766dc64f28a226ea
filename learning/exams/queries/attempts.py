"""Read attempts with their slots and answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select
from sqlalchemy.orm import Session

from learning.exams.kinds import AttemptState
from learning.exams.models import Attempt, AttemptResult, Exam, JournalEntry, Mark, Sitting, Slot
from learning.exams.receipts import HandedIn
from learning.people.models import Person
from learning.questions.models import QuestionVersion


@dataclass(frozen=True)
class Sat:
    """An attempt with its sitting and exam."""

    attempt: Attempt
    sitting: Sitting
    exam: Exam


@dataclass(frozen=True)
class Answer:
    """The answer that counts for a slot, and how it was saved."""

    slot_number: int
    seq: int
    key: str
    response: Any
    received_at: datetime


@dataclass(frozen=True)
class Made:
    """An attempt of a person at an exam, and how it came out; None while marks are missing."""

    attempt: Attempt
    sitting: Sitting
    result: AttemptResult | None

    @property
    def is_passed(self) -> bool | None:
        """Return whether it was passed, None where that is not known yet."""
        return self.result.is_passed if self.result else None


def lock_person(session: Session, person_id: int) -> None:
    """Let nobody else start an attempt of this person until the transaction ends."""
    session.connection().execute(_LOCK_PERSON, {"person_id": person_id})


_LOCK_PERSON = select(Person.id).where(Person.id == bindparam("person_id")).with_for_update(key_share=True)


def attempts_at(session: Session, person_id: int, exam_id: int) -> list[Made]:
    """Return the attempts of a person at an exam, at whichever sitting, in order."""
    rows = session.execute(_ATTEMPTS_AT, {"person_id": person_id, "exam_id": exam_id})
    return [Made(*row) for row in rows]


def counting_result(before: datetime | None = None) -> ColumnElement[bool]:
    """Return the condition that joins an attempt with the result that counts: the last one by that time."""
    last = select(func.max(AttemptResult.id)).where(AttemptResult.attempt_id == Attempt.id)
    if before is not None:
        last = last.where(AttemptResult.computed_at < before)
    return AttemptResult.id == last.correlate(Attempt).scalar_subquery()


_ATTEMPTS_AT = (
    select(Attempt, Sitting, AttemptResult)
    .join(Sitting, Sitting.id == Attempt.sitting_id)
    .outerjoin(AttemptResult, counting_result())
    .where(Attempt.person_id == bindparam("person_id"), Sitting.exam_id == bindparam("exam_id"))
    .order_by(Attempt.number)
)


def versions_seen(session: Session, person_id: int, exam_id: int) -> frozenset[int]:
    """Return the question versions that a person met in attempts at an exam."""
    return frozenset(
        session.scalars(
            select(Slot.question_version_id)
            .join(Attempt, Attempt.id == Slot.attempt_id)
            .join(Sitting, Sitting.id == Attempt.sitting_id)
            .where(Attempt.person_id == person_id, Sitting.exam_id == exam_id)
        )
    )


_ANY_ATTEMPT = (
    select(Attempt, Sitting, Exam)
    .join(Sitting, Sitting.id == Attempt.sitting_id)
    .join(Exam, Exam.id == Sitting.exam_id)
    .where(Attempt.id == bindparam("attempt_id"))
)
_ATTEMPT_OF = _ANY_ATTEMPT.where(Attempt.person_id == bindparam("person_id"))


def attempt_of(session: Session, person_id: int, unsafe_attempt_id: int) -> Sat | None:
    """Return an attempt if it is this person's; the learner's door to attempts."""
    keys = {"attempt_id": unsafe_attempt_id, "person_id": person_id}
    row = session.execute(_ATTEMPT_OF, keys).one_or_none()
    return Sat(*row) if row else None


def any_attempt(session: Session, attempt_id: int) -> Sat | None:
    """Return an attempt, whoever's it is; the caller decides who may know of it."""
    row = session.execute(_ANY_ATTEMPT, {"attempt_id": attempt_id}).one_or_none()
    return Sat(*row) if row else None


def locked_attempt(session: Session, attempt_id: int) -> Attempt | None:
    """Return an attempt and keep all other writers away from it until the transaction ends."""
    return session.scalar(select(Attempt).where(Attempt.id == attempt_id).with_for_update())


def slots_of(session: Session, attempt_id: int) -> Sequence[Slot]:
    """Return the paper of an attempt in order."""
    return session.scalars(select(Slot).where(Slot.attempt_id == attempt_id).order_by(Slot.number)).all()


def slot_types(session: Session, attempt_id: int, numbers: Collection[int]) -> dict[int, str]:
    """Return the item type of each of these slots that the attempt has."""
    rows = session.execute(
        select(Slot.number, QuestionVersion.type)
        .join(QuestionVersion, QuestionVersion.id == Slot.question_version_id)
        .where(Slot.attempt_id == attempt_id, Slot.number.in_(numbers))
    )
    return dict(rows.all())


def entries_by_key(session: Session, attempt_id: int, keys: Collection[str]) -> dict[str, JournalEntry]:
    """Return those of the keyed entries that are in the journal already."""
    rows = session.scalars(
        select(JournalEntry).where(JournalEntry.attempt_id == attempt_id, JournalEntry.key.in_(keys))
    )
    return {entry.key: entry for entry in rows}


def last_answers(session: Session | Connection, attempt_id: int) -> dict[int, Answer]:
    """Return the last journal entry of each slot, whatever the length of the journal; one query."""
    rows = session.execute(_LAST_ANSWERS, {"attempt_id": attempt_id})
    return {
        slot: Answer(slot, seq, key, response["value"], received_at)
        for slot, seq, key, response, received_at in rows
    }


_LAST_ANSWERS = select(
    JournalEntry.slot_number,
    JournalEntry.seq,
    JournalEntry.key,
    JournalEntry.response,
    JournalEntry.received_at,
).where(
    JournalEntry.attempt_id == bindparam("attempt_id"),
    JournalEntry.seq.in_(
        select(func.max(JournalEntry.seq))
        .where(JournalEntry.attempt_id == bindparam("attempt_id"))
        .group_by(JournalEntry.slot_number)
    ),
)


_HANDED_IN = select(Attempt.ended_at, Attempt.journal_length).where(
    Attempt.id == bindparam("attempt_id"), Attempt.state == AttemptState.SUBMITTED
)


def handed_in_of(session: Session | Connection, attempt_id: int) -> HandedIn | None:
    """Return what the receipt of an attempt stands for, or None where it was not handed in."""
    row = session.execute(_HANDED_IN, {"attempt_id": attempt_id}).one_or_none()
    if row is None or row.ended_at is None:
        return None
    answers = last_answers(session, attempt_id).values()
    said = [(answer.slot_number, answer.seq, answer.response) for answer in answers]
    return HandedIn(attempt_id, row.ended_at, row.journal_length, said)


def last_marks(session: Session, attempt_id: int) -> dict[int, Mark]:
    """Return the mark that counts for each slot of an attempt: the last one given."""
    rows = session.scalars(select(Mark).where(Mark.attempt_id == attempt_id).order_by(Mark.id))
    return {mark.slot_number: mark for mark in rows}


def last_result(session: Session, attempt_id: int) -> AttemptResult | None:
    """Return the result that counts of an attempt, or None while marks are missing."""
    return session.scalar(
        select(AttemptResult)
        .where(AttemptResult.attempt_id == attempt_id)
        .order_by(AttemptResult.id.desc())
        .limit(1)
    )


def exam_of_attempt(session: Session, attempt_id: int) -> Exam:
    """Return the exam that an attempt belongs to."""
    return session.execute(_EXAM_OF, {"attempt_id": attempt_id}).scalar_one()


_EXAM_OF = (
    select(Exam)
    .join(Sitting, Sitting.exam_id == Exam.id)
    .join(Attempt, Attempt.sitting_id == Sitting.id)
    .where(Attempt.id == bindparam("attempt_id"))
)


def overdue_ids(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Return attempts that are open though they can no longer be handed in, the longest overdue first."""
    return session.scalars(
        select(Attempt.id)
        .where(Attempt.state == AttemptState.OPEN, Attempt.hand_in_until < now)
        .order_by(Attempt.hand_in_until)
        .limit(limit)
    ).all()
