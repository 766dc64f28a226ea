"""Ask for the one right choice."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

from question_bank.problems import N_, Problem
from question_bank.types import choice_list
from question_bank.types.letters import LETTER
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
from question_bank.types.single_choice import editor


class SingleChoice:
    """Know single choice. The response is the letter of a choice as written: "B"."""

    name = "single_choice"
    label = N_("Single choice")
    position = 10
    marked_by_people = False
    content_fields = frozenset({"choices", "key"})
    editor: Editor = editor

    def problems(self, content: Content, stem: str) -> list[Problem]:
        """Check the choices and that exactly one is the key."""
        found = choice_list.problems(content)
        if not found and len(content["key"]) != 1:
            found.append(Problem("one_key", "key", N_("Exactly one choice has to be right.")))
        return found

    def default_marks(self, content: Content) -> Decimal:
        """Return 1."""
        return Decimal(1)

    def arrange(self, content: Content, rng: Random) -> Arrangement:
        """Shuffle the choices."""
        return choice_list.arrange(content, rng)

    def plain_arrangement(self, content: Content) -> Arrangement:
        """Return the choices as written."""
        return choice_list.plain_arrangement(content)

    def present(self, content: Content, arrangement: Arrangement) -> Shown:
        """Return the choices."""
        return choice_list.present(content, arrangement)

    def read_response(self, fields: Fields) -> Response | BadResponse:
        """Read the one letter sent."""
        read = read_single_values(fields, NO_NAME, LETTER)
        return read if isinstance(read, BadResponse) else read.get("")

    def form_fields(self, response: Response) -> list[tuple[str, str]]:
        """Return the letter as a field without a name of its own."""
        return [] if response is None else [("", response)]

    def right_response(self, content: Content) -> Response:
        """Return the key."""
        return content["key"]

    def with_accepted(self, content: Content, response: Response, accepted: Response) -> Response:
        """Return the key for the accepted choice."""
        return self.right_response(content) if response == accepted else response

    def is_complete(self, content: Content, response: Response) -> bool:
        """Tell whether a choice was made."""
        return response is not None

    def score(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> Fraction | None:
        """Return 1 for the key, else 0."""
        return ALL if response == content["key"] else NOTHING

    def review(self, content: Content, arrangement: Arrangement, response: Response) -> Shown:
        """Return the choices with the key and the choice made."""
        return choice_list.review(content, arrangement, response or "")

    def key_text(self, content: Content) -> str:
        """Return letter and text of the key."""
        return choice_list.text_of(content, content["key"])

    def response_text(self, content: Content, response: Response) -> str:
        """Return letter and text of the choice made."""
        return choice_list.text_of(content, response or "")


TYPE = SingleChoice()
