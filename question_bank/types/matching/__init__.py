"""Ask what belongs to what."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from random import Random

from question_bank.checks import lines_problems
from question_bank.problems import N_, Problem
from question_bank.types.letters import LETTER, LETTERS, MOST_CHOICES, by_text
from question_bank.types.matching import editor
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

_NUMBER = re.compile("[1-8]")


class Matching:
    """Know matching. The response is a letter for each left entry matched: {"1": "C", "2": "A"}.

    The letters name the right entries in the order of their characters: the order in which they were
    written often follows the left ones, and would tell the key to whoever reads the source of the page.
    """

    name = "matching"
    label = N_("Matching")
    position = 50
    marked_by_people = False
    content_fields = frozenset({"left", "right", "key"})
    editor: Editor = editor

    def problems(self, content: Content, stem: str) -> list[Problem]:
        """Check both lists, and that the key gives each left entry a right one of its own."""
        left, right, key = content.get("left"), content.get("right"), content.get("key")
        found = lines_problems(left, "left", 2, MOST_CHOICES) + lines_problems(
            right, "right", 2, MOST_CHOICES
        )
        if not found and not _is_key(key, len(content["left"]), len(content["right"])):
            found.append(
                Problem("key", "key", N_("The key has to name a different right entry for each left one."))
            )
        return found

    def default_marks(self, content: Content) -> Decimal:
        """Return 1."""
        return Decimal(1)

    def arrange(self, content: Content, rng: Random) -> Arrangement:
        """Shuffle the right entries."""
        letters = self.plain_arrangement(content)
        rng.shuffle(letters)
        return letters

    def plain_arrangement(self, content: Content) -> Arrangement:
        """Return the right entries in the order of their letters."""
        return list(by_text(content["right"]))

    def present(self, content: Content, arrangement: Arrangement) -> Shown:
        """Return the left entries by number and the right ones as this learner sees them."""
        texts = by_text(content["right"])
        return {
            "left": [{"number": str(at), "text": text} for at, text in enumerate(content["left"], 1)],
            "right": [
                {"letter": shown, "value": letter, "text": texts[letter]}
                for shown, letter in zip(LETTERS, arrangement, strict=False)
            ],
        }

    def read_response(self, fields: Fields) -> Response | BadResponse:
        """Read the letter sent for each left entry."""
        return read_single_values(fields, _NUMBER, LETTER) or None

    def form_fields(self, response: Response) -> list[tuple[str, str]]:
        """Return a field for each entry matched, named by its number."""
        return list((response or {}).items())

    def right_response(self, content: Content) -> Response:
        """Return the key."""
        return _key(content)

    def with_accepted(self, content: Content, response: Response, accepted: Response) -> Response:
        """Return the response with the key for each left entry that is matched as accepted."""
        key = {number: letter for number, letter in _key(content).items() if number in accepted}
        return response and {
            number: key[number] if number in key and letter == accepted[number] else letter
            for number, letter in response.items()
        }

    def is_complete(self, content: Content, response: Response) -> bool:
        """Tell whether every left entry was matched."""
        return set(_key(content)) <= set(response or {})

    def score(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> Fraction | None:
        """Return the share of the left entries matched rightly, by either policy."""
        key = _key(content)
        right = sum((response or {}).get(number) == letter for number, letter in key.items())
        return Fraction(right, len(key))

    def review(self, content: Content, arrangement: Arrangement, response: Response) -> Shown:
        """Return each left entry with what was matched and what belongs to it."""
        texts, given = by_text(content["right"]), response or {}
        return {
            "pairs": [
                {
                    "left": left,
                    "chosen": texts.get(given.get(number, ""), ""),
                    "key": texts[letter],
                    "is_right": given.get(number) == letter,
                }
                for left, (number, letter) in zip(content["left"], _key(content).items(), strict=True)
            ]
        }

    def key_text(self, content: Content) -> str:
        """Return the pairs that belong together."""
        return _pairs_text(content, _key(content))

    def response_text(self, content: Content, response: Response) -> str:
        """Return the pairs that were matched."""
        return _pairs_text(content, response or {})


def _is_key(key: object, lefts: int, rights: int) -> bool:
    """Tell whether this is a list of different numbers of right entries, one for each left."""
    return (
        isinstance(key, list)
        and all(isinstance(number, int) and not isinstance(number, bool) for number in key)
        and all(1 <= number <= rights for number in key)
        and len(key) == len(set(key)) == lefts
    )


def _key(content: Content) -> dict[str, str]:
    """Return the key in the form of a response."""
    letters = {text: letter for letter, text in by_text(content["right"]).items()}
    return {str(at): letters[content["right"][number - 1]] for at, number in enumerate(content["key"], 1)}


def _pairs_text(content: Content, pairs: dict[str, str]) -> str:
    texts, left = by_text(content["right"]), content["left"]
    known = [(int(number), letter) for number, letter in pairs.items() if int(number) <= len(left)]
    return "；".join(f"{left[number - 1]} – {texts.get(letter, letter)}" for number, letter in known)


TYPE = Matching()
