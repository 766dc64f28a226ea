"""Who may be issued what: by tables."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from learning.certificates import rules
from learning.certificates.rules import Draft, Held, HoursLine, ModuleHours, Refusal, Run, Studied
from learning.certificates.sources import ClassSource, CourseSource, HoursSource, source_from

TODAY = date(2026, 5, 1)
RUN = Run("班", "党校", "off_job", True, date(2026, 4, 6), date(2026, 4, 10), Decimal(30))
MODULES = [ModuleHours("a", "甲", Decimal("0.5")), ModuleHours("b", "乙", Decimal("0.25"))]
DONE = Studied(date(2026, 3, 1), {"a": date(2026, 3, 2), "b": date(2026, 3, 9)}, True, date(2026, 4, 20))


@pytest.mark.parametrize(
    ("changes", "outcome", "expected"),
    [
        ({"is_withdrawn": True}, "completed", Refusal.WITHDRAWN),
        ({}, None, Refusal.NOT_ON_ROLL),
        ({"ends_on": date(2026, 5, 2)}, "completed", Refusal.NOT_OVER),
        ({}, "pending", Refusal.OUTCOME_OPEN),
        ({}, "not_completed", Refusal.NOT_COMPLETED),
        ({"lesson_hours": Decimal(0)}, "completed", Refusal.NO_LESSON_HOURS),
    ],
)
def test_of_a_class_nothing_is_issued_on_what_is_missing(
    changes: dict[str, object], outcome: str | None, expected: Refusal
) -> None:
    assert rules.of_class(replace(RUN, **changes), outcome, TODAY) is expected  # type: ignore[arg-type]


def test_a_completed_class_says_its_days_hours_and_clause() -> None:
    draft = rules.of_class(replace(RUN, ends_on=TODAY), "completed", TODAY)
    assert isinstance(draft, Draft)
    assert (draft.title, draft.starts_on, draft.ends_on) == ("班", RUN.starts_on, TODAY)
    assert draft.hours_by_kind == {"off_job": Decimal(30)}
    assert draft.clauses == ("3.7s2",)
    other = rules.of_class(replace(RUN, covers_mass_work=False), "completed", TODAY)
    assert isinstance(other, Draft)
    assert other.clauses == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"finished": {"a": date(2026, 3, 2)}}, Refusal.MODULES_OPEN),
        ({"finished": {}}, Refusal.MODULES_OPEN),
        ({"has_passed": None, "examined_on": None}, Refusal.NO_RESULT),
        ({"has_passed": False}, Refusal.NOT_PASSED),
    ],
)
def test_of_a_course_all_modules_and_the_final_exam_are_needed(
    changes: dict[str, object], expected: Refusal
) -> None:
    assert rules.of_course("课", MODULES, replace(DONE, **changes)) is expected  # type: ignore[arg-type]


def test_of_a_course_without_modules_nothing_is_issued() -> None:
    assert rules.of_course("课", [], DONE) is Refusal.MODULES_OPEN


def test_a_finished_course_runs_from_the_first_reading_to_the_exam() -> None:
    draft = rules.of_course("课", MODULES, DONE)
    assert isinstance(draft, Draft)
    assert (draft.starts_on, draft.ends_on, draft.modules) == (date(2026, 3, 1), date(2026, 4, 20), 2)
    assert draft.hours == Decimal("0.75")


def line(day: date, hours: str, kind: str = "online") -> HoursLine:
    return HoursLine(kind, f"课{day}", "校", day, day, Decimal(hours))


@pytest.mark.parametrize(
    ("day", "hours", "counts"),
    [
        (date(2026, 1, 1), "3", True),
        (date(2026, 4, 30), "3", True),
        (date(2025, 12, 31), "3", False),
        (date(2026, 5, 1), "3", False),
        (date(2026, 2, 1), "0", False),
    ],
)
def test_hours_count_that_ended_in_the_period_and_are_on_record(day: date, hours: str, counts: bool) -> None:
    found = rules.of_hours(date(2026, 1, 1), date(2026, 4, 30), [line(day, hours)], TODAY)
    assert isinstance(found, Draft) is counts
    if not counts:
        assert found is Refusal.NO_HOURS


def test_hours_are_listed_by_day_and_summed_by_kind() -> None:
    lines = [
        line(date(2026, 3, 1), "2"),
        line(date(2026, 2, 1), "0.25", "course"),
        line(date(2026, 1, 9), "4"),
    ]
    draft = rules.of_hours(date(2026, 1, 1), TODAY, lines, TODAY)
    assert isinstance(draft, Draft)
    assert [each.ends_on.month for each in draft.lines] == [1, 2, 3]
    assert draft.hours_by_kind == {"online": Decimal(6), "course": Decimal("0.25")}
    assert draft.hours == Decimal("6.25")


def test_of_days_that_are_not_over_nothing_is_stated() -> None:
    assert rules.of_hours(TODAY, date(2026, 5, 2), [line(TODAY, "1")], TODAY) is Refusal.PERIOD_OPEN


def test_the_paper_names_the_main_post_of_the_day() -> None:
    before = Held("旧单位", "干事", True, date(2020, 1, 1), date(2026, 4, 9))
    side = Held("兼职单位", "委员", False, None, None)
    main = Held("新单位", "主席", True, date(2026, 4, 10), None)
    assert rules.post_on([side, before, main], date(2026, 4, 9)) == before
    assert rules.post_on([side, before, main], date(2026, 4, 10)) == main
    assert rules.post_on([side], date(2026, 4, 10)) == side
    assert rules.post_on([before], date(2026, 4, 10)) is None


@pytest.mark.parametrize(
    "source",
    [
        ClassSource(12),
        CourseSource(5, "opinion-2015"),
        HoursSource(3, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_source_is_read_as_it_is_written(source: ClassSource | CourseSource | HoursSource) -> None:
    assert source_from(str(source)) == source


@pytest.mark.parametrize(
    "text",
    ["", "class-", "class-x", "class-99999999999999999999", "course-1-", "course-1-../x", "hours-1-2026-1-1",
     "hours-1-20260101-20251231", "hours-1-20260230-20260301", "class-1\n", "class-١"],
)  # fmt: skip
def test_what_names_no_source_is_none(text: str) -> None:
    assert source_from(text) is None


def test_a_code_is_read_however_it_is_typed() -> None:
    code = "ABCD2345EFGH6789"
    assert rules.grouped(code) == "ABCD-2345-EFGH-6789"
    assert rules.code_from(" abcd-2345 efgh-6789\n") == code
