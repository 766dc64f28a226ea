"""The exam page as it is seen, heard and operated: axe, a phone, large type, the keyboard, no jumps."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.faults.conftest import TEXT, Desk, Hall
from tests.learning.exams import stories

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]
Sit = Callable[..., Desk]

#: How far what is in sight moves by itself, as browsers measure it.
WATCH_JUMPS = """
  window.jumps = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => {
    if (!each.hadRecentInput) window.jumps += each.value;
  })).observe({ type: 'layout-shift', buffered: true });
"""


def look(page: Page) -> None:
    """Check that axe finds nothing and nothing is too wide."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("width", "type_"), [(1280, "normal"), (360, "large")])
def test_every_state_of_the_page_is_clean_and_nothing_moves_by_itself(
    hall: Hall, sit: Sit, width: int, type_: str
) -> None:
    desk = sit(hall.attempt(), width)
    desk.context.add_cookies([{"name": "type", "value": type_, "url": hall.proxy.url}])
    desk.page.add_init_script(WATCH_JUMPS)
    desk.open()
    desk.wait_until_entered()
    assert desk.page.evaluate("window.jumps") < 0.05, "where the script takes the buttons away it replaces"
    desk.page.evaluate("window.jumps = 0")
    desk.choose(1, 0)
    desk.expect_all_saved()
    look(desk.page)
    hall.proxy.break_everything("/answers")
    desk.choose(1, 1)
    desk.expect_state(1, "offline")
    look(desk.page)
    desk.page.get_by_role("button", name="交卷").first.click()
    look(desk.page)
    desk.page.keyboard.press("Escape")
    hall.proxy.faults.clear()
    desk.expect_all_saved()
    second = desk.context.new_page()
    second.goto(f"/attempts/{desk.attempt_id}")
    expect(second.get_by_role("dialog")).to_be_visible()
    look(second)
    second.get_by_role("dialog").get_by_role("button", name="在这里继续作答").click()
    desk.expect_message("转由该页面作答")
    look(desk.page)
    assert desk.page.evaluate("window.jumps") < 0.001
    second.get_by_role("button", name="交卷").first.click()
    second.get_by_role("button", name="确认交卷").click()
    expect(second.get_by_label("回执码")).to_be_visible()
    look(second)


def test_an_exam_is_sat_with_the_keyboard_alone(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.wait_until_entered()
    keyboard = desk.page.keyboard
    desk.question(1).locator("input").first.focus()
    keyboard.press("Space")
    keyboard.press("ArrowDown")
    desk.expect_state(1, "saved")
    expect(desk.question(1).locator("input").nth(1)).to_be_checked()
    desk.question(5).locator("input[type=text]").first.focus()
    keyboard.type("群众")
    keyboard.press("Enter")
    desk.expect_state(5, "saved")
    assert not desk.page.get_by_role("dialog").is_visible(), "Enter saves, it does not hand in"
    desk.question(TEXT).locator("textarea").focus()
    keyboard.type("用键盘写的")
    keyboard.press("Tab")
    desk.expect_state(TEXT, "saved")
    desk.page.get_by_role("button", name="交卷").first.focus()
    keyboard.press("Enter")
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(desk.page.get_by_role("button", name="交卷").first).to_be_focused()
    keyboard.press("Enter")
    dialog.get_by_role("button", name="确认交卷").press("Enter")
    expect(dialog.get_by_role("heading", name="已交卷")).to_be_focused()


def test_what_is_going_on_is_read_out(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt(started_before=3600 - 304)).open()
    desk.wait_until_entered()
    heard = desk.page.locator("#exam-announcement")
    expect(heard).to_have_attribute("aria-live", "polite")
    expect(heard).to_have_text("还剩 5 分钟", timeout=15_000)
    hall.proxy.is_cut = True
    desk.choose(1, 0)
    expect(heard).to_contain_text("请继续作答")
    hall.proxy.is_cut = False
    expect(heard).to_have_text("连接已恢复。")
    desk.expect_all_saved()


def test_leaving_the_page_for_another_window_is_counted_and_the_rules_said_so(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.wait_until_entered()
    desk.page.evaluate(
        "Object.defineProperty(document, 'hidden', { get: () => window.isAway, configurable: true });"
        "const look = (away) => {"
        "  window.isAway = away; document.dispatchEvent(new Event('visibilitychange'));"
        "};"
        "look(true); look(false); look(true); look(false);"
    )
    for _ in range(50):
        with hall.app.app_context():
            losses = stories.attempt(desk.attempt_id).focus_losses
        if losses == 2:
            break
        desk.ask()
        desk.page.wait_for_timeout(200)
    assert losses == 2
    desk.page.reload()
    desk.wait_until_entered()
    desk.page.wait_for_timeout(1500)
    with hall.app.app_context():
        found = stories.attempt(desk.attempt_id)
        assert found.focus_losses == 2, "loading the page again is no absence"
        sitting_id = found.sitting_id
    desk.page.goto(f"/exams/{sitting_id}")
    expect(desk.page.get_by_role("main")).to_contain_text("切换")
