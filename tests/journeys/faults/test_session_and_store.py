"""The sign-in ends while somebody thinks, and browsers that keep nothing: neither costs an answer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.journeys.faults.conftest import TEXT, Desk, Hall

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]
Sit = Callable[..., Desk]

NO_STORE = "Object.defineProperty(window, 'indexedDB', { value: undefined });"
FULL_STORE = """
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (...given) {
    if (sessionStorage.getItem('is-full')) throw new DOMException('full', 'QuotaExceededError');
    return add.apply(this, given);
  };
"""


def test_who_is_signed_out_goes_on_answering_and_signs_in_again_without_leaving(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt())
    desk.page.clock.install()
    desk.open()
    desk.choose(1, 0)
    desk.expect_state(1, "saved")
    expired = hall.cookie("wang", idle_minutes=31)
    desk.context.add_cookies([{"name": "session", "value": expired, "url": hall.proxy.url}])
    desk.write("登录过期以后写的")
    desk.expect_state(TEXT, "saved")
    desk.page.clock.fast_forward(301_000)
    desk.expect_message("登录已过期")
    desk.choose(2, 0)
    desk.expect_state(2, "saved")

    desk.page.get_by_role("button", name="重新登录").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label("账号").fill("wang")
    dialog.get_by_label("密码").fill("不是这个密码")
    dialog.get_by_role("button", name="登录", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("不正确")
    hall.proxy.is_cut = True
    dialog.get_by_label("密码").fill(PASSWORD)
    dialog.get_by_role("button", name="登录", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("无法连接")
    hall.proxy.is_cut = False
    dialog.get_by_role("button", name="登录", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(desk.page.locator("#exam-message")).to_be_empty()
    desk.choose(3, 0)
    desk.expect_state(3, "saved")
    expect(desk.question(TEXT).locator("textarea")).to_have_value("登录过期以后写的")
    # The plain forms of the page carry the token of the new session.
    desk.page.get_by_role("button", name="大字版").click()
    expect(desk.page.locator("html")).to_have_class("large")
    desk.question(4).locator("select").first.select_option(index=1)
    desk.expect_state(4, "saved")
    assert set(hall.answers(desk.attempt_id)) == {1, 2, 3, 4, TEXT}


def test_somebody_else_who_signs_in_does_not_pass_for_the_learner(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt())
    desk.page.clock.install()
    desk.open()
    desk.wait_until_entered()
    other = hall.cookie("li")
    desk.context.add_cookies([{"name": "session", "value": other, "url": hall.proxy.url}])
    desk.page.clock.fast_forward(301_000)
    desk.expect_message("登录已过期")


def test_without_a_store_the_page_says_so_and_saves_all_the_same(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt())
    desk.page.add_init_script(NO_STORE)
    desk.open()
    desk.expect_message("只在本页打开时保留")
    desk.choose(1, 0)
    desk.expect_state(1, "saved")
    hall.proxy.is_cut = True
    desk.write("私密窗口里写的")
    expect(desk.question(TEXT).locator(".question-state")).to_have_text("网络中断，本页打开时保留")
    hall.proxy.is_cut = False
    desk.expect_all_saved()
    assert hall.answers(desk.attempt_id)[TEXT] == "私密窗口里写的"


def test_a_store_that_is_full_is_told_and_used_again_when_there_is_room(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt())
    desk.page.add_init_script(FULL_STORE)
    desk.open()
    desk.wait_until_entered()
    desk.page.evaluate("sessionStorage.setItem('is-full', 'yes')")
    hall.proxy.is_cut = True
    desk.choose(1, 0)
    desk.expect_message("只在本页打开时保留")
    expect(desk.question(1).locator(".question-state")).to_have_text("网络中断，本页打开时保留")
    desk.page.evaluate("sessionStorage.removeItem('is-full')")
    desk.write("又有空间了")
    expect(desk.question(1).locator(".question-state")).to_have_text("网络中断，答案留在本机", timeout=20_000)
    desk.page.once("dialog", lambda dialog: dialog.accept())
    hall.proxy.is_cut = False
    hall.proxy.break_everything("/answers")
    desk.page.reload()
    expect(desk.question(TEXT).locator("textarea")).to_have_value("又有空间了")
    expect(desk.question(1).locator("input").first).to_be_checked()
    hall.proxy.faults.clear()
    desk.expect_all_saved()
