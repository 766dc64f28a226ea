"""Read who could be issued what, and what it would say; always the same number of queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learning.certificates import content, fonts, rules
from learning.certificates.models import Certificate, CertificateRevocation
from learning.certificates.rules import Draft, HoursLine, ModuleHours, Refusal, Run, Studied
from learning.certificates.sources import ClassSource, CourseSource, HoursSource, Source
from learning.core.clock import day_of
from learning.exams.kinds import Behaviour, ExamKind
from learning.exams.models import Attempt, Exam, Sitting
from learning.exams.queries.results import results_of
from learning.materials import queries as materials
from learning.materials.models import Edition, Module
from learning.people import queries as people
from learning.people.models import Appointment, Organisation, Person
from learning.study.models import ModuleFinish, UnitRead
from learning.training import queries as training
from learning.training.models import ClassRun, ClassRunLearner

#: What is decided about persons, by their keys.
Decided: TypeAlias = Mapping[int, Draft | Refusal]
Persons: TypeAlias = Select[int]


@dataclass(frozen=True)
class Candidate:
    """Somebody on the list of what certificates are issued about."""

    person_id: int
    staff_number: str
    name: str
    #: Where the person stood on the day that the certificate is about; None: nowhere on record.
    holder: content.Holder | None
    draft: Draft | None
    refusal: Refusal | None
    #: What cannot be printed.
    characters: str = ""
    #: The number of the certificate that is in force already.
    number: str = ""


def candidates(
    session: Session, source: Source, today: date, only: Collection[int] | None = None
) -> list[Candidate]:
    """Return the persons of a source by staff number, or those of them that are named."""
    ids = persons_of(source)
    if only is not None:
        ids = select(Person.id).where(Person.id.in_(sorted(only)), Person.id.in_(ids))
    decided = _decided(session, source, ids, today)
    posts, numbers = _posts(session, ids), _in_force(session, ids, source)
    rows = session.execute(
        select(Person.id, Person.staff_number, Person.name)
        .where(Person.id.in_(ids))
        .order_by(Person.staff_number)
    )
    return [_candidate(row, decided[row.id], posts.get(row.id, []), numbers.get(row.id, "")) for row in rows]


def person_ids(session: Session, source: Source) -> list[int]:
    """Return the keys of all persons of a source by staff number."""
    query = select(Person.id).where(Person.id.in_(persons_of(source))).order_by(Person.staff_number)
    return list(session.scalars(query))


def persons_of(source: Source) -> Persons:
    """Return a query of the persons of a source."""
    if isinstance(source, ClassSource):
        return select(ClassRunLearner.person_id).where(ClassRunLearner.class_run_id == source.run_id)
    if isinstance(source, CourseSource):
        return (
            select(Attempt.person_id)
            .join(Sitting, Sitting.id == Attempt.sitting_id)
            .join(Exam, Exam.id == Sitting.exam_id)
            .where(
                Exam.organisation_id == source.school_id,
                Exam.kind == ExamKind.FINAL_EXAM,
                Exam.behaviour != Behaviour.PRACTICE,
            )
        )
    return select(Appointment.person_id).where(
        Appointment.organisation_id.in_(people.below(source.unit_id)), people.held_on(source.until)
    )


def _candidate(row: Any, decided: Draft | Refusal, posts: list[rules.Held], number: str) -> Candidate:
    def one(**more: Any) -> Candidate:
        return Candidate(row.id, row.staff_number, row.name, number=number, **more)

    if isinstance(decided, Refusal):
        return one(holder=None, draft=None, refusal=decided)
    held = rules.post_on(posts, decided.ends_on)
    holder = content.Holder(row.name.strip(), held.unit, held.post) if held else None
    refusal, characters = _refusal(holder, decided, number)
    return one(holder=holder, draft=None if refusal else decided, refusal=refusal, characters=characters)


def _refusal(holder: content.Holder | None, draft: Draft, number: str) -> tuple[Refusal | None, str]:
    if number:
        return Refusal.ALREADY, ""
    if holder is None:
        return Refusal.NO_POST, ""
    if not holder.name:
        return Refusal.NO_NAME, ""
    texts = [holder.name, holder.unit, holder.post, draft.title]
    texts += [text for line in draft.lines for text in (line.title, line.by)]
    lacking = fonts.missing("".join(texts))
    return (Refusal.NOT_PRINTABLE, "".join(lacking)) if lacking else (None, "")


# ---- what each source decides ----


def _decided(session: Session, source: Source, ids: Persons, today: date) -> Decided:
    if isinstance(source, ClassSource):
        return _by_class(session, source, today)
    if isinstance(source, CourseSource):
        return _by_course(session, source, ids)
    return _by_hours(session, source, ids, today)


def _by_class(session: Session, source: ClassSource, today: date) -> Decided:
    row = session.execute(
        select(ClassRun, Organisation.name)
        .join(Organisation, Organisation.id == ClassRun.organisation_id)
        .where(ClassRun.id == source.run_id)
    ).one()
    run = _run(*row)
    outcomes = session.execute(
        select(ClassRunLearner.person_id, ClassRunLearner.outcome).where(
            ClassRunLearner.class_run_id == source.run_id
        )
    )
    return {person_id: rules.of_class(run, outcome, today) for person_id, outcome in outcomes}


def _run(run: ClassRun, by: str) -> Run:
    return Run(
        title=run.title,
        by=by,
        delivery_mode=run.delivery_mode,
        covers_mass_work=run.covers_mass_work,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        lesson_hours=run.lesson_hours,
        is_withdrawn=run.withdrawn_at is not None,
    )


def _by_course(session: Session, source: CourseSource, ids: Persons) -> Decided:
    edition = materials.current_edition(session, source.course)
    keys = session.scalars(select(Person.id).where(Person.id.in_(ids))).all()
    if edition is None:
        return dict.fromkeys(keys, Refusal.NO_RESULT)
    modules = [
        ModuleHours(row.slug, row.title, row.study_hours) for row in materials.modules_of(session, edition.id)
    ]
    studied = _studied(session, edition.course_id, ids)
    return {key: rules.of_course(edition.title, modules, studied(key)) for key in keys}


def _studied(session: Session, course_id: int, ids: Persons) -> Any:
    """Return a function that says what somebody did in a course."""
    finished: dict[int, dict[str, date]] = {}
    for person_id, slug, moment in session.execute(
        select(ModuleFinish.person_id, ModuleFinish.module_slug, ModuleFinish.finished_at).where(
            ModuleFinish.course_id == course_id, ModuleFinish.person_id.in_(ids)
        )
    ):
        finished.setdefault(person_id, {})[slug] = day_of(moment)
    began = session.execute(
        select(UnitRead.person_id, func.min(UnitRead.read_at))
        .where(UnitRead.course_id == course_id, UnitRead.person_id.in_(ids))
        .group_by(UnitRead.person_id)
    )
    first = {person_id: day_of(moment) for person_id, moment in began}
    results = {
        result.person_id: result
        for result in results_of(session, ids, course_id)
        if result.kind is ExamKind.FINAL_EXAM
    }

    def studied(key: int) -> Studied:
        result = results.get(key)
        return Studied(
            began_on=first.get(key),
            finished=finished.get(key, {}),
            has_passed=result.is_passed if result else None,
            examined_on=day_of(result.ended_at) if result else None,
        )

    return studied


def _by_hours(session: Session, source: HoursSource, ids: Persons, today: date) -> Decided:
    keys = session.scalars(select(Person.id).where(Person.id.in_(ids))).all()
    lines: dict[int, list[HoursLine]] = {key: [] for key in keys}
    for taken in training.runs_taken(session, ids, source.until):
        if taken.outcome == "completed":
            run = taken.run
            lines[taken.person_id].append(
                HoursLine(
                    run.delivery_mode,
                    run.title,
                    taken.organisation_name,
                    run.starts_on,
                    run.ends_on,
                    run.lesson_hours,
                )
            )
    for person_id, moment, title, hours, course in session.execute(
        select(
            ModuleFinish.person_id, ModuleFinish.finished_at, Module.title, Module.study_hours, Edition.title
        )
        .join(Module, Module.id == ModuleFinish.module_id)
        .join(Edition, Edition.id == Module.edition_id)
        .where(ModuleFinish.person_id.in_(ids))
    ):
        day = day_of(moment)
        lines[person_id].append(HoursLine("course", title, course, day, day, hours))
    return {key: rules.of_hours(source.since, source.until, lines[key], today) for key in keys}


# ---- what all sources share ----


def _posts(session: Session, ids: Persons) -> dict[int, list[rules.Held]]:
    found: dict[int, list[rules.Held]] = {}
    rows = session.execute(
        select(Appointment, Organisation.name)
        .join(Organisation, Organisation.id == Appointment.organisation_id)
        .where(Appointment.person_id.in_(ids))
        .order_by(Appointment.id)
    )
    for post, unit in rows:
        held = rules.Held(unit, post.post, post.is_primary, post.appointed_on, post.left_on)
        found.setdefault(post.person_id, []).append(held)
    return found


def _in_force(session: Session, ids: Persons, source: Source) -> dict[int, str]:
    revoked = select(CertificateRevocation.id).where(CertificateRevocation.certificate_id == Certificate.id)
    rows = session.execute(
        select(Certificate.person_id, Certificate.number).where(
            Certificate.source == str(source), Certificate.person_id.in_(ids), ~revoked.exists()
        )
    )
    return {int(person_id): str(number) for person_id, number in rows}
