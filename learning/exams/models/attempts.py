"""Attempts with their papers, the journal of answers, and what else happened to them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.core.columns import Hundredths
from learning.core.db import Base, one_of
from learning.exams.kinds import AttemptState, EventKind


class Attempt(Base):
    """One try of a person at a sitting."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("sitting_id", "person_id", "number"),
        one_of("state", AttemptState),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at_set_when_ended"),
        CheckConstraint(
            "saves_until >= closes_at AND hand_in_until >= saves_until", name="deadlines_in_order"
        ),
        Index("ix_attempt_state_hand_in_until", "state", "hand_in_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: Counts the attempts of a person at the exam, at whichever sitting.
    number: Mapped[int]
    #: The paper follows from the pool, this seed and `drawing` alone.
    seed: Mapped[str] = mapped_column(String(32))
    #: {"avoided": [versions met before], "barred": [versions that had reached their exposure cap]}.
    drawing: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime]
    #: The deadline for answering, with all time that was added.
    closes_at: Mapped[datetime]
    #: The deadline with the tolerance for a slow last save: what arrives later is refused.
    saves_until: Mapped[datetime]
    #: When the server ends it; later than saves_until where there is a grace period.
    hand_in_until: Mapped[datetime]
    #: Added by extensions and compensations, in closes_at already.
    added_seconds: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(12), default=AttemptState.OPEN)
    ended_at: Mapped[datetime | None]
    #: The tab that may write now; a page opened elsewhere must take over first.
    place: Mapped[str] = mapped_column(String(32), default="")
    #: The browser that tab belongs to.
    browser: Mapped[str] = mapped_column(String(32), default="")
    #: Number of journal entries so far.
    journal_length: Mapped[int] = mapped_column(default=0)
    #: The question that a one-way paper has reached, from 1; 0 where navigation is free.
    reached: Mapped[int] = mapped_column(default=0)
    #: Filled while an invigilator keeps the attempt locked.
    locked_at: Mapped[datetime | None]
    #: Filled when the attempt was voided: it has no result.
    voided_at: Mapped[datetime | None]
    #: Whether a voided attempt is given back to its learner.
    is_given_back: Mapped[bool] = mapped_column(default=False)
    #: When the page last reached the server, and last saved something.
    last_seen_at: Mapped[datetime | None]
    last_saved_at: Mapped[datetime | None]
    focus_losses: Mapped[int] = mapped_column(default=0)


class Slot(Base):
    """A place of a learner's paper with the question version drawn for it."""

    __tablename__ = "slot"
    append_only = True

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    #: Place of its section in the blueprint, from 0.
    section: Mapped[int] = mapped_column(default=0)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    max_mark: Mapped[Decimal] = mapped_column(Hundredths)
    #: {"value": the order of choices shown to this learner}.
    arrangement: Mapped[dict[str, Any]]


class JournalEntry(Base):
    """One saved answer; the last entry of a slot is the answer, the others are its history."""

    __tablename__ = "journal_entry"
    __table_args__ = (UniqueConstraint("attempt_id", "key"),)
    append_only = True

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    #: From 1, in the order in which the server took them.
    seq: Mapped[int] = mapped_column(primary_key=True)
    #: Chosen by the page for each change, so that a repeated request is journalled once.
    key: Mapped[str] = mapped_column(String(40))
    slot_number: Mapped[int]
    #: {"value": the response as the item's type reads it}; a value of null takes the answer back.
    response: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    #: What the client's clock said; kept as evidence, never used.
    client_time: Mapped[str | None] = mapped_column(String(40))
    #: The tab it came from, and the mark of the browser.
    place: Mapped[str] = mapped_column(String(32))
    device: Mapped[str] = mapped_column(String(32), default="")


class AttemptEvent(Base):
    """Something that happened to an attempt beside its answers."""

    __tablename__ = "attempt_event"
    __table_args__ = (one_of("kind", EventKind),)
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    happened_at: Mapped[datetime]
    #: Who did it; empty for the server itself.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    cause: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
