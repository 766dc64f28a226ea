"""What all pages share: language, type size, headers, errors."""

import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from learning.accounts.models import Account
from learning.core import clock
from learning.core.db import transaction
from tests.cast import LONG_AGO, Cast


def test_pages_are_chinese_until_english_is_chosen(client: FlaskClient) -> None:
    assert 'lang="zh-CN"' in client.get("/sign-in").text
    reply = client.post("/display", data={"language": "en", "next": "/sign-in"})
    assert reply.location == "/sign-in"
    page = client.get("/sign-in").text
    assert 'lang="en"' in page
    assert "Sign in" in page


def way_back(page: str) -> str:
    """Return where the switch of language leads back to."""
    found = re.search(r'name="next" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def test_a_switch_of_language_stays_on_a_page_that_does_not_exist(client: FlaskClient) -> None:
    assert way_back(client.get("/nowhere?x=1&y=2").text) == "/nowhere?x=1&y=2"


def test_a_switch_of_language_after_a_refused_form_goes_back_to_the_page_with_the_form(
    sign_in: Callable[[str], FlaskClient],
) -> None:
    def refused(referrer: str) -> str:
        reply = sign_in("wang").post("/accounts/1/active", headers={"Referer": referrer})
        assert reply.status_code == 403
        return way_back(reply.text)

    assert refused("http://localhost/account?x=1") == "/account?x=1"
    for foreign in ("http://evil.example/account", "http://localhost.evil.example/x", "nonsense"):
        assert refused(foreign) == ""


def test_messages_of_a_page_are_in_the_language_of_its_request(client: FlaskClient) -> None:
    for language, words in (("zh", "登录"), ("en", "Sign in"), ("zh", "登录"), ("xx", "登录")):
        client.set_cookie("language", language)
        assert words in client.get("/sign-in").text


def test_places_in_a_message_are_escaped_and_a_doubled_percent_sign_is_single(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        page = render_template_string("{{ _('Error %(code)s', code='<b>') }} {{ _('100 %% sure') }}")
    assert page == "Error &lt;b&gt; 100 % sure"


def test_large_type_is_a_switch(client: FlaskClient) -> None:
    client.post("/display", data={"type": "large", "next": "/sign-in"})
    assert 'class="large"' in client.get("/sign-in").text


def test_every_reply_carries_a_strict_policy_and_the_id_of_its_request(client: FlaskClient) -> None:
    for path in ("/sign-in", "/nowhere", "/"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert len(headers["X-Request-ID"]) == 16
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_there_says_so_in_chinese(client: FlaskClient) -> None:
    reply = client.get("/nowhere")
    assert reply.status_code == 404
    assert 'lang="zh-CN"' in reply.text


def test_an_unexpected_error_shows_no_trace(fresh_app: Flask) -> None:
    def broken() -> str:
        raise RuntimeError("secret detail")

    broken.access = fresh_app.view_functions["home.help"].access  # type: ignore[attr-defined]
    fresh_app.add_url_rule("/broken", "broken", broken)
    reply = fresh_app.test_client().get("/broken")
    assert reply.status_code == 500
    assert "secret detail" not in reply.text
    assert "Traceback" not in reply.text


def test_with_the_database_away_the_reply_is_503_and_never_200(
    app: Flask, sign_in: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in("wang")

    def away(*_arguments: object, **_options: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(app.extensions["database"].engine, "connect", away)
    reply = browser.get("/")
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "5"
    assert browser.get("/", headers={"Accept": "application/json"}).is_json


def test_whoever_comes_second_with_what_may_be_there_once_is_told_so(fresh_app: Flask, cast: Cast) -> None:
    def add(sign_in_name: str, person_id: int | None) -> str:
        with transaction() as session:
            account = Account(
                sign_in_name=sign_in_name,
                display_name="",
                password_hash="",
                person_id=person_id,
                created_at=LONG_AGO,
            )
            session.add(account)
        return "added"

    views = {
        "new": lambda: add("new", None),
        "taken": lambda: add("wang", None),
        "nobody": lambda: add("other", 2**40),
    }
    for name, view in views.items():
        view.access = fresh_app.view_functions["home.help"].access  # type: ignore[attr-defined]
        fresh_app.add_url_rule(f"/{name}", name, view)
    client = fresh_app.test_client()
    assert client.get("/new").text == "added"
    assert client.get("/taken").status_code == 409
    assert "内容已被更改" in client.get("/taken").text
    # Another broken constraint is a fault of the site and nobody's rival.
    assert client.get("/nobody").status_code == 503
    assert client.get("/help").status_code == 200


@pytest.mark.sqlite_only
def test_a_database_file_that_vanished_is_503(app: Flask, sign_in: Callable[[str], FlaskClient]) -> None:
    path = Path(str(make_url(app.config["DATABASE_URL"]).database))
    browser = sign_in("wang")
    app.extensions["database"].engine.dispose()
    for file in path.parent.glob(path.name + "*"):
        file.unlink()
    path.mkdir()
    assert browser.get("/").status_code == 503
    shutil.rmtree(path)


def test_the_moment_of_a_request_is_read_once(app: Flask) -> None:
    with app.test_request_context():
        assert clock.now() is clock.now()
