"""Accounts, their roles, failed sign-ins, and the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learning.accounts.roles import Role
from learning.core.db import Base, one_of


class Account(Base):
    """A way to sign in; of a person, or of an office that administers."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Case-folded and NFKC-normalised; the staff number for persons.
    sign_in_name: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    password_hash: Mapped[str]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    #: Raised to end every session of the account at once.
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class RoleGrant(Base):
    """A role of an account for an organisation and all below it; revoked, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (one_of("role", Role),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    #: Empty: the whole installation.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    revoked_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A failed sign-in, kept to slow down guessing."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_name_at", "sign_in_name", "failed_at"),
        Index("ix_sign_in_failure_address_at", "address", "failed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sign_in_name: Mapped[str] = mapped_column(String(80))
    #: The client's address; of IPv6 only the first 64 bits, as one client owns the rest.
    address: Mapped[str] = mapped_column(String(45))
    failed_at: Mapped[datetime]


class AuditEntry(Base):
    """What somebody did, when, to what; written in the transaction of the act itself."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_object", "object_type", "object_id"),)
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    #: The name at that time; empty account means the site itself.
    actor_name: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60), index=True)
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
    address: Mapped[str] = mapped_column(String(45))
    request_id: Mapped[str] = mapped_column(String(32))
