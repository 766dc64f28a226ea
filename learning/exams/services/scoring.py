"""Score ended attempts: the marks of the machine, and the result once every slot has a mark."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learning.exams import rules
from learning.exams.models import AttemptResult, Exam, Mark, Slot
from learning.exams.queries import attempts
from learning.questions.queries import items_of
from question_bank import scoring
from question_bank.types.protocol import Policy


def score_attempt(session: Session, exam: Exam, attempt_id: int, now: datetime) -> None:
    """Mark what a machine can mark of an attempt that has just ended; the rest waits for people."""
    slots = attempts.slots_of(session, attempt_id)
    shares = machine_shares(session, exam, attempt_id, slots)
    rows = [_mark_row(slot, shares[slot.number], now) for slot in slots if slot.number in shares]
    if rows:
        session.execute(insert(Mark), rows)
    add_result(session, exam, attempt_id, slots, shares, now)


def machine_shares(
    session: Session, exam: Exam, attempt_id: int, slots: Sequence[Slot]
) -> dict[int, Fraction]:
    """Return the share of each slot that a machine can mark; two queries."""
    items = items_of(session, [slot.question_version_id for slot in slots])
    answers = rules.replay(attempts.last_answers(session, attempt_id).values())
    policy, shares = Policy(exam.choice_policy), dict[int, Fraction]()
    for slot in slots:
        answer = answers.get(slot.number)
        response = answer.response if answer else None
        share = scoring.score_slot(items[slot.question_version_id], response, policy)
        if share is not None:
            shares[slot.number] = share
    return shares


def _mark_row(slot: Slot, share: Fraction, now: datetime) -> dict[str, object]:
    mark = scoring.rounded(share * Fraction(slot.max_mark))
    return {
        "attempt_id": slot.attempt_id,
        "slot_number": slot.number,
        "fraction": share,
        "mark": mark,
        "marked_at": now,
    }


def add_result(
    session: Session,
    exam: Exam,
    attempt_id: int,
    slots: Iterable[Slot],
    shares: Mapping[int, Fraction],
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
