"""Certificates are issued exactly once, on the record as it stands, and never change."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from learning.accounts.models import AuditEntry
from learning.accounts.roles import SYSTEM, Actor
from learning.certificates import paper, rules
from learning.certificates.models import (
    Certificate,
    CertificateBatchItem,
    CertificatePaper,
    CertificateRevocation,
)
from learning.certificates.queries import records as queries
from learning.certificates.queries.candidates import candidates
from learning.certificates.rules import Refusal
from learning.certificates.services import batches, holding, issuing, verifying
from learning.certificates.services.verifying import Standing
from learning.certificates.sources import HoursSource
from learning.core import clock
from learning.core.db import reading, transaction
from learning.people.models import Notice, Organisation
from learning.training import services as training
from learning.training.kinds import ClassOutcome
from tests.cast import Cast
from tests.learning.certificates import records

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def quick_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not print: what is tested is what happens around it."""
    monkeypatch.setattr(paper, "printed", lambda contents, is_sample=False: [b"%PDF" for _ in contents])


def items() -> list[CertificateBatchItem]:
    """Return all items as they are now."""
    reading().expire_all()
    return list(reading().scalars(select(CertificateBatchItem).order_by(CertificateBatchItem.id)))


def states() -> list[str]:
    return [item.state for item in items()]


def test_a_class_is_certified_with_all_that_the_paper_says(cast: Cast) -> None:
    [made] = records.issue(cast, records.completed(cast, "wang"), cast.persons["wang"])
    assert made.number == f"SF-005-{clock.today().year}-000001"
    assert made.content["person"] == {"name": "王学习", "unit": "示范县妇联", "post": "副主席"}
    assert made.content["total_hours"] == "30"
    assert made.content["verify_url"] == f"https://xuexi.example/verify/{made.code}"
    assert verifying.is_genuine(made)
    assert (queries.paper(reading(), made.id) or b"").startswith(b"%PDF")
    assert states() == ["printed"]
    entry = reading().scalars(select(AuditEntry).where(AuditEntry.action == "certificate.issued")).one()
    assert entry.object_id == made.id
    notice = reading().scalars(select(Notice)).one()
    assert notice.params == {"number": made.number}


@pytest.mark.usefixtures("quick_papers")
def test_a_course_is_certified_when_all_modules_are_finished_and_the_exam_is_passed(cast: Cast) -> None:
    wang, li = cast.persons["wang"], cast.persons["li"]
    source = records.course_source(cast)
    records.finish_modules(wang)
    records.sit_final_exam(cast, wang, 86)
    records.finish_modules(li, until=1)
    records.sit_final_exam(cast, li, 90)
    [made] = records.issue(cast, source, wang, li)
    assert made.person_id == wang
    assert made.content["modules"] == 2
    assert made.content["total_hours"] == "0.75"
    assert "86" not in str(made.content)
    assert [(item.state, item.reason) for item in items()] == [
        ("printed", ""),
        ("refused", Refusal.MODULES_OPEN),
    ]


@pytest.mark.usefixtures("quick_papers")
def test_hours_of_classes_and_modules_are_stated_with_their_records(cast: Cast) -> None:
    wang = cast.persons["wang"]
    records.completed(cast, "wang")
    records.finish_modules(wang, day=date(2026, 5, 4))
    source = HoursSource(cast.organisations["county"], date(2026, 4, 1), date(2026, 5, 31))
    [made] = records.issue(cast, source, wang, unit="county")
    assert made.content["total_hours"] == "30.75"
    assert sorted(line["hours"] for line in made.content["records"]) == ["0.25", "0.5", "30"]
    assert made.content["hours"] == [{"kind": "off_job", "hours": "30"}, {"kind": "course", "hours": "0.75"}]
    earlier = HoursSource(cast.organisations["county"], date(2026, 1, 1), date(2026, 3, 31))
    assert records.issue(cast, earlier, wang, unit="county") == []


@pytest.mark.usefixtures("quick_papers")
def test_the_record_decides_at_the_moment_of_issuing_and_says_why_not(cast: Cast) -> None:
    wang, li = cast.persons["wang"], cast.persons["li"]
    source = records.completed(cast, "wang", "li")
    now = clock.now()
    batch_id = batches.request(SYSTEM, source, cast.organisations["school"], [wang, li], "https://x", now)
    training.save_run_roll(SYSTEM, source.run_id, {wang: ClassOutcome.NOT_COMPLETED, li: None}, now)
    batches.take_turn(now, batch_id)
    assert [item.reason for item in items()] == [Refusal.NOT_COMPLETED, Refusal.NOT_ON_ROLL]
    assert reading().scalars(select(Certificate)).all() == []


@pytest.mark.usefixtures("quick_papers")
def test_nobody_gets_a_second_certificate_of_the_same_while_one_is_in_force(cast: Cast) -> None:
    wang, source = cast.persons["wang"], records.completed(cast, "wang")
    [first] = records.issue(cast, source, wang)
    assert len(records.issue(cast, source, wang)) == 1
    assert items()[1].reason == Refusal.ALREADY
    assert holding.revoke(SYSTEM, first.id, "姓名有误", clock.now())
    assert not holding.revoke(SYSTEM, first.id, "再次", clock.now())
    _, second = records.issue(cast, source, wang)
    assert second.replaces_id == first.id
    assert second.content["replaces"] == first.number
    assert second.number != first.number


@pytest.mark.usefixtures("quick_papers")
def test_what_was_issued_stays_when_names_and_records_change(cast: Cast) -> None:
    wang, source = cast.persons["wang"], records.completed(cast, "wang")
    [made] = records.issue(cast, source, wang)
    records.renamed(wang, "王改名")
    training.withdraw_run(SYSTEM, source.run_id, "错录", clock.now())
    reading().expire_all()
    again = reading().get_one(Certificate, made.id)
    assert again.content["person"]["name"] == "王学习"
    assert verifying.is_genuine(again)


def test_a_name_that_cannot_be_printed_is_refused_with_its_characters(app: Flask, cast: Cast) -> None:
    app.config["CERTIFICATE_FONTS"] = "/nowhere"
    records.renamed(cast.persons["wang"], "王𠮷𡋾")
    source = records.completed(cast, "wang")
    [candidate] = candidates(reading(), source, clock.today())
    assert (candidate.refusal, candidate.characters) == (Refusal.NOT_PRINTABLE, "𠮷𡋾")
    assert records.issue(cast, source, cast.persons["wang"]) == []
    assert (items()[0].reason, items()[0].characters) == (Refusal.NOT_PRINTABLE, "𠮷𡋾")


@pytest.mark.usefixtures("quick_papers")
def test_who_had_no_post_on_the_day_gets_none(cast: Cast) -> None:
    source = records.completed(cast, "wang")
    with transaction() as session:
        session.execute(update(records.Appointment).values(appointed_on=date(2026, 4, 11)))
    assert records.issue(cast, source, cast.persons["wang"]) == []
    assert items()[0].reason == Refusal.NO_POST


@pytest.mark.usefixtures("quick_papers")
def test_numbers_go_on_by_organisation_and_year(cast: Cast) -> None:
    records.issue(cast, records.completed(cast, "wang", "li"), cast.persons["wang"], cast.persons["li"])
    county = HoursSource(cast.organisations["county"], date(2026, 1, 1), date(2026, 5, 1))
    records.issue(cast, county, cast.persons["wang"], unit="county")
    numbers = sorted(reading().scalars(select(Certificate.number)))
    year = clock.today().year
    code = (
        reading()
        .scalars(select(Organisation.code).where(Organisation.id == cast.organisations["county"]))
        .one()
    )
    assert numbers == sorted(
        [f"SF-005-{year}-000001", f"SF-005-{year}-000002", rules.number_of(f"{code}-{year}", 1)]
    )


@pytest.mark.usefixtures("quick_papers")
def test_two_workers_issue_to_everybody_exactly_once(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "TAKEN", 7)
    persons = records.crowd(cast, 130)
    source = records.class_run(cast, dict.fromkeys(persons, ClassOutcome.COMPLETED))
    now = clock.now()
    batches.request(Actor(None, "何校办"), source, cast.organisations["school"], persons, "https://x", now)

    def work() -> int:
        done = 0
        with app.app_context():
            while turn := batches.take_turn(now):
                done += turn
        return done

    with ThreadPoolExecutor(2) as pool:
        parts = [future.result() for future in [pool.submit(work) for _ in range(2)]]
    assert sum(parts) >= 130
    made = reading().scalars(select(Certificate)).all()
    assert sorted(each.person_id for each in made) == sorted(persons)
    assert len({each.number for each in made}) == len({each.code for each in made}) == 130
    assert set(states()) == {"printed"}
    assert len(reading().scalars(select(CertificatePaper.certificate_id)).all()) == 130


@pytest.mark.usefixtures("quick_papers")
def test_a_batch_whose_worker_died_goes_on_where_it_stopped(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    persons = [cast.persons["wang"], cast.persons["li"]]
    source, now = records.completed(cast, "wang", "li"), clock.now()
    batch_id = batches.request(SYSTEM, source, cast.organisations["school"], persons, "https://x", now)
    with monkeypatch.context() as patched:
        patched.setattr(batches, "_print", lambda claim, now: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            batches.take_turn(now, batch_id)
    assert states() == ["issued", "issued"]
    assert batches.take_turn(now) == 0, "another process leaves it alone for a while"
    assert batches.take_turn(now + batches.CLAIM + timedelta(seconds=1)) == 2
    assert states() == ["printed", "printed"]
    assert len(reading().scalars(select(Certificate)).all()) == 2


def refuse_name(name: str) -> Callable[..., list[bytes]]:
    """Return a printer that fails for one name."""

    def printed(contents: list[dict[str, dict[str, str]]], is_sample: bool = False) -> list[bytes]:
        if any(content["person"]["name"] == name for content in contents):
            raise paper.CannotPrint("out of paper")
        return [b"%PDF" for _ in contents]

    return printed


def test_a_paper_that_cannot_be_printed_holds_up_no_other_and_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    persons = [cast.persons["wang"], cast.persons["li"], cast.persons["zhao"]]
    with monkeypatch.context() as patched:
        patched.setattr(paper, "printed", refuse_name("李求知"))
        made = records.issue(cast, records.completed(cast, "wang", "li", "zhao"), *persons)
    assert len(made) == 3
    assert states() == ["printed", "failed", "printed"]
    monkeypatch.setattr(paper, "printed", lambda contents, is_sample=False: [b"%PDF" for _ in contents])
    assert batches.retry(SYSTEM, items()[0].batch_id, clock.now()) == 1
    batches.work(clock.now())
    assert states() == ["printed", "printed", "printed"]
    assert len(reading().scalars(select(Certificate)).all()) == 3


def test_a_paper_is_printed_once_and_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    [made] = records.issue(cast, records.completed(cast, "wang"), cast.persons["wang"])
    kept = holding.paper_of(made, clock.now())
    monkeypatch.setattr(paper, "printed", lambda contents: [b"another version of the printer"])
    assert holding.paper_of(made, clock.now()) == kept
    assert kept.startswith(b"%PDF")


@pytest.mark.usefixtures("quick_papers")
def test_what_was_changed_behind_the_back_of_the_site_is_not_confirmed(cast: Cast) -> None:
    [made] = records.issue(cast, records.completed(cast, "wang"), cast.persons["wang"])
    content = made.content | {"total_hours": "300"}
    assert not verifying.is_genuine(
        Certificate(
            number=made.number,
            code=made.code,
            content=content,
            digest=issuing.statement.digest_of(content),
            signature=made.signature,
            public_key=made.public_key,
        )
    )


@pytest.mark.usefixtures("quick_papers")
def test_a_certificate_of_a_former_key_is_genuine_while_the_key_is_known(app: Flask, cast: Cast) -> None:
    [made] = records.issue(cast, records.completed(cast, "wang"), cast.persons["wang"])
    app.config["SIGNING_KEY"] = "77" * 32
    assert not verifying.is_genuine(made)
    app.config["FORMER_PUBLIC_KEYS"] = f"{'00' * 32} {made.public_key.upper()}"
    assert verifying.is_genuine(made)


@pytest.mark.usefixtures("quick_papers")
def test_guessing_codes_is_slowed_down_by_address(app: Flask, cast: Cast) -> None:
    [made] = records.issue(cast, records.completed(cast, "wang"), cast.persons["wang"])
    app.config["VERIFY_FAILURES_PER_ADDRESS"] = 3
    now = clock.now()
    for number in range(3):
        assert verifying.verify(f"X{number}", "192.0.2.7", now).standing is Standing.UNKNOWN
    assert verifying.verify(made.code, "192.0.2.7", now).standing is Standing.TOO_MANY
    assert verifying.verify(made.code, "192.0.2.8", now).standing is Standing.VALID
    later = now + timedelta(minutes=16)
    assert verifying.verify(made.code.lower(), "192.0.2.7", later).standing is Standing.VALID
    assert verifying.verify(made.code, "192.0.2.7", later, "SF-005-2026-000002").standing is Standing.UNKNOWN
    assert verifying.verify(made.code, "192.0.2.7", later, made.number.lower()).standing is Standing.VALID
    assert len(reading().scalars(select(verifying.VerificationFailure)).all()) == 1, "old ones are gone"


@pytest.mark.usefixtures("quick_papers")
def test_the_list_for_choosing_takes_the_same_queries_for_few_and_many(
    cast: Cast, queries: list[str]
) -> None:
    few = records.completed(cast, "wang")
    persons = records.crowd(cast, 40)
    many = records.class_run(cast, dict.fromkeys(persons, ClassOutcome.COMPLETED), hours="12")
    counts = []
    for source in (few, many):
        queries.clear()
        candidates(reading(), source, clock.today())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_revocation_is_a_further_record_with_its_cause(cast: Cast) -> None:
    [made] = records.issue(cast, records.completed(cast, "wang"), cast.persons["wang"])
    holding.revoke(SYSTEM, made.id, "姓名有误", clock.now())
    revocation = reading().scalars(select(CertificateRevocation)).one()
    assert (revocation.certificate_id, revocation.cause) == (made.id, "姓名有误")
    assert verifying.verify(made.code, "192.0.2.7", clock.now()).standing is Standing.REVOKED
