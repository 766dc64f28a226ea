"""Two tabs, a copied tab, two devices, a page left and found again: one writes at a time, none loses."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.faults.conftest import TEXT, Desk, Hall

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]
Sit = Callable[..., Desk]


def tab_beside(desk: Desk) -> Desk:
    """Open another tab of the same browser."""
    page = desk.context.new_page()
    page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    return Desk(desk.hall, desk.context, page, desk.attempt_id)


def take_over(desk: Desk) -> None:
    """Say in the dialog that this page goes on."""
    desk.page.get_by_role("dialog").get_by_role("button", name="在这里继续作答").click()
    expect(desk.page.get_by_role("dialog")).to_have_count(0)


def expect_read_only(desk: Desk) -> None:
    """Wait until nothing can be changed on a page."""
    expect(desk.question(TEXT).locator("textarea")).to_have_js_property("readOnly", True)
    expect(desk.question(1).locator("input").first).to_be_disabled()


def test_a_second_tab_asks_and_the_first_becomes_read_only_with_all_it_holds_in_sight(
    hall: Hall, sit: Sit
) -> None:
    first = sit(hall.attempt()).open()
    first.choose(1, 0)
    first.expect_state(1, "saved")
    second = tab_beside(first).open()
    expect(second.page.get_by_role("dialog")).to_contain_text("另一个页面")
    expect_read_only(second)
    first.choose(2, 0)
    first.expect_state(2, "saved")

    hall.proxy.is_cut = True
    first.write("断网时在第一个页面写的")
    first.expect_state(TEXT, "offline")
    hall.proxy.is_cut = False
    take_over(second)
    expect_read_only(first)
    first.expect_message("转由该页面作答")
    second.choose(1, 1)
    second.expect_state(1, "saved")


def test_what_a_page_that_was_taken_over_could_not_save_can_be_copied_and_kept_as_a_file(
    hall: Hall, sit: Sit
) -> None:
    attempt_id = hall.attempt()
    desk, phone = sit(attempt_id).open(), sit(attempt_id, 390, "phone")
    desk.wait_until_entered()
    hall.proxy.is_cut = True
    desk.choose(1, 0)
    desk.write("没有来得及保存的一段话")
    desk.expect_state(TEXT, "offline")
    chosen = desk.question(1).locator("label", has=desk.page.locator(":checked")).inner_text().split()[-1]
    # Another device asks first, also where its page comes before any script.
    hall.proxy.is_cut = False
    desk.context.set_offline(True)
    phone.page.goto(f"/attempts/{attempt_id}")
    phone.page.get_by_role("button", name="在这里继续作答").click()
    phone.choose(2, 0)
    phone.expect_state(2, "saved")
    desk.context.set_offline(False)
    expect_read_only(desk)
    desk.expect_state(TEXT, "refused")
    expect(desk.question(TEXT).locator("textarea")).to_have_value("没有来得及保存的一段话")

    desk.page.get_by_role("button", name="复制或留存未保存的作答").click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox")).to_have_value(
        re.compile(f"第 1 题\n.*{chosen}[^§]*没有来得及保存的一段话")
    )
    dialog.get_by_role("button", name="复制", exact=True).click()
    expect(dialog).to_contain_text(re.compile("已复制|手动复制"))
    with desk.page.expect_download() as waiting:
        dialog.get_by_role("button", name="存为文件").click()
    assert waiting.value.suggested_filename == "未保存的作答.txt"
    assert "没有来得及保存的一段话" in waiting.value.path().read_text("utf-8-sig")
    assert [slot for _, slot, _ in hall.journal(attempt_id)] == [2]


def test_a_place_can_be_taken_back_and_nothing_older_overwrites_what_was_saved_meanwhile(
    hall: Hall, sit: Sit
) -> None:
    attempt_id = hall.attempt()
    desk, phone = sit(attempt_id).open(), sit(attempt_id, 390, "phone")
    desk.write("旧的", TEXT)
    desk.expect_state(TEXT, "saved")
    desk.context.set_offline(True)
    desk.write("断网时改的", TEXT)
    desk.choose(1, 0)
    desk.expect_state(TEXT, "offline")
    phone.page.goto(f"/attempts/{attempt_id}")
    phone.page.get_by_role("button", name="在这里继续作答").click()
    phone.write("手机上改的", TEXT)
    phone.expect_state(TEXT, "saved")
    desk.context.set_offline(False)
    expect_read_only(desk)

    desk.page.locator("#exam-message").get_by_role("button", name="在这里继续作答").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="在这里继续作答").click()
    expect(desk.question(TEXT).locator("textarea")).to_have_value("手机上改的")
    desk.expect_all_saved()
    expect(desk.question(TEXT).locator(".conflict")).to_contain_text("断网时改的")
    assert hall.answers(attempt_id)[TEXT] == "手机上改的"
    assert hall.answers(attempt_id)[1], "what nobody else answered went out"
    desk.page.reload()
    desk.question(TEXT).get_by_role("button", name="改用这份作答").click()
    desk.expect_all_saved()
    assert hall.answers(attempt_id)[TEXT] == "断网时改的"
    expect(desk.question(TEXT).locator(".conflict")).to_have_count(0)


def test_a_copied_tab_is_told_from_its_original_and_a_closed_one_frees_its_place(
    hall: Hall, sit: Sit
) -> None:
    first = sit(hall.attempt()).open()
    first.wait_until_entered()
    name = f"exam-place-{first.attempt_id}"
    place = first.page.evaluate("(name) => sessionStorage.getItem(name)", name)
    copy = tab_beside(first)
    copy.page.add_init_script(f"sessionStorage.setItem('{name}', '{place}')")
    copy.open()
    expect(copy.page.get_by_role("dialog")).to_be_visible()
    copy.page.get_by_role("button", name="只查看").click()
    expect_read_only(copy)
    first.choose(1, 0)
    first.expect_state(1, "saved")
    copy.page.close()

    first.page.close()
    third = tab_beside(first).open()
    third.choose(2, 0)
    third.expect_state(2, "saved")
    assert not third.page.get_by_role("dialog").is_visible()


def test_a_reload_and_the_way_back_keep_the_place_and_what_was_not_sent(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.wait_until_entered()
    warnings: list[str] = []

    def leave(dialog: object) -> None:
        warnings.append("leaving")
        dialog.accept()  # type: ignore[attr-defined]

    desk.page.on("dialog", leave)
    desk.choose(1, 0)
    desk.expect_all_saved()
    desk.page.reload()
    desk.wait_until_entered()
    assert warnings == [], "a warning though everything was saved"
    hall.proxy.break_everything("/answers")
    desk.write("重新载入之前写的")
    desk.choose(1, 1)
    desk.expect_state(TEXT, "offline")
    desk.page.reload()
    assert warnings == ["leaving"]
    desk.expect_state(TEXT, "offline")
    expect(desk.question(TEXT).locator("textarea")).to_have_value("重新载入之前写的")
    hall.proxy.faults.clear()
    desk.expect_all_saved()
    desk.page.get_by_role("link", name="帮助").click()
    expect(desk.page).to_have_url(re.compile("/help"))
    desk.page.go_back()
    expect(desk.question(TEXT).locator("textarea")).to_have_value("重新载入之前写的")
    desk.choose(2, 0)
    desk.expect_state(2, "saved")
    assert not desk.page.get_by_role("dialog").is_visible()


def test_a_page_that_the_browser_kept_in_memory_asks_for_its_place_again(hall: Hall, sit: Sit) -> None:
    attempt_id = hall.attempt()
    desk, phone = sit(attempt_id).open(), sit(attempt_id, 390, "phone")
    desk.choose(1, 0)
    desk.expect_state(1, "saved")
    put_away(desk.page)
    phone.page.goto(f"/attempts/{attempt_id}")
    phone.choose(1, 1)
    phone.expect_state(1, "saved")
    put_away(phone.page)
    desk.page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(desk.question(1).locator("input").nth(1)).to_be_checked()
    desk.choose(2, 0)
    desk.expect_state(2, "saved")


def put_away(page: Page) -> None:
    """Do what a browser does when it keeps a page in memory; headless Chromium does not."""
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    page.wait_for_timeout(300)
