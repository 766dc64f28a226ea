"""Ask several questions about one situation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from question_bank import types
from question_bank.checks import text_problems
from question_bank.marks import read_marks
from question_bank.problems import N_, Problem
from question_bank.types.case_analysis import editor
from question_bank.types.case_analysis.parts import MOST_PARTS, part_problems
from question_bank.types.protocol import (
    Arrangement,
    BadResponse,
    Content,
    Editor,
    Fields,
    ItemType,
    MarkedByPeople,
    MarkingPoint,
    Policy,
    Response,
    Shown,
)
from question_bank.types.responses import read_fields

_NAME = re.compile("([1-8])(?:-(.+))?")


class CaseAnalysis:
    """Know the case analysis. The response keeps the form fields of each part answered: {"1": {"": ["B"]}}.

    What they mean is known to the types of the parts, which stand in the content; a part whose fields its
    type cannot read counts as unanswered.
    """

    name = "case_analysis"
    label = N_("Case analysis")
    position = 80
    marked_by_people = True
    content_fields = frozenset({"stimulus", "parts"})
    editor: Editor = editor

    def problems(self, content: Content, stem: str) -> list[Problem]:
        """Check the situation and each part."""
        found = text_problems(content.get("stimulus"), "stimulus")
        parts = content.get("parts")
        if isinstance(parts, str):
            return [*found, _unreadable(editor.unreadable_line(parts))]
        if not isinstance(parts, list) or not 1 <= len(parts) <= MOST_PARTS:
            message = N_("One to %(most)s parts are needed.")
            return [*found, Problem("parts", "parts", message, {"most": MOST_PARTS})]
        return found + [
            problem.below(f"parts.{at}")
            for at, part in enumerate(parts, 1)
            for problem in part_problems(part)
        ]

    def default_marks(self, content: Content) -> Decimal:
        """Return the marks of the parts together, 1 for each that states none."""
        parts = content.get("parts")
        return (
            sum((_marks(part) for part in parts), Decimal(0))
            if isinstance(parts, list) and parts
            else Decimal(1)
        )

    def arrange(self, content: Content, rng: Random) -> Arrangement:
        """Shuffle inside the parts; the parts build on each other and stay in order."""
        return [type_.arrange(part, rng) for _, part, type_ in _parts(content)]

    def plain_arrangement(self, content: Content) -> Arrangement:
        """Return the plain arrangement of each part."""
        return [type_.plain_arrangement(part) for _, part, type_ in _parts(content)]

    def present(self, content: Content, arrangement: Arrangement) -> Shown:
        """Return the situation, and of each part the stem and what its type presents."""
        return {
            "stimulus": content["stimulus"],
            "parts": [
                {
                    "number": number,
                    "type": type_.name,
                    "stem": part["stem"],
                    "shown": type_.present(part, order),
                }
                for (number, part, type_), order in zip(_parts(content), arrangement, strict=True)
            ],
        }

    def read_response(self, fields: Fields) -> Response | BadResponse:
        """Sort the fields by part."""
        read = read_fields(fields)
        if isinstance(read, BadResponse):
            return read
        response: dict[str, dict[str, list[str]]] = {}
        for name in sorted(read):
            found = _NAME.fullmatch(name)
            if not found:
                return BadResponse.UNKNOWN_FIELD
            response.setdefault(found[1], {})[found[2] or ""] = sorted(read[name])
        return response or None

    def form_fields(self, response: Response) -> list[tuple[str, str]]:
        """Return the fields of each part behind the number of the part."""
        return [
            (_field(number, name), value)
            for number, fields in (response or {}).items()
            for name, values in fields.items()
            for value in values
        ]

    def right_response(self, content: Content) -> Response:
        """Return the right response of each part."""
        fields = [
            (_field(number, name), value)
            for number, part, type_ in _parts(content)
            for name, value in type_.form_fields(type_.right_response(part))
        ]
        return self.read_response(fields)

    def with_accepted(self, content: Content, response: Response, accepted: Response) -> Response:
        """Return the response with the key in each part that is answered as accepted."""
        answers, wanted = _answers(content, response), _answers(content, accepted)
        fields = [
            (_field(number, name), value)
            for number, part, type_ in _parts(content)
            for name, value in type_.form_fields(
                type_.with_accepted(part, answers[number], wanted[number])
                if wanted[number] is not None
                else answers[number]
            )
        ]
        return self.read_response(fields)

    def is_complete(self, content: Content, response: Response) -> bool:
        """Tell whether every part is complete."""
        answers = _answers(content, response)
        return all(type_.is_complete(part, answers[number]) for number, part, type_ in _parts(content))

    def score(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> Fraction | None:
        """Return the parts' shares weighted by their marks; None as soon as one of them is for people."""
        answers, earned, possible = _answers(content, response), Fraction(0), Fraction(0)
        for number, part, type_ in _parts(content):
            share, marks = type_.score(part, answers[number], policy), Fraction(_marks(part))
            if share is None:
                return None
            earned, possible = earned + share * marks, possible + marks
        return earned / possible

    def marking_points(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> list[MarkingPoint]:
        """Return the points of the parts; a part that the key marks is one point that has its share."""
        answers = _answers(content, response)
        possible = sum(Fraction(_marks(part)) for _, part, _ in _parts(content))
        return [
            point._replace(part=number, weight=point.weight * Fraction(_marks(part)) / possible)
            for number, part, type_ in _parts(content)
            for point in _part_points(part, type_, answers[number], policy)
        ]

    def review(self, content: Content, arrangement: Arrangement, response: Response) -> Shown:
        """Return the situation, and of each part the stem, its explanation and what its type reviews."""
        answers = _answers(content, response)
        return {
            "stimulus": content["stimulus"],
            "parts": [
                {
                    "number": number,
                    "type": type_.name,
                    "stem": part["stem"],
                    "explanation": part.get("explanation", ""),
                    "clauses": list(part.get("clauses", [])),
                    "shown": type_.review(part, order, answers[number]),
                }
                for (number, part, type_), order in zip(_parts(content), arrangement, strict=True)
            ],
        }

    def key_text(self, content: Content) -> str:
        """Return the keys of the parts by number."""
        return " ".join(f"({number}) {type_.key_text(part)}" for number, part, type_ in _parts(content))

    def response_text(self, content: Content, response: Response) -> str:
        """Return the answers to the parts by number."""
        answers = _answers(content, response)
        texts = [
            (number, type_.response_text(part, answers[number])) for number, part, type_ in _parts(content)
        ]
        return " ".join(f"({number}) {text}" for number, text in texts if text)


def _unreadable(line: int | None) -> Problem:
    if line is None:
        message = N_("The parts cannot be read. Please keep to the form of the example.")
        return Problem("unreadable", "parts", message)
    message = N_("The parts cannot be read from line %(line)s on. Please keep to the form of the example.")
    return Problem("unreadable", "parts", message, {"line": line})


def _parts(content: Content) -> Iterator[tuple[str, dict[str, Any], ItemType]]:
    """Yield number, part and type of each part."""
    for number, part in enumerate(content["parts"], 1):
        yield str(number), part, types.get(part["type"])


def _field(number: str, name: str) -> str:
    """Return what a field of a part is called in the case."""
    return f"{number}-{name}" if name else number


def _answers(content: Content, response: Response) -> dict[str, Response]:
    """Return the response to each part by its number."""
    return {number: _answer(type_, (response or {}).get(number, {})) for number, _, type_ in _parts(content)}


def _answer(type_: ItemType, fields: dict[str, list[str]]) -> Response:
    read = type_.read_response([(name, value) for name, values in fields.items() for value in values])
    return None if isinstance(read, BadResponse) else read


def _part_points(
    part: dict[str, Any], type_: ItemType, answer: Response, policy: Policy
) -> list[MarkingPoint]:
    share = type_.score(part, answer, policy)
    if share is None and isinstance(type_, MarkedByPeople):
        return type_.marking_points(part, answer, policy)
    return [MarkingPoint(part["stem"], Fraction(1), given=share)]


def _marks(part: object) -> Decimal:
    return (read_marks(part.get("marks")) if isinstance(part, Mapping) else None) or Decimal(1)


TYPE = CaseAnalysis()
