"""Every part of the design in a real browser: on a phone, in large type, by keyboard, without script."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, Route, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.contracts.style_guide import style_guide_app

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
ERRORS = (400, 403, 404, 409, 413, 429, 500, 503)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("CI"), reason="needs Chromium: apt install chromium"
    ),
]

#: Elements that stick out of the page; tables may scroll in their own frame.
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter((element) => {
  const box = element.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  return box.width && (box.right > width + 1 || box.left < -1)
    && !element.closest('.table-scroll, .hidden-text, .skip-link');
}).map((element) => element.outerHTML.slice(0, 80))"""

#: Things to press that are smaller than a finger; links inside text are exempt (WCAG 2.5.8).
TOO_SMALL = """() => [...document.querySelectorAll(
  'button, .button, .tool, input, select, textarea, label.choice, label.option, .tabs a, .unit-list a, '
  + '.sheet-grid a, .site-nav a, .breadcrumbs a, .site-footer a'
)].filter((element) => {
  const box = element.getBoundingClientRect();
  return box.width && (box.width < 43.5 || box.height < 43.5)
    && element.type !== 'radio' && element.type !== 'checkbox'; // their label is pressed
}).map((element) => element.outerHTML.slice(0, 80))"""

Opener = Callable[..., Page]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing; the test says what went wrong."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, style_guide_app(), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opened(address: str, browser: Browser) -> Iterator[Opener]:
    """Open a page; in the end nothing may have been written to the console."""
    complaints: list[str] = []
    contexts = []

    def visit(
        path: str = "/style-guide", width: int = 1280, type: str = "normal", script: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=script, locale="zh-CN"
        )
        contexts.append(context)
        context.add_cookies([{"name": "type", "value": type, "url": address}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        response = page.goto(address + path)
        assert response
        assert response.ok
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("type", ["normal", "large"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_every_part_is_whole_accessible_and_large_enough_to_press(
    opened: Opener, width: int, type: str
) -> None:
    page = opened("/style-guide?errors=1", width, type)
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(TOO_SMALL) == []
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_page_is_accessible_and_says_what_to_do(opened: Opener, code: int) -> None:
    page = opened(f"/errors/{code}", 360, "large")
    assert page.evaluate(TOO_WIDE) == []
    expect(page.locator("h1")).not_to_be_empty()
    assert page.locator(".error-page li").count() >= 1
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


def test_a_page_is_whole_at_twice_the_normal_type(opened: Opener) -> None:
    page = opened(width=360)
    page.evaluate("document.documentElement.style.fontSize = '34px'")
    assert page.evaluate(TOO_WIDE) == []


def test_the_menu_of_a_phone_opens_without_script(opened: Opener) -> None:
    page = opened(width=360, script=False)
    courses = page.get_by_role("link", name="我的课程", exact=True).and_(page.locator(".site-nav a"))
    expect(courses).to_have_count(0)
    page.get_by_text("菜单").click()
    expect(courses).to_have_count(1)
    expect(courses).to_be_in_viewport()


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(opened: Opener) -> None:
    page = opened()
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_keyboard_shows_where_it_is(opened: Opener) -> None:
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outline")
    assert "3px" in outline
    assert "solid" in outline


def test_the_errors_of_a_form_come_into_focus_and_lead_to_the_fields(opened: Opener) -> None:
    page = opened("/style-guide?errors=1")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="任职方式").click()
    expect(page.get_by_role("radio", name="专职")).to_be_in_viewport()
    name = page.get_by_role("textbox", name="姓名 （必填）")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description("与任职文件上的写法一致。 请填写姓名。")


def posts_of(page: Page) -> list[str]:
    """Catch the forms that the page sends; it stays where it is, as after a download."""
    posts: list[str] = []

    def catch(route: Route) -> None:
        if route.request.method == "POST":
            posts.append(route.request.url)
        route.fulfill(status=204)

    page.route("**/*", catch)
    return posts


def test_a_grave_step_is_asked_about_and_not_taken_on_no(opened: Opener) -> None:
    page = opened()
    questions: list[str] = []

    def refuse(dialog: Dialog) -> None:
        questions.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    posts = posts_of(page)
    page.get_by_role("button", name="停用账号").click()
    page.wait_for_timeout(200)
    assert questions == ["停用后此人不能登录。确定停用？"]
    assert posts == []


def test_a_form_pressed_twice_is_sent_once_and_again_after_going_back(opened: Opener) -> None:
    page = opened()
    posts = posts_of(page)
    save = page.get_by_role("button", name="保存并返回")
    save.dblclick()
    page.wait_for_timeout(200)
    assert len(posts) == 1
    expect(save).to_have_attribute("aria-disabled", "true")
    page.evaluate("window.dispatchEvent(new Event('pageshow'))")
    expect(save).not_to_have_attribute("aria-disabled", "true")


def test_the_account_menu_closes_by_escape_and_by_a_click_elsewhere(opened: Opener) -> None:
    page = opened()
    sign_out = page.get_by_role("button", name="Sign out").or_(page.get_by_role("button", name="退出登录"))
    menu = page.locator(".account-menu summary")
    menu.click()
    expect(sign_out).to_be_visible()
    page.keyboard.press("Escape")
    expect(sign_out).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    page.locator("h1").click()
    expect(sign_out).to_be_hidden()


def test_the_exam_bar_stays_in_sight(opened: Opener) -> None:
    page = opened(width=360)
    page.locator("#q6").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#q3').scrollIntoView()")
    bar = page.locator(".exam-bar").bounding_box()
    question = page.locator("#q3").bounding_box()
    assert bar
    assert question
    assert bar["y"] == 0
    assert question["y"] >= bar["height"], "the question jumped to lies beneath the bar"


def test_on_paper_only_what_can_be_read_is_left(opened: Opener) -> None:
    page = opened(width=660)  # the width of A4 between its margins
    page.emulate_media(media="print")
    for pattern in (".site-tools", ".site-nav", ".button", ".exam-bar", ".filters", ".answer-sheet"):
        assert not [item for item in page.locator(pattern).all() if item.is_visible()], pattern
    expect(page.locator("table.report")).to_be_visible()
    expect(page.locator("table.stack").first).to_have_css("display", "table")
