"""Write the ledger: add entries in the transaction of the act itself, seal them, sign checkpoints."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import database, transaction
from learning.core.signing import signature_of
from learning.ledger import chain, queries
from learning.ledger.kinds import EntryKind, Subject
from learning.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerSeal

#: Entries sealed in one transaction.
BATCH = 500
#: Names the lock under which one process at a time makes the chain longer, on PostgreSQL.
LOCK = 4_851_932


def key() -> bytes:
    """Return the key of the chain."""
    return bytes.fromhex(current_app.config["LEDGER_KEY"])


@dataclass(frozen=True)
class Cause:
    """Why an entry is corrected, and who approved that."""

    text: str = ""
    approved_by_id: int | None = None


NO_CAUSE = Cause()


@dataclass(frozen=True)
class Line:
    """What a record says of one subject from now on."""

    source_id: int
    subject: Subject
    happened_on: date
    body: Mapping[str, Any]
    cause: Cause = NO_CAUSE
    #: The record that this one takes the place of, where it is another.
    former_source_id: int | None = None


def enter(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: EntryKind,
    lines: Sequence[Line],
) -> int:
    """Enter what records say from now on, inside the caller's transaction; return how many lines were new.

    Where the ledger has an entry of a record on the subject already, the new one corrects it; where that says
    the same, nothing is entered. Two statements, however many lines there are.
    """
    sources = {id_ for line in lines for id_ in (line.source_id, line.former_source_id) if id_ is not None}
    standing = queries.standing_entries(session, kind, sources)
    formers = [(line, _former(standing, line)) for line in lines]
    rows = [_row(actor, now, kind, line, former) for line, former in formers if not _says(former, line)]
    if rows:
        session.execute(insert(LedgerEntry), rows)
    return len(rows)


def _former(standing: Mapping[tuple[int, Subject], LedgerEntry], line: Line) -> LedgerEntry | None:
    own = standing.get((line.source_id, line.subject))
    return own or standing.get((line.former_source_id or 0, line.subject))


def _says(entry: LedgerEntry | None, line: Line) -> bool:
    return entry is not None and (entry.body, entry.happened_on) == (dict(line.body), line.happened_on)


def _row(
    actor: Actor,
    now: datetime,
    kind: EntryKind,
    line: Line,
    former: LedgerEntry | None,
) -> dict[str, Any]:
    row = {
        "token": secrets.token_hex(16),
        "kind": kind.value,
        "subject_kind": line.subject.kind.value,
        "subject_id": line.subject.id,
        "source_id": line.source_id,
        "happened_on": line.happened_on,
        "recorded_at": now,
        "recorded_by_id": actor.account_id,
        "body": dict(line.body),
        "corrects": former.token if former else None,
        "cause": line.cause.text,
        "approved_by_id": line.cause.approved_by_id,
    }
    return row | {"code": chain.code_of(key(), queries.content_of(LedgerEntry(**row)))}


def seal(now: datetime) -> int:
    """Give every new entry its place in the chain; return how many got one.

    Several processes may do so at once: one after the other goes on from where the chain then ends. An entry
    whose code does not fit was not written by this site: it is sealed as it is, so that verifying names it.
    """
    done = 0
    while batch := _seal_some(now):
        done += batch
    return done


def wait_for_turn(session: Session) -> None:
    """Let no other process seal, or enter what it has found to be missing, until the transaction ends."""
    # On SQLite whoever writes is alone.
    if not database().is_sqlite:
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _seal_some(now: datetime) -> int:
    with transaction() as session:
        wait_for_turn(session)
        found = queries.unsealed(session, BATCH)
        if not found:
            return 0
        end = queries.head(session)
        contents = [(queries.content_of(entry), entry.code) for entry in found]
        seals = chain.sealed(key(), end.digest, end.seq + 1, contents)
        rows = [
            {
                "seq": each.seq,
                "entry_id": entry.id,
                "digest": each.digest,
                "seal": each.seal,
                "sealed_at": now,
            }
            for entry, each in zip(found, seals, strict=True)
        ]
        session.execute(insert(LedgerSeal), rows)
        return len(rows)


def checkpoint(actor: Actor, now: datetime) -> LedgerCheckpoint | None:
    """Sign the end of the chain; None where nothing is in it."""
    seal(now)
    with transaction() as session:
        end = queries.head(session)
        if not end.seq:
            return None
        made = LedgerCheckpoint(
            seq=end.seq,
            digest=end.digest,
            made_at=now,
            made_by_id=actor.account_id,
            signature=signature_of(statement_of(end.seq, end.digest)),
        )
        session.add(made)
        session.flush()
        detail = {"entries": end.seq, "digest": end.digest}
        audit.record(session, actor, now, "ledger.checkpoint", "ledger_checkpoint", made.id, detail)
        return made


def note_verification(actor: Actor, now: datetime) -> None:
    """Note in the audit log that somebody had the chain checked, after sealing what was new."""
    seal(now)
    with transaction() as session:
        audit.record(session, actor, now, "ledger.verified", "ledger")


def statement_of(seq: int, digest: str) -> bytes:
    """Return what the signature of a checkpoint is about."""
    return chain.canonical({"format": "ledger-checkpoint/1", "seq": seq, "digest": digest})
