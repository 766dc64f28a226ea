"""Show a practice question to a learner: to be answered, or answered with its explanation."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from random import Random
from typing import Any

from learning.materials.queries import Practice
from learning.study.queries import Tries
from question_bank import types
from question_bank.items import Item
from question_bank.types.protocol import Arrangement

Fields = Sequence[tuple[str, str]]


class Verdict(StrEnum):
    """What an answer came to."""

    RIGHT = "right"
    PARTLY_RIGHT = "partly_right"
    WRONG = "wrong"


def verdict_of(fraction: Fraction) -> Verdict:
    """Return what a share of the marks means in a word."""
    if fraction == 1:
        return Verdict.RIGHT
    return Verdict.PARTLY_RIGHT if fraction else Verdict.WRONG


@dataclass(frozen=True)
class Question:
    """A practice question as a page shows it; key and explanation are there only once it is answered."""

    position: int
    type: str
    #: The kind of question in words, an English message id.
    label: str
    stem: str
    #: How often the learner answered it so far.
    tries: int
    #: For the template answer.html or review.html of its type.
    shown: dict[str, Any]
    response_fields: dict[str, list[str]]
    #: Empty: the question is open.
    verdict: Verdict | None = None
    explanation: str = ""
    clauses: tuple[str, ...] = ()


def question(
    asked: Practice, person_id: int, tries: Tries | None, is_again: bool = False, fields: Fields = ()
) -> Question:
    """Return a question as the learner finds it: answered, if it was and is not to be tried again.

    `fields` is what is filled in already where it is shown to be answered.
    """
    item = asked.item
    if tries is None or is_again:
        return _open(asked.position, item, person_id, tries.number if tries else 0, fields)
    order = _arrangement(item, person_id, tries.number - 1)
    return Question(
        position=asked.position,
        type=item.type,
        label=types.get(item.type).label,
        stem=item.stem,
        tries=tries.number,
        shown=types.get(item.type).review(item.content, order, tries.response),
        response_fields={},
        verdict=verdict_of(tries.fraction),
        explanation=item.explanation,
        clauses=item.clauses,
    )


def _open(position: int, item: Item, person_id: int, tries: int, fields: Fields) -> Question:
    filled: dict[str, list[str]] = {}
    for name, value in fields:
        filled.setdefault(name, []).append(value)
    type_ = types.get(item.type)
    shown = type_.present(item.content, _arrangement(item, person_id, tries))
    return Question(position, item.type, type_.label, item.stem, tries, shown, filled)


def _arrangement(item: Item, person_id: int, tries: int) -> Arrangement:
    """Shuffle anew for every try, but always the same for the same one, so that nothing need be kept."""
    order = Random(f"{person_id} {item.code} {tries}")  # noqa: S311 - a shuffle, not a secret
    return types.get(item.type).arrange(item.content, order)
