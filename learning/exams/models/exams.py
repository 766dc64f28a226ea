"""Exams and their sittings: who may sit them, when, where, and what papers are drawn from."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.core.db import Base, one_of
from learning.exams.kinds import (
    Admission,
    Behaviour,
    Counting,
    ExamKind,
    Navigation,
    ResitFor,
    StartMode,
    TimeChangeKind,
    TimeChangeTarget,
    TimeOut,
)


class Exam(Base):
    """A blueprint with its settings; frozen when published, so that every sitting means the same."""

    __tablename__ = "exam"
    __table_args__ = (
        one_of("kind", ExamKind),
        one_of("behaviour", Behaviour),
        one_of("navigation", Navigation),
        one_of("counting", Counting),
        one_of("resit_for", ResitFor),
        one_of("time_out", TimeOut),
        CheckConstraint("time_limit_minutes BETWEEN 1 AND 600", name="time_limit_in_range"),
        CheckConstraint("attempts_allowed BETWEEN 1 AND 20", name="attempts_in_range"),
        CheckConstraint("pass_percent BETWEEN 1 AND 100", name="pass_percent_in_range"),
        CheckConstraint("delay_minutes BETWEEN 0 AND 525600", name="delay_in_range"),
        CheckConstraint("tolerance_seconds BETWEEN 0 AND 120", name="tolerance_in_range"),
        CheckConstraint("tries BETWEEN 1 AND 10", name="tries_in_range"),
        CheckConstraint("markers BETWEEN 1 AND 2", name="markers_in_range"),
        CheckConstraint("marker_tolerance_percent BETWEEN 0 AND 100", name="marker_tolerance_in_range"),
        CheckConstraint(
            "(time_out = 'grace') = (grace_minutes > 0) AND grace_minutes <= 120", name="grace_set_for_grace"
        ),
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
    behaviour: Mapped[str] = mapped_column(String(12), default=Behaviour.EXAM)
    #: How often a question of a practice paper can be checked.
    tries: Mapped[int] = mapped_column(default=1)
    navigation: Mapped[str] = mapped_column(String(12), default=Navigation.FREE)
    time_limit_minutes: Mapped[int]
    #: After the deadline, within which a slow last save still counts.
    tolerance_seconds: Mapped[int] = mapped_column(default=5)
    time_out: Mapped[str] = mapped_column(String(12), default=TimeOut.SUBMIT)
    #: After the deadline, within which an attempt can still be handed in; 0 but for TimeOut.GRACE.
    grace_minutes: Mapped[int] = mapped_column(default=0)
    attempts_allowed: Mapped[int] = mapped_column(default=2)
    resit_for: Mapped[str] = mapped_column(String(12), default=ResitFor.FAILED)
    #: Between the end of an attempt and the start of the next.
    delay_minutes: Mapped[int] = mapped_column(default=0)
    counting: Mapped[str] = mapped_column(String(12), default=Counting.HIGHEST)
    pass_percent: Mapped[int] = mapped_column(default=60)
    #: How partly right answers are scored: all_or_nothing or partial.
    choice_policy: Mapped[str] = mapped_column(String(20), default="all_or_nothing")
    #: People who mark each written answer, and how far apart they may be, in percent of its marks.
    markers: Mapped[int] = mapped_column(default=1)
    marker_tolerance_percent: Mapped[int] = mapped_column(default=20)
    #: The review matrix: phase → list of what is shown from then on; as learning.exams.review reads it.
    review: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]


class Sitting(Base):
    """A window in which an exam is open to an organisation, a class run, or those who have a seat."""

    __tablename__ = "sitting"
    __table_args__ = (
        one_of("admission", Admission),
        one_of("start_mode", StartMode),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint(
            "latest_start_at IS NULL OR (latest_start_at > opens_at AND latest_start_at <= closes_at)",
            name="latest_start_within",
        ),
        CheckConstraint(
            "(admission = 'class_run') = (class_run_id IS NOT NULL)", name="class_run_set_for_class_run"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    #: Whose sitting it is; with admission by organisation, its members and all below may sit.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    admission: Mapped[str] = mapped_column(String(16), default=Admission.ORGANISATION)
    class_run_id: Mapped[int | None] = mapped_column(ForeignKey("class_run.id"), index=True)
    opens_at: Mapped[datetime]
    #: After it nobody may start; empty: until the end.
    latest_start_at: Mapped[datetime | None]
    #: The hard end: no attempt runs beyond it but by an extension.
    closes_at: Mapped[datetime] = mapped_column(index=True)
    start_mode: Mapped[str] = mapped_column(String(12), default=StartMode.SELF)
    #: Whether papers are drawn before the start for all who are admitted.
    prepares_papers: Mapped[bool] = mapped_column(default=False)
    #: How many papers the pool was proved for; an item may stand on the exposure cap's share of them.
    papers_expected: Mapped[int] = mapped_column(default=0)
    #: Told to those present; asked for at the start. Empty: none.
    access_code: Mapped[str] = mapped_column(String(40), default="")
    #: Networks from which it can be sat, one a line (192.0.2.0/24); empty: any.
    address_ranges: Mapped[str] = mapped_column(default="")
    #: Config keys of the Safe Exam Browser, one a line in hexadecimal; empty: any browser.
    browser_keys: Mapped[str] = mapped_column(default="")
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
    #: As it was when the pool was frozen, for the bound on how far papers differ.
    difficulty: Mapped[int] = mapped_column(default=3)


class ItemExposure(Base):
    """On how many papers of a sitting a question version stands; counted where exposure is capped."""

    __tablename__ = "item_exposure"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), primary_key=True)
    papers: Mapped[int]


class Seat(Base):
    """The room in which a person sits an exam, with the seat if they are numbered."""

    __tablename__ = "seat"
    __table_args__ = (Index("ix_seat_sitting_room", "sitting_id", "room"),)

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    room: Mapped[str] = mapped_column(String(60))
    seat: Mapped[str] = mapped_column(String(20), default="")


class Waiting(Base):
    """When somebody was last heard of in the waiting room of a sitting; for invigilators, kept roughly."""

    __tablename__ = "waiting"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    seen_at: Mapped[datetime]


class RoomStart(Base):
    """The start given by hand to a room, or to all."""

    __tablename__ = "room_start"
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    #: Empty: all rooms, and those who sit in none.
    room: Mapped[str] = mapped_column(String(60), default="")
    started_at: Mapped[datetime]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class SittingOverride(Base):
    """What is different for one person at a sitting; the last row counts, an empty field is as usual."""

    __tablename__ = "sitting_override"
    __table_args__ = (
        CheckConstraint("extra_time_percent BETWEEN 0 AND 300", name="extra_time_in_range"),
        CheckConstraint("attempts_allowed BETWEEN 1 AND 20", name="attempts_in_range"),
        Index("ix_sitting_override_sitting_person", "sitting_id", "person_id"),
    )
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: Added to the time limit: 25 is a factor of 1.25.
    extra_time_percent: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime | None]
    latest_start_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    attempts_allowed: Mapped[int | None]
    cause: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class TimeChange(Base):
    """More time for a person, a unit, a room or all, with its cause."""

    __tablename__ = "time_change"
    __table_args__ = (
        one_of("kind", TimeChangeKind),
        one_of("target", TimeChangeTarget),
        CheckConstraint("minutes BETWEEN 0 AND 600", name="minutes_in_range"),
        CheckConstraint("(target = 'person') = (person_id IS NOT NULL)", name="person_set_for_person"),
        CheckConstraint(
            "(target = 'organisation') = (organisation_id IS NOT NULL)",
            name="organisation_set_for_organisation",
        ),
        CheckConstraint("(target = 'room') = (room IS NOT NULL)", name="room_set_for_room"),
        CheckConstraint(
            "(kind = 'compensation') = (incident_from IS NOT NULL) "
            "AND (incident_from IS NULL) = (incident_to IS NULL) AND incident_to > incident_from",
            name="incident_set_for_compensation",
        ),
        UniqueConstraint("sitting_id", "key"),
    )
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    #: Chosen by the form, so that one that is sent twice adds its minutes once.
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(16))
    target: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    room: Mapped[str | None] = mapped_column(String(60))
    #: Added; of a compensation, the length of the incident, rounded up.
    minutes: Mapped[int]
    incident_from: Mapped[datetime | None]
    incident_to: Mapped[datetime | None]
    cause: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class PreparedPaper(Base):
    """A paper drawn before the start; starting only copies it. It is no attempt yet."""

    __tablename__ = "prepared_paper"
    __table_args__ = (UniqueConstraint("sitting_id", "person_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: Of the attempt that it is for.
    number: Mapped[int]
    seed: Mapped[str] = mapped_column(String(32))
    #: As in Attempt.drawing.
    drawing: Mapped[dict[str, Any]]
    #: The slots: a list of [number, section, question version, hundredths of marks, arrangement].
    slots: Mapped[list[Any]]
    prepared_at: Mapped[datetime]
