"""Taking in the original: only the original itself."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from learning.accounts.roles import SYSTEM
from learning.core.db import reading, transaction
from learning.materials import queries, services
from tests.cast import LONG_AGO

ORIGINAL = Path(__file__).resolve().parents[4] / "shared" / "opinion.txt"
SCHOOLS = "/courses/opinion-2015/organisation-leadership/school-courses"

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def original() -> bytes:
    """The bytes of the original, which is not part of the repository."""
    if not ORIGINAL.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{ORIGINAL} is missing")
        pytest.skip("the original is not beside the checkout: put it at ../shared/opinion.txt")
    return ORIGINAL.read_bytes()


def upload(client: FlaskClient, data: bytes, name: str = "opinion.txt") -> object:
    return client.post("/documents", data={"file": (io.BytesIO(data), name)}, follow_redirects=True)


def test_the_original_is_taken_in_once(context: None, original: bytes) -> None:
    first = services.import_document(SYSTEM, "opinion-2015", "opinion.txt", original, LONG_AGO)
    assert (first.sections, first.paragraphs, first.characters) == (11, 49, 8601)
    assert first.is_new
    assert not first.findings
    second = services.import_document(SYSTEM, "opinion-2015", "again.txt", original, LONG_AGO)
    assert not second.is_new
    assert not second.findings
    [row] = queries.documents(reading())
    assert (row.sections, row.paragraphs, row.characters, row.source_name) == (11, 49, 8601, "opinion.txt")


def test_a_document_with_a_changed_character_is_not_taken_in_and_the_clause_is_named(
    context: None, original: bytes
) -> None:
    damaged = original.decode().replace("应该开设", "可以开设", 1).encode()
    outcome = services.import_document(SYSTEM, "opinion-2015", "opinion.txt", damaged, LONG_AGO)
    assert "§3¶7" in str(outcome.findings[0])
    assert len(outcome.findings) == 1
    assert queries.documents(reading()) == []


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff" * 1000, b"one line", b"\xd0\xcf\x11\xe0" * 100, b"x" * 2_100_000]
)
def test_what_is_no_document_is_refused_with_a_reason(context: None, data: bytes) -> None:
    outcome = services.import_document(SYSTEM, "opinion-2015", "file.txt", data, LONG_AGO)
    assert outcome.findings
    assert queries.documents(reading()) == []


@pytest.mark.parametrize("statement", ["UPDATE clause SET text = 'x'", "DELETE FROM document"])
def test_the_database_refuses_to_change_a_loaded_original(
    context: None, original: bytes, statement: str
) -> None:
    services.import_document(SYSTEM, "opinion-2015", "opinion.txt", original, LONG_AGO)
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(text(statement))


def test_beside_a_unit_stands_its_original_wording_with_the_sentence_marked(
    sign_in: SignIn, app: Flask, original: bytes
) -> None:
    # Seen before it is loaded, the page must not be remembered without it.
    assert 'id="clause-3.7s2"' not in sign_in("wang").get(SCHOOLS).text
    upload(sign_in("sun"), original)
    page = sign_in("wang").get(SCHOOLS).text
    assert 'id="clause-3.7s2"><mark>' in page
    assert 'href="#clause-3.7s2"' in page
    assert 'href="/clauses/opinion-2015/11.1s5"' in page
    clause = sign_in("wang").get("/clauses/opinion-2015/11.1s5").text
    assert 'id="clause-11.1s5"><mark>' in clause
    assert "新成员培训" in clause
    assert sign_in("wang").get("/clauses/opinion-2015/3.7s4").status_code == 200
    assert sign_in("wang").get("/clauses/opinion-2015/3.7s99").status_code == 404


def test_a_learner_finds_the_way_back_from_a_clause_to_the_course(sign_in: SignIn) -> None:
    assert 'href="/courses/opinion-2015"' in sign_in("wang").get("/clauses/opinion-2015/3H").text
    assert 'href="/courses/opinion-2015"' not in sign_in("qian").get("/clauses/opinion-2015/3H").text


def test_the_page_of_a_section_lists_its_units(sign_in: SignIn) -> None:
    page = sign_in("wang").get("/clauses/opinion-2015/3H").text
    assert "院校开课" in page
    assert "中心组学习" in page


def test_uploading_names_the_damage_and_loads_nothing(sign_in: SignIn, original: bytes) -> None:
    damaged = original.decode().replace("应该开设", "可以开设", 1).encode()
    reply = sign_in("sun").post("/documents", data={"file": (io.BytesIO(damaged), "C:\\a\\opinion.txt")})
    assert reply.status_code == 422
    assert "opinion.txt" in reply.text
    assert "§3¶7" in reply.text


def test_uploading_nothing_asks_for_a_file(sign_in: SignIn) -> None:
    assert sign_in("sun").post("/documents", data={}).status_code == 422
    assert sign_in("sun").post("/documents", data={"file": "text"}).status_code == 422


@pytest.mark.parametrize("name", ["wang", "chen", "zheng", "wu", "qian"])
def test_only_the_system_administrator_loads_originals(sign_in: SignIn, name: str) -> None:
    assert sign_in(name).get("/documents").status_code == 403
    assert sign_in(name).post("/documents").status_code == 403


def test_the_command_prints_the_counts(app: Flask, original: bytes) -> None:
    result = app.test_cli_runner().invoke(args=["documents", "import", str(ORIGINAL)])
    assert result.exit_code == 0, result.output
    for expected in ("11", "49", "8,601"):
        assert expected in result.output


def test_the_command_names_the_damage_and_fails(app: Flask, original: bytes, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.txt"
    damaged.write_bytes(original.decode().replace("应该开设", "可以开设", 1).encode())
    result = app.test_cli_runner().invoke(args=["documents", "import", str(damaged)])
    assert result.exit_code == 1
    assert "§3¶7" in result.stderr
