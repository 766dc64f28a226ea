"""Record what happens to attempts beside their answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learning.accounts.roles import Actor
from learning.core.db import Reads
from learning.exams.kinds import EventKind
from learning.exams.models import AttemptEvent


def record_event(
    writes: Reads,
    attempt_id: int,
    kind: EventKind,
    now: datetime,
    actor: Actor | None,
    cause: str = "",
    **detail: Any,
) -> None:
    """Add an event of an attempt inside the caller's transaction; without an actor the server did it."""
    record_events(writes, [(attempt_id, detail)], kind, now, actor, cause)


def record_events(
    writes: Reads,
    attempts: Iterable[tuple[int, dict[str, Any]]],
    kind: EventKind,
    now: datetime,
    actor: Actor | None,
    cause: str = "",
) -> None:
    """Add the same event with its own detail to each of these attempts; one statement for all."""
    same = {
        "kind": kind,
        "happened_at": now,
        "account_id": actor.account_id if actor else None,
        "cause": cause,
    }
    rows = [{"attempt_id": attempt_id, "detail": detail, **same} for attempt_id, detail in attempts]
    if rows:
        connection = writes.connection() if isinstance(writes, Session) else writes
        connection.execute(_ADD, rows)


_ADD = insert(AttemptEvent.__table__)  # type: ignore[arg-type]  # mypy knows the table as any selectable
