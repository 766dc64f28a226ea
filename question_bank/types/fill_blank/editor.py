"""Edit the keys of blanks: one blank a line, accepted texts separated by “|”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.texts import printable
from question_bank.types.protocol import Content


def to_fields(content: Content) -> dict[str, str]:
    """Return the text of ``key`` and the tick of ``exact_numerals``."""
    fields = {"key": "\n".join(" | ".join(variants) for variants in content["key"])}
    return {**fields, "exact_numerals": "on"} if content.get("exact_numerals") else fields


def from_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return a list of accepted texts for each line that has some."""
    lines = printable(fields.get("key", "")).split("\n")
    content: dict[str, Any] = {"key": [variants for variants in map(_variants, lines) if variants]}
    return {**content, "exact_numerals": True} if fields.get("exact_numerals") else content


def _variants(line: str) -> list[str]:
    return [text.strip() for text in line.split("|") if text.strip()]
