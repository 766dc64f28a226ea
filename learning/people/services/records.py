"""Put single rows on record inside the transaction of a service."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from learning.accounts import passwords
from learning.accounts.models import Account
from learning.accounts.rules import normalised_name
from learning.accounts.services import NewAccount
from learning.people.entries import AppointmentEntry
from learning.people.models import Appointment, Organisation, Person
from learning.people.roster_plan import day_before


def lock_organisation(session: Session, organisation_id: int) -> None:
    """Wait for other changes among the persons of an organisation, so that nothing is entered twice."""
    session.get_one(Organisation, organisation_id, with_for_update=True)


def lock_person(session: Session, person_id: int) -> Person:
    """Wait for other changes about a person, and return the person as it is then."""
    return session.get_one(Person, person_id, with_for_update=True)


def add_persons(
    session: Session, strangers: Sequence[tuple[str, str, AppointmentEntry]], now: datetime
) -> list[tuple[Person, NewAccount]]:
    """Add persons by name, staff number and first post, each with an account and its one-time password.

    All at once: a list of thousands must not hold up those who answer exams meanwhile.
    """
    persons = [Person(staff_number=number, name=name, created_at=now) for name, number, _entry in strangers]
    session.add_all(persons)
    session.flush()
    words = [passwords.one_time_password() for _ in persons]
    accounts = [_account(person, word, now) for person, word in zip(persons, words, strict=True)]
    session.add_all(accounts)
    for person, (_name, _number, entry) in zip(persons, strangers, strict=True):
        session.add(Appointment(person_id=person.id, **values_of(entry)))
    session.flush()
    opened = (
        NewAccount(account.id, account.sign_in_name, word)
        for account, word in zip(accounts, words, strict=True)
    )
    return list(zip(persons, opened, strict=True))


def _account(person: Person, password: str, now: datetime) -> Account:
    return Account(
        sign_in_name=normalised_name(person.staff_number),
        display_name=person.name,
        person_id=person.id,
        password_hash=passwords.hash_one_time(password),
        must_change_password=True,
        created_at=now,
    )


def add_appointment(session: Session, person_id: int, entry: AppointmentEntry) -> Appointment:
    """Add a post; a primary one makes the person's other posts secondary."""
    if entry.is_primary:
        make_others_secondary(session, person_id)
    appointment = Appointment(person_id=person_id, **values_of(entry))
    session.add(appointment)
    session.flush()
    return appointment


def make_others_secondary(session: Session, person_id: int) -> None:
    """Take the mark of the primary post from all posts of a person."""
    marked = (Appointment.person_id == person_id) & Appointment.is_primary
    session.execute(update(Appointment).where(marked).values(is_primary=False))


def correct(appointment: Appointment, entry: AppointmentEntry) -> None:
    """Let a post on record say what the entry says."""
    for name, value in values_of(entry).items():
        setattr(appointment, name, value)


def end_before(appointment: Appointment, day: date) -> None:
    """End a post the day before another begins."""
    appointment.left_on = day_before(day)


def values_of(entry: AppointmentEntry) -> dict[str, Any]:
    """Return the columns of a post by name."""
    return dict(vars(entry))


def detail_of(entry: AppointmentEntry) -> dict[str, Any]:
    """Return a post for the audit log."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in vars(entry).items()
        if value not in (None, "", False)
    }
