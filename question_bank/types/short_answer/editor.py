"""Edit a short answer: the model answer, and a line with marks for each marking point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.texts import trimmed
from question_bank.types.protocol import Content

MOST_POINTS = 10

_LINES = range(1, MOST_POINTS + 1)


def to_fields(content: Content) -> dict[str, str]:
    """Return ``model_answer``, and ``point-1`` and ``marks-1`` … of the marking points."""
    fields = {"model_answer": content["model_answer"]}
    for number in _LINES:
        point = (
            content["points"][number - 1] if number <= len(content["points"]) else {"text": "", "marks": ""}
        )
        fields |= {f"point-{number}": point["text"], f"marks-{number}": str(point["marks"])}
    return fields


def from_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the marking points whose text or marks were filled in."""
    points = [
        {
            "text": trimmed(fields.get(f"point-{number}", "")),
            "marks": trimmed(fields.get(f"marks-{number}", "")),
        }
        for number in _LINES
    ]
    return {
        "model_answer": trimmed(fields.get("model_answer", "")),
        "points": [point for point in points if point["text"] or point["marks"]],
    }
