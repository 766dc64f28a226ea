"""Read and print marks: decimal numbers with at most two places, kept as text in JSON."""

from __future__ import annotations

import re
from decimal import Decimal

MOST_MARKS = Decimal(1000)

_FORM = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?", re.ASCII)


def read_marks(value: object) -> Decimal | None:
    """Return the marks that a value of a file, form or JSON document states, None where it states none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    text = str(value).strip()
    if not _FORM.fullmatch(text):
        return None
    marks = Decimal(text)
    return marks if 0 < marks <= MOST_MARKS else None


def print_marks(marks: Decimal) -> str:
    """Return the one way to write these marks: no trailing zeros, no exponent."""
    text = f"{marks:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
