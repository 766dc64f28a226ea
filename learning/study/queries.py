"""Read what learners read, practised and finished, and how long they studied."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from learning.core.db import Reads
from learning.materials import queries as materials
from learning.materials.models import Edition, Module, PracticeItem, Unit
from learning.people.models import Person
from learning.study.models import ModuleFinish, PracticeAnswer, UnitRead, Visit
from learning.study.rules import CourseProgress, ModuleProgress, UnitProgress

#: Keys of persons, or a query for them where they are too many to list.
PersonIds: TypeAlias = Sequence[int] | Select[int]


# ---- for reports: many persons at once ----


class FinishedModule(NamedTuple):
    """A module that somebody finished."""

    person_id: int
    course_id: int
    module_slug: str
    finished_at: datetime


class StudyTime(NamedTuple):
    """The counted study time of somebody in a module."""

    person_id: int
    course_id: int
    module_slug: str
    seconds: int


def finished_modules(
    session: Session, person_ids: PersonIds, until: datetime | None = None
) -> list[FinishedModule]:
    """Return every finished module of these persons, up to a moment if one is given; one query."""
    query = (
        select(
            ModuleFinish.person_id,
            ModuleFinish.course_id,
            ModuleFinish.module_slug,
            ModuleFinish.finished_at,
        )
        .where(ModuleFinish.person_id.in_(person_ids))
        .order_by(ModuleFinish.person_id, ModuleFinish.finished_at)
    )
    if until:
        query = query.where(ModuleFinish.finished_at < until)
    return [FinishedModule(*row) for row in session.execute(query)]


def study_seconds(
    session: Session, person_ids: PersonIds, since: datetime | None = None, until: datetime | None = None
) -> list[StudyTime]:
    """Return the study time of these persons by module, of visits opened from `since` to before `until`."""
    query = (
        select(Visit.person_id, Edition.course_id, Module.slug, func.sum(Visit.seconds))
        .join(Unit, Unit.id == Visit.unit_id)
        .join(Module, Module.id == Unit.module_id)
        .join(Edition, Edition.id == Module.edition_id)
        .where(Visit.person_id.in_(person_ids))
        .group_by(Visit.person_id, Edition.course_id, Module.slug)
        .order_by(Visit.person_id)
    )
    if since:
        query = query.where(Visit.opened_at >= since)
    if until:
        query = query.where(Visit.opened_at < until)
    return [StudyTime(*row[:3], int(row[3])) for row in session.execute(query)]


# ---- for one learner ----


def progress_of(reads: Reads, person_id: int, edition_id: int) -> CourseProgress:
    """Return how far somebody is with an edition, down to its units; four queries."""
    contents = materials.contents(edition_id)
    asked = {"person_id": person_id, "course_id": contents.edition.course_id}
    visits, read = _visits(reads, asked), _read_units(reads, asked)
    # Practice is remembered by its code, in whatever edition it was answered.
    answered = {code for (code,) in reads.execute(_ANSWERED, asked)}
    finished = {row.slug: row.finished_at for row in reads.execute(_FINISHED, asked)}
    units = [
        UnitProgress(
            unit_id=unit.id,
            module_slug=unit.module_slug,
            key=unit.key,
            title=unit.title,
            number=unit.number,
            characters=unit.characters,
            is_read=(unit.module_slug, unit.key) in read,
            practice=len(contents.practice.get(unit.id, ())),
            answered=sum(code in answered for code in contents.practice.get(unit.id, ())),
            position=visits.positions.get((unit.module_slug, unit.key)),
        )
        for unit in contents.units
    ]
    modules = [
        ModuleProgress(
            id=module.id,
            number=module.number,
            slug=module.slug,
            title=module.title,
            study_hours=module.study_hours,
            units=tuple(unit for unit in units if unit.module_slug == module.slug),
            seconds=visits.seconds.get(module.slug, 0),
            finished_at=finished.get(module.slug),
        )
        for module in contents.modules
    ]
    visited = next((unit.unit_id for unit in units if (unit.module_slug, unit.key) == visits.newest), None)
    return CourseProgress(edition_id, tuple(modules), visited)


class _Visits(NamedTuple):
    """What the visits of a learner to a course come to; units are named by module and key."""

    positions: dict[tuple[str, str], int]
    seconds: dict[str, int]
    newest: tuple[str, str] | None


_VISITED = (
    select(Module.slug, Unit.key, Visit.position, Visit.seconds)
    .join(Unit, Unit.id == Visit.unit_id)
    .join(Module, Module.id == Unit.module_id)
    .join(Edition, Edition.id == Module.edition_id)
    .where(Visit.person_id == bindparam("person_id"), Edition.course_id == bindparam("course_id"))
    .order_by(Visit.id)
)
_READ = select(UnitRead.module_slug, UnitRead.unit_key).where(
    UnitRead.person_id == bindparam("person_id"), UnitRead.course_id == bindparam("course_id")
)
_ANSWERED = (
    select(PracticeAnswer.item_code).where(PracticeAnswer.person_id == bindparam("person_id")).distinct()
)
_FINISHED = select(ModuleFinish.module_slug.label("slug"), ModuleFinish.finished_at).where(
    ModuleFinish.person_id == bindparam("person_id"), ModuleFinish.course_id == bindparam("course_id")
)


def _visits(reads: Reads, asked: Mapping[str, int]) -> _Visits:
    found = _Visits({}, {}, None)
    for slug, key, position, seconds in reads.execute(_VISITED, asked):
        found.positions[slug, key] = position
        found.seconds[slug] = found.seconds.get(slug, 0) + seconds
        found = found._replace(newest=(slug, key))
    return found


def _read_units(reads: Reads, asked: Mapping[str, int]) -> set[tuple[str, str]]:
    return {(slug, key) for slug, key in reads.execute(_READ, asked)}


_LOCK = select(Person.id).where(Person.id == bindparam("person_id")).with_for_update(key_share=True)


def lock_person(writes: Reads, person_id: int) -> None:
    """Let one step of a learner wait for another; SQLite has one writer anyway."""
    writes.execute(_LOCK, {"person_id": person_id})


def has_read(session: Session, person_id: int, page: materials.UnitPage) -> bool:
    """Return whether somebody has read a unit, in whatever edition."""
    read = _read_units(session, {"person_id": person_id, "course_id": page.edition.course_id})
    return (page.module.slug, page.unit.key) in read


class VisitRow(NamedTuple):
    """A visit as its time is counted."""

    id: int
    unit_id: int
    seen_at: datetime
    seconds: int
    has_heartbeats: bool
    position: int


_VISITS = select(
    Visit.id, Visit.unit_id, Visit.seen_at, Visit.seconds, Visit.has_heartbeats, Visit.position
).where(Visit.person_id == bindparam("person_id"))
_NEWEST_VISIT = _VISITS.order_by(Visit.id.desc()).limit(1)
_VISIT = _VISITS.where(Visit.id == bindparam("visit_id"))
#: How far down a unit's page somebody was at the last visit, in percent.
LAST_POSITION = (
    select(Visit.position)
    .where(Visit.person_id == bindparam("person_id"), Visit.unit_id == bindparam("unit_id"))
    .order_by(Visit.id.desc())
    .limit(1)
    .scalar_subquery()
)


def newest_visit(reads: Reads, person_id: int) -> VisitRow | None:
    """Return the newest visit of somebody: the only one that runs."""
    row = reads.execute(_NEWEST_VISIT, {"person_id": person_id}).one_or_none()
    return VisitRow(*row) if row else None


def visit_in(reads: Reads, person_id: int, unsafe_visit_id: int) -> VisitRow | None:
    """Return a visit of somebody's own."""
    row = reads.execute(_VISIT, {"person_id": person_id, "visit_id": unsafe_visit_id}).one_or_none()
    return VisitRow(*row) if row else None


class Tries(NamedTuple):
    """What a learner answered to a practice item last and what it earned, and how many answers there were."""

    number: int
    response: Any
    fraction: Fraction


@dataclass(frozen=True)
class Standing:
    """Where a learner stands with a unit."""

    #: The newest visit, to whatever unit it was.
    visit_id: int | None
    visited_unit_id: int
    seen_at: datetime
    seconds: int
    position: int
    #: Whether this unit was read.
    is_read: bool
    #: What was answered to its practice items, by their codes.
    tries: Mapping[str, Tries]


_STANDING = (
    select(
        Visit.id,
        Visit.unit_id,
        Visit.seen_at,
        Visit.seconds,
        Visit.position,
        exists().where(
            UnitRead.person_id == bindparam("person_id"),
            UnitRead.course_id == bindparam("course_id"),
            UnitRead.module_slug == bindparam("module_slug"),
            UnitRead.unit_key == bindparam("unit_key"),
        ),
        PracticeAnswer.item_code,
        PracticeAnswer.response,
        PracticeAnswer.fraction,
    )
    .select_from(Person)
    .outerjoin(
        Visit,
        Visit.id
        == select(func.max(Visit.id)).where(Visit.person_id == bindparam("person_id")).scalar_subquery(),
    )
    .outerjoin(
        PracticeAnswer,
        (PracticeAnswer.person_id == bindparam("person_id"))
        & PracticeAnswer.item_code.in_(
            select(PracticeItem.code).where(PracticeItem.unit_id == bindparam("unit_id"))
        ),
    )
    .where(Person.id == bindparam("person_id"))
    .order_by(PracticeAnswer.id)
)


def standing(reads: Reads, person_id: int, page: materials.UnitPage) -> Standing:
    """Return where somebody stands with a unit; one query."""
    asked = {
        "person_id": person_id,
        "course_id": page.edition.course_id,
        "module_slug": page.module.slug,
        "unit_key": page.unit.key,
        "unit_id": page.unit.id,
    }
    rows = reads.execute(_STANDING, asked).all()
    visit_id, visited_unit_id, seen_at, seconds, position, is_read, *_answer = rows[0]
    tries = _tries(row[6:] for row in rows if row[6] is not None)
    return Standing(visit_id, visited_unit_id, seen_at, seconds, position, is_read, tries)


def _tries(answers: Iterable[Sequence[Any]]) -> dict[str, Tries]:
    found: dict[str, Tries] = {}
    for code, response, fraction in answers:
        earlier = found[code].number if code in found else 0
        found[code] = Tries(earlier + 1, response["value"], fraction)
    return found


def number_of_tries(session: Session, person_id: int, code: str) -> int:
    """Return how often somebody answered a practice item."""
    tries = select(func.count()).where(
        PracticeAnswer.person_id == person_id, PracticeAnswer.item_code == code
    )
    return session.scalars(tries).one()
