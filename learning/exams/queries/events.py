"""Read what happened to attempts beside their answers."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Account
from learning.exams.kinds import EventKind
from learning.exams.models import Attempt, AttemptEvent


class EventRow(NamedTuple):
    """An event with the name of who did it; empty for the server itself."""

    event: AttemptEvent
    by: str


class SittingEventRow(NamedTuple):
    """An event of one of the attempts of a sitting."""

    event: AttemptEvent
    by: str
    person_id: int


def events_of(session: Session, attempt_id: int) -> list[EventRow]:
    """Return all that happened to an attempt, in order; one query."""
    rows = session.execute(
        select(AttemptEvent, Account.display_name)
        .outerjoin(Account, Account.id == AttemptEvent.account_id)
        .where(AttemptEvent.attempt_id == attempt_id)
        .order_by(AttemptEvent.id)
    )
    return [EventRow(event, by or "") for event, by in rows]


def events_at(session: Session, sitting_id: int, kinds: Collection[EventKind]) -> list[SittingEventRow]:
    """Return the events of these kinds of all attempts of a sitting, in order; one query."""
    rows = session.execute(
        select(AttemptEvent, Account.display_name, Attempt.person_id)
        .join(Attempt, Attempt.id == AttemptEvent.attempt_id)
        .outerjoin(Account, Account.id == AttemptEvent.account_id)
        .where(Attempt.sitting_id == sitting_id, AttemptEvent.kind.in_(kinds))
        .order_by(AttemptEvent.id)
    )
    return [SittingEventRow(event, by or "", person_id) for event, by, person_id in rows]


def counts_of(
    session: Session, attempt_ids: Collection[int] | Select[Any], kind: EventKind
) -> dict[int, int]:
    """Return how many events of a kind each of these attempts has; one query."""
    rows = session.execute(
        select(AttemptEvent.attempt_id, func.count())
        .where(AttemptEvent.attempt_id.in_(attempt_ids), AttemptEvent.kind == kind)
        .group_by(AttemptEvent.attempt_id)
    )
    return dict(rows.all())
