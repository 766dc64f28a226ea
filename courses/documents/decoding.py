"""Bytes to text, for files whose encoding nobody wrote down."""

import codecs
import re
from collections import Counter

from courses.problems import N_, Problem

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

# Any bytes of even length are almost GB18030; what reads as Chinese has some of these every few lines.
_FREQUENT = "，。、的和"
_LEAST_FREQUENT_SHARE = 0.01


def decode(file_name: str, data: bytes) -> str | Problem:
    """Read UTF-8, UTF-16 with a byte order mark, or GB18030; return a problem for anything else."""
    marked = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), None)
    if marked is None and b"\0" in data:
        return _binary(file_name)
    text = _decoded(data, marked or "utf-8")
    if text is None and marked is None:
        text = _plausible(_decoded(data, "gb18030"))
    if text is None:
        return Problem("wrong-encoding", file_name, N_("The text is neither UTF-8 nor GB18030."))
    if _CONTROL.search(text):
        return _binary(file_name)
    return text


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _plausible(text: str | None) -> str | None:
    if not text:
        return None
    count = Counter(text)
    is_chinese = sum(count[character] for character in _FREQUENT) >= len(text) * _LEAST_FREQUENT_SHARE
    return text if is_chinese else None


def _binary(file_name: str) -> Problem:
    return Problem("binary-file", file_name, N_("This is not a text file."))
