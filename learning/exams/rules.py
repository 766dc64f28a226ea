"""Decide about exams: deadlines, who may start, which answers still count, when results may be seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import floor
from typing import Protocol, TypeVar

from learning.exams.kinds import AttemptState, ResitFor, TimeOut

#: A page that has not been heard of for so long is taken for closed; an open one asks every ten seconds.
SECONDS_OF_SILENCE = 45


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
    #: The next attempt has to wait for some time after the last.
    TOO_SOON = "too_soon"
    #: An invigilator starts the room.
    NOT_STARTED = "not_started"
    WRONG_CODE = "wrong_code"
    WRONG_NETWORK = "wrong_network"
    WRONG_BROWSER = "wrong_browser"


class WriteRefusal(StrEnum):
    """Why nothing can be written into an attempt from this page."""

    SUBMITTED = "submitted"
    TOO_LATE = "too_late"
    TAKEN_OVER = "taken_over"
    #: The page and the server do not agree on how many answers were saved.
    GAP = "gap"
    #: An invigilator keeps the attempt locked for now.
    LOCKED = "locked"
    #: The account of its learner can no longer sign in.
    SWITCHED_OFF = "switched_off"


class EntryRefusal(StrEnum):
    """Why one answer of several was not saved."""

    UNKNOWN_SLOT = "unknown_slot"
    UNREADABLE = "unreadable"
    #: The key of a saved answer came back with another answer.
    KEY_REUSED = "key_reused"
    #: A one-way paper has left this question behind, or not reached it.
    NOT_HERE = "not_here"
    #: A practice question that has been checked for the last time.
    CHECKED = "checked"


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
    #: Not handed in though the exam asks for it.
    ABANDONED = "abandoned"
    VOIDED = "voided"


class Entry(Protocol):
    """What a journal entry says, as far as the rules need it."""

    @property
    def seq(self) -> int:
        """Return its place in the journal."""

    @property
    def slot_number(self) -> int:
        """Return the slot it answers."""


SomeEntry = TypeVar("SomeEntry", bound=Entry)


@dataclass(frozen=True)
class Window:
    """When one person may sit: that of the sitting, with what is different for this person."""

    opens_at: datetime
    #: From here on nobody starts any more.
    latest_start_at: datetime
    #: The hard end, moved by all time that was added for this person.
    closes_at: datetime


@dataclass(frozen=True)
class Deadlines:
    """The three ends of an attempt: of answering, of slow last saves, of handing in."""

    closes_at: datetime
    saves_until: datetime
    hand_in_until: datetime


def deadlines(
    started_at: datetime,
    time_limit_minutes: int,
    extra_time_percent: int,
    added_seconds: int,
    window_closes_at: datetime,
    tolerance_seconds: int,
    grace_minutes: int,
) -> Deadlines:
    """Return the deadlines of an attempt, from the facts alone, so that they can be worked out again.

    Answering ends with the time limit, made longer by the person's factor and by what was added while it
    ran, but never after the window.
    """
    limit = timedelta(seconds=time_limit_minutes * 60 * (100 + extra_time_percent) // 100 + added_seconds)
    closes_at = min(started_at + limit, window_closes_at)
    saves_until = closes_at + timedelta(seconds=tolerance_seconds)
    return Deadlines(closes_at, saves_until, max(saves_until, closes_at + timedelta(minutes=grace_minutes)))


def seconds_left(deadline: datetime, now: datetime) -> int:
    """Return the whole seconds until the deadline, rounded down so that no page promises more."""
    return max(0, floor((deadline - now).total_seconds()))


def window_refusal(window: Window, is_cancelled: bool, now: datetime) -> StartRefusal | None:
    """Return why the sitting itself admits nobody at this moment."""
    if is_cancelled:
        return StartRefusal.CANCELLED
    if now < window.opens_at:
        return StartRefusal.TOO_EARLY
    return StartRefusal.TOO_LATE if now >= min(window.latest_start_at, window.closes_at) else None


@dataclass(frozen=True)
class Resits:
    """What an exam, or an override, says about further attempts."""

    attempts_allowed: int
    resit_for: str
    delay_minutes: int


def resit_refusal(
    resits: Resits,
    attempts_made: int,
    last_ended_at: datetime | None,
    is_released: bool,
    is_passed: bool | None,
    now: datetime,
) -> StartRefusal | None:
    """Return why a person who has no open attempt may not make one more.

    A resit is for those who failed, unless the exam says otherwise, and nobody is told so before the result
    is released.
    """
    if attempts_made == 0:
        return None
    if attempts_made >= resits.attempts_allowed:
        return StartRefusal.NO_ATTEMPT_LEFT
    if resits.resit_for == ResitFor.FAILED:
        if not is_released or is_passed is None:
            return StartRefusal.RESULT_PENDING
        if is_passed:
            return StartRefusal.ALREADY_PASSED
    if last_ended_at is not None and now < last_ended_at + timedelta(minutes=resits.delay_minutes):
        return StartRefusal.TOO_SOON
    return None


def write_refusal(
    state: str, until: datetime, active_place: str, place: str, is_locked: bool, now: datetime
) -> WriteRefusal | None:
    """Return why a page may not write into an attempt; only the server's clock is asked.

    `until` is Attempt.saves_until for answers, and Attempt.hand_in_until for handing in.
    """
    if state == AttemptState.SUBMITTED:
        return WriteRefusal.SUBMITTED
    if state != AttemptState.OPEN or now > until:
        return WriteRefusal.TOO_LATE
    if is_locked:
        return WriteRefusal.LOCKED
    return None if place == active_place else WriteRefusal.TAKEN_OVER


def place_refusal(
    active_place: str,
    active_browser: str,
    last_seen_at: datetime | None,
    held_place: str,
    takes_over: bool,
    now: datetime,
) -> WriteRefusal | None:
    """Return why a page that wants to write has to ask its learner first: another one is open.

    A page that was closed without a word frees its place after some time, one that said goodbye at once.
    """
    if held_place == active_place or takes_over or not active_browser:
        return None
    is_alive = last_seen_at is not None and now < last_seen_at + timedelta(seconds=SECONDS_OF_SILENCE)
    return WriteRefusal.TAKEN_OVER if is_alive else None


def state_at_time_out(time_out: str) -> AttemptState:
    """Return what becomes of an attempt that nobody handed in until the server ends it."""
    return AttemptState.CLOSED if time_out == TimeOut.SUBMIT else AttemptState.ABANDONED


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
