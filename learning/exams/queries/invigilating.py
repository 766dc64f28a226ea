"""Read what acts of invigilators concern: attempts of one sitting and nothing else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from learning.exams.kinds import EventKind, TimeChangeTarget
from learning.exams.models import Attempt, AttemptEvent, Exam, JournalEntry, RoomStart, Seat, Sitting
from learning.exams.queries.attempts import Sat
from learning.exams.queries.board import day_for, on_board
from learning.exams.targets import Target
from learning.people.models import Person


@dataclass(frozen=True)
class Candidate:
    """A person of a sitting with seat and last attempt, as an act is about to find them."""

    person: Person
    seat: Seat | None
    attempt: Attempt | None


class Save(NamedTuple):
    """When an answer was saved, and to which question; not what it was."""

    seq: int
    slot_number: int
    received_at: datetime
    client_time: str | None


def candidates(
    session: Session, sitting: Sitting, targets: Collection[Target], now: datetime
) -> list[Candidate]:
    """Return the persons of a sitting whom an act for persons, a room or all concerns; one query."""
    later = aliased(Attempt)
    last = (
        select(func.max(later.number))
        .where(later.sitting_id == sitting.id, later.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    mine = and_(Attempt.sitting_id == sitting.id, Attempt.person_id == Person.id, Attempt.number == last)
    rows = session.execute(
        select(Person, Seat, Attempt)
        .outerjoin(Seat, and_(Seat.sitting_id == sitting.id, Seat.person_id == Person.id))
        .outerjoin(Attempt, mine)
        .where(Person.id.in_(on_board(sitting, day_for(sitting, now))), *_meant(targets))
        .order_by(Seat.room, func.length(Seat.seat), Seat.seat, Person.staff_number)
    )
    return [Candidate(*row) for row in rows]


def _meant(targets: Collection[Target]) -> list[ColumnElement[bool]]:
    if any(target.kind is TimeChangeTarget.ALL for target in targets):
        return []
    persons = [target.person_id for target in targets if target.person_id is not None]
    rooms = [target.room for target in targets if target.room is not None]
    return [Person.id.in_(persons) | Seat.room.in_(rooms)]


def locked_attempts(session: Session, sitting_id: int, attempt_ids: Collection[int]) -> Sequence[Attempt]:
    """Return those of the attempts that are of this sitting, and keep all other writers away from them."""
    return session.scalars(
        select(Attempt)
        .where(Attempt.id.in_(attempt_ids), Attempt.sitting_id == sitting_id)
        .order_by(Attempt.id)
        .with_for_update()
    ).all()


def locked_sat(session: Session, sitting_id: int, attempt_id: int) -> Sat | None:
    """Return an attempt of this sitting with it and its exam, and keep other writers away from it."""
    row = session.execute(
        _sat(sitting_id).where(Attempt.id == attempt_id).with_for_update(of=Attempt)
    ).one_or_none()
    return Sat(*row) if row else None


def _sat(sitting_id: int) -> Select[Attempt, Sitting, Exam]:
    return (
        select(Attempt, Sitting, Exam)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Attempt.sitting_id == sitting_id)
    )


def noted_by_form(session: Session, attempt_ids: Collection[int], key: str) -> set[int]:
    """Return those of the attempts for which a form has noted its irregularity already."""
    return set(
        session.scalars(
            select(AttemptEvent.attempt_id).where(
                AttemptEvent.attempt_id.in_(attempt_ids),
                AttemptEvent.kind == EventKind.IRREGULARITY,
                AttemptEvent.detail["key"].as_string() == key,
            )
        )
    )


def starts_of(session: Session, sitting_id: int) -> dict[str, datetime]:
    """Return the rooms that were started by hand; the empty name stands for all."""
    rows = session.execute(
        select(RoomStart.room, func.min(RoomStart.started_at))
        .where(RoomStart.sitting_id == sitting_id)
        .group_by(RoomStart.room)
    )
    return dict(rows.all())


def has_room(session: Session, sitting_id: int, room: str) -> bool:
    """Return whether somebody sits in a room at a sitting."""
    seats = select(Seat.person_id).where(Seat.sitting_id == sitting_id, Seat.room == room)
    return bool(session.scalar(select(seats.exists())))


def attempts_at(session: Session, sitting_id: int, unsafe_ids: Collection[int]) -> list[Candidate]:
    """Return those of the attempts that are of this sitting, with person and seat; the door to them."""
    rows = session.execute(
        select(Person, Seat, Attempt)
        .select_from(Attempt)
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(Seat, and_(Seat.sitting_id == sitting_id, Seat.person_id == Person.id))
        .where(Attempt.id.in_(unsafe_ids), Attempt.sitting_id == sitting_id)
        .order_by(Person.staff_number, Attempt.number)
    )
    return [Candidate(*row) for row in rows]


def saves_of(session: Session, attempt_id: int) -> list[Save]:
    """Return when the answers of an attempt were saved, in order, without the answers."""
    rows = session.execute(
        select(JournalEntry.seq, JournalEntry.slot_number, JournalEntry.received_at, JournalEntry.client_time)
        .where(JournalEntry.attempt_id == attempt_id)
        .order_by(JournalEntry.seq)
    )
    return [Save(*row) for row in rows]
