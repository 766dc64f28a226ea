"""Read what is frozen for good – published question versions, pools of sittings – once in a process."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from learning.core.kept import Kept
from learning.exams import papers
from learning.exams.models import Exam, PoolItem
from learning.exams.queries.journal import frames_of
from learning.questions.queries import items_of
from question_bank.items import Item
from question_bank.pool import Pool

#: Only published versions get onto a paper, and triggers keep those as they are.
_ITEMS: Kept[int, Item] = Kept(4096)
#: The pool of a sitting is append-only and written whole when the sitting is opened; its exam is published.
_POOLS: Kept[int, Pool] = Kept(64)
#: An exam that was published stays as it is, so that every sitting means the same; triggers see to it.
_EXAMS: Kept[int, Exam] = Kept(64)

_POOL = select(PoolItem.cell, PoolItem.question_version_id, PoolItem.difficulty).where(
    PoolItem.sitting_id == bindparam("sitting_id")
)


def exam_of(session: Session, attempt_id: int) -> Exam:
    """Return the exam of an attempt, on its own: nothing that is written to it reaches the database."""
    exam_id = frames_of(session, [attempt_id])[attempt_id].exam_id
    return _EXAMS.one(exam_id, lambda: _load_exam(session, exam_id))


def _load_exam(session: Session, exam_id: int) -> Exam:
    exam = session.get_one(Exam, exam_id)
    session.expunge(exam)
    return exam


def published_items(session: Session, version_ids: Collection[int]) -> dict[int, Item]:
    """Return what versions on papers say, with key and explanation; a query only for new ones."""
    return _ITEMS.get(set(version_ids), lambda missing: items_of(session, missing))


def pool_of(session: Session, sitting_id: int, exam: Exam) -> Pool:
    """Return the pool that papers of a sitting are drawn from; a query only at the first paper."""
    return _POOLS.one(sitting_id, lambda: _load_pool(session, sitting_id, exam))


def _load_pool(session: Session, sitting_id: int, exam: Exam) -> Pool:
    rows = session.execute(_POOL, {"sitting_id": sitting_id})
    return Pool.of_rows(papers.blueprint_of(exam), [(cell, id_, level) for cell, id_, level in rows])
