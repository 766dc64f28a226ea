"""Documents with their clauses, and courses with editions that never change."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.core.columns import Hundredths
from learning.core.db import Base


class Document(Base):
    """An original that was loaded and agreed with its seal clause by clause."""

    __tablename__ = "document"
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The course folder whose seal it met, such as opinion-2015.
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64))
    source_name: Mapped[str] = mapped_column(String(200))
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Clause(Base):
    """A heading or paragraph of a document."""

    __tablename__ = "clause"
    __table_args__ = (UniqueConstraint("document_id", "ref"),)
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    #: Place in the document, from 1.
    number: Mapped[int]
    #: "3.7", or "3H" for a heading.
    ref: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str]
    line_start: Mapped[int]
    line_end: Mapped[int]


class Course(Base):
    """A course; what it says is in its editions."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    #: The organisation that keeps it; empty for the built-in course.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    #: Of the files that were last read; tells at start, without reading them, that nothing changed.
    source_digest: Mapped[str | None] = mapped_column(String(64))


class Edition(Base):
    """A published state of a course; the newest one is taught."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("course_id", "number"),)
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    #: Of all that the edition says, so that publishing the same again changes nothing.
    digest: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Module(Base):
    """A module of an edition."""

    __tablename__ = "module"
    __table_args__ = (UniqueConstraint("edition_id", "number"), UniqueConstraint("edition_id", "slug"))
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    number: Mapped[int]
    #: Stays the same from edition to edition: finished modules are remembered by it.
    slug: Mapped[str] = mapped_column(String(60))
    section: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    overview_html: Mapped[str]
    objectives: Mapped[list[Any]]
    study_hours: Mapped[Decimal] = mapped_column(Hundredths)


class Unit(Base):
    """A unit of a module: one page of study text."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("module_id", "number"), UniqueConstraint("module_id", "key"))
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    number: Mapped[int]
    #: Stays the same from edition to edition: what was read is remembered by it.
    key: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    html: Mapped[str]
    #: Chinese characters of the study text.
    characters: Mapped[int]


class UnitClause(Base):
    """A clause that a unit teaches."""

    __tablename__ = "unit_clause"
    append_only = True

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(12), index=True)


class PracticeItem(Base):
    """An item that closes a unit, frozen with the edition; never drawn in an exam."""

    __tablename__ = "practice_item"
    __table_args__ = (UniqueConstraint("unit_id", "position"), UniqueConstraint("unit_id", "code"))
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(60))
    #: The whole item as question_bank.items writes it.
    item: Mapped[dict[str, Any]]


class Figure(Base):
    """A drawing of an edition."""

    __tablename__ = "figure"
    append_only = True

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
