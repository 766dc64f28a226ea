"""Read an ended attempt as its learner may see it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learning.exams import review
from learning.exams.kinds import AttemptState, Shown
from learning.exams.marks import MarkRow, standing_mark, tolerance_of
from learning.exams.models import Slot
from learning.exams.queries import attempts, regrades, scores
from learning.exams.queries.attempts import Answer, Sat
from learning.exams.queries.frozen import published_items
from learning.exams.queries.regrades import ApprovedRegrade
from learning.exams.queries.terms import closed_for_all
from learning.exams.revealing import Marked, Revealed, revealed
from learning.materials.models import Course
from learning.materials.queries import Teaching, contents, newest_edition
from question_bank.items import Item


@dataclass(frozen=True)
class Citation:
    """A clause that an item cites, and the unit that teaches it where there is one."""

    ref: str
    unit_title: str = ""
    #: What the address of the unit's page is made of.
    unit_address: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Review:
    """What a learner sees of an ended attempt."""

    shown: frozenset[Shown]
    questions: Sequence[Revealed]
    #: By what they are called in the text, with the units that teach them.
    citations: Mapping[str, Citation]
    #: What was told about questions of the paper while people answered, by slot.
    errata: Mapping[int, Sequence[str]]

    @property
    def is_everything(self) -> bool:
        """Return whether all there is to see is shown."""
        return self.shown == review.EVERYTHING

    def cited(self, question: Revealed) -> list[Citation]:
        """Return the clauses that a question cites, where its learner may see them."""
        return [self.citations.get(ref, Citation(ref)) for ref in question.clauses]


def review_of(session: Session, sat: Sat, now: datetime) -> Review:
    """Return what its learner may see of an attempt now; a fixed number of queries whatever its length."""
    shown = shown_of(sat, closed_for_all(session, [sat.sitting])[sat.sitting.id], now)
    if not shown or sat.attempt.voided_at is not None or sat.attempt.state == AttemptState.ABANDONED:
        return Review(shown, (), {}, {})
    slots = attempts.slots_of(session, sat.attempt.id)
    items = published_items(session, [slot.question_version_id for slot in slots])
    answers = attempts.last_answers(session, sat.attempt.id)
    marks = scores.marks_of(session, sat.attempt.id)
    approved = regrades.approved_on(session, sat.exam.id, items.keys())
    questions = [
        revealed(
            _marked(sat, slot, items[slot.question_version_id], answers.get(slot.number), marks, approved),
            shown,
        )
        for slot in slots
    ]
    cited = {ref for question in questions for ref in question.clauses}
    return Review(
        shown,
        questions,
        _cited(session, sat.exam.course_id, cited) if cited else {},
        regrades.errata_by_slot(approved, slots),
    )


def _marked(
    sat: Sat,
    slot: Slot,
    item: Item,
    answer: Answer | None,
    marks: Mapping[int, Sequence[MarkRow]],
    approved: Iterable[ApprovedRegrade],
) -> Marked:
    given = marks.get(slot.number, ())
    tolerance = tolerance_of(sat.exam.marker_tolerance_percent)
    return Marked(
        number=slot.number,
        item=item,
        arrangement=slot.arrangement["value"],
        response=answer.response if answer else None,
        max_mark=slot.max_mark,
        standing=standing_mark(given, sat.exam.markers, tolerance),
        marks=given,
        corrections=[
            each.correction for each in approved if each.correction.item == slot.question_version_id
        ],
    )


def shown_of(sat: Sat, closes_at: datetime, now: datetime) -> frozenset[Shown]:
    """Return what its learner may see of an attempt; the sitting is over for all at `closes_at`."""
    reached = review.phases(sat.attempt.state, closes_at, sat.sitting.results_released_at, now)
    return review.shown(review.matrix_of(sat.exam.review), reached)


def has_shown_result(session: Session, sat: Sat, now: datetime) -> bool:
    """Return whether the learner of an attempt can see its marks and the result they make."""
    is_shown = Shown.MARKS in shown_of(sat, closed_for_all(session, [sat.sitting])[sat.sitting.id], now)
    return is_shown and attempts.last_result(session, sat.attempt.id) is not None


def shows_everything(session: Session, sat: Sat, now: datetime) -> bool:
    """Return whether the learner of an attempt can see all there is to see of it."""
    closes_at = closed_for_all(session, [sat.sitting])[sat.sitting.id]
    return shown_of(sat, closes_at, now) == review.EVERYTHING


def course_slug(session: Session, sat: Sat) -> str:
    """Return what the course of an exam is called in addresses."""
    return session.get_one(Course, sat.exam.course_id).slug


def _cited(session: Session, course_id: int, refs: Collection[str]) -> dict[str, Citation]:
    """Return the clauses with the units of the newest edition that teach them."""
    course, edition = session.get_one(Course, course_id), newest_edition(session, course_id)
    taught = contents(edition.id).units_teaching(refs) if edition else {}
    return {ref: _citation(course.slug, ref, teaching) for ref, teaching in taught.items()}


def _citation(course_slug: str, ref: str, teaching: Teaching) -> Citation:
    address = {
        "unsafe_course": course_slug,
        "unsafe_module": teaching.module_slug,
        "unsafe_unit": teaching.unit_key,
    }
    return Citation(ref, teaching.unit_title, address)
