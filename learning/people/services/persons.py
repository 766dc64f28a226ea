"""Add, change and switch off persons; give, correct, end and change their posts."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts import queries as accounts
from learning.accounts.roles import Actor
from learning.accounts.rules import normalised_name
from learning.accounts.services import NewAccount, renew_password
from learning.core.db import transaction
from learning.core.texts import N_
from learning.people import queries, rules
from learning.people.entries import AppointmentEntry
from learning.people.models import Appointment
from learning.people.roster_cells import folded
from learning.people.services import records


class PersonRefusal(StrEnum):
    """Why a change about a person was refused; the values are English message ids."""

    NUMBER_TAKEN = N_("This staff number belongs to another person or account.")
    HOLDS_POST = N_(
        "This person is on record and holds a post. Their unit must end it before you can take them in."
    )
    ALREADY_HELD = N_("This person holds this post already.")
    ALREADY_ENDED = N_("This post is ended already.")
    HAS_ROLES = N_("This account holds a role. Only the system administrator may change its access.")
    NO_ACCOUNT = N_("This person has no account.")
    NOT_LATER = N_("The new post must begin later than the present one.")
    TOO_FAR_AHEAD = N_("This day lies more than a year ahead.")
    ENDS_TOO_EARLY = N_("The post ends before it begins.")


@dataclass(frozen=True)
class Added:
    """A person as added; without an account where somebody on record was taken in."""

    person_id: int
    account: NewAccount | None


def add_person(
    actor: Actor, name: str, staff_number: str, entry: AppointmentEntry, today: date, now: datetime
) -> Added | PersonRefusal:
    """Add a person with a first post and an account; take in who is on record and holds no post."""
    with transaction() as session:
        records.lock_organisation(session, entry.organisation_id)
        person = queries.person_by_staff_number(session, staff_number)
        if person is not None:
            return _take_in(session, actor, person.id, name, entry, today, now)
        if accounts.account_by_name(session, normalised_name(staff_number)) is not None:
            return PersonRefusal.NUMBER_TAKEN
        [(person, account)] = records.add_persons(session, [(name, staff_number, entry)], now)
        detail = {"staff_number": staff_number, **records.detail_of(entry)}
        audit.record(session, actor, now, "person.added", "person", person.id, detail)
        return Added(person.id, account)


def _take_in(
    session: Session,
    actor: Actor,
    person_id: int,
    name: str,
    entry: AppointmentEntry,
    today: date,
    now: datetime,
) -> Added | PersonRefusal:
    person = records.lock_person(session, person_id)
    posts = queries.appointments_of(session, [person_id]).get(person_id, [])
    if folded(person.name) != folded(name):
        return PersonRefusal.NUMBER_TAKEN
    if any(post.left_on is None or post.left_on >= today for post in posts):
        return PersonRefusal.HOLDS_POST
    records.add_appointment(session, person_id, entry)
    audit.record(session, actor, now, "person.taken_in", "person", person_id, records.detail_of(entry))
    return Added(person_id, None)


def change_person(
    actor: Actor, person_id: int, name: str, staff_number: str, now: datetime
) -> PersonRefusal | None:
    """Correct name and staff number; the account follows where it is named for the number."""
    with transaction() as session:
        person = records.lock_person(session, person_id)
        if staff_number != person.staff_number and _is_taken(session, person_id, staff_number):
            return PersonRefusal.NUMBER_TAKEN
        account = accounts.account_of_person(session, person_id)
        if account is not None:
            if account.sign_in_name == normalised_name(person.staff_number):
                account.sign_in_name = normalised_name(staff_number)
            account.display_name = name
        detail = {"name": [person.name, name], "staff_number": [person.staff_number, staff_number]}
        person.name, person.staff_number = name, staff_number
        audit.record(session, actor, now, "person.changed", "person", person_id, detail)
    return None


def _is_taken(session: Session, person_id: int, staff_number: str) -> bool:
    person = queries.person_by_staff_number(session, staff_number)
    account = accounts.account_by_name(session, normalised_name(staff_number))
    return person is not None or (account is not None and account.person_id != person_id)


def set_active(actor: Actor, person_id: int, is_active: bool, now: datetime) -> PersonRefusal | None:
    """Switch a person with the account on or off; off ends all sessions. What is on record stays."""
    with transaction() as session:
        person = records.lock_person(session, person_id)
        if queries.has_granted_role(session, person_id):
            return PersonRefusal.HAS_ROLES
        if person.is_active is is_active:
            return None
        person.is_active = is_active
        account = accounts.account_of_person(session, person_id)
        if account is not None:
            account.is_active = is_active
            account.session_epoch += 1
        action = "person.switched_on" if is_active else "person.switched_off"
        audit.record(session, actor, now, action, "person", person_id)
    return None


def reset_password(actor: Actor, person_id: int, now: datetime) -> NewAccount | PersonRefusal:
    """Give the person a one-time password; whoever holds a granted role gets it from above only."""
    with transaction() as session:
        records.lock_person(session, person_id)
        if queries.has_granted_role(session, person_id):
            return PersonRefusal.HAS_ROLES
        account = accounts.account_of_person(session, person_id)
        if account is None:
            return PersonRefusal.NO_ACCOUNT
        renewed = renew_password(session, account)
        audit.record(session, actor, now, "account.password_reset", "account", account.id)
        return renewed


def add_appointment(
    actor: Actor, person_id: int, entry: AppointmentEntry, now: datetime
) -> PersonRefusal | None:
    """Give a person a further post."""
    with transaction() as session:
        records.lock_person(session, person_id)
        if _holds_already(session, person_id, entry):
            return PersonRefusal.ALREADY_HELD
        added = records.add_appointment(session, person_id, entry)
        audit.record(
            session, actor, now, "appointment.added", "appointment", added.id, records.detail_of(entry)
        )
    return None


def _holds_already(session: Session, person_id: int, entry: AppointmentEntry) -> bool:
    """Return whether the person holds the same post in the same unit at the same time."""
    posts = queries.appointments_of(session, [person_id]).get(person_id, [])
    return any(
        post.organisation_id == entry.organisation_id
        and folded(post.post) == folded(entry.post)
        and rules.overlap((post.appointed_on, post.left_on), (entry.appointed_on, entry.left_on))
        for post in posts
    )


def correct_appointment(actor: Actor, appointment_id: int, entry: AppointmentEntry, now: datetime) -> None:
    """Correct what was entered wrongly about a post."""
    with transaction() as session:
        appointment = _locked(session, appointment_id)
        if entry.is_primary and not appointment.is_primary:
            records.make_others_secondary(session, appointment.person_id)
        records.correct(appointment, entry)
        detail = records.detail_of(entry)
        audit.record(session, actor, now, "appointment.corrected", "appointment", appointment_id, detail)


def end_appointment(
    actor: Actor, appointment_id: int, left_on: date, today: date, now: datetime
) -> PersonRefusal | None:
    """End a post after its last day."""
    with transaction() as session:
        appointment = _locked(session, appointment_id)
        if appointment.left_on is not None:
            return PersonRefusal.ALREADY_ENDED
        if appointment.appointed_on and left_on < appointment.appointed_on:
            return PersonRefusal.ENDS_TOO_EARLY
        if left_on > today + rules.FURTHEST_AHEAD:
            return PersonRefusal.TOO_FAR_AHEAD
        appointment.left_on = left_on
        detail = {"left_on": left_on.isoformat()}
        audit.record(session, actor, now, "appointment.ended", "appointment", appointment_id, detail)
    return None


def move(actor: Actor, appointment_id: int, entry: AppointmentEntry, now: datetime) -> PersonRefusal | None:
    """End a post the day before the new one begins: the record of both stays with the person."""
    with transaction() as session:
        old = _locked(session, appointment_id)
        if old.left_on is not None:
            return PersonRefusal.ALREADY_ENDED
        begins_on = entry.appointed_on
        if begins_on is None or (old.appointed_on and begins_on <= old.appointed_on):
            return PersonRefusal.NOT_LATER
        records.end_before(old, begins_on)
        new = records.add_appointment(session, old.person_id, replace(entry, is_primary=old.is_primary))
        detail = {"from": appointment_id, **records.detail_of(entry)}
        audit.record(session, actor, now, "appointment.moved", "appointment", new.id, detail)
    return None


def _locked(session: Session, appointment_id: int) -> Appointment:
    """Wait for other changes about the holder of a post, and return the post as it is then."""
    appointment = session.get_one(Appointment, appointment_id)
    records.lock_person(session, appointment.person_id)
    session.refresh(appointment)
    return appointment
