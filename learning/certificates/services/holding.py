"""What happens to an issued certificate: it is printed, taken out, revoked."""

from datetime import datetime

from sqlalchemy import insert

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.certificates import paper
from learning.certificates.models import Certificate, CertificatePaper, CertificateRevocation
from learning.certificates.queries import records
from learning.core.db import reading, transaction
from learning.core.texts import N_
from learning.people.services.notices import News, tell

REVOKED = N_("Your certificate %(number)s was revoked. Cause: %(cause)s")


def paper_of(certificate: Certificate, now: datetime) -> bytes:
    """Return the paper of a certificate: as it was printed first; printed and kept where it never was.

    :raises CannotPrint: where it cannot be printed.
    """
    kept = records.paper(reading(), certificate.id)
    if kept is not None:
        return kept
    pdf = paper.printed([certificate.content])[0]
    with transaction() as session:
        # The job may have been quicker; both printed the same.
        records.locked_certificate(session, certificate.id)
        if records.paper(session, certificate.id) is None:
            row = {"certificate_id": certificate.id, "pdf": pdf, "printed_at": now}
            session.execute(insert(CertificatePaper), [row])
    return pdf


def note_download(actor: Actor, certificate: Certificate, form: str, now: datetime) -> None:
    """Note that somebody took out another's certificate."""
    with transaction() as session:
        detail = {"number": certificate.number, "form": form}
        audit.record(session, actor, now, "certificate.downloaded", "certificate", certificate.id, detail)


def revoke(actor: Actor, certificate_id: int, cause: str, now: datetime) -> bool:
    """Revoke a certificate; return whether it was in force."""
    with transaction() as session:
        found = records.locked_certificate(session, certificate_id)
        if found.revocation is not None:
            return False
        session.add(
            CertificateRevocation(
                certificate_id=certificate_id,
                revoked_at=now,
                revoked_by_id=actor.account_id,
                cause=cause,
            )
        )
        number = found.certificate.number
        detail = {"number": number, "cause": cause}
        audit.record(session, actor, now, "certificate.revoked", "certificate", certificate_id, detail)
        params = {"number": number, "cause": cause}
        tell(session, [News(found.certificate.person_id, REVOKED, params, "/certificates/mine")], now)
        return True
