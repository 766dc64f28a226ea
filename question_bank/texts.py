"""Clean texts that come from files, forms and keyboards."""

from __future__ import annotations

import re

_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# PostgreSQL cannot keep U+0000 and no encoding keeps half a surrogate pair; nobody types the others.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """Return the text with lines that end in one way and without characters that cannot be kept or seen."""
    return _UNPRINTABLE.sub("", _LINE_END.sub("\n", text))


def trimmed(text: str) -> str:
    """Return the printable text without blanks around it: the form in which authors' texts are kept."""
    return printable(text).strip()
