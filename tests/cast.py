"""The same named people and organisations in all tests."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from learning.accounts.models import Account, RoleGrant
from learning.accounts.passwords import hash_password
from learning.accounts.roles import Role
from learning.people.kinds import Axis
from learning.people.models import (
    Appointment,
    MassOrganisationSystem,
    Organisation,
    OrganisationBelow,
    OrganisationInstitutionKind,
    Person,
)

PASSWORD = "Lantern-Harbour-58"
LONG_AGO = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)

SYSTEMS = {"acftu": "工会系统", "cyl": "共青团系统", "acwf": "妇联系统"}

#: name: (full name, level, kind, system, territorial parent, vertical parent)
ORGANISATIONS = {
    "province": ("示范省委", "province", "party_committee", None, None, None),
    "province_union": ("示范省总工会", "province", "mass_organisation", "acftu", "province", None),
    "city": ("示范市委", "prefecture", "party_committee", None, "province", None),
    "city_union": ("示范市总工会", "prefecture", "mass_organisation", "acftu", "city", "province_union"),
    "school": ("示范市委党校", "prefecture", "institution", None, "city", None),
    "county": ("示范县委", "county", "party_committee", None, "city", None),
    "county_union": ("示范县总工会", "county", "mass_organisation", "acftu", "county", "city_union"),
    "county_youth": ("共青团示范县委", "county", "mass_organisation", "cyl", "county", None),
    "county_women": ("示范县妇联", "county", "mass_organisation", "acwf", "county", None),
    "town": ("示范县城关镇党委", "township", "party_committee", None, "county", None),
    "town_union": ("示范县城关镇工会", "township", "mass_organisation", "acftu", "town", "county_union"),
    "neighbour": ("邻县县委", "county", "party_committee", None, "city", None),
    "neighbour_union": ("邻县总工会", "county", "mass_organisation", "acftu", "neighbour", "city_union"),
}

#: name: (full name, organisation, post, rank, tenure, leadership member, principal, appointed on)
PERSONS = {
    "wang": ("王学习", "county_women", "副主席", None, "part_time", True, False, date(2026, 3, 10)),
    "li": ("李求知", "county_union", "主席", "county_deputy", "full_time", True, True, date(2023, 6, 1)),
    "zhao": ("赵认真", "county_youth", "干事", None, "full_time", False, False, None),
    "liu": ("刘邻县", "neighbour_union", "副主席", None, "full_time", True, False, date(2025, 5, 20)),
    "chen": ("陈讲授", "school", "教研室主任", None, "full_time", False, False, None),
    "zhou": ("周审题", "school", "教员", None, "full_time", False, False, None),
}

#: name: (display name, role, organisation of the scope)
OFFICES = {
    "zheng": ("郑管理", Role.UNIT_ADMIN, "county"),
    "wu": ("吴统计", Role.REPORT_READER, "county"),
    "sun": ("孙系统", Role.SYSTEM_ADMIN, None),
    "qian": ("钱审计", Role.AUDITOR, None),
    "he": ("何校办", Role.UNIT_ADMIN, "school"),
}

#: Who of the cast holds which role, for tests that walk all roles.
ROLE_HOLDERS = {
    Role.LEARNER: "wang",
    Role.INSTRUCTOR: "chen",
    Role.UNIT_ADMIN: "zheng",
    Role.REPORT_READER: "wu",
    Role.SYSTEM_ADMIN: "sun",
    Role.AUDITOR: "qian",
}


@dataclass
class Cast:
    """The keys of everyone and everything in the cast, by name."""

    organisations: dict[str, int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)


def assemble(session: Session) -> Cast:
    """Store the cast in an empty database."""
    cast = Cast()
    systems = {code: MassOrganisationSystem(code=code, name=name) for code, name in SYSTEMS.items()}
    session.add_all(systems.values())
    session.flush()
    for name, (full, level, kind, system, territorial, vertical) in ORGANISATIONS.items():
        organisation = Organisation(
            code=f"SF-{len(cast.organisations) + 1:03}",
            name=full,
            level=level,
            kind=kind,
            system_id=systems[system].id if system else None,
            territorial_parent_id=cast.organisations.get(territorial or ""),
            vertical_parent_id=cast.organisations.get(vertical or ""),
        )
        session.add(organisation)
        session.flush()
        cast.organisations[name] = organisation.id
        _close(session, cast, name, Axis.TERRITORIAL, 4)
        _close(session, cast, name, Axis.VERTICAL, 5)
    for kind in ("party_school", "admin_college"):
        session.add(OrganisationInstitutionKind(organisation_id=cast.organisations["school"], kind=kind))
    password = hash_password(PASSWORD)
    for name, (full, place, post, rank, tenure, member, principal, since) in PERSONS.items():
        person = Person(staff_number=f"SF{len(cast.persons) + 1:04}", name=full, created_at=LONG_AGO)
        session.add(person)
        session.flush()
        cast.persons[name] = person.id
        session.add(
            Appointment(
                person_id=person.id,
                organisation_id=cast.organisations[place],
                post=post,
                leadership_rank=rank,
                tenure_type=tenure,
                is_leadership_member=member,
                is_principal=principal,
                appointed_on=since,
            )
        )
        _account(session, cast, name, full, password, person.id)
    for name in ("chen", "zhou"):
        _grant(session, cast, name, Role.INSTRUCTOR, "school")
    for name, (full, role, scope) in OFFICES.items():
        _account(session, cast, name, full, password, None)
        _grant(session, cast, name, role, scope)
    session.flush()
    return cast


def _close(session: Session, cast: Cast, name: str, axis: Axis, column: int) -> None:
    own, above, depth = cast.organisations[name], name, 0
    while above:
        session.add(
            OrganisationBelow(axis=axis, above_id=cast.organisations[above], below_id=own, depth=depth)
        )
        above, depth = ORGANISATIONS[above][column] or "", depth + 1


def _account(
    session: Session, cast: Cast, name: str, full: str, password: str, person_id: int | None
) -> None:
    account = Account(
        sign_in_name=name,
        display_name=full,
        person_id=person_id,
        password_hash=password,
        created_at=LONG_AGO,
    )
    session.add(account)
    session.flush()
    cast.accounts[name] = account.id


def _grant(session: Session, cast: Cast, name: str, role: Role, scope: str | None) -> None:
    session.add(
        RoleGrant(
            account_id=cast.accounts[name],
            role=role,
            organisation_id=cast.organisations[scope] if scope else None,
            granted_at=LONG_AGO,
        )
    )
