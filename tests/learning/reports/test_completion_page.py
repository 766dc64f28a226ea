"""The completion report as page and workbook: figures, scope, export, fixed number of queries."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from learning.accounts.models import AuditEntry
from learning.core import clock
from learning.core.db import reading, transaction
from learning.people.models import Appointment, Person
from tests.cast import LONG_AGO, Cast

SignIn = Callable[[str], FlaskClient]
FILE = "/reports/completion/files/workbook"


def test_the_report_of_the_own_unit_opens_and_names_its_people(sign_in: SignIn) -> None:
    page = sign_in("wu").get("/reports/completion").text
    for name in ("示范县委", "王学习", "李求知", "赵认真"):
        assert name in page
    for name in ("刘邻县", "邻县总工会", "示范市委"):
        assert name not in page


def test_learners_see_the_record_on_themselves_and_on_nobody_else(sign_in: SignIn) -> None:
    client = sign_in("wang")
    assert 'href="/record"' in client.get("/").text
    page = client.get("/record").text
    assert "王学习" in page
    assert "您的任职" in page
    assert "李求知" not in page
    assert sign_in("wu").get("/record").status_code == 403


@pytest.mark.parametrize("unit", ["city", "neighbour", "neighbour_union", "school"])
def test_a_unit_outside_the_scope_is_not_found(sign_in: SignIn, cast: Cast, unit: str) -> None:
    key = cast.organisations[unit]
    assert sign_in("wu").get(f"/reports/completion?unit={key}").status_code == 404
    assert sign_in("wu").get(f"{FILE}?unit={key}").status_code == 404


@pytest.mark.parametrize("unit", ["0", "x", "-1", "9" * 19, "9" * 400])
def test_no_unit_in_the_address_is_an_error_of_the_server(sign_in: SignIn, unit: str) -> None:
    assert sign_in("wu").get("/reports/completion", query_string={"unit": unit}).status_code == 404


@pytest.mark.parametrize("day", ["tomorrow", "0001-01-01", "9999-12-31", "2026-02-30", "2026-13-01"])
def test_a_day_that_cannot_be_is_told(sign_in: SignIn, day: str) -> None:
    reply = sign_in("wu").get(
        "/reports/completion", query_string={"as_of": day, "page": "99999", "rule": "X"}
    )
    assert reply.status_code == 200
    assert "alert-error" in reply.text
    assert sign_in("wu").get(FILE, query_string={"as_of": day}).status_code == 404


@pytest.mark.parametrize("name", ["wang", "chen", "zheng", "sun", "qian"])
def test_only_report_readers_see_reports(sign_in: SignIn, cast: Cast, name: str) -> None:
    for path in ("/reports/completion", FILE, f"/reports/persons/{cast.persons['wang']}"):
        assert sign_in(name).get(path).status_code == 403
    assert sign_in(name).get("/reports/basis").status_code == 200


def test_a_person_opens_with_clause_and_basis_of_every_verdict(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("wu").get(f"/reports/persons/{cast.persons['wang']}").text
    for words in ("§3¶7s1", "§11¶1s5", "§11¶2s8", "公务员法第六十七条", "2027-03-10"):
        assert words in page


def test_a_person_outside_the_scope_is_not_found(sign_in: SignIn, cast: Cast) -> None:
    assert sign_in("wu").get(f"/reports/persons/{cast.persons['liu']}").status_code == 404
    assert sign_in("wu").get("/reports/persons/999999").status_code == 404


def test_a_post_elsewhere_is_not_shown(sign_in: SignIn, cast: Cast) -> None:
    with sign_in("wu").application.app_context(), transaction() as session:
        session.add(
            Appointment(
                person_id=cast.persons["wang"],
                organisation_id=cast.organisations["neighbour_union"],
                post="邻县兼职委员",
                is_primary=False,
                is_leadership_member=True,
                appointed_on=date(2026, 4, 1),
            )
        )
    for path in ("/reports/completion", f"/reports/persons/{cast.persons['wang']}"):
        page = sign_in("wu").get(path).text
        assert "王学习" in page
        assert "邻县" not in page


def test_before_an_appointment_nobody_is_reported_in_it(sign_in: SignIn) -> None:
    assert "王学习" not in sign_in("wu").get("/reports/completion?as_of=2026-03-09").text
    assert "王学习" in sign_in("wu").get("/reports/completion?as_of=2026-03-10").text


@pytest.mark.usefixtures("context")
def test_a_file_is_an_entry_of_the_audit_log(sign_in: SignIn, cast: Cast) -> None:
    reply = sign_in("wu").get(f"{FILE}?as_of=2026-06-30")
    assert reply.status_code == 200
    assert "%E7%A4%BA%E8%8C%83" in reply.headers["Content-Disposition"]
    entry = reading().scalars(select(AuditEntry).where(AuditEntry.action == "report.exported")).one()
    assert entry.object_id == cast.organisations["county"]
    assert entry.detail == {"as_of": "2026-06-30", "form": "workbook"}


@pytest.mark.parametrize("form", ["page", "pdf", "words", "x" * 300])
def test_an_unknown_form_is_not_found(sign_in: SignIn, form: str) -> None:
    assert sign_in("wu").get(f"/reports/completion/files/{form}").status_code == 404


def workbook(client: FlaskClient, query: str = "") -> openpyxl.Workbook:
    """Open the report's workbook."""
    return openpyxl.load_workbook(io.BytesIO(client.get(FILE + query).data))


@pytest.mark.usefixtures("context")
def test_no_name_becomes_a_formula(sign_in: SignIn, cast: Cast) -> None:
    names = ["=1+1", '+HYPERLINK("x")', "@SUM(1)", "-2", "http://x"]
    with transaction() as session:
        for number, name in enumerate(names):
            person = Person(staff_number=f"={number}", name=name, created_at=LONG_AGO)
            session.add(person)
            session.flush()
            session.add(Appointment(person_id=person.id, organisation_id=cast.organisations["county_women"]))
    book = workbook(sign_in("wu"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert {cell.value for cell in cells} >= set(names)


def test_the_workbook_says_unit_day_and_that_no_record_is_no_failure(sign_in: SignIn) -> None:
    book = workbook(sign_in("wu"), "?as_of=2026-06-30")
    assert len(book.sheetnames) == 11
    for sheet in book:
        notes = " ".join(str(row[0].value) for row in sheet.iter_rows(max_row=3))
        assert "示范县委" in notes
        assert "2026-06-30" in notes


def test_the_same_number_of_queries_for_ten_and_for_five_hundred_persons(
    sign_in: SignIn, cast: Cast, queries: list[str]
) -> None:
    client = sign_in("wu")
    counts = []
    for wanted in (10, 500):
        with client.application.app_context(), transaction() as session:
            people = [
                Person(staff_number=f"N{wanted}-{number}", name=f"某{number}", created_at=LONG_AGO)
                for number in range(wanted)
            ]
            session.add_all(people)
            session.flush()
            session.add_all(
                Appointment(
                    person_id=person.id,
                    organisation_id=cast.organisations["county_union"],
                    is_leadership_member=True,
                    appointed_on=date(2026, 1, 1) + timedelta(days=index % 300),
                )
                for index, person in enumerate(people)
            )
        for path in ("/reports/completion", FILE, f"/reports/persons/{cast.persons['wang']}"):
            queries.clear()
            assert client.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[:3] == counts[3:], counts
    assert max(counts) < 30


def test_a_long_list_is_paged(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("wu")
    with client.application.app_context(), transaction() as session:
        for number in range(120):
            person = Person(staff_number=f"P{number:03}", name=f"某{number:03}", created_at=LONG_AGO)
            session.add(person)
            session.flush()
            session.add(Appointment(person_id=person.id, organisation_id=cast.organisations["town"]))
    first, last = (client.get(f"/reports/completion?page={number}").text for number in (1, 3))
    assert "某000" in first
    assert "某119" not in first
    assert "某119" in last or "赵认真" in last


def test_today_is_shown_without_a_question(sign_in: SignIn) -> None:
    today = clock.day_of(clock.now()).isoformat()
    assert f'value="{today}"' in sign_in("wu").get("/reports/completion").text
