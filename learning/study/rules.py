"""Decide about study time, marks and finished modules; everything here is a function of values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from learning.materials.rules import reading_minutes

#: A page that reports does so every 20 seconds; a longer silence than this was no reading.
IDLE_LIMIT = timedelta(seconds=60)
#: Without reports, a stay counts up to this multiple of the time a slow reader takes for the text.
READING_TIMES = 2
#: A return to the same page within this time goes on with the visit instead of opening another.
SAME_VISIT = timedelta(minutes=30)


class StudyState(StrEnum):
    """How far a learner is with a unit, module or course."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"


def seconds_to_add(seen_at: datetime, now: datetime, idle_limit: timedelta) -> int:
    """Return the whole seconds since the page was last seen, at most the limit, never below nothing."""
    return int(max(timedelta(0), min(now - seen_at, idle_limit)).total_seconds())


def counted_until(seen_at: datetime, now: datetime, idle_limit: timedelta) -> datetime:
    """Return the moment up to which time is now counted; the rest of a second is left for the next time."""
    if now - seen_at > idle_limit:
        return now
    return seen_at + timedelta(seconds=seconds_to_add(seen_at, now, idle_limit))


def unwatched_limit(slowest_minutes: int, counted: int) -> timedelta:
    """Return how much more a page that cannot report may still count, from the length of its text."""
    return timedelta(seconds=max(0, READING_TIMES * slowest_minutes * 60 - counted))


def goes_on(visited_unit_id: int, unit_id: int, seen_at: datetime, now: datetime) -> bool:
    """Return whether opening a unit's page continues the newest visit rather than beginning one."""
    return visited_unit_id == unit_id and now - seen_at <= SAME_VISIT


def is_noted(visited_unit_id: int, unit_id: int, seen_at: datetime, now: datetime) -> bool:
    """Return whether the newest visit says all: it is to this unit and was seen less than a second ago.

    Time is counted in whole seconds, so that nothing is lost: the rest is counted the next time.
    """
    return visited_unit_id == unit_id and now - seen_at < timedelta(seconds=1)


def position_from(value: object) -> int | None:
    """Return a place on the page in percent as a client sent it, or None where it sent none."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= 100 else None


@dataclass(frozen=True)
class UnitProgress:
    """How far a learner is with one unit."""

    unit_id: int
    module_slug: str
    key: str
    title: str
    number: int
    characters: int
    is_read: bool
    practice: int
    answered: int
    #: How far down the page the learner was at the last visit; None where there was none.
    position: int | None

    @property
    def reading_minutes(self) -> tuple[int, int]:
        """Return the least and the most minutes that reading takes."""
        return reading_minutes(self.characters)

    @property
    def is_done(self) -> bool:
        """Return whether the unit counts towards its module: read, and every practice question answered."""
        return self.is_read and self.answered == self.practice

    @property
    def state(self) -> StudyState:
        """Return the state in a word."""
        if self.is_done:
            return StudyState.FINISHED
        started = self.is_read or self.answered or self.position is not None
        return StudyState.IN_PROGRESS if started else StudyState.NOT_STARTED


@dataclass(frozen=True)
class ModuleProgress:
    """How far a learner is with one module."""

    id: int
    number: int
    slug: str
    title: str
    study_hours: Decimal
    units: tuple[UnitProgress, ...]
    seconds: int
    finished_at: datetime | None

    @property
    def done(self) -> int:
        """Return the number of units that are done."""
        return sum(unit.is_done for unit in self.units)

    @property
    def characters(self) -> int:
        """Return the length of all study texts."""
        return sum(unit.characters for unit in self.units)

    @property
    def open_units(self) -> tuple[UnitProgress, ...]:
        """Return the units that are not done yet."""
        return tuple(unit for unit in self.units if not unit.is_done)

    @property
    def state(self) -> StudyState:
        """Return the state in a word; finished stays finished when a later edition adds a unit."""
        if self.finished_at:
            return StudyState.FINISHED
        started = any(unit.state is not StudyState.NOT_STARTED for unit in self.units)
        return StudyState.IN_PROGRESS if started else StudyState.NOT_STARTED


@dataclass(frozen=True)
class CourseProgress:
    """How far a learner is with a course."""

    edition_id: int
    modules: tuple[ModuleProgress, ...]
    #: The unit of the newest visit, if it belongs to this edition.
    visited_unit_id: int | None

    @property
    def finished(self) -> int:
        """Return the number of finished modules."""
        return sum(module.finished_at is not None for module in self.modules)

    @property
    def seconds(self) -> int:
        """Return the counted study time."""
        return sum(module.seconds for module in self.modules)

    @property
    def state(self) -> StudyState:
        """Return the state in a word."""
        states = {module.state for module in self.modules}
        if states <= {StudyState.FINISHED}:
            return StudyState.FINISHED if states else StudyState.NOT_STARTED
        return StudyState.NOT_STARTED if states == {StudyState.NOT_STARTED} else StudyState.IN_PROGRESS

    @property
    def next_unit(self) -> UnitProgress | None:
        """Return the unit to go on with: the one last visited if it is not done, else the first open one."""
        unfinished = [unit for module in self.modules if not module.finished_at for unit in module.open_units]
        visited = [unit for unit in unfinished if unit.unit_id == self.visited_unit_id]
        return next(iter(visited + unfinished), None)

    def module(self, slug: str) -> ModuleProgress | None:
        """Return the progress with one module."""
        return next((module for module in self.modules if module.slug == slug), None)
