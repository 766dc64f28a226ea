"""Check one part of a case analysis: a small item of any other type."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank import types
from question_bank.checks import clauses_problems, text_problems, unknown_fields
from question_bank.marks import read_marks
from question_bank.problems import N_, Problem

MOST_PARTS = 8
PART_FIELDS = ("type", "stem", "explanation", "clauses", "marks")


def part_problems(part: object) -> list[Problem]:
    """Return what is wrong with one part, ``where`` relative to it."""
    if not isinstance(part, Mapping):
        return [Problem("not_part", "", N_("A part has to have a type, a stem and a key."))]
    type_ = types.find(part.get("type"))
    if type_ is None or "parts" in type_.content_fields:
        return [Problem("unknown_type", "type", N_("There is no such type of question for a part."))]
    found = unknown_fields(part, {*PART_FIELDS, *type_.content_fields}) + text_problems(
        part.get("stem"), "stem"
    )
    if part.get("explanation", "") != "":
        found += text_problems(part["explanation"], "explanation")
    if "clauses" in part:
        found += clauses_problems(part["clauses"], "clauses")
    if "marks" in part and read_marks(part["marks"]) is None:
        found.append(Problem("marks", "marks", N_("These are no marks.")))
    return found + type_.problems(part, str(part.get("stem")))
