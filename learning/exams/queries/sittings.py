"""Read sittings as learners see them: which admit them, and where they stand at each."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from learning.core.clock import day_of
from learning.exams import review, rules
from learning.exams.kinds import AttemptState, Shown
from learning.exams.models import Attempt, AttemptResult, Exam, PoolItem, Sitting
from learning.exams.queries.attempts import Made, counting_result
from learning.exams.rules import Standing, StartRefusal, Window
from learning.people.queries import ancestors_of_person


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


def pool_of(session: Session, sitting_id: int) -> list[tuple[int, int]]:
    """Return cell and question version of all that papers of a sitting are drawn from."""
    rows = session.execute(
        select(PoolItem.cell, PoolItem.question_version_id).where(PoolItem.sitting_id == sitting_id)
    )
    return [(cell, version) for cell, version in rows]


def my_sitting(session: Session, person_id: int, unsafe_sitting_id: int, now: datetime) -> MySitting | None:
    """Return a sitting that admits the person or that the person sat; the learner's door to sittings."""
    found = _mine(session, person_id, now, Sitting.id == unsafe_sitting_id)
    return found[0] if found else None


def my_sittings(session: Session, person_id: int, now: datetime) -> list[MySitting]:
    """Return all sittings that admit or admitted a person; three queries, however many there are."""
    return _mine(session, person_id, now)


def coming_for(session: Session, person_id: int, now: datetime) -> list[MySitting]:
    """Return the sittings at which a person can do something now or later, the next to end first."""
    ahead = {Standing.COMING, Standing.OPEN, Standing.RUNNING}
    found = _mine(session, person_id, now, Sitting.closes_at > now)
    return sorted(
        (each for each in found if each.standing in ahead or each.refusal is None),
        key=lambda each: each.sitting.closes_at,
    )


def _mine(session: Session, person_id: int, now: datetime, *narrowed: ColumnElement[bool]) -> list[MySitting]:
    places = ancestors_of_person(session, person_id, day_of(now))
    made = _made_by(session, person_id)
    sat = {each.sitting.id for each in made}
    rows = session.execute(
        select(Sitting, Exam)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(_admitted(places, sat), *narrowed)
        .order_by(Sitting.opens_at.desc(), Sitting.id)
    )
    return [_standing_at(sitting, exam, made, now) for sitting, exam in rows]


def _admitted(places: Collection[int], sat: Collection[int]) -> ColumnElement[bool]:
    return or_(Sitting.organisation_id.in_(places), Sitting.id.in_(sat))


def _made_by(session: Session, person_id: int) -> list[Made]:
    rows = session.execute(
        select(Attempt, Sitting, AttemptResult)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .outerjoin(AttemptResult, counting_result())
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.number)
    )
    return [Made(*row) for row in rows]


def _standing_at(sitting: Sitting, exam: Exam, made: Iterable[Made], now: datetime) -> MySitting:
    at_exam = [each for each in made if each.sitting.exam_id == exam.id]
    here = [each for each in at_exam if each.sitting.id == sitting.id]
    window = rules.window_refusal(window_of(sitting), sitting.cancelled_at is not None, now)
    released = _is_released(sitting, exam, now)
    return MySitting(
        sitting=sitting,
        exam=exam,
        standing=rules.standing(
            window,
            is_running=any(each.attempt.state == AttemptState.OPEN for each in here),
            has_attempt=bool(here),
            released=released,
            is_passed=here[-1].is_passed if here else None,
        ),
        made=here,
        refusal=window or resit_refusal(exam, at_exam, now),
        attempts_left=max(0, exam.attempts_allowed - len(at_exam)),
        is_released=released,
    )


def window_of(sitting: Sitting) -> Window:
    """Return the window of a sitting."""
    return Window(sitting.opens_at, sitting.latest_start_at or sitting.closes_at, sitting.closes_at)


def resit_refusal(exam: Exam, made: Sequence[Made], now: datetime) -> StartRefusal | None:
    """Return why somebody with these attempts at an exam may not start one more."""
    if any(each.attempt.state == AttemptState.OPEN for each in made):
        return StartRefusal.OTHER_OPEN
    if not made:
        return None
    last = made[-1]
    return rules.resit_refusal(
        rules.Resits(exam.attempts_allowed, exam.resit_for, exam.delay_minutes),
        len(made),
        last.attempt.ended_at,
        _is_released(last.sitting, exam, now),
        last.is_passed,
        now,
    )


def _is_released(sitting: Sitting, exam: Exam, now: datetime) -> bool:
    """Return whether the marks of an ended attempt may be seen by its learner."""
    reached = review.phases(AttemptState.SUBMITTED, sitting.closes_at, sitting.results_released_at, now)
    return Shown.MARKS in review.shown(review.matrix_of(exam.review), reached)
