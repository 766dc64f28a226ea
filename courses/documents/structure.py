"""Paragraphs to a document: which are the title and the headings."""

import re
from itertools import product, takewhile

from courses.clauses import ClauseRef
from courses.documents.layout import Paragraph
from courses.documents.values import Clause, Document, Kind
from courses.problems import N_, Problem

_ONES = ["", *"一二三四五六七八九"]
_TENS = ["", "十", *(f"{one}十" for one in _ONES[2:])]
NUMERALS = {ten + one: number for number, (ten, one) in enumerate(product(_TENS, _ONES))}

_NUMBERED = re.compile(r"([一二三四五六七八九十]{1,3})、")
_LONGEST_HEADING = 60
_LONGEST_TITLE = 100
_MOST_FRONT_LINES = 6
_MOST_PARAGRAPHS = 9_999
_STOPS = "。；：？！，"


def structure(file_name: str, paragraphs: list[Paragraph]) -> tuple[Document | None, list[Problem]]:
    """Find title, front matter, sections and paragraphs; say what is doubtful."""
    if len(paragraphs) > _MOST_PARAGRAPHS:
        return None, [_too_many(file_name, len(paragraphs))]
    front = _front(paragraphs)
    body = paragraphs[len(front) :]
    if not body:
        return None, [Problem("no-paragraphs", file_name, N_("The file has no paragraphs."))]
    headings, problems = _headings(file_name, body)
    if not front:
        problems.insert(
            0, Problem("no-title", f"{file_name}:1", N_("The document does not begin with a title."))
        )
    title, *rest = [paragraph.text for paragraph in front] or [""]
    return Document(title, _clauses(body, headings), tuple(rest)), problems


def _front(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Take the title and the short lines under it, which unlike the text do not end in a stop."""

    def is_front(paragraph: Paragraph) -> bool:
        return len(paragraph.text) <= _LONGEST_TITLE and not _is_text(paragraph) and not _numeral(paragraph)

    return list(takewhile(is_front, paragraphs[:_MOST_FRONT_LINES]))


def _is_text(paragraph: Paragraph) -> bool:
    return paragraph.text[-1] in _STOPS


def _numeral(paragraph: Paragraph) -> str | None:
    """Return the 一 of 一、…… where the paragraph may be a heading: it is short and no sentence."""
    match = _NUMBERED.match(paragraph.text)
    is_heading = match and len(paragraph.text) < _LONGEST_HEADING and not _is_text(paragraph)
    return match[1] if match and is_heading else None


def _headings(file_name: str, paragraphs: list[Paragraph]) -> tuple[set[int], list[Problem]]:
    """Find the paragraphs numbered 一, 二, 三 without gap or repeat; what is out of turn is no heading."""
    found: set[int] = set()
    problems: list[Problem] = []
    for index, paragraph in enumerate(paragraphs):
        numeral = _numeral(paragraph)
        if numeral is None:
            continue
        if NUMERALS.get(numeral) == len(found) + 1:
            found.add(index)
        else:
            problems.append(_out_of_turn(file_name, paragraph, len(found) + 1))
    if len(found) > 1:
        return found, problems
    problems.append(
        Problem("no-headings", file_name, N_("No numbered headings (一、 二、 三、) were found."))
    )
    return set(), problems


def _too_many(file_name: str, count: int) -> Problem:
    return Problem(
        "too-many-paragraphs",
        file_name,
        N_("The file has %(count)s paragraphs; no more than %(most)s are read."),
        {"count": count, "most": _MOST_PARAGRAPHS},
    )


def _out_of_turn(file_name: str, paragraph: Paragraph, expected: int) -> Problem:
    return Problem(
        "numbering-gap",
        f"{file_name}:{paragraph.line_start}",
        N_("Heading number %(expected)s was expected here, but “%(text)s” was found."),
        {"expected": expected, "text": paragraph.text[:20]},
    )


def _clauses(paragraphs: list[Paragraph], headings: set[int]) -> tuple[Clause, ...]:
    clauses = []
    section = number = 0
    for index, paragraph in enumerate(paragraphs):
        if index in headings:
            section, number = section + 1, 0
        else:
            number += 1
        ref = ClauseRef(section, number)
        kind: Kind = "heading" if ref.is_heading else "paragraph"
        clauses.append(Clause(ref, kind, paragraph.text, paragraph.line_start, paragraph.line_end))
    return tuple(clauses)
