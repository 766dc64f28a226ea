"""Which mark of an answer counts, told from values alone."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.exams.kinds import MarkKind
from learning.exams.marks import (
    MarkRefusal,
    MarkRow,
    MarkState,
    decision_refusal,
    kind_for,
    own_mark,
    people_mark,
    standing_mark,
)

FIFTH = Fraction(1, 5)


def row(at: int, kind: MarkKind, tenths: int, by: int | None = None, **more: object) -> MarkRow:
    """Return a mark of so many tenths."""
    return MarkRow(at, kind, Fraction(tenths, 10), Decimal(tenths), by, **more)  # type: ignore[arg-type]


FIRST, SECOND = row(1, MarkKind.FIRST, 6, 11), row(2, MarkKind.SECOND, 8, 12)
FAR = row(2, MarkKind.SECOND, 9, 12)


@pytest.mark.parametrize(
    ("marks", "markers", "state", "share"),
    [
        ([], 1, MarkState.TO_MARK, None),
        ([FIRST], 1, MarkState.STANDING, Fraction(6, 10)),
        ([FIRST], 2, MarkState.TO_MARK_AGAIN, None),
        ([FIRST, SECOND], 2, MarkState.STANDING, Fraction(7, 10)),
        ([FIRST, FAR], 2, MarkState.TO_RECONCILE, None),
        ([FIRST, FAR, row(3, MarkKind.AGREED, 8, 13)], 2, MarkState.STANDING, Fraction(8, 10)),
        # Of the same marker the last mark counts.
        ([FIRST, row(3, MarkKind.FIRST, 5, 11)], 1, MarkState.STANDING, Fraction(1, 2)),
        ([FIRST, FAR, row(3, MarkKind.FIRST, 9, 11)], 2, MarkState.STANDING, Fraction(9, 10)),
        ([row(1, MarkKind.MACHINE, 3)], 2, MarkState.STANDING, Fraction(3, 10)),
        # A correction goes before everything, whoever marked and whenever.
        ([row(1, MarkKind.MACHINE, 0), row(2, MarkKind.REGRADE, 10)], 1, MarkState.STANDING, Fraction(1)),
        ([FIRST, row(2, MarkKind.REGRADE, 10), SECOND], 2, MarkState.STANDING, Fraction(1)),
    ],
)
def test_which_mark_counts(
    marks: list[MarkRow], markers: int, state: MarkState, share: Fraction | None
) -> None:
    found = standing_mark(marks, markers, FIFTH)
    assert (found.state, found.share) == (state, share)


def test_what_is_dropped_stays_dropped() -> None:
    dropped = row(2, MarkKind.REGRADE, 0, is_dropped=True)
    assert standing_mark([row(1, MarkKind.MACHINE, 10), dropped], 1, FIFTH).is_dropped


@pytest.mark.parametrize(("distance", "stands"), [(0, True), (2, True), (3, False), (10, False)])
def test_the_tolerance_itself_is_still_close_enough(distance: int, stands: bool) -> None:
    marks = [row(1, MarkKind.FIRST, 0, 11), row(2, MarkKind.SECOND, distance, 12)]
    assert (people_mark(marks, 2, FIFTH).state is MarkState.STANDING) == stands


@given(st.integers(0, 10), st.integers(0, 10), st.integers(0, 10))
def test_it_does_not_matter_who_of_two_came_first(one: int, other: int, tolerance: int) -> None:
    there = [row(1, MarkKind.FIRST, one, 11), row(2, MarkKind.SECOND, other, 12)]
    back = [row(1, MarkKind.FIRST, other, 12), row(2, MarkKind.SECOND, one, 11)]
    allowed = Fraction(tolerance, 10)
    assert people_mark(there, 2, allowed).share == people_mark(back, 2, allowed).share


def test_the_mean_lies_between_the_two() -> None:
    found = people_mark([FIRST, SECOND], 2, FIFTH)
    assert found.share is not None
    assert FIRST.fraction <= found.share <= SECOND.fraction


def test_a_marker_is_first_or_second_and_stays_so() -> None:
    assert kind_for([], 1, 11) is MarkKind.FIRST
    assert kind_for([FIRST], 1, 11) is MarkKind.FIRST
    assert kind_for([FIRST], 1, 12) is None
    assert kind_for([FIRST], 2, 12) is MarkKind.SECOND
    assert kind_for([FIRST, SECOND], 2, 12) is MarkKind.SECOND
    assert kind_for([FIRST, SECOND], 2, 13) is None


def test_what_was_agreed_is_nobodys_own_mark() -> None:
    assert own_mark([FIRST, row(3, MarkKind.AGREED, 5, 13)], 13) is None
    assert own_mark([FIRST, row(3, MarkKind.FIRST, 5, 11)], 11) == row(3, MarkKind.FIRST, 5, 11)


@pytest.mark.parametrize(
    ("marks", "account", "able", "refusal"),
    [
        ([FIRST, FAR], 13, 3, None),
        ([FIRST, FAR], 11, 3, MarkRefusal.OWN_MARK),
        # Where there is nobody else, one of the two decides.
        ([FIRST, FAR], 11, 2, None),
        ([FIRST], 13, 3, MarkRefusal.NOT_MARKED),
        ([], 13, 3, MarkRefusal.NOT_MARKED),
        ([row(1, MarkKind.MACHINE, 5)], 13, 3, MarkRefusal.NOT_FOR_PEOPLE),
        ([FIRST, FAR, row(3, MarkKind.REGRADE, 10)], 13, 3, MarkRefusal.NOT_FOR_PEOPLE),
    ],
)
def test_who_may_decide(marks: list[MarkRow], account: int, able: int, refusal: MarkRefusal | None) -> None:
    assert decision_refusal(marks, 2, account, able) is refusal
