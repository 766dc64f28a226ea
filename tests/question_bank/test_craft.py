"""The craft of the built-in bank: nothing but knowing the document helps to find the key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import comb
from pathlib import Path

import pytest

from courses.clauses import ClauseRef
from courses.seal import read_seal
from question_bank.bank import read_bank
from question_bank.evidence.claims import Claim, claims
from question_bank.items import DIFFICULTIES, Item

SEAL = Path(__file__).parents[2] / "courses" / "content" / "opinion-2015" / "clauses.csv"
#: Chi-square with 3 degrees of freedom: exceeded by chance once in twenty times.
CRITICAL_CHI_SQUARE = 7.815
BANK = read_bank().items
CLAIMS = [claim for item in BANK for claim in claims(item)]
SINGLE = [claim for claim in CLAIMS if claim.type == "single_choice"]


def chance_of_as_many(hits: int, tries: int, chance: float) -> float:
    """Return how probable so many hits or more are."""
    return sum(comb(tries, n) * chance**n * (1 - chance) ** (tries - n) for n in range(hits, tries + 1))


def paragraphs_of(item: Item) -> set[str]:
    return {str(ClauseRef.parse(clause).paragraph_ref) for clause in item.clauses}


def where_one_stands_out(pick: Iterator[Claim] | list[Claim], longest: bool) -> list[tuple[Claim, str]]:
    """Return the claims with one choice longer (or shorter) than all others, and that choice."""
    found = []
    for claim in pick:
        lengths = {text: len(text) for text in claim.content["choices"]}
        extreme = (max if longest else min)(lengths.values())
        if list(lengths.values()).count(extreme) == 1:
            found.append((claim, next(text for text, length in lengths.items() if length == extreme)))
    return found


def test_the_keys_are_spread_evenly_over_the_places() -> None:
    places = Counter(claim.content["key"] for claim in SINGLE if len(claim.content["choices"]) == 4)
    expected = places.total() / 4
    assert sum((places[letter] - expected) ** 2 / expected for letter in "ABCD") < CRITICAL_CHI_SQUARE


@pytest.mark.parametrize("longest", [True, False])
def test_the_key_is_not_the_longest_or_shortest_choice_more_often_than_chance(longest: bool) -> None:
    standing_out = where_one_stands_out(SINGLE, longest)
    hits = sum(text == claim.keys[0][1] for claim, text in standing_out)
    assert chance_of_as_many(hits, len(standing_out), 1 / 4) > 0.05


def test_true_and_false_are_balanced() -> None:
    keys = Counter(claim.content["key"] for claim in CLAIMS if claim.type == "true_false")
    assert chance_of_as_many(max(keys.values()), keys.total(), 1 / 2) > 0.05


def test_no_choice_speaks_of_the_other_choices() -> None:
    pattern = re.compile(
        "以上(?:都|各项|全|皆|均|三项|两项)|都(?:正确|不正确|对|不对)$|^(?:全部|均不)(?:正确|对)"
    )
    choices = [(claim.item, text) for claim in CLAIMS for _, text in (*claim.keys, *claim.wrong)]
    assert [choice for choice in choices if pattern.search(choice[1])] == []


@pytest.mark.parametrize("claim", SINGLE, ids=lambda claim: f"{claim.item}{claim.prefix}")
def test_the_choices_of_a_question_are_of_like_length(claim: Claim) -> None:
    lengths = sorted(len(text) for text in claim.content["choices"])
    assert lengths[-1] <= 2.7 * lengths[0] or lengths[-1] - lengths[0] <= 8


def test_no_question_offers_a_choice_twice() -> None:
    assert [
        claim.item
        for claim in CLAIMS
        if len(set(claim.offered.split("\n"))) < len(claim.keys) + len(claim.wrong)
    ] == []


def test_every_item_cites_sentences_and_has_a_knowledge_point_and_an_explanation() -> None:
    seal = read_seal(SEAL)
    for item in BANK:
        assert item.tags, item.code
        assert item.explanation, item.code
        for clause in item.clauses:
            ref = ClauseRef.parse(clause)
            several = seal.has(ClauseRef(ref.section, ref.paragraph, 2)) if ref.paragraph else False
            assert ref.sentence or not several, f"{item.code} cites the whole of {clause}"


def test_every_paragraph_has_the_questions_it_needs() -> None:
    asked = Counter(paragraph for item in BANK for paragraph in paragraphs_of(item))
    needed = {ref: 10 if ref.section in {3, 11} else 6 for ref in read_seal(SEAL).paragraphs}
    assert len(needed) == 49
    assert {str(ref): asked[str(ref)] for ref, fewest in needed.items() if asked[str(ref)] < fewest} == {}


def test_every_level_of_difficulty_is_at_least_a_tenth() -> None:
    levels = Counter(item.difficulty for item in BANK)
    assert all(levels[level] >= len(BANK) / 10 for level in DIFFICULTIES)


def test_there_are_enough_questions_and_cases() -> None:
    types = Counter(item.type for item in BANK)
    assert len(BANK) >= 420
    assert types["case_analysis"] >= 12
    assert len(types) == 8
    assert all(3 <= len(item.content["parts"]) <= 5 for item in BANK if item.type == "case_analysis")
