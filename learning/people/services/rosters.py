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
from learning.accounts.services import renew_password
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
        for row in rows:
            _change(session, row)
        opened = _add(session, [row.entry for row in rows if row.action is Action.ADD and row.entry], now)
        _close(session, upload, table, rows, [one.staff_number for one in opened], now)
        audit.record(session, actor, now, "roster.confirmed", "roster_import", upload_id, upload.outcome)
        return opened


def _locked(session: Session, upload_id: int) -> RosterImport:
    return session.get_one(RosterImport, upload_id, with_for_update=True)


def _change(session: Session, row: PlannedRow) -> None:
    """Do what a row plans about somebody on record."""
    if row.entry is None or row.person_id is None or row.action is Action.NOTHING:
        return
    post = session.get_one(Appointment, row.post_id) if row.post_id else None
    if row.action is Action.CORRECT and post:
        records.correct(post, row.entry.appointment)
        return
    if row.action is Action.MOVE and post and row.entry.appointment.appointed_on:
        records.end_before(post, row.entry.appointment.appointed_on)
    records.add_appointment(session, row.person_id, row.entry.appointment)


def _add(session: Session, entries: Sequence[Entry], now: datetime) -> list[Opened]:
    """Add those who are new; return their accounts to be handed out."""
    strangers = [(entry.name, entry.staff_number, entry.appointment) for entry in entries]
    added = records.add_persons(session, strangers, now)
    paths = queries.path_names(session)
    return [
        Opened(entry.name, entry.staff_number, paths[entry.appointment.organisation_id], account.password)
        for entry, (_person, account) in zip(entries, added, strict=True)
    ]


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
    added = queries.persons_by_staff_number(session, opened).values()
    upload.opened_for = sorted(person.id for person in added)
    upload.confirmed_at = now


def renew_passwords(actor: Actor, upload_id: int, scope: Scope, today: date, now: datetime) -> list[Opened]:
    """Give new one-time passwords to those of an upload who never signed in and still belong here."""
    with transaction() as session:
        upload = _locked(session, upload_id)
        accounts = rosters.never_signed_in(session, upload.opened_for)
        here = _still_here(session, scope, upload.opened_for, today)
        renewed = [
            _renewed(session, account, here[account.person_id])
            for account in accounts
            if account.person_id in here
        ]
        detail = {"accounts": len(renewed)}
        audit.record(session, actor, now, "roster.passwords_renewed", "roster_import", upload_id, detail)
        return renewed


def _still_here(
    session: Session, scope: Scope, person_ids: Sequence[int], today: date
) -> dict[int, queries.PersonRow]:
    rows = queries.persons_of(session, queries.covered(scope), today)
    return {row.id: row for row in rows if row.id in set(person_ids)}


def _renewed(session: Session, account: Account, person: queries.PersonRow) -> Opened:
    fresh = renew_password(session, account)
    return Opened(person.name, person.staff_number, person.organisation_name, fresh.password)
