"""Read the ledger."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.core.paging import Page, page_of_rows
from learning.ledger.chain import NOTHING, Checkpoint, Sealed
from learning.ledger.kinds import EntryKind, Subject, SubjectKind
from learning.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerSeal

#: Rows fetched at once when the whole chain is read.
BATCH = 1_000


class Head(NamedTuple):
    """The end of the chain."""

    seq: int
    digest: str


def content_of(entry: LedgerEntry) -> dict[str, Any]:
    """Return what an entry says in the form in which it is digested: plain JSON, moments in UTC."""
    return {
        "token": entry.token,
        "kind": entry.kind,
        "subject": [entry.subject_kind, entry.subject_id],
        "source": entry.source_id,
        "happened_on": entry.happened_on.isoformat(),
        "recorded_at": entry.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "recorded_by": entry.recorded_by_id,
        "body": entry.body,
        "corrects": entry.corrects,
        "cause": entry.cause,
        "approved_by": entry.approved_by_id,
    }


def head(session: Session) -> Head:
    """Return place and digest of the last sealed entry."""
    row = session.execute(
        select(LedgerSeal.seq, LedgerSeal.digest).order_by(LedgerSeal.seq.desc()).limit(1)
    ).one_or_none()
    return Head(*row) if row else Head(0, NOTHING)


def unsealed(session: Session, limit: int) -> Sequence[LedgerEntry]:
    """Return entries that have no place in the chain yet, the oldest first."""
    return session.scalars(
        select(LedgerEntry)
        .outerjoin(LedgerSeal, LedgerSeal.entry_id == LedgerEntry.id)
        .where(LedgerSeal.seq.is_(None))
        .order_by(LedgerEntry.id)
        .limit(limit)
    ).all()


def chain(session: Session) -> Iterator[Sealed]:
    """Yield the whole chain in order, a batch at a time; a seal whose entry is gone comes without content."""
    last = 0
    while rows := session.execute(
        select(LedgerSeal, LedgerEntry)
        .outerjoin(LedgerEntry, LedgerEntry.id == LedgerSeal.entry_id)
        .where(LedgerSeal.seq > last)
        .order_by(LedgerSeal.seq)
        .limit(BATCH)
    ).all():
        for seal, entry in rows:
            content = content_of(entry) if entry else {}
            yield Sealed(seal.seq, content, entry.code if entry else "", seal.digest, seal.seal)
        last = rows[-1][0].seq
        session.expunge_all()


def checkpoints(session: Session) -> Sequence[LedgerCheckpoint]:
    """Return all checkpoints, the newest first."""
    return session.scalars(select(LedgerCheckpoint).order_by(LedgerCheckpoint.id.desc())).all()


def checkpoint(session: Session, unsafe_checkpoint_id: int) -> LedgerCheckpoint | None:
    """Return a checkpoint."""
    return session.get(LedgerCheckpoint, unsafe_checkpoint_id)


def kept(session: Session) -> list[Checkpoint]:
    """Return what the checkpoints in the database say."""
    return [Checkpoint(each.seq, each.digest) for each in checkpoints(session)]


def standing_entries(
    session: Session, kind: EntryKind, source_ids: Collection[int]
) -> dict[tuple[int, Subject], LedgerEntry]:
    """Return the entries that count, by record and subject: the last ones, which correct those before."""
    rows = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.kind == kind, LedgerEntry.source_id.in_(source_ids))
        .order_by(LedgerEntry.id)
    )
    return {(row.source_id, Subject(SubjectKind(row.subject_kind), row.subject_id)): row for row in rows}


def entries(session: Session, number: int) -> Page[tuple[LedgerEntry, int | None]]:
    """Return a page of entries with their places in the chain, newest first."""
    query = (
        select(LedgerEntry, LedgerSeal.seq)
        .outerjoin(LedgerSeal, LedgerSeal.entry_id == LedgerEntry.id)
        .order_by(LedgerEntry.id.desc())
    )
    return page_of_rows(session, query, number)


def waiting(session: Session) -> int:
    """Return how many entries have no place in the chain yet."""
    entries_, seals = (
        session.scalar(select(func.count()).select_from(table)) or 0 for table in (LedgerEntry, LedgerSeal)
    )
    return entries_ - seals
