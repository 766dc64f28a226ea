"""Read results that the ledger does not have yet."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from learning.exams.kinds import Behaviour
from learning.exams.models import Attempt, AttemptResult, Exam, Regrade, Sitting
from learning.ledger.kinds import EntryKind
from learning.ledger.models import LedgerEntry

#: Results before the newest that is entered which are looked at again: on PostgreSQL one with a lower number
#: may be committed later than one with a higher.
LOOK_BACK = 10_000


class Missing(NamedTuple):
    """A result with its attempt and exam, and the correction of a question that it follows from."""

    result: AttemptResult
    attempt: Attempt
    exam: Exam
    regrade: Regrade | None


def _results() -> Select[AttemptResult, Attempt, Exam, Regrade]:
    """Return all results that count for something: practice never does."""
    return (
        select(AttemptResult, Attempt, Exam, Regrade)
        .join(Attempt, Attempt.id == AttemptResult.attempt_id)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .outerjoin(Regrade, Regrade.id == AttemptResult.regrade_id)
        .where(Exam.behaviour != Behaviour.PRACTICE)
        .order_by(AttemptResult.id)
    )


def missing(session: Session, limit: int) -> Sequence[Missing]:
    """Return results that are not in the ledger, the oldest first."""
    newest = session.scalar(
        select(func.max(LedgerEntry.source_id)).where(LedgerEntry.kind == EntryKind.EXAM_RESULT)
    )
    entered = select(LedgerEntry.id).where(
        LedgerEntry.kind == EntryKind.EXAM_RESULT, LedgerEntry.source_id == AttemptResult.id
    )
    query = _results().where(AttemptResult.id > (newest or 0) - LOOK_BACK, ~entered.exists())
    return [Missing(*row) for row in session.execute(query.limit(limit))]


def missing_voids(session: Session, limit: int) -> Sequence[Missing]:
    """Return the last results of attempts that were voided, where the ledger does not say so yet."""
    later = aliased(AttemptResult)
    is_last = (
        ~select(later.id)
        .where(later.attempt_id == AttemptResult.attempt_id, later.id > AttemptResult.id)
        .exists()
    )
    entries = (
        select(func.count(LedgerEntry.id))
        .where(LedgerEntry.kind == EntryKind.EXAM_RESULT, LedgerEntry.source_id == AttemptResult.id)
        .correlate(AttemptResult)
        .scalar_subquery()
    )
    query = _results().where(Attempt.voided_at.is_not(None), is_last, entries == 1)
    return [Missing(*row) for row in session.execute(query.limit(limit))]


def results_before(session: Session, attempt_ids: Collection[int]) -> dict[int, int]:
    """Return for each result of attempts the one before it, where there is one."""
    rows = session.execute(
        select(AttemptResult.attempt_id, AttemptResult.id)
        .where(AttemptResult.attempt_id.in_(attempt_ids))
        .order_by(AttemptResult.id)
    )
    last: dict[int, int] = {}
    found: dict[int, int] = {}
    for attempt_id, result_id in rows:
        if attempt_id in last:
            found[result_id] = last[attempt_id]
        last[attempt_id] = result_id
    return found
