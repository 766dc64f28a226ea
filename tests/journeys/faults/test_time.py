"""Only the server's clock counts: the page follows it, hears of changes, sends what is typed at the end."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from learning.exams.kinds import AttemptState, TimeChangeTarget, TimeOut
from learning.exams.queries import attempts
from learning.exams.services import invigilating, regrading, time_changes
from learning.exams.targets import Target
from question_bank.corrections import Correction, CorrectionKind
from tests.journeys.faults.conftest import TEXT, Desk, Hall
from tests.journeys.faults.proxy import Kind
from tests.learning.exams import stories
from tests.learning.exams.markers import marker

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]
Sit = Callable[..., Desk]
DAY_MS = 86_400_000


@pytest.mark.parametrize("days", [-1, 1])
def test_a_device_whose_clock_is_a_day_wrong_shows_the_right_time(hall: Hall, sit: Sit, days: int) -> None:
    desk = sit(hall.attempt())
    desk.page.add_init_script(
        f"const Real = Date; Date = class extends Real {{ constructor(...given) {{"
        f" if (given.length) super(...given); else super(Real.now() + {days * DAY_MS}); }}"
        f" static now() {{ return Real.now() + {days * DAY_MS}; }} }};"
    )
    desk.open()
    expect(desk.page.locator("#exam-time")).to_have_text(re.compile("^00:59:5"))
    hall.proxy.is_cut = True
    desk.choose(1, 0)
    desk.expect_state(1, "offline")
    hall.proxy.is_cut = False
    desk.expect_all_saved()
    desk.page.reload()
    expect(desk.page.locator("#exam-time")).to_have_text(re.compile("^00:59:[345]"))


def extend(hall: Hall, attempt_id: int, minutes: int) -> None:
    """Give a running attempt more time, as an invigilator does."""
    with hall.app.app_context():
        found = stories.attempt(attempt_id)
        target = Target(TimeChangeTarget.PERSON, found.person_id)
        changed = time_changes.add_time(
            stories.CHEN,
            found.sitting_id,
            [target],
            minutes,
            "网络故障",
            f"k{attempt_id}-{minutes}",
            stories.now(),
        )
        assert changed.refusal is None


def test_more_time_is_shown_and_told_within_fifteen_seconds(hall: Hall, sit: Sit) -> None:
    attempt_id = hall.attempt(started_before=3600 - 60)
    desk = sit(attempt_id).open()
    desk.wait_until_entered()
    extend(hall, attempt_id, 10)
    expect(desk.page.locator("#exam-announcement")).to_contain_text("延长 10 分钟", timeout=15_000)
    desk.expect_message("延长 10 分钟")
    expect(desk.page.locator("#exam-time")).to_have_text(re.compile("^00:10:[345]"))
    assert desk.page.inner_text("#exam-closes") in desk.page.inner_text("#exam-message")
    desk.choose(1, 0)
    desk.expect_state(1, "saved")


def test_more_time_opens_a_page_again_whose_time_was_over_while_it_was_cut_off(hall: Hall, sit: Sit) -> None:
    attempt_id = hall.attempt(started_before=3600 - 4)
    desk = sit(attempt_id).open()
    desk.wait_until_entered()
    hall.proxy.break_everything("/answers")
    desk.choose(1, 0)
    expect(desk.question(1).locator("input").first).to_be_disabled(timeout=15_000)
    extend(hall, attempt_id, 10)
    hall.proxy.faults.clear()
    desk.expect_all_saved()
    desk.choose(2, 0)
    desk.expect_state(2, "saved")


def lock(hall: Hall, attempt_id: int, is_locked: bool) -> None:
    """Lock or unlock an attempt, as an invigilator does."""
    act = invigilating.lock if is_locked else invigilating.unlock
    with hall.app.app_context():
        sitting_id = stories.attempt(attempt_id).sitting_id
        assert act(stories.CHEN, sitting_id, [attempt_id], "核对身份", stories.now()).attempt_ids == [
            attempt_id
        ]


def test_a_locked_page_waits_and_goes_on_with_all_it_holds(hall: Hall, sit: Sit) -> None:
    attempt_id = hall.attempt()
    desk = sit(attempt_id).open()
    desk.wait_until_entered()
    lock(hall, attempt_id, True)
    desk.write("锁定之前的最后一句")
    desk.expect_message("锁定")
    expect(desk.question(TEXT).locator("textarea")).to_have_js_property("readOnly", True)
    assert hall.journal(attempt_id) == []
    lock(hall, attempt_id, False)
    desk.ask()
    desk.expect_message("可以继续作答")
    desk.expect_all_saved()
    assert hall.answers(attempt_id)[TEXT] == "锁定之前的最后一句"
    desk.choose(1, 0)
    desk.expect_state(1, "saved")


def test_a_page_that_is_opened_while_locked_goes_on_when_it_is_unlocked(hall: Hall, sit: Sit) -> None:
    attempt_id = hall.attempt()
    desk = sit(attempt_id).open()
    desk.choose(1, 0)
    desk.expect_state(1, "saved")
    lock(hall, attempt_id, True)
    desk.page.reload()
    desk.expect_message("锁定")
    lock(hall, attempt_id, False)
    desk.ask()
    desk.expect_message("可以继续作答")
    desk.choose(2, 0)
    desk.expect_state(2, "saved")


def test_an_exam_that_an_invigilator_ends_says_who_ended_it(hall: Hall, sit: Sit) -> None:
    attempt_id = hall.attempt()
    desk = sit(attempt_id).open()
    desk.choose(1, 0)
    desk.expect_state(1, "saved")
    with hall.app.app_context():
        sitting_id = stories.attempt(attempt_id).sitting_id
        invigilating.end_attempts(stories.CHEN, sitting_id, [attempt_id], "身体不适", stories.now())
    desk.write("结束之后写的")
    desk.expect_message("监考人员已结束本场考试")
    desk.expect_state(TEXT, "refused")
    expect(desk.page.get_by_role("button", name="复制或留存未保存的作答")).to_be_visible()


def test_what_is_typed_in_the_last_moment_and_what_could_not_be_sent_before_still_goes_out(
    hall: Hall, sit: Sit
) -> None:
    attempt_id = hall.attempt(started_before=3600 - 6, tolerance_seconds=30)
    desk = sit(attempt_id).open()
    desk.wait_until_entered()
    hall.proxy.break_everything("/answers")
    desk.choose(1, 0)
    desk.expect_state(1, "offline")
    expect(desk.page.locator("#exam-time")).to_have_text("00:00:01", timeout=15_000)
    desk.write("最后一刻")
    expect(desk.page.locator("#exam-time")).to_have_text("00:00:00")
    expect(desk.question(TEXT).locator("textarea")).to_have_js_property("readOnly", True)
    hall.proxy.faults.clear()
    desk.expect_message("作答均已保存，系统自动交卷")
    assert hall.answers(attempt_id)[TEXT] == "最后一刻"
    assert set(hall.answers(attempt_id)) == {1, TEXT}


def test_what_comes_too_late_is_told_and_stays_in_sight(hall: Hall, sit: Sit) -> None:
    attempt_id = hall.attempt(started_before=3600 - 5, tolerance_seconds=0)
    desk = sit(attempt_id).open()
    desk.wait_until_entered()
    hall.proxy.break_everything("/answers")
    desk.write("没有赶上")
    expect(desk.page.locator("#exam-time")).to_have_text("00:00:00", timeout=15_000)
    desk.page.wait_for_timeout(1100)
    hall.proxy.faults.clear()
    desk.expect_message("没有及时送达")
    desk.expect_state(TEXT, "refused")
    expect(desk.question(TEXT).locator("textarea")).to_have_value("没有赶上")
    expect(desk.page.get_by_role("button", name="复制或留存未保存的作答")).to_be_visible()
    assert hall.journal(attempt_id) == []
    for _ in range(100):
        with hall.app.app_context():
            if stories.attempt(attempt_id).state == AttemptState.CLOSED:
                break
        desk.page.wait_for_timeout(200)
    else:
        raise AssertionError("the server does not close the attempt")


def test_in_the_period_of_grace_nothing_can_be_changed_but_all_be_handed_in(hall: Hall, sit: Sit) -> None:
    attempt_id = hall.attempt(
        started_before=3600 - 5, tolerance_seconds=1, time_out=TimeOut.GRACE, grace_minutes=5
    )
    desk = sit(attempt_id).open()
    desk.choose(1, 0)
    desk.expect_state(1, "saved")
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_be_visible(timeout=15_000)
    expect(desk.question(1).locator("input").first).to_be_disabled()
    desk.page.wait_for_timeout(1500)
    dialog.get_by_role("button", name="确认交卷").click()
    expect(dialog.get_by_label("回执码")).to_be_visible()
    with hall.app.app_context():
        assert stories.attempt(attempt_id).state == AttemptState.SUBMITTED


def correct(hall: Hall, attempt_id: int, slot: int, erratum: str) -> None:
    """Have a question corrected during the exam, by two people as ever."""
    with hall.app.app_context():
        version = stories.paper(attempt_id)[slot - 1][0].question_version_id
        exam = attempts.exam_of_attempt(stories.looking(), attempt_id)
        full = Correction(version, CorrectionKind.FULL_MARKS)
        proposed = regrading.propose(marker(hall.cast, "chen"), exam, full, "有误", erratum, stories.now())
        assert proposed.regrade_id is not None
        assert regrading.approve(marker(hall.cast, "zhou"), proposed.regrade_id, stories.now()) is None


def test_a_correction_made_during_the_exam_is_shown_at_its_question_and_told(hall: Hall, sit: Sit) -> None:
    attempt_id = hall.attempt()
    desk = sit(attempt_id).open()
    desk.wait_until_entered()
    hall.proxy.break_next(Kind.DROP, "/errata")
    correct(hall, attempt_id, 2, "题干中的“第六部分”应为“第八部分”。")
    for _ in range(3):
        desk.page.wait_for_timeout(1000)  # the server asks itself every two seconds
        desk.ask()
    expect(desk.question(2)).to_contain_text("应为“第八部分”", timeout=15_000)
    desk.expect_message("第 2 题")
    expect(desk.page.locator("#exam-announcement")).to_contain_text("第 2 题")
    correct(hall, attempt_id, 3, "选项 C 改为“组织群众”。")
    desk.page.reload()
    expect(desk.question(3)).to_contain_text("组织群众", timeout=15_000)
    expect(desk.question(2).locator(".erratum")).to_have_count(1)
