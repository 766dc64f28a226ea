"""Enter results of exams in the ledger, some seconds after they were worked out: nobody waits for it."""

from datetime import datetime
from typing import Any

from learning.accounts.roles import SYSTEM
from learning.core.clock import day_of
from learning.core.db import transaction
from learning.exams.queries import entering
from learning.exams.queries.entering import Missing
from learning.ledger.kinds import EntryKind, person
from learning.ledger.services import NO_CAUSE, Cause, Line, enter, wait_for_turn

#: Results in one transaction.
BATCH = 200


def enter_results(now: datetime) -> int:
    """Enter every result that the ledger lacks, oldest first; return how many entries that made.

    Several processes may do so at once; a result is entered once. A later result of an attempt, by marking or
    correcting, corrects the entry before; so does its voiding.
    """
    done = 0
    while entered := _enter_some(now):
        done += entered
    return done


def _enter_some(now: datetime) -> int:
    with transaction() as session:
        wait_for_turn(session)
        found = entering.missing(session, BATCH)
        before = entering.results_before(session, {each.attempt.id for each in found})
        # One result of an attempt at a time, so that each finds the entry that it corrects.
        first = {each.attempt.id: each for each in reversed(found)}.values()
        lines = [_line(each, before.get(each.result.id)) for each in first]
        lines += [] if found else [_voiding(each) for each in entering.missing_voids(session, BATCH)]
        return enter(session, SYSTEM, now, EntryKind.EXAM_RESULT, lines)


def _line(missing: Missing, result_before: int | None) -> Line:
    result, attempt, _exam, regrade = missing
    cause = Cause(regrade.cause, regrade.decided_by_id) if regrade else NO_CAUSE
    ended_on = day_of(attempt.ended_at or result.computed_at)
    return Line(result.id, person(attempt.person_id), ended_on, _body(missing), cause, result_before)


def _voiding(missing: Missing) -> Line:
    result, attempt = missing.result, missing.attempt
    ended_on = day_of(attempt.ended_at or result.computed_at)
    return Line(result.id, person(attempt.person_id), ended_on, _body(missing, is_voided=True))


def _body(missing: Missing, is_voided: bool = False) -> dict[str, Any]:
    result, attempt, exam, _regrade = missing
    return {
        "exam": exam.id,
        "course": exam.course_id,
        "module": exam.module_slug,
        "attempt": attempt.id,
        "number": attempt.number,
        "score": str(result.score),
        "max_score": str(result.max_score),
        "is_passed": result.is_passed,
        "is_voided": is_voided,
    }
