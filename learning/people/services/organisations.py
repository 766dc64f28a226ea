"""Add, change, move and switch off organisations; keep the systems of mass organisations."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.core.texts import N_
from learning.people import queries, rules
from learning.people.entries import OrganisationEntry
from learning.people.kinds import Axis, InstitutionKind
from learning.people.models import (
    MassOrganisationSystem,
    Organisation,
    OrganisationBelow,
    OrganisationInstitutionKind,
)


class OrganisationRefusal(StrEnum):
    """Why a change was refused; the values are English message ids."""

    CODE_TAKEN = N_("This code belongs to another organisation.")
    TERRITORIAL_CIRCLE = N_("An organisation cannot stand below itself.")
    VERTICAL_CIRCLE = N_("An organisation cannot be led by one below itself.")
    HAS_ACTIVE_BELOW = N_("Active organisations stand below this one. Move them or switch them off first.")
    HAS_PERSONS = N_("Somebody holds a post in this organisation. End or move the posts first.")


def add_organisation(actor: Actor, entry: OrganisationEntry, now: datetime) -> int | OrganisationRefusal:
    """Add an organisation below its parents; return its key."""
    with transaction() as session:
        queries.lock_organisations(session)
        if queries.organisation_by_code(session, entry.code) is not None:
            return OrganisationRefusal.CODE_TAKEN
        added = Organisation(**_columns(entry))
        session.add(added)
        session.flush()
        _set_kinds(session, added.id, entry.institution_kinds)
        for axis in Axis:
            _rebuild(session, axis)
        audit.record(session, actor, now, "organisation.added", "organisation", added.id, _columns(entry))
        return added.id


def change_organisation(
    actor: Actor, organisation_id: int, entry: OrganisationEntry, now: datetime
) -> OrganisationRefusal | None:
    """Change an organisation, and the trees where it moves."""
    with transaction() as session:
        queries.lock_organisations(session)
        found = session.get_one(Organisation, organisation_id)
        same_code = queries.organisation_by_code(session, entry.code)
        if same_code is not None and same_code.id != organisation_id:
            return OrganisationRefusal.CODE_TAKEN
        if rules.makes_circle(
            queries.parents(session, Axis.TERRITORIAL), organisation_id, entry.territorial_parent_id
        ):
            return OrganisationRefusal.TERRITORIAL_CIRCLE
        if rules.makes_circle(
            queries.parents(session, Axis.VERTICAL), organisation_id, entry.vertical_parent_id
        ):
            return OrganisationRefusal.VERTICAL_CIRCLE
        _change(session, found, entry)
        audit.record(
            session, actor, now, "organisation.changed", "organisation", organisation_id, _columns(entry)
        )
    return None


def _change(session: Session, found: Organisation, entry: OrganisationEntry) -> None:
    moved = [
        axis
        for axis, old, new in (
            (Axis.TERRITORIAL, found.territorial_parent_id, entry.territorial_parent_id),
            (Axis.VERTICAL, found.vertical_parent_id, entry.vertical_parent_id),
        )
        if old != new
    ]
    for name, value in _columns(entry).items():
        setattr(found, name, value)
    session.flush()
    _set_kinds(session, found.id, entry.institution_kinds)
    for axis in moved:
        _rebuild(session, axis)


def set_active(
    actor: Actor, organisation_id: int, is_active: bool, today: date, now: datetime
) -> OrganisationRefusal | None:
    """Switch an organisation on or off; off only where nobody works there and nothing active is below."""
    with transaction() as session:
        queries.lock_organisations(session)
        found = session.get_one(Organisation, organisation_id)
        refusal = None if is_active else _refusal_to_switch_off(session, organisation_id, today)
        if refusal is not None or found.is_active is is_active:
            return refusal
        found.is_active = is_active
        action = "organisation.switched_on" if is_active else "organisation.switched_off"
        audit.record(session, actor, now, action, "organisation", organisation_id)
    return None


def _refusal_to_switch_off(session: Session, organisation_id: int, today: date) -> OrganisationRefusal | None:
    if queries.has_active_below(session, organisation_id):
        return OrganisationRefusal.HAS_ACTIVE_BELOW
    if queries.has_holders(session, organisation_id, today):
        return OrganisationRefusal.HAS_PERSONS
    return None


def save_system(
    actor: Actor, system_id: int | None, code: str, name: str, sort_number: int, now: datetime
) -> bool:
    """Add a system of mass organisations, or change one; return whether the code was free."""
    with transaction() as session:
        if any(known.code == code and known.id != system_id for known in queries.systems(session)):
            return False
        found = session.get_one(MassOrganisationSystem, system_id) if system_id else MassOrganisationSystem()
        found.code, found.name, found.sort_number = code, name, sort_number
        session.add(found)
        session.flush()
        action = "system.changed" if system_id else "system.added"
        audit.record(session, actor, now, action, "system", found.id, {"code": code, "name": name})
        return True


def _rebuild(session: Session, axis: Axis) -> None:
    """Write the pairs of an axis anew; a few thousand rows, and right whatever was moved."""
    session.execute(delete(OrganisationBelow).where(OrganisationBelow.axis == axis))
    rows = [
        {"axis": axis, "above_id": above, "below_id": below, "depth": depth}
        for above, below, depth in rules.closure(queries.parents(session, axis))
    ]
    session.execute(insert(OrganisationBelow), rows)


def _set_kinds(session: Session, organisation_id: int, kinds: Collection[InstitutionKind]) -> None:
    mine = OrganisationInstitutionKind.organisation_id == organisation_id
    session.execute(delete(OrganisationInstitutionKind).where(mine))
    session.add_all(
        OrganisationInstitutionKind(organisation_id=organisation_id, kind=kind) for kind in sorted(kinds)
    )
    session.flush()


def _columns(entry: OrganisationEntry) -> dict[str, object]:
    return {name: value for name, value in vars(entry).items() if name != "institution_kinds"}
