"""Pure decisions about exams."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.exams import rules
from learning.exams.kinds import AttemptState, ReleaseMode
from learning.exams.rules import Standing, StartRefusal, WriteRefusal

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
MOMENTS = st.integers(1_600_000_000, 2_200_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@dataclass(frozen=True)
class Saved:
    """A journal entry as far as the rules look at it."""

    seq: int
    slot_number: int


@given(MOMENTS, st.integers(1, 600), MOMENTS)
def test_no_deadline_lies_beyond_the_time_limit_or_the_sitting(
    start: datetime, minutes: int, end: datetime
) -> None:
    deadline = rules.closes_at(start, minutes, end)
    assert deadline <= end
    assert deadline <= start + timedelta(minutes=minutes)
    assert deadline in {end, start + timedelta(minutes=minutes)}


@given(MOMENTS, MOMENTS)
def test_no_page_promises_more_seconds_than_there_are(deadline: datetime, now: datetime) -> None:
    left = rules.seconds_left(deadline, now)
    assert left >= 0
    assert left == 0 or now + timedelta(seconds=left) <= deadline


@given(st.lists(st.integers(1, 5), max_size=30), st.randoms())
def test_the_replay_keeps_the_last_answer_of_each_slot_in_whatever_order_it_reads(
    slots: list[int], rng: Random
) -> None:
    journal = [Saved(seq, slot) for seq, slot in enumerate(slots, 1)]
    shuffled = list(journal)
    rng.shuffle(shuffled)
    expected = {entry.slot_number: entry for entry in journal}
    assert rules.replay(shuffled) == rules.replay(journal) == expected
    assert rules.replay(expected.values()) == expected


@given(st.integers(-100, 100), st.integers(0, 30))
def test_writing_ends_exactly_after_the_tolerance(seconds: int, tolerance: int) -> None:
    now = NOON + timedelta(seconds=seconds)
    refusal = rules.write_refusal(AttemptState.OPEN, NOON, "p", "p", now, tolerance)
    assert refusal == (None if seconds <= tolerance else WriteRefusal.TOO_LATE)
    assert rules.is_overdue(NOON, now, tolerance) is (refusal is not None)


@pytest.mark.parametrize(
    ("state", "place", "seconds", "expected"),
    [
        (AttemptState.OPEN, "p", 0, None),
        (AttemptState.OPEN, "q", 0, WriteRefusal.TAKEN_OVER),
        (AttemptState.OPEN, "", 0, WriteRefusal.TAKEN_OVER),
        (AttemptState.OPEN, "q", 60, WriteRefusal.TOO_LATE),
        (AttemptState.SUBMITTED, "p", 0, WriteRefusal.SUBMITTED),
        (AttemptState.SUBMITTED, "p", 60, WriteRefusal.SUBMITTED),
        (AttemptState.CLOSED, "p", 0, WriteRefusal.TOO_LATE),
    ],
)
def test_a_refusal_names_the_reason_that_matters(
    state: AttemptState, place: str, seconds: int, expected: WriteRefusal | None
) -> None:
    now = NOON + timedelta(seconds=seconds)
    assert rules.write_refusal(state, NOON, "p", place, now, 5) == expected


@pytest.mark.parametrize(
    ("mode", "released_at", "now", "expected"),
    [
        (ReleaseMode.MANUAL, None, NOON + timedelta(days=9), False),
        (ReleaseMode.MANUAL, NOON, NOON, True),
        (ReleaseMode.MANUAL, NOON + timedelta(seconds=1), NOON, False),
        (ReleaseMode.AFTER_CLOSE, None, NOON - timedelta(seconds=1), False),
        (ReleaseMode.AFTER_CLOSE, None, NOON, True),
        (ReleaseMode.AFTER_CLOSE, NOON - timedelta(days=1), NOON - timedelta(hours=1), True),
        (ReleaseMode.ON_SUBMIT, None, NOON - timedelta(days=1), True),
    ],
)
def test_results_are_seen_when_the_exam_says_so(
    mode: ReleaseMode, released_at: datetime | None, now: datetime, expected: bool
) -> None:
    assert rules.is_released(mode, NOON, released_at, now) is expected


@pytest.mark.parametrize(
    ("made", "released", "passed", "expected"),
    [
        (0, False, None, None),
        (1, False, None, StartRefusal.RESULT_PENDING),
        (1, False, False, StartRefusal.RESULT_PENDING),
        (1, False, True, StartRefusal.RESULT_PENDING),
        (1, True, None, StartRefusal.RESULT_PENDING),
        (1, True, True, StartRefusal.ALREADY_PASSED),
        (1, True, False, None),
        (2, True, False, StartRefusal.NO_ATTEMPT_LEFT),
    ],
)
def test_a_resit_is_open_to_who_failed_and_tells_nothing_before_the_release(
    made: int, released: bool, passed: bool | None, expected: StartRefusal | None
) -> None:
    assert rules.resit_refusal(made, 2, released, passed) == expected


@pytest.mark.parametrize(
    ("window", "running", "has_attempt", "released", "passed", "expected"),
    [
        (None, False, False, False, None, Standing.OPEN),
        (StartRefusal.TOO_EARLY, False, False, False, None, Standing.COMING),
        (StartRefusal.TOO_LATE, False, False, False, None, Standing.MISSED),
        (StartRefusal.CANCELLED, False, False, False, None, Standing.CANCELLED),
        (None, True, True, True, None, Standing.RUNNING),
        (None, False, True, True, None, Standing.WAITING_FOR_MARKS),
        (None, False, True, False, True, Standing.SUBMITTED),
        (None, False, True, False, False, Standing.SUBMITTED),
        (StartRefusal.TOO_LATE, False, True, True, True, Standing.PASSED),
        (StartRefusal.TOO_LATE, False, True, True, False, Standing.FAILED),
    ],
)
def test_where_somebody_stands_is_told_without_the_result_until_it_is_released(
    window: StartRefusal | None,
    running: bool,
    has_attempt: bool,
    released: bool,
    passed: bool | None,
    expected: Standing,
) -> None:
    assert rules.standing(window, running, has_attempt, released, passed) == expected
