"""Turn a paper and its journal into marks: exact fractions inside, two decimal places on paper.

Nothing but what is handed in decides, so that anybody can do it again: question_bank.verify does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from question_bank import types
from question_bank.corrections import Correction, CorrectionKind, Key, corrected
from question_bank.items import Item
from question_bank.types.protocol import Policy, Response

#: Names how scores come about. Give it a new number whenever any paper could get another score than before.
SCORER = "scorer/1"


class Place(NamedTuple):
    """Hold one slot of a paper: its number, the item version in it, and its full marks."""

    number: int
    item: int
    max_mark: Decimal


class Entry(NamedTuple):
    """Hold one entry of a journal: what was answered in a slot; None takes the answer back."""

    seq: int
    slot: int
    response: Response


@dataclass(frozen=True)
class SlotMark:
    """Hold what one slot earned: a share from 0 to 1, None while a person has to decide."""

    number: int
    share: Fraction | None
    max_mark: Decimal
    is_dropped: bool = False

    @property
    def mark(self) -> Decimal | None:
        """Return the marks as they are shown."""
        return None if self.share is None else rounded(self.share * Fraction(self.max_mark))


@dataclass(frozen=True)
class Marks:
    """Hold what a paper earned. Without a score: somebody has to mark something first."""

    slots: tuple[SlotMark, ...]
    full_marks: Decimal
    score: Decimal | None
    is_passed: bool | None


def score(
    paper: Sequence[Place],
    journal: Iterable[Entry],
    keys: Mapping[int, Item],
    policy: Policy = Policy.ALL_OR_NOTHING,
    corrections: Iterable[Correction] = (),
    given: Mapping[int, Fraction] | None = None,
    pass_percent: Decimal | int = 60,
) -> Marks:
    """Return the marks of a paper. Of the journal the entry with the highest seq of each slot counts.

    ``corrections`` are the approved ones in the order of their approval; those of other items do not matter.
    ``given`` are the shares that people gave, by slot; they come before the key, but not before the
    rulings that an item is dropped or gives full marks to all. The sum is exact and rounded once, so that
    three thirds of a mark are a mark.
    """
    several = list(corrections)
    responses = replayed(journal)
    slots = tuple(
        _slot_mark(
            place,
            corrected(keys[place.item], (each for each in several if each.item == place.item)),
            responses.get(place.number),
            policy,
            (given or {}).get(place.number),
        )
        for place in paper
    )
    counted = [slot for slot in slots if not slot.is_dropped]
    full = sum((slot.max_mark for slot in counted), start=Decimal("0.00"))
    exact = total((slot.share, slot.max_mark) for slot in counted)
    if exact is None:
        return Marks(slots, full, None, None)
    return Marks(slots, full, rounded(exact), is_passed(exact, full, Decimal(pass_percent)))


def replayed(journal: Iterable[Entry]) -> dict[int, Response]:
    """Return the response that counts of each slot, whatever the order in which the entries come."""
    last: dict[int, Entry] = {}
    for entry in journal:
        if entry.slot not in last or entry.seq > last[entry.slot].seq:
            last[entry.slot] = entry
    return {slot: entry.response for slot, entry in last.items()}


def score_slot(item: Item, response: Response, policy: Policy = Policy.ALL_OR_NOTHING) -> Fraction | None:
    """Return the share of the marks earned, 0 to 1; None where a person has to decide."""
    return types.get(item.type).score(item.content, response, policy)


def score_by(key: Key, response: Response, policy: Policy = Policy.ALL_OR_NOTHING) -> Fraction | None:
    """Return the share of the marks earned by a key with its corrections.

    An accepted response never takes anything away: the better of the two readings counts.
    """
    if key.ruling is CorrectionKind.FULL_MARKS:
        return Fraction(1)
    share = score_slot(key.item, response, policy)
    if not key.accepted or response is None or share is None:
        return share
    type_, reading = types.get(key.item.type), response
    for accepted in key.accepted:
        reading = type_.with_accepted(key.item.content, reading, accepted)
    other = type_.score(key.item.content, reading, policy)
    return share if other is None else max(share, other)


def _slot_mark(
    place: Place, key: Key, response: Response, policy: Policy, given: Fraction | None
) -> SlotMark:
    if key.ruling is CorrectionKind.DROP:
        return SlotMark(place.number, Fraction(0), place.max_mark, is_dropped=True)
    if given is not None and key.ruling is None:
        return SlotMark(place.number, given, place.max_mark)
    return SlotMark(place.number, score_by(key, response, policy), place.max_mark)


def total(earned: Iterable[tuple[Fraction | None, Decimal]]) -> Fraction | None:
    """Return the marks of an attempt from share and full marks of each slot, None while one is open."""
    whole, parts = Decimal(0), Fraction(0)  # most shares are nothing or all, and decimals add up faster
    for share, marks in earned:
        if share is None:
            return None
        if share.denominator == 1:
            whole += share.numerator * marks
        else:
            parts += share * Fraction(marks)
    return Fraction(whole) + parts


def rounded(score: Fraction) -> Decimal:
    """Return a score as it is shown and kept: two places, half up."""
    above, below = 200 * score.numerator + score.denominator, 2 * score.denominator
    return Decimal(above // below).scaleb(-2)


def pass_mark(full_marks: Decimal, percent: Decimal) -> Fraction:
    """Return the score that is enough."""
    return Fraction(full_marks) * Fraction(percent) / 100


def is_passed(score: Fraction, full_marks: Decimal, percent: Decimal) -> bool:
    """Tell whether the score is enough, as anyone can check who reads both figures on paper."""
    return rounded(score) >= rounded(pass_mark(full_marks, percent))
