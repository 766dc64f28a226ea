"""Read the rooms and seats of a sitting, and what a list of seats is checked against."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learning.accounts.roles import Scope
from learning.core.paging import Page, page_of_rows
from learning.exams.kinds import Admission
from learning.exams.models import Attempt, Exam, Seat, Sitting
from learning.exams.queries.managing import territory_of
from learning.exams.queries.terms import admitted
from learning.exams.seat_lists import Candidate, Known, PlannedSeat, plan
from learning.people.models import Appointment, Organisation, Person
from learning.people.queries import covered, held_on
from learning.people.roster_plan import without_zeros


class RoomRow(NamedTuple):
    """A room of a sitting with the number of those who sit there."""

    room: str
    seats: int


class SeatRow(NamedTuple):
    """Somebody who has a seat."""

    person_id: int
    staff_number: str
    name: str
    room: str
    seat: str
    has_started: bool


def rooms_at(session: Session, sitting_id: int) -> list[RoomRow]:
    """Return the rooms of a sitting; one query."""
    rows = session.execute(
        select(Seat.room, func.count())
        .where(Seat.sitting_id == sitting_id)
        .group_by(Seat.room)
        .order_by(Seat.room)
    )
    return [RoomRow(*row) for row in rows]


def seats_at(session: Session, sitting_id: int, number: int, room: str = "", text: str = "") -> Page[SeatRow]:
    """Return a page of the seats of a sitting by room and seat, narrowed to a room, a name or number."""
    query = _seats(sitting_id)
    if room:
        query = query.where(Seat.room == room)
    if text:
        query = query.where(
            Person.name.contains(text, autoescape=True) | Person.staff_number.contains(text, autoescape=True)
        )
    page = page_of_rows(session, query, number)
    return Page([SeatRow(*row) for row in page.rows], page.number, page.total, page.per_page)


def all_seats_at(session: Session, sitting_id: int, room: str = "") -> dict[str, list[SeatRow]]:
    """Return the seats of a sitting by room, for the lists at the doors; one query."""
    query = _seats(sitting_id)
    found: dict[str, list[SeatRow]] = {}
    for row in session.execute(query.where(Seat.room == room) if room else query):
        found.setdefault(row.room, []).append(SeatRow(*row))
    return found


def _seats(sitting_id: int) -> Select[int, str, str, str, str, bool]:
    started = select(Attempt.id).where(Attempt.sitting_id == sitting_id, Attempt.person_id == Person.id)
    return (
        select(
            Person.id,
            Person.staff_number,
            Person.name,
            Seat.room,
            Seat.seat,
            started.exists().label("has_started"),
        )
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.sitting_id == sitting_id)
        # Seats are numbered without leading zeros as a rule: 2 stands before 10.
        .order_by(Seat.room, func.length(Seat.seat), Seat.seat, Person.staff_number)
    )


def units_of(session: Session, person_ids: Collection[int], on: date) -> dict[int, str]:
    """Return the unit in which each of these persons holds the main post on a day; one query."""
    rows = session.execute(
        select(Appointment.person_id, Organisation.name)
        .join(Organisation, Organisation.id == Appointment.organisation_id)
        .where(Appointment.person_id.in_(person_ids), held_on(on))
        .order_by(Appointment.is_primary, Appointment.id.desc())
    )
    return dict(rows.all())


def seats_by_person(session: Session, sitting_id: int) -> dict[int, Seat]:
    """Return the seats of a sitting by person; one query."""
    return {
        seat.person_id: seat for seat in session.scalars(select(Seat).where(Seat.sitting_id == sitting_id))
    }


def started_at(session: Session, sitting_id: int) -> frozenset[int]:
    """Return who has an attempt at a sitting."""
    return frozenset(session.scalars(select(Attempt.person_id).where(Attempt.sitting_id == sitting_id)))


def planned(
    session: Session, sitting: Sitting, exam: Exam, rows: list[PlannedSeat], removes_others: bool, on: date
) -> list[PlannedSeat]:
    """Return what taking in these rows would do at present; a fixed number of queries."""
    numbers = {row.entry.staff_number for row in rows if row.entry}
    seats = seats_by_person(session, sitting.id)
    known = Known(
        persons_like(session, sitting, exam, numbers, on),
        {person_id: (seat.room, seat.seat) for person_id, seat in seats.items()},
        started_at(session, sitting.id),
    )
    return plan(rows, known, removes_others)


def persons_like(
    session: Session, sitting: Sitting, exam: Exam, staff_numbers: Collection[str], on: date
) -> Mapping[str, list[Candidate]]:
    """Return the persons whose numbers are these but for leading zeros, by number without; two queries."""
    bare_number = func.ltrim(func.upper(Person.staff_number), "0")
    wanted = {without_zeros(number) for number in staff_numbers}
    found = session.scalars(select(Person).where(bare_number.in_(wanted)).order_by(Person.id)).all()
    keys = [person.id for person in found]
    welcome = set(session.scalars(_welcome(session, sitting, exam, on).where(Person.id.in_(keys))))
    known: dict[str, list[Candidate]] = {}
    for person in found:
        number = person.staff_number.upper()
        one = Candidate(person.id, number, person.name, person.is_active, person.id in welcome)
        known.setdefault(without_zeros(number), []).append(one)
    return known


def _welcome(session: Session, sitting: Sitting, exam: Exam, on: date) -> Select[int]:
    """Return whom a seat can be given: who is admitted, or where seats admit, whom the school may invite."""
    if sitting.admission != Admission.SEATS:
        return admitted(sitting, on)
    territory = Scope(frozenset({territory_of(session, exam.organisation_id)}))
    there = select(Appointment.person_id).where(
        Appointment.organisation_id.in_(covered(territory)), held_on(on)
    )
    return select(Person.id).where(Person.id.in_(there))
