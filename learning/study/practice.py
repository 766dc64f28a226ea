"""Decide how a learner finds a practice question: to be answered, or answered with its verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from random import Random

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
    """A practice question as a learner finds it."""

    asked: Practice
    #: How often the learner answered it so far.
    tries: int
    #: The order of its parts: another for every learner and every try.
    arrangement: Arrangement
    #: What is filled in already where it is to be answered.
    filled: Mapping[str, list[str]] = field(default_factory=dict)
    #: None: the question is open.
    answer: Tries | None = None

    @property
    def verdict(self) -> Verdict | None:
        """Return what the answer came to."""
        return verdict_of(self.answer.fraction) if self.answer else None

    @property
    def label(self) -> str:
        """Return the kind of question in words, an English message id."""
        return types.get(self.asked.item.type).label


def question(
    asked: Practice, person_id: int, tries: Tries | None, is_again: bool = False, fields: Fields = ()
) -> Question:
    """Return a question as the learner finds it: answered, if it was and is not to be tried again.

    `fields` is what is filled in already where it is shown to be answered.
    """
    number = tries.number if tries else 0
    if tries is None or is_again:
        filled: dict[str, list[str]] = {}
        for name, value in fields:
            filled.setdefault(name, []).append(value)
        return Question(asked, number, _arrangement(asked.item, person_id, number), filled)
    return Question(asked, number, _arrangement(asked.item, person_id, number - 1), answer=tries)


def _arrangement(item: Item, person_id: int, tries: int) -> Arrangement:
    """Shuffle anew for every try, but always the same for the same one, so that nothing need be kept."""
    order = Random(f"{person_id} {item.code} {tries}")  # noqa: S311 - a shuffle, not a secret
    return types.get(item.type).arrange(item.content, order)
