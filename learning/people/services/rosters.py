"""Keep an uploaded list of persons, and take it in once it is confirmed."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.models import Account
from learning.accounts.roles import Actor, Scope
from learning.accounts.services import NewAccount
from learning.core.db import transaction
from learning.people import queries
from learning.people.models import Appointment, RosterImport
from learning.people.queries import rosters
from learning.people.roster_plan import Action, Entry, PlannedRow
from learning.people.roster_table import RosterTable
from learning.people.services import records


@dataclass(frozen=True)
class Opened:
    """An account with its one-time password, for the list that is handed out once."""

    name: str
    staff_number: str
    organisation: str
    password: str


def keep_upload(
    actor: Actor, organisation_id: int, file_name: str, data: bytes, table: RosterTable, now: datetime
) -> int:
    """Keep a list between upload and confirmation; return its key."""
    with transaction() as session:
        upload = RosterImport(
            organisation_id=organisation_id,
            file_name=file_name[:200],
            file_digest=hashlib.sha256(data).hexdigest(),
            roster=table.to_json(),
            opened_for=[],
            outcome={},
            uploaded_at=now,
            uploaded_by_id=actor.account_id,
        )
        session.add(upload)
        session.flush()
        detail = {"file": file_name[:200], "rows": len(table.rows), "digest": upload.file_digest}
        audit.record(session, actor, now, "roster.uploaded", "roster_import", upload.id, detail)
        return upload.id


def confirm(actor: Actor, upload_id: int, scope: Scope, today: date, now: datetime) -> list[Opened] | None:
    """Take in a list as it can be taken in now; None where it was taken in already."""
    with transaction() as session:
        upload = _locked(session, upload_id)
        if upload.confirmed_at is not None:
            return None
        records.lock_organisation(session, upload.organisation_id)
        table = RosterTable.from_json(upload.roster)
        rows = rosters.planned(session, scope, table, today)
        paths = queries.path_names(session)
        opened = [account for row in rows for account in _take_in(session, row, paths, now)]
        _close(session, upload, table, rows, [one.staff_number for one in opened], now)
        audit.record(session, actor, now, "roster.confirmed", "roster_import", upload_id, upload.outcome)
        return opened


def _locked(session: Session, upload_id: int) -> RosterImport:
    return session.get_one(RosterImport, upload_id, with_for_update=True)


def _take_in(session: Session, row: PlannedRow, paths: dict[int, str], now: datetime) -> list[Opened]:
    """Do what a row plans; return the account that was opened, if one was."""
    entry, action = row.entry, row.action
    if entry is None or action is None or action is Action.NOTHING:
        return []
    if action is Action.ADD:
        return [_add(session, entry, paths, now)]
    if action is Action.CORRECT:
        records.correct(session.get_one(Appointment, row.post_id), entry.appointment)
        return []
    if action is Action.MOVE and entry.appointment.appointed_on:
        records.end_before(session.get_one(Appointment, row.post_id), entry.appointment.appointed_on)
    assert row.person_id is not None, "only strangers have no key"
    records.add_appointment(session, row.person_id, entry.appointment)
    return []


def _add(session: Session, entry: Entry, paths: dict[int, str], now: datetime) -> Opened:
    person, account = records.add_person(session, entry.name, entry.staff_number, now)
    records.add_appointment(session, person.id, entry.appointment)
    path = paths[entry.appointment.organisation_id]
    return Opened(entry.name, entry.staff_number, path, account.password)


def _close(
    session: Session,
    upload: RosterImport,
    table: RosterTable,
    rows: Sequence[PlannedRow],
    opened: Sequence[str],
    now: datetime,
) -> None:
    """Note what was done, and keep no more of the file than the refused rows."""
    refused = {row.row.number: row for row in rows if row.is_refused}
    left = RosterTable(table.headings, tuple(row.row for row in refused.values()))
    upload.roster = left.to_json() | {
        "reasons": [[[r.message, dict(r.params)] for r in row.reasons] for row in refused.values()]
    }
    upload.outcome = dict(Counter(row.action for row in rows if row.action)) | {"refused": len(refused)}
    upload.opened_for = sorted(queries.persons_by_staff_number(session, opened)[n].id for n in opened)
    upload.confirmed_at = now


def renew_passwords(actor: Actor, upload_id: int, scope: Scope, today: date, now: datetime) -> list[Opened]:
    """Give new one-time passwords to those of an upload who never signed in and still belong here."""
    with transaction() as session:
        upload = _locked(session, upload_id)
        accounts = rosters.never_signed_in(session, upload.opened_for)
        here = _still_here(session, scope, upload.opened_for, today)
        renewed = [
            _renewed(account, here[account.person_id]) for account in accounts if account.person_id in here
        ]
        detail = {"accounts": len(renewed)}
        audit.record(session, actor, now, "roster.passwords_renewed", "roster_import", upload_id, detail)
        return renewed


def _still_here(
    session: Session, scope: Scope, person_ids: Sequence[int], today: date
) -> dict[int, queries.PersonRow]:
    rows = queries.persons_of(session, queries.covered(scope), today)
    return {row.id: row for row in rows if row.id in set(person_ids)}


def _renewed(account: Account, person: queries.PersonRow) -> Opened:
    fresh: NewAccount = records.renew_password(account)
    return Opened(person.name, person.staff_number, person.organisation_name, fresh.password)
