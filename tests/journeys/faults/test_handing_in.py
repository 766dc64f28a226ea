"""Handing in: never before everything is saved, never twice, with a receipt that the server can check."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from learning.core.db import transaction
from learning.exams import receipts
from learning.exams.kinds import AttemptState
from learning.exams.models import Attempt
from learning.exams.queries import attempts
from tests.journeys.faults.conftest import TEXT, Desk, Hall
from tests.journeys.faults.proxy import Kind
from tests.learning.exams import stories

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]
Sit = Callable[..., Desk]


def summary(desk: Desk) -> Locator:
    """Press "hand in" and return the dialog."""
    desk.page.get_by_role("button", name="交卷").first.click()
    return desk.page.get_by_role("dialog")


def state(hall: Hall, attempt_id: int) -> str:
    """Return where an attempt stands."""
    with hall.app.app_context():
        return stories.attempt(attempt_id).state


def expect_receipt(hall: Hall, dialog: Locator, attempt_id: int) -> None:
    """Wait for the receipt, and have the server check it."""
    code = dialog.get_by_label("回执码")
    expect(code).to_have_text(re.compile("^[0-9A-Z]{4}(-[0-9A-Z]{4})+$"), timeout=20_000)
    with hall.app.app_context():
        found = attempts.handed_in_of(stories.looking(), attempt_id)
        assert found is not None
        assert receipts.is_right(code.inner_text(), found)


def test_the_summary_names_what_is_open_and_the_receipt_can_be_copied(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt(), 390).open()
    desk.choose(1, 0)
    desk.question(4).locator("select").first.select_option(index=1)
    desk.question(2).get_by_role("button", name="标记本题").click()
    desk.expect_all_saved()
    dialog = summary(desk)
    expect(dialog.locator('[data-part="saved"]')).to_have_text("2")
    expect(dialog.locator('[data-part="open-list"] a')).to_have_count(4)
    expect(dialog.locator('[data-part="partly-list"] a')).to_contain_text(["4"])
    expect(dialog.locator('[data-part="flagged-list"] a')).to_contain_text(["2"])
    dialog.locator('[data-part="open-list"] a').first.click()
    expect(desk.question(2)).to_be_in_viewport()
    assert state(hall, desk.attempt_id) == AttemptState.OPEN
    dialog = summary(desk)
    dialog.get_by_role("button", name="确认交卷").click()
    expect_receipt(hall, dialog, desk.attempt_id)
    dialog.get_by_role("button", name="复制回执码").click()
    expect(dialog.locator('[data-part="copied"]')).to_have_text(re.compile("已复制|手动复制"))
    assert state(hall, desk.attempt_id) == AttemptState.SUBMITTED
    dialog.get_by_role("link", name="查看结果").click()
    expect(desk.page).to_have_url(re.compile("/result$"))


def test_handing_in_waits_for_what_is_unsaved_and_survives_a_broken_connection(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.wait_until_entered()
    hall.proxy.break_everything("/answers")
    desk.write("交卷前的最后一句")
    dialog = summary(desk)
    dialog.get_by_role("button", name="确认交卷").click()
    expect(dialog).to_contain_text("保存后随即交卷")
    desk.page.wait_for_timeout(1500)
    assert state(hall, desk.attempt_id) == AttemptState.OPEN
    hall.proxy.faults.clear()
    hall.proxy.break_next(Kind.DROP, "/hand-in")
    hall.proxy.break_next(Kind.LOSE_REPLY, "/hand-in")
    desk.ask()
    expect(dialog).to_contain_text("尚未交卷")
    expect_receipt(hall, dialog, desk.attempt_id)
    assert hall.answers(desk.attempt_id)[TEXT] == "交卷前的最后一句"


def test_who_thinks_better_of_it_while_answers_wait_goes_on(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.wait_until_entered()
    hall.proxy.break_everything("/answers")
    desk.choose(1, 0)
    dialog = summary(desk)
    dialog.get_by_role("button", name="确认交卷").click()
    desk.page.keyboard.press("Escape")
    hall.proxy.faults.clear()
    desk.ask()
    desk.expect_all_saved()
    desk.page.wait_for_timeout(500)
    assert state(hall, desk.attempt_id) == AttemptState.OPEN
    desk.choose(2, 0)
    desk.expect_state(2, "saved")


def test_a_gap_between_page_and_server_is_refused_and_explained(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.choose(1, 0)
    desk.expect_all_saved()
    with hall.app.app_context(), transaction() as session:
        session.get_one(Attempt, desk.attempt_id).journal_length += 1
    dialog = summary(desk)
    dialog.get_by_role("button", name="确认交卷").click()
    expect(dialog).to_contain_text("不一致")
    expect(dialog.get_by_role("button", name="重新载入本页")).to_be_visible()
    assert state(hall, desk.attempt_id) == AttemptState.OPEN
    with hall.app.app_context(), transaction() as session:
        session.get_one(Attempt, desk.attempt_id).journal_length -= 1


def test_a_page_whose_attempt_was_handed_in_elsewhere_says_so_and_shows_the_receipt(
    hall: Hall, sit: Sit
) -> None:
    attempt_id = hall.attempt()
    desk, phone = sit(attempt_id).open(), sit(attempt_id, 390, "phone")
    desk.choose(1, 0)
    desk.expect_all_saved()
    phone.page.goto(f"/attempts/{attempt_id}")
    phone.page.get_by_role("button", name="在这里继续作答").click()
    phone.wait_until_entered()
    dialog = summary(phone)
    dialog.get_by_role("button", name="确认交卷").click()
    expect_receipt(hall, dialog, attempt_id)
    desk.ask()
    expect_receipt(hall, desk.page.get_by_role("dialog"), attempt_id)
    desk.expect_message("已交卷")
