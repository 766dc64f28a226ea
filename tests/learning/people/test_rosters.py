"""Importing a list of persons: upload, preview, confirm, passwords, refused rows."""

import base64
import html
import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.accounts.models import Account, AuditEntry
from learning.core.db import reading
from learning.core.spreadsheets import Table, read_table
from learning.people import queries as people
from learning.people.models import Appointment, Person, RosterImport
from tests.cast import Cast

SignIn = Callable[[str], FlaskClient]
LINES = """姓名,工号,单位,职务,是否领导班子成员,任职时间,身份证号
张三,0101,示范县妇联,主席,是,2024.3,110101199001011237
李四,0102,县妇联,干事,,,110101199001011238
李求知,SF0002,示范县妇联,副主席,是,2026-10-01,
"""


def upload(client: FlaskClient, text: str = LINES, name: str = "list.csv", encoding: str = "utf-8") -> str:
    reply = client.post("/people/import", data={"file": (io.BytesIO(text.encode(encoding)), name)})
    assert reply.status_code == 302, reply.text
    return reply.location


def count(app: Flask, what: type) -> int:
    with app.app_context():
        return reading().scalar(select(func.count()).select_from(what)) or 0


def workbook_in(page: str) -> list[tuple[object, ...]]:
    found = re.search(r'href="data:[^,"]*;base64,([^"]+)"', page)
    assert found
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(html.unescape(found[1]))))
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_the_preview_says_what_would_be_done_and_stores_nobody(
    app: Flask, sign_in: SignIn, cast: Cast
) -> None:
    admin = sign_in("zheng")
    before = count(app, Person)
    page = admin.get(upload(admin)).text
    assert count(app, Person) == before
    assert "张三" in page
    assert "示范县妇联（SF-009）" in page
    assert "身份证号" in page
    with app.app_context():
        kept = reading().scalars(select(RosterImport)).one()
        assert "1101011990" not in str(kept.roster)


def test_confirming_takes_in_what_can_be_taken_in(
    app: Flask, sign_in: SignIn, client: FlaskClient, cast: Cast
) -> None:
    admin = sign_in("zheng")
    location = upload(admin)
    page = admin.post(f"{location}/confirm").text
    lines = workbook_in(page)
    assert lines[2][:3] == ("张三", "0101", "示范省委/示范市委/示范县委/示范县妇联")
    assert len(lines) == 3
    reply = client.post("/sign-in", data={"name": "0101", "password": str(lines[2][3])})
    assert reply.status_code == 302
    with app.app_context():
        moved = people.appointments_of(reading(), [cast.persons["li"]])[cast.persons["li"]]
        assert [post.organisation_id for post in moved] == [
            cast.organisations["county_union"],
            cast.organisations["county_women"],
        ]
        assert reading().scalars(select(Person).where(Person.name == "李四")).first() is None


def test_no_password_is_kept_and_a_second_look_shows_none(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in("zheng")
    location = upload(admin)
    password = str(workbook_in(admin.post(f"{location}/confirm").text)[2][3])
    assert "data:application" not in admin.get(location).text
    with app.app_context():
        kept = reading().scalars(select(RosterImport)).one()
        details = [str(row) for row in reading().scalars(select(AuditEntry.detail))]
        hashes = reading().scalars(select(Account.password_hash)).all()
        assert password not in " ".join([str(kept.roster), str(kept.outcome), *details, *hashes])


def test_confirming_twice_does_nothing_more(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in("zheng")
    location = upload(admin)
    admin.post(f"{location}/confirm")
    people_then, posts_then = count(app, Person), count(app, Appointment)
    second = admin.post(f"{location}/confirm")
    assert second.location == location
    assert (count(app, Person), count(app, Appointment)) == (people_then, posts_then)


def test_lost_passwords_are_given_anew_to_those_who_never_signed_in(
    sign_in: SignIn, client: FlaskClient
) -> None:
    admin = sign_in("zheng")
    location = upload(admin)
    assert admin.post(f"{location}/passwords").status_code == 404
    first = str(workbook_in(admin.post(f"{location}/confirm").text)[2][3])
    renewed = str(workbook_in(admin.post(f"{location}/passwords").text)[2][3])
    assert client.post("/sign-in", data={"name": "0101", "password": first}).status_code == 401
    client.post("/sign-in", data={"name": "0101", "password": renewed})
    new = "Copper-Teapot-Window-9"
    client.post("/account/password", data={"present": renewed, "new": new, "again": new})
    assert "data:application" not in admin.post(f"{location}/passwords").text
    assert client.get("/").status_code == 200


def test_what_changed_since_the_preview_is_checked_again(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in("zheng")
    first, second = upload(admin), upload(admin)
    admin.post(f"{first}/confirm")
    people_then = count(app, Person)
    page = admin.post(f"{second}/confirm").text
    assert count(app, Person) == people_then
    assert "data:application" not in page


def test_refused_rows_come_back_with_reasons_and_can_be_uploaded_again(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in("zheng")
    location = upload(admin)
    before = admin.get(f"{location}/refused").data
    admin.post(f"{location}/confirm")
    after = admin.get(f"{location}/refused").data
    for data in (before, after):
        rows = list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))
        assert rows[0][:3] == ("姓名", "工号", "单位")
        assert rows[1][:3] == ("李四", "0102", "县妇联")
        assert "SF-009" in str(rows[1][-2])
        assert rows[1][-1] == "3"
        assert len(rows) == 2
    book = openpyxl.load_workbook(io.BytesIO(after))
    book.worksheets[0]["C2"] = "SF-009"
    repaired = io.BytesIO()
    book.save(repaired)
    repaired.seek(0)
    reply = admin.post("/people/import", data={"file": (repaired, "again.xlsx")})
    admin.post(f"{reply.location}/confirm")
    with app.app_context():
        assert people.persons_by_staff_number(reading(), ["0102"])


def test_after_confirmation_only_the_refused_rows_are_kept(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in("zheng")
    admin.post(f"{upload(admin)}/confirm")
    with app.app_context():
        kept = reading().scalars(select(RosterImport)).one()
        assert "张三" not in str(kept.roster)
        assert kept.outcome == {"add": 1, "move": 1, "refused": 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_lists_come_in_any_encoding(sign_in: SignIn, encoding: str) -> None:
    admin = sign_in("zheng")
    assert "张三" in admin.get(upload(admin, encoding=encoding)).text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("list.csv", b""),
        ("list.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("list.pdf", b"%PDF-1.7"),
        ("list.xlsx", b"PK\x03\x04nothing"),
        ("list.csv", "姓名,职务\n张三,主席\n".encode()),
        ("list.csv", ("姓名,工号,单位\n" + "张三,1,县委\n" * 5_001).encode()),
        ("\x00.csv", b"\x00\x01\x02"),
    ],
)
def test_a_file_that_is_no_list_is_named_and_nothing_kept(
    app: Flask, sign_in: SignIn, name: str, data: bytes
) -> None:
    reply = sign_in("zheng").post("/people/import", data={"file": (io.BytesIO(data), name)})
    assert reply.status_code == 200
    assert "field-error" in reply.text
    assert count(app, RosterImport) == 0


def test_no_file_at_all_is_told(sign_in: SignIn) -> None:
    assert "field-error" in sign_in("zheng").post("/people/import", data={}).text
    assert "field-error" in sign_in("zheng").post("/people/import", data={"file": "text"}).text


def test_uploads_of_others_are_not_found(sign_in: SignIn) -> None:
    location = upload(sign_in("zheng"))
    other = sign_in("he")
    assert other.get(location).status_code == 404
    assert other.get(f"{location}/refused").status_code == 404
    assert other.post(f"{location}/confirm").status_code == 404
    assert other.post(f"{location}/passwords").status_code == 404
    assert other.get("/people/import/9223372036854775807").status_code == 404


def test_the_template_filled_in_is_taken_in(sign_in: SignIn) -> None:
    admin = sign_in("zheng")
    book = openpyxl.load_workbook(io.BytesIO(admin.get("/people/import/template").data))
    assert book.sheetnames == ["人员名单", "填写说明", "可用单位"]
    assert "SF-009" in [row[0] for row in book["可用单位"].iter_rows(values_only=True)]
    assert "SF-013" not in [row[0] for row in book["可用单位"].iter_rows(values_only=True)]
    book["人员名单"].append(
        ["张三", "0101", "SF-009", "主席", "正科", "", "专职", "是", "否", "2024-03", "至今"]
    )
    filled = io.BytesIO()
    book.save(filled)
    assert isinstance(read_table("a.xlsx", filled.getvalue()), Table)
    filled.seek(0)
    reply = admin.post("/people/import", data={"file": (filled, "a.xlsx")})
    assert len(workbook_in(admin.post(f"{reply.location}/confirm").text)) == 3


def test_a_list_of_hundreds_is_taken_in_whole(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in("zheng")
    signs = "甲乙丙丁戊己庚辛壬癸"
    lines = [f"张{signs[n // 100]}{signs[n // 10 % 10]}{signs[n % 10]},9{n:03},SF-009" for n in range(600)]
    before = count(app, Person)
    location = upload(admin, "\n".join(["姓名,工号,单位", *lines]))
    assert len(workbook_in(admin.post(f"{location}/confirm").text)) == 602
    assert count(app, Person) == before + 600
