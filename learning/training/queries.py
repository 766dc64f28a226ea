"""Read class runs, study groups, sessions and their rolls."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learning.accounts.roles import Scope
from learning.core.paging import Page, page_of_rows
from learning.people import queries as people
from learning.people.models import Appointment, Organisation, Person
from learning.training.models import Attendance, ClassRun, ClassRunLearner, StudyGroup, StudySession
from learning.training.rules import Known

#: Keys of persons or organisations, or a query for them where they are too many to list.
Keys: TypeAlias = Collection[int] | Select[Any]


@dataclass(frozen=True)
class RunRow:
    """A class run in a list."""

    id: int
    title: str
    organisation_name: str
    starts_on: date
    ends_on: date
    lesson_hours: Decimal
    covers_mass_work: bool
    learner_count: int
    on_roll: int
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class SessionRow:
    """A study session in a list."""

    id: int
    held_on: date
    topic: str
    group_name: str
    is_on_mass_work: bool
    on_roll: int
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class RollRow:
    """A person on a roll, or one who belongs on it: then the state is empty."""

    person_id: int
    staff_number: str
    name: str
    state: str


# ---- for the register's own pages ----


def runs_in(session: Session, scope: Scope, number: int = 1) -> Page[RunRow]:
    """Return a page of the class runs of a scope, latest first; withdrawn ones too."""
    on_roll = select(func.count(ClassRunLearner.id)).where(ClassRunLearner.class_run_id == ClassRun.id)
    query = (
        select(
            ClassRun.id,
            ClassRun.title,
            Organisation.name,
            ClassRun.starts_on,
            ClassRun.ends_on,
            ClassRun.lesson_hours,
            ClassRun.covers_mass_work,
            ClassRun.learner_count,
            on_roll.scalar_subquery(),
            ClassRun.withdrawn_at,
        )
        .join(Organisation, Organisation.id == ClassRun.organisation_id)
        .where(ClassRun.organisation_id.in_(people.covered(scope)))
        .order_by(ClassRun.starts_on.desc(), ClassRun.id.desc())
    )
    page = page_of_rows(session, query, number)
    return Page([RunRow(*row) for row in page.rows], page.number, page.total, page.per_page)


def sessions_in(session: Session, scope: Scope, number: int = 1) -> Page[SessionRow]:
    """Return a page of the study sessions of a scope, latest first; withdrawn ones too."""
    on_roll = select(func.count(Attendance.id)).where(Attendance.study_session_id == StudySession.id)
    query = (
        select(
            StudySession.id,
            StudySession.held_on,
            StudySession.topic,
            StudyGroup.name,
            StudySession.is_on_mass_work,
            on_roll.scalar_subquery(),
            StudySession.withdrawn_at,
        )
        .join(StudyGroup, StudyGroup.id == StudySession.study_group_id)
        .where(StudyGroup.organisation_id.in_(people.covered(scope)))
        .order_by(StudySession.held_on.desc(), StudySession.id.desc())
    )
    page = page_of_rows(session, query, number)
    return Page([SessionRow(*row) for row in page.rows], page.number, page.total, page.per_page)


def run_in(session: Session, scope: Scope, unsafe_id: int) -> ClassRun | None:
    """Return a class run if the scope covers its institution; the door to class runs."""
    return session.scalar(
        select(ClassRun).where(ClassRun.id == unsafe_id, ClassRun.organisation_id.in_(people.covered(scope)))
    )


class Held(NamedTuple):
    """A study session with the group that held it."""

    session: StudySession
    group: StudyGroup


def session_in(session: Session, scope: Scope, unsafe_id: int) -> Held | None:
    """Return a study session if the scope covers its group's organisation; the door to sessions."""
    row = session.execute(
        select(StudySession, StudyGroup)
        .join(StudyGroup, StudyGroup.id == StudySession.study_group_id)
        .where(StudySession.id == unsafe_id, StudyGroup.organisation_id.in_(people.covered(scope)))
    ).one_or_none()
    return Held(*row) if row else None


def run_roll(session: Session, class_run_id: int) -> list[RollRow]:
    """Return the roll of a class run by staff number."""
    rows = session.execute(
        select(Person.id, Person.staff_number, Person.name, ClassRunLearner.outcome)
        .join(ClassRunLearner, ClassRunLearner.person_id == Person.id)
        .where(ClassRunLearner.class_run_id == class_run_id)
        .order_by(Person.staff_number)
    )
    return [RollRow(*row) for row in rows]


def session_roll(session: Session, study_session_id: int) -> list[RollRow]:
    """Return the roll of a study session by staff number."""
    rows = session.execute(
        select(Person.id, Person.staff_number, Person.name, Attendance.state)
        .join(Attendance, Attendance.person_id == Person.id)
        .where(Attendance.study_session_id == study_session_id)
        .order_by(Person.staff_number)
    )
    return [RollRow(*row) for row in rows]


def members_of(session: Session, organisation_id: int, on: date) -> list[RollRow]:
    """Return the members of an organisation's leading group on a day, to begin a roll with."""
    rows = session.execute(
        select(Person.id, Person.staff_number, Person.name)
        .where(
            Person.id.in_(
                select(Appointment.person_id).where(
                    Appointment.organisation_id == organisation_id,
                    Appointment.is_leadership_member,
                    people.held_on(on),
                )
            )
        )
        .order_by(Person.staff_number)
    )
    return [RollRow(*row, "") for row in rows]


def known_persons(session: Session, scope: Scope, staff_numbers: Iterable[str]) -> dict[str, Known]:
    """Return who has these staff numbers, and whether the scope covers a post of theirs; one query."""
    inside = (
        select(Appointment.id)
        .where(Appointment.person_id == Person.id, Appointment.organisation_id.in_(people.covered(scope)))
        .exists()
    )
    rows = session.execute(
        select(Person.staff_number, Person.id, Person.name, inside).where(
            Person.staff_number.in_(list(staff_numbers))
        )
    )
    return {number: Known(person_id, name, bool(is_inside)) for number, person_id, name, is_inside in rows}


# ---- for the services ----


def locked_organisation(session: Session, organisation_id: int) -> Organisation:
    """Return an organisation and keep other writers of its register waiting until the transaction ends."""
    return session.scalars(
        select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    ).one()


def same_run(
    session: Session, organisation_id: int, title: str, starts_on: date, ends_on: date
) -> ClassRun | None:
    """Return a class run that stands recorded with the same institution, title and days."""
    return session.scalars(
        select(ClassRun)
        .where(
            ClassRun.organisation_id == organisation_id,
            ClassRun.title == title,
            ClassRun.starts_on == starts_on,
            ClassRun.ends_on == ends_on,
            ClassRun.withdrawn_at.is_(None),
        )
        .order_by(ClassRun.id)
    ).first()


def same_session(session: Session, study_group_id: int, held_on: date, topic: str) -> StudySession | None:
    """Return a session that stands recorded with the same group, day and topic."""
    return session.scalars(
        select(StudySession)
        .where(
            StudySession.study_group_id == study_group_id,
            StudySession.held_on == held_on,
            StudySession.topic == topic,
            StudySession.withdrawn_at.is_(None),
        )
        .order_by(StudySession.id)
    ).first()


def group_of(session: Session, organisation_id: int, kind: str) -> StudyGroup | None:
    """Return the study group of an organisation."""
    return session.scalar(
        select(StudyGroup).where(StudyGroup.organisation_id == organisation_id, StudyGroup.kind == kind)
    )


def locked_run(session: Session, class_run_id: int) -> ClassRun:
    """Return a class run and keep other writers away from it until the transaction ends."""
    return session.scalars(select(ClassRun).where(ClassRun.id == class_run_id).with_for_update()).one()


def locked_session(session: Session, study_session_id: int) -> StudySession:
    """Return a study session and keep other writers away from it until the transaction ends."""
    return session.scalars(
        select(StudySession).where(StudySession.id == study_session_id).with_for_update()
    ).one()


def learners_of(session: Session, class_run_id: int) -> dict[int, ClassRunLearner]:
    """Return the lines of a class run's roll by person."""
    rows = session.scalars(select(ClassRunLearner).where(ClassRunLearner.class_run_id == class_run_id))
    return {row.person_id: row for row in rows}


def attendances_of(session: Session, study_session_id: int) -> dict[int, Attendance]:
    """Return the lines of a session's roll by person."""
    rows = session.scalars(select(Attendance).where(Attendance.study_session_id == study_session_id))
    return {row.person_id: row for row in rows}


# ---- for reports: many at once, withdrawn entries left out ----


class HeldRun(NamedTuple):
    """A class run with the counts of its roll."""

    run: ClassRun
    on_roll: int
    completed: int


def runs_held(session: Session, organisation_ids: Keys, since: date, until: date) -> list[HeldRun]:
    """Return the class runs of institutions that ended on or after a day and began by another; one query."""
    completed = func.count(ClassRunLearner.id).filter(ClassRunLearner.outcome == "completed")
    rows = session.execute(
        select(ClassRun, func.count(ClassRunLearner.id), completed)
        .outerjoin(ClassRunLearner, ClassRunLearner.class_run_id == ClassRun.id)
        .where(
            ClassRun.organisation_id.in_(organisation_ids),
            ClassRun.ends_on >= since,
            ClassRun.starts_on <= until,
            ClassRun.withdrawn_at.is_(None),
        )
        .group_by(ClassRun.id)
        .order_by(ClassRun.starts_on, ClassRun.id)
    )
    return [HeldRun(*row) for row in rows]


class Taken(NamedTuple):
    """A class run on whose roll somebody stands."""

    person_id: int
    outcome: str
    organisation_name: str
    run: ClassRun


def runs_taken(session: Session, person_ids: Keys, until: date) -> list[Taken]:
    """Return the class runs begun by a day on whose rolls persons stand, by last day; one query."""
    rows = session.execute(
        select(ClassRunLearner.person_id, ClassRunLearner.outcome, Organisation.name, ClassRun)
        .join(ClassRun, ClassRun.id == ClassRunLearner.class_run_id)
        .join(Organisation, Organisation.id == ClassRun.organisation_id)
        .where(
            ClassRunLearner.person_id.in_(person_ids),
            ClassRun.starts_on <= until,
            ClassRun.withdrawn_at.is_(None),
        )
        .order_by(ClassRun.ends_on, ClassRun.id)
    )
    return [Taken(*row) for row in rows]


def groups_of(session: Session, organisation_ids: Keys, until: date) -> list[StudyGroup]:
    """Return the study groups of organisations that had held a session by a day; one query."""
    held = select(StudySession.id).where(
        StudySession.study_group_id == StudyGroup.id,
        StudySession.held_on <= until,
        StudySession.withdrawn_at.is_(None),
    )
    query = select(StudyGroup).where(StudyGroup.organisation_id.in_(organisation_ids), held.exists())
    return list(session.scalars(query))


def sessions_held(
    session: Session, organisation_ids: Keys, since: date, until: date
) -> list[tuple[StudySession, dict[str, int]]]:
    """Return the sessions of groups within days, by day, each with the counts of its roll; one query."""
    rows = session.execute(
        select(StudySession, Attendance.state, func.count(Attendance.id))
        .join(StudyGroup, StudyGroup.id == StudySession.study_group_id)
        .outerjoin(Attendance, Attendance.study_session_id == StudySession.id)
        .where(
            StudyGroup.organisation_id.in_(organisation_ids),
            StudySession.held_on.between(since, until),
            StudySession.withdrawn_at.is_(None),
        )
        .group_by(StudySession.id, Attendance.state)
        .order_by(StudySession.held_on, StudySession.id)
    )
    found: dict[int, tuple[StudySession, dict[str, int]]] = {}
    for held, state, count in rows:
        counts = found.setdefault(held.id, (held, {}))[1]
        if state is not None:
            counts[state] = count
    return list(found.values())


class Attended(NamedTuple):
    """A session that somebody attended or made up for."""

    person_id: int
    held_on: date
    topic: str
    group_name: str
    is_on_mass_work: bool


def sessions_attended(session: Session, person_ids: Keys, until: date) -> list[Attended]:
    """Return the sessions up to a day that persons attended or made up for; one query."""
    rows = session.execute(
        select(
            Attendance.person_id,
            StudySession.held_on,
            StudySession.topic,
            StudyGroup.name,
            StudySession.is_on_mass_work,
        )
        .join(StudySession, StudySession.id == Attendance.study_session_id)
        .join(StudyGroup, StudyGroup.id == StudySession.study_group_id)
        .where(
            Attendance.person_id.in_(person_ids),
            Attendance.state.in_(("present", "made_up")),
            StudySession.held_on <= until,
            StudySession.withdrawn_at.is_(None),
        )
        .order_by(StudySession.held_on, StudySession.id)
    )
    return [Attended(*row) for row in rows]
