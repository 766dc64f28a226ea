"""Questions and their versions; a published version never changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.core.db import Base


class Question(Base):
    """A question of the bank; what it says is in its versions."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    #: The school that keeps it; empty for the built-in bank, which all instructors may use.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: Practice questions close a unit and are never drawn in an exam.
    is_practice: Mapped[bool] = mapped_column(default=False)
    #: The version that is drawn and shown; empty until one is published. No foreign key, as it would
    #: close a circle with the versions' own; the service that publishes sets it in the same transaction.
    published_version_id: Mapped[int | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class QuestionVersion(Base):
    """What a question says in one version: a draft until published, then frozen."""

    __tablename__ = "question_version"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty_is_level"),
        Index("ix_question_version_type_difficulty", "type", "difficulty"),
    )
    append_only = "published_at"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    type: Mapped[str] = mapped_column(String(30))
    difficulty: Mapped[int]
    stem: Mapped[str]
    #: The whole item as question_bank.items writes it: the only source of key and explanation.
    item: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class QuestionClause(Base):
    """A clause that a version cites, to find it by."""

    __tablename__ = "question_clause"
    __table_args__ = (Index("ix_question_clause_section_paragraph", "section", "paragraph"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), primary_key=True)
    #: To the sentence where the item cites a sentence: "3.7s2".
    ref: Mapped[str] = mapped_column(String(12), primary_key=True)
    section: Mapped[int]
    paragraph: Mapped[int]


class QuestionTag(Base):
    """A knowledge point of a version, to find it by."""

    __tablename__ = "question_tag"

    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)


class BankLoad(Base):
    """A state of the built-in bank that was taken in whole; an unchanged one is not read again."""

    __tablename__ = "bank_load"
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Of all files of the bank.
    digest: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime]
