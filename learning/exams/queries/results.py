"""Read results for reports and for those who manage a sitting."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from learning.exams.counting import Counted, Tried, counted
from learning.exams.kinds import AttemptState, Behaviour, ExamKind
from learning.exams.marks import MarkState
from learning.exams.models import Attempt, AttemptResult, Exam, Sitting
from learning.exams.queries import marking
from learning.exams.queries.attempts import Made, counting_result


@dataclass(frozen=True)
class ExamResult:
    """How a person did at the exams of one kind about one module, or about the whole course."""

    person_id: int
    kind: ExamKind
    module_slug: str | None
    score: Decimal
    max_score: Decimal
    is_passed: bool
    ended_at: datetime
    #: Complete attempts so far.
    attempts: int

    @property
    def share(self) -> Fraction:
        """Return the share of the full marks that was earned; of none, nothing was."""
        return Fraction(self.score) / Fraction(self.max_score) if self.max_score else Fraction(0)


def results_of(
    session: Session,
    person_ids: Collection[int] | Select[int],
    course_id: int,
    ended_before: datetime | None = None,
) -> list[ExamResult]:
    """Return the result of each person, kind and module; one query.

    At each exam its own rule says which attempt counts; of several exams of a kind the best passed one
    counts, else the latest. Only results in which every mark is given; released to the learner or not.
    With `ended_before` the record is read as it stood then: what was marked, corrected or voided later
    does not matter.
    """
    columns = (Attempt.person_id, Exam.id.label("exam_id"), Exam.kind, Exam.module_slug)
    rows = session.execute(
        _tried(ended_before)
        .with_only_columns(*columns, *_RULE, *_TRIED)
        .where(
            Attempt.person_id.in_(person_ids),
            Exam.course_id == course_id,
            Exam.behaviour != Behaviour.PRACTICE,
        )
        .order_by(Attempt.person_id, Exam.id, Attempt.number)
    )
    found: dict[tuple[int, str, str | None], ExamResult] = {}
    for _, tries in groupby(rows, key=lambda row: (row.person_id, row.exam_id)):
        own = list(tries)
        result = _counted(own)
        if result is not None:
            new = _exam_result(own[0], result)
            key = (new.person_id, new.kind, new.module_slug)
            found[key] = _better(found[key], new) if key in found else new
    return list(found.values())


def counted_at(session: Session, sitting_id: int) -> dict[int, Counted]:
    """Return the result at its exam of each person who sat at a sitting; one query."""
    persons = select(Attempt.person_id).where(Attempt.sitting_id == sitting_id)
    exam = select(Sitting.exam_id).where(Sitting.id == sitting_id).scalar_subquery()
    rows = session.execute(
        _tried(None)
        .with_only_columns(Attempt.person_id, *_RULE, *_TRIED)
        .where(Exam.id == exam, Attempt.person_id.in_(persons))
        .order_by(Attempt.person_id, Attempt.number)
    )
    found = {}
    for person_id, tries in groupby(rows, key=lambda row: row.person_id):
        result = _counted(list(tries))
        if result is not None:
            found[person_id] = result
    return found


@dataclass(frozen=True)
class SittingResults:
    """How far the results of a sitting are."""

    #: By person: what counts of all attempts at the exam.
    counted: Mapping[int, Counted]
    #: By attempt: how many answers have no mark that counts.
    missing: Mapping[int, int]

    @property
    def waiting(self) -> int:
        """Return how many answers of the sitting have no mark that counts."""
        return sum(self.missing.values())


def sitting_results(session: Session, exam: Exam, sitting_id: int) -> SittingResults:
    """Return how far the results of a sitting are; three queries, however many sat."""
    waiting = Counter(
        row.attempt_id
        for row in marking.answers_at(session, sitting_id)
        if marking.state_of(row, exam) is not MarkState.STANDING
    )
    return SittingResults(counted_at(session, sitting_id), waiting)


def counted_of(exam: Exam, made: Iterable[Made]) -> Counted | None:
    """Return the result of attempts of a person at an exam that were read already."""
    tried = [
        Tried(
            each.attempt.number,
            each.attempt.state,
            each.attempt.voided_at is not None,
            each.attempt.ended_at,
            each.result.score if each.result else None,
            each.result.max_score if each.result else None,
            each.result.is_passed if each.result else None,
        )
        for each in made
    ]
    return counted(tried, exam.counting, exam.pass_percent, exam.behaviour)


def sat_at(session: Session, sitting_id: int) -> list[tuple[int, int]]:
    """Return the persons who sat at a sitting and have or will have a result, with their attempts."""
    rows = session.execute(
        select(Attempt.person_id, Attempt.id)
        .where(
            Attempt.sitting_id == sitting_id,
            Attempt.state.in_([AttemptState.SUBMITTED, AttemptState.CLOSED]),
            Attempt.voided_at.is_(None),
        )
        .order_by(Attempt.id)
    )
    return [(person_id, attempt_id) for person_id, attempt_id in rows]


_RULE = (Exam.counting, Exam.pass_percent, Exam.behaviour)
_TRIED = (
    Attempt.number,
    Attempt.state,
    Attempt.ended_at,
    AttemptResult.score,
    AttemptResult.max_score,
    AttemptResult.is_passed,
)


def _tried(before: datetime | None) -> Select[Any]:
    """Return ended attempts that were not voided, with the results that count, as the record stood then."""
    query = (
        select(Attempt)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .outerjoin(AttemptResult, counting_result(before))
        .where(Attempt.state.in_([AttemptState.SUBMITTED, AttemptState.CLOSED]))
    )
    if before is None:
        return query.where(Attempt.voided_at.is_(None))
    return query.where(
        Attempt.ended_at < before, or_(Attempt.voided_at.is_(None), Attempt.voided_at >= before)
    )


def _counted(rows: list[Row[*tuple[Any, ...]]]) -> Counted | None:
    tried = [
        Tried(row.number, row.state, False, row.ended_at, row.score, row.max_score, row.is_passed)
        for row in rows
    ]
    first = rows[0]
    return counted(tried, first.counting, first.pass_percent, first.behaviour)


def _exam_result(row: Row[*tuple[Any, ...]], result: Counted) -> ExamResult:
    return ExamResult(
        row.person_id,
        ExamKind(row.kind),
        row.module_slug,
        result.score,
        result.max_score,
        result.is_passed,
        result.ended_at,
        result.attempts,
    )


def _better(so_far: ExamResult, new: ExamResult) -> ExamResult:
    """Return which result counts: of passed ones the best, and any passed one before a failed one."""
    made = so_far.attempts + new.attempts
    latest_first = new.ended_at >= so_far.ended_at
    if so_far.is_passed == new.is_passed:
        keeps = so_far.share >= new.share if so_far.is_passed else not latest_first
    else:
        keeps = so_far.is_passed
    return replace(so_far if keeps else new, attempts=made)
