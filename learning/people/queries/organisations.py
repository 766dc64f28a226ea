"""Read organisations: trees, scopes, systems."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learning.accounts.roles import Scope
from learning.people import rules
from learning.people.kinds import Axis, Level
from learning.people.models import (
    MassOrganisationSystem,
    Organisation,
    OrganisationBelow,
    OrganisationInstitutionKind,
)


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation in a list that is in tree order; depth counts from the top of the list."""

    id: int
    code: str
    name: str
    level: Level
    kind: str
    system_id: int | None
    territorial_parent_id: int | None
    vertical_parent_id: int | None
    sort_number: int
    is_active: bool
    depth: int


def covered(scope: Scope, axis: Axis = Axis.TERRITORIAL) -> Select[int]:
    """Return a query of the keys of all organisations that a scope covers, for `.in_()`."""
    if scope.everywhere:
        return select(Organisation.id)
    return select(OrganisationBelow.below_id).where(
        OrganisationBelow.axis == axis, OrganisationBelow.above_id.in_(sorted(scope.organisation_ids))
    )


def below(organisation_id: int, axis: Axis = Axis.TERRITORIAL) -> Select[int]:
    """Return a query of the keys of an organisation and all below it, for `.in_()`."""
    return covered(Scope(frozenset({organisation_id})), axis)


def organisations_in(session: Session, scope: Scope, axis: Axis = Axis.TERRITORIAL) -> list[OrganisationRow]:
    """Return all organisations of a scope in tree order: parents first, siblings by number and code."""
    found = session.scalars(
        select(Organisation)
        .where(Organisation.id.in_(covered(scope, axis)))
        .order_by(Organisation.sort_number, Organisation.code)
    ).all()
    parents = {organisation.id: _parent_of(organisation, axis) for organisation in found}
    by_id = {organisation.id: organisation for organisation in found}
    return [_row(by_id[key], depth) for key, depth in rules.in_tree_order(parents)]


def organisation_in(session: Session, scope: Scope, unsafe_id: int) -> OrganisationRow | None:
    """Return an organisation if the scope covers it; the door to organisations."""
    found = session.scalar(
        select(Organisation).where(Organisation.id == unsafe_id, Organisation.id.in_(covered(scope)))
    )
    return _row(found, 0) if found else None


def organisation(session: Session, organisation_id: int) -> Organisation | None:
    """Return an organisation by its key."""
    return session.get(Organisation, organisation_id)


def organisation_by_code(session: Session, code: str) -> Organisation | None:
    """Return the organisation with this code."""
    return session.scalar(select(Organisation).where(Organisation.code == code))


def path_names(session: Session) -> dict[int, str]:
    """Return the full path of every organisation, such as 示范市委/示范县委/示范县妇联, by key."""
    rows = session.execute(select(Organisation.id, Organisation.name, Organisation.territorial_parent_id))
    return rules.paths({key: (name, parent) for key, name, parent in rows})


def parents(session: Session, axis: Axis) -> dict[int, int | None]:
    """Return the parent of every organisation on an axis."""
    territorial = axis is Axis.TERRITORIAL
    parent = Organisation.territorial_parent_id if territorial else Organisation.vertical_parent_id
    rows = session.execute(select(Organisation.id, parent)).all()
    return {row[0]: row[1] for row in rows}


def lock_organisations(session: Session) -> None:
    """Wait for other changes of the trees: two moves at once could make a circle."""
    session.execute(select(Organisation.id).order_by(Organisation.id).with_for_update())


def has_active_below(session: Session, organisation_id: int) -> bool:
    """Return whether an active organisation has this one for a parent."""
    below_it = (Organisation.territorial_parent_id == organisation_id) | (
        Organisation.vertical_parent_id == organisation_id
    )
    active = select(Organisation.id).where(Organisation.is_active, below_it)
    return bool(session.scalar(select(active.exists())))


def institution_kinds(session: Session) -> dict[int, frozenset[str]]:
    """Return the kinds of school of every institution, by organisation."""
    found: dict[int, set[str]] = {}
    for row in session.scalars(select(OrganisationInstitutionKind)):
        found.setdefault(row.organisation_id, set()).add(row.kind)
    return {key: frozenset(kinds) for key, kinds in found.items()}


def systems(session: Session) -> list[MassOrganisationSystem]:
    """Return the systems of mass organisations in their order."""
    query = select(MassOrganisationSystem)
    order = MassOrganisationSystem.sort_number, MassOrganisationSystem.code
    return list(session.scalars(query.order_by(*order)))


def system(session: Session, unsafe_id: int) -> MassOrganisationSystem | None:
    """Return a system by its key."""
    return session.get(MassOrganisationSystem, unsafe_id)


def _parent_of(organisation: Organisation, axis: Axis) -> int | None:
    if axis is Axis.VERTICAL:
        return organisation.vertical_parent_id
    return organisation.territorial_parent_id


def _row(found: Organisation, depth: int) -> OrganisationRow:
    return OrganisationRow(
        id=found.id,
        code=found.code,
        name=found.name,
        level=Level(found.level),
        kind=found.kind,
        system_id=found.system_id,
        territorial_parent_id=found.territorial_parent_id,
        vertical_parent_id=found.vertical_parent_id,
        sort_number=found.sort_number,
        is_active=found.is_active,
        depth=depth,
    )
