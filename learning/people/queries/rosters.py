"""Read uploads of lists of persons, and what is on record that they are checked against."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Account
from learning.accounts.roles import Scope
from learning.people import queries
from learning.people.entries import AppointmentEntry
from learning.people.kinds import DatePrecision, LeadershipRank, TenureType
from learning.people.models import Appointment, Organisation, Person, RosterImport
from learning.people.roster_cells import folded
from learning.people.roster_plan import Entry, Known, KnownPerson, PlannedRow, Post, plan, without_zeros
from learning.people.roster_rows import Unit, read_rows
from learning.people.roster_table import RosterTable


def roster_import(session: Session, unsafe_id: int, account_id: int | None) -> RosterImport | None:
    """Return an upload if this account made it; the door to uploads."""
    found = session.get(RosterImport, unsafe_id)
    return found if found and account_id is not None and found.uploaded_by_id == account_id else None


def planned(session: Session, scope: Scope, table: RosterTable, today: date) -> list[PlannedRow]:
    """Return what taking in a list would do at present; a fixed number of queries."""
    rows = read_rows(table, _units(session, scope))
    entries = [row.entry for row in rows if row.entry]
    return plan(rows, _known(session, scope, entries, today), today)


def _units(session: Session, scope: Scope) -> list[Unit]:
    covered = set(session.scalars(queries.covered(scope)))
    paths = queries.path_names(session)
    rows = session.execute(select(Organisation.id, Organisation.code, Organisation.is_active))
    return [Unit(key, code, paths[key], key in covered, is_active) for key, code, is_active in rows]


def _known(session: Session, scope: Scope, entries: Sequence[Entry], today: date) -> Known:
    return Known(
        persons=_persons(session, scope, entries, today),
        holders=_holders(session, entries, today),
        taken_names=_taken_names(session, entries),
    )


def _persons(
    session: Session, scope: Scope, entries: Sequence[Entry], today: date
) -> dict[str, list[KnownPerson]]:
    """Return the persons whose numbers are those of the entries but for leading zeros."""
    wanted = {without_zeros(entry.staff_number) for entry in entries}
    bare_number = func.ltrim(func.upper(Person.staff_number), "0")
    found = session.scalars(select(Person).where(bare_number.in_(wanted)).order_by(Person.id)).all()
    posts = _posts(session, scope, [person.id for person in found], today)
    known: dict[str, list[KnownPerson]] = {}
    for person in found:
        number = person.staff_number.upper()
        one = KnownPerson(person.id, person.name, number, person.is_active, tuple(posts.get(person.id, ())))
        known.setdefault(without_zeros(number), []).append(one)
    return known


def _posts(session: Session, scope: Scope, person_ids: Sequence[int], today: date) -> dict[int, list[Post]]:
    covered = set(session.scalars(queries.covered(scope)))
    lasting = select(Appointment).where(
        Appointment.person_id.in_(person_ids), queries.not_ended_before(today)
    )
    found: dict[int, list[Post]] = {}
    for appointment in session.scalars(lasting.order_by(Appointment.id)):
        post = Post(appointment.id, entry_of(appointment), appointment.organisation_id in covered)
        found.setdefault(appointment.person_id, []).append(post)
    return found


def _holders(session: Session, entries: Sequence[Entry], today: date) -> dict[tuple[str, int, str], str]:
    """Return the staff numbers of those on record with the entries' names, by name, unit and post."""
    rows = session.execute(
        select(Person.name, Appointment.organisation_id, Appointment.post, Person.staff_number)
        .join(Appointment, Appointment.person_id == Person.id)
        .where(Person.name.in_({entry.name for entry in entries}), queries.not_ended_before(today))
    )
    return {(name, place, folded(post)): staff_number for name, place, post, staff_number in rows}


def _taken_names(session: Session, entries: Sequence[Entry]) -> frozenset[str]:
    wanted = {folded(entry.staff_number) for entry in entries}
    return frozenset(session.scalars(select(Account.sign_in_name).where(Account.sign_in_name.in_(wanted))))


def entry_of(appointment: Appointment) -> AppointmentEntry:
    """Return a post on record as it would be entered."""
    rank = appointment.leadership_rank
    return AppointmentEntry(
        organisation_id=appointment.organisation_id,
        post=appointment.post,
        leadership_rank=LeadershipRank(rank) if rank else None,
        grade=appointment.grade,
        tenure_type=TenureType(appointment.tenure_type),
        is_leadership_member=appointment.is_leadership_member,
        is_principal=appointment.is_principal,
        is_primary=appointment.is_primary,
        appointed_on=appointment.appointed_on,
        appointed_precision=DatePrecision(appointment.appointed_precision),
        left_on=appointment.left_on,
    )


def never_signed_in(session: Session, person_ids: Sequence[int]) -> list[Account]:
    """Return the accounts of these persons that still have their one-time password."""
    return list(
        session.scalars(
            select(Account)
            .where(Account.person_id.in_(person_ids), Account.must_change_password, Account.is_active)
            .order_by(Account.id)
        )
    )
