"""What people write into the cells of a list."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.core.spreadsheets import Cell
from learning.people.kinds import DatePrecision, LeadershipRank, TenureType
from learning.people.roster_cells import (
    Day,
    Reason,
    read_code,
    read_day,
    read_last_day,
    read_name,
    read_rank,
    read_staff_number,
    read_tenure,
    read_text,
    read_yes_no,
)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张\u3000三", "张三"),
        (" 张 三 ", "张三"),
        ("张三（女）", "张三"),
        ("阿不都•热合曼", "阿不都·热合曼"),
        ("阿不都．热合曼", "阿不都·热合曼"),
        ("阿不都 · 热合曼", "阿不都·热合曼"),
        ("𠮷川", "𠮷川"),
        ("王㐂", "王㐂"),
        ("Anna Smith", "Anna Smith"),
    ],
)
def test_names_are_put_into_one_form(cell: str, name: str) -> None:
    assert read_name(cell) == name


@pytest.mark.parametrize("cell", ["", "张", "=1+1", "张三1", "<b>张三</b>", "张" * 81, 7.0, "张三@"])
def test_what_is_no_name_is_refused(cell: Cell) -> None:
    assert isinstance(read_name(cell), Reason)


@pytest.mark.parametrize(
    ("cell", "number"),
    [("007", "007"), (7.0, "7"), ("ｓｆ００１", "SF001"), (" sf 001 ", "SF001"), ("组字-12", "组字-12")],
)
def test_staff_numbers_keep_their_zeros(cell: Cell, number: str) -> None:
    assert read_staff_number(cell) == number


@pytest.mark.parametrize(
    "cell",
    ["", "110101199001011237", "11010119900101123x", 1.10101199001011e17, "1.1E+17", "a=b", "x" * 41, "-1"],
)
def test_identity_numbers_and_broken_numbers_are_refused(cell: Cell) -> None:
    assert isinstance(read_staff_number(cell), Reason)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-03-05", Day(date(2024, 3, 5))),
        ("2024/3/5", Day(date(2024, 3, 5))),
        ("2024.3.5", Day(date(2024, 3, 5))),
        ("2024年3月5日", Day(date(2024, 3, 5))),
        ("２０２４年３月５日", Day(date(2024, 3, 5))),
        ("20240305", Day(date(2024, 3, 5))),
        ("2024-03-05 00:00:00", Day(date(2024, 3, 5))),
        (date(2024, 3, 5), Day(date(2024, 3, 5))),
        (45356.0, Day(date(2024, 3, 5))),
        ("45356", Day(date(2024, 3, 5))),
        ("2024.3", Day(date(2024, 3, 1), DatePrecision.MONTH)),
        (2024.3, Day(date(2024, 3, 1), DatePrecision.MONTH)),
        ("2024-03", Day(date(2024, 3, 1), DatePrecision.MONTH)),
        ("2024年3月", Day(date(2024, 3, 1), DatePrecision.MONTH)),
        ("202403", Day(date(2024, 3, 1), DatePrecision.MONTH)),
        ("2024.10", Day(date(2024, 10, 1), DatePrecision.MONTH)),
        ("2024-02-29", Day(date(2024, 2, 29))),
        ("", None),
        ("—", None),
        ("至今", None),
        ("无", None),
    ],
)
def test_days_are_read_in_every_usual_form(cell: Cell, day: Day | None) -> None:
    assert read_day(cell) == day


@pytest.mark.parametrize(
    "cell",
    ["2024", 2024.0, "2024-13", "2023-02-29", "去年", "0024-03", "2024.1", 2024.1, "9" * 5000, True, "3/5"],
)
def test_what_is_no_day_is_refused_and_january_is_not_guessed(cell: Cell) -> None:
    assert isinstance(read_day(cell), Reason)


def test_a_month_of_leaving_means_its_last_day() -> None:
    assert read_last_day("2024-02") == date(2024, 2, 29)
    assert read_last_day("2024-02-10") == date(2024, 2, 10)
    assert read_last_day("至今") is None


@pytest.mark.parametrize(
    ("cell", "rank"),
    [
        ("县处级副职", LeadershipRank.COUNTY_DEPUTY),
        ("副处", LeadershipRank.COUNTY_DEPUTY),
        ("正县级", LeadershipRank.COUNTY_PRINCIPAL),
        ("正科", LeadershipRank.TOWNSHIP_PRINCIPAL),
        ("厅局级正职", LeadershipRank.BUREAU_PRINCIPAL),
        ("无", None),
        ("—", None),
        ("兼职", None),
        ("", None),
    ],
)
def test_ranks_are_known_by_their_usual_names(cell: str, rank: LeadershipRank | None) -> None:
    assert read_rank(cell) is rank


def test_words_that_mean_nothing_here_are_named() -> None:
    for read in (
        read_rank(cell="部长助理"),
        read_tenure("临时"),
        read_yes_no("大概"),
        read_text("长" * 121, 120),
    ):
        assert isinstance(read, Reason)


def test_yes_no_and_kinds_of_holding() -> None:
    assert [read_yes_no(cell) for cell in ("是", "√", "1", 1.0, True, "Ｙ")] == [True] * 6
    assert [read_yes_no(cell) for cell in ("否", "×", 0.0, False, "", "无")] == [False] * 6
    assert read_tenure("挂职") is TenureType.SECONDMENT
    assert read_tenure("") is TenureType.FULL_TIME


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.dates()))
def test_no_cell_whatever_makes_a_reader_fail(cell: Cell) -> None:
    for read in (
        read_name,
        read_staff_number,
        read_day,
        read_last_day,
        read_rank,
        read_tenure,
        read_yes_no,
        read_code,
    ):
        read(cell)
    read_text(cell, 10)
