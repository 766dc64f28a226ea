"""One-way and practice papers: a step is taken once, after the answer was saved, whatever goes wrong."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from learning.exams.kinds import Behaviour, Navigation
from tests.journeys.faults.conftest import Desk, Hall
from tests.journeys.faults.proxy import Kind
from tests.learning.exams import stories

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]
Sit = Callable[..., Desk]
CHOICES = {"cells": [{"types": ["single_choice"], "count": 3, "marks": "2"}]}


def test_a_one_way_paper_goes_on_once_the_answer_is_saved_and_never_back(hall: Hall, sit: Sit) -> None:
    attempt_id = hall.attempt(blueprint=CHOICES, navigation=Navigation.ONE_WAY)
    desk = sit(attempt_id).open()
    expect(desk.page.locator("[data-slot]")).to_have_count(1)
    desk.wait_until_entered()
    hall.proxy.break_next(Kind.DROP)
    hall.proxy.break_next(Kind.LOSE_REPLY, "/advance")
    desk.choose(1, 0)
    on = desk.page.get_by_role("button", name="保存并进入")
    on.click()
    desk.page.get_by_role("button", name="留在本题").click()
    expect(desk.question(1)).to_be_visible()
    on.click()
    desk.page.get_by_role("dialog").get_by_role("button", name="继续").click()
    desk.expect_message("请再试一次")
    on.click()
    desk.page.get_by_role("dialog").get_by_role("button", name="继续").click()
    expect(desk.question(2)).to_be_visible()
    expect(desk.question(1)).to_have_count(0)
    with hall.app.app_context():
        assert stories.attempt(attempt_id).reached == 2
    assert list(hall.answers(attempt_id)) == [1]
    desk.page.get_by_role("button", name="交卷").first.click()
    expect(desk.page.get_by_role("dialog")).to_contain_text("后面还有 1 题没有看到")


def test_a_practice_question_is_checked_at_once_and_closed_after_its_last_try(hall: Hall, sit: Sit) -> None:
    attempt_id = hall.attempt(blueprint=CHOICES, behaviour=Behaviour.PRACTICE, tries=2)
    with hall.app.app_context():
        _, item = stories.paper(attempt_id)[0]
    desk = sit(attempt_id).open()
    desk.wait_until_entered()
    right = desk.question(1).locator(f"input[value='{item.content['key']}']")
    wrong = desk.question(1).locator(f"input:not([value='{item.content['key']}'])").first
    check = desk.question(1).get_by_role("button", name="查看本题对错")
    hall.proxy.break_next(Kind.LOSE_REPLY, "/check")
    wrong.check()
    check.click()
    desk.expect_message("请再试一次")
    check.click()
    expect(desk.question(1).locator(".question-feedback")).to_contain_text("1 次")
    right.check()
    check.click()
    expect(desk.question(1).locator(".question-feedback")).to_contain_text("答对")
    expect(right).to_be_disabled()
    expect(check).to_have_count(0)
    desk.choose(2, 0)
    desk.expect_state(2, "saved")
