"""Read accounts, grants, failures and the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from flask_login import UserMixin
from sqlalchemy import bindparam, column, func, select, table
from sqlalchemy.orm import Session

from learning.accounts.models import Account, AuditEntry, RoleGrant, SignInFailure
from learning.accounts.roles import Role, Scope
from learning.core.db import Reads
from learning.core.paging import Page, page_of

#: Accounts stand before people in the import order; names for a list of scopes are all they need of them.
_organisation = table("organisation", column("id"), column("name"))


@dataclass
class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """The account behind a request, with what it may do."""

    account_id: int
    session_epoch: int
    display_name: str
    person_id: int | None
    must_change_password: bool
    scopes: Mapping[Role, Scope]

    def get_id(self) -> str:
        """Return what the session cookie holds: raising the epoch ends all sessions."""
        return f"{self.account_id}.{self.session_epoch}"

    @cached_property
    def roles(self) -> frozenset[Role]:
        """Return all roles held; whoever belongs to a person is a learner."""
        return frozenset(self.scopes) | ({Role.LEARNER} if self.person_id else frozenset())

    def has(self, *roles: str) -> bool:
        """Return whether any of the roles is held."""
        return bool(self.roles & {Role(role) for role in roles})


_ACCOUNT = (
    Account.id,
    Account.session_epoch,
    Account.display_name,
    Account.person_id,
    Account.must_change_password,
    RoleGrant.role,
    RoleGrant.organisation_id,
)
_IN_FORCE = (RoleGrant.account_id == Account.id) & RoleGrant.revoked_at.is_(None)
_SIGNED_IN = (
    select(*_ACCOUNT)
    .outerjoin(RoleGrant, _IN_FORCE)
    .where(
        Account.id == bindparam("account_id"), Account.session_epoch == bindparam("epoch"), Account.is_active
    )
)


def signed_in(reads: Reads, account_id: int, epoch: int) -> SignedIn | None:
    """Return the account of a session with its grants, or None where the session ended; one query."""
    rows = reads.execute(_SIGNED_IN, {"account_id": account_id, "epoch": epoch}).all()
    return _signed_in(rows) if rows else None


def _signed_in(rows: Sequence[Sequence[Any]]) -> SignedIn:
    """Return the account of rows that begin with the columns above, one for each grant."""
    scopes: dict[Role, Scope] = {}
    for *_account, name, organisation_id in (row[: len(_ACCOUNT)] for row in rows):
        if name is not None:
            bound = Scope(everywhere=True) if organisation_id is None else Scope(frozenset({organisation_id}))
            scopes[Role(name)] = scopes.get(Role(name), Scope()) | bound
    return SignedIn(*rows[0][:5], scopes)


class Knock(NamedTuple):
    """Who wants to sign in: how often that failed of late, and the account where there is one."""

    of_account: int
    of_address: int
    #: Whether there are failures to be forgotten, however old.
    has_failed: bool
    account: SignedIn | None
    password_hash: str | None


_IS_LATE, _IS_NAME, _IS_ADDRESS = (
    SignInFailure.failed_at >= bindparam("since"),
    SignInFailure.sign_in_name == bindparam("name"),
    SignInFailure.address == bindparam("address"),
)
_FAILURES = (
    select(
        func.count().filter(_IS_NAME & _IS_LATE).label("of_account"),
        func.count().filter(_IS_ADDRESS & _IS_LATE).label("of_address"),
        func.count().filter(_IS_NAME).label("of_name"),
    )
    .where(_IS_NAME | _IS_ADDRESS & _IS_LATE)
    .subquery()
)
# The failures are one row whether there is such an account or not, so that both take the same time.
_KNOCK = (
    select(*_ACCOUNT, Account.password_hash, *_FAILURES.c)
    .select_from(_FAILURES)
    .outerjoin(Account, (Account.sign_in_name == bindparam("name")) & Account.is_active)
    .outerjoin(RoleGrant, _IN_FORCE)
)


def knock(reads: Reads, sign_in_name: str, address: str, since: datetime) -> Knock:
    """Return what signing in needs to know; one query."""
    rows = reads.execute(_KNOCK, {"name": sign_in_name, "address": address, "since": since}).all()
    password_hash, of_account, of_address, of_name = rows[0][len(_ACCOUNT) :]
    account = _signed_in(rows) if password_hash is not None else None
    return Knock(of_account, of_address, of_name > 0, account, password_hash)


def account_by_name(session: Session, sign_in_name: str) -> Account | None:
    """Return the account with this normalised name."""
    return session.scalar(select(Account).where(Account.sign_in_name == sign_in_name))


def account_of_person(session: Session, person_id: int) -> Account | None:
    """Return the account of a person."""
    return session.scalar(select(Account).where(Account.person_id == person_id))


def grants_of(session: Session, account_id: int) -> Sequence[RoleGrant]:
    """Return the grants in force of an account."""
    return session.scalars(
        select(RoleGrant).where(RoleGrant.account_id == account_id, RoleGrant.revoked_at.is_(None))
    ).all()


def account(session: Session, account_id: int) -> Account | None:
    """Return an account by its key."""
    return session.get(Account, account_id)


def accounts(session: Session, text: str, number: int) -> Page[Account]:
    """Return a page of accounts whose name or display name contains the text."""
    query = select(Account).order_by(Account.sign_in_name)
    if text:
        query = query.where(
            Account.sign_in_name.contains(text.casefold(), autoescape=True)
            | Account.display_name.contains(text, autoescape=True)
        )
    return page_of(session, query, number)


def grants_by_account(session: Session, account_ids: Sequence[int]) -> dict[int, list[RoleGrant]]:
    """Return the grants in force of several accounts, by account."""
    found: dict[int, list[RoleGrant]] = {}
    for grant in session.scalars(
        select(RoleGrant)
        .where(RoleGrant.account_id.in_(account_ids), RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.role)
    ):
        found.setdefault(grant.account_id, []).append(grant)
    return found


def audit_entries(session: Session, action: str, number: int) -> Page[AuditEntry]:
    """Return a page of the audit log, newest first, narrowed to one action if it is named."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc())
    if action:
        query = query.where(AuditEntry.action == action)
    return page_of(session, query, number)


def organisation_names(session: Session) -> dict[int, str]:
    """Return the names of all organisations by key, to choose and show scopes by."""
    rows = session.execute(select(_organisation.c.id, _organisation.c.name).order_by(_organisation.c.id))
    return {row[0]: row[1] for row in rows}


def any_account(session: Session) -> bool:
    """Return whether there is any account."""
    return session.scalar(select(Account.id).limit(1)) is not None
