"""Decide about exams: deadlines, who may start, which answers still count, when results may be seen."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from math import floor
from typing import Protocol, TypeVar

from learning.exams.kinds import AttemptState, ReleaseMode


class StartRefusal(StrEnum):
    """Why an attempt cannot be started."""

    CANCELLED = "cancelled"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    #: Another attempt is running, at another sitting of the same exam.
    OTHER_OPEN = "other_open"
    NO_ATTEMPT_LEFT = "no_attempt_left"
    #: Whether there is a resit follows from the result, which is not known yet.
    RESULT_PENDING = "result_pending"
    ALREADY_PASSED = "already_passed"


class WriteRefusal(StrEnum):
    """Why nothing can be written into an attempt from this page."""

    SUBMITTED = "submitted"
    TOO_LATE = "too_late"
    TAKEN_OVER = "taken_over"
    #: The page and the server do not agree on how many answers were saved.
    GAP = "gap"


class EntryRefusal(StrEnum):
    """Why one answer of several was not saved."""

    UNKNOWN_SLOT = "unknown_slot"
    UNREADABLE = "unreadable"
    #: The key of a saved answer came back with another answer.
    KEY_REUSED = "key_reused"


class Standing(StrEnum):
    """Where somebody stands at a sitting, as shown to them."""

    CANCELLED = "cancelled"
    COMING = "coming"
    OPEN = "open"
    RUNNING = "running"
    SUBMITTED = "submitted"
    WAITING_FOR_MARKS = "waiting_for_marks"
    PASSED = "passed"
    FAILED = "failed"
    MISSED = "missed"


class Entry(Protocol):
    """What a journal entry says, as far as the rules need it."""

    @property
    def seq(self) -> int:
        """Return its place in the journal."""

    @property
    def slot_number(self) -> int:
        """Return the slot it answers."""


SomeEntry = TypeVar("SomeEntry", bound=Entry)


def closes_at(start: datetime, time_limit_minutes: int, sitting_closes_at: datetime) -> datetime:
    """Return the deadline of an attempt: the time limit, but never after the sitting's end."""
    return min(start + timedelta(minutes=time_limit_minutes), sitting_closes_at)


def seconds_left(deadline: datetime, now: datetime) -> int:
    """Return the whole seconds until the deadline, rounded down so that no page promises more."""
    return max(0, floor((deadline - now).total_seconds()))


def is_overdue(deadline: datetime, now: datetime, tolerance_seconds: int) -> bool:
    """Return whether the deadline and the tolerance for a slow last save are both over."""
    return now > deadline + timedelta(seconds=tolerance_seconds)


def window_refusal(
    opens_at: datetime, sitting_closes_at: datetime, is_cancelled: bool, now: datetime
) -> StartRefusal | None:
    """Return why the sitting itself admits nobody at this moment."""
    if is_cancelled:
        return StartRefusal.CANCELLED
    if now < opens_at:
        return StartRefusal.TOO_EARLY
    return StartRefusal.TOO_LATE if now >= sitting_closes_at else None


def resit_refusal(
    attempts_made: int, attempts_allowed: int, last_is_released: bool, last_is_passed: bool | None
) -> StartRefusal | None:
    """Return why a person who has no open attempt may not make one more.

    A resit is for those who failed, and nobody is told so before the result is released.
    """
    if attempts_made == 0:
        return None
    if attempts_made >= attempts_allowed:
        return StartRefusal.NO_ATTEMPT_LEFT
    if not last_is_released or last_is_passed is None:
        return StartRefusal.RESULT_PENDING
    return StartRefusal.ALREADY_PASSED if last_is_passed else None


def write_refusal(
    state: str, deadline: datetime, active_place: str, place: str, now: datetime, tolerance_seconds: int
) -> WriteRefusal | None:
    """Return why a page may not write into an attempt; only the server's clock is asked."""
    if state == AttemptState.SUBMITTED:
        return WriteRefusal.SUBMITTED
    if state == AttemptState.CLOSED or is_overdue(deadline, now, tolerance_seconds):
        return WriteRefusal.TOO_LATE
    return None if place == active_place else WriteRefusal.TAKEN_OVER


def is_released(
    mode: str, sitting_closes_at: datetime, results_released_at: datetime | None, now: datetime
) -> bool:
    """Return whether results, keys and explanations of an ended attempt may be seen by its learner."""
    if results_released_at is not None and results_released_at <= now:
        return True
    if mode == ReleaseMode.AFTER_CLOSE:
        return now >= sitting_closes_at
    return mode == ReleaseMode.ON_SUBMIT


def replay(entries: Iterable[SomeEntry]) -> dict[int, SomeEntry]:
    """Return the entry that counts for each slot: the last one the server took, in whatever order given."""
    last: dict[int, SomeEntry] = {}
    for entry in entries:
        known = last.get(entry.slot_number)
        if known is None or entry.seq > known.seq:
            last[entry.slot_number] = entry
    return last


def standing(
    window: StartRefusal | None, is_running: bool, has_attempt: bool, released: bool, is_passed: bool | None
) -> Standing:
    """Return where somebody stands at a sitting; the result is told only once it is released."""
    if is_running:
        return Standing.RUNNING
    if has_attempt:
        if is_passed is None:
            return Standing.WAITING_FOR_MARKS
        if not released:
            return Standing.SUBMITTED
        return Standing.PASSED if is_passed else Standing.FAILED
    without_attempt = {
        StartRefusal.CANCELLED: Standing.CANCELLED,
        StartRefusal.TOO_EARLY: Standing.COMING,
        StartRefusal.TOO_LATE: Standing.MISSED,
    }
    return without_attempt.get(window, Standing.OPEN) if window else Standing.OPEN
