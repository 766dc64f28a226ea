"""Take in originals, and publish editions of courses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from courses.modules import Course as CourseText
from courses.problems import Problem
from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.materials import composition, queries
from learning.materials.composition import Composed, ComposedModule, ComposedUnit
from learning.materials.models import Course, Edition, Figure, Module, PracticeItem, Unit, UnitClause
from question_bank.items import Item


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
