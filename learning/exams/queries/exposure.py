"""Read how often each question of a pool stands on the papers of a sitting."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learning.core.paging import Page, page_of_rows
from learning.exams.models import Attempt, PoolItem, Slot
from learning.questions.models import Question, QuestionVersion


class ExposureRow(NamedTuple):
    """A question version of the pool, and the papers it stands on."""

    question_id: int
    code: str
    type: str
    stem: str
    #: The first line of the blueprint that it may stand in, from 0.
    cell: int
    difficulty: int
    papers: int


@dataclass(frozen=True)
class Exposure:
    """What the pool of a sitting comes to so far."""

    #: Question versions in the pool, and those that stand on a paper.
    pool: int
    shown: int
    #: Papers so far, and those on which the most frequent question stands.
    papers: int
    most: int


def exposure_of(session: Session, sitting_id: int) -> Exposure:
    """Return how the papers of a sitting use its pool; three queries."""
    pool = session.scalar(
        select(func.count(PoolItem.question_version_id.distinct())).where(PoolItem.sitting_id == sitting_id)
    )
    papers = session.scalar(select(func.count(Attempt.id)).where(Attempt.sitting_id == sitting_id))
    counts = _counts(sitting_id).subquery()
    shown, most = session.execute(select(func.count(), func.max(counts.c.papers)).select_from(counts)).one()
    return Exposure(pool or 0, shown, papers or 0, most or 0)


def exposed(session: Session, sitting_id: int, number: int) -> Page[ExposureRow]:
    """Return a page of the questions of a pool, the most frequent first; two queries."""
    counts = _counts(sitting_id).subquery()
    pool = (
        select(
            PoolItem.question_version_id,
            func.min(PoolItem.cell).label("cell"),
            func.min(PoolItem.difficulty).label("difficulty"),
        )
        .where(PoolItem.sitting_id == sitting_id)
        .group_by(PoolItem.question_version_id)
        .subquery()
    )
    papers = func.coalesce(counts.c.papers, 0)
    page = page_of_rows(
        session,
        select(
            Question.id,
            Question.code,
            QuestionVersion.type,
            QuestionVersion.stem,
            pool.c.cell,
            pool.c.difficulty,
            papers,
        )
        .join(pool, pool.c.question_version_id == QuestionVersion.id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .outerjoin(counts, counts.c.question_version_id == QuestionVersion.id)
        .order_by(papers.desc(), pool.c.cell, QuestionVersion.id),
        number,
    )
    return Page([ExposureRow(*row) for row in page.rows], page.number, page.total, page.per_page)


def _counts(sitting_id: int) -> Select[int, int]:
    return (
        select(Slot.question_version_id, func.count(Slot.attempt_id.distinct()).label("papers"))
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
        .group_by(Slot.question_version_id)
    )
