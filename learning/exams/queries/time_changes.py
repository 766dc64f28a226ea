"""Read what was done to the time of a sitting, and what it meant for each attempt."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from learning.accounts.models import Account
from learning.exams.compensation import Span, seconds_lost
from learning.exams.kinds import AttemptState, EventKind
from learning.exams.models import Attempt, AttemptEvent, Seat, Sitting, TimeChange
from learning.exams.queries.terms import admitted, terms_by_person
from learning.exams.targets import Target
from learning.people.models import Organisation, Person


@dataclass(frozen=True)
class ChangeRow:
    """More time with whom it was for, who gave it, and how many running attempts got it."""

    change: TimeChange
    #: The person or the unit; empty for a room and for all.
    name: str
    by: str
    attempts: int


@dataclass(frozen=True)
class Given:
    """What a running attempt got."""

    attempt: Attempt
    person: Person
    seconds: int


@dataclass(frozen=True)
class Missed:
    """An attempt that had ended before time was given back, with what the incident had taken from it."""

    attempt: Attempt
    person: Person
    seconds: int


def made_by_form(session: Session, sitting_id: int, keys: Collection[str]) -> Sequence[TimeChange]:
    """Return the changes of time that a form has made already."""
    return session.scalars(
        select(TimeChange)
        .where(TimeChange.sitting_id == sitting_id, TimeChange.key.in_(keys))
        .order_by(TimeChange.id)
    ).all()


def reach_somebody(session: Session, sitting: Sitting, targets: Collection[Target], on: date) -> bool:
    """Return whether every target names somebody or something of this sitting; one query a kind."""
    persons = {each.person_id for each in targets if each.person_id is not None}
    rooms = {each.room for each in targets if each.room is not None}
    units = {each.organisation_id for each in targets if each.organisation_id is not None}
    known = 0
    if persons:
        sat = select(Attempt.person_id).where(Attempt.sitting_id == sitting.id)
        mine = or_(Person.id.in_(admitted(sitting, on)), Person.id.in_(sat))
        known += _number(session, select(Person.id).where(Person.id.in_(persons), mine))
    if rooms:
        at_sitting = Seat.sitting_id == sitting.id
        known += _number(session, select(Seat.room).where(at_sitting, Seat.room.in_(rooms)).distinct())
    if units:
        known += _number(session, select(Organisation.id).where(Organisation.id.in_(units)))
    return known == len(persons) + len(rooms) + len(units)


def _number(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def running_at(session: Session, sitting_id: int, person_ids: Collection[int] = ()) -> dict[int, int]:
    """Return the open attempts of a sitting with their persons, narrowed to some persons."""
    query = select(Attempt.id, Attempt.person_id).where(
        Attempt.sitting_id == sitting_id, Attempt.state == AttemptState.OPEN
    )
    if person_ids:
        query = query.where(Attempt.person_id.in_(person_ids))
    return dict(session.execute(query).all())


def locked_running(session: Session, attempt_ids: Collection[int]) -> Sequence[Attempt]:
    """Return those of the attempts that are still open, and keep all other writers away from them.

    In the order of their keys, as everywhere where several are locked.
    """
    return session.scalars(
        select(Attempt)
        .where(Attempt.id.in_(attempt_ids), Attempt.state == AttemptState.OPEN)
        .order_by(Attempt.id)
        .with_for_update()
    ).all()


def seconds_withheld(session: Session, attempt_ids: Collection[int]) -> dict[int, int]:
    """Return by how much the window moved more for others than for each of these attempts, in seconds.

    A compensation moves the window of those who have not started by the whole incident, in full minutes;
    a running attempt gets the part of it that fell into the attempt.
    """
    given = AttemptEvent.detail["seconds"].as_integer()
    rows = session.execute(
        select(AttemptEvent.attempt_id, func.sum(TimeChange.minutes * 60 - given))
        .join(TimeChange, TimeChange.id == AttemptEvent.detail["change"].as_integer())
        .where(AttemptEvent.attempt_id.in_(attempt_ids), AttemptEvent.kind == EventKind.EXTENDED)
        .group_by(AttemptEvent.attempt_id)
    )
    return {attempt_id: int(seconds) for attempt_id, seconds in rows}


# ---- for the pages ----


def change_at(session: Session, sitting_id: int, unsafe_change_id: int) -> ChangeRow | None:
    """Return a change of time if it was made at this sitting; the door to them."""
    found = changes_at(session, sitting_id, TimeChange.id == unsafe_change_id)
    return found[0] if found else None


def changes_at(session: Session, sitting_id: int, *narrowed: ColumnElement[bool]) -> list[ChangeRow]:
    """Return what was done to the time of a sitting, in order; two queries."""
    rows = session.execute(
        select(TimeChange, Person.name, Organisation.name, Account.display_name)
        .outerjoin(Person, Person.id == TimeChange.person_id)
        .outerjoin(Organisation, Organisation.id == TimeChange.organisation_id)
        .outerjoin(Account, Account.id == TimeChange.made_by_id)
        .where(TimeChange.sitting_id == sitting_id, *narrowed)
        .order_by(TimeChange.id)
    ).all()
    number = _attempts_by_change(session, sitting_id)
    return [
        ChangeRow(change, person or unit or "", by or "", number.get(change.id, 0))
        for change, person, unit, by in rows
    ]


def _attempts_by_change(session: Session, sitting_id: int) -> dict[int, int]:
    change = AttemptEvent.detail["change"].as_integer()
    rows = session.execute(
        select(change, func.count())
        .join(Attempt, Attempt.id == AttemptEvent.attempt_id)
        .where(Attempt.sitting_id == sitting_id, AttemptEvent.kind == EventKind.EXTENDED)
        .group_by(change)
    )
    return dict(rows.all())


def given_by(session: Session, change: TimeChange) -> list[Given]:
    """Return the attempts that were running when time was given, by staff number; one query."""
    rows = session.execute(
        select(Attempt, Person, AttemptEvent.detail["seconds"].as_integer())
        .join(AttemptEvent, AttemptEvent.attempt_id == Attempt.id)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.sitting_id == change.sitting_id,
            AttemptEvent.kind == EventKind.EXTENDED,
            AttemptEvent.detail["change"].as_integer() == change.id,
        )
        .order_by(Person.staff_number)
    )
    return [Given(*row) for row in rows]


def missed_by(session: Session, change: TimeChange) -> list[Missed]:
    """Return the attempts that lost time by an incident but had ended before it was given back.

    Nothing can be added to them any more; whoever manages the sitting may void them and give them back.
    """
    if change.incident_from is None or change.incident_to is None:
        return []
    ended = _ended_between(session, change.sitting_id, change.incident_from, change.made_at)
    terms = terms_by_person(session, change.sitting_id, {person.id for _, person in ended})
    incident = Span(change.incident_from, change.incident_to)
    found = []
    for attempt, person in ended:
        changes = terms[person.id].changes
        if attempt.ended_at is not None and any(each.id == change.id for each in changes):
            running = Span(attempt.started_at, attempt.ended_at)
            seconds = seconds_lost(incident, running, incidents(changes, before=change.id))
            if seconds:
                found.append(Missed(attempt, person, seconds))
    return found


def _ended_between(
    session: Session, sitting_id: int, earliest: datetime, latest: datetime
) -> list[tuple[Attempt, Person]]:
    rows = session.execute(
        select(Attempt, Person)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.sitting_id == sitting_id, Attempt.ended_at.between(earliest, latest))
        .order_by(Person.staff_number, Attempt.number)
    )
    return [(attempt, person) for attempt, person in rows]


def incidents(changes: Iterable[TimeChange], before: int) -> list[Span]:
    """Return the incidents that were compensated before a change."""
    return [
        Span(change.incident_from, change.incident_to)
        for change in changes
        if change.incident_from is not None and change.incident_to is not None and change.id < before
    ]
