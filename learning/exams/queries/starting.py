"""Read what the start of attempts has to know beside the sitting itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from learning.accounts.models import AuditEntry
from learning.exams.kinds import StartMode
from learning.exams.models import Attempt, PreparedPaper, RoomStart, Sitting
from learning.exams.rules import StartRefusal


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
