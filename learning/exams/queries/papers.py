"""Read the paper of an attempt as its learner sees it."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from learning.exams import papers
from learning.exams.models import Slot
from learning.exams.papers import ShownQuestion
from learning.exams.queries.attempts import Sat, last_answers
from learning.exams.queries.frozen import published_items

_SLOTS = (
    select(Slot.number, Slot.section, Slot.question_version_id, Slot.max_mark, Slot.arrangement)
    .where(Slot.attempt_id == bindparam("attempt_id"))
    .order_by(Slot.number)
)


@dataclass(frozen=True)
class Paper:
    """All questions of an attempt, and the last entry of its journal that counts."""

    questions: list[ShownQuestion]
    seq: int


def paper_of(session: Session, found: Sat) -> Paper:
    """Return the paper of an attempt with the answers saved so far; two queries, one more for new items."""
    slots = session.execute(_SLOTS, {"attempt_id": found.attempt.id}).all()
    items = published_items(session, [slot.question_version_id for slot in slots])
    saved = last_answers(session, found.attempt.id)
    sections = papers.blueprint_of(found.exam).sections
    questions = papers.shown_questions(slots, items, saved, sections)
    return Paper(questions, max((answer.seq for answer in saved.values()), default=0))
