"""Edit a matching: numbered lines on both sides, and for each left line the number of its right one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from question_bank.texts import trimmed
from question_bank.types.letters import MOST_CHOICES
from question_bank.types.protocol import Content

_NUMBERS = range(1, MOST_CHOICES + 1)


def to_fields(content: Content) -> dict[str, str]:
    """Return ``left-1`` …, ``right-1`` … and ``key-1`` …, the number of the right line."""
    keys = [str(number) for number in content["key"]]
    return {**_fields("left", content["left"]), **_fields("right", content["right"]), **_fields("key", keys)}


def from_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the lines that were filled in; a number that names an empty line becomes 0."""
    left, right = _filled(fields, "left"), _filled(fields, "right")
    place = {str(number): at for at, number in enumerate(right, 1)}
    return {
        "left": list(left.values()),
        "right": list(right.values()),
        "key": [place.get(fields.get(f"key-{number}", ""), 0) for number in left],
    }


def _fields(name: str, texts: Sequence[str]) -> dict[str, str]:
    padded = [*texts, *[""] * (MOST_CHOICES - len(texts))]
    return {f"{name}-{number}": text for number, text in zip(_NUMBERS, padded, strict=True)}


def _filled(fields: Mapping[str, str], name: str) -> dict[int, str]:
    lines = {number: trimmed(fields.get(f"{name}-{number}", "")) for number in _NUMBERS}
    return {number: text for number, text in lines.items() if text}
