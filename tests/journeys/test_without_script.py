"""The same exam without JavaScript: plain pages, a save button, a hand-in button."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_main_job import sign_in

pytestmark = pytest.mark.browser


def test_an_exam_is_saved_reopened_and_handed_in_without_javascript(page_of: Callable[..., Page]) -> None:
    page = page_of(390, javascript=False)
    sign_in(page, "renzhen")
    page.goto("/exams")
    page.locator("main section, main article").filter(has_text="章节测试").get_by_role("link").first.click()
    page.get_by_role("button", name="开始考试").click()
    page.locator("[data-slot='1'] input[type=radio]").first.check()
    page.get_by_role("button", name="保存").first.click()
    expect(page.locator("#exam-state")).to_contain_text("1 / 10")
    page.goto("/exams")
    page.get_by_role("link", name="继续作答").click()
    expect(page.locator("[data-slot='1'] input[type=radio]").first).to_be_checked()
    page.get_by_role("button", name="交卷").first.click()
    expect(page.get_by_role("main")).to_contain_text("9")
    page.get_by_role("button", name="确认交卷").click()
    expect(page).to_have_url(re.compile(r"/attempts/\d+/result"))
    expect(page.get_by_role("heading", name="答题回顾")).to_be_visible()
