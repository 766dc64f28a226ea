"""Read what editions say. An edition never changes, so a process reads each one only once.

What is kept here belongs to nobody: course texts by the keys of their edition and of the original. Which
edition is the newest, and whether the original is loaded, is asked of the database at every request.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.clauses import ClauseRef
from learning.core.db import Reads, database
from learning.core.kept import Kept
from learning.materials.composition import stored_item
from learning.materials.models import Course, Document, Edition, PracticeItem, Unit
from learning.materials.queries import courses
from learning.materials.queries.courses import EditionRow, ModuleRow, Teaching, UnitRow
from learning.materials.queries.documents import original
from learning.materials.rules import Passage, is_about, is_key, passages
from question_bank.items import Item


@dataclass(frozen=True, eq=False)
class Contents:
    """An edition without its texts, which are many."""

    edition: EditionRow
    modules: Sequence[ModuleRow]
    #: In the order in which they are read.
    units: Sequence[UnitRow]
    #: The codes of the practice items of each unit.
    practice: Mapping[int, Sequence[str]]
    #: Every clause that is taught, in the order of the course.
    taught: Sequence[Teaching]

    @cached_property
    def _by_clause(self) -> Mapping[str, Teaching]:
        """Return the first unit that teaches each clause, or for a paragraph, one of its sentences."""
        exact = {teaching.ref: teaching for teaching in reversed(self.taught)}
        nearby = {_paragraph(teaching.ref): teaching for teaching in reversed(self.taught)}
        return nearby | exact

    def units_teaching(self, refs: Iterable[str]) -> dict[str, Teaching]:
        """Return for each clause the unit that teaches it best: it, or else one of its paragraph."""
        found = {ref: self._by_clause.get(ref) or self._by_clause.get(_paragraph(ref)) for ref in refs}
        return {ref: teaching for ref, teaching in found.items() if teaching}

    def units_about(self, asked: ClauseRef) -> list[Teaching]:
        """Return the units that teach a clause or a part of it, each once, in the order of the course."""
        units: dict[tuple[str, str], Teaching] = {}
        for teaching in self.taught:
            if is_about(teaching.ref, asked):
                units.setdefault((teaching.module_slug, teaching.unit_key), teaching)
        return list(units.values())

    def units_in(self, module_slug: str) -> list[UnitRow]:
        """Return the units of a module."""
        return [unit for unit in self.units if unit.module_slug == module_slug]


def _paragraph(ref: str) -> str:
    return str(ClauseRef.parse(ref).paragraph_ref)


def contents(edition_id: int) -> Contents:
    """Return what an edition says; no query but for the first time."""
    return _CONTENTS.one(edition_id, lambda: _read(edition_id))


def _read(edition_id: int) -> Contents:
    # A connection of its own sees only what is committed, and so for ever.
    with database().connect() as connection, Session(connection) as session:
        return Contents(
            edition=courses.edition(session, edition_id),
            modules=courses.modules_of(session, edition_id),
            units=courses.units_of(session, edition_id),
            practice=courses.practice_codes(session, edition_id),
            taught=courses.coverage(session, edition_id),
        )


#: Nothing of an edition can be changed or deleted, so that its key stands for the same words for ever.
_CONTENTS: Kept[int, Contents] = Kept(16)


class Practice(NamedTuple):
    """A practice item that closes a unit."""

    id: int
    position: int
    code: str
    item: Item


# Without equality, a page is the same only as itself: it serves as the key of what is made of it.
@dataclass(frozen=True, eq=False)
class UnitPage:
    """A unit with its text, the original beside it, and the module and edition around it."""

    edition: EditionRow
    module: ModuleRow
    unit: UnitRow
    html: str
    refs: Sequence[str]
    practice: Sequence[Practice]
    #: None: the original is not loaded.
    document_id: int | None
    #: The paragraphs of the original that the unit is about.
    passages: Sequence[Passage]

    @property
    def reading_minutes(self) -> tuple[int, int]:
        """Return the least and the most minutes that reading takes."""
        return self.unit.reading_minutes


#: By the unit, which belongs to an edition, and the original: neither can be changed or deleted.
_PAGES: Kept[tuple[int, int | None], UnitPage] = Kept(512)

_NEWEST = (
    select(Edition.id, Document.id)
    .join(Course, Course.id == Edition.course_id)
    .outerjoin(Document, Document.slug == Course.slug)
    .where(Course.slug == bindparam("slug"))
    .order_by(Edition.number.desc())
    .limit(1)
)


def unit_at(reads: Reads, unsafe_course: str, unsafe_module: str, unsafe_key: str) -> UnitPage | None:
    """Return a unit of the newest edition of a course by the parts of its address; one query."""
    if not is_key(unsafe_course):
        return None
    newest = reads.execute(_NEWEST, {"slug": unsafe_course}).one_or_none()
    if newest is None:
        return None
    edition_id, document_id = newest
    for unit in contents(edition_id).units:
        if unit.module_slug == unsafe_module and unit.key == unsafe_key:
            return _PAGES.one((unit.id, document_id), partial(_read_page, edition_id, document_id, unit))
    return None


def _read_page(edition_id: int, document_id: int | None, unit: UnitRow) -> UnitPage:
    whole = contents(edition_id)
    with database().connect() as connection, Session(connection) as session:
        refs = courses.clauses_of(session, [unit.id]).get(unit.id, [])
        texts = original(session, whole.edition.course_slug, refs) if document_id else {}
        items = session.execute(
            select(PracticeItem.id, PracticeItem.position, PracticeItem.code, PracticeItem.item)
            .where(PracticeItem.unit_id == unit.id)
            .order_by(PracticeItem.position)
        )
        return UnitPage(
            edition=whole.edition,
            module=next(module for module in whole.modules if module.id == unit.module_id),
            unit=unit,
            html=session.scalars(select(Unit.html).where(Unit.id == unit.id)).one(),
            refs=refs,
            practice=[
                Practice(key, position, code, stored_item(item)) for key, position, code, item in items
            ],
            document_id=document_id,
            passages=passages(refs, texts),
        )
