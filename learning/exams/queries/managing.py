"""Read exams and sittings for those who manage them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, distinct, func, select
from sqlalchemy.orm import Session

from learning.accounts.roles import Scope
from learning.core.paging import Page, page_of_rows
from learning.exams.kinds import AttemptState
from learning.exams.models import (
    Attempt,
    AttemptResult,
    Exam,
    JournalEntry,
    PoolItem,
    Sitting,
    SittingOverride,
)
from learning.exams.queries.attempts import counting_result
from learning.materials.models import Course
from learning.people.models import Organisation, Person
from learning.people.queries import below, covered
from learning.questions.queries import candidates
from learning.training.models import ClassRun
from question_bank import feasibility
from question_bank.blueprints import Blueprint
from question_bank.feasibility import Feasibility
from question_bank.pool import Pool

#: For so many papers an exam is proved before it is published; each sitting is for those who are expected.
NOMINAL_PAPERS = 1000
#: What can be chosen from; older runs have long been examined.
MOST_CLASS_RUNS = 100


class ExamRow(NamedTuple):
    """An exam in the list of those who manage it."""

    exam: Exam
    organisation_name: str
    sittings: int


class SittingRow(NamedTuple):
    """A sitting of an exam with the number of its attempts."""

    sitting: Sitting
    organisation_name: str
    attempts: int
    running: int


@dataclass(frozen=True)
class AttemptRow:
    """An attempt in the list of a sitting."""

    attempt: Attempt
    person_name: str
    staff_number: str
    #: Slots whose last saved answer is not empty.
    answered: int
    result: AttemptResult | None


def courses(session: Session) -> list[Course]:
    """Return the courses that an exam can be about."""
    return list(session.scalars(select(Course).order_by(Course.id)))


def exams_in(session: Session, scope: Scope, number: int) -> Page[ExamRow]:
    """Return a page of the exams of the schools of a scope, newest first."""
    sittings = (
        select(func.count(Sitting.id))
        .where(Sitting.exam_id == Exam.id, Sitting.cancelled_at.is_(None))
        .correlate(Exam)
        .scalar_subquery()
    )
    page = page_of_rows(
        session,
        select(Exam, Organisation.name, sittings)
        .join(Organisation, Organisation.id == Exam.organisation_id)
        .where(Exam.organisation_id.in_(covered(scope)))
        .order_by(Exam.id.desc()),
        number,
    )
    return Page([ExamRow(*row) for row in page.rows], page.number, page.total, page.per_page)


def exam_in(session: Session, scope: Scope, unsafe_exam_id: int) -> Exam | None:
    """Return an exam if the scope covers its school; the door to exams."""
    return session.scalar(
        select(Exam).where(Exam.id == unsafe_exam_id, Exam.organisation_id.in_(covered(scope)))
    )


def locked_exam(session: Session, exam_id: int) -> Exam:
    """Return an exam and keep all other writers away from it until the transaction ends."""
    return session.execute(select(Exam).where(Exam.id == exam_id).with_for_update()).scalar_one()


def sitting_in(session: Session, scope: Scope, unsafe_sitting_id: int) -> tuple[Sitting, Exam] | None:
    """Return a sitting if the scope covers the school of its exam; the door to sittings."""
    row = session.execute(
        select(Sitting, Exam)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.id == unsafe_sitting_id, Exam.organisation_id.in_(covered(scope)))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def sittings_of(session: Session, exam_id: int) -> list[SittingRow]:
    """Return the sittings of an exam, newest first; one query."""
    rows = session.execute(
        select(
            Sitting,
            Organisation.name,
            func.count(Attempt.id),
            func.count(Attempt.id).filter(Attempt.state == AttemptState.OPEN),
        )
        .join(Organisation, Organisation.id == Sitting.organisation_id)
        .outerjoin(Attempt, Attempt.sitting_id == Sitting.id)
        .where(Sitting.exam_id == exam_id)
        .group_by(Sitting.id, Organisation.name)
        .order_by(Sitting.opens_at.desc())
    )
    return [SittingRow(*row) for row in rows]


@dataclass(frozen=True)
class SittingFacts:
    """What belongs to a sitting and stands in other tables."""

    organisation_name: str
    class_run_title: str
    #: Questions that papers are drawn from, and persons for whom something is different.
    pool: int
    overrides: int
    has_attempts: bool


def facts_of(session: Session, sitting: Sitting) -> SittingFacts:
    """Return what is shown about a sitting beside its own row; one query."""
    pool = select(func.count(distinct(PoolItem.question_version_id))).where(PoolItem.sitting_id == sitting.id)
    overrides = select(func.count(SittingOverride.person_id.distinct())).where(
        SittingOverride.sitting_id == sitting.id
    )
    attempts = select(Attempt.id).where(Attempt.sitting_id == sitting.id).exists()
    title = select(ClassRun.title).where(ClassRun.id == sitting.class_run_id).scalar_subquery()
    row = session.execute(
        select(Organisation.name, title, pool.scalar_subquery(), overrides.scalar_subquery(), attempts).where(
            Organisation.id == sitting.organisation_id
        )
    ).one()
    return SittingFacts(row[0], row[1] or "", row[2], row[3], bool(row[4]))


def class_runs(session: Session, school_id: int) -> list[tuple[int, str]]:
    """Return the class runs of a school whose roll a sitting can admit, the latest first."""
    rows = session.execute(
        select(ClassRun.id, ClassRun.title, ClassRun.starts_on)
        .where(ClassRun.organisation_id.in_(below(school_id)), ClassRun.withdrawn_at.is_(None))
        .order_by(ClassRun.starts_on.desc(), ClassRun.id.desc())
        .limit(MOST_CLASS_RUNS)
    )
    return [(key, f"{title} ({starts_on.isoformat()})") for key, title, starts_on in rows]


def has_attempts(session: Session, sitting_id: int) -> bool:
    """Return whether anybody has started an attempt at a sitting."""
    return bool(session.scalar(select(select(Attempt.id).where(Attempt.sitting_id == sitting_id).exists())))


def feasibility_of(
    session: Session, organisation_id: int, blueprint: Blueprint, attempts: int, papers: int = NOMINAL_PAPERS
) -> Feasibility:
    """Return whether the bank of a school keeps what a blueprint promises for so many papers."""
    return feasibility.check(pool_for(session, organisation_id, blueprint), papers, attempts)


def pool_for(session: Session, organisation_id: int, blueprint: Blueprint) -> Pool:
    """Return all questions that exams of a school may be drawn from, sorted by the cells they fit."""
    return Pool(blueprint, candidates(session, Scope(frozenset({organisation_id}))))


def attempts_in(session: Session, sitting_id: int, number: int) -> Page[AttemptRow]:
    """Return a page of the attempts of a sitting by staff number; three queries however many there are."""
    page = page_of_rows(session, _attempts(sitting_id), number)
    answered = _answered(session, [row[0].id for row in page.rows])
    rows = _rows(page.rows, answered)
    return Page(rows, page.number, page.total, page.per_page)


def all_attempts_in(session: Session, sitting_id: int) -> list[AttemptRow]:
    """Return all attempts of a sitting for the table of results; two queries."""
    rows = session.execute(_attempts(sitting_id)).all()
    return _rows(rows, _answered(session, select(Attempt.id).where(Attempt.sitting_id == sitting_id)))


def _attempts(sitting_id: int) -> Select[Attempt, str, str, AttemptResult]:
    return (
        select(Attempt, Person.name, Person.staff_number, AttemptResult)
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(AttemptResult, counting_result())
        .where(Attempt.sitting_id == sitting_id)
        .order_by(Person.staff_number, Attempt.number)
    )


def _rows(rows: Collection[Any], answered: Mapping[int, int]) -> list[AttemptRow]:
    return [
        AttemptRow(attempt, name, staff_number, answered.get(attempt.id, 0), result)
        for attempt, name, staff_number, result in rows
    ]


def _answered(session: Session, attempt_ids: Collection[int] | Select[int]) -> dict[int, int]:
    last = (
        select(JournalEntry.attempt_id, func.max(JournalEntry.seq).label("seq"))
        .where(JournalEntry.attempt_id.in_(attempt_ids))
        .group_by(JournalEntry.attempt_id, JournalEntry.slot_number)
        .subquery()
    )
    rows = session.execute(
        select(JournalEntry.attempt_id, func.count(distinct(JournalEntry.slot_number)))
        .join(last, (last.c.attempt_id == JournalEntry.attempt_id) & (last.c.seq == JournalEntry.seq))
        .where(JournalEntry.response["value"].as_string().is_not(None))
        .group_by(JournalEntry.attempt_id)
    )
    return dict(rows.all())


def territory_of(session: Session, organisation_id: int) -> int:
    """Return the unit that a school stands below in the territory, or the school itself at the top."""
    school = session.get_one(Organisation, organisation_id)
    return school.territorial_parent_id or school.id
