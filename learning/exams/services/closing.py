"""End attempts: exactly once, whoever comes first."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import SYSTEM, Actor
from learning.core.db import reading, transaction
from learning.exams import rules
from learning.exams.kinds import AttemptState, EventKind
from learning.exams.models import Attempt
from learning.exams.queries import attempts
from learning.exams.queries.frozen import exam_of
from learning.exams.services.events import record_event
from learning.exams.services.scoring import score_attempt
from question_bank.scoring import Entry

log = logging.getLogger(__name__)
#: Attempts looked up at once; between any two of them learners' saves get their turn.
BATCH = 200


def close_overdue(now: datetime) -> int:
    """Close all attempts whose time is over, one transaction each; return how many this call closed.

    Several processes may do so at once: only one of them gets an attempt. One that cannot be closed keeps
    none of the others open; it is logged, and tried again at the next turn.
    """
    closed, tried = 0, set[int]()
    while ids := set(attempts.overdue_ids(reading(), now, BATCH + len(tried))) - tried:
        tried |= ids
        closed += sum(_closes(attempt_id, now) for attempt_id in sorted(ids))
    return closed


def _closes(attempt_id: int, now: datetime) -> bool:
    try:
        return close_attempt(attempt_id, now)
    except DBAPIError:
        raise
    except Exception:
        log.exception("attempt %s cannot be closed", attempt_id)
        return False


def close_attempt(attempt_id: int, now: datetime) -> bool:
    """End an attempt if its time is over; return whether this call did it.

    What was saved counts, unless the exam asks for handing in.
    """
    with transaction() as session:
        attempt = attempts.locked_attempt(session, attempt_id)
        if attempt is None or now <= attempt.hand_in_until:
            return False
        state = rules.state_at_time_out(exam_of(session, attempt_id).time_out)
        if end(session, attempt_id, state, attempt.closes_at, now) is None:
            return False
        audit.record(session.connection(), SYSTEM, now, f"attempt.{state}", "attempt", attempt_id)
        return True


def end(
    session: Session,
    attempt_id: int,
    state: AttemptState,
    ended_at: datetime,
    now: datetime,
    actor: Actor | None = None,
) -> Sequence[Entry] | None:
    """End an open attempt inside the caller's transaction and score it if it counts.

    Return the answers that count, or None where it was not open. Without an actor the server ends it.
    """
    facts = {"attempt_id": attempt_id, "new_state": state, "ended_at": ended_at}
    if session.connection().execute(_END, facts).rowcount == 0:
        return None
    record_event(session, attempt_id, EventKind(state.value), now, actor)
    if state is AttemptState.ABANDONED:
        return ()
    return score_attempt(session, exam_of(session, attempt_id), attempt_id, now)


_TABLE = Attempt.__table__
_END = (
    update(_TABLE)  # type: ignore[arg-type]  # mypy knows the table as any selectable
    .where(_TABLE.c.id == bindparam("attempt_id"), _TABLE.c.state == AttemptState.OPEN)
    .values(state=bindparam("new_state"), ended_at=bindparam("ended_at"))
)
