"""Read an ended attempt with keys and explanations; called only once its result is released."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from learning.exams import review
from learning.exams.kinds import Shown
from learning.exams.models import Mark, Slot
from learning.exams.queries import attempts
from learning.exams.queries.attempts import Answer, Sat
from learning.materials.models import Course
from learning.materials.queries import Teaching, contents, newest_edition
from learning.questions.queries import items_of
from question_bank import types
from question_bank.items import Item


@dataclass(frozen=True)
class Citation:
    """A clause that an item cites, and the unit that teaches it where there is one."""

    ref: str
    unit_title: str = ""
    #: What the address of the unit's page is made of.
    unit_address: Mapping[str, str] | None = None


@dataclass(frozen=True)
class ReviewedQuestion:
    """A question of a paper with everything that may be known once results are released."""

    number: int
    type: str
    label: str
    stem: str
    max_mark: Decimal
    #: Empty while a person has still to mark it.
    mark: Decimal | None
    share: Fraction | None
    comment: str
    is_answered: bool
    #: As the item's type reviews it: the key, and which parts were right.
    shown: Mapping[str, Any]
    explanation: str
    citations: Sequence[Citation]


def review_of(session: Session, sat: Sat) -> list[ReviewedQuestion]:
    """Return the review of an attempt; a fixed number of queries whatever its length."""
    slots = attempts.slots_of(session, sat.attempt.id)
    items = items_of(session, [slot.question_version_id for slot in slots])
    answers = attempts.last_answers(session, sat.attempt.id)
    marks = attempts.last_marks(session, sat.attempt.id)
    cited = _cited(session, sat.exam.course_id, items.values())
    return [
        _reviewed(
            slot,
            items[slot.question_version_id],
            answers.get(slot.number),
            marks.get(slot.number),
            cited,
        )
        for slot in slots
    ]


def _reviewed(
    slot: Slot,
    item: Item,
    answer: Answer | None,
    mark: Mark | None,
    cited: Mapping[str, Citation],
) -> ReviewedQuestion:
    type_ = types.get(item.type)
    response = answer.response if answer else None
    return ReviewedQuestion(
        number=slot.number,
        type=item.type,
        label=type_.label,
        stem=item.stem,
        max_mark=slot.max_mark,
        mark=mark.mark if mark else None,
        share=mark.fraction if mark else None,
        comment=mark.comment if mark else "",
        is_answered=response is not None,
        shown=type_.review(item.content, slot.arrangement["value"], response),
        explanation=item.explanation,
        citations=[cited.get(ref, Citation(ref)) for ref in item.clauses],
    )


def shown_of(sat: Sat, closes_at: datetime, now: datetime) -> frozenset[Shown]:
    """Return what its learner may see of an attempt; the sitting is over for all at `closes_at`."""
    reached = review.phases(sat.attempt.state, closes_at, sat.sitting.results_released_at, now)
    return review.shown(review.matrix_of(sat.exam.review), reached)


def has_shown_result(session: Session, sat: Sat, now: datetime) -> bool:
    """Return whether the learner of an attempt can see its marks and the result they make."""
    is_shown = Shown.MARKS in shown_of(sat, sat.sitting.closes_at, now)
    return is_shown and attempts.last_result(session, sat.attempt.id) is not None


def course_slug(session: Session, sat: Sat) -> str:
    """Return what the course of an exam is called in addresses."""
    return session.get_one(Course, sat.exam.course_id).slug


def _cited(session: Session, course_id: int, items: Iterable[Item]) -> dict[str, Citation]:
    """Return the clauses that the items cite with the units of the newest edition that teach them."""
    course, edition = session.get_one(Course, course_id), newest_edition(session, course_id)
    refs = {ref for item in items for ref in item.clauses}
    taught = contents(edition.id).units_teaching(refs) if edition else {}
    return {ref: _citation(course.slug, ref, teaching) for ref, teaching in taught.items()}


def _citation(course_slug: str, ref: str, teaching: Teaching) -> Citation:
    address = {
        "unsafe_course": course_slug,
        "unsafe_module": teaching.module_slug,
        "unsafe_unit": teaching.unit_key,
    }
    return Citation(ref, teaching.unit_title, address)
