"""Marks, results, and corrections of questions after the fact."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learning.core.columns import Hundredths, Ratio
from learning.core.db import Base, one_of
from learning.exams.kinds import MarkKind


class Mark(Base):
    """A mark for a slot; marking again adds one, and none is ever replaced."""

    __tablename__ = "mark"
    __table_args__ = (
        one_of("kind", MarkKind),
        Index("ix_mark_attempt_slot", "attempt_id", "slot_number"),
    )
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    slot_number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12), default=MarkKind.MACHINE)
    fraction: Mapped[Fraction] = mapped_column(Ratio)
    mark: Mapped[Decimal] = mapped_column(Hundredths)
    #: Whether the slot is left out of the total, marks and full marks alike.
    is_dropped: Mapped[bool] = mapped_column(default=False)
    #: {"value": the share given for each marking point}; empty where marked as a whole.
    points: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Empty: marked by the machine.
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    #: The correction that it follows from.
    regrade_id: Mapped[int | None] = mapped_column(ForeignKey("regrade.id"), index=True)
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
    #: The scorer, as question_bank.scoring names it.
    scorer: Mapped[str] = mapped_column(String(20), default="")
    regrade_id: Mapped[int | None] = mapped_column(ForeignKey("regrade.id"))
    computed_at: Mapped[datetime]


class Regrade(Base):
    """A correction of a question version for an exam: proposed by one, decided by another."""

    __tablename__ = "regrade"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (is_approved IS NULL)", name="decision_has_a_moment"),
        Index("ix_regrade_exam_version", "exam_id", "question_version_id"),
    )
    append_only = "decided_at"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    #: As question_bank.scoring writes a correction.
    correction: Mapped[dict[str, Any]]
    #: Shown at the question to all who are answering, from the approval on; empty: nothing to tell.
    erratum: Mapped[str] = mapped_column(default="")
    cause: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    is_approved: Mapped[bool | None]


class RegradeSettlement(Base):
    """An approved correction by which all attempts that had ended before have been scored again."""

    __tablename__ = "regrade_settlement"
    append_only = True

    regrade_id: Mapped[int] = mapped_column(ForeignKey("regrade.id"), primary_key=True)
    settled_at: Mapped[datetime]
