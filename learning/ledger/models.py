"""Entries of the ledger, their seals, and signed checkpoints."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learning.core.db import Base, one_of
from learning.ledger.kinds import EntryKind, SubjectKind


class LedgerEntry(Base):
    """Something that counts towards a requirement, or the correction of such an entry."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        one_of("kind", EntryKind),
        one_of("subject_kind", SubjectKind),
        Index("ix_ledger_entry_subject", "subject_kind", "subject_id"),
        Index("ix_ledger_entry_source", "kind", "source_id"),
    )
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Chosen at random, so that the content names the entry before the database has numbered it.
    token: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    subject_kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int]
    #: The key of the record that it speaks of; the meaning depends on the kind.
    source_id: Mapped[int]
    #: The day on which it happened, which may lie long before it was entered.
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    #: Empty: the site itself.
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    #: What it says, as plain JSON.
    body: Mapped[dict[str, Any]]
    #: The entry that this one takes the place of, with the cause, and who approved it.
    corrects: Mapped[str | None] = mapped_column(ForeignKey("ledger_entry.token"))
    cause: Mapped[str] = mapped_column(default="")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    #: The keyed code of the content, as learning.ledger.chain makes it.
    code: Mapped[str] = mapped_column(String(64))


class LedgerSeal(Base):
    """The place of an entry in the chain."""

    __tablename__ = "ledger_seal"
    append_only = True

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]


class LedgerCheckpoint(Base):
    """A digest of the chain that was signed, to be printed or sent to the unit above."""

    __tablename__ = "ledger_checkpoint"
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signature: Mapped[str] = mapped_column(String(128))
