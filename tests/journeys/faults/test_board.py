"""The board in a browser: it renews itself, calmly, and says when it cannot."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from learning.core.db import transaction
from learning.exams.models import Attempt
from tests.journeys.faults.conftest import Hall
from tests.learning.exams import stories

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
HIDE = """(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def running(hall: Hall) -> tuple[int, int]:
    """A sitting at which one person answers: sitting and attempt."""
    with hall.app.app_context():
        story = stories.sitting(hall.cast)
        return story.sitting_id, stories.start(hall.cast, story)


@pytest.fixture
def board_of(browser: Browser, hall: Hall) -> Iterator[Open]:
    """Open the board of a sitting as its instructor, with a clock that the test moves on."""
    contexts = []

    def open_board(sitting_id: int, width: int = 1280, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=hall.site.url,
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        context.add_cookies([{"name": "session", "value": hall.cookie("chen"), "url": hall.site.url}])
        page = context.new_page()
        if javascript:
            page.clock.install()
        page.goto(f"/sittings/{sitting_id}/board")
        return page

    yield open_board
    for context in contexts:
        context.close()


def row(page: Page, name: str = "王学习") -> str:
    """Return what the board says of somebody."""
    return page.locator("tr", has_text=name).inner_text()


def asked(page: Page) -> list[str]:
    """Return the renewals that the page asks for from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if "/board/live" in request.url else None)
    return found


def go_on(page: Page, seconds: int) -> None:
    """Let time pass in the page; replies come in real time between the seconds."""
    for _ in range(seconds):
        page.clock.run_for(1000)
        page.wait_for_timeout(60)


def test_the_board_renews_itself_and_keeps_what_was_selected(
    hall: Hall, running: tuple[int, int], board_of: Open
) -> None:
    sitting_id, attempt_id = running
    page = board_of(sitting_id)
    assert "作答中" in row(page)
    box = page.locator("tr", has_text="王学习").locator("input[name=person]")
    box.check()
    box.focus()
    name = box.get_attribute("id")
    with hall.app.app_context(), transaction() as session:
        seen_at = stories.now() - timedelta(minutes=5)
        session.execute(
            update(Attempt).where(Attempt.id == attempt_id).values(last_seen_at=seen_at, focus_losses=4)
        )
    go_on(page, 7)
    expect(page.locator("tr", has_text="王学习")).to_contain_text("起离线")
    assert page.locator("tr", has_text="王学习").locator("input[name=person]").is_checked()
    assert page.evaluate("document.activeElement.id") == name


def test_the_board_asks_at_most_once_in_five_seconds_and_never_while_hidden(
    running: tuple[int, int], board_of: Open
) -> None:
    page = board_of(running[0])
    found = asked(page)
    go_on(page, 31)
    assert 4 <= len(found) <= 6
    page.evaluate(HIDE, "hidden")
    go_on(page, 1)
    found.clear()
    go_on(page, 30)
    assert found == []
    page.evaluate(HIDE, "visible")
    go_on(page, 2)
    assert len(found) == 1


def test_the_time_left_is_counted_between_two_renewals(running: tuple[int, int], board_of: Open) -> None:
    page = board_of(running[0])
    cell = page.locator("[data-seconds]").first
    before = cell.inner_text()
    go_on(page, 3)
    assert cell.inner_text() != before


def test_a_lost_connection_is_told_and_asked_for_less_and_less(
    running: tuple[int, int], board_of: Open
) -> None:
    page = board_of(running[0])
    page.context.set_offline(True)
    found = asked(page)
    go_on(page, 60)
    notice = page.locator("#board-notice")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("连接中断")
    assert 2 <= len(found) <= 4
    assert "作答中" in row(page)
    page.context.set_offline(False)
    go_on(page, 60)
    expect(notice).to_be_hidden()


def test_who_is_signed_out_is_told_where_to_sign_in(running: tuple[int, int], board_of: Open) -> None:
    page = board_of(running[0])
    page.context.clear_cookies()
    go_on(page, 7)
    notice = page.locator("#board-notice")
    expect(notice).to_contain_text("登录已失效")
    assert "sign-in" in (notice.get_by_role("link").get_attribute("href") or "")
    assert "作答中" in row(page)


def test_all_on_the_page_are_selected_at_once(running: tuple[int, int], board_of: Open) -> None:
    page = board_of(running[0])
    page.get_by_label("选择本页全部人员").check()
    assert page.locator("input[name=person]:checked").count() == 3
    page.get_by_role("button", name="锁定").click()
    expect(page.get_by_text("所选人员（3 人）")).to_be_visible()


def test_an_extension_goes_without_scripts(hall: Hall, running: tuple[int, int], board_of: Open) -> None:
    page = board_of(running[0], javascript=False)
    page.locator("tr", has_text="王学习").locator("input[name=person]").check()
    page.get_by_role("button", name="延时").click()
    page.get_by_label("分钟").fill("12")
    page.get_by_label("原因").fill("考场停电")
    page.get_by_role("button", name="延时").click()
    expect(page.get_by_text("12 分钟")).to_be_visible()
    with hall.app.app_context():
        query = select(Attempt.added_seconds).where(Attempt.id == running[1])
        assert stories.looking().scalar(query) == 720


@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_of_invigilators_fit_and_are_accessible(
    running: tuple[int, int], board_of: Open, width: int
) -> None:
    sitting_id, attempt_id = running
    page = board_of(sitting_id, width)
    person = page.locator("input[name=person]").first.get_attribute("value")
    for path in (
        "board",
        f"board/end?person={person}",
        "board/compensate",
        f"attempts/{attempt_id}",
        "protocol",
    ):
        page.goto(f"/sittings/{sitting_id}/{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"
        result = Axe().run(page)
        assert result.violations_count == 0, f"{path}\n{result.generate_report()}"
