"""Decide what is different for one person at a sitting: more time, another window, more attempts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.exams.kinds import EventKind
from learning.exams.models import SittingOverride
from learning.exams.queries import overrides, sittings
from learning.exams.queries.terms import terms_by_person, window_of
from learning.exams.rules import Window
from learning.exams.services.events import record_event
from learning.exams.services.time_changes import recompute


class OverrideRefusal(StrEnum):
    """Why nothing was decided for a person."""

    CANCELLED = "cancelled"
    RELEASED = "released"
    #: Together with what is usual the window would be empty.
    WINDOW = "window"
    #: The running attempt would be over at once.
    ENDS_ATTEMPT = "ends_attempt"


@dataclass(frozen=True)
class OverrideEntry:
    """What is different; all of it as usual is how an override is taken back."""

    cause: str
    extra_time_percent: int = 0
    opens_at: datetime | None = None
    latest_start_at: datetime | None = None
    closes_at: datetime | None = None
    attempts_allowed: int | None = None


def override(
    actor: Actor, sitting_id: int, person_id: int, entry: OverrideEntry, now: datetime
) -> OverrideRefusal | None:
    """Put on record what is different for a person; a running attempt gets new deadlines at once."""
    with transaction() as session:
        sitting, exam = sittings.sitting_and_exam(session, sitting_id, is_shared=False)
        if sitting.cancelled_at is not None:
            return OverrideRefusal.CANCELLED
        if sitting.results_released_at is not None:
            return OverrideRefusal.RELEASED
        row = SittingOverride(
            sitting_id=sitting_id,
            person_id=person_id,
            made_at=now,
            made_by_id=actor.account_id,
            **vars(entry),
        )
        changes = terms_by_person(session, sitting_id, [person_id])[person_id].changes
        if not _is_in_order(window_of(sitting, row, changes)):
            return OverrideRefusal.WINDOW
        attempt = overrides.running_attempt(session, sitting_id, person_id)
        if attempt is not None:
            recompute(session, attempt, exam, sitting, row, changes)
            if attempt.closes_at <= now:
                session.expire(attempt)
                return OverrideRefusal.ENDS_ATTEMPT
            detail = {"closes_at": attempt.closes_at.isoformat()}
            record_event(session, attempt.id, EventKind.OVERRIDE_CHANGED, now, actor, entry.cause, **detail)
        session.add(row)
        audit.record(session, actor, now, "override.made", "sitting", sitting_id, _written(person_id, entry))
        return None


def _is_in_order(window: Window) -> bool:
    return window.opens_at < window.closes_at and window.opens_at < window.latest_start_at


def _written(person_id: int, entry: OverrideEntry) -> dict[str, Any]:
    detail = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in vars(entry).items()
        if value
    }
    return {"person": person_id, **detail}
