"""Issue certificates: decide again by the record as it stands, number, sign, and note all of it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.certificates import rules, statement
from learning.certificates.content import Issuer, Mark, content_of
from learning.certificates.kinds import CertificateKind, ItemState
from learning.certificates.models import (
    Certificate,
    CertificateBatch,
    CertificateBatchItem,
    CertificateSeries,
)
from learning.certificates.queries import records
from learning.certificates.queries.candidates import Candidate, candidates
from learning.certificates.rules import Refusal
from learning.certificates.sources import Source, source_from
from learning.core.clock import day_of
from learning.core.db import reading, transaction
from learning.core.signing import public_key, signature_of
from learning.core.texts import N_
from learning.people.models import Organisation
from learning.people.services.notices import News, tell

ISSUED = {
    CertificateKind.CLASS: N_("A certificate of completion was issued to you: %(number)s."),
    CertificateKind.COURSE: N_("A certificate of completion was issued to you: %(number)s."),
    CertificateKind.HOURS: N_("A statement of hours was issued to you: %(number)s."),
}


class _Given(NamedTuple):
    """A person of a batch who gets a certificate, with what it is made of."""

    item: CertificateBatchItem
    candidate: Candidate
    former: Certificate | None


def issue(batch_id: int, claim: str, now: datetime) -> int:
    """Issue to the claimed persons of a batch who can get a certificate; say of the others why not."""
    batch = reading().get_one(CertificateBatch, batch_id)
    source = source_from(batch.source)
    assert source is not None, "a batch names its source as sources.py writes it"
    _read_fonts(source, claim, now)
    with transaction() as session:
        items = records.claimed(session, claim)
        person_ids = sorted(item.person_id for item in items)
        records.lock_persons(session, person_ids)
        on_list = {each.person_id: each for each in candidates(session, source, day_of(now), person_ids)}
        formers = records.last_revoked(session, batch.source, person_ids)
        given = [
            _Given(item, on_list[item.person_id], formers.get(item.person_id))
            for item in items
            if _is_given(item, on_list.get(item.person_id))
        ]
        made = _make(session, batch, given, now)
        _note(session, batch, made, now)
        return len(made)


def _read_fonts(source: Source, claim: str, now: datetime) -> None:
    """Have the fonts read before the transaction: the first time that takes a second, and writers wait."""
    waiting = [item.person_id for item in records.claimed(reading(), claim)]
    candidates(reading(), source, day_of(now), waiting)


def _is_given(item: CertificateBatchItem, candidate: Candidate | None) -> bool:
    """Return whether a person gets a certificate; where not, note why."""
    if candidate is not None and candidate.draft is not None:
        item.state = ItemState.ISSUED
        return True
    item.state = ItemState.REFUSED
    item.reason = (candidate.refusal if candidate else None) or Refusal.NOT_ON_ROLL
    item.characters = candidate.characters[:80] if candidate else ""
    return False


def _make(
    session: Session, batch: CertificateBatch, given: Sequence[_Given], now: datetime
) -> list[Certificate]:
    organisation = records.locked_organisation(session, batch.organisation_id)
    series = rules.series_of(organisation.code, day_of(now).year)
    last = _reserve(session, series, len(given))
    made = [
        _certificate(batch, organisation, each, rules.number_of(series, last + place), now)
        for place, each in enumerate(given, 1)
    ]
    session.add_all(made)
    session.flush()
    return made


def _reserve(session: Session, name: str, count: int) -> int:
    """Take that many places in a series; return the last place that was taken before."""
    series = records.series(session, name)
    if series is None:
        series = CertificateSeries(series=name, last_place=0)
        session.add(series)
    last = series.last_place
    series.last_place = last + count
    return last


def _certificate(
    batch: CertificateBatch, organisation: Organisation, given: _Given, number: str, now: datetime
) -> Certificate:
    candidate, kind = given.candidate, CertificateKind(batch.kind)
    assert candidate.holder is not None, "who has a draft has a post"
    assert candidate.draft is not None, "only these are given one"
    code = "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.CODE_LENGTH))
    replaces = given.former.number if given.former else ""
    mark = Mark(number, code, day_of(now), f"{batch.base_url}/verify/{code}", replaces)
    issuer = Issuer(organisation.code, organisation.name)
    content = content_of(kind, issuer, candidate.holder, candidate.draft, mark)
    return Certificate(
        number=number,
        code=code,
        kind=kind,
        source=batch.source,
        person_id=candidate.person_id,
        organisation_id=organisation.id,
        item_id=given.item.id,
        replaces_id=given.former.id if given.former else None,
        issued_at=now,
        issued_by_id=batch.requested_by_id,
        content=content,
        digest=statement.digest_of(content),
        signature=signature_of(statement.statement_of(content)),
        public_key=public_key(),
    )


def _note(session: Session, batch: CertificateBatch, made: Sequence[Certificate], now: datetime) -> None:
    actor = Actor(batch.requested_by_id, batch.requested_by_name)
    audit.record_each(session, actor, now, "certificate.issued", "certificate", map(_detail, made))
    text = ISSUED[CertificateKind(batch.kind)]
    news = [News(each.person_id, text, {"number": each.number}, "/certificates/mine") for each in made]
    tell(session, news, now)


def _detail(certificate: Certificate) -> tuple[int, Mapping[str, object]]:
    return certificate.id, {"number": certificate.number, "person": certificate.person_id}
