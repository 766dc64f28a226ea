"""Ask for certificates, and do in the background what was asked for: exactly once, whatever stops in between.

A process claims some persons of a batch, issues their certificates in one transaction, prints the papers in a
child process, and keeps them in another transaction. Who claims says until when; where that time is over,
another process goes on with what is left. A certificate belongs to its item by a unique key, so that no way
of stopping and going on issues it twice.
"""

import logging
import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.certificates import paper
from learning.certificates.kinds import OPEN, ItemState
from learning.certificates.models import CertificateBatch, CertificateBatchItem, CertificatePaper
from learning.certificates.queries import records
from learning.certificates.queries.records import Claimable
from learning.certificates.services.issuing import issue
from learning.certificates.sources import Source
from learning.core.db import reading, transaction

#: Persons of one batch.
MOST_PERSONS = 1_000
#: Persons that a process takes at once, and for how long the others leave them alone.
TAKEN, CLAIM = 50, timedelta(minutes=5)
#: How often the system tries before it says that it cannot.
MOST_TRIES = 3
#: The job shares its thread with others that must not wait long.
TURN_SECONDS = 5
log = logging.getLogger(__name__)


def request(
    actor: Actor,
    source: Source,
    organisation_id: int,
    person_ids: Sequence[int],
    base_url: str,
    now: datetime,
) -> int:
    """Ask for certificates of some persons; return the key of the batch."""
    with transaction() as session:
        batch = CertificateBatch(
            kind=source.kind,
            source=str(source),
            organisation_id=organisation_id,
            base_url=base_url,
            requested_at=now,
            requested_by_id=actor.account_id,
            requested_by_name=actor.name,
        )
        session.add(batch)
        session.flush()
        rows = [
            {"batch_id": batch.id, "person_id": person_id, "state": ItemState.WAITING}
            for person_id in dict.fromkeys(person_ids)
        ]
        session.execute(insert(CertificateBatchItem), rows)
        detail = {"kind": source.kind.value, "persons": len(rows), "organisation_id": organisation_id}
        audit.record(session, actor, now, "certificate.requested", "certificate_batch", batch.id, detail)
        return batch.id


def work(now: datetime) -> int:
    """Work at what was asked for during some seconds; return for how many persons something was done."""
    until, done = time.monotonic() + TURN_SECONDS, 0
    while time.monotonic() < until:
        turn = take_turn(now)
        if not turn:
            break
        done += turn
    return done


def take_turn(now: datetime, batch_id: int | None = None) -> int:
    """Claim some persons, of a batch or the oldest, and do what is left for them; return how many."""
    # Most turns find nothing, and must not make writers wait for that.
    if not records.has_open(reading(), now):
        return 0
    claim = secrets.token_hex(16)
    batch_id, taken = _claim(claim, now, batch_id)
    if batch_id is None or not taken:
        return 0
    issue(batch_id, claim, now)
    _print(claim, now)
    return taken


def _claim(claim: str, now: datetime, wanted: int | None) -> tuple[int | None, int]:
    with transaction() as session:
        _give_up(session, now)
        batch_id = wanted or records.next_batch(session, now, MOST_TRIES)
        query = records.to_claim(batch_id, now, MOST_TRIES, TAKEN)
        taken = session.scalars(
            update(CertificateBatchItem)
            .where(CertificateBatchItem.id.in_(query))
            .values(claim=claim, claimed_until=now + CLAIM, tries=CertificateBatchItem.tries + 1)
            .returning(CertificateBatchItem.id)
            .execution_options(synchronize_session=False)
        ).all()
        return batch_id, len(taken)


def _give_up(session: Session, now: datetime) -> None:
    """Say of what was tried too often that it failed."""
    session.execute(
        update(CertificateBatchItem)
        .where(records.is_free(now), CertificateBatchItem.tries >= MOST_TRIES)
        .values(state=ItemState.FAILED)
        .execution_options(synchronize_session=False)
    )


def _print(claim: str, now: datetime) -> None:
    """Print what was issued under a claim and keep the papers; let others try what could not be printed."""
    papers = _papers(records.unprinted(reading(), claim))
    with transaction() as session:
        mine = CertificateBatchItem.claim == claim
        kept = set(session.scalars(records.among(list(papers), claim)))
        rows = [
            {"certificate_id": each.certificate.id, "pdf": pdf, "printed_at": now}
            for each, pdf in papers.items()
            if each.item_id in kept
        ]
        if rows:
            session.execute(insert(CertificatePaper), rows)
        done = update(CertificateBatchItem).where(mine, CertificateBatchItem.id.in_(kept))
        session.execute(done.values(state=ItemState.PRINTED))
        session.execute(
            update(CertificateBatchItem)
            .where(mine, CertificateBatchItem.state.in_(OPEN))
            .values(claimed_until=None)
        )


def _papers(waiting: Sequence[Claimable]) -> dict[Claimable, bytes]:
    """Return the papers that can be printed: all at once, else one by one to find those that cannot."""
    try:
        pdfs = paper.printed([each.certificate.content for each in waiting]) if waiting else []
        return dict(zip(waiting, pdfs, strict=True))
    except paper.CannotPrint:
        log.exception("papers cannot be printed")
    if len(waiting) == 1:
        return {}
    return {each: pdf for one in waiting for each, pdf in _papers([one]).items()}


def retry(actor: Actor, batch_id: int, now: datetime) -> int:
    """Try again what failed in a batch; return how many persons that are."""
    with transaction() as session:
        failed = records.failed_of(session, batch_id)
        for item, is_issued in failed:
            item.state = ItemState.ISSUED if is_issued else ItemState.WAITING
            item.tries, item.claimed_until = 0, None
        if failed:
            detail = {"persons": len(failed)}
            audit.record(session, actor, now, "certificate.retried", "certificate_batch", batch_id, detail)
        return len(failed)


def note_download(actor: Actor, batch_id: int, now: datetime) -> None:
    """Note that somebody took the papers of a batch out."""
    with transaction() as session:
        audit.record(session, actor, now, "certificate.batch_downloaded", "certificate_batch", batch_id)
