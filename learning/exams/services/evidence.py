"""Put the evidence of an attempt into a signed file; whoever takes one out of the site is on record."""

from datetime import datetime

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core import signing
from learning.core.db import reading, transaction
from learning.exams.queries import evidence
from question_bank import bundles


def file_of(actor: Actor, attempt_id: int, now: datetime) -> bytes | None:
    """Return the evidence of an attempt, signed with the key of the installation; None for no attempt."""
    found = evidence.sat(reading(), attempt_id)
    if found is None:
        return None
    bundle = evidence.bundle_of(reading(), found)
    with transaction() as session:
        audit.record(session, actor, now, "evidence.downloaded", "attempt", attempt_id)
    return bundles.signed(bundle, signing.public_key(), signing.signature_of)
