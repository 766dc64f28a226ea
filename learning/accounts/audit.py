"""Write the audit log, always in the transaction of the act itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learning.accounts.models import AuditEntry
from learning.accounts.roles import Actor
from learning.core.db import Reads

_ENTRY = insert(AuditEntry)


def record(
    writes: Reads,
    actor: Actor,
    now: datetime,
    action: str,
    object_type: str,
    object_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry: who did what to which object; `action` such as "person.changed"."""
    entry = _said_by(actor, now, action, object_type) | {"object_id": object_id, "detail": dict(detail or {})}
    if isinstance(writes, Session):
        writes.add(AuditEntry(**entry))
    else:
        writes.execute(_ENTRY, entry)


def record_each(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    object_type: str,
    done: Iterable[tuple[int, Mapping[str, Any]]],
) -> None:
    """Add an entry for each object, with its own detail; one statement for all."""
    entry = _said_by(actor, now, action, object_type)
    rows = [entry | {"object_id": object_id, "detail": dict(detail)} for object_id, detail in done]
    if rows:
        session.execute(_ENTRY, rows)


def _said_by(actor: Actor, now: datetime, action: str, object_type: str) -> dict[str, Any]:
    return {
        "at": now,
        "account_id": actor.account_id,
        "actor_name": actor.name,
        "action": action,
        "object_type": object_type,
        "address": actor.address,
        "request_id": actor.request_id,
    }
