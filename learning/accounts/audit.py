"""Write the audit log, always in the transaction of the act itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learning.accounts.models import AuditEntry
from learning.accounts.roles import Actor


def record(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    object_type: str,
    object_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry: who did what to which object; `action` such as "person.changed"."""
    session.add(
        AuditEntry(
            at=now,
            account_id=actor.account_id,
            actor_name=actor.name,
            action=action,
            object_type=object_type,
            object_id=object_id,
            detail=dict(detail or {}),
            address=actor.address,
            request_id=actor.request_id,
        )
    )
