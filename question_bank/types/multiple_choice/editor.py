"""Edit a multiple choice: a line and a checkbox for each choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.types import choice_list
from question_bank.types.letters import LETTERS
from question_bank.types.protocol import Content


def to_fields(content: Content) -> dict[str, str]:
    """Return ``choice-1`` … ``choice-8`` and a field such as ``key-A`` for each letter of the key."""
    return {
        **choice_list.lines_to_fields(content["choices"]),
        **{f"key-{letter}": "on" for letter in content["key"]},
    }


def from_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the choices that were filled in; a tick on an empty line does not count."""
    choices, letters = choice_list.lines_from_fields(fields)
    ticked = [letter for letter in LETTERS if fields.get(f"key-{letter}")]
    return choice_list.content_of(choices, "".join(letters[letter] for letter in ticked if letter in letters))
