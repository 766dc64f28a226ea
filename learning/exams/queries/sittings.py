"""Read sittings as learners see them: which admit them, and where they stand at each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from learning.core.clock import day_of
from learning.exams import review, rules
from learning.exams.counting import Counted
from learning.exams.kinds import AttemptState, Shown
from learning.exams.models import Attempt, AttemptResult, Exam, PoolItem, Sitting, SittingOverride, TimeChange
from learning.exams.queries.attempts import Made, counting_result
from learning.exams.queries.results import counted_of
from learning.exams.queries.terms import (
    OwnSitting,
    Terms,
    admitting,
    closed_for_all,
    own_sittings,
    resits_of,
    window_of,
)
from learning.exams.rules import Resits, Standing, StartRefusal, Window
from learning.people.queries import ancestors_of_person

__all__ = [
    "MySitting",
    "coming_for",
    "my_sitting",
    "my_sittings",
    "pool_of",
    "resit_refusal",
    "sitting_and_exam",
    "used",
    "window_of",
]


@dataclass(frozen=True)
class MySitting:
    """A sitting with what its learner did there and may do next."""

    sitting: Sitting
    exam: Exam
    standing: Standing
    #: The attempts at this sitting, in order.
    made: Sequence[Made]
    #: Why no (further) attempt can be started now; None: it can.
    refusal: StartRefusal | None
    #: Attempts at this exam that have not been used.
    attempts_left: int
    is_released: bool
    #: What is different for this person, and where the person sits.
    terms: Terms
    #: When this person may sit.
    window: Window
    #: The result at the exam, of the attempts whose marks the person may see.
    counted: Counted | None = None

    @property
    def last(self) -> Made | None:
        """Return the last attempt at this sitting."""
        return self.made[-1] if self.made else None


def sitting_and_exam(session: Session, sitting_id: int, is_shared: bool = True) -> tuple[Sitting, Exam]:
    """Return a sitting and its exam for a service; shared among those who start, alone for who cancels."""
    row = session.execute(
        select(Sitting, Exam)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.id == sitting_id)
        .with_for_update(read=is_shared, of=Sitting)
    ).one()
    return row[0], row[1]


def pool_of(session: Session, sitting_id: int) -> list[tuple[int, int, int]]:
    """Return cell, question version and difficulty of all that papers of a sitting are drawn from."""
    rows = session.execute(
        select(PoolItem.cell, PoolItem.question_version_id, PoolItem.difficulty).where(
            PoolItem.sitting_id == sitting_id
        )
    )
    return [(cell, version, difficulty) for cell, version, difficulty in rows]


def my_sitting(session: Session, person_id: int, unsafe_sitting_id: int, now: datetime) -> MySitting | None:
    """Return a sitting that admits the person or that the person sat; the learner's door to sittings."""
    found = _mine(session, person_id, now, Sitting.id == unsafe_sitting_id)
    return found[0] if found else None


def my_sittings(session: Session, person_id: int, now: datetime) -> list[MySitting]:
    """Return all sittings that admit or admitted a person; a fixed number of queries."""
    return _mine(session, person_id, now)


def coming_for(session: Session, person_id: int, now: datetime) -> list[MySitting]:
    """Return the sittings at which a person can do something now or later, the next to end first."""
    ahead = {Standing.COMING, Standing.OPEN, Standing.RUNNING}
    found = _mine(session, person_id, now, _may_last_beyond(person_id, now))
    return sorted(
        (each for each in found if each.standing in ahead or each.refusal is None),
        key=lambda each: each.window.closes_at,
    )


def _may_last_beyond(person_id: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a sitting is not over, or that somebody's time at it was changed."""
    own_end = select(SittingOverride.sitting_id).where(
        SittingOverride.person_id == person_id, SittingOverride.closes_at > now
    )
    return or_(
        Sitting.closes_at > now,
        Sitting.id.in_(select(TimeChange.sitting_id)),
        Sitting.id.in_(own_end),
    )


def _mine(session: Session, person_id: int, now: datetime, *narrowed: ColumnElement[bool]) -> list[MySitting]:
    places = ancestors_of_person(session, person_id, day_of(now))
    made = _made_by(session, person_id)
    sat = {each.sitting.id: each.sitting for each in made}
    found = own_sittings(
        session, person_id, or_(admitting(person_id, places), Sitting.id.in_(sat)), *narrowed
    )
    closing = closed_for_all(session, sat.values()) if sat else {}
    return [_standing_at(own, made, closing, now) for own in found]


def _made_by(session: Session, person_id: int) -> list[Made]:
    rows = session.execute(
        select(Attempt, Sitting, AttemptResult)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .outerjoin(AttemptResult, counting_result())
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.number)
    )
    return [Made(*row) for row in rows]


def _standing_at(
    own: OwnSitting, made: Iterable[Made], closing: Mapping[int, datetime], now: datetime
) -> MySitting:
    sitting, exam, terms = own.sitting, own.exam, own.terms
    at_exam = [each for each in made if each.sitting.exam_id == exam.id]
    here = [each for each in at_exam if each.sitting.id == sitting.id]
    window = terms.window(sitting)
    refusal = rules.window_refusal(window, sitting.cancelled_at is not None, now)
    released = _is_released(sitting, exam, closing.get(sitting.id, sitting.closes_at), now)
    resits = terms.resits(exam)
    counted = counted_of(exam, [each for each in at_exam if _is_shown(each, exam, closing, now)])
    return MySitting(
        sitting=sitting,
        exam=exam,
        standing=_as_counted(_standing(here, refusal, released), counted),
        made=here,
        refusal=refusal or resit_refusal(exam, at_exam, now, resits, closing),
        attempts_left=max(0, resits.attempts_allowed - len(used(at_exam))),
        is_released=released,
        terms=terms,
        window=window,
        counted=counted,
    )


def _as_counted(standing: Standing, counted: Counted | None) -> Standing:
    """Return where somebody stands as the attempts are counted, not as the last one came out."""
    if counted is None or standing not in {Standing.PASSED, Standing.FAILED}:
        return standing
    return Standing.PASSED if counted.is_passed else Standing.FAILED


def _is_shown(made: Made, exam: Exam, closing: Mapping[int, datetime], now: datetime) -> bool:
    closes_at = closing.get(made.sitting.id, made.sitting.closes_at)
    return made.attempt.state != AttemptState.OPEN and _is_released(made.sitting, exam, closes_at, now)


def _standing(here: Sequence[Made], window: StartRefusal | None, released: bool) -> Standing:
    """Return where somebody stands who made these attempts at a sitting."""
    counted = used(here)
    last = counted[-1] if counted else None
    if last is not None and last.attempt.voided_at is not None:
        return Standing.VOIDED
    if last is not None and last.attempt.state == AttemptState.ABANDONED:
        return Standing.ABANDONED
    is_running = last is not None and last.attempt.state == AttemptState.OPEN
    return rules.standing(window, is_running, last is not None, released, last.is_passed if last else None)


def used(made: Iterable[Made]) -> list[Made]:
    """Return the attempts that use up one of those allowed: all but those that were given back."""
    return [each for each in made if not each.attempt.is_given_back]


def resit_refusal(
    exam: Exam,
    made: Sequence[Made],
    now: datetime,
    resits: Resits | None = None,
    closing: Mapping[int, datetime] | None = None,
) -> StartRefusal | None:
    """Return why somebody with these attempts at an exam may not start one more.

    `resits` are those of the person, where they differ; `closing` says when each sitting is over for all.
    """
    counted = used(made)
    if any(each.attempt.state == AttemptState.OPEN and each.attempt.voided_at is None for each in counted):
        return StartRefusal.OTHER_OPEN
    if not counted:
        return None
    last = counted[-1]
    # What does not count is not passed, and everybody may know it.
    is_void = last.attempt.voided_at is not None or last.attempt.state == AttemptState.ABANDONED
    closes_at = (closing or {}).get(last.sitting.id, last.sitting.closes_at)
    return rules.resit_refusal(
        resits or resits_of(exam, None),
        len(counted),
        last.attempt.ended_at,
        is_void or _is_released(last.sitting, exam, closes_at, now),
        False if is_void else _is_passed(exam, counted),
        now,
    )


def _is_passed(exam: Exam, made: Sequence[Made]) -> bool | None:
    """Return whether the exam is passed as its attempts are counted, None while the last has no result."""
    result = counted_of(exam, made) if made[-1].result else None
    return result.is_passed if result else made[-1].is_passed


def _is_released(sitting: Sitting, exam: Exam, closes_at: datetime, now: datetime) -> bool:
    """Return whether the marks of an ended attempt may be seen by its learner."""
    reached = review.phases(AttemptState.SUBMITTED, closes_at, sitting.results_released_at, now)
    return Shown.MARKS in review.shown(review.matrix_of(exam.review), reached)
