"""Class runs of schools (T2, T6) and sessions of study groups (T3, T4), with their rolls."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.core.columns import Hundredths
from learning.core.db import Base, one_of
from learning.training.kinds import (
    AttendanceState,
    ClassOutcome,
    DeliveryMode,
    StudyGroupKind,
    TrainingKind,
)


class ClassRun(Base):
    """One delivery of a class by an institution; a mistaken entry is withdrawn, never deleted."""

    __tablename__ = "class_run"
    __table_args__ = (
        one_of("training_kind", TrainingKind),
        one_of("delivery_mode", DeliveryMode),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("lesson_hours >= 0", name="lesson_hours_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    #: Whether the theory and policy of mass work was taught in it (§3¶7s2).
    covers_mass_work: Mapped[bool]
    training_kind: Mapped[str] = mapped_column(String(24))
    delivery_mode: Mapped[str] = mapped_column(String(12))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    lesson_hours: Mapped[Decimal] = mapped_column(Hundredths)
    instructor_name: Mapped[str] = mapped_column(String(80), default="")
    is_required: Mapped[bool] = mapped_column(default=True)
    #: Head count as reported; the roll may name fewer.
    learner_count: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str] = mapped_column(default="")


class ClassRunLearner(Base):
    """A person on the roll of a class run."""

    __tablename__ = "class_run_learner"
    __table_args__ = (
        UniqueConstraint("class_run_id", "person_id"),
        one_of("outcome", ClassOutcome),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_run_id: Mapped[int] = mapped_column(ForeignKey("class_run.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(16))


class StudyGroup(Base):
    """A study group that keeps sessions: of a party committee or of a leading group."""

    __tablename__ = "study_group"
    __table_args__ = (UniqueConstraint("organisation_id", "kind"), one_of("kind", StudyGroupKind))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))


class StudySession(Base):
    """One collective study meeting; a mistaken entry is withdrawn, never deleted."""

    __tablename__ = "study_session"
    __table_args__ = (Index("ix_study_session_group_held", "study_group_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_group_id: Mapped[int] = mapped_column(ForeignKey("study_group.id"))
    held_on: Mapped[date]
    topic: Mapped[str] = mapped_column(String(200))
    #: Whether mass work was its topic (§3¶7s3); only such sessions count for T3.
    is_on_mass_work: Mapped[bool]
    place: Mapped[str] = mapped_column(String(120), default="")
    chair_name: Mapped[str] = mapped_column(String(80), default="")
    materials: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str] = mapped_column(default="")


class Attendance(Base):
    """A line of a session's roll."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("study_session_id", "person_id"), one_of("state", AttendanceState))

    id: Mapped[int] = mapped_column(primary_key=True)
    study_session_id: Mapped[int] = mapped_column(ForeignKey("study_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
