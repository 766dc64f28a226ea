"""Edit an ordering: the choices in the right order, one a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.texts import printable
from question_bank.types.protocol import Content


def to_fields(content: Content) -> dict[str, str]:
    """Return the text of ``choices``."""
    return {"choices": "\n".join(content["choices"])}


def from_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the lines that are not blank."""
    return {
        "choices": [line.strip() for line in printable(fields.get("choices", "")).split("\n") if line.strip()]
    }
