"""Exams, sittings, attempts, the journal of answers, marks and results."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.core.columns import Hundredths, Ratio
from learning.core.db import Base, one_of
from learning.exams.kinds import AttemptState, ExamKind, ReleaseMode


class Exam(Base):
    """A blueprint with its settings; frozen when published, so that every sitting means the same."""

    __tablename__ = "exam"
    __table_args__ = (
        one_of("kind", ExamKind),
        one_of("release_mode", ReleaseMode),
        CheckConstraint("time_limit_minutes BETWEEN 1 AND 600", name="time_limit_in_range"),
        CheckConstraint("attempts_allowed BETWEEN 1 AND 20", name="attempts_in_range"),
        CheckConstraint("pass_percent BETWEEN 1 AND 100", name="pass_percent_in_range"),
        CheckConstraint(
            "(kind = 'module_test') = (module_slug IS NOT NULL)", name="module_set_for_module_test"
        ),
    )
    append_only = "published_at"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    kind: Mapped[str] = mapped_column(String(16))
    module_slug: Mapped[str | None] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    instructions: Mapped[str] = mapped_column(default="")
    #: As question_bank.blueprints writes it.
    blueprint: Mapped[dict[str, Any]]
    time_limit_minutes: Mapped[int]
    attempts_allowed: Mapped[int] = mapped_column(default=2)
    pass_percent: Mapped[int] = mapped_column(default=60)
    #: How several choices are scored: all_or_nothing or partial.
    choice_policy: Mapped[str] = mapped_column(String(20), default="all_or_nothing")
    release_mode: Mapped[str] = mapped_column(String(12), default=ReleaseMode.MANUAL)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]


class Sitting(Base):
    """A window in which an exam is open for an organisation and all below."""

    __tablename__ = "sitting"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="closes_after_opening"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    opens_at: Mapped[datetime]
    #: The hard end: no attempt runs beyond it.
    closes_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    cancelled_at: Mapped[datetime | None]
    results_released_at: Mapped[datetime | None]
    results_released_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class PoolItem(Base):
    """A question version that papers of a sitting may be drawn from, for one cell of the blueprint."""

    __tablename__ = "pool_item"
    append_only = True

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    #: Place of the cell in the blueprint, from 0.
    cell: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), primary_key=True)


class Attempt(Base):
    """One try of a person at a sitting."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("sitting_id", "person_id", "number"),
        one_of("state", AttemptState),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at_set_when_ended"),
        Index("ix_attempt_state_closes_at", "state", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[int]
    #: The paper follows from the pool and this seed alone.
    seed: Mapped[str] = mapped_column(String(32))
    started_at: Mapped[datetime]
    #: The deadline: start plus time limit, but never after the sitting's end.
    closes_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default=AttemptState.OPEN)
    ended_at: Mapped[datetime | None]
    #: The tab that may write now; a page opened elsewhere must take over first.
    place: Mapped[str] = mapped_column(String(32), default="")
    #: The browser that tab belongs to.
    browser: Mapped[str] = mapped_column(String(32), default="")
    #: Number of journal entries so far.
    journal_length: Mapped[int] = mapped_column(default=0)


class Slot(Base):
    """A place of a learner's paper with the question version drawn for it."""

    __tablename__ = "slot"
    append_only = True

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
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
    place: Mapped[str] = mapped_column(String(32))


class Mark(Base):
    """A mark for a slot; marking again adds one, and the last one counts."""

    __tablename__ = "mark"
    __table_args__ = (Index("ix_mark_attempt_slot", "attempt_id", "slot_number"),)
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    slot_number: Mapped[int]
    fraction: Mapped[Fraction] = mapped_column(Ratio)
    mark: Mapped[Decimal] = mapped_column(Hundredths)
    #: Empty: marked by the machine.
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    comment: Mapped[str] = mapped_column(default="")
    marked_at: Mapped[datetime]


class AttemptResult(Base):
    """The sum of an attempt's marks, written when every slot has one; the last row counts."""

    __tablename__ = "attempt_result"
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    score: Mapped[Decimal] = mapped_column(Hundredths)
    max_score: Mapped[Decimal] = mapped_column(Hundredths)
    is_passed: Mapped[bool]
    computed_at: Mapped[datetime]
