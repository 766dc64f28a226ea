"""Scores, totals, rounding and pass marks."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import scoring
from question_bank.marks import print_marks, read_marks
from question_bank.types.protocol import Policy
from tests.question_bank.test_items import item_of

TWO = item_of(type="multiple_choice", key="BD")


def test_a_slot_is_scored_by_its_type_and_the_policy() -> None:
    assert scoring.score_slot(TWO, "BD") == 1
    assert scoring.score_slot(TWO, "B") == 0
    assert scoring.score_slot(TWO, "B", Policy.PARTIAL) == Fraction(1, 2)


def test_thirds_add_up() -> None:
    third = Fraction(1, 3)
    assert scoring.total([(third, Decimal(1))] * 3) == 1
    assert scoring.rounded(scoring.total([(2 * third, Decimal("0.5"))]) or Fraction(0)) == Decimal("0.33")


def test_a_total_waits_for_people() -> None:
    assert scoring.total([(Fraction(1), Decimal(2)), (None, Decimal(5))]) is None
    assert scoring.total([]) == 0


@pytest.mark.parametrize(
    ("score", "shown"),
    [
        (Fraction(0), "0.00"),
        (Fraction(1, 3), "0.33"),
        (Fraction(2, 3), "0.67"),
        (Fraction(1, 200), "0.01"),
        (Fraction(199, 40_000), "0.00"),
        (Fraction(2_005, 1000), "2.01"),
        (Fraction(59_995, 1000), "60.00"),
        (Fraction(100), "100.00"),
    ],
)
def test_half_a_hundredth_is_rounded_up(score: Fraction, shown: str) -> None:
    assert str(scoring.rounded(score)) == shown


@given(st.fractions(0, 1000, max_denominator=5_000))
def test_rounding_moves_a_score_by_half_a_hundredth_at_most(score: Fraction) -> None:
    assert -Fraction(1, 200) < Fraction(scoring.rounded(score)) - score <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("score", "full", "percent", "passed"),
    [
        (Fraction(60), "100", "60", True),
        (Fraction(59), "100", "60", False),
        (Fraction(59_994, 1000), "100", "60", False),
        (Fraction(59_995, 1000), "100", "60", True),
        (Fraction(45, 2), "37.5", "60", True),
        (Fraction(0), "10", "0", True),
        (Fraction(10), "10", "100", True),
        (Fraction(9), "10", "100", False),
    ],
)
def test_what_is_shown_decides_whether_it_is_passed(
    score: Fraction, full: str, percent: str, passed: bool
) -> None:
    assert scoring.is_passed(score, Decimal(full), Decimal(percent)) is passed


def test_the_pass_mark_is_a_share_of_the_full_marks() -> None:
    assert scoring.pass_mark(Decimal("37.5"), Decimal(60)) == Fraction(45, 2)


@pytest.mark.parametrize(
    ("value", "marks"),
    [
        (1, "1"),
        ("2", "2"),
        ("2.50", "2.5"),
        (0.5, "0.5"),
        (Decimal("1.25"), "1.25"),
        (1000, "1000"),
        (" 3 ", "3"),
        ("100", "100"),
    ],
)
def test_marks_are_read_and_written_in_one_way(value: object, marks: str) -> None:
    read = read_marks(value)
    assert read is not None
    assert print_marks(read) == marks


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        True,
        None,
        "",
        "x",
        "1e2",
        "1,5",
        "１",
        "0.001",
        "0.00",
        1000.01,
        1e99,
        float("nan"),
        Decimal("inf"),
        [1],
    ],
)
def test_what_are_no_marks_is_none(value: object) -> None:
    assert read_marks(value) is None


@given(st.decimals("0.01", "1000", places=2))
def test_marks_are_the_same_after_writing_and_reading(marks: Decimal) -> None:
    assert read_marks(print_marks(marks)) == marks
