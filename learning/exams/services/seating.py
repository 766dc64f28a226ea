"""Give people rooms and seats at a sitting: by a list, or one by one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.exams.models import Seat
from learning.exams.queries import seating, sittings
from learning.exams.seat_lists import Action, PlannedSeat


@dataclass(frozen=True)
class Taken:
    """What came of a list: rows by what they did, rows left out, seats taken away."""

    added: int
    moved: int
    unchanged: int
    refused: int
    removed: int


def take_in(
    actor: Actor,
    sitting_id: int,
    rows: Sequence[PlannedSeat],
    removes_others: bool,
    today: date,
    now: datetime,
) -> Taken:
    """Take in a list as it can be taken in now; rows that are refused by now are left out.

    Who is not in the list keeps the seat, or loses it if that is asked for, no row is refused (it may have
    meant the person) and the person has not started.
    """
    with transaction() as session:
        sitting, exam = sittings.sitting_and_exam(session, sitting_id, is_shared=False)
        seats = seating.seats_by_person(session, sitting_id)
        planned = seating.planned(session, sitting, exam, list(rows), removes_others, today)
        named = {row.person_id for row in planned if row.person_id is not None}
        for row in planned:
            _seat(session, sitting_id, row, seats)
        started = seating.started_at(session, sitting_id)
        refused = sum(row.is_refused for row in planned)
        others = [seat for key, seat in seats.items() if key not in named | started]
        if refused or not removes_others:
            others = []
        for seat in others:
            session.delete(seat)
        counts = Counter(row.action for row in planned if not row.is_refused)
        taken = Taken(counts[Action.ADD], counts[Action.MOVE], counts[Action.NOTHING], refused, len(others))
        audit.record(session, actor, now, "seats.taken_in", "sitting", sitting_id, vars(taken))
        return taken


def _seat(session: Session, sitting_id: int, row: PlannedSeat, seats: dict[int, Seat]) -> None:
    if row.entry is None or row.person_id is None or row.is_refused:
        return
    if row.action is Action.ADD:
        place = {"room": row.entry.room, "seat": row.entry.seat}
        session.add(Seat(sitting_id=sitting_id, person_id=row.person_id, **place))
    elif row.action is Action.MOVE:
        seats[row.person_id].room, seats[row.person_id].seat = row.entry.room, row.entry.seat


def give_seat(actor: Actor, sitting_id: int, row: PlannedSeat, today: date, now: datetime) -> PlannedSeat:
    """Give one person a seat, or another one; return what was done, with the reasons where nothing was."""
    with transaction() as session:
        sitting, exam = sittings.sitting_and_exam(session, sitting_id, is_shared=False)
        seats = seating.seats_by_person(session, sitting_id)
        (planned,) = seating.planned(session, sitting, exam, [row], False, today)
        if planned.is_refused or planned.entry is None or planned.person_id is None:
            return planned
        before = seats.get(planned.person_id)
        was = _written(before.room, before.seat) if before else ""
        _seat(session, sitting_id, planned, seats)
        if planned.action is not Action.NOTHING:
            detail = {str(planned.person_id): [was, _written(planned.entry.room, planned.entry.seat)]}
            audit.record(session, actor, now, "seat.given", "sitting", sitting_id, detail)
        return planned


def take_seat_away(actor: Actor, sitting_id: int, person_id: int, now: datetime) -> bool:
    """Take a seat away; return whether there was one of somebody who has not started."""
    with transaction() as session:
        sittings.sitting_and_exam(session, sitting_id, is_shared=False)
        seat = session.get(Seat, (sitting_id, person_id))
        if seat is None or person_id in seating.started_at(session, sitting_id):
            return False
        detail = {str(person_id): [_written(seat.room, seat.seat), ""]}
        session.delete(seat)
        audit.record(session, actor, now, "seat.taken_away", "sitting", sitting_id, detail)
        return True


def _written(room: str, seat: str) -> str:
    return f"{room} {seat}".strip()
