"""End attempts and work out their results: exactly once, whoever comes first."""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from sqlalchemy import update
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import SYSTEM
from learning.core.db import reading, transaction
from learning.exams import rules
from learning.exams.kinds import AttemptState
from learning.exams.models import Attempt, AttemptResult, Exam, Mark, Slot
from learning.exams.queries import attempts
from learning.questions.queries import items_of
from question_bank import scoring
from question_bank.types.protocol import Policy

#: Attempts looked up at once; between any two of them learners' saves get their turn.
BATCH = 200


def close_overdue(now: datetime) -> int:
    """Close all attempts whose time is over, one transaction each; return how many this call closed.

    Several processes may do so at once: only one of them gets an attempt.
    """
    closed, tried = 0, set[int]()
    while ids := set(attempts.overdue_ids(reading(), now, BATCH)) - tried:
        tried |= ids
        closed += sum(close_attempt(attempt_id, now) for attempt_id in sorted(ids))
    return closed


def close_attempt(attempt_id: int, now: datetime) -> bool:
    """End an attempt if its time is over; return whether this call did it.

    What was saved counts, unless the exam asks for handing in.
    """
    with transaction() as session:
        attempt = attempts.locked_attempt(session, attempt_id)
        if attempt is None or now <= attempt.hand_in_until:
            return False
        exam = attempts.exam_of_attempt(session, attempt_id)
        state = rules.state_at_time_out(exam.time_out)
        if not end(session, attempt, state, attempt.closes_at, now):
            return False
        audit.record(session, SYSTEM, now, f"attempt.{state}", "attempt", attempt_id)
        return True


def end(session: Session, attempt: Attempt, state: AttemptState, ended_at: datetime, now: datetime) -> bool:
    """End an open attempt inside the caller's transaction and score it if it counts.

    Return whether it was open.
    """
    ended = session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.state == AttemptState.OPEN)
        .values(state=state, ended_at=ended_at)
        .returning(Attempt.id)
    )
    if ended.one_or_none() is None:
        return False
    if state is not AttemptState.ABANDONED:
        _score(session, attempt.id, now)
    return True


def _score(session: Session, attempt_id: int, now: datetime) -> None:
    """Mark what a machine can mark; the rest waits for people."""
    exam = attempts.exam_of_attempt(session, attempt_id)
    slots = attempts.slots_of(session, attempt_id)
    items = items_of(session, [slot.question_version_id for slot in slots])
    answers = rules.replay(attempts.last_answers(session, attempt_id).values())
    shares: dict[int, Fraction] = {}
    for slot in slots:
        answer = answers.get(slot.number)
        item = items[slot.question_version_id]
        share = scoring.score_slot(item, answer.response if answer else None, Policy(exam.choice_policy))
        if share is not None:
            shares[slot.number] = share
            session.add(machine_mark(slot, share, now))
    add_result(session, exam, attempt_id, slots, shares, now)


def machine_mark(slot: Slot, share: Fraction, now: datetime) -> Mark:
    """Return the mark for the share of a slot that was earned."""
    mark = scoring.rounded(share * Fraction(slot.max_mark))
    return Mark(attempt_id=slot.attempt_id, slot_number=slot.number, fraction=share, mark=mark, marked_at=now)


def add_result(
    session: Session,
    exam: Exam,
    attempt_id: int,
    slots: Iterable[Slot],
    shares: dict[int, Fraction],
    now: datetime,
) -> bool:
    """Add the result once every slot has its share; return whether it could be worked out.

    The sum is exact and rounded once, so that three thirds of a mark are a mark.
    """
    paper = list(slots)
    score = scoring.total((shares.get(slot.number), slot.max_mark) for slot in paper)
    if score is None:
        return False
    full = sum((slot.max_mark for slot in paper), start=scoring.rounded(Fraction(0)))
    session.add(
        AttemptResult(
            attempt_id=attempt_id,
            score=scoring.rounded(score),
            max_score=full,
            is_passed=scoring.is_passed(score, full, scoring.rounded(Fraction(exam.pass_percent))),
            computed_at=now,
        )
    )
    return True
