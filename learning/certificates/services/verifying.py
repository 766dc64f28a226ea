"""Say to anybody whether a certificate is genuine and in force; slow down whoever guesses."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask import current_app
from sqlalchemy import delete

from learning.accounts.rules import counted_address
from learning.certificates import rules, statement
from learning.certificates.models import Certificate, VerificationFailure
from learning.certificates.queries import records
from learning.certificates.queries.records import Issued
from learning.core.db import reading, transaction
from learning.core.signing import public_key


class Standing(StrEnum):
    """What is said of a code."""

    VALID = "valid"
    REVOKED = "revoked"
    #: The record does not fit its signature: it was changed behind the site's back.
    BROKEN = "broken"
    UNKNOWN = "unknown"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Verification:
    """The standing of a code, and what it belongs to."""

    standing: Standing
    issued: Issued | None = None


def verify(unsafe_code: str, address: str, now: datetime, number: str | None = None) -> Verification:
    """Look a code up; where a number is given too, both must be those of one certificate."""
    counted = counted_address(address)
    since = now - timedelta(minutes=current_app.config["VERIFY_WINDOW_MINUTES"])
    failures = records.failures_since(reading(), counted, since)
    if failures >= current_app.config["VERIFY_FAILURES_PER_ADDRESS"]:
        return Verification(Standing.TOO_MANY)
    issued = records.certificate_by_code(reading(), rules.code_from(unsafe_code)[:20])
    if issued is None or (number is not None and number.strip().upper() != issued.certificate.number.upper()):
        _note_failure(counted, since, now)
        return Verification(Standing.UNKNOWN)
    return Verification(_standing(issued), issued)


def _standing(issued: Issued) -> Standing:
    if not is_genuine(issued.certificate):
        return Standing.BROKEN
    return Standing.REVOKED if issued.revocation else Standing.VALID


def is_genuine(certificate: Certificate) -> bool:
    """Return whether a record is what this installation signed, with its present key or a former one."""
    if certificate.public_key not in known_keys():
        return False
    content = certificate.content
    fits = (content["number"], content["code"]) == (certificate.number, rules.grouped(certificate.code))
    return fits and statement.is_signed(
        content, certificate.digest, certificate.signature, certificate.public_key
    )


def known_keys() -> frozenset[str]:
    """Return the public keys under which this installation issues and has issued."""
    return frozenset({public_key(), *str(current_app.config["FORMER_PUBLIC_KEYS"]).lower().split()})


def _note_failure(address: str, since: datetime, now: datetime) -> None:
    with transaction() as session:
        # What is older counts no more and is kept no longer.
        session.execute(delete(VerificationFailure).where(VerificationFailure.failed_at <= since))
        session.add(VerificationFailure(address=address, failed_at=now))
