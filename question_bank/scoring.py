"""Turn responses into marks: exact fractions inside, two decimal places on paper."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from question_bank import types
from question_bank.items import Item
from question_bank.types.protocol import Policy, Response


def score_slot(item: Item, response: Response, policy: Policy = Policy.ALL_OR_NOTHING) -> Fraction | None:
    """Return the share of the marks earned, 0 to 1; None where a person has to decide."""
    return types.get(item.type).score(item.content, response, policy)


def total(earned: Iterable[tuple[Fraction | None, Decimal]]) -> Fraction | None:
    """Return the marks of an attempt from share and full marks of each slot, None while one is open."""
    score = Fraction(0)
    for share, marks in earned:
        if share is None:
            return None
        score += share * Fraction(marks)
    return score


def rounded(score: Fraction) -> Decimal:
    """Return a score as it is shown and kept: two places, half up."""
    return Decimal(math.floor(score * 100 + Fraction(1, 2))).scaleb(-2)


def pass_mark(full_marks: Decimal, percent: Decimal) -> Fraction:
    """Return the score that is enough."""
    return Fraction(full_marks) * Fraction(percent) / 100


def is_passed(score: Fraction, full_marks: Decimal, percent: Decimal) -> bool:
    """Tell whether the score is enough, as anyone can check who reads both figures on paper."""
    return rounded(score) >= rounded(pass_mark(full_marks, percent))
