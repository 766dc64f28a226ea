"""Pure decisions about exams."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.exams import review, rules
from learning.exams.kinds import AttemptState, Phase, ResitFor, Shown
from learning.exams.rules import Standing, StartRefusal, WriteRefusal

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
MOMENTS = st.integers(1_600_000_000, 2_200_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@dataclass(frozen=True)
class Saved:
    """A journal entry as far as the rules look at it."""

    seq: int
    slot_number: int


@given(
    MOMENTS,
    st.integers(1, 600),
    st.integers(0, 300),
    st.integers(0, 7200),
    MOMENTS,
    st.integers(0, 120),
    st.integers(0, 120),
)
def test_no_deadline_lies_beyond_the_persons_time_or_window(
    start: datetime, minutes: int, extra: int, added: int, end: datetime, tolerance: int, grace: int
) -> None:
    ends = rules.deadlines(start, minutes, extra, added, end, tolerance, grace)
    own = start + timedelta(seconds=minutes * 60 * (100 + extra) // 100 + added)
    assert ends.closes_at == min(own, end)
    assert ends.saves_until == ends.closes_at + timedelta(seconds=tolerance)
    assert ends.hand_in_until >= ends.saves_until
    assert ends.hand_in_until in {ends.saves_until, ends.closes_at + timedelta(minutes=grace)}


@given(MOMENTS, st.integers(1, 600), st.integers(0, 300), MOMENTS, st.integers(1, 600))
def test_more_time_is_more_time_however_the_attempt_was_bounded(
    start: datetime, minutes: int, extra: int, end: datetime, more: int
) -> None:
    before = rules.deadlines(start, minutes, extra, 0, end, 5, 0)
    added = timedelta(minutes=more)
    after = rules.deadlines(start, minutes, extra, more * 60, end + added, 5, 0)
    assert after.closes_at == before.closes_at + added


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
    now, until = NOON + timedelta(seconds=seconds), NOON + timedelta(seconds=tolerance)
    refusal = rules.write_refusal(AttemptState.OPEN, until, "p", "p", False, now)
    assert refusal == (None if seconds <= tolerance else WriteRefusal.TOO_LATE)


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
        (AttemptState.ABANDONED, "p", 0, WriteRefusal.TOO_LATE),
    ],
)
def test_a_refusal_names_the_reason_that_matters(
    state: AttemptState, place: str, seconds: int, expected: WriteRefusal | None
) -> None:
    now = NOON + timedelta(seconds=seconds)
    until = NOON + timedelta(seconds=5)
    assert rules.write_refusal(state, until, "p", place, False, now) == expected
    if expected is None:
        assert rules.write_refusal(state, until, "p", place, True, now) == WriteRefusal.LOCKED


@pytest.mark.parametrize(
    ("phase", "released_at", "now", "expected"),
    [
        (Phase.RELEASED, None, NOON + timedelta(days=9), False),
        (Phase.RELEASED, NOON, NOON, True),
        (Phase.RELEASED, NOON + timedelta(seconds=1), NOON, False),
        (Phase.CLOSED, None, NOON - timedelta(seconds=1), False),
        (Phase.CLOSED, None, NOON, True),
        (Phase.CLOSED, NOON - timedelta(days=1), NOON - timedelta(hours=1), False),
        (Phase.AFTER, None, NOON - timedelta(days=1), True),
    ],
)
def test_a_phase_shows_what_the_matrix_says_from_its_moment_on(
    phase: Phase, released_at: datetime | None, now: datetime, expected: bool
) -> None:
    matrix = review.matrix_of({phase: ["marks"]})
    reached = review.phases(AttemptState.SUBMITTED, NOON, released_at, now)
    assert (Shown.MARKS in review.shown(matrix, reached)) is expected
    assert Shown.KEY not in review.shown(matrix, reached)


@given(st.dictionaries(st.sampled_from(Phase), st.frozensets(st.sampled_from(Shown))), MOMENTS)
def test_while_an_attempt_runs_only_what_the_matrix_shows_then_is_shown(
    matrix: dict[Phase, frozenset[Shown]], now: datetime
) -> None:
    reached = review.phases(AttemptState.OPEN, NOON, NOON, now)
    assert review.shown(matrix, reached) == matrix.get(Phase.DURING, frozenset())
    assert review.matrix_of(review.to_dict(matrix)) == {
        phase: matrix.get(phase, frozenset()) for phase in Phase
    }


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
    resits = rules.Resits(attempts_allowed=2, resit_for=ResitFor.FAILED, delay_minutes=0)
    assert rules.resit_refusal(resits, made, NOON, released, passed, NOON) == expected


@pytest.mark.parametrize(
    ("made", "minutes", "passed", "expected"),
    [
        (0, 0, None, None),
        (1, 29, True, StartRefusal.TOO_SOON),
        (1, 30, True, None),
        (1, 30, None, None),
        (3, 30, False, StartRefusal.NO_ATTEMPT_LEFT),
    ],
)
def test_where_all_may_try_again_only_number_and_delay_bind(
    made: int, minutes: int, passed: bool | None, expected: StartRefusal | None
) -> None:
    resits = rules.Resits(attempts_allowed=3, resit_for=ResitFor.ALL, delay_minutes=30)
    now = NOON + timedelta(minutes=minutes)
    assert rules.resit_refusal(resits, made, NOON, False, passed, now) == expected


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
