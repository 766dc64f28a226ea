"""Gather the facts about a unit and all below it, or about one person; always the same number of queries."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from learning.accounts.roles import Scope
from learning.core.clock import SHANGHAI, day_of
from learning.exams.queries import results as exams
from learning.materials.models import Course as CourseTable
from learning.materials.models import Edition, Module
from learning.people import queries as people
from learning.people.kinds import DatePrecision, Level, OrganisationKind
from learning.people.models import Appointment, Organisation, Person
from learning.requirements.facts import (
    ClassTaken,
    Course,
    ExamRecord,
    Facts,
    FinishedModule,
    GroupFacts,
    InstitutionFacts,
    PersonFacts,
    Post,
    RunFacts,
    SessionAttended,
    SessionFacts,
    Setting,
    Unit,
    outcome_on,
)
from learning.requirements.periods import months_later, year_of
from learning.study import queries as study
from learning.training import queries as training

#: The course whose study is reported on.
COURSE = "opinion-2015"
Ids: TypeAlias = Select[int]
Entry = TypeVar("Entry")


def facts_below(session: Session, organisation_id: int, as_of: date) -> Facts:
    """Return all facts about an organisation and all below it, of records up to a day."""
    scope = Scope(frozenset({organisation_id}))
    organisation_ids = people.covered(scope)
    course = _course(session, _end_of(as_of))
    units = _units(session, scope)
    return Facts(
        setting=Setting(as_of, course.shown if course else None),
        units=units,
        persons=_persons(session, _reported(organisation_ids, as_of), organisation_ids, as_of, course),
        institutions=_institutions(session, organisation_ids, units, as_of),
        groups=_groups(session, organisation_ids, units, as_of),
    )


def facts_of_person(session: Session, scope: Scope, unsafe_person_id: int, as_of: date) -> Facts | None:
    """Return the facts about a person whom a report on the scope shows; the door to persons in reports.

    They hold that one person alone, no units, however large the scope.
    """
    organisation_ids = people.covered(scope)
    shown = _reported(organisation_ids, as_of).where(Appointment.person_id == unsafe_person_id)
    course = _course(session, _end_of(as_of))
    persons = _persons(session, shown, organisation_ids, as_of, course)
    return Facts(Setting(as_of, course.shown if course else None), (), persons, (), ()) if persons else None


def own_facts(session: Session, person_id: int, as_of: date) -> Facts | None:
    """Return the facts about somebody for his or her own eyes."""
    return facts_of_person(session, Scope(everywhere=True), person_id, as_of)


def _reported(organisation_ids: Ids, as_of: date) -> Ids:
    """Return a query of the persons a report shows: who holds a post on the day, and former members.

    Memberships in leading groups that have ended still show while their window for training (T6), a year
    from the appointment, or their end reaches into the calendar year.
    """
    first, _last = year_of(as_of)
    recent = or_(Appointment.left_on >= first, Appointment.appointed_on >= months_later(first, -12))
    former = and_(
        Appointment.is_leadership_member,
        Appointment.left_on < as_of,
        Appointment.appointed_on <= as_of,
        recent,
    )
    return select(Appointment.person_id).where(
        Appointment.organisation_id.in_(organisation_ids), or_(people.held_on(as_of), former)
    )


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _end_of(day: date) -> datetime:
    """Return the first moment after a day."""
    return _start_of(day + timedelta(days=1))


def _grouped(rows: Iterable[tuple[int, Entry]]) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = {}
    for key, entry in rows:
        found.setdefault(key, []).append(entry)
    return found


# ---- the course ----


class _Taught(NamedTuple):
    """The course as taught on the day, with its key."""

    id: int
    shown: Course

    def title_of(self, slug: str) -> str:
        """Return the title of a module; one that a later edition dropped is named by its slug."""
        return dict(self.shown.modules).get(slug, slug)


def _course(session: Session, before: datetime) -> _Taught | None:
    """Return the course in the edition that was the newest before a moment; one query."""
    published = (
        select(Edition.id)
        .join(CourseTable, CourseTable.id == Edition.course_id)
        .where(CourseTable.slug == COURSE, Edition.published_at < before)
        .order_by(Edition.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Edition.course_id, Edition.title, Module.slug, Module.title)
        .join(Module, Module.edition_id == Edition.id)
        .where(Edition.id == published)
        .order_by(Module.number)
    ).all()
    if not rows:
        return None
    return _Taught(rows[0][0], Course(rows[0][1], tuple((row[2], row[3]) for row in rows)))


# ---- organisations ----


def _units(session: Session, scope: Scope) -> tuple[Unit, ...]:
    kinds = people.institution_kinds(session)
    return tuple(
        Unit(
            row.id,
            row.name,
            row.level,
            OrganisationKind(row.kind),
            row.depth,
            row.territorial_parent_id,
            kinds.get(row.id, frozenset()),
        )
        for row in people.organisations_in(session, scope)
    )


def _institutions(
    session: Session, organisation_ids: Ids, units: Sequence[Unit], as_of: date
) -> tuple[InstitutionFacts, ...]:
    first, _last = year_of(as_of)
    held = training.runs_held(session, organisation_ids, first, as_of)
    runs = _grouped((row.run.organisation_id, _run(row, as_of)) for row in held)
    return tuple(
        InstitutionFacts(unit, tuple(runs.get(unit.id, ())))
        for unit in units
        if unit.kind is OrganisationKind.INSTITUTION
    )


def _run(row: training.HeldRun, as_of: date) -> RunFacts:
    run = row.run
    return RunFacts(
        id=run.id,
        title=run.title,
        covers_mass_work=run.covers_mass_work,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        lesson_hours=run.lesson_hours,
        instructor_name=run.instructor_name,
        is_required=run.is_required,
        learner_count=run.learner_count,
        on_roll=row.on_roll,
        completed=row.completed if run.ends_on <= as_of else 0,
    )


def _groups(
    session: Session, organisation_ids: Ids, units: Sequence[Unit], as_of: date
) -> tuple[GroupFacts, ...]:
    first, _last = year_of(as_of)
    entered = training.groups_of(session, organisation_ids, as_of)
    names = {group.organisation_id: group.name for group in entered}
    organisation_of = {group.id: group.organisation_id for group in entered}
    sessions = _grouped(
        (organisation_of[held.study_group_id], _session(held, counts))
        for held, counts in training.sessions_held(session, organisation_ids, first, as_of)
    )
    return tuple(
        GroupFacts(unit, names.get(unit.id, ""), tuple(sessions.get(unit.id, ())))
        for unit in units
        if unit.kind in {OrganisationKind.PARTY_COMMITTEE, OrganisationKind.MASS_ORGANISATION}
    )


def _session(held: Any, counts: dict[str, int]) -> SessionFacts:
    return SessionFacts(
        id=held.id,
        on=held.held_on,
        topic=held.topic,
        is_on_mass_work=held.is_on_mass_work,
        chair_name=held.chair_name,
        present=counts.get("present", 0),
        leave=counts.get("leave", 0),
        absent=counts.get("absent", 0),
        made_up=counts.get("made_up", 0),
        observers=counts.get("observer", 0),
    )


# ---- persons ----


def _persons(
    session: Session, person_ids: Ids, organisation_ids: Ids, as_of: date, course: _Taught | None
) -> tuple[PersonFacts, ...]:
    posts = _posts(session, person_ids, organisation_ids)
    finished, seconds, this_year, results = _studied(session, person_ids, as_of, course)
    taken = training.runs_taken(session, person_ids, as_of)
    classes = _grouped((row.person_id, _class(row, as_of)) for row in taken)
    attended = training.sessions_attended(session, person_ids, as_of)
    sessions = _grouped((row.person_id, SessionAttended(*row[1:])) for row in attended)
    people_rows = session.execute(
        select(Person.id, Person.staff_number, Person.name)
        .where(Person.id.in_(person_ids))
        .order_by(Person.staff_number)
    )
    return tuple(
        PersonFacts(
            id=person_id,
            staff_number=staff_number,
            name=name,
            posts=tuple(posts.get(person_id, ())),
            finished=tuple(finished.get(person_id, ())),
            study_seconds=seconds.get(person_id, 0),
            study_seconds_this_year=this_year.get(person_id, 0),
            exams=tuple(results.get(person_id, ())),
            classes=tuple(classes.get(person_id, ())),
            sessions=tuple(sessions.get(person_id, ())),
        )
        for person_id, staff_number, name in people_rows
    )


class _Place(NamedTuple):
    """An organisation in which posts are held, and whether it is in the report."""

    id: int
    name: str
    level: str
    kind: str
    is_inside: bool


def _posts(session: Session, person_ids: Ids, organisation_ids: Ids) -> dict[int, list[Post]]:
    held = select(Appointment.organisation_id).where(Appointment.person_id.in_(person_ids))
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Organisation.level,
            Organisation.kind,
            Organisation.id.in_(organisation_ids),
        ).where(Organisation.id.in_(held))
    )
    places = {row[0]: _Place(*row) for row in rows}
    return {
        person_id: [_post(each, places[each.organisation_id]) for each in appointments]
        for person_id, appointments in people.appointments_of(session, person_ids).items()
    }


def _post(appointment: Appointment, place: _Place) -> Post:
    return Post(
        id=appointment.id,
        organisation_id=place.id,
        organisation_name=place.name,
        level=Level(place.level),
        kind=OrganisationKind(place.kind),
        title=appointment.post,
        appointed_on=appointment.appointed_on,
        left_on=appointment.left_on,
        precision=DatePrecision(appointment.appointed_precision),
        leadership_rank=appointment.leadership_rank,
        is_leadership_member=appointment.is_leadership_member,
        tenure_type=appointment.tenure_type,
        is_inside=bool(place.is_inside),
        is_primary=appointment.is_primary,
    )


class _Studied(NamedTuple):
    """What persons did in the course, each by person."""

    finished: dict[int, list[FinishedModule]]
    seconds: dict[int, int]
    seconds_this_year: dict[int, int]
    results: dict[int, list[ExamRecord]]


def _studied(session: Session, person_ids: Ids, as_of: date, course: _Taught | None) -> _Studied:
    """Return what was studied up to the day: modules and exams of the course, time of all courses."""
    until, since = _end_of(as_of), _start_of(year_of(as_of)[0])
    seconds = study.study_seconds(session, person_ids, until=until)
    this_year = study.study_seconds(session, person_ids, since=since, until=until)
    if course is None:
        return _Studied({}, _sums(seconds), _sums(this_year), {})
    finished = _grouped(
        (
            row.person_id,
            FinishedModule(row.module_slug, course.title_of(row.module_slug), day_of(row.finished_at)),
        )
        for row in study.finished_modules(session, person_ids, until)
        if row.course_id == course.id
    )
    results = _grouped(
        (row.person_id, _exam(row)) for row in exams.results_of(session, person_ids, course.id, until)
    )
    return _Studied(finished, _sums(seconds), _sums(this_year), results)


def _sums(rows: Iterable[study.StudyTime]) -> dict[int, int]:
    found: dict[int, int] = {}
    for row in rows:
        found[row.person_id] = found.get(row.person_id, 0) + row.seconds
    return found


def _exam(row: exams.ExamResult) -> ExamRecord:
    return ExamRecord(
        row.module_slug, row.score, row.max_score, row.is_passed, day_of(row.ended_at), row.attempts
    )


def _class(row: training.Taken, as_of: date) -> ClassTaken:
    run = row.run
    return ClassTaken(
        title=run.title,
        organisation_name=row.organisation_name,
        training_kind=run.training_kind,
        covers_mass_work=run.covers_mass_work,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        lesson_hours=run.lesson_hours,
        outcome=outcome_on(row.outcome, run.ends_on, as_of),
    )
