"""The exam page in a real browser: nothing typed is shown as saved that is not, nothing saved is missing."""

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright
from werkzeug.serving import make_server

from learning.exams.kinds import AttemptState
from learning.exams.services import handing_in
from tests.cast import Cast
from tests.learning.exams import stories

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]
SAVED, OFFLINE = '[data-state="saved"]', '[data-state="offline"]'


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address at which the application is served while the test runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def attempt_id(app: Flask, cast: Cast) -> int:
    """An attempt of Wang with four questions of each kind of answer field."""
    blueprint = {
        "cells": [
            {"types": ["single_choice"], "count": 2, "marks": "2"},
            {"types": ["multiple_choice"], "count": 1, "marks": "2"},
            {"types": ["short_answer"], "count": 1, "marks": "4"},
        ]
    }
    with app.app_context():
        return stories.start(cast, stories.sitting(cast, blueprint))


@pytest.fixture
def open_browser(
    chromium: Browser, app: Flask, site: str, sign_in: Callable[[str], FlaskClient]
) -> Iterator[Callable[[str], BrowserContext]]:
    """Return a browser of its own that is signed in as Wang, with the given mark."""
    contexts: list[BrowserContext] = []

    def open_(mark: str = "browser-of-wang") -> BrowserContext:
        client = sign_in("wang")
        with client.session_transaction() as session:
            session["browser"] = mark
        cookie = client.get_cookie("session")
        assert cookie
        context = chromium.new_context()
        context.add_cookies([{"name": "session", "value": cookie.value, "url": site}])
        contexts.append(context)
        return context

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_browser: Callable[..., BrowserContext], site: str, attempt_id: int) -> Page:
    """The exam page of Wang."""
    page = open_browser().new_page()
    page.goto(f"{site}/attempts/{attempt_id}")
    return page


def state(page: Page, number: int) -> str:
    """Return a selector of the state shown at a question."""
    return f"#question-{number} .question-state"


def choose(page: Page, number: int, choice: int) -> None:
    """Choose at a question."""
    page.locator(f"#question-{number} .choice").nth(choice).click()


def responses(app: Flask, attempt_id: int) -> list[tuple[int, object]]:
    """Return what the journal holds."""
    with app.app_context():
        return [(each.slot_number, each.response["value"]) for each in stories.journal(attempt_id)]


def test_every_change_is_saved_and_shown_as_saved(app: Flask, page: Page, attempt_id: int) -> None:
    choose(page, 1, 0)
    expect(page.locator(state(page, 1) + SAVED)).to_be_visible()
    page.fill("#question-4 textarea", "我的作答")
    expect(page.locator(state(page, 4) + SAVED)).to_be_visible()
    expect(page.locator('[data-sheet="4"][data-state="answered"]')).to_be_visible()
    saved = responses(app, attempt_id)
    assert saved[0][0] == 1
    assert saved[-1] == (4, "我的作答")


def test_without_a_connection_answers_wait_survive_a_reload_and_go_out_later(
    app: Flask, page: Page, attempt_id: int
) -> None:
    page.route("**/answers", lambda route: route.abort())
    choose(page, 1, 1)
    expect(page.locator(state(page, 1) + OFFLINE)).to_be_visible()
    page.fill("#question-4 textarea", "断网时写的")
    assert responses(app, attempt_id) == []
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/answers")
    page.reload()
    expect(page.locator("#question-4 textarea")).to_have_value("断网时写的")
    expect(page.locator(state(page, 4) + SAVED)).to_be_visible()
    assert {slot for slot, _ in responses(app, attempt_id)} == {1, 4}


def test_a_lost_reply_is_repeated_and_journalled_once(app: Flask, page: Page, attempt_id: int) -> None:
    lost: list[bool] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(True)
            route.fetch()
            route.abort()

    page.wait_for_load_state("networkidle")
    page.route("**/answers", lose_the_first)
    choose(page, 2, 0)
    expect(page.locator(state(page, 2) + SAVED)).to_be_visible(timeout=10_000)
    assert lost
    assert len(responses(app, attempt_id)) == 1


def test_an_error_of_the_server_is_never_shown_as_saved(page: Page, attempt_id: int) -> None:
    page.route("**/answers", lambda route: route.fulfill(status=503, json={"error": "away"}))
    choose(page, 1, 0)
    expect(page.locator(state(page, 1) + OFFLINE)).to_be_visible()
    assert page.locator(state(page, 1) + SAVED).count() == 0


def test_handing_in_waits_until_everything_is_saved(app: Flask, page: Page, attempt_id: int) -> None:
    page.route("**/answers", lambda route: route.abort())
    choose(page, 1, 0)
    page.locator("button[name=hand_in]").first.click()
    page.wait_for_timeout(500)
    assert page.url.endswith(f"/attempts/{attempt_id}")
    page.unroute("**/answers")
    page.wait_for_url("**/confirm?seq=1", timeout=15_000)
    page.locator("main .button-primary").click()
    page.wait_for_url("**/result")
    with app.app_context():
        assert stories.attempt(attempt_id).state == AttemptState.SUBMITTED


def test_a_page_that_was_taken_over_becomes_read_only_and_keeps_its_text_in_sight(
    app: Flask, page: Page, open_browser: Callable[..., BrowserContext], site: str, attempt_id: int
) -> None:
    other = open_browser("phone").new_page()
    other.goto(f"{site}/attempts/{attempt_id}")
    other.locator("main .button-primary").click()
    other.wait_for_selector("#exam")
    page.fill("#question-4 textarea", "旧页面上的文字")
    expect(page.locator("#exam-message .alert")).to_be_in_viewport()
    expect(page.locator("#exam-message a")).to_have_attribute("href", f"/attempts/{attempt_id}")
    expect(page.locator("#question-4 textarea")).to_have_value("旧页面上的文字")
    assert page.locator("#question-4 textarea").get_attribute("readonly") is not None
    assert page.locator(state(page, 4) + SAVED).count() == 0
    choose(other, 1, 0)
    expect(other.locator(state(other, 1) + SAVED)).to_be_visible()
    assert [slot for slot, _ in responses(app, attempt_id)] == [1]


def test_an_older_unsent_answer_never_overwrites_a_newer_saved_one(
    app: Flask, page: Page, open_browser: Callable[..., BrowserContext], site: str, attempt_id: int
) -> None:
    page.wait_for_load_state("networkidle")
    page.route("**/answers", lambda route: route.abort())
    page.fill("#question-4 textarea", "旧的")
    expect(page.locator(state(page, 4) + OFFLINE)).to_be_visible()
    other = open_browser("phone").new_page()
    other.goto(f"{site}/attempts/{attempt_id}")
    other.locator("main .button-primary").click()
    other.fill("#question-4 textarea", "新的")
    expect(other.locator(state(other, 4) + SAVED)).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/answers")
    page.goto(f"{site}/attempts/{attempt_id}")
    page.locator("main .button-primary").click()
    expect(page.locator("#question-4 textarea")).to_have_value("新的")
    expect(page.locator("#question-4")).to_contain_text("旧的")
    assert responses(app, attempt_id)[-1] == (4, "新的")


@pytest.mark.parametrize("days", [-1, 1])
def test_a_client_clock_wrong_by_a_day_changes_neither_countdown_nor_saving(
    page: Page, site: str, attempt_id: int, days: int
) -> None:
    page.add_init_script(f"const now = Date.now; Date.now = () => now() + {days * 86_400_000};")
    page.reload()
    assert page.inner_text("#exam-time").startswith("00:59")
    choose(page, 1, 0)
    expect(page.locator(state(page, 1) + SAVED)).to_be_visible()


def test_saving_goes_on_after_the_session_has_ended(page: Page, attempt_id: int) -> None:
    page.context.clear_cookies()
    choose(page, 1, 0)
    expect(page.locator(state(page, 1) + SAVED)).to_be_visible()


def test_when_time_is_over_the_page_sends_what_is_left_and_goes_to_the_result(
    app: Flask, cast: Cast, open_browser: Callable[..., BrowserContext], site: str
) -> None:
    with app.app_context():
        story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
        begun = stories.now() - timedelta(minutes=59, seconds=54)
        attempt_id = stories.start(cast, story, at=begun)
    page = open_browser().new_page()
    page.goto(f"{site}/attempts/{attempt_id}")
    page.route("**/answers", lambda route: route.abort())
    page.fill("#question-2 textarea", "最后一刻")
    expect(page.locator("#exam-time")).to_have_text("00:00:00", timeout=15_000)
    page.unroute("**/answers")
    page.wait_for_url("**/result", timeout=20_000)
    assert responses(app, attempt_id) == [(2, "最后一刻")]
    expect(page.locator("main .status").first).to_be_visible(timeout=15_000)
    with app.app_context():
        assert stories.attempt(attempt_id).state == AttemptState.CLOSED


def test_what_comes_too_late_stays_in_sight_and_the_way_leads_to_the_result(
    app: Flask, page: Page, attempt_id: int
) -> None:
    page.wait_for_load_state("networkidle")
    with app.app_context():
        handing_in.submit(stories.LEARNER, attempt_id, "browser-of-wang", 0, stories.now())
    page.fill("#question-4 textarea", "交卷之后")
    expect(page.locator("#exam-message .alert")).to_be_in_viewport()
    expect(page.locator("#exam-message a")).to_have_attribute("href", f"/attempts/{attempt_id}/result")
    expect(page.locator("#question-4 textarea")).to_have_value("交卷之后")


def test_without_javascript_the_exam_is_sat_with_a_plain_form(
    chromium: Browser, app: Flask, site: str, sign_in: Callable[[str], FlaskClient], attempt_id: int
) -> None:
    cookie = sign_in("wang").get_cookie("session")
    assert cookie
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "session", "value": cookie.value, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/attempts/{attempt_id}")
    choose(page, 1, 0)
    page.fill("#question-4 textarea", "没有脚本")
    page.locator("button[name=save]").first.click()
    assert page.locator(state(page, 4) + SAVED).count() == 1
    page.locator("button[name=hand_in]").first.click()
    page.locator("main .button-primary").click()
    context.close()
    assert responses(app, attempt_id)[-1] == (4, "没有脚本")
    with app.app_context():
        assert stories.attempt(attempt_id).state == AttemptState.SUBMITTED
