"""Read courses and what their editions say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Account
from learning.core.db import Reads
from learning.materials.models import (
    Course,
    Edition,
    Figure,
    Module,
    PracticeItem,
    Unit,
    UnitClause,
)
from learning.materials.rules import is_figure_name, is_key, reading_minutes


class EditionRow(NamedTuple):
    """An edition with the course it belongs to."""

    id: int
    course_id: int
    course_slug: str
    number: int
    title: str
    description: str
    published_at: datetime


class ModuleRow(NamedTuple):
    """A module with the counts of what it holds."""

    id: int
    edition_id: int
    number: int
    slug: str
    section: int
    title: str
    study_hours: Decimal
    units: int
    characters: int

    @property
    def reading_minutes(self) -> tuple[int, int]:
        """Return the least and the most minutes that reading takes."""
        return reading_minutes(self.characters)


class UnitRow(NamedTuple):
    """A unit of an edition without its text."""

    id: int
    module_id: int
    module_slug: str
    number: int
    key: str
    title: str
    characters: int

    @property
    def reading_minutes(self) -> tuple[int, int]:
        """Return the least and the most minutes that reading takes."""
        return reading_minutes(self.characters)


class Teaching(NamedTuple):
    """A unit that teaches a clause."""

    ref: str
    module_number: int
    module_slug: str
    module_title: str
    unit_key: str
    unit_title: str


# ---- editions ----


_EDITIONS = select(
    Edition.id,
    Course.id,
    Course.slug,
    Edition.number,
    Edition.title,
    Edition.description,
    Edition.published_at,
).join(Course, Course.id == Edition.course_id)
_OF_COURSE = aliased(Edition)
_NEWEST = _EDITIONS.where(
    Edition.number
    == select(func.max(_OF_COURSE.number)).where(_OF_COURSE.course_id == Course.id).scalar_subquery()
)
_EDITION = _EDITIONS.where(Edition.id == bindparam("edition_id"))
_CURRENT = _NEWEST.order_by(Course.id)
_CURRENT_OF_COURSE = _NEWEST.where(Course.slug == bindparam("slug"))


def edition(session: Session, edition_id: int) -> EditionRow:
    """Return an edition by its key."""
    return EditionRow(*session.execute(_EDITION, {"edition_id": edition_id}).one())


def current_editions(reads: Reads) -> list[EditionRow]:
    """Return the newest edition of every course."""
    return [EditionRow(*row) for row in reads.execute(_CURRENT)]


def current_edition(reads: Reads, unsafe_slug: str) -> EditionRow | None:
    """Return the newest edition of a course; it is the one that is taught."""
    if not is_key(unsafe_slug):
        return None
    row = reads.execute(_CURRENT_OF_COURSE, {"slug": unsafe_slug}).one_or_none()
    return EditionRow(*row) if row else None


class PublishedRow(NamedTuple):
    """An edition in the history of its course."""

    id: int
    number: int
    published_at: datetime
    published_by: str | None
    digest: str


def history(session: Session, course_id: int) -> list[PublishedRow]:
    """Return all editions of a course, newest first."""
    rows = session.execute(
        select(Edition.id, Edition.number, Edition.published_at, Account.display_name, Edition.digest)
        .outerjoin(Account, Account.id == Edition.published_by_id)
        .where(Edition.course_id == course_id)
        .order_by(Edition.number.desc())
    )
    return [PublishedRow(*row) for row in rows]


def course_of(session: Session, slug: str, lock: bool = False) -> Course | None:
    """Return a course by its slug; locked, two publications of it wait for each other."""
    query = select(Course).where(Course.slug == slug)
    return session.scalar(query.with_for_update() if lock else query)


def newest_edition(session: Session, course_id: int) -> Edition | None:
    """Return the newest edition of a course with its digests."""
    return session.scalar(
        select(Edition).where(Edition.course_id == course_id).order_by(Edition.number.desc()).limit(1)
    )


# ---- modules and units ----


def modules_of(session: Session, edition_id: int) -> list[ModuleRow]:
    """Return the modules of an edition in order."""
    rows = session.execute(
        select(
            Module.id,
            Module.edition_id,
            Module.number,
            Module.slug,
            Module.section,
            Module.title,
            Module.study_hours,
            func.count(Unit.id),
            func.coalesce(func.sum(Unit.characters), 0),
        )
        .outerjoin(Unit, Unit.module_id == Module.id)
        .where(Module.edition_id == edition_id)
        .group_by(Module.id)
        .order_by(Module.number)
    )
    return [ModuleRow(*row[:8], int(row[8])) for row in rows]


def module_in(session: Session, edition_id: int, unsafe_slug: str) -> Module | None:
    """Return a module of an edition with its overview and objectives."""
    if not is_key(unsafe_slug):
        return None
    return session.scalar(select(Module).where(Module.edition_id == edition_id, Module.slug == unsafe_slug))


def units_of(session: Session, edition_id: int) -> list[UnitRow]:
    """Return all units of an edition in the order in which they are read."""
    rows = session.execute(
        select(Unit.id, Module.id, Module.slug, Unit.number, Unit.key, Unit.title, Unit.characters)
        .join(Module, Module.id == Unit.module_id)
        .where(Module.edition_id == edition_id)
        .order_by(Module.number, Unit.number)
    )
    return [UnitRow(*row) for row in rows]


@dataclass(frozen=True)
class Outline:
    """A course as those see it who keep it: modules with units, what they teach and ask, and all editions."""

    edition: EditionRow
    modules: list[ModuleRow]
    units: dict[int, list[UnitRow]]
    clauses: dict[int, list[str]]
    practice: dict[int, list[str]]
    history: list[PublishedRow]


def outline(session: Session, edition: EditionRow) -> Outline:
    """Return the outline of an edition; five queries."""
    units: dict[int, list[UnitRow]] = {}
    for unit in units_of(session, edition.id):
        units.setdefault(unit.module_id, []).append(unit)
    unit_ids = [unit.id for listed in units.values() for unit in listed]
    return Outline(
        edition=edition,
        modules=modules_of(session, edition.id),
        units=units,
        clauses=clauses_of(session, unit_ids),
        practice=practice_codes(session, edition.id),
        history=history(session, edition.course_id),
    )


# ---- what a unit teaches and asks ----


def clauses_of(session: Session, unit_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the clauses that units teach, in order, by unit."""
    found: dict[int, list[str]] = {}
    for unit_id, ref in session.execute(
        select(UnitClause.unit_id, UnitClause.ref)
        .where(UnitClause.unit_id.in_(list(unit_ids)))
        .order_by(UnitClause.unit_id, UnitClause.position)
    ):
        found.setdefault(unit_id, []).append(ref)
    return found


def practice_codes(session: Session, edition_id: int) -> dict[int, list[str]]:
    """Return the codes of all practice items of an edition, by unit."""
    found: dict[int, list[str]] = {}
    for unit_id, code in session.execute(
        select(PracticeItem.unit_id, PracticeItem.code)
        .join(Unit, Unit.id == PracticeItem.unit_id)
        .join(Module, Module.id == Unit.module_id)
        .where(Module.edition_id == edition_id)
        .order_by(PracticeItem.unit_id, PracticeItem.position)
    ):
        found.setdefault(unit_id, []).append(code)
    return found


def coverage(session: Session, edition_id: int) -> list[Teaching]:
    """Return every clause an edition teaches with its unit, in the order of the course."""
    rows = session.execute(
        select(UnitClause.ref, Module.number, Module.slug, Module.title, Unit.key, Unit.title)
        .join(Unit, Unit.id == UnitClause.unit_id)
        .join(Module, Module.id == Unit.module_id)
        .where(Module.edition_id == edition_id)
        .order_by(Module.number, Unit.number, UnitClause.position)
    )
    return [Teaching(*row) for row in rows]


def figure(session: Session, edition_id: int, unsafe_name: str) -> bytes | None:
    """Return a drawing of an edition."""
    if not is_figure_name(unsafe_name):
        return None
    return session.scalar(
        select(Figure.content).where(Figure.edition_id == edition_id, Figure.name == unsafe_name)
    )
