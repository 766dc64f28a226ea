"""Hand attempts in: once, and only where page and server agree on what was saved."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.exams import rules
from learning.exams.kinds import AttemptState
from learning.exams.queries.frozen import exam_of
from learning.exams.queries.journal import Guard, guards_of
from learning.exams.receipts import HandedIn
from learning.exams.rules import WriteRefusal
from learning.exams.services.closing import end
from learning.exams.services.journal import write_refusal


@dataclass(frozen=True)
class Submission:
    """What became of handing in."""

    refusal: WriteRefusal | None
    #: The attempt as it was found; None where there is none.
    guard: Guard | None = None
    #: What was handed in by this call.
    handed_in: HandedIn | None = None


def submit(actor: Actor, attempt_id: int, browser: str, seq: int, now: datetime) -> WriteRefusal | None:
    """Hand an attempt in from a plain page; `seq` is the last saved answer that its learner knows of.

    Whoever is late is closed with what was saved. Where page and server disagree on what was saved, the
    learner is asked to look again.
    """
    with transaction() as session:
        guard = guards_of(session, [attempt_id]).get(attempt_id)
        if guard is None:
            return WriteRefusal.TOO_LATE
        place = guard.place if guard.browser in {"", browser} else ""
        return _submit(session, actor, guard, place, seq, now).refusal


def submit_page(origin: Actor, attempt_id: int, place: str, seq: int, now: datetime) -> Submission:
    """Hand an attempt in from the script of a page, which holds a place."""
    with transaction() as session:
        guard = guards_of(session, [attempt_id]).get(attempt_id)
        if guard is None:
            return Submission(WriteRefusal.TOO_LATE)
        return _submit(session, guard.acting(origin), guard, place, seq, now)


def _submit(session: Session, actor: Actor, guard: Guard, place: str, seq: int, now: datetime) -> Submission:
    refusal = write_refusal(guard, guard.hand_in_until, place, now)
    if refusal is WriteRefusal.TOO_LATE:
        _close(session, actor, guard, now)
    if refusal is not None:
        return Submission(refusal, guard)
    if seq != guard.journal_length:
        return Submission(WriteRefusal.GAP, guard)
    # In the seconds of tolerance the deadline is what is kept: nobody handed in after it.
    ended_at = min(now, guard.closes_at)
    answers = end(session, guard.attempt_id, AttemptState.SUBMITTED, ended_at, now, actor) or ()
    detail = {"answers": guard.journal_length}
    audit.record(session.connection(), actor, now, "attempt.submitted", "attempt", guard.attempt_id, detail)
    said = [(answer.slot, answer.seq, answer.response) for answer in answers]
    return Submission(None, guard, HandedIn(guard.attempt_id, ended_at, guard.journal_length, said))


def _close(session: Session, actor: Actor, guard: Guard, now: datetime) -> None:
    state = rules.state_at_time_out(exam_of(session, guard.attempt_id).time_out)
    if end(session, guard.attempt_id, state, guard.closes_at, now) is not None:
        audit.record(session.connection(), actor, now, f"attempt.{state}", "attempt", guard.attempt_id)
