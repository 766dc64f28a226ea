"""Edit a case analysis: the situation, and its parts as TOML in one text."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from question_bank.texts import printable, trimmed
from question_bank.types.protocol import Content

LONGEST_SOURCE = 40_000

_BARE_NAME = re.compile(r"[A-Za-z0-9_-]+")


def to_fields(content: Content) -> dict[str, str]:
    """Return ``stimulus`` and the TOML source of ``parts``, as typed where it could not be read."""
    parts = content["parts"]
    source = parts if isinstance(parts, str) else "\n\n".join(_source(part) for part in parts)
    return {"stimulus": content["stimulus"], "parts": source}


def from_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the parts; where the source cannot be read, the source itself stands in their place."""
    stimulus = trimmed(fields.get("stimulus", ""))
    source = printable(fields.get("parts", ""))
    try:
        return {"stimulus": stimulus, "parts": _read(source)}
    except (ValueError, RecursionError):
        return {"stimulus": stimulus, "parts": source}


def unreadable_line(source: str) -> int | None:
    """Return the number of the line at which the source cannot be read on, None where no line is to blame."""
    try:
        _read(source)
    except (ValueError, RecursionError) as error:
        # A TOMLDecodeError tells its place in its text alone before Python 3.14.
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        return int(place[1]) if place else None
    return None


def _read(source: str) -> list[Any]:
    """Return the tables ``[[part]]`` of a source.

    :raises ValueError: for whatever is not made of such tables (TOMLDecodeError is one).
    :raises RecursionError: for brackets within brackets without end.
    """
    if len(source) > LONGEST_SOURCE:
        raise ValueError(f"> {LONGEST_SOURCE}")
    document = tomllib.loads(source, parse_float=Decimal)
    if not set(document) <= {"part"}:
        raise ValueError("[[part]]")
    parts = document.get("part", [])
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise ValueError("[[part]]")
    return parts


def _source(part: Mapping[str, Any]) -> str:
    return "\n".join(["[[part]]", *_pairs(part)])


def _value(value: object) -> str:
    """Return a value of a part in TOML, whose texts, numbers and booleans are written as in JSON."""
    if isinstance(value, list):
        return f"[{', '.join(_value(entry) for entry in value)}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(_pairs(value))} }}"
    return json.dumps(value, ensure_ascii=False)


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{_name(name)} = {_value(value)}" for name, value in table.items()]


def _name(name: str) -> str:
    return name if _BARE_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)
