"""The evidence linter on the server's command line and on the page of a draft."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from learning.accounts.roles import SYSTEM
from learning.materials import services as materials
from learning.questions import services
from learning.questions.services import Saved
from tests.cast import LONG_AGO, Cast
from tests.learning.questions.making import item

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
ORIGINAL = Path(__file__).resolve().parents[4] / "shared" / "opinion.txt"
HEADING = "The clauses cited may not support this."

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def original() -> Path:
    """The file of the original, which is not part of the repository."""
    if not ORIGINAL.exists():
        reason = "the original does not lie in ../shared/opinion.txt"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return ORIGINAL


@pytest.fixture
def loaded(app: Flask, original: Path) -> None:
    """The original, loaded into the database."""
    with app.app_context():
        materials.import_document(SYSTEM, "opinion-2015", original.name, original.read_bytes(), LONG_AGO)


@pytest.fixture
def page_of(app: Flask, cast: Cast, sign_in: SignIn) -> Callable[..., str]:
    """Save a draft with these changes and return its page, in English."""

    def shown(**changes: Any) -> str:
        with app.app_context():
            saved = services.save_draft(SYSTEM, cast.organisations["school"], None, item(**changes), NOW)
        assert isinstance(saved, Saved)
        client = sign_in("chen")
        client.set_cookie("language", "en")
        return client.get(f"/questions/{saved.question_id}").get_data(as_text=True)

    return shown


SOUND = {"explanation": "原文点名的有“社会主义学院”（§3¶7s2）。"}
UNSOUND = {"explanation": "原文点名的有“职业中学”（§3¶7s2）。"}


@pytest.mark.usefixtures("loaded")
def test_the_page_of_a_draft_names_what_the_clause_does_not_support(page_of: Callable[..., str]) -> None:
    assert HEADING in page_of(**UNSOUND)
    assert HEADING not in page_of(**SOUND)


def test_without_the_original_the_page_says_nothing_of_it(page_of: Callable[..., str]) -> None:
    assert HEADING not in page_of(**UNSOUND)


@pytest.mark.usefixtures("loaded")
def test_the_command_reads_the_loaded_original(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["questions", "lint"])
    assert result.output.endswith(" items, 0 findings\n")
    assert result.exit_code == 0


def test_the_command_without_the_original_says_what_it_lacks(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["questions", "lint"])
    assert result.exit_code == 1
    assert "--document" in result.output


def test_another_document_gives_findings_and_status_one(app: Flask, original: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.txt"
    changed.write_text(original.read_text(encoding="utf-8").replace("应该开设", "可以开设"), encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["questions", "lint", "--document", str(changed)])
    assert result.exit_code == 1
    assert "op15-03-p27 [quotation]" in result.output
