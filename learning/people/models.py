"""Organisations with two parents, persons, their appointments, and roster imports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learning.core.db import Base, one_of
from learning.people.kinds import (
    Axis,
    DatePrecision,
    InstitutionKind,
    LeadershipRank,
    Level,
    OrganisationKind,
    TenureType,
)


class MassOrganisationSystem(Base):
    """A system such as the trade unions; data, since local lists differ."""

    __tablename__ = "mass_organisation_system"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    sort_number: Mapped[int] = mapped_column(default=0)


class Organisation(Base):
    """A unit: party committee, mass organisation, institution or other."""

    __tablename__ = "organisation"
    __table_args__ = (one_of("level", Level), one_of("kind", OrganisationKind))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    level: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    system_id: Mapped[int | None] = mapped_column(ForeignKey("mass_organisation_system.id"))
    #: The party committee of the same level, or the unit above in the territory (§3¶2s1).
    territorial_parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: The upper organisation of the same system (§3¶2s1, dual leadership).
    vertical_parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    sort_number: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)


class OrganisationBelow(Base):
    """Every pair of an organisation and one below it on an axis, itself included at depth 0."""

    __tablename__ = "organisation_below"
    __table_args__ = (
        one_of("axis", Axis),
        Index("ix_organisation_below_below", "axis", "below_id"),
    )

    axis: Mapped[str] = mapped_column(String(12), primary_key=True)
    above_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    below_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    depth: Mapped[int]


class OrganisationInstitutionKind(Base):
    """A kind of school that an organisation is; one body may be several (§3¶7s2)."""

    __tablename__ = "organisation_institution_kind"
    __table_args__ = (one_of("kind", InstitutionKind),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)


class Person(Base):
    """Somebody who studies or is reported on; no more personal data than that needs."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Appointment(Base):
    """A post held by a person in an organisation from a day to a day; moving closes one and opens another."""

    __tablename__ = "appointment"
    __table_args__ = (
        one_of("tenure_type", TenureType),
        one_of("appointed_precision", DatePrecision),
        CheckConstraint(
            "leadership_rank IS NULL OR leadership_rank IN ("
            + ", ".join(f"'{rank.value}'" for rank in LeadershipRank)
            + ")",
            name="leadership_rank_is_known",
        ),
        CheckConstraint("left_on IS NULL OR left_on >= appointed_on", name="left_after_appointed"),
        Index("ix_appointment_organisation_person", "organisation_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    post: Mapped[str] = mapped_column(String(120), default="")
    #: Empty for part-timers, seconded and hired people without rank; rules must not need it.
    leadership_rank: Mapped[str | None] = mapped_column(String(30))
    grade: Mapped[str | None] = mapped_column(String(30))
    tenure_type: Mapped[str] = mapped_column(String(12), default=TenureType.FULL_TIME)
    is_leadership_member: Mapped[bool] = mapped_column(default=False)
    is_principal: Mapped[bool] = mapped_column(default=False)
    is_primary: Mapped[bool] = mapped_column(default=True)
    #: Unknown for people who are not members of a leadership group.
    appointed_on: Mapped[date | None]
    #: "month": only the month was known; the first of it is stored and shown as such.
    appointed_precision: Mapped[str] = mapped_column(String(8), default=DatePrecision.DAY)
    #: The last day of holding the post.
    left_on: Mapped[date | None]


class RosterImport(Base):
    """An uploaded list of people: read, shown, and taken in only when confirmed."""

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64))
    #: The list as read, without columns that are not collected; after confirmation only the refused rows.
    roster: Mapped[dict[str, Any]]
    #: Persons whose accounts were opened, to give those who never signed in a new one-time password.
    opened_for: Mapped[list[Any]] = mapped_column(default=list)
    #: What confirming did, as counts by action.
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None]


class Notice(Base):
    """Something that a person should know of; frozen once it has been read."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_person_read", "person_id", "read_at"),)
    append_only = "read_at"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: An English message id with its values; translated when it is shown.
    text: Mapped[str]
    params: Mapped[dict[str, Any]]
    #: Where to look; an address of this site.
    link: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
