"""Edit a single choice: a line and a radio button for each choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.types import choice_list
from question_bank.types.protocol import Content


def to_fields(content: Content) -> dict[str, str]:
    """Return ``choice-1`` … ``choice-8`` and the letter of the key."""
    return {**choice_list.lines_to_fields(content["choices"]), "key": content["key"]}


def from_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the choices that were filled in; a key on an empty line is no key."""
    choices, letters = choice_list.lines_from_fields(fields)
    return choice_list.content_of(choices, letters.get(fields.get("key", ""), ""))
