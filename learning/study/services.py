"""Keep what learners do: visits with their time, units read, practice answered, modules finished.

Visits and practice answers are their own record and leave no second one in the audit log; what counts
towards a requirement does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import Connection, bindparam, func, insert, update
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.clock import day_of
from learning.core.db import snapshot, transaction, writing
from learning.ledger import services as ledger
from learning.ledger.kinds import EntryKind, person
from learning.materials.queries import Practice, UnitPage
from learning.materials.rules import reading_minutes
from learning.study import queries, rules
from learning.study.models import ModuleFinish, PracticeAnswer, UnitRead, Visit
from learning.study.queries import Standing, VisitRow
from question_bank import types
from question_bank.types.protocol import Response

_BEGIN = (
    insert(Visit)
    .values(
        **{name: bindparam(name) for name in ("person_id", "unit_id", "opened_at", "seen_at")},
        seconds=0,
        has_heartbeats=False,
        position=func.coalesce(queries.LAST_POSITION, 0),
    )
    .returning(Visit.id, Visit.position)
)
_KEEP = (
    update(Visit)
    .where(Visit.id == bindparam("new_id"))
    .values({name: bindparam(f"new_{name}") for name in ("seen_at", "seconds", "has_heartbeats", "position")})
)


@dataclass(frozen=True)
class OpenVisit:
    """A visit that runs, the time counted in it, and where on the page the learner was before."""

    id: int
    seconds: int
    position: int
    #: Where the learner stood before.
    before: Standing


def open_visit(person_id: int, page: UnitPage, now: datetime) -> OpenVisit:
    """Note that somebody opened a unit: go on with the newest visit if it is to this page, else begin one.

    Nothing is written where that is noted already.
    """
    before = queries.standing(snapshot(), person_id, page)
    if before.visit_id is not None and rules.is_noted(
        before.visited_unit_id, page.unit.id, before.seen_at, now
    ):
        return OpenVisit(before.visit_id, before.seconds, before.position, before)
    return _note_visit(person_id, page, before, now)


def _note_visit(person_id: int, page: UnitPage, before: Standing, now: datetime) -> OpenVisit:
    with writing() as connection:
        queries.lock_person(connection, person_id)
        visit = queries.newest_visit(connection, person_id)
        if visit and rules.goes_on(visit.unit_id, page.unit.id, visit.seen_at, now):
            visit = _keep(connection, _counted(visit, page.unit.characters, now))
        else:
            visit = _begin(connection, visit, person_id, page.unit.id, now)
        return OpenVisit(visit.id, visit.seconds, visit.position, before)


def _begin(
    connection: Connection, newest: VisitRow | None, person_id: int, unit_id: int, now: datetime
) -> VisitRow:
    """Begin a visit where the one before stopped: in time, so that they never overlap, and on the page."""
    seen_at = max(now, newest.seen_at) if newest else now
    begin = {"person_id": person_id, "unit_id": unit_id, "opened_at": now, "seen_at": seen_at}
    visit_id, position = connection.execute(_BEGIN, begin).one()
    return VisitRow(visit_id, unit_id, seen_at, 0, False, position)


def _counted(visit: VisitRow, characters: int, now: datetime) -> VisitRow:
    """Return the visit that runs with the time since its page was last seen."""
    limit = _limit(visit, characters)
    return visit._replace(
        seconds=visit.seconds + rules.seconds_to_add(visit.seen_at, now, limit),
        seen_at=rules.counted_until(visit.seen_at, now, limit),
    )


def _limit(visit: VisitRow, characters: int) -> timedelta:
    if visit.has_heartbeats:
        return rules.IDLE_LIMIT
    return rules.unwatched_limit(reading_minutes(characters)[1], visit.seconds)


def _keep(connection: Connection, visit: VisitRow) -> VisitRow:
    connection.execute(_KEEP, {f"new_{name}": value for name, value in visit._asdict().items()})
    return visit


@dataclass(frozen=True)
class Beat:
    """The answer to a heartbeat: the visit to report for from now on, and whether it runs."""

    visit_id: int
    seconds: int
    is_running: bool


def take_heartbeat(
    person_id: int, unsafe_visit_id: int, position: int | None, is_resumed: bool, now: datetime
) -> Beat | None:
    """Count the time since the page last reported; None where the visit is nobody's or another's.

    A page says that it resumed when it comes back into sight: the time away does not count, and if another
    page was opened meanwhile, a new visit begins. Nothing a page can say makes time count twice.
    """
    with writing() as connection:
        queries.lock_person(connection, person_id)
        visit = queries.visit_in(connection, person_id, unsafe_visit_id)
        newest = queries.newest_visit(connection, person_id)
        if visit is None or newest is None:
            return None
        if visit.id != newest.id:
            if not is_resumed:
                return Beat(visit.id, visit.seconds, is_running=False)
            visit = _begin(connection, newest, person_id, visit.unit_id, now)
        seen_at = max(visit.seen_at, now) if is_resumed else visit.seen_at
        visit = _counted(visit._replace(has_heartbeats=True, seen_at=seen_at), 0, now)
        visit = _keep(connection, visit._replace(position=visit.position if position is None else position))
        return Beat(visit.id, visit.seconds, is_running=True)


@dataclass(frozen=True)
class Step:
    """What a learner's step came to."""

    is_recorded: bool
    has_finished_module: bool = False


def mark_read(actor: Actor, person_id: int, page: UnitPage, now: datetime) -> Step:
    """Note that somebody has read a unit, and the module finished if that was the last step it lacked."""
    with transaction() as session:
        queries.lock_person(session, person_id)
        _count_stay(session, person_id, page, now)
        if queries.has_read(session, person_id, page):
            return Step(is_recorded=False)
        read = UnitRead(
            person_id=person_id,
            course_id=page.edition.course_id,
            module_slug=page.module.slug,
            unit_key=page.unit.key,
            unit_id=page.unit.id,
            read_at=now,
        )
        session.add(read)
        session.flush()
        detail = {"course": page.edition.course_slug, "module": page.module.slug, "unit": page.unit.key}
        audit.record(session, actor, now, "unit.read", "unit", page.unit.id, detail)
        return Step(True, _finish_if_done(session, actor, person_id, page, now))


def answer_practice(
    actor: Actor,
    person_id: int,
    page: UnitPage,
    asked: Practice,
    response: Response,
    tries_before: int | None,
    now: datetime,
) -> Step:
    """Keep a try at a practice item; one sent twice (`tries_before` is out of date) is kept once."""
    item = asked.item
    with transaction() as session:
        queries.lock_person(session, person_id)
        _count_stay(session, person_id, page, now)
        tries = queries.number_of_tries(session, person_id, asked.code)
        if tries_before not in {None, tries}:
            return Step(is_recorded=False)
        answer = PracticeAnswer(
            person_id=person_id,
            practice_item_id=asked.id,
            item_code=asked.code,
            response={"value": response},
            fraction=types.get(item.type).score(item.content, response) or Fraction(0),
            answered_at=now,
        )
        session.add(answer)
        session.flush()
        return Step(True, _finish_if_done(session, actor, person_id, page, now))


def _count_stay(session: Session, person_id: int, page: UnitPage, now: datetime) -> None:
    visit = queries.newest_visit(session, person_id)
    if visit and visit.unit_id == page.unit.id:
        _keep(session.connection(), _counted(visit, page.unit.characters, now))


def _finish_if_done(session: Session, actor: Actor, person_id: int, page: UnitPage, now: datetime) -> bool:
    """Note that the module is finished if this step was the last that it lacked."""
    module = queries.progress_of(session, person_id, page.edition.id).module(page.module.slug)
    if module is None or module.finished_at or module.open_units:
        return False
    finish = ModuleFinish(
        person_id=person_id,
        course_id=page.edition.course_id,
        module_slug=page.module.slug,
        module_id=page.module.id,
        finished_at=now,
    )
    session.add(finish)
    session.flush()
    body = {"course": page.edition.course_slug, "module": page.module.slug, "edition": page.edition.id}
    line = ledger.Line(finish.id, person(person_id), day_of(now), body)
    ledger.enter(session, actor, now, EntryKind.MODULE_FINISHED, [line])
    detail = {"course": page.edition.course_slug, "module": page.module.slug}
    audit.record(session, actor, now, "module.finished", "module", page.module.id, detail)
    return True
