"""Receipt codes: short, easy to copy, and worth nothing for anything but what was handed in."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from learning.exams import receipts
from learning.exams.receipts import HandedIn
from learning.exams.services import closing
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.stories import entry, send

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]
CODE = re.compile("[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2,}")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
HANDED_IN = HandedIn(7, NOON, 2, [(1, 1, "A"), (2, 2, ["B", "C"])])


def hand_in(client: FlaskClient, cast: Cast, name: str = "wang") -> tuple[int, str]:
    """Answer a question, hand in, and return the attempt with its receipt."""
    attempt_id = stories.start(cast, stories.sitting(cast), name)
    token = stories.pass_of(attempt_id)
    assert send(client, attempt_id, token, [entry("k1", 1, "A")]).status_code == 200
    reply = client.post(f"/attempts/{attempt_id}/hand-in", json={"token": token, "seq": 1})
    assert reply.json is not None
    assert reply.status_code == 200
    return attempt_id, reply.json["receipt"]


def test_a_code_is_short_and_has_no_letters_that_are_taken_for_others() -> None:
    code = receipts.code_of(HANDED_IN)
    assert CODE.fullmatch(code)
    assert len(code) == 14
    assert receipts.attempt_id_in(code) == 7


@pytest.mark.parametrize(
    "changed",
    [
        {"ended_at": NOON + timedelta(seconds=1)},
        {"entries": 3},
        {"answers": [(1, 1, "B"), (2, 2, ["B", "C"])]},
        {"answers": [(1, 1, "A")]},
        {"attempt_id": 8},
    ],
)
def test_any_change_of_what_was_handed_in_makes_another_code(changed: dict[str, object]) -> None:
    code = receipts.code_of(HANDED_IN)
    other = replace(HANDED_IN, **changed)  # type: ignore[arg-type]
    assert receipts.is_right(code, HANDED_IN)
    assert not receipts.is_right(code, other)
    in_another_order = replace(HANDED_IN, answers=list(reversed(list(HANDED_IN.answers))))
    assert receipts.is_right(code, in_another_order)


def test_a_code_is_read_as_people_write_it() -> None:
    code = receipts.code_of(replace(HANDED_IN, attempt_id=33))
    written = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    assert receipts.attempt_id_in(written) == 33
    assert receipts.is_right(written, replace(HANDED_IN, attempt_id=33))


@pytest.mark.parametrize("code", ["", "0", "ü", "0000-0000-0000", "A" * 30, "-", "U" * 12, "Z" * 24, "\0"])
def test_what_is_no_code_names_no_attempt(code: str) -> None:
    assert receipts.attempt_id_in(code) is None


def test_handing_in_twice_gives_the_same_receipt(cast: Cast, client: FlaskClient) -> None:
    attempt_id, code = hand_in(client, cast)
    body = {"token": stories.pass_of(attempt_id), "seq": 1}
    again = client.post(f"/attempts/{attempt_id}/hand-in", json=body)
    assert again.json is not None
    assert again.json["receipt"] == code
    assert again.json["result_page"] == f"/attempts/{attempt_id}/result"


def test_a_gap_is_refused_with_what_the_server_knows(cast: Cast, client: FlaskClient) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast))
    token = stories.pass_of(attempt_id)
    send(client, attempt_id, token, [entry("k1", 1, "A")])
    for seq in (0, 2, None, "1", True):
        reply = client.post(f"/attempts/{attempt_id}/hand-in", json={"token": token, "seq": seq})
        assert reply.status_code == 409
        assert reply.json is not None
        assert (reply.json["refused"], reply.json["seq"]) == ("gap", 1)
    assert stories.attempt(attempt_id).ended_at is None


def test_learners_check_their_own_codes_and_instructors_those_of_their_school(
    cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    attempt_id, code = hand_in(client, cast)
    for name, sees in [("wang", True), ("chen", True), ("li", False)]:
        page = sign_in(name).get("/receipts", query_string={"code": code.lower()}).text
        assert ("alert-success" in page) is sees, name
        assert ("alert-error" in page) is not sees
        assert ("结业考试" in page) is sees
    assert code in sign_in("wang").get(f"/attempts/{attempt_id}/result").text


def test_a_code_that_is_almost_right_is_not_known(cast: Cast, client: FlaskClient, sign_in: SignIn) -> None:
    _, code = hand_in(client, cast)
    last = "0" if code[-1] != "0" else "1"
    page = sign_in("wang").get("/receipts", query_string={"code": code[:-1] + last}).text
    assert "alert-error" in page
    assert "结业考试" not in page


@pytest.mark.parametrize("code", ["", "x", "0000-0000-0000", "\0", "Z" * 500])
def test_odd_codes_never_make_an_error(sign_in: SignIn, code: str) -> None:
    assert sign_in("wang").get("/receipts", query_string={"code": code}).status_code == 200


def test_what_the_server_closed_has_no_receipt(cast: Cast, client: FlaskClient) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast))
    token = stories.pass_of(attempt_id)
    closing.close_overdue(stories.now() + timedelta(hours=2))
    reply = client.post(f"/attempts/{attempt_id}/hand-in", json={"token": token, "seq": 0})
    assert reply.status_code == 409
