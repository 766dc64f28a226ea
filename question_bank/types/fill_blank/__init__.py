"""Ask for the words that belong into the blanks of the stem."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from random import Random

from question_bank.checks import LONGEST_LINE, lines_problems
from question_bank.problems import N_, Problem
from question_bank.types.fill_blank import editor
from question_bank.types.fill_blank.comparing import comparable
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

MOST_BLANKS = 20
MOST_VARIANTS = 10

_BLANK = re.compile("_{4,}")
_NUMBER, _ANY = re.compile("1[0-9]|20|[1-9]"), re.compile(r"[^\n]*")


class FillBlank:
    """Know fill in the blanks. The response is the text of each blank filled: {"1": "分级管理"}."""

    name = "fill_blank"
    label = N_("Fill in the blanks")
    position = 40
    marked_by_people = False
    content_fields = frozenset({"key", "exact_numerals"})
    editor: Editor = editor

    def problems(self, content: Content, stem: str) -> list[Problem]:
        """Check that the stem has a blank for each key and that each key can be typed."""
        key = content.get("key")
        if not isinstance(key, list) or not key:
            return [Problem("no_key", "key", N_("No right answer is given."))]
        found = [problem for at, variants in enumerate(key, 1) for problem in _variant_problems(variants, at)]
        if len(key) > MOST_BLANKS or len(_BLANK.findall(stem)) != len(key):
            message = N_(
                "The stem has %(blanks)s blanks (____) and there are %(keys)s keys; at most %(most)s."
            )
            params = {"blanks": len(_BLANK.findall(stem)), "keys": len(key), "most": MOST_BLANKS}
            found.append(Problem("blanks", "key", message, params))
        if content.get("exact_numerals", True) is not True:
            found.append(Problem("flag", "exact_numerals", N_("This can only be true or be left out.")))
        return found

    def default_marks(self, content: Content) -> Decimal:
        """Return 1."""
        return Decimal(1)

    def arrange(self, content: Content, rng: Random) -> Arrangement:
        """Return nothing: the blanks stand where they stand in the stem."""
        return []

    def plain_arrangement(self, content: Content) -> Arrangement:
        """Return nothing."""
        return []

    def present(self, content: Content, arrangement: Arrangement) -> Shown:
        """Return the numbers of the blanks and how much may be typed into one."""
        return {"blanks": _numbers(content), "longest": LONGEST_LINE}

    def read_response(self, fields: Fields) -> Response | BadResponse:
        """Read the blanks that were filled."""
        read = read_single_values(fields, _NUMBER, _ANY)
        return read or None

    def form_fields(self, response: Response) -> list[tuple[str, str]]:
        """Return a field for each blank filled, named by its number."""
        return list((response or {}).items())

    def right_response(self, content: Content) -> Response:
        """Return the first accepted text of each blank."""
        return {str(at): accepted[0] for at, accepted in enumerate(content["key"], 1)}

    def with_accepted(self, content: Content, response: Response, accepted: Response) -> Response:
        """Return the response with the key in each blank that is filled as accepted, compared like a key."""
        key = self.right_response(content)
        return response and {
            number: key[number] if number in key and _is_same(content, text, accepted.get(number)) else text
            for number, text in response.items()
        }

    def is_complete(self, content: Content, response: Response) -> bool:
        """Tell whether every blank was filled."""
        return set(_numbers(content)) <= set(response or {})

    def score(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> Fraction | None:
        """Return the share of the blanks filled rightly, by either policy."""
        right = [_is_right(content, number, response) for number in _numbers(content)]
        return Fraction(sum(right), len(right))

    def review(self, content: Content, arrangement: Arrangement, response: Response) -> Shown:
        """Return what was filled in and what is accepted."""
        return {
            "blanks": [
                {
                    "number": number,
                    "text": (response or {}).get(number, ""),
                    "accepted": variants,
                    "is_right": _is_right(content, number, response),
                }
                for number, variants in zip(_numbers(content), content["key"], strict=True)
            ]
        }

    def key_text(self, content: Content) -> str:
        """Return the first accepted text of each blank."""
        return "；".join(variants[0] for variants in content["key"])

    def response_text(self, content: Content, response: Response) -> str:
        """Return the texts filled in, a dash for an empty blank."""
        return "；".join(response.get(number, "—") for number in _numbers(content)) if response else ""


def _variant_problems(variants: object, at: int) -> list[Problem]:
    """Check what is accepted in one blank: lines that the editor can write and a learner can match."""
    found = lines_problems(variants, f"key.{at}", 1, MOST_VARIANTS)
    if found or not isinstance(variants, list):
        return found
    if any("|" in text for text in variants):
        return [Problem("bar", f"key.{at}", N_("An accepted text cannot contain “|”: it separates them."))]
    if not all(comparable(text) for text in variants):
        return [Problem("only_punctuation", f"key.{at}", N_("An accepted text needs more than punctuation."))]
    return []


def _numbers(content: Content) -> list[str]:
    return [str(number) for number in range(1, len(content["key"]) + 1)]


def _is_same(content: Content, text: str, accepted: str | None) -> bool:
    """Tell whether a blank is filled as accepted; what is only punctuation is never."""
    exact = bool(content.get("exact_numerals"))
    wanted = comparable(accepted or "", exact_numerals=exact)
    return bool(wanted) and comparable(text, exact_numerals=exact) == wanted


def _is_right(content: Content, number: str, response: Response) -> bool:
    exact = bool(content.get("exact_numerals"))
    given = comparable((response or {}).get(number, ""), exact_numerals=exact)
    variants = content["key"][int(number) - 1]
    return any(given == _comparable_key(variant, exact) for variant in variants)


@lru_cache(maxsize=5_000)
def _comparable_key(variant: str, exact: bool) -> str:
    """Return an accepted text in the form that is compared; keys come back with every learner."""
    return comparable(variant, exact_numerals=exact)


TYPE = FillBlank()
