"""The pages: who may issue, see and revoke what; what anybody is told; what people get of their own."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from learning import certificate_verify
from learning.accounts.models import AuditEntry
from learning.accounts.roles import SYSTEM
from learning.certificates import paper
from learning.certificates.models import Certificate, CertificateBatch, CertificateBatchItem
from learning.certificates.services import batches, holding
from learning.core import clock
from learning.core.db import give_up_reading, reading
from learning.core.signing import public_key
from learning.training.kinds import ClassOutcome
from tests.cast import Cast
from tests.learning.certificates import records

SignIn = Callable[[str], FlaskClient]
pytestmark = pytest.mark.usefixtures("context", "quick_papers")


@pytest.fixture
def quick_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not print: the paper is tested elsewhere."""
    monkeypatch.setattr(paper, "printed", lambda contents, is_sample=False: [b"%PDF" for _ in contents])


@pytest.fixture
def issued(cast: Cast) -> Certificate:
    """A certificate of Wang, issued by the school."""
    return records.issue(cast, records.completed(cast, "wang"), cast.persons["wang"])[0]


def actions() -> list[str]:
    """Return what the audit log says was done."""
    give_up_reading()
    return list(reading().scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_school_issues_to_one_person_at_once_and_sees_who_cannot(sign_in: SignIn, cast: Cast) -> None:
    outcomes = {cast.persons["wang"]: ClassOutcome.COMPLETED, cast.persons["li"]: ClassOutcome.NOT_COMPLETED}
    source, he = records.class_run(cast, outcomes), sign_in("he")
    assert f"class-{source.run_id}" in he.get("/certificates/new").text
    page = he.get(f"/certificates/new/{source}").text
    assert "王学习" in page
    assert "该学员未结业" in page
    sample = he.get(f"/certificates/new/{source}/sample/{cast.persons['wang']}")
    assert sample.mimetype == "application/pdf"
    assert he.get(f"/certificates/new/{source}/sample/{cast.persons['li']}").status_code == 404
    reply = he.post(
        f"/certificates/new/{source}", data={"person": [cast.persons["wang"], cast.persons["li"]]}
    )
    batches.work(clock.now())
    batch = he.get(reply.location).text
    assert "已签发并打印" in batch
    assert "未签发" in batch
    reply = he.post(f"/certificates/new/{source}", data={"person": str(cast.persons["wang"])})
    assert "已有一份有效证书" in he.get(reply.location).text
    assert actions().count("certificate.issued") == 1


def test_all_who_can_get_one_are_issued_in_the_background_and_taken_as_one_file(
    sign_in: SignIn, cast: Cast
) -> None:
    persons = records.crowd(cast, 60)
    source = records.class_run(cast, dict.fromkeys(persons, ClassOutcome.COMPLETED))
    he = sign_in("he")
    assert he.get(f"/certificates/new/{source}?page=2").text.count('name="person"') == 10
    reply = he.post(f"/certificates/new/{source}", data={"everybody": "1"})
    assert "系统正在后台办理" in he.get(reply.location).text
    batches.work(clock.now())
    assert "系统正在后台办理" not in he.get(reply.location).text
    assert "已办结" in he.get("/certificates/batches").text
    archive = he.get(f"{reply.location}/papers")
    assert archive.content_length == len(archive.data)
    with zipfile.ZipFile(io.BytesIO(archive.data)) as file:
        assert len(file.namelist()) == 60
        assert file.namelist()[0].endswith("群众0000.pdf")
    assert "certificate.batch_downloaded" in actions()
    assert he.get("/certificates?text=群众0007").text.count("班次结业证书</div>") == 1
    assert he.get("/certificates?page=2").text.count("班次结业证书</div>") == 10


def test_nobody_smuggles_in_a_person_who_is_not_on_the_list(sign_in: SignIn, cast: Cast) -> None:
    source = records.completed(cast, "wang")
    reply = sign_in("he").post(f"/certificates/new/{source}", data={"person": str(cast.persons["liu"])})
    assert reply.location.endswith(f"/certificates/new/{source}")
    assert reading().scalars(select(CertificateBatchItem)).all() == []


def test_an_order_without_persons_or_with_too_many_is_refused(
    sign_in: SignIn, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, he = records.completed(cast, "wang", "li"), sign_in("he")
    he.post(f"/certificates/new/{source}", data={})
    assert "没有选中可以签发的人员" in he.get("/certificates").text
    monkeypatch.setattr(batches, "MOST_PERSONS", 1)
    he.post(f"/certificates/new/{source}", data={"everybody": "1"})
    assert "一次最多签发 1 份" in he.get("/certificates").text
    assert reading().scalars(select(CertificateBatch)).all() == []


def test_instructors_issue_for_courses_of_their_school_and_see_nothing_else(
    sign_in: SignIn, cast: Cast, issued: Certificate
) -> None:
    records.finish_modules(cast.persons["wang"])
    records.sit_final_exam(cast, cast.persons["wang"], 90)
    source, chen = records.course_source(cast), sign_in("chen")
    assert str(source) in chen.get("/certificates/new").text
    reply = chen.post(f"/certificates/new/{source}", data={"person": str(cast.persons["wang"])})
    assert "已签发并打印" in chen.get(reply.location).text
    assert "课程结业证书" in chen.get("/certificates").text
    assert issued.number not in chen.get("/certificates").text
    assert chen.get(f"/certificates/{issued.id}").status_code == 404
    assert chen.get(f"/certificates/new/{issued.source}").status_code == 404
    hours = f"hours-{cast.organisations['school']}-20260101-20260401"
    assert chen.get(f"/certificates/new/{hours}").status_code == 404


def test_hours_are_asked_for_by_unit_and_days(sign_in: SignIn, cast: Cast) -> None:
    records.completed(cast, "wang")
    zheng, county = sign_in("zheng"), str(cast.organisations["county"])
    form = {"unit": county, "since": "2026-01-01", "until": "2026-06-30"}
    reply = zheng.post("/certificates/new", data=form)
    page = zheng.get(reply.location).text
    assert "王学习" in page
    assert "可以签发" in page
    assert "该时段内没有登记学时的记录" in page
    assert "刘邻县" not in page
    for wrong in ({"until": "2099-01-01"}, {"until": "2025-01-01"}, {"since": ""}, {"unit": "999"}):
        assert zheng.post("/certificates/new", data={**form, **wrong}).status_code == 200, wrong


@pytest.mark.parametrize("name", ["zheng", "chen"])
def test_what_another_school_issued_is_not_found(sign_in: SignIn, issued: Certificate, name: str) -> None:
    client, batch_id = sign_in(name), 1
    for path in (
        f"/certificates/{issued.id}",
        f"/certificates/{issued.id}/paper",
        f"/certificates/batches/{batch_id}",
        f"/certificates/batches/{batch_id}/papers",
        f"/certificates/new/{issued.source}",
    ):
        assert client.get(path).status_code == 404, path
    for path in (f"/certificates/{issued.id}/revoke", f"/certificates/batches/{batch_id}/retry"):
        assert client.post(path, data={"cause": "不该成功"}).status_code == 404, path
    assert client.post(f"/certificates/new/{issued.source}", data={"everybody": "1"}).status_code == 404
    assert "certificate.revoked" not in actions()


def test_a_certificate_is_revoked_with_its_cause_and_issued_anew(
    sign_in: SignIn, cast: Cast, issued: Certificate
) -> None:
    he = sign_in("he")
    assert he.post(f"/certificates/{issued.id}/revoke", data={"cause": ""}).status_code == 422
    reply = he.post(f"/certificates/{issued.id}/revoke", data={"cause": "姓名有误"})
    page = he.get(reply.location).text
    assert "已撤销" in page
    assert "姓名有误" in page
    assert he.get(f"/certificates/{issued.id}/credential").status_code == 404
    he.post(f"/certificates/new/{issued.source}", data={"person": str(cast.persons["wang"])})
    give_up_reading()
    second = reading().scalars(select(Certificate).where(Certificate.replaces_id == issued.id)).one()
    assert second.number in he.get(f"/certificates/{issued.id}").text
    assert issued.number in he.get("/certificates?standing=revoked").text
    assert issued.number not in he.get("/certificates?standing=valid").text
    assert {"certificate.revoked", "certificate.issued"} <= set(actions())


def test_people_have_their_own_certificates_and_nobody_elses(sign_in: SignIn, issued: Certificate) -> None:
    wang, li = sign_in("wang"), sign_in("li")
    assert issued.number in wang.get("/certificates/mine").text
    assert issued.number not in li.get("/certificates/mine").text
    for form in ("paper", "record", "credential"):
        assert wang.get(f"/certificates/{issued.id}/{form}").status_code == 200
        assert li.get(f"/certificates/{issued.id}/{form}").status_code == 404
    assert wang.get(f"/certificates/{issued.id}/other").status_code == 404
    assert "certificate.downloaded" not in actions()
    assert sign_in("he").get(f"/certificates/{issued.id}/paper").status_code == 200
    assert "certificate.downloaded" in actions()
    holding.revoke(SYSTEM, issued.id, "错", clock.now())
    assert "已撤销" in wang.get("/certificates/mine").text
    assert wang.get(f"/certificates/{issued.id}/paper").status_code == 404


def test_both_files_verify_offline(sign_in: SignIn, issued: Certificate, tmp_path: Path) -> None:
    wang = sign_in("wang")
    for form in ("record", "credential"):
        path = tmp_path / f"{form}.json"
        path.write_bytes(wang.get(f"/certificates/{issued.id}/{form}").data)
        assert certificate_verify.main([str(path), "--public-key", public_key()]) == 0
        assert wang.get(f"/certificates/{issued.id}/{form}").data == path.read_bytes()
    file = json.loads((tmp_path / "record.json").read_text())
    assert set(file) == {"format", "content", "digest", "signature", "public_key"}


def test_anybody_verifies_by_code_and_sees_no_more_than_the_paper(
    client: FlaskClient, issued: Certificate
) -> None:
    page = client.get(f"/verify/{issued.code}").text
    assert "本证书真实有效" in page
    for shown in ("王学习", "示范县妇联", issued.number, "示范市委党校", "30"):
        assert shown in page
    for hidden in ("SF0001", issued.source, issued.signature, "/certificates/"):
        assert hidden not in page
    holding.revoke(SYSTEM, issued.id, "内部原因", clock.now())
    page = client.get(f"/verify/{issued.code}").text
    assert "撤销" in page
    assert f"{clock.today():%Y-%m-%d}" in page
    assert "内部原因" not in page
    assert "本证书真实有效" not in page


def test_a_number_verifies_only_together_with_its_code(client: FlaskClient, issued: Certificate) -> None:
    grouped = issued.content["code"].lower()
    reply = client.get("/verify", query_string={"number": issued.number, "code": grouped})
    assert reply.location.endswith(f"/verify/{issued.code}")
    reply = client.get("/verify", query_string={"number": "SF-005-2026-999999", "code": grouped})
    assert reply.status_code == 404
    assert "没有查到该证书" in reply.text
    assert "王学习" not in reply.text
    assert client.get("/verify", query_string={"number": "王学习"}).status_code == 200
    for code in ("x", "王学习", "a" * 500, "%", "0" * 16):
        assert client.get(f"/verify/{code}").status_code == 404


def test_who_guesses_has_to_wait(client: FlaskClient, issued: Certificate) -> None:
    replies = [client.get(f"/verify/GUESS{number}").status_code for number in range(31)]
    assert replies == [404] * 30 + [429]
    reply = client.get(f"/verify/{issued.code}")
    assert reply.status_code == 429
    assert "王学习" not in reply.text


def test_a_page_of_the_list_takes_the_same_queries_for_few_and_many(
    sign_in: SignIn, cast: Cast, queries: list[str]
) -> None:
    he, counts = sign_in("he"), []
    records.issue(cast, records.completed(cast, "wang"), cast.persons["wang"])
    for _ in range(2):
        queries.clear()
        he.get("/certificates")
        counts.append(len(queries))
        persons = records.crowd(cast, 30) if len(counts) == 1 else []
        if persons:
            source = records.class_run(cast, dict.fromkeys(persons, ClassOutcome.COMPLETED), "12")
            records.issue(cast, source, *persons)
    assert counts[0] == counts[1]
