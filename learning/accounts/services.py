"""Sign in, change passwords, open accounts, grant and revoke roles."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.orm import Session

from learning.accounts import audit, passwords, queries
from learning.accounts.models import Account, RoleGrant, SignInFailure
from learning.accounts.roles import SYSTEM, Actor, Role
from learning.accounts.rules import SignInRefusal, counted_address, is_locked, normalised_name, roles_conflict
from learning.core.db import snapshot, transaction, writing
from learning.core.texts import N_


@dataclass(frozen=True)
class SignInOutcome:
    """What came of an attempt to sign in."""

    account: queries.SignedIn | None = None
    refusal: SignInRefusal | None = None


def sign_in(name: str, password: str, address: str, now: datetime) -> SignInOutcome:
    """Check name and password; failures are counted per account and per address, successes are not."""
    sign_in_name, counted = normalised_name(name), counted_address(address)
    settings = current_app.config
    since = now - timedelta(minutes=settings["SIGN_IN_WINDOW_MINUTES"])
    knock = queries.knock(snapshot(), sign_in_name, counted, since)
    limits = settings["SIGN_IN_FAILURES_PER_ACCOUNT"], settings["SIGN_IN_FAILURES_PER_ADDRESS"]
    if is_locked(knock.of_account, knock.of_address, *limits):
        return SignInOutcome(refusal=SignInRefusal.TOO_MANY)
    is_right = passwords.verify(knock.password_hash or passwords.decoy_hash(), password)
    if knock.account is None or not is_right:
        _note_failure(sign_in_name, counted, now)
        return SignInOutcome(refusal=SignInRefusal.WRONG)
    _note_success(knock.account, sign_in_name if knock.has_failed else None, address, now)
    return SignInOutcome(account=knock.account)


def _note_failure(sign_in_name: str, address: str, now: datetime) -> None:
    with transaction() as session:
        session.add(SignInFailure(sign_in_name=sign_in_name, address=address, failed_at=now))
        whoever = replace(SYSTEM, address=address[:45])
        audit.record(session, whoever, now, "account.sign_in_failed", "account", None, {"name": sign_in_name})


def _note_success(account: queries.SignedIn, failed_name: str | None, address: str, now: datetime) -> None:
    with writing() as connection:
        if failed_name is not None:
            connection.execute(delete(SignInFailure).where(SignInFailure.sign_in_name == failed_name))
        who = Actor(account.account_id, account.display_name, address[:45])
        audit.record(connection, who, now, "account.signed_in", "account", account.account_id)


def change_password(actor: Actor, account_id: int, password: str, now: datetime) -> int:
    """Set a new password and end all other sessions; return the epoch of the new session."""
    password_hash = passwords.hash_password(password)
    with transaction() as session:
        account = session.get_one(Account, account_id)
        account.password_hash = password_hash
        account.must_change_password = False
        account.session_epoch += 1
        audit.record(session, actor, now, "account.password_changed", "account", account_id)
        return account.session_epoch


@dataclass(frozen=True)
class NewAccount:
    """An account as it was opened, with its one-time password, which is shown once."""

    account_id: int
    sign_in_name: str
    password: str


def reset_password(actor: Actor, account_id: int, now: datetime) -> NewAccount:
    """Give an account a one-time password; it must be changed at the next sign-in."""
    with transaction() as session:
        renewed = renew_password(session, session.get_one(Account, account_id))
        audit.record(session, actor, now, "account.password_reset", "account", account_id)
        return renewed


def renew_password(session: Session, account: Account) -> NewAccount:
    """Set a one-time password inside somebody's transaction; it ends all sessions and lifts the lock-out."""
    password = passwords.one_time_password()
    account.password_hash = passwords.hash_one_time(password)
    account.must_change_password = True
    account.session_epoch += 1
    # Whoever is locked out turns to the administrator; the new password must let in at once.
    session.execute(delete(SignInFailure).where(SignInFailure.sign_in_name == account.sign_in_name))
    return NewAccount(account.id, account.sign_in_name, password)


def open_account(
    actor: Actor, name: str, display_name: str, person_id: int | None, now: datetime
) -> NewAccount | None:
    """Open an account with a one-time password; None where the name is taken."""
    sign_in_name, password = normalised_name(name), passwords.one_time_password()
    password_hash = passwords.hash_one_time(password)
    with transaction() as session:
        if queries.account_by_name(session, sign_in_name) is not None:
            return None
        account = Account(
            sign_in_name=sign_in_name,
            display_name=display_name,
            person_id=person_id,
            password_hash=password_hash,
            must_change_password=True,
            created_at=now,
        )
        session.add(account)
        session.flush()
        audit.record(session, actor, now, "account.opened", "account", account.id, {"name": sign_in_name})
        return NewAccount(account.id, sign_in_name, password)


def set_active(actor: Actor, account_id: int, is_active: bool, now: datetime) -> None:
    """Switch an account on or off; off ends its sessions."""
    with transaction() as session:
        account = session.get_one(Account, account_id)
        account.is_active = is_active
        account.session_epoch += 1
        action = "account.switched_on" if is_active else "account.switched_off"
        audit.record(session, actor, now, action, "account", account_id)


def grant_role(
    actor: Actor, account_id: int, role: Role, organisation_id: int | None, now: datetime
) -> str | None:
    """Grant a role for a scope; return why not, as an English message id, where it is refused."""
    if actor.account_id == account_id:
        return N_("Nobody can grant a role to the own account.")
    with transaction() as session:
        held = queries.grants_of(session, account_id)
        if roles_conflict([Role(grant.role) for grant in held], role):
            return N_("Administration and audit cannot be held together with another role.")
        if any(grant.role == role and grant.organisation_id == organisation_id for grant in held):
            return N_("This account holds that role already.")
        grant = RoleGrant(
            account_id=account_id,
            role=role,
            organisation_id=organisation_id,
            granted_at=now,
            granted_by_id=actor.account_id,
        )
        session.add(grant)
        detail = {"role": role.value, "organisation": organisation_id}
        audit.record(session, actor, now, "role.granted", "account", account_id, detail)
    return None


def revoke_role(actor: Actor, grant_id: int, now: datetime) -> bool:
    """Revoke a grant; return whether there was one in force."""
    with transaction() as session:
        grant = session.get(RoleGrant, grant_id)
        if grant is None or grant.revoked_at is not None or grant.account_id == actor.account_id:
            return False
        grant.revoked_at = now
        detail = {"role": grant.role, "organisation": grant.organisation_id}
        audit.record(session, actor, now, "role.revoked", "account", grant.account_id, detail)
        return True
