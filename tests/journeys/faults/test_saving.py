"""Requests get lost, arrive late, twice or in another order, or there is no network at all for a while.

After each story the fixture `sit` compares: what the page shows as saved is what the journal holds, and
what was acknowledged is in it, once.
"""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.faults.conftest import SECRET, TEXT, Desk, Hall
from tests.journeys.faults.proxy import Kind

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]
Sit = Callable[..., Desk]


def answer_all(desk: Desk) -> None:
    """Answer every question."""
    desk.choose(1, 0)
    desk.choose(2, 1)
    desk.choose(3, 0)
    desk.choose(3, 2)
    for select in desk.question(4).locator("select").all():
        select.select_option(index=1)
    desk.question(5).locator("input[type=text]").first.fill("群众")
    desk.write("党的群团工作是党的一项重要工作")


def test_every_kind_of_answer_is_saved_and_shown_as_saved(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    answer_all(desk)
    desk.expect_all_saved()
    assert len(desk.shown_as_saved()) == 6
    assert hall.answers(desk.attempt_id)[TEXT] == "党的群团工作是党的一项重要工作"
    assert desk.page.locator('[data-sheet][data-state="answered"]').count() == 6


def test_what_goes_wrong_once_is_repeated_and_journalled_once(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.wait_until_entered()
    desk.expect_all_saved()
    for number, kind in enumerate((Kind.DROP, Kind.LOSE_REPLY, Kind.DUPLICATE, Kind.PORTAL, Kind.BUSY)):
        hall.proxy.break_next(kind)
        desk.choose(1, number % 2)
        if kind is not Kind.DUPLICATE:
            desk.expect_state(1, "offline")
        desk.expect_state(1, "saved")
        assert len(hall.journal(desk.attempt_id)) == number + 1


def test_a_page_whose_first_requests_go_wrong_gets_its_place_all_the_same(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt())
    for kind in (Kind.DROP, Kind.LOSE_REPLY):
        hall.proxy.break_next(kind, "/enter")
    desk.open()
    desk.choose(1, 0)
    desk.expect_state(1, "offline")
    desk.expect_state(1, "saved")
    assert not desk.page.locator("#dialog-elsewhere").is_visible()


def test_while_a_request_is_under_way_nothing_is_called_saved(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.wait_until_entered()
    hall.proxy.break_next(Kind.DELAY, seconds=1.5)
    desk.choose(1, 0)
    desk.expect_state(1, "saving")
    desk.choose(2, 0)
    desk.expect_state(2, "unsaved")
    assert desk.shown_as_saved() == {}
    desk.expect_all_saved()


def test_a_request_that_others_overtook_changes_nothing(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.wait_until_entered()
    desk.expect_all_saved()
    hall.proxy.break_next(Kind.OVERTAKEN)
    desk.choose(1, 0)
    desk.expect_state(1, "offline")
    desk.choose(1, 1)
    desk.expect_state(1, "saved")
    chosen = desk.question(1).locator("input:checked").get_attribute("value")
    assert hall.answers(desk.attempt_id)[1] == chosen
    assert len(hall.journal(desk.attempt_id)) == 2


def test_what_was_typed_without_a_network_goes_out_when_it_is_back(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.wait_until_entered()
    hall.proxy.is_cut = True
    desk.choose(1, 0)
    desk.expect_state(1, "offline")
    for text in ("第一稿", "第二稿", "第三稿"):
        desk.write(text)
        desk.page.wait_for_timeout(300)
    expect(desk.page.locator("#exam-state")).to_have_text("网络中断，答案留在本机")
    assert hall.journal(desk.attempt_id) == []
    hall.proxy.is_cut = False
    desk.expect_all_saved()
    assert hall.answers(desk.attempt_id)[TEXT] == "第三稿"


def test_three_minutes_without_a_network_lose_nothing(hall: Hall, sit: Sit) -> None:
    """The page lives through three minutes by its own clock, the server meanwhile through seconds."""
    desk = sit(hall.attempt())
    desk.page.clock.install()
    desk.open()
    desk.wait_until_entered()
    hall.proxy.is_cut = True
    for step in range(12):
        desk.choose(1 + step % 2, step % 3)
        desk.write(f"断网后第 {step + 1} 次修改")
        desk.page.clock.fast_forward(15_000)
        desk.page.wait_for_timeout(100)
    desk.expect_state(1, "offline")
    assert desk.page.inner_text("#exam-time") < "00:57:10"
    asked = desk.page.evaluate(
        "performance.getEntriesByType('resource').filter((each) => each.name.endsWith('/answers')).length"
    )
    assert asked <= 24
    hall.proxy.is_cut = False
    desk.page.clock.fast_forward(20_000)
    desk.expect_all_saved()
    assert hall.answers(desk.attempt_id)[TEXT] == "断网后第 12 次修改"
    expect(desk.page.locator("#exam-time")).to_have_text(re.compile("^00:59:"))


def test_a_server_that_starts_anew_goes_on_where_it_was(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.choose(1, 0)
    desk.expect_state(1, "saved")
    hall.site.kill()
    desk.choose(2, 0)
    desk.write("服务器重启时写的")
    desk.expect_state(TEXT, "offline")
    hall.site.start(SECRET_KEY=SECRET, JOBS_EVERY_SECONDS="2")
    desk.ask()
    desk.expect_all_saved(30)
    assert hall.answers(desk.attempt_id)[TEXT] == "服务器重启时写的"


def test_long_answers_are_saved_while_they_are_typed(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.wait_until_entered()
    begun = time.monotonic()
    desk.question(TEXT).locator("textarea").press_sequentially("群团工作" * 12, delay=100)
    most = (time.monotonic() - begun) / 4 + 1
    assert 1 <= len(hall.journal(desk.attempt_id)) <= most, "not one for each character"
    desk.expect_all_saved()


def test_half_a_syllable_of_an_input_method_is_no_answer(hall: Hall, sit: Sit) -> None:
    desk = sit(hall.attempt()).open()
    desk.wait_until_entered()
    desk.question(TEXT).locator("textarea").focus()
    client = desk.context.new_cdp_session(desk.page)
    client.send("Input.imeSetComposition", {"selectionStart": 4, "selectionEnd": 4, "text": "qun'"})
    desk.page.wait_for_timeout(1500)
    assert hall.journal(desk.attempt_id) == []
    client.send("Input.insertText", {"text": "群"})
    desk.expect_state(TEXT, "saved")
    assert hall.answers(desk.attempt_id)[TEXT] == "群"
