"""Certificates, their papers and revocations, and the batches in which they are issued."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.certificates.kinds import CertificateKind, ItemState
from learning.core.db import Base, one_of


class CertificateBatch(Base):
    """What somebody asked to be issued at once."""

    __tablename__ = "certificate_batch"
    __table_args__ = (one_of("kind", CertificateKind),)
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    #: What it is about, as learning/certificates/sources.py writes it.
    source: Mapped[str] = mapped_column(String(120))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: Under which address the site was reached, for the QR codes.
    base_url: Mapped[str] = mapped_column(String(200))
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    #: The name at that time, as the audit log wants it when the job issues later.
    requested_by_name: Mapped[str] = mapped_column(String(80))


class CertificateBatchItem(Base):
    """One person of a batch, and how far that is."""

    __tablename__ = "certificate_batch_item"
    __table_args__ = (
        UniqueConstraint("batch_id", "person_id"),
        one_of("state", ItemState),
        Index("ix_certificate_batch_item_state", "state", "batch_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("certificate_batch.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(8))
    #: Why it was refused, as an English message id, with the characters that cannot be printed.
    reason: Mapped[str] = mapped_column(default="")
    characters: Mapped[str] = mapped_column(String(80), default="")
    #: Which process works at it, and until when the others leave it alone.
    claim: Mapped[str] = mapped_column(String(32), default="")
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)


class Certificate(Base):
    """A certificate as it was issued: its content never changes, whatever becomes of names and records."""

    __tablename__ = "certificate"
    __table_args__ = (
        one_of("kind", CertificateKind),
        Index("ix_certificate_person_source", "person_id", "source"),
    )
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    #: Of the public page; not to be guessed.
    code: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: Unique: whoever repeats a step of a batch issues nothing twice.
    item_id: Mapped[int] = mapped_column(ForeignKey("certificate_batch_item.id"), unique=True)
    #: The revoked certificate that this one replaces.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    issued_at: Mapped[datetime] = mapped_column(index=True)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    #: Ed25519, over the canonical form of the content, and the key that it is checked by.
    signature: Mapped[str] = mapped_column(String(128))
    public_key: Mapped[str] = mapped_column(String(64))


class CertificatePaper(Base):
    """The paper of a certificate as it was printed the first time; every later print is the same."""

    __tablename__ = "certificate_paper"
    append_only = True

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    printed_at: Mapped[datetime]


class CertificateRevocation(Base):
    """That a certificate is in force no more, since when and why."""

    __tablename__ = "certificate_revocation"
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), unique=True)
    revoked_at: Mapped[datetime]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    cause: Mapped[str]


class CertificateSeries(Base):
    """The last place given in the numbers of an organisation and year."""

    __tablename__ = "certificate_series"
    __table_args__ = (CheckConstraint("last_place >= 0", name="last_place_not_negative"),)

    series: Mapped[str] = mapped_column(String(50), primary_key=True)
    last_place: Mapped[int]


class VerificationFailure(Base):
    """A code that was asked for and does not exist, kept for a while to slow down guessing."""

    __tablename__ = "verification_failure"
    __table_args__ = (Index("ix_verification_failure_address_at", "address", "failed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The client's address; of IPv6 only the first 64 bits, as one client owns the rest.
    address: Mapped[str] = mapped_column(String(45))
    failed_at: Mapped[datetime]
