"""Read batches and certificates, for those who issue, those who hold and those who verify."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from learning.accounts.roles import Scope
from learning.certificates.kinds import OPEN, CertificateKind, ItemState
from learning.certificates.models import (
    Certificate,
    CertificateBatch,
    CertificateBatchItem,
    CertificatePaper,
    CertificateRevocation,
    CertificateSeries,
    VerificationFailure,
)
from learning.core.paging import Page, page_of_rows
from learning.people.models import Organisation, Person
from learning.people.queries import covered


@dataclass(frozen=True)
class Reach:
    """What issuers may see: everything of the units they administer, courses of the schools they teach at."""

    administered: Scope
    taught_at: Scope


class Issued(NamedTuple):
    """A certificate, and its revocation where there is one."""

    certificate: Certificate
    revocation: CertificateRevocation | None


class Claimable(NamedTuple):
    """An item that can be printed."""

    item_id: int
    certificate: Certificate


def _within(reach: Reach) -> ColumnElement[bool]:
    administered = Certificate.organisation_id.in_(covered(reach.administered))
    taught = Certificate.organisation_id.in_(covered(reach.taught_at))
    return or_(administered, and_(Certificate.kind == CertificateKind.COURSE, taught))


def issued(
    session: Session, reach: Reach, kind: str = "", text: str = "", standing: str = "", number: int = 1
) -> Page[Issued]:
    """Return a page of the certificates within reach, newest first; `text` is in a name or number."""
    query = (
        select(Certificate, CertificateRevocation)
        .outerjoin(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
        .join(Person, Person.id == Certificate.person_id)
        .where(_within(reach))
        .order_by(Certificate.id.desc())
    )
    if kind:
        query = query.where(Certificate.kind == kind)
    if text:
        query = query.where(
            Person.name.contains(text, autoescape=True)
            | Certificate.number.contains(text.upper(), autoescape=True)
        )
    if standing:
        is_revoked = CertificateRevocation.id.is_not(None)
        query = query.where(is_revoked if standing == "revoked" else ~is_revoked)
    page = page_of_rows(session, query, number)
    return Page([Issued(*row) for row in page.rows], page.number, page.total, page.per_page)


def certificate_in(
    session: Session, reach: Reach, person_id: int | None, unsafe_certificate_id: int
) -> Issued | None:
    """Return a certificate within reach, or one's own while it is in force; the door to certificates."""
    own = and_(Certificate.person_id == person_id, CertificateRevocation.id.is_(None))
    row = session.execute(
        select(Certificate, CertificateRevocation)
        .outerjoin(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
        .where(Certificate.id == unsafe_certificate_id, or_(_within(reach), own if person_id else false()))
    ).one_or_none()
    return Issued(*row) if row else None


def certificates_of(session: Session, person_id: int) -> list[Issued]:
    """Return the certificates of somebody, newest first; revoked ones too."""
    rows = session.execute(
        select(Certificate, CertificateRevocation)
        .outerjoin(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
        .where(Certificate.person_id == person_id)
        .order_by(Certificate.id.desc())
    )
    return [Issued(*row) for row in rows]


def certificate_by_code(session: Session, unsafe_code: str) -> Issued | None:
    """Return the certificate with this code, whoever asks."""
    row = session.execute(
        select(Certificate, CertificateRevocation)
        .outerjoin(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
        .where(Certificate.code == unsafe_code)
    ).one_or_none()
    return Issued(*row) if row else None


def replaced_by(session: Session, certificate_id: int) -> Certificate | None:
    """Return the certificate that replaces a revoked one."""
    return session.scalar(select(Certificate).where(Certificate.replaces_id == certificate_id))


def failures_since(session: Session, address: str, since: datetime) -> int:
    """Return how often an address asked for codes that do not exist."""
    failures = select(func.count(VerificationFailure.id)).where(
        VerificationFailure.address == address, VerificationFailure.failed_at > since
    )
    return session.scalar(failures) or 0


# ---- batches ----


class BatchRow(NamedTuple):
    """A batch with how many of its persons are done."""

    batch: CertificateBatch
    organisation: str
    total: int
    open: int
    failed: int


class ItemRow(NamedTuple):
    """A person of a batch."""

    item: CertificateBatchItem
    staff_number: str
    name: str
    certificate_id: int | None
    number: str | None


def _batches_within(reach: Reach) -> ColumnElement[bool]:
    administered = CertificateBatch.organisation_id.in_(covered(reach.administered))
    taught = CertificateBatch.organisation_id.in_(covered(reach.taught_at))
    return or_(administered, and_(CertificateBatch.kind == CertificateKind.COURSE, taught))


def batches(session: Session, reach: Reach, number: int) -> Page[BatchRow]:
    """Return a page of the batches within reach, newest first."""
    items = select(func.count(CertificateBatchItem.id)).where(
        CertificateBatchItem.batch_id == CertificateBatch.id
    )
    query = (
        select(
            CertificateBatch,
            Organisation.name,
            items.scalar_subquery(),
            items.where(CertificateBatchItem.state.in_(OPEN)).scalar_subquery(),
            items.where(CertificateBatchItem.state == ItemState.FAILED).scalar_subquery(),
        )
        .join(Organisation, Organisation.id == CertificateBatch.organisation_id)
        .where(_batches_within(reach))
        .order_by(CertificateBatch.id.desc())
    )
    page = page_of_rows(session, query, number)
    return Page([BatchRow(*row) for row in page.rows], page.number, page.total, page.per_page)


def batch_in(session: Session, reach: Reach, unsafe_batch_id: int) -> CertificateBatch | None:
    """Return a batch within reach; the door to batches."""
    return session.scalar(
        select(CertificateBatch).where(CertificateBatch.id == unsafe_batch_id, _batches_within(reach))
    )


def items_of(session: Session, batch_id: int, number: int) -> Page[ItemRow]:
    """Return a page of the persons of a batch: what needs attention first."""
    attention = CertificateBatchItem.state.in_([ItemState.FAILED, ItemState.REFUSED])
    query = (
        select(CertificateBatchItem, Person.staff_number, Person.name, Certificate.id, Certificate.number)
        .join(Person, Person.id == CertificateBatchItem.person_id)
        .outerjoin(Certificate, Certificate.item_id == CertificateBatchItem.id)
        .where(CertificateBatchItem.batch_id == batch_id)
        .order_by(attention.desc(), Person.staff_number)
    )
    page = page_of_rows(session, query, number)
    return Page([ItemRow(*row) for row in page.rows], page.number, page.total, page.per_page)


def counts_of(session: Session, batch_id: int) -> dict[str, int]:
    """Return how many persons of a batch are in each state."""
    rows = session.execute(
        select(CertificateBatchItem.state, func.count(CertificateBatchItem.id))
        .where(CertificateBatchItem.batch_id == batch_id)
        .group_by(CertificateBatchItem.state)
    )
    return {str(state): int(count) for state, count in rows}


def papers_of(
    session: Session, batch_id: int, after: int, limit: int
) -> Sequence[tuple[int, str, str, bytes]]:
    """Return the next papers of a batch that are in force: key, number, person's name, PDF."""
    revoked = select(CertificateRevocation.id).where(CertificateRevocation.certificate_id == Certificate.id)
    rows = session.execute(
        select(Certificate.id, Certificate.number, Person.name, CertificatePaper.pdf)
        .join(CertificatePaper, CertificatePaper.certificate_id == Certificate.id)
        .join(CertificateBatchItem, CertificateBatchItem.id == Certificate.item_id)
        .join(Person, Person.id == Certificate.person_id)
        .where(CertificateBatchItem.batch_id == batch_id, Certificate.id > after, ~revoked.exists())
        .order_by(Certificate.id)
        .limit(limit)
    )
    return [(key, number, name, pdf) for key, number, name, pdf in rows]


# ---- for the services ----


def claimable(now: datetime, most_tries: int) -> ColumnElement[bool]:
    """Return the condition that an item can be worked at: nobody else does, and not too often in vain."""
    return and_(is_free(now), CertificateBatchItem.tries < most_tries)


def is_free(now: datetime) -> ColumnElement[bool]:
    """Return the condition that an item is open and no process works at it."""
    return and_(
        CertificateBatchItem.state.in_(OPEN),
        or_(CertificateBatchItem.claimed_until.is_(None), CertificateBatchItem.claimed_until < now),
    )


def next_batch(session: Session, now: datetime, most_tries: int) -> int | None:
    """Return the oldest batch with something to do."""
    return session.scalar(select(func.min(CertificateBatchItem.batch_id)).where(claimable(now, most_tries)))


def to_claim(batch_id: int | None, now: datetime, most_tries: int, limit: int) -> Select[int]:
    """Return a query of the next items of a batch to work at; what another process just takes is left out."""
    return (
        select(CertificateBatchItem.id)
        .where(CertificateBatchItem.batch_id == batch_id, claimable(now, most_tries))
        .order_by(CertificateBatchItem.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def among(waiting: Collection[Claimable], claim: str) -> Select[int]:
    """Return a query of those items that still are issued under a claim, and keep others away from them."""
    return (
        select(CertificateBatchItem.id)
        .where(
            CertificateBatchItem.id.in_([each.item_id for each in waiting]),
            CertificateBatchItem.claim == claim,
            CertificateBatchItem.state == ItemState.ISSUED,
        )
        .with_for_update()
    )


def failed_of(session: Session, batch_id: int) -> list[tuple[CertificateBatchItem, bool]]:
    """Return what failed in a batch, and whether the certificate itself was issued."""
    rows = session.execute(
        select(CertificateBatchItem, Certificate.id)
        .outerjoin(Certificate, Certificate.item_id == CertificateBatchItem.id)
        .where(CertificateBatchItem.batch_id == batch_id, CertificateBatchItem.state == ItemState.FAILED)
        .with_for_update(of=CertificateBatchItem)
    )
    return [(item, certificate_id is not None) for item, certificate_id in rows]


def has_open(session: Session, now: datetime) -> bool:
    """Return whether there is an open item that nobody works at."""
    return bool(session.scalar(select(select(CertificateBatchItem.id).where(is_free(now)).exists())))


def claimed(session: Session, claim: str) -> Sequence[CertificateBatchItem]:
    """Return the items that wait to be issued under a claim, and keep others away from them."""
    query = (
        select(CertificateBatchItem)
        .where(CertificateBatchItem.claim == claim, CertificateBatchItem.state == ItemState.WAITING)
        .order_by(CertificateBatchItem.id)
        .with_for_update()
    )
    return session.scalars(query).all()


def unprinted(session: Session, claim: str) -> list[Claimable]:
    """Return what was issued under a claim and has no paper yet."""
    rows = session.execute(
        select(CertificateBatchItem.id, Certificate)
        .join(Certificate, Certificate.item_id == CertificateBatchItem.id)
        .where(CertificateBatchItem.claim == claim, CertificateBatchItem.state == ItemState.ISSUED)
        .order_by(CertificateBatchItem.id)
    )
    return [Claimable(*row) for row in rows]


def lock_persons(session: Session, person_ids: Collection[int]) -> None:
    """Let nobody else issue to these persons until the transaction ends; always in the same order."""
    query = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    session.execute(query.with_for_update(key_share=True)).all()


def locked_organisation(session: Session, organisation_id: int) -> Organisation:
    """Return an organisation and let nobody else give numbers of it until the transaction ends."""
    query = select(Organisation).where(Organisation.id == organisation_id)
    return session.scalars(query.with_for_update(key_share=True)).one()


def series(session: Session, name: str) -> CertificateSeries | None:
    """Return the last place given in a series of numbers."""
    return session.get(CertificateSeries, name)


def last_revoked(session: Session, source: str, person_ids: Collection[int]) -> dict[int, Certificate]:
    """Return of each person the revoked certificate of a source that none replaces yet."""
    newer = select(Certificate.replaces_id).where(Certificate.replaces_id.is_not(None))
    rows = session.scalars(
        select(Certificate)
        .join(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
        .where(
            Certificate.source == source,
            Certificate.person_id.in_(person_ids),
            Certificate.id.not_in(newer),
        )
        .order_by(Certificate.id)
    )
    return {row.person_id: row for row in rows}


def paper(session: Session, certificate_id: int) -> bytes | None:
    """Return the paper of a certificate, None where it is not printed yet."""
    return session.scalar(
        select(CertificatePaper.pdf).where(CertificatePaper.certificate_id == certificate_id)
    )


def locked_certificate(session: Session, certificate_id: int) -> Issued:
    """Return a certificate with its revocation and keep others from revoking it at the same time."""
    certificate = session.scalars(
        select(Certificate).where(Certificate.id == certificate_id).with_for_update()
    ).one()
    revocation = session.scalar(
        select(CertificateRevocation).where(CertificateRevocation.certificate_id == certificate_id)
    )
    return Issued(certificate, revocation)
