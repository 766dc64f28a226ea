"""What a learner read, practised and finished."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.core.columns import Ratio
from learning.core.db import Base


class Visit(Base):
    """One stay on a unit's page. Only the newest visit of a person runs, so time is never counted twice."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("position BETWEEN 0 AND 100", name="position_is_percent"),
        CheckConstraint("seconds >= 0", name="seconds_not_negative"),
        Index("ix_visit_person_opened", "person_id", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    opened_at: Mapped[datetime]
    #: Up to when time is counted: the last time the server heard from the page, to the second.
    seen_at: Mapped[datetime]
    #: Counted study time: what the server saw, cut at idle gaps; never more than wall-clock.
    seconds: Mapped[int] = mapped_column(default=0)
    #: Whether the page reports by itself; without JavaScript only the learner's own steps are seen.
    has_heartbeats: Mapped[bool] = mapped_column(default=False)
    #: How far down the page the reader was, in percent.
    position: Mapped[int] = mapped_column(default=0)


class UnitRead(Base):
    """The moment at which a learner had read a unit."""

    __tablename__ = "unit_read"
    __table_args__ = (UniqueConstraint("person_id", "course_id", "module_slug", "unit_key"),)
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    module_slug: Mapped[str] = mapped_column(String(60))
    unit_key: Mapped[str] = mapped_column(String(60))
    #: The unit as it stood in the edition that was read.
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    read_at: Mapped[datetime]


class PracticeAnswer(Base):
    """An answer to a practice item; each further try is a further row."""

    __tablename__ = "practice_answer"
    __table_args__ = (Index("ix_practice_answer_person_code", "person_id", "item_code"),)
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    practice_item_id: Mapped[int] = mapped_column(ForeignKey("practice_item.id"))
    item_code: Mapped[str] = mapped_column(String(60))
    #: {"value": the response as the item's type reads it}.
    response: Mapped[dict[str, Any]]
    fraction: Mapped[Fraction] = mapped_column(Ratio)
    answered_at: Mapped[datetime]


class ModuleFinish(Base):
    """The moment at which a learner had finished a module; a later edition does not take it away."""

    __tablename__ = "module_finish"
    __table_args__ = (UniqueConstraint("person_id", "course_id", "module_slug"),)
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    module_slug: Mapped[str] = mapped_column(String(60))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    finished_at: Mapped[datetime]
