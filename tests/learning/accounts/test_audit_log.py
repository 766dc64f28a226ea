"""The audit log in words, as an auditor reads it."""

import ast
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from learning.accounts import audit
from learning.accounts.audit_words import ACTIONS, OBJECTS, action_words, detail_lines
from learning.accounts.roles import SYSTEM, Actor
from learning.core.db import transaction
from tests.cast import Cast

SignIn = Callable[[str], FlaskClient]
NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
LEARNING = Path(__file__).parents[3] / "learning"


def recorded_names() -> set[str]:
    """Return every text in a service that has the form of an action on an object of the log."""
    prefixes = {name.split(".")[0] for name in ACTIONS}
    found: set[str] = set()
    for path in [*LEARNING.glob("*/services.py"), *LEARNING.glob("*/services/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                prefix, dot, name = node.value.partition(".")
                if dot and prefix in prefixes and re.fullmatch("[a-z_]+", name) and name != "id":
                    found.add(node.value)
    return found


#: Put together where they are recorded: from the object, the state of an attempt, the reason of a refusal.
COMPOSED = {
    "class_run.roll_saved",
    "study_session.roll_saved",
    "attempt.closed",
    "attempt.abandoned",
    "sitting.wrong_code",
    "sitting.wrong_network",
    "sitting.wrong_browser",
}


def test_every_action_that_a_service_records_has_words() -> None:
    assert recorded_names() | COMPOSED == set(ACTIONS)


def test_every_action_has_words_of_its_own(app: Flask) -> None:
    with app.test_request_context():
        words = [action_words(name) for name in ACTIONS]
        assert len(set(words)) == len(ACTIONS)
        assert not [word for word in words if re.search("[a-z]", word)]


def test_details_are_plain_words_and_empty_ones_are_left_out(app: Flask) -> None:
    detail = {"topic": ["旧", "新"], "3": [None, "present"], "note": "", "is_required": True, "count": 0}
    with app.test_request_context():
        assert detail_lines(detail) == [
            ("专题", "旧 → 新"),
            ("人员 3", "– → present"),
            ("必修", "是"),
            ("count", "0"),
        ]


def test_the_log_shows_words_and_no_escapes(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    with app.app_context(), transaction() as session:
        who = Actor(cast.accounts["chen"], "陈讲授")
        audit.record(session, who, NOW, "exam.created", "exam", 7, {"title": "结业考试"})
        audit.record(session, SYSTEM, NOW, "attempt.closed", "attempt", 8)
    text = unescape(sign_in("qian").get("/audit").text)
    assert "新建考试" in text
    assert "考试 7" in text
    assert "结业考试" in text
    assert "服务器" in text


@pytest.mark.parametrize("asked", ["exam.created", "", "x", "exam.", "%00", "exam.created&action=x"])
def test_the_log_can_be_narrowed_to_one_kind_of_act(
    app: Flask, cast: Cast, sign_in: SignIn, asked: str
) -> None:
    with app.app_context(), transaction() as session:
        audit.record(session, SYSTEM, NOW, "exam.created", "exam", 7, {"title": "某次结业考试"})
        audit.record(session, SYSTEM, NOW, "sitting.cancelled", "sitting", 98765)
    text = sign_in("qian").get(f"/audit?action={asked}").text
    assert "某次结业考试" in text
    assert ("98765" in text) is not asked.startswith("exam.created")


def test_a_failed_sign_in_is_recorded_with_the_address_it_came_from(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    client.post(
        "/sign-in",
        data={"name": "nobody", "password": "wrong-words-58"},
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )
    text = sign_in("qian").get("/audit?action=account.sign_in_failed").text
    assert "nobody" in text
    assert "192.0.2.7" in text


#: Acts whose object is of another kind than their name, and objects of acts that are named otherwise.
ACTS_ON_OTHERS = {"role", "answer", "results", "report", "roster", "override", "seat", "seats", "evidence"}
NAMED_OTHERWISE = {"roster_import", "ledger_checkpoint", "certificate_batch"}


def test_every_kind_of_object_has_words() -> None:
    acts = {name.split(".")[0] for name in ACTIONS}
    assert acts - ACTS_ON_OTHERS == set(OBJECTS) - NAMED_OTHERWISE
