"""Publish editions of courses, and take in the originals that they teach."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from courses import documents, packages, seal
from courses.modules import Course as CourseText
from courses.problems import Problem
from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.config import ROOT
from learning.core.db import reading, transaction
from learning.materials import composition, queries
from learning.materials.composition import Composed, ComposedModule, ComposedUnit
from learning.materials.models import (
    Clause,
    Course,
    Document,
    Edition,
    Figure,
    Module,
    PracticeItem,
    Unit,
    UnitClause,
)
from question_bank import bank
from question_bank.items import Item

#: Where the courses are that come with the platform, each with the seal of its original.
CONTENT = ROOT / "courses" / "content"
BUILT_IN = CONTENT / "opinion-2015"

# ---- editions ----


@dataclass(frozen=True)
class PublishOutcome:
    """What came of publishing: the edition that is taught now, or why there is no new one."""

    edition_id: int | None = None
    number: int | None = None
    is_new: bool = False
    problems: tuple[Problem, ...] = ()


def publish_edition(
    actor: Actor,
    course: CourseText,
    items: Mapping[str, Item],
    now: datetime,
    source_digest: str | None = None,
) -> PublishOutcome:
    """Publish a course with its practice items; publishing the same again changes nothing."""
    problems = composition.problems(course, items)
    if problems:
        return PublishOutcome(problems=tuple(problems))
    composed = composition.compose(course, items)
    with transaction() as session:
        kept = _locked_course(session, course.slug)
        kept.source_digest = source_digest
        newest = queries.newest_edition(session, kept.id)
        if newest and newest.digest == composed.digest:
            return PublishOutcome(newest.id, newest.number)
        edition = Edition(
            course_id=kept.id,
            number=newest.number + 1 if newest else 1,
            digest=composed.digest,
            title=composed.title,
            description=composed.description,
            published_at=now,
            published_by_id=actor.account_id,
        )
        _store(session, edition, composed)
        detail = {"course": course.slug, "number": edition.number, "digest": edition.digest}
        audit.record(session, actor, now, "edition.published", "edition", edition.id, detail)
        return PublishOutcome(edition.id, edition.number, is_new=True)


def _locked_course(session: Session, slug: str) -> Course:
    course = queries.course_of(session, slug, lock=True)
    if course is None:
        course = Course(slug=slug)
        session.add(course)
        session.flush()
    return course


def _store(session: Session, edition: Edition, composed: Composed) -> None:
    """Store an edition level by level, so that the keys of a level are known to the next."""
    session.add(edition)
    session.flush()
    session.add_all(
        Figure(edition_id=edition.id, name=name, content=content)
        for name, content in composed.figures.items()
    )
    modules = [_module(edition.id, module) for module in composed.modules]
    session.add_all(modules)
    session.flush()
    units = [
        (_unit(stored.id, number, unit), unit)
        for stored, module in zip(modules, composed.modules, strict=True)
        for number, unit in enumerate(module.units, 1)
    ]
    session.add_all(stored for stored, _ in units)
    session.flush()
    for stored, unit in units:
        session.add_all(_parts(stored.id, unit))


def _module(edition_id: int, module: ComposedModule) -> Module:
    return Module(
        edition_id=edition_id,
        number=module.number,
        slug=module.slug,
        section=module.section,
        title=module.title,
        overview_html=module.overview_html,
        objectives=list(module.objectives),
        study_hours=module.study_hours,
    )


def _unit(module_id: int, number: int, unit: ComposedUnit) -> Unit:
    return Unit(
        module_id=module_id,
        number=number,
        key=unit.key,
        title=unit.title,
        html=unit.html,
        characters=unit.characters,
    )


def _parts(unit_id: int, unit: ComposedUnit) -> list[UnitClause | PracticeItem]:
    clauses = [UnitClause(unit_id=unit_id, position=at, ref=ref) for at, ref in enumerate(unit.clauses, 1)]
    items = [
        PracticeItem(unit_id=unit_id, position=at, code=item["code"], item=dict(item))
        for at, item in enumerate(unit.practice, 1)
    ]
    return [*clauses, *items]


def load_builtin(
    actor: Actor, now: datetime, folder: Path = BUILT_IN, bank_folder: Path = bank.BUILT_IN
) -> PublishOutcome:
    """Publish the course of a folder if its files, its practice items or their rendering changed."""
    digest = composition.files_digest(
        [*_files(folder), *_files(bank_folder), *_files(CONTENT.parent, "*.py")]
    )
    kept = queries.course_of(reading(), folder.name)
    if kept and kept.source_digest == digest:
        newest = queries.newest_edition(reading(), kept.id)
        return PublishOutcome(newest.id, newest.number) if newest else PublishOutcome()
    read = packages.read_folder(folder)
    if read.course is None or read.problems:
        return PublishOutcome(problems=read.problems)
    items = {item.code: item for item in bank.read_bank(bank_folder).items}
    return publish_edition(actor, read.course, items, now, digest)


def _files(folder: Path, pattern: str = "**/*") -> list[Path]:
    return [path for path in folder.glob(pattern) if path.is_file()]


# ---- originals ----


@dataclass(frozen=True)
class ImportOutcome:
    """What came of importing a document: its counts, and what speaks against taking it as the original."""

    title: str = ""
    sections: int = 0
    paragraphs: int = 0
    characters: int = 0
    #: Nothing: this is the original, and it is loaded.
    findings: tuple[Problem, ...] = ()
    #: Whether it was loaded just now and not before.
    is_new: bool = False


def import_document(actor: Actor, slug: str, file_name: str, data: bytes, now: datetime) -> ImportOutcome:
    """Take in the original that a course teaches, if it agrees with its seal clause by clause."""
    found = documents.read(file_name, data)
    if found.document is None:
        return ImportOutcome(findings=found.problems)
    differences = seal.compare(found.document, seal.read_seal(CONTENT / slug / "clauses.csv"))
    outcome = _counted(found.document, tuple(each.problem(file_name) for each in differences))
    if outcome.findings:
        return outcome
    with transaction() as session:
        queries.course_of(session, slug, lock=True)
        if queries.document_of(session, slug):
            return outcome
        digest = hashlib.sha256(data).hexdigest()
        document = Document(
            slug=slug,
            title=found.document.title,
            file_digest=digest,
            source_name=file_name[:200],
            imported_at=now,
            imported_by_id=actor.account_id,
        )
        session.add(document)
        session.flush()
        session.add_all(_clauses(document.id, found.document))
        detail = {"slug": slug, "file": file_name[:200], "digest": digest}
        audit.record(session, actor, now, "document.imported", "document", document.id, detail)
    return replace(outcome, is_new=True)


def _counted(document: documents.Document, findings: tuple[Problem, ...]) -> ImportOutcome:
    return ImportOutcome(
        title=document.title,
        sections=len(document.headings),
        paragraphs=len(document.paragraphs),
        characters=document.body_characters,
        findings=findings,
    )


def _clauses(document_id: int, document: documents.Document) -> list[Clause]:
    return [
        Clause(
            document_id=document_id,
            number=number,
            ref=str(clause.ref),
            kind=clause.kind,
            text=clause.text,
            line_start=clause.line_start,
            line_end=clause.line_end,
        )
        for number, clause in enumerate(document.clauses, 1)
    ]
