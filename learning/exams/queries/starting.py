"""Read what the start of attempts has to know beside the sitting itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from learning.accounts.models import AuditEntry
from learning.core.db import database
from learning.exams.kinds import Admission, StartMode
from learning.exams.models import (
    Attempt,
    Exam,
    PreparedPaper,
    RoomStart,
    Seat,
    Sitting,
    SittingOverride,
    TimeChange,
)
from learning.exams.queries.terms import OwnSitting, Terms, changes_for
from learning.exams.rules import StartRefusal
from learning.people.kinds import Axis
from learning.people.models import Appointment, OrganisationBelow
from learning.people.queries import held_on
from learning.training.models import ClassRunLearner


@dataclass(frozen=True)
class AtDoor:
    """A sitting as it holds for the person who stands at its door, and whether it admits that person."""

    own: OwnSitting
    is_admitted: bool


def _admits() -> ColumnElement[bool]:
    """Return the condition that a sitting admits the person; as terms.admitting, but for one of each."""
    person_id: BindParameter[int] = bindparam("person_id")
    on: BindParameter[date] = bindparam("on")
    in_unit = (
        select(Appointment.id)
        .join(OrganisationBelow, OrganisationBelow.below_id == Appointment.organisation_id)
        .where(
            OrganisationBelow.axis == Axis.TERRITORIAL,
            OrganisationBelow.above_id == Sitting.organisation_id,
            Appointment.person_id == person_id,
            held_on(on),  # type: ignore[arg-type]  # a parameter stands for the day
        )
        .correlate(Sitting)
        .exists()
    )
    on_roll = (
        select(ClassRunLearner.class_run_id)
        .where(ClassRunLearner.class_run_id == Sitting.class_run_id, ClassRunLearner.person_id == person_id)
        .correlate(Sitting)
        .exists()
    )
    return case(
        (Sitting.admission == Admission.CLASS_RUN, on_roll),
        (Sitting.admission == Admission.SEATS, Seat.person_id.is_not(None)),
        else_=in_unit,
    )


_AT_DOOR = (
    select(
        Sitting,
        Exam,
        SittingOverride,
        Seat,
        _admits(),
        select(TimeChange.id).where(TimeChange.sitting_id == Sitting.id).correlate(Sitting).exists(),
    )
    .join(Exam, Exam.id == Sitting.exam_id)
    .outerjoin(
        SittingOverride,
        SittingOverride.id
        == select(func.max(SittingOverride.id))
        .where(
            SittingOverride.sitting_id == bindparam("sitting_id"),
            SittingOverride.person_id == bindparam("person_id"),
        )
        .scalar_subquery(),
    )
    .outerjoin(Seat, and_(Seat.sitting_id == Sitting.id, Seat.person_id == bindparam("person_id")))
    .where(Sitting.id == bindparam("sitting_id"))
)
_SHARED = select(Sitting.id).where(Sitting.id == bindparam("sitting_id")).with_for_update(read=True)


def at_door(session: Session, sitting_id: int, person_id: int, on: date) -> AtDoor | None:
    """Return a sitting for who wants to start; one query, and one or two more where time was added.

    It is shared among those who start, so that nobody cancels it or adds time meanwhile. On PostgreSQL a
    statement of its own has to wait for that: what is read by one that waits was read before the wait.
    """
    facts = {"sitting_id": sitting_id, "person_id": person_id, "on": on}
    if not database().is_sqlite:
        session.execute(_SHARED, {"sitting_id": sitting_id})
    row = session.execute(_AT_DOOR, facts).one_or_none()
    if row is None:
        return None
    sitting, exam, override, seat, is_admitted, has_changes = row
    room = seat.room if seat else None
    changes = changes_for(session, sitting_id, person_id, room) if has_changes else ()
    return AtDoor(OwnSitting(sitting, exam, Terms(override, seat, changes)), bool(is_admitted))


def is_started(session: Session, sitting: Sitting, room: str | None) -> bool:
    """Return whether an invigilator has given the start to a room or to all, where one has to."""
    if sitting.start_mode != StartMode.BY_HAND:
        return True
    whose = or_(RoomStart.room == "", RoomStart.room == room) if room else RoomStart.room == ""
    found = select(RoomStart.id).where(RoomStart.sitting_id == sitting.id, whose).limit(1)
    return session.scalar(found) is not None


def wrong_codes(session: Session, sitting_id: int, account_id: int | None, since: datetime) -> int:
    """Return how often an account tried a wrong password at a sitting."""
    found = session.scalar(
        select(func.count(AuditEntry.id)).where(
            AuditEntry.object_type == "sitting",
            AuditEntry.object_id == sitting_id,
            AuditEntry.action == f"sitting.{StartRefusal.WRONG_CODE}",
            AuditEntry.account_id == account_id,
            AuditEntry.at >= since,
        )
    )
    return found or 0


def prepared_paper(session: Session, sitting_id: int, person_id: int, number: int) -> PreparedPaper | None:
    """Return the paper that was prepared for an attempt."""
    return session.scalar(
        select(PreparedPaper).where(
            PreparedPaper.sitting_id == sitting_id,
            PreparedPaper.person_id == person_id,
            PreparedPaper.number == number,
        )
    )


def to_prepare(session: Session, now: datetime, ahead: timedelta) -> Sequence[Sitting]:
    """Return the sittings that open soon and whose papers are to be drawn before."""
    return session.scalars(
        select(Sitting)
        .where(
            Sitting.prepares_papers,
            Sitting.cancelled_at.is_(None),
            Sitting.opens_at > now,
            Sitting.opens_at <= now + ahead,
        )
        .order_by(Sitting.opens_at, Sitting.id)
    ).all()


def unprepared(session: Session, sitting: Sitting, person_ids: Sequence[int]) -> list[int]:
    """Return those of the persons who have no prepared paper at a sitting, and no attempt at its exam."""
    ready = set(
        session.scalars(select(PreparedPaper.person_id).where(PreparedPaper.sitting_id == sitting.id))
    )
    sat = select(Attempt.person_id).join(Sitting, Sitting.id == Attempt.sitting_id)
    ready.update(session.scalars(sat.where(Sitting.exam_id == sitting.exam_id)))
    return [person_id for person_id in person_ids if person_id not in ready]
