"""Read the board of a sitting: a fixed number of queries, whatever the number of persons."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, case, distinct, func, literal, select
from sqlalchemy.orm import Session

from learning.core.clock import day_of
from learning.core.paging import Page, page_of_rows
from learning.exams import rules
from learning.exams.board import OFFLINE_AFTER, PER_PAGE, WAITING_FOR, Filters, Whereabouts
from learning.exams.kinds import AttemptState, EventKind
from learning.exams.models import Attempt, JournalEntry, RoomStart, Seat, Sitting, Waiting
from learning.exams.queries import events
from learning.exams.queries.terms import admitted
from learning.people.kinds import Axis
from learning.people.models import Appointment, Organisation, OrganisationBelow, Person
from learning.people.queries import below, held_on
from learning.people.rules import in_tree_order

#: Keys of persons or attempts, or a query for them.
Keys: TypeAlias = Collection[int] | Select[Any]


@dataclass(frozen=True)
class BoardRow:
    """A person on the board with the last attempt at the sitting, if there is one."""

    person_id: int
    staff_number: str
    name: str
    unit: str
    room: str
    seat: str
    whereabouts: Whereabouts
    attempt: Attempt | None
    #: Slots whose last saved answer is not empty.
    answered: int
    irregularities: int
    #: Whole seconds until answering ends; None where nothing runs.
    seconds_left: int | None


class Room(NamedTuple):
    """A room of a sitting with those who sit in it; started by hand at some moment, or not."""

    name: str
    persons: int
    started_at: datetime | None


class Unit(NamedTuple):
    """A unit of those who are admitted, in tree order."""

    id: int
    name: str
    depth: int


def day_for(sitting: Sitting, now: datetime) -> date:
    """Return the day on which admission is looked at: today, or the day of the sitting nearest to it."""
    return day_of(min(max(now, sitting.opens_at), sitting.closes_at))


def on_board(sitting: Sitting, on: date) -> Select[Any]:
    """Return a query of the keys of all who are admitted or have sat, for `.in_()`."""
    everybody = admitted(sitting, on).union(select(Attempt.person_id).where(Attempt.sitting_id == sitting.id))
    return select(everybody.subquery().c[0])


def rows_of(
    session: Session, sitting: Sitting, filters: Filters, number: int, now: datetime
) -> Page[BoardRow]:
    """Return a page of the board by room, seat and staff number; five queries."""
    query = _listed(sitting, now).where(*_narrowed(filters, day_for(sitting, now), now))
    page = page_of_rows(session, query, number, PER_PAGE)
    persons = [row.id for row in page.rows]
    attempts = [row.Attempt.id for row in page.rows if row.Attempt is not None]
    rows = _rows(session, sitting, page.rows, persons, attempts, now)
    return Page(rows, page.number, page.total, page.per_page)


def all_rows_of(session: Session, sitting: Sitting, now: datetime) -> list[BoardRow]:
    """Return everybody on the board, for the record of the sitting; four queries."""
    attempts = select(Attempt.id).where(Attempt.sitting_id == sitting.id)
    persons = on_board(sitting, day_for(sitting, now))
    return _rows(session, sitting, session.execute(_listed(sitting, now)).all(), persons, attempts, now)


def _listed(sitting: Sitting, now: datetime) -> Select[Any]:
    columns = Person.id, Person.staff_number, Person.name, Seat.room, Seat.seat
    return _joined(
        sitting, day_for(sitting, now), *columns, whereabouts(now).label("whereabouts"), Attempt
    ).order_by(
        Seat.room.is_(None), Seat.room, func.length(Seat.seat), Seat.seat, Person.staff_number, Person.id
    )


def _rows(
    session: Session, sitting: Sitting, found: Sequence[Any], persons: Keys, attempts: Keys, now: datetime
) -> list[BoardRow]:
    units = units_of(session, persons, day_for(sitting, now))
    answered = answered_in(session, attempts)
    irregular = events.counts_of(session, attempts, EventKind.IRREGULARITY)
    return [
        BoardRow(
            person_id=row.id,
            staff_number=row.staff_number,
            name=row.name,
            unit=units.get(row.id, ""),
            room=row.room or "",
            seat=row.seat or "",
            whereabouts=Whereabouts(row.whereabouts),
            attempt=row.Attempt,
            answered=answered.get(row.Attempt.id, 0) if row.Attempt else 0,
            irregularities=irregular.get(row.Attempt.id, 0) if row.Attempt else 0,
            seconds_left=_seconds_left(row.Attempt, now),
        )
        for row in found
    ]


def _seconds_left(attempt: Attempt | None, now: datetime) -> int | None:
    if attempt is None or attempt.state != AttemptState.OPEN:
        return None
    return rules.seconds_left(attempt.closes_at, now)


def _joined(sitting: Sitting, on: date, *columns: Any) -> Select[Any]:
    """Return a query of columns of everybody on the board, with seat and last attempt."""
    last = (
        select(func.max(Attempt.number))
        .where(Attempt.sitting_id == sitting.id, Attempt.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    its_attempt = and_(
        Attempt.sitting_id == sitting.id, Attempt.person_id == Person.id, Attempt.number == last
    )
    its_seat = and_(Seat.sitting_id == sitting.id, Seat.person_id == Person.id)
    return (
        select(*columns)
        .select_from(Person)
        .outerjoin(Attempt, its_attempt)
        .outerjoin(Seat, its_seat)
        .outerjoin(Waiting, and_(Waiting.sitting_id == sitting.id, Waiting.person_id == Person.id))
        .where(Person.id.in_(on_board(sitting, on)))
    )


def whereabouts(now: datetime) -> ColumnElement[str]:
    """Return where somebody stands, as the database sees it."""
    heard_of = func.coalesce(Attempt.last_seen_at, Attempt.started_at)
    is_waiting = Waiting.seen_at > literal(now - WAITING_FOR, Waiting.seen_at.type)
    return case(
        (Attempt.id.is_(None) & is_waiting, Whereabouts.WAITING.value),
        (Attempt.id.is_(None), Whereabouts.NOT_STARTED.value),
        (Attempt.voided_at.is_not(None), Whereabouts.VOIDED.value),
        (Attempt.state == AttemptState.SUBMITTED, Whereabouts.HANDED_IN.value),
        (Attempt.state == AttemptState.CLOSED, Whereabouts.CLOSED.value),
        (Attempt.state == AttemptState.ABANDONED, Whereabouts.ABANDONED.value),
        (Attempt.locked_at.is_not(None), Whereabouts.LOCKED.value),
        (heard_of < literal(now - OFFLINE_AFTER, Attempt.started_at.type), Whereabouts.OFFLINE.value),
        else_=Whereabouts.ANSWERING.value,
    )


def _narrowed(filters: Filters, on: date, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.room is not None:
        conditions.append(Seat.room == filters.room)
    if filters.whereabouts is not None:
        conditions.append(whereabouts(now) == filters.whereabouts.value)
    if filters.organisation_id is not None:
        there = Appointment.organisation_id.in_(below(filters.organisation_id))
        conditions.append(Person.id.in_(select(Appointment.person_id).where(there, held_on(on))))
    if filters.text:
        name = Person.name.contains(filters.text, autoescape=True)
        conditions.append(name | Person.staff_number.contains(filters.text, autoescape=True))
    return conditions


def waiting_since(session: Session, sitting_id: int, person_id: int) -> datetime | None:
    """Return when it was last written down that somebody is in the waiting room of a sitting."""
    return session.scalar(
        select(Waiting.seen_at).where(Waiting.sitting_id == sitting_id, Waiting.person_id == person_id)
    )


def counts_at(session: Session, sitting: Sitting, now: datetime) -> dict[Whereabouts, int]:
    """Return how many of the whole sitting stand where; one query."""
    state = whereabouts(now).label("whereabouts")
    rows = session.execute(_joined(sitting, day_for(sitting, now), state, func.count()).group_by(state)).all()
    found = {Whereabouts(row[0]): row[1] for row in rows}
    return {each: found.get(each, 0) for each in Whereabouts}


def answered_in(session: Session, attempt_ids: Keys) -> dict[int, int]:
    """Return how many slots of each of these attempts have an answer that is not empty; one query."""
    last = (
        select(JournalEntry.attempt_id, func.max(JournalEntry.seq).label("seq"))
        .where(JournalEntry.attempt_id.in_(attempt_ids))
        .group_by(JournalEntry.attempt_id, JournalEntry.slot_number)
        .subquery()
    )
    rows = session.execute(
        select(JournalEntry.attempt_id, func.count(distinct(JournalEntry.slot_number)))
        .join(last, (last.c.attempt_id == JournalEntry.attempt_id) & (last.c.seq == JournalEntry.seq))
        .where(JournalEntry.response["value"].as_string().is_not(None))
        .group_by(JournalEntry.attempt_id)
    )
    return dict(rows.all())


def units_of(session: Session, person_ids: Keys, on: date) -> dict[int, str]:
    """Return the unit in which each person holds the main post on a day; one query."""
    rows = session.execute(
        select(Appointment.person_id, Organisation.name)
        .join(Organisation, Organisation.id == Appointment.organisation_id)
        .where(Appointment.person_id.in_(person_ids), held_on(on))
        .order_by(Appointment.is_primary, Appointment.id.desc())
    )
    return dict(rows.all())


def rooms_of(session: Session, sitting_id: int) -> list[Room]:
    """Return the rooms of a sitting in order; one query."""
    started = (
        select(func.min(RoomStart.started_at))
        .where(RoomStart.sitting_id == sitting_id, RoomStart.room.in_(["", Seat.room]))
        .correlate(Seat)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Seat.room, func.count(), started)
        .where(Seat.sitting_id == sitting_id)
        .group_by(Seat.room)
        .order_by(Seat.room)
    )
    return [Room(*row) for row in rows]


def units_at(session: Session, sitting: Sitting, now: datetime) -> list[Unit]:
    """Return the units in or below which somebody on the board holds a post, in tree order; one query."""
    on = day_for(sitting, now)
    posts = select(Appointment.organisation_id).where(
        Appointment.person_id.in_(on_board(sitting, on)), held_on(on)
    )
    above = select(OrganisationBelow.above_id).where(
        OrganisationBelow.axis == Axis.TERRITORIAL, OrganisationBelow.below_id.in_(posts)
    )
    found = session.scalars(
        select(Organisation)
        .where(Organisation.id.in_(above))
        .order_by(Organisation.sort_number, Organisation.code)
    ).all()
    by_id = {organisation.id: organisation for organisation in found}
    parents = {organisation.id: organisation.territorial_parent_id for organisation in found}
    return [Unit(key, by_id[key].name, depth) for key, depth in in_tree_order(parents)]
