"""The course as values: modules, their units, and what may be wrong with them."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil

from courses.clauses import ClauseRef
from courses.figures import Figure, figure_problems
from courses.problems import N_, Problem
from courses.rendering import control_characters, refusals
from courses.seal import Seal

LARGEST_MODULE = 200_000
FASTEST_READING, SLOWEST_READING = 500, 300  # characters a minute
HOURS_STEP = Decimal("0.25")
MOST_HOURS = Decimal(20)
LARGEST_NUMBER = 99

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_KEY, LONGEST_TITLE, LONGEST_TEXT = 60, 200, 5_000
_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_FIGURE = re.compile(r"!\[[^\]\n]*\]\(figures/([^)\s]*)\)")


@dataclass(frozen=True)
class Unit:
    """Hold what is read at one sitting: a text on one or a few clauses, closed by practice items."""

    key: str
    title: str
    clauses: tuple[ClauseRef, ...]
    practice: tuple[str, ...]
    markdown: str
    #: Where title and text begin in the file the unit was read from.
    line: int = field(default=0, compare=False)
    text_line: int = field(default=0, compare=False)

    @property
    def characters(self) -> int:
        """Count the Chinese characters of the text."""
        return len(_CJK.findall(self.markdown))

    @property
    def reading_minutes(self) -> tuple[int, int]:
        """Return the least and the most minutes that reading takes at a usual speed."""
        return _minutes(self.characters)

    @property
    def figures(self) -> tuple[str, ...]:
        """Return the file names of the figures in the text."""
        return tuple(_FIGURE.findall(self.markdown))


@dataclass(frozen=True)
class Module:
    """Hold the module on one section of the document."""

    number: int
    section: int
    slug: str
    title: str
    study_hours: Decimal
    overview: str
    objectives: tuple[str, ...]
    units: tuple[Unit, ...]

    @property
    def file_name(self) -> str:
        """Return the name of the file the module is kept in."""
        return f"{self.number:02d}-{self.slug}.md"

    @property
    def characters(self) -> int:
        """Count the Chinese characters of all units."""
        return sum(unit.characters for unit in self.units)

    @property
    def reading_minutes(self) -> tuple[int, int]:
        """Return the least and the most minutes that reading the module takes."""
        return _minutes(self.characters)

    def unit(self, key: str) -> Unit | None:
        """Return the unit with a key."""
        return next((unit for unit in self.units if unit.key == key), None)


@dataclass(frozen=True)
class Course:
    """Hold a whole course as it is published, with the seal of the document it teaches."""

    slug: str
    title: str
    description: str
    language: str
    modules: tuple[Module, ...]
    figures: tuple[Figure, ...] = ()
    seal: Seal | None = None

    @property
    def study_hours(self) -> Decimal:
        """Add up the study hours of the modules."""
        return sum((module.study_hours for module in self.modules), Decimal(0))

    def module(self, number: int) -> Module | None:
        """Return the module with a number."""
        return next((module for module in self.modules if module.number == number), None)

    def figure(self, name: str) -> Figure | None:
        """Return the figure with a file name."""
        return next((figure for figure in self.figures if figure.name == name), None)


def _minutes(characters: int) -> tuple[int, int]:
    return max(1, ceil(characters / FASTEST_READING)), max(1, ceil(characters / SLOWEST_READING))


def problems(subject: Course | Module) -> list[Problem]:
    """Return all that stands in the way of publishing a course or a module, in order of place."""
    if isinstance(subject, Module):
        return _module_problems(subject)
    found = list(_course_problems(subject))
    for module in subject.modules:
        found += _module_problems(module)
    return found


def _course_problems(course: Course) -> Iterator[Problem]:
    where = "course.toml"
    if not is_key(course.slug):
        yield _bad_key(where, course.slug)
    yield from _text_problems(where, "title", course.title, LONGEST_TITLE)
    yield from _text_problems(where, "description", course.description, LONGEST_TEXT)
    if not _LANGUAGE.fullmatch(course.language):
        yield Problem("bad-language", where, N_("The language is written like zh or en-GB."))
    if not course.modules:
        yield Problem("no-modules", where, N_("The course has no modules."))
    for name in _twice([m.slug for m in course.modules]) + _twice([str(m.number) for m in course.modules]):
        message = N_("Two modules are called %(name)s.")
        yield Problem("module-twice", where, message, {"name": name})
    yield from _practice_twice(course)
    yield from _figures_missing(course)
    yield from _clauses_unknown(course)
    for figure in course.figures:
        yield from figure_problems(figure)


def _clauses_unknown(course: Course) -> Iterator[Problem]:
    """Look the clauses up in the seal, for the document itself need not be at hand."""
    for module, unit in _units(course):
        for ref in unit.clauses:
            if course.seal and not course.seal.has(ref):
                message = N_("The document has no clause %(clause)s.")
                yield Problem("unknown-clause", _place(module, unit), message, {"clause": ref.label})


def _practice_twice(course: Course) -> Iterator[Problem]:
    codes = [code for _, unit in _units(course) for code in dict.fromkeys(unit.practice)]
    repeated = set(_twice(codes))
    for module, unit in _units(course):
        for code in sorted(repeated.intersection(unit.practice)):
            message = N_("Practice item %(code)s belongs to more than one unit.")
            yield Problem("practice-twice", _place(module, unit), message, {"code": code})


def _figures_missing(course: Course) -> Iterator[Problem]:
    there = {figure.name for figure in course.figures}
    for module, unit in _units(course):
        for name in sorted(set(unit.figures) - there):
            message = N_("The figure %(name)s is not in the course.")
            yield Problem("figure-missing", _place(module, unit), message, {"name": name})


def _module_problems(module: Module) -> list[Problem]:
    found = list(_front_problems(module))
    for key in _twice([unit.key for unit in module.units]):
        second = [unit for unit in module.units if unit.key == key][1]
        message = N_("Unit key %(key)s is used twice.")
        found.append(Problem("unit-twice", _place(module, second), message, {"key": key}))
    for unit in module.units:
        found += _unit_problems(_place(module, unit), unit)
    return found


def _front_problems(module: Module) -> Iterator[Problem]:
    where = module.file_name
    if not is_key(module.slug):
        yield _bad_key(where, module.slug)
    for name, number in (("number", module.number), ("section", module.section)):
        if not 0 <= number <= LARGEST_NUMBER:
            message = N_("“%(field)s” must be a number from 0 to %(largest)s.")
            yield Problem("number-out-of-range", where, message, {"field": name, "largest": LARGEST_NUMBER})
    yield from _text_problems(where, "title", module.title, LONGEST_TITLE)
    yield from _text_problems(where, "overview", module.overview, LONGEST_TEXT)
    for objective in module.objectives or ("",):
        yield from _text_problems(where, "objectives", objective, LONGEST_TITLE)
    if not 0 < module.study_hours <= MOST_HOURS or module.study_hours % HOURS_STEP:
        message = N_("Study hours must be more than 0, at most %(most)s, in steps of 0.25.")
        yield Problem("study-hours", where, message, {"most": str(MOST_HOURS)})
    if not module.units:
        yield Problem("no-units", where, N_("The module has no units."))
    yield from refusals(where, module.overview)


def _unit_problems(where: str, unit: Unit) -> Iterator[Problem]:
    if not is_key(unit.key):
        yield _bad_key(where, unit.key)
    yield from _text_problems(where, "title", unit.title, LONGEST_TITLE)
    if not unit.markdown.strip():
        yield Problem("unit-empty", where, N_("The unit has no text."))
    if not unit.clauses:
        yield Problem("clauses-missing", where, N_("The unit names no clause."))
    if not unit.practice:
        yield Problem("practice-missing", where, N_("The unit names no practice item."))
    for code in unit.practice:
        if not is_key(code):
            yield _bad_key(where, code)
    yield from refusals(where, unit.markdown)


def _text_problems(where: str, name: str, text: str, longest: int) -> Iterator[Problem]:
    if not text.strip():
        yield Problem("field-missing", where, N_("“%(field)s” is missing."), {"field": name})
    if len(text) > longest:
        message = N_("“%(field)s” is longer than %(longest)s characters.")
        yield Problem("field-too-long", where, message, {"field": name, "longest": longest})
    yield from control_characters(where, text)


def is_key(text: str) -> bool:
    """Say whether a text can be the key of a course, module, unit or item."""
    return len(text) <= LONGEST_KEY and KEY.fullmatch(text) is not None


def _bad_key(where: str, key: str) -> Problem:
    message = N_("“%(key)s” is not a key: small letters, digits and single hyphens, at most %(longest)s.")
    return Problem("bad-key", where, message, {"key": key[:LONGEST_KEY], "longest": LONGEST_KEY})


def _units(course: Course) -> Iterator[tuple[Module, Unit]]:
    return ((module, unit) for module in course.modules for unit in module.units)


def _place(module: Module, unit: Unit) -> str:
    return f"{module.file_name}:{unit.line}" if unit.line else f"{module.file_name} {unit.key}"


def _twice(names: list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
