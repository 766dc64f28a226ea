"""Read persons and their appointments."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from learning.accounts.models import Account, RoleGrant
from learning.accounts.roles import Scope
from learning.core.paging import PER_PAGE, Page, page_of
from learning.people import rules
from learning.people.kinds import Axis
from learning.people.models import (
    Appointment,
    Organisation,
    OrganisationBelow,
    Person,
)
from learning.people.queries.organisations import below, covered


@dataclass(frozen=True)
class PersonRow:
    """A person with the one appointment that places the person in the list at hand."""

    id: int
    staff_number: str
    name: str
    is_active: bool
    organisation_id: int
    organisation_name: str
    post: str
    leadership_rank: str | None
    is_leadership_member: bool
    #: Whether the appointment shown is held on the day asked about.
    is_current: bool


class Standing(StrEnum):
    """Which persons a list shows."""

    CURRENT = "current"
    FORMER = "former"
    SWITCHED_OFF = "switched_off"


def held_on(day: date) -> ColumnElement[bool]:
    """Return the condition that an appointment is held on a day; an unknown beginning lies before it."""
    return and_(
        or_(Appointment.appointed_on.is_(None), Appointment.appointed_on <= day), not_ended_before(day)
    )


def not_ended_before(day: date) -> ColumnElement[bool]:
    """Return the condition that an appointment is held on a day or later."""
    return or_(Appointment.left_on.is_(None), Appointment.left_on >= day)


def persons_in(
    session: Session,
    scope: Scope,
    on: date,
    text: str = "",
    organisation_id: int | None = None,
    number: int = 1,
    standing: Standing = Standing.CURRENT,
) -> Page[PersonRow]:
    """Return a page of the persons of a scope by staff number; narrowed by text, to a unit and below."""
    there: ColumnElement[bool] = Appointment.organisation_id.in_(covered(scope))
    if organisation_id is not None:
        there &= Appointment.organisation_id.in_(below(organisation_id))
    query = select(Person).where(_standing(standing, there, on)).order_by(Person.staff_number)
    if text:
        query = query.where(
            Person.name.contains(text, autoescape=True) | Person.staff_number.contains(text, autoescape=True)
        )
    page = page_of(session, query, number, PER_PAGE)
    placed = _placed(session, Appointment.person_id.in_([person.id for person in page.rows]) & there, on)
    return Page([placed[person.id] for person in page.rows], page.number, page.total, page.per_page)


def _standing(standing: Standing, there: ColumnElement[bool], on: date) -> ColumnElement[bool]:
    mine = select(Appointment.id).where(Appointment.person_id == Person.id, there)
    if standing is Standing.SWITCHED_OFF:
        return and_(Person.is_active.is_(False), mine.exists())
    lasting = mine.where(not_ended_before(on)).exists()
    if standing is Standing.FORMER:
        return and_(mine.exists(), ~lasting)
    return and_(Person.is_active, lasting)


def persons_of(session: Session, organisation_ids: Select[int], on: date) -> list[PersonRow]:
    """Return everybody who holds a post in these organisations on a day, by staff number; one query."""
    return list(
        _placed(session, Appointment.organisation_id.in_(organisation_ids) & held_on(on), on).values()
    )


def person_in(session: Session, scope: Scope, unsafe_person_id: int, on: date = date.max) -> PersonRow | None:
    """Return a person who holds or held a post in the scope; the door to what is on record of persons.

    Placed by the post of that day, or by the last one.
    """
    there = Appointment.organisation_id.in_(covered(scope))
    return _placed(session, there & (Appointment.person_id == unsafe_person_id), on).get(unsafe_person_id)


def person_managed(session: Session, scope: Scope, unsafe_person_id: int, on: date) -> PersonRow | None:
    """Return a person whom the administrators of the scope may change; the door to changes.

    That is who holds a post in it, or held one there and holds none anywhere now: whoever moved
    elsewhere can still be looked up here, but belongs to the new unit.
    """
    lasting = select(Appointment.id).where(Appointment.person_id == unsafe_person_id, not_ended_before(on))
    there = Appointment.organisation_id.in_(covered(scope))
    may = session.scalar(select(or_(lasting.where(there).exists(), ~lasting.exists())))
    return person_in(session, scope, unsafe_person_id, on) if may else None


def _placed(session: Session, condition: ColumnElement[bool], on: date) -> dict[int, PersonRow]:
    """Return the persons with such an appointment; of several the one held now, then the primary one."""
    rows = session.execute(
        select(Person, Appointment, Organisation.name)
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Organisation, Organisation.id == Appointment.organisation_id)
        .where(condition)
        .order_by(Person.staff_number, Appointment.is_primary, Appointment.left_on, Appointment.id.desc())
    )
    found: dict[int, PersonRow] = {}
    for person, appointment, organisation_name in rows:
        row = _person_row(person, appointment, organisation_name, on)
        if person.id not in found or row.is_current or not found[person.id].is_current:
            found[person.id] = row
    return found


def _person_row(person: Person, appointment: Appointment, organisation_name: str, on: date) -> PersonRow:
    return PersonRow(
        id=person.id,
        staff_number=person.staff_number,
        name=person.name,
        is_active=person.is_active,
        organisation_id=appointment.organisation_id,
        organisation_name=organisation_name,
        post=appointment.post,
        leadership_rank=appointment.leadership_rank,
        is_leadership_member=appointment.is_leadership_member,
        is_current=rules.is_held_on(appointment.appointed_on, appointment.left_on, on),
    )


def person(session: Session, person_id: int) -> Person | None:
    """Return a person by key."""
    return session.get(Person, person_id)


def person_by_staff_number(session: Session, staff_number: str) -> Person | None:
    """Return the person with this staff number."""
    return session.scalar(select(Person).where(Person.staff_number == staff_number))


def persons_by_staff_number(session: Session, staff_numbers: Iterable[str]) -> dict[str, Person]:
    """Return the persons with these staff numbers, by number."""
    found = session.scalars(select(Person).where(Person.staff_number.in_(list(staff_numbers))))
    return {person.staff_number: person for person in found}


def appointments_of(
    session: Session, person_ids: Collection[int] | Select[int]
) -> dict[int, list[Appointment]]:
    """Return all appointments of several persons, by person, earliest first; pass a query for many."""
    found: dict[int, list[Appointment]] = {}
    wanted: Any = person_ids if isinstance(person_ids, Select) else sorted(person_ids)
    query = select(Appointment).where(Appointment.person_id.in_(wanted))
    earliest_first = func.coalesce(Appointment.appointed_on, date.min), Appointment.id
    for appointment in session.scalars(query.order_by(*earliest_first)):
        found.setdefault(appointment.person_id, []).append(appointment)
    return found


def ancestors_of_person(session: Session, person_id: int, on: date) -> frozenset[int]:
    """Return the organisations that a person's posts of a day stand in or below, for `.in_()`."""
    query = (
        select(OrganisationBelow.above_id)
        .join(Appointment, Appointment.organisation_id == OrganisationBelow.below_id)
        .where(OrganisationBelow.axis == Axis.TERRITORIAL, Appointment.person_id == person_id, held_on(on))
    )
    return frozenset(session.scalars(query))


def appointment_in(
    session: Session, scope: Scope, person_id: int, unsafe_appointment_id: int
) -> Appointment | None:
    """Return a post of this person in the scope; the door to changes of posts."""
    return session.scalar(
        select(Appointment).where(
            Appointment.id == unsafe_appointment_id,
            Appointment.person_id == person_id,
            Appointment.organisation_id.in_(covered(scope)),
        )
    )


def has_granted_role(session: Session, person_id: int) -> bool:
    """Return whether the account of a person holds more than a learner's role."""
    grants = select(RoleGrant.id).join(Account, Account.id == RoleGrant.account_id)
    mine = grants.where(Account.person_id == person_id, RoleGrant.revoked_at.is_(None))
    return bool(session.scalar(select(mine.exists())))


def has_holders(session: Session, organisation_id: int, on: date) -> bool:
    """Return whether somebody holds a post in an organisation on a day or later."""
    posts = select(Appointment.id).where(Appointment.organisation_id == organisation_id, not_ended_before(on))
    return bool(session.scalar(select(posts.exists())))
