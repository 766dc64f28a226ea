"""Which of several attempts is the result: told from values, and as the record stood on a day."""

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from learning.core.db import transaction
from learning.exams.counting import Counted, Tried, counted
from learning.exams.kinds import Counting
from learning.exams.models import Attempt
from learning.exams.queries.results import counted_at, results_of
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.markers import finished, give, marker, marks_of
from tests.learning.exams.stories import looking

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def tried(number: int, score: int | None, full: int = 100, **changed: Any) -> Tried:
    """Return an attempt that was handed in, passed from 60 of 100 on."""
    known = score is not None
    usual: dict[str, Any] = {
        "number": number,
        "state": "submitted",
        "is_voided": False,
        "ended_at": NOON + timedelta(days=number),
        "score": Decimal(score) if score is not None else None,
        "max_score": Decimal(full) if known else None,
        "is_passed": score * 100 >= 60 * full if score is not None else None,
    }
    return Tried(**(usual | changed))


def result(attempts: Sequence[Tried], counting: Counting) -> tuple[Decimal, bool, tuple[int, ...]] | None:
    """Return score, pass and attempts that count."""
    found = counted(attempts, counting, 60)
    return (found.score, found.is_passed, found.numbers) if found else None


@pytest.mark.parametrize(
    ("counting", "expected"),
    [
        (Counting.HIGHEST, (Decimal(80), True, (2,))),
        (Counting.LATEST, (Decimal(55), False, (3,))),
        (Counting.FIRST, (Decimal(40), False, (1,))),
        (Counting.AVERAGE, (Decimal("58.33"), False, (1, 2, 3))),
    ],
)
def test_which_attempt_counts(counting: Counting, expected: tuple[Decimal, bool, tuple[int, ...]]) -> None:
    attempts = [tried(3, 55), tried(1, 40), tried(2, 80)]
    assert result(attempts, counting) == expected


@pytest.mark.parametrize("counting", Counting)
@pytest.mark.parametrize(
    "invalid",
    [
        tried(1, 90, is_voided=True),
        tried(1, 90, state="abandoned"),
        tried(1, 90, state="open", ended_at=None),
    ],
    ids=["voided", "abandoned", "running"],
)
def test_what_does_not_count_counts_nowhere(counting: Counting, invalid: Tried) -> None:
    assert result([invalid], counting) is None
    assert result([invalid, tried(2, 70)], counting) == (Decimal(70), True, (2,))


def test_practice_never_counts() -> None:
    assert counted([tried(1, 90)], Counting.HIGHEST, 60, "practice") is None


def test_attempts_in_which_marks_are_missing_do_not_count_yet() -> None:
    attempts = [tried(1, 40), tried(2, None)]
    assert result(attempts, Counting.LATEST) == (Decimal(40), False, (1,))
    assert result(attempts, Counting.AVERAGE) == (Decimal(40), False, (1,))
    assert result([tried(1, None)], Counting.HIGHEST) is None


def test_no_other_attempt_takes_the_place_of_the_first_while_its_marks_are_missing() -> None:
    assert result([tried(1, None), tried(2, 90)], Counting.FIRST) is None


@pytest.mark.parametrize(
    ("scores", "score", "is_passed"),
    [([50, 70], Decimal(60), True), ([50, 69], Decimal("59.5"), False), ([0, 100, 80], Decimal(60), True)],
)
def test_the_average_itself_has_to_be_enough(scores: Sequence[int], score: Decimal, is_passed: bool) -> None:
    attempts = [tried(number, each) for number, each in enumerate(scores, 1)]
    numbers = tuple(range(1, len(scores) + 1))
    assert result(attempts, Counting.AVERAGE) == (score, is_passed, numbers)


def test_papers_with_other_full_marks_are_compared_by_their_shares() -> None:
    # A question was dropped from the second paper.
    attempts = [tried(1, 60, 100), tried(2, 60, 80)]
    assert result(attempts, Counting.HIGHEST) == (Decimal(60), True, (2,))
    assert result(attempts, Counting.AVERAGE) == (Decimal(54), True, (1, 2))


def test_of_equal_ones_the_first_counts_and_nothing_is_no_error() -> None:
    assert result([tried(1, 70), tried(2, 70)], Counting.HIGHEST) == (Decimal(70), True, (1,))
    assert result([], Counting.AVERAGE) is None
    assert result([tried(1, 0, 0)], Counting.AVERAGE) == (Decimal(0), True, (1,))


@given(st.lists(st.integers(0, 100), min_size=1, max_size=6), st.sampled_from(Counting))
def test_the_result_lies_between_the_worst_and_the_best(scores: list[int], counting: Counting) -> None:
    found = counted([tried(at, score) for at, score in enumerate(scores, 1)], counting, 60)
    assert isinstance(found, Counted)
    assert min(scores) <= found.score <= max(scores)
    assert found.attempts == len(scores)


# ---- as facts for requirements ----


@pytest.mark.usefixtures("context")
def test_reports_read_the_record_as_it_stood_on_the_day(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    attempt_id = finished(client, cast, story)
    give(marker(cast, "chen"), attempt_id, 1)
    wang, course = [cast.persons["wang"]], stories.course_id()
    before = stories.now()
    seen = marks_of(attempt_id)[0].id
    give(marker(cast, "chen"), attempt_id, 5, seen=seen, cause="重看")
    (now_,) = results_of(looking(), wang, course)
    (then,) = results_of(looking(), wang, course, before)
    assert (then.score, now_.score) == (Decimal(1), Decimal(5))
    assert results_of(looking(), wang, course, story.opens_at) == []


@pytest.mark.usefixtures("context")
def test_what_was_voided_later_still_counted_on_the_day(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    attempt_id = finished(client, cast, story)
    give(marker(cast, "chen"), attempt_id, 4)
    before = stories.now()
    with transaction() as session:
        session.execute(update(Attempt).where(Attempt.id == attempt_id).values(voided_at=stories.now()))
    wang, course = [cast.persons["wang"]], stories.course_id()
    assert len(results_of(looking(), wang, course, before)) == 1
    assert results_of(looking(), wang, course) == []
    assert counted_at(looking(), story.sitting_id) == {}


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(("counting", "score"), [("average", 3), ("first", 1), ("latest", 5)])
def test_the_rule_of_the_exam_decides_for_reports_too(
    cast: Cast, client: FlaskClient, counting: str, score: int, queries: list[str]
) -> None:
    story = stories.sitting(
        cast, stories.ONE_SHORT_ANSWER, counting=counting, resit_for="all", attempts_allowed=3
    )
    for mark in (1, 5):
        give(marker(cast, "chen"), finished(client, cast, story), mark)
    course = stories.course_id()
    looking()
    queries.clear()
    (row,) = results_of(looking(), [cast.persons["wang"]], course)
    assert len(queries) == 1
    assert (row.score, row.attempts) == (score, 2)
    assert counted_at(looking(), story.sitting_id)[cast.persons["wang"]].score == score


@pytest.mark.usefixtures("context")
def test_practice_is_no_fact(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER, behaviour="practice")
    give(marker(cast, "chen"), finished(client, cast, story), 5)
    assert results_of(looking(), [cast.persons["wang"]], stories.course_id()) == []


@pytest.mark.usefixtures("context")
def test_workbook_and_page_of_a_sitting_show_what_counts_and_what_is_missing(
    cast: Cast, client: FlaskClient, sign_in: Callable[[str], FlaskClient]
) -> None:
    story = stories.sitting(
        cast, stories.ONE_SHORT_ANSWER, counting="average", resit_for="all", attempts_allowed=3
    )
    for mark in (1, 5):
        give(marker(cast, "chen"), finished(client, cast, story), mark)
    finished(client, cast, story, "li")
    voided = finished(client, cast, story, "zhao")
    with transaction() as session:
        session.execute(update(Attempt).where(Attempt.id == voided).values(voided_at=stories.now()))
    chen = sign_in("chen")
    sheet = openpyxl.load_workbook(
        io.BytesIO(chen.post(f"/sittings/{story.sitting_id}/results.xlsx").data)
    ).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    heads = next(row for row in rows if "姓名" in row)
    by_name = [dict(zip(heads, row, strict=True)) for row in rows[rows.index(heads) + 1 :]]
    wang = [row for row in by_name if row["姓名"] == "王学习"]
    assert [row["考试得分"] for row in wang] == [3, 3]
    assert [row["计入成绩的次数"] for row in wang] == ["1、2", "1、2"]
    (li,) = (row for row in by_name if row["姓名"] == "李求知")
    assert (li["待评答案"], li["考试得分"]) == (1, None)
    (zhao,) = (row for row in by_name if row["姓名"] == "赵认真")
    assert (zhao["状态"], zhao["得分"], zhao["待评答案"]) == ("已作废", None, None)
    page = chen.get(f"/sittings/{story.sitting_id}").text
    assert "1 份待评" in page
    assert "尚有 1 份答案未评分" in page
    assert "成绩发布后不能撤回" in page
