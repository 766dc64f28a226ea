"""Edit a true or false: two radio buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.types.protocol import Content


def to_fields(content: Content) -> dict[str, str]:
    """Return the field ``key``, empty where no button was pressed yet."""
    key = content.get("key")
    return {"key": "" if key is None else "true" if key else "false"}


def from_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the key, nothing where no button was pressed."""
    pressed = fields.get("key")
    return {"key": pressed == "true"} if pressed in ("true", "false") else {}
