"""Ask for all right choices."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

from question_bank.problems import N_, Problem
from question_bank.types import choice_list
from question_bank.types.letters import LETTER
from question_bank.types.multiple_choice import editor
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
from question_bank.types.responses import read_fields
from question_bank.types.shares import ALL, NOTHING


class MultipleChoice:
    """Know multiple choice. The response is the letters of the choices as written, in order: "ABD"."""

    name = "multiple_choice"
    label = N_("Multiple choice")
    position = 20
    marked_by_people = False
    content_fields = frozenset({"choices", "key"})
    editor: Editor = editor

    def problems(self, content: Content, stem: str) -> list[Problem]:
        """Check the choices and that two or more are the key."""
        found = choice_list.problems(content)
        if not found and len(content["key"]) < 2:
            found.append(Problem("two_keys", "key", N_("At least two choices have to be right.")))
        return found

    def default_marks(self, content: Content) -> Decimal:
        """Return 2."""
        return Decimal(2)

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
        """Read the letters sent, in whatever order."""
        read = read_fields(fields)
        if isinstance(read, BadResponse):
            return read
        if not set(read) <= {""}:
            return BadResponse.UNKNOWN_FIELD
        letters = read.get("", [])
        if not all(LETTER.fullmatch(letter) for letter in letters):
            return BadResponse.UNKNOWN_VALUE
        return "".join(sorted(set(letters))) or None

    def form_fields(self, response: Response) -> list[tuple[str, str]]:
        """Return a field for each letter."""
        return [("", letter) for letter in response or ""]

    def right_response(self, content: Content) -> Response:
        """Return the key."""
        return content["key"]

    def with_accepted(self, content: Content, response: Response, accepted: Response) -> Response:
        """Return the key for the accepted choices."""
        return self.right_response(content) if response == accepted else response

    def is_complete(self, content: Content, response: Response) -> bool:
        """Tell whether any choice was made: how many are right is for the learner to find out."""
        return response is not None

    def score(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> Fraction | None:
        """Return 1 for exactly the key; by the partial policy its share, if nothing wrong was chosen."""
        chosen, key = set(response or ""), set(content["key"])
        if policy == Policy.PARTIAL and chosen <= key:
            return Fraction(len(chosen), len(key))
        return ALL if chosen == key else NOTHING

    def review(self, content: Content, arrangement: Arrangement, response: Response) -> Shown:
        """Return the choices with the key and those chosen."""
        return choice_list.review(content, arrangement, response or "")

    def key_text(self, content: Content) -> str:
        """Return letters and texts of the key."""
        return choice_list.text_of(content, content["key"])

    def response_text(self, content: Content, response: Response) -> str:
        """Return letters and texts of the choices made."""
        return choice_list.text_of(content, response or "")


TYPE = MultipleChoice()
