"""Read results for reports and for those who manage a sitting."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learning.exams.kinds import ExamKind
from learning.exams.models import Attempt, AttemptResult, Exam, Sitting
from learning.exams.queries.attempts import counting_result


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
        """Return the share of the full marks that was earned."""
        return Fraction(self.score) / Fraction(self.max_score)


def results_of(
    session: Session,
    person_ids: Collection[int] | Select[int],
    course_id: int,
    ended_before: datetime | None = None,
) -> list[ExamResult]:
    """Return the best passed result of each person, kind and module, else the latest; one query.

    Only results in which every mark is given; released to the learner or not.
    """
    query = (
        select(Attempt.person_id, Exam.kind, Exam.module_slug, Attempt.ended_at, AttemptResult)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .join(AttemptResult, counting_result())
        .where(Attempt.person_id.in_(person_ids), Exam.course_id == course_id)
        .order_by(Attempt.person_id, Attempt.ended_at, Attempt.id)
    )
    if ended_before is not None:
        query = query.where(Attempt.ended_at < ended_before)
    found: dict[tuple[int, str, str | None], ExamResult] = {}
    for person_id, kind, module_slug, ended_at, result in session.execute(query):
        new = ExamResult(
            person_id,
            ExamKind(kind),
            module_slug,
            result.score,
            result.max_score,
            result.is_passed,
            ended_at or result.computed_at,
            attempts=1,
        )
        key = (person_id, kind, module_slug)
        found[key] = _better(found[key], new) if key in found else new
    return list(found.values())


def _better(so_far: ExamResult, new: ExamResult) -> ExamResult:
    """Return which result counts: of passed ones the best, and any passed one before a failed one."""
    made = so_far.attempts + 1
    keeps = so_far.is_passed and (not new.is_passed or so_far.share >= new.share)
    return replace(so_far if keeps else new, attempts=made)
