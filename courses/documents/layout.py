"""Text to paragraphs: undo what the line length and the pages of a printed text did to it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

# Columns; a full-width character takes two.  Paragraphs start two characters in, but a space of ASCII
# stands for a whole character in text taken from a PDF; the first line of a page gains one more there.
_PARAGRAPH_INDENT = 2
_NARROWEST, _WIDEST = 20, 160
_FEWEST_LINES = 5
_RAGGED = 4
_STOPS = "。；：？！”）"

_PAGE_NUMBER = re.compile(r"[-—–－ ]*[0-9]{1,4}[-—–－ ]*|第 ?[0-9]{1,4} ?页( ?[,，/]? ?共 ?[0-9]{1,4} ?页)?")
_NEW_START = re.compile(r"——|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad\f\v"))


@dataclass(frozen=True)
class Paragraph:
    """Hold a paragraph in one piece and the first and last line it came from."""

    text: str
    line_start: int
    line_end: int


@dataclass(frozen=True)
class _Line:
    number: int
    indent: int
    text: str

    @cached_property
    def width(self) -> int:
        return self.indent + columns(self.text)


def columns(text: str) -> int:
    """Count the columns a text takes in print: two for a full-width character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def paragraphs(text: str) -> list[Paragraph]:
    """Find the paragraphs of a text, whether its lines are wrapped or each is a paragraph already."""
    lines = _lines(text)
    starts = _rule(lines)
    groups: list[list[_Line]] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before is None or starts(before, line):
            groups.append([])
        groups[-1].append(line)
    return [
        Paragraph("".join(line.text for line in group), group[0].number, group[-1].number) for group in groups
    ]


def _lines(text: str) -> list[_Line]:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE)
    numbered = ((number, line.expandtabs(4).rstrip()) for number, line in enumerate(plain.split("\n"), 1))
    return [
        _Line(number, columns(line[: -len(line.lstrip())]), line.strip())
        for number, line in numbered
        if line and not _PAGE_NUMBER.fullmatch(line.strip())
    ]


_Rule = Callable[[_Line, _Line], bool]


def _rule(lines: list[_Line]) -> _Rule:
    """Choose how to tell that a line starts a paragraph, given the line before it."""
    width = _wrapped_at(lines)
    if width is None:
        return lambda before, line: True
    if sum(line.indent >= _PARAGRAPH_INDENT for line in lines) > 1:
        return lambda before, line: line.indent >= _PARAGRAPH_INDENT
    if _are_blank_lines_rare(lines):
        return lambda before, line: line.number > before.number + 1
    return lambda before, line: before.width < width - _RAGGED or bool(_NEW_START.match(line.text))


def _wrapped_at(lines: list[_Line]) -> int | None:
    """Return the width at which lines were broken; None where each is a whole paragraph.

    A broken line is full and ends in the middle of a sentence, and no line is longer.
    """
    widths = Counter(line.width for line in lines if line.text[-1] not in _STOPS)
    if len(lines) < _FEWEST_LINES or not widths:
        return None
    width = widths.most_common(1)[0][0]
    broken = sum(widths[width + step] for step in range(-_RAGGED, _RAGGED + 1))
    longer = sum(line.width > width + _RAGGED for line in lines)
    is_wrapped = broken * 4 >= len(lines) and longer * 20 <= len(lines) + 20
    return width if is_wrapped and _NARROWEST <= width <= _WIDEST else None


def _are_blank_lines_rare(lines: list[_Line]) -> bool:
    gaps = sum(after.number > before.number + 1 for before, after in pairwise(lines))
    return 0 < gaps < len(lines) / 2
