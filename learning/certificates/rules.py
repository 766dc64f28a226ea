"""Decide who may be issued what, and what it then says: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from learning.core.texts import N_

#: A certificate is shown and typed by people: digits and letters that cannot be mistaken for others.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
#: The paragraph of the document that asks schools to teach mass work.
TAUGHT_IN_SCHOOLS = "3.7s2"


class Refusal(StrEnum):
    """Why a certificate is not issued; the values are English message ids."""

    WITHDRAWN = N_("The class run was withdrawn.")
    NOT_OVER = N_("The class is not over yet.")
    OUTCOME_OPEN = N_("How the class ended for this person is not entered yet.")
    NOT_COMPLETED = N_("This person did not complete the class.")
    NO_LESSON_HOURS = N_("The lesson hours of the class are not entered.")
    NOT_ON_ROLL = N_("This person is not on the list any more.")
    MODULES_OPEN = N_("Not all modules are finished.")
    NO_RESULT = N_("There is no result of the final exam that counts.")
    NOT_PASSED = N_("The final exam is not passed.")
    NO_HOURS = N_("Nothing with hours is on record in this period.")
    PERIOD_OPEN = N_("The period is not over yet.")
    NO_POST = N_("No post of this person is on record for that day.")
    NO_NAME = N_("The name of this person is not on record.")
    ALREADY = N_("A certificate of this is in force already.")
    NOT_PRINTABLE = N_("The installed fonts lack characters.")


@dataclass(frozen=True)
class HoursLine:
    """Something that counts with its hours; the kind is a mode of delivery, or course."""

    kind: str
    title: str
    by: str
    starts_on: date
    ends_on: date
    hours: Decimal


@dataclass(frozen=True)
class Draft:
    """What a certificate would say beside who it is for and who issues it."""

    title: str
    starts_on: date
    ends_on: date
    lines: tuple[HoursLine, ...]
    modules: int = 0
    clauses: tuple[str, ...] = ()

    @property
    def hours(self) -> Decimal:
        """Return all hours together."""
        return sum((line.hours for line in self.lines), Decimal(0))

    @property
    def hours_by_kind(self) -> dict[str, Decimal]:
        """Return the hours of each kind, in the order in which the kinds first appear."""
        found: dict[str, Decimal] = {}
        for line in self.lines:
            found[line.kind] = found.get(line.kind, Decimal(0)) + line.hours
        return found


@dataclass(frozen=True)
class Run:
    """What the register says of a class run."""

    title: str
    by: str
    delivery_mode: str
    covers_mass_work: bool
    starts_on: date
    ends_on: date
    lesson_hours: Decimal
    is_withdrawn: bool = False


def of_class(run: Run, outcome: str | None, today: date) -> Draft | Refusal:
    """Decide about somebody on the roll of a class run."""
    if run.is_withdrawn:
        return Refusal.WITHDRAWN
    if outcome is None:
        return Refusal.NOT_ON_ROLL
    if run.ends_on > today:
        return Refusal.NOT_OVER
    if outcome != "completed":
        return Refusal.OUTCOME_OPEN if outcome == "pending" else Refusal.NOT_COMPLETED
    if not run.lesson_hours:
        return Refusal.NO_LESSON_HOURS
    clauses = (TAUGHT_IN_SCHOOLS,) if run.covers_mass_work else ()
    return Draft(run.title, run.starts_on, run.ends_on, (_line(run),), clauses=clauses)


def _line(run: Run) -> HoursLine:
    return HoursLine(run.delivery_mode, run.title, run.by, run.starts_on, run.ends_on, run.lesson_hours)


@dataclass(frozen=True)
class ModuleHours:
    """A module of the course as it is taught now."""

    slug: str
    title: str
    hours: Decimal


@dataclass(frozen=True)
class Studied:
    """What somebody did in a course."""

    #: The day on which the first unit was read, and that on which each module was finished.
    began_on: date | None
    finished: Mapping[str, date]
    #: None: no result of the final exam counts.
    has_passed: bool | None
    examined_on: date | None


def of_course(title: str, modules: Sequence[ModuleHours], studied: Studied) -> Draft | Refusal:
    """Decide about somebody who studied a course."""
    if not modules or any(module.slug not in studied.finished for module in modules):
        return Refusal.MODULES_OPEN
    if studied.has_passed is None or studied.examined_on is None:
        return Refusal.NO_RESULT
    if not studied.has_passed:
        return Refusal.NOT_PASSED
    days = [studied.finished[module.slug] for module in modules]
    lines = tuple(
        HoursLine("course", module.title, title, day, day, module.hours)
        for module, day in zip(modules, days, strict=True)
    )
    starts_on = min(studied.began_on or days[0], *days)
    return Draft(title, starts_on, max(*days, studied.examined_on), lines, modules=len(modules))


def of_hours(since: date, until: date, lines: Iterable[HoursLine], today: date) -> Draft | Refusal:
    """Decide about the hours of somebody in a period; what ended in it with hours on record counts."""
    if until > today:
        return Refusal.PERIOD_OPEN
    counted = [line for line in lines if since <= line.ends_on <= until and line.hours > 0]
    if not counted:
        return Refusal.NO_HOURS
    counted.sort(key=lambda line: (line.ends_on, line.starts_on, line.title))
    return Draft("", since, until, tuple(counted))


@dataclass(frozen=True)
class Held:
    """A post of somebody."""

    unit: str
    post: str
    is_primary: bool
    appointed_on: date | None
    left_on: date | None


def post_on(posts: Iterable[Held], day: date) -> Held | None:
    """Return the post held on a day that is named on the paper: the main one first."""
    held = [
        post
        for post in posts
        if (post.appointed_on is None or post.appointed_on <= day)
        and (post.left_on is None or post.left_on >= day)
    ]
    return min(held, key=lambda post: not post.is_primary, default=None)


def series_of(organisation_code: str, year: int) -> str:
    """Return what the numbers of an organisation and year have in common; nothing in it is personal."""
    return f"{organisation_code}-{year}"


def number_of(series: str, place: int) -> str:
    """Return the number of a certificate."""
    return f"{series}-{place:06}"


def code_from(text: str) -> str:
    """Return a code as it is stored from what somebody typed: without hyphens and spaces, in capitals."""
    return "".join(text.split()).replace("-", "").upper()


def grouped(code: str) -> str:
    """Return a code as it is printed: in groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
