"""Check texts and lists of texts: what items, their types and blueprints have in common."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from question_bank.problems import N_, Problem

LONGEST_LINE = 500
LONGEST_TEXT = 4_000
MOST_CLAUSES = 20
CLAUSE = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:H|\.[1-9][0-9]{0,2}(?:s[1-9][0-9]{0,2})?)")


def missing(where: str) -> Problem:
    """Return the problem of a text that has to be there and is not."""
    return Problem("missing", where, N_("This is missing."))


def unknown_fields(given: Iterable[object], known: Collection[str]) -> list[Problem]:
    """Return a problem for each field whose name means nothing here."""
    return [
        Problem("unknown_field", str(name), N_("The field %(name)s is not known here."), {"name": str(name)})
        for name in given
        if name not in known
    ]


def text_problems(value: object, where: str, longest: int = LONGEST_TEXT) -> list[Problem]:
    """Check one text of one or more lines that has to be there."""
    if not isinstance(value, str):
        return (
            [Problem("not_text", where, N_("This has to be a text."))]
            if value is not None
            else [missing(where)]
        )
    if not value.strip():
        return [missing(where)]
    if len(value) > longest:
        message = N_("This is too long: %(length)s characters, at most %(longest)s are possible.")
        return [Problem("too_long", where, message, {"length": len(value), "longest": longest})]
    return []


def line_problems(value: object, where: str, longest: int = LONGEST_LINE) -> list[Problem]:
    """Check one text that has to stand on a single line."""
    found = text_problems(value, where, longest)
    if not found and "\n" in str(value):
        return [Problem("several_lines", where, N_("This has to stand on one line."))]
    return found


def lines_problems(values: object, where: str, fewest: int, most: int) -> list[Problem]:
    """Check a list of different one-line texts."""
    if not isinstance(values, list):
        return (
            [missing(where)] if values is None else [Problem("not_list", where, N_("This has to be a list."))]
        )
    if not fewest <= len(values) <= most:
        message = N_("%(count)s entries are given; %(fewest)s to %(most)s are possible.")
        return [Problem("count", where, message, {"count": len(values), "fewest": fewest, "most": most})]
    found = [
        problem for at, value in enumerate(values, 1) for problem in line_problems(value, f"{where}.{at}")
    ]
    if not found and len(set(values)) < len(values):
        found.append(Problem("twice", where, N_("Two entries are the same.")))
    return found


def clauses_problems(values: object, where: str) -> list[Problem]:
    """Check a list of clause references: "3.7s2", "3.7", or "3H" for a heading."""
    found = lines_problems(values, where, 1, MOST_CLAUSES)
    if found or not isinstance(values, list):
        return found
    message = N_("%(clause)s is no clause: write 3.7 or 3.7s2.")
    wrong = [(at, clause) for at, clause in enumerate(values, 1) if not CLAUSE.fullmatch(clause)]
    return [Problem("clause", f"{where}.{at}", message, {"clause": clause[:40]}) for at, clause in wrong]
