"""Ask for the right order."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

from question_bank.checks import lines_problems
from question_bank.problems import N_, Problem
from question_bank.types.letters import LETTER, LETTERS, MOST_CHOICES, by_text
from question_bank.types.ordering import editor
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
from question_bank.types.responses import read_single_values
from question_bank.types.shares import ALL, NOTHING

_POSITION = re.compile("[1-8]")


class Ordering:
    """Know ordering. The response is a position for each choice placed: {"A": "2", "B": "1"}.

    The content states the choices in the right order, which is the key. Their letters therefore follow
    the order of their characters, and the order shown is never the right one.
    """

    name = "ordering"
    label = N_("Ordering")
    position = 60
    marked_by_people = False
    content_fields = frozenset({"choices"})
    editor: Editor = editor

    def problems(self, content: Content, stem: str) -> list[Problem]:
        """Check the choices."""
        return lines_problems(content.get("choices"), "choices", 3, MOST_CHOICES)

    def default_marks(self, content: Content) -> Decimal:
        """Return 1."""
        return Decimal(1)

    def arrange(self, content: Content, rng: Random) -> Arrangement:
        """Shuffle the choices."""
        letters = list(by_text(content["choices"]))
        rng.shuffle(letters)
        return _not_the_key(letters, content)

    def plain_arrangement(self, content: Content) -> Arrangement:
        """Return the choices in the order of their letters."""
        return _not_the_key(list(by_text(content["choices"])), content)

    def present(self, content: Content, arrangement: Arrangement) -> Shown:
        """Return the choices as this learner sees them and the positions there are."""
        texts = by_text(content["choices"])
        return {
            "choices": [
                {"letter": shown, "value": letter, "text": texts[letter]}
                for shown, letter in zip(LETTERS, arrangement, strict=False)
            ],
            "positions": [str(position) for position in range(1, len(texts) + 1)],
        }

    def read_response(self, fields: Fields) -> Response | BadResponse:
        """Read the position sent for each choice; two choices may stand at one while a learner is at work."""
        return read_single_values(fields, LETTER, _POSITION) or None

    def form_fields(self, response: Response) -> list[tuple[str, str]]:
        """Return a field for each choice placed, named by its letter."""
        return list((response or {}).items())

    def right_response(self, content: Content) -> Response:
        """Return the key."""
        return _key(content)

    def with_accepted(self, content: Content, response: Response, accepted: Response) -> Response:
        """Return the key for the accepted order."""
        return self.right_response(content) if response == accepted else response

    def is_complete(self, content: Content, response: Response) -> bool:
        """Tell whether every choice has a position of its own."""
        placed = [position for letter, position in (response or {}).items() if letter in _key(content)]
        return len(set(placed)) == len(placed) == len(content["choices"])

    def score(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> Fraction | None:
        """Return 1 for the right order; by the partial policy the share of neighbours in place."""
        key, given = _key(content), response or {}
        if policy != Policy.PARTIAL:
            return ALL if all(given.get(letter) == place for letter, place in key.items()) else NOTHING
        follow = [
            first in given and second in given and int(given[second]) == int(given[first]) + 1
            for first, second in pairwise(key)
        ]
        return Fraction(sum(follow), len(follow))

    def review(self, content: Content, arrangement: Arrangement, response: Response) -> Shown:
        """Return the choices in the right order, each with the position given."""
        given = response or {}
        return {
            "choices": [
                {
                    "text": text,
                    "key": position,
                    "position": given.get(letter, ""),
                    "is_right": given.get(letter) == position,
                }
                for text, (letter, position) in zip(content["choices"], _key(content).items(), strict=True)
            ]
        }

    def key_text(self, content: Content) -> str:
        """Return the choices in the right order."""
        return " → ".join(content["choices"])

    def response_text(self, content: Content, response: Response) -> str:
        """Return the choices placed, in the order given."""
        texts, given = by_text(content["choices"]), response or {}
        return " → ".join(
            texts.get(letter, letter) for letter in sorted(given, key=lambda letter: given[letter])
        )


def _key(content: Content) -> dict[str, str]:
    """Return the key in the form of a response, in the right order."""
    letters = {text: letter for letter, text in by_text(content["choices"]).items()}
    return {letters[text]: str(position) for position, text in enumerate(content["choices"], 1)}


def _not_the_key(letters: list[str], content: Content) -> list[str]:
    """Return the order, moved on by one place if it happens to be the right one."""
    return letters[1:] + letters[:1] if letters == list(_key(content)) else letters


TYPE = Ordering()
