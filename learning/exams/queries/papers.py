"""Read the paper of an attempt with the answers saved so far."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from learning.exams.models import Slot
from learning.exams.papers import Asked
from learning.exams.queries.attempts import last_answers
from learning.exams.queries.frozen import published_items

_SLOTS = (
    select(Slot.number, Slot.section, Slot.question_version_id, Slot.max_mark, Slot.arrangement)
    .where(Slot.attempt_id == bindparam("attempt_id"))
    .order_by(Slot.number)
)


@dataclass(frozen=True)
class Paper:
    """All questions of an attempt, and the last entry of its journal that counts."""

    questions: Sequence[Asked]
    seq: int


def paper_of(session: Session, attempt_id: int) -> Paper:
    """Return the paper of an attempt with the answers saved so far; two queries, one more for new items."""
    slots = session.connection().execute(_SLOTS, {"attempt_id": attempt_id}).all()
    items = published_items(session, [version_id for _, _, version_id, _, _ in slots])
    saved = last_answers(session.connection(), attempt_id)
    questions = []
    for number, section, version_id, max_mark, arrangement in slots:
        last = saved.get(number)
        response, key = (last.response, last.key) if last else (None, "")
        order = arrangement["value"]
        questions.append(
            Asked(number, section, version_id, items[version_id], max_mark, order, response, key)
        )
    return Paper(questions, max((answer.seq for answer in saved.values()), default=0))
