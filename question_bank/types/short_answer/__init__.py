"""Ask for an answer in own words, marked by people along marking points."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random

from question_bank.checks import line_problems, text_problems
from question_bank.marks import read_marks
from question_bank.problems import N_, Problem
from question_bank.types.protocol import (
    Arrangement,
    BadResponse,
    Content,
    Editor,
    Fields,
    MarkingPoint,
    Policy,
    Response,
    Shown,
)
from question_bank.types.responses import LONGEST_RESPONSE, NO_NAME, read_single_values
from question_bank.types.short_answer import editor
from question_bank.types.short_answer.editor import MOST_POINTS

_ANY = re.compile(r".*", re.DOTALL)


class ShortAnswer:
    """Know the short answer. The response is the text as typed."""

    name = "short_answer"
    label = N_("Short answer")
    position = 70
    marked_by_people = True
    content_fields = frozenset({"model_answer", "points"})
    editor: Editor = editor

    def problems(self, content: Content, stem: str) -> list[Problem]:
        """Check the model answer and the marking points."""
        found = text_problems(content.get("model_answer"), "model_answer")
        points = content.get("points")
        if not isinstance(points, list) or not 1 <= len(points) <= MOST_POINTS:
            message = N_("One to %(most)s marking points are needed.")
            return [*found, Problem("points", "points", message, {"most": MOST_POINTS})]
        return found + [
            problem for at, point in enumerate(points, 1) for problem in _point_problems(point, at)
        ]

    def default_marks(self, content: Content) -> Decimal:
        """Return the sum of the points."""
        points = content.get("points")
        marks = [_marks(point) for point in points] if isinstance(points, list) else []
        return sum((each for each in marks if each), Decimal(0)) or Decimal(1)

    def arrange(self, content: Content, rng: Random) -> Arrangement:
        """Return nothing."""
        return []

    def plain_arrangement(self, content: Content) -> Arrangement:
        """Return nothing."""
        return []

    def present(self, content: Content, arrangement: Arrangement) -> Shown:
        """Return how much may be typed."""
        return {"longest": LONGEST_RESPONSE}

    def read_response(self, fields: Fields) -> Response | BadResponse:
        """Read the text."""
        read = read_single_values(fields, NO_NAME, _ANY)
        return read if isinstance(read, BadResponse) else read.get("")

    def form_fields(self, response: Response) -> list[tuple[str, str]]:
        """Return the text as a field without a name of its own."""
        return [] if response is None else [("", response)]

    def right_response(self, content: Content) -> Response:
        """Return the model answer."""
        return content["model_answer"]

    def with_accepted(self, content: Content, response: Response, accepted: Response) -> Response:
        """Return the key for the accepted text."""
        return self.right_response(content) if response == accepted else response

    def is_complete(self, content: Content, response: Response) -> bool:
        """Tell whether anything was written."""
        return response is not None

    def score(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> Fraction | None:
        """Return 0 for an empty page; anything else is for people to mark."""
        return Fraction(0) if response is None else None

    def marking_points(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> list[MarkingPoint]:
        """Return the points, each weighing what it states of the marks."""
        marks = [Fraction(_marks(point) or 0) for point in content["points"]]
        return [
            MarkingPoint(point["text"], each / sum(marks))
            for point, each in zip(content["points"], marks, strict=True)
        ]

    def review(self, content: Content, arrangement: Arrangement, response: Response) -> Shown:
        """Return the answer, the model answer and the marking points."""
        points = [{"text": point["text"], "marks": point["marks"]} for point in content["points"]]
        return {"text": response or "", "model_answer": content["model_answer"], "points": points}

    def key_text(self, content: Content) -> str:
        """Return the model answer."""
        return str(content["model_answer"])

    def response_text(self, content: Content, response: Response) -> str:
        """Return the answer."""
        return response or ""


def _marks(point: object) -> Decimal | None:
    return read_marks(point.get("marks")) if isinstance(point, Mapping) else None


def _point_problems(point: object, at: int) -> list[Problem]:
    """Check one marking point: a line of text and its marks."""
    if not isinstance(point, Mapping) or not set(point) <= {"text", "marks"}:
        return [Problem("point", f"points.{at}", N_("A marking point has a text and marks, nothing else."))]
    found = line_problems(point.get("text"), f"points.{at}.text")
    if _marks(point) is None:
        found.append(Problem("marks", f"points.{at}.marks", N_("These are no marks.")))
    return found


TYPE = ShortAnswer()
