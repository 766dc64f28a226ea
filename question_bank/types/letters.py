"""Name choices by letters."""

from __future__ import annotations

import re
from collections.abc import Sequence

LETTERS = "ABCDEFGH"
MOST_CHOICES = len(LETTERS)
LETTER = re.compile(f"[{LETTERS}]")


def by_position(texts: Sequence[str]) -> dict[str, str]:
    """Letter the texts in the order in which they were written."""
    return dict(zip(LETTERS, texts, strict=False))


def by_text(texts: Sequence[str]) -> dict[str, str]:
    """Letter the texts in the order of their characters.

    For types whose written order is the key: the letters stand in the page and must not tell it.
    """
    return dict(zip(LETTERS, sorted(texts), strict=False))
