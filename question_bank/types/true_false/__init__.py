"""Ask whether a statement is right."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from random import Random

from question_bank.problems import N_, Problem
from question_bank.types.protocol import (
    Arrangement,
    BadResponse,
    Content,
    Editor,
    Fields,
    Policy,
    Response,
    Shown,
)
from question_bank.types.responses import NO_NAME, read_single_values
from question_bank.types.shares import ALL, NOTHING
from question_bank.types.true_false import editor

_WORD = re.compile("true|false")
_SIGNS = {"true": "√", "false": "×"}


class TrueFalse:
    """Know true or false. The response is "true" or "false", texts since False looks unanswered."""

    name = "true_false"
    label = N_("True or false")
    position = 30
    marked_by_people = False
    content_fields = frozenset({"key"})
    editor: Editor = editor

    def problems(self, content: Content, stem: str) -> list[Problem]:
        """Check that the key is a boolean."""
        if isinstance(content.get("key"), bool):
            return []
        return [Problem("no_key", "key", N_("State whether the sentence is right or wrong."))]

    def default_marks(self, content: Content) -> Decimal:
        """Return 1."""
        return Decimal(1)

    def arrange(self, content: Content, rng: Random) -> Arrangement:
        """Return nothing: right stands before wrong for everyone."""
        return []

    def plain_arrangement(self, content: Content) -> Arrangement:
        """Return nothing."""
        return []

    def present(self, content: Content, arrangement: Arrangement) -> Shown:
        """Return nothing: the two answers are the same for every statement."""
        return {}

    def read_response(self, fields: Fields) -> Response | BadResponse:
        """Read the one word sent."""
        read = read_single_values(fields, NO_NAME, _WORD)
        return read if isinstance(read, BadResponse) else read.get("")

    def form_fields(self, response: Response) -> list[tuple[str, str]]:
        """Return the word as a field without a name of its own."""
        return [] if response is None else [("", response)]

    def right_response(self, content: Content) -> Response:
        """Return the key."""
        return _word(content)

    def with_accepted(self, content: Content, response: Response, accepted: Response) -> Response:
        """Return the key for the accepted word."""
        return self.right_response(content) if response == accepted else response

    def is_complete(self, content: Content, response: Response) -> bool:
        """Tell whether an answer was given."""
        return response is not None

    def score(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> Fraction | None:
        """Return 1 for the key, else 0."""
        return ALL if response == _word(content) else NOTHING

    def review(self, content: Content, arrangement: Arrangement, response: Response) -> Shown:
        """Return the key and the response."""
        return {"key": _word(content), "chosen": response}

    def key_text(self, content: Content) -> str:
        """Return the sign used on paper."""
        return _SIGNS[_word(content)]

    def response_text(self, content: Content, response: Response) -> str:
        """Return the sign used on paper."""
        return _SIGNS.get(response, "")


def _word(content: Content) -> str:
    return "true" if content["key"] else "false"


TYPE = TrueFalse()
