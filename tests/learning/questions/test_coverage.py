"""Which clauses are taught and asked about, on the server's command line and on the instructors' page."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from courses.clauses import ClauseRef
from courses.packages import read_folder
from courses.seal import Seal
from learning.accounts.roles import SYSTEM
from learning.config import ROOT
from learning.materials.queries import Teaching
from learning.questions import services
from learning.questions.coverage import coverage
from learning.questions.rules import Count
from question_bank.bank import read_bank
from question_bank.items import Item
from tests.stock import SMALL_BANK

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)

SignIn = Callable[[str], FlaskClient]


def paragraphs_of(item: Item) -> set[ClauseRef]:
    return {ClauseRef.parse(clause).paragraph_ref for clause in item.clauses}


def counts_of(bank: Iterable[Item]) -> list[Count]:
    return [
        Count(ref.section, ref.paragraph, item.type, item.difficulty, 1)
        for item in bank
        if item.use == "exam"
        for ref in paragraphs_of(item)
    ]


@pytest.fixture(scope="module")
def built_in() -> tuple[Seal, list[Teaching]]:
    """The seal of the built-in course and what its units teach."""
    course = read_folder(ROOT / "courses" / "content" / "opinion-2015").course
    assert course is not None
    assert course.seal is not None
    return course.seal, [
        Teaching(str(ref), module.number, module.slug, module.title, unit.key, unit.title)
        for module in course.modules
        for unit in module.units
        for ref in unit.clauses
    ]


def test_the_built_in_course_and_bank_leave_no_paragraph_red(built_in: tuple[Seal, list[Teaching]]) -> None:
    seal, taught = built_in
    rows = coverage(seal.paragraphs, taught, counts_of(read_bank().items))
    assert len(rows) == 49
    assert [str(row.clause) for row in rows if row.is_red] == []


def test_without_the_questions_on_it_exactly_that_paragraph_is_red(
    built_in: tuple[Seal, list[Teaching]],
) -> None:
    seal, taught = built_in
    bank = read_bank().items
    for ref in seal.paragraphs:
        left = [item for item in bank if ref not in paragraphs_of(item)]
        rows = coverage(seal.paragraphs, taught, counts_of(left))
        assert [row.clause for row in rows if row.is_red] == [ref]


def test_without_its_units_exactly_that_paragraph_is_red(built_in: tuple[Seal, list[Teaching]]) -> None:
    seal, taught = built_in
    ref = ClauseRef(3, 7)
    left = [each for each in taught if ClauseRef.parse(each.ref).paragraph_ref != ref]
    rows = coverage(seal.paragraphs, left, counts_of(read_bank().items))
    assert [row.clause for row in rows if row.is_red] == [ref]


def test_a_unit_that_teaches_two_sentences_of_a_paragraph_is_named_once() -> None:
    taught = [Teaching(ref, 3, "m", "M", "u", "U") for ref in ("3.7s1", "3.7s2")]
    [row] = coverage([ClauseRef(3, 7)], taught, [])
    assert [each.unit_key for each in row.units] == ["u"]
    assert row.is_red


def load_without(folder: Path, dropped: Iterable[Item]) -> None:
    """Load the small bank without some of its items."""
    codes = {item.code for item in dropped}
    folder.mkdir()
    for path in SMALL_BANK.glob("*.toml"):
        chunks = re.split(r"(?m)^(?=\[\[item\]\])", path.read_text(encoding="utf-8"))
        kept = [chunk for chunk in chunks if not any(f'code = "{code}"' in chunk for code in codes)]
        (folder / path.name).write_text("".join(kept), encoding="utf-8")
    assert services.load_builtin(SYSTEM, NOW, folder).problems == ()


def red_of(app: Flask) -> tuple[set[str], int]:
    """Return the paragraphs that the command calls red, and its exit status."""
    result = app.test_cli_runner().invoke(args=["questions", "coverage"])
    lines = [line.split("\t") for line in result.output.splitlines()]
    assert len([line for line in lines if line[0] in {"RED", "ok"}]) == 49
    return {line[1] for line in lines if line[0] == "RED"}, result.exit_code


def test_retiring_the_last_question_of_a_paragraph_turns_exactly_it_red(app: Flask, tmp_path: Path) -> None:
    asking = [
        item
        for item in read_bank(SMALL_BANK).items
        if item.use == "exam" and ClauseRef(11, 2) in paragraphs_of(item)
    ]
    before, status = red_of(app)
    assert status == 1
    assert "11.2" not in before
    with app.app_context():
        load_without(tmp_path / "one", asking[1:])
    assert red_of(app)[0] == before
    with app.app_context():
        load_without(tmp_path / "none", asking)
    assert red_of(app)[0] == before | {"11.2"}


def test_the_page_shows_every_paragraph_with_units_questions_and_requirements(sign_in: SignIn) -> None:
    client = sign_in("chen")
    client.set_cookie("language", "en")
    page = client.get("/reports/coverage").get_data(as_text=True)
    assert page.count('<th scope="row">') == 49
    row = page[page.index("§3¶7</span>", page.index("<tbody")) :].split("</tr>")[0]
    assert "T1, T2, T3" in row
    assert "/organisation-leadership/" in row
    assert "Not covered" not in row
    assert page.count("Not covered") == 46


def test_only_instructors_see_the_page(sign_in: SignIn, client: FlaskClient) -> None:
    assert sign_in("wang").get("/reports/coverage").status_code == 403
    assert client.get("/reports/coverage").status_code == 302


def test_the_page_takes_the_same_queries_however_many_questions(
    sign_in: SignIn, app: Flask, tmp_path: Path, queries: list[str]
) -> None:
    client = sign_in("chen")
    client.get("/reports/coverage")
    few = len(queries)
    with app.app_context():
        services.load_builtin(SYSTEM, NOW)
    queries.clear()
    client.get("/reports/coverage")
    assert len(queries) == few
