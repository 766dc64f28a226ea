"""Name what certificates are issued about: a class run, a course at a school, a unit in a period."""

import re
from dataclasses import dataclass
from datetime import date

from learning.certificates.kinds import CertificateKind
from learning.core.urls import key_from

_CLASS = re.compile(r"class-(\d{1,19})")
_COURSE = re.compile(r"course-(\d{1,19})-([a-z0-9-]{1,60})")
_HOURS = re.compile(r"hours-(\d{1,19})-(\d{8})-(\d{8})")


@dataclass(frozen=True)
class ClassSource:
    """A class run."""

    run_id: int
    kind = CertificateKind.CLASS

    def __str__(self) -> str:
        return f"class-{self.run_id}"


@dataclass(frozen=True)
class CourseSource:
    """A course whose final exam a school holds."""

    school_id: int
    course: str
    kind = CertificateKind.COURSE

    def __str__(self) -> str:
        return f"course-{self.school_id}-{self.course}"


@dataclass(frozen=True)
class HoursSource:
    """A period, for those who hold a post in a unit or below it at its end; both days belong to it."""

    unit_id: int
    since: date
    until: date
    kind = CertificateKind.HOURS

    def __str__(self) -> str:
        return f"hours-{self.unit_id}-{self.since:%Y%m%d}-{self.until:%Y%m%d}"


Source = ClassSource | CourseSource | HoursSource


def source_from(text: str) -> Source | None:
    """Return the source that a text names, None where it names none."""
    if (found := _CLASS.fullmatch(text)) and (key := key_from(found[1])):
        return ClassSource(key)
    if (found := _COURSE.fullmatch(text)) and (key := key_from(found[1])):
        return CourseSource(key, found[2])
    if (found := _HOURS.fullmatch(text)) and (key := key_from(found[1])):
        since, until = _day(found[2]), _day(found[3])
        return HoursSource(key, since, until) if since and until and since <= until else None
    return None


def _day(digits: str) -> date | None:
    try:
        return date.fromisoformat(digits)
    except ValueError:
        return None
