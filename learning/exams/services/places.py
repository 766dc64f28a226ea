"""Decide which page may write into an attempt: one tab of one browser at a time."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import writing
from learning.exams import rules
from learning.exams.kinds import EventKind
from learning.exams.models import Attempt
from learning.exams.queries.journal import Guard, guards_of
from learning.exams.rules import WriteRefusal
from learning.exams.services.events import record_event
from learning.exams.services.journal import write_refusal


@dataclass(frozen=True)
class Opened:
    """The place from which a page may write, or why it may not."""

    place: str = ""
    refusal: WriteRefusal | None = None
    #: The attempt as it was found; None where there is none.
    guard: Guard | None = None


def new_place() -> str:
    """Return a name for a tab that nobody guesses."""
    return secrets.token_hex(8)


def enter(
    origin: Actor, attempt_id: int, browser: str, held_place: str, page: str, takes_over: bool, now: datetime
) -> Opened:
    """Let the script of a page write from now on; `held_place` is what the same tab held before a reload.

    Where another tab or device is at it, the learner has to say that this one takes over. `page` names the
    place that is asked for: a request that is repeated, since its reply was lost, is known by it. Every page
    has another one, so that nothing an earlier page still has under way comes after what this one writes.
    """
    with writing() as connection:
        guard = guards_of(connection, [attempt_id]).get(attempt_id)
        refusal = _refusal(guard, now)
        if guard is None or refusal is not None:
            return Opened(refusal=refusal, guard=guard)
        held = page if page == guard.place else held_place
        refusal = rules.place_refusal(guard.place, guard.browser, guard.last_seen_at, held, takes_over, now)
        if refusal is not None:
            return Opened(refusal=refusal, guard=guard)
        place = page or new_place()
        if held != guard.place and guard.last_seen_at is not None:
            _record_move(connection, guard.acting(origin), guard, browser, takes_over, now)
        _set(connection, guard, place, browser, now)
        return Opened(place, guard=guard)


def open_page(attempt_id: int, browser: str, now: datetime) -> Opened:
    """Open a page that may run no scripts: in its own browser it takes the place of the one before."""
    with writing() as connection:
        guard = guards_of(connection, [attempt_id]).get(attempt_id)
        refusal = _refusal(guard, now)
        if guard is None or refusal is not None:
            return Opened(refusal=refusal, guard=guard)
        if guard.browser not in {"", browser}:
            return Opened(refusal=WriteRefusal.TAKEN_OVER, guard=guard)
        place = new_place()
        _set(connection, guard, place, browser, guard.last_seen_at)
        return Opened(place, guard=guard)


def take_over(actor: Actor, attempt_id: int, browser: str, now: datetime) -> WriteRefusal | None:
    """Move an attempt to this browser, because its learner said so; all other pages become read-only."""
    with writing() as connection:
        guard = guards_of(connection, [attempt_id]).get(attempt_id)
        refusal = _refusal(guard, now)
        if guard is not None and refusal is None:
            _record_move(connection, actor, guard, browser, True, now)
            _set(connection, guard, new_place(), browser, guard.last_seen_at)
        return refusal


def leave(attempt_id: int, place: str) -> None:
    """Free the place of a page that is being closed; what it still has under way is taken nevertheless."""
    with writing() as connection:
        guard = guards_of(connection, [attempt_id]).get(attempt_id)
        if guard is not None and guard.place == place:
            _set(connection, guard, place, "", guard.last_seen_at)


def _refusal(guard: Guard | None, now: datetime) -> WriteRefusal | None:
    """Return why nobody at all may write into an attempt or hand it in."""
    if guard is None:
        return WriteRefusal.TOO_LATE
    return write_refusal(guard, guard.hand_in_until, guard.place, now)


def _record_move(
    connection: Connection, actor: Actor, guard: Guard, browser: str, is_said: bool, now: datetime
) -> None:
    record_event(
        connection,
        guard.attempt_id,
        EventKind.TAKEN_OVER,
        now,
        actor,
        former=guard.browser,
        new=browser,
        said=is_said,
    )
    if is_said:
        audit.record(connection, actor, now, "attempt.taken_over", "attempt", guard.attempt_id)


def _set(connection: Connection, guard: Guard, place: str, browser: str, seen_at: datetime | None) -> None:
    values = {"place": place, "browser": browser, "seen_at": seen_at}
    connection.execute(_SET, {"attempt_id": guard.attempt_id, **values})


_TABLE = Attempt.__table__
_SET = (
    update(_TABLE)  # type: ignore[arg-type]  # mypy knows the table as any selectable
    .where(_TABLE.c.id == bindparam("attempt_id"))
    .values(place=bindparam("place"), browser=bindparam("browser"), last_seen_at=bindparam("seen_at"))
)
