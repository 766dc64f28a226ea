"""A compensation gives back what an incident took from an attempt: no less, and nothing twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.exams.compensation import Span, seconds_lost

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def span(begins: float, ends: float) -> Span:
    """Return the time from one minute after nine to another."""
    return Span(NINE + timedelta(minutes=begins), NINE + timedelta(minutes=ends))


@pytest.mark.parametrize(
    ("incident", "running", "seconds"),
    [
        ((10, 20), (0, 60), 600),
        ((10, 20), (15, 60), 300),
        ((10, 20), (0, 12), 120),
        ((10, 20), (12, 13), 60),
        ((10, 20), (20, 60), 0),
        ((10, 20), (0, 10), 0),
        ((20, 10), (0, 60), 0),
    ],
)
def test_the_part_of_the_incident_that_fell_into_the_attempt_is_given_back(
    incident: tuple[int, int], running: tuple[int, int], seconds: int
) -> None:
    assert seconds_lost(span(*incident), span(*running), []) == seconds


def test_a_part_of_a_second_counts_as_a_whole_one() -> None:
    running = Span(NINE + timedelta(milliseconds=1), NINE + timedelta(hours=1))
    assert seconds_lost(span(-5, 1), running, []) == 60


def test_what_was_given_back_before_is_not_given_back_again() -> None:
    assert seconds_lost(span(10, 20), span(0, 60), [span(10, 20)]) == 0
    assert seconds_lost(span(10, 20), span(0, 60), [span(12, 14), span(13, 15)]) == 420
    assert seconds_lost(span(10, 20), span(0, 60), [span(0, 12), span(18, 40)]) == 360


MINUTES = st.integers(0, 40)
SPANS = st.builds(span, MINUTES, MINUTES)


def minutes_in(each: Span) -> set[int]:
    """Return the minutes that a span covers, counted one by one."""
    first, last = each.begins_at - NINE, each.ends_at - NINE
    return set(range(first // timedelta(minutes=1), last // timedelta(minutes=1)))


@given(incident=SPANS, running=SPANS, before=st.lists(SPANS, max_size=5))
def test_it_is_the_overlap_as_counted_minute_by_minute(
    incident: Span, running: Span, before: list[Span]
) -> None:
    left = minutes_in(incident) & minutes_in(running)
    left -= {minute for each in before for minute in minutes_in(each)}
    assert seconds_lost(incident, running, before) == 60 * len(left)


@given(incidents=st.lists(SPANS, max_size=5), running=SPANS)
def test_one_after_the_other_give_back_the_time_lost_in_all_once(
    incidents: list[Span], running: Span
) -> None:
    given_back = sum(seconds_lost(each, running, incidents[:at]) for at, each in enumerate(incidents))
    lost = {minute for each in incidents for minute in minutes_in(each)}
    assert given_back == 60 * len(lost & minutes_in(running))
