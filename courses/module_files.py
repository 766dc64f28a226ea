"""The file of a module: TOML between `+++` lines, then units in Markdown."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from courses.clauses import ClauseRef
from courses.modules import LARGEST_MODULE, Module, Unit, problems
from courses.problems import N_, Problem

_FILE_NAME = re.compile(r"([0-9]{2})-(.+)\.md")
_FRONT = re.compile(r"\+\+\+\n(.*?)^\+\+\+$\n?", re.DOTALL | re.MULTILINE)
_UNIT_TITLE = re.compile(r"^# +(.*)$", re.MULTILINE)
_UNIT_FIELD = re.compile(r":([a-z]+):(.*)")
_HOURS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?")
_FIELDS = {"number", "section", "title", "study_hours", "overview", "objectives"}
_UNIT_FIELDS = {"unit", "clauses", "practice"}


@dataclass(frozen=True)
class ModuleReading:
    """Hold a module as far as it could be read, and all that is wrong with it."""

    module: Module | None
    problems: tuple[Problem, ...]


def read_module(file_name: str, text: str) -> ModuleReading:
    """Read and check a module file; whatever the text, raise nothing."""
    reading = parse_module(file_name, text)
    checks = problems(reading.module) if reading.module else []
    return ModuleReading(reading.module, (*reading.problems, *checks))


def parse_module(file_name: str, text: str) -> ModuleReading:
    """Read a module file and name only what is wrong with its form; raise nothing."""
    if len(text) > LARGEST_MODULE:
        message = N_("The file has %(size)s characters; no more than %(largest)s are read.")
        params = {"size": len(text), "largest": LARGEST_MODULE}
        return ModuleReading(None, (Problem("module-too-large", file_name, message, params),))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    front = _FRONT.match(text)
    fields = _toml(front[1]) if front else None
    if front is None or fields is None:
        message = N_("The file must begin with fields in TOML between two lines of +++.")
        return ModuleReading(None, (Problem("front-matter", f"{file_name}:1", message),))
    found: list[Problem] = []
    found += _field_problems(file_name, fields)
    units = _units(file_name, text, front.end(), found)
    module = _module(file_name, fields, tuple(units))
    return ModuleReading(module, tuple(found))


def write_module(module: Module) -> str:
    """Write the one canonical file of a module; reading it gives the module again."""
    lines = [
        "+++",
        f"number = {module.number}",
        f"section = {module.section}",
        f"title = {toml_string(module.title)}",
        f"study_hours = {toml_string(str(module.study_hours))}",
        f"overview = {toml_string(module.overview)}",
        "objectives = [",
        *(f"  {toml_string(objective)}," for objective in module.objectives),
        "]",
        "+++",
    ]
    for unit in module.units:
        lines += [
            "",
            f"# {unit.title}",
            f":unit: {unit.key}",
            f":clauses: {' '.join(map(str, unit.clauses))}",
            f":practice: {' '.join(unit.practice)}",
            "",
            unit.markdown,
        ]
    return "\n".join(lines) + "\n"


def toml_string(text: str) -> str:
    """Write a TOML basic string; JSON's is one too, but for the one control character it leaves bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):  # ValueError: bad TOML, and whole numbers too long for Python
        return None


def _field_problems(file_name: str, fields: dict[str, Any]) -> Iterator[Problem]:
    for name in sorted(fields.keys() - _FIELDS):
        message = N_("There is no field “%(field)s”.")
        yield Problem("field-unknown", file_name, message, {"field": name[:40]})
    for name in ("number", "section"):
        if _number(fields.get(name)) is None:
            message = N_("“%(field)s” is missing or not a whole number.")
            yield Problem("not-a-number", file_name, message, {"field": name})
    match = _FILE_NAME.fullmatch(file_name)
    if match is None or int(match[1]) != fields.get("number"):
        message = N_("The file name must be the two digits of the number, a hyphen, a key, and “.md”.")
        yield Problem("file-name", file_name, message)


def _module(file_name: str, fields: dict[str, Any], units: tuple[Unit, ...]) -> Module:
    match = _FILE_NAME.fullmatch(file_name)
    return Module(
        number=_number(fields.get("number")) or 0,
        section=_number(fields.get("section")) or 0,
        slug=match[2] if match else "",
        title=_string(fields.get("title")),
        study_hours=_hours(fields.get("study_hours")),
        overview=_string(fields.get("overview")),
        objectives=tuple(_string(objective) for objective in _list(fields.get("objectives"))),
        units=units,
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _hours(value: object) -> Decimal:
    text = str(value)
    return Decimal(text) if _HOURS.fullmatch(text) else Decimal(0)


def _units(file_name: str, text: str, start: int, found: list[Problem]) -> Iterator[Unit]:
    titles = list(_UNIT_TITLE.finditer(text, start))
    bounds = [*(title.start() for title in titles), len(text)]
    if text[start : bounds[0]].strip():
        message = N_("There is text before the first unit.")
        found.append(Problem("text-outside-unit", file_name, message))
    line, counted = 1, 0
    for title, end in zip(titles, bounds[1:], strict=True):
        line += text.count("\n", counted, title.start())
        counted = title.start()
        yield _unit(file_name, line, title[1].strip(), text[title.end() : end], found)


def _unit(file_name: str, line: int, title: str, text: str, found: list[Problem]) -> Unit:
    fields: dict[str, str] = {}
    rest = text.removeprefix("\n").split("\n")
    while rest and (match := _UNIT_FIELD.fullmatch(rest[0].strip())):
        if match[1] in fields or match[1] not in _UNIT_FIELDS:
            message = N_("There is no field “%(field)s”, or it is there twice.")
            found.append(Problem("field-unknown", f"{file_name}:{line}", message, {"field": match[1][:40]}))
        fields[match[1]] = match[2].strip()
        rest.pop(0)
    markdown = "\n".join(rest)
    blank = len(markdown) - len(markdown.lstrip("\n"))
    return Unit(
        key=fields.get("unit", ""),
        title=title,
        clauses=tuple(_refs(f"{file_name}:{line}", fields.get("clauses", ""), found)),
        practice=tuple(fields.get("practice", "").split()),
        markdown=markdown.strip("\n"),
        line=line,
        text_line=line + 1 + text.removeprefix("\n").count("\n") - markdown.count("\n") + blank,
    )


def _refs(where: str, text: str, found: list[Problem]) -> Iterator[ClauseRef]:
    for word in text.split():
        try:
            yield ClauseRef.parse(word)
        except ValueError:
            message = N_("“%(text)s” is not a clause; write 3.7 or 3.7s2.")
            found.append(Problem("bad-clause", where, message, {"text": word[:40]}))
