"""Matching and ordering: no letter tells the key."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import types
from question_bank.types.protocol import BadResponse, Policy
from tests.question_bank import pages, samples

MATCHING, ORDERING = types.get("matching"), types.get("ordering")
#: Letters by text: A 一年, B 三年, C 每年.
PAIRS: dict[str, Any] = {"left": ["甲", "乙"], "right": ["每年", "一年", "三年"], "key": [1, 3]}
#: Letters by text: A b, B c, C d, D e; the right order is d, c, e, b.
ORDER: dict[str, Any] = {"choices": ["d", "c", "e", "b"]}


def test_right_entries_are_lettered_in_the_order_of_their_texts() -> None:
    assert MATCHING.plain_arrangement(PAIRS) == ["A", "B", "C"]
    shown = MATCHING.present(PAIRS, ["C", "A", "B"])
    assert shown["right"][0] == {"letter": "A", "value": "C", "text": "每年"}
    assert [right["text"] for right in shown["right"]] == ["每年", "一年", "三年"]


@pytest.mark.parametrize(
    ("response", "score"),
    [
        ({"1": "C", "2": "B"}, 1),
        ({"1": "C"}, Fraction(1, 2)),
        ({"1": "C", "2": "C"}, Fraction(1, 2)),
        ({"1": "A", "2": "A"}, 0),
        ({"1": "H", "8": "B"}, 0),
    ],
)
def test_the_share_of_right_pairs_counts(response: dict[str, str], score: Fraction) -> None:
    assert MATCHING.score(PAIRS, response) == score


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"key": [1]}, ("key", "key")),
        ({"key": [1, 1]}, ("key", "key")),
        ({"key": [0, 1]}, ("key", "key")),
        ({"key": [1, 4]}, ("key", "key")),
        ({"key": [True, 2]}, ("key", "key")),
        ({"key": ["1", "3"]}, ("key", "key")),
        ({"key": None}, ("key", "key")),
        ({"left": ["甲"]}, ("count", "left")),
        ({"right": ["每年", "每年", "三年"]}, ("twice", "right")),
        ({"left": "甲乙"}, ("not_list", "left")),
    ],
)
def test_problems_of_matching(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in [(each.code, each.where) for each in MATCHING.problems({**PAIRS, **changes}, "")]


@pytest.mark.parametrize(
    ("fields", "response"),
    [
        ([("2", "B"), ("1", "C")], {"1": "C", "2": "B"}),
        ([("1", "C"), ("2", "")], {"1": "C"}),
        ([("1", "C"), ("1", "B")], BadResponse.TWO_VALUES),
        ([("9", "C")], BadResponse.UNKNOWN_FIELD),
        ([("A", "C")], BadResponse.UNKNOWN_FIELD),
        ([("1", "3")], BadResponse.UNKNOWN_VALUE),
    ],
)
def test_reading_a_matching(fields: list[tuple[str, str]], response: object) -> None:
    assert MATCHING.read_response(fields) == response


def test_texts_of_a_matching() -> None:
    assert MATCHING.key_text(PAIRS) == "甲 – 每年；乙 – 三年"
    assert MATCHING.response_text(PAIRS, {"2": "A", "7": "B"}) == "乙 – 一年"


def test_the_review_of_a_matching_gives_the_right_pair() -> None:
    shown = MATCHING.review(PAIRS, ["A", "B", "C"], {"1": "C", "2": "A"})
    page = pages.visible_text(pages.render("matching", "review", shown=shown))
    assert page == "甲 每年 Right 乙 一年 Wrong Right answer: 三年"


def test_the_editor_of_a_matching_closes_gaps() -> None:
    typed = {"left-1": "甲", "left-3": "乙", "right-2": "每年", "right-5": "三年", "key-1": "5", "key-3": "2"}
    assert MATCHING.editor.from_fields(typed) == {
        "left": ["甲", "乙"],
        "right": ["每年", "三年"],
        "key": [2, 1],
    }


def test_a_number_that_names_an_empty_line_is_a_problem() -> None:
    typed = {"left-1": "甲", "left-2": "乙", "right-1": "每年", "right-2": "三年", "key-1": "1", "key-2": "7"}
    assert [each.code for each in MATCHING.problems(MATCHING.editor.from_fields(typed), "")] == ["key"]


@given(samples.contents("ordering"), st.integers())
def test_the_right_order_is_never_shown(content: dict[str, Any], seed: int) -> None:
    for arrangement in (ORDERING.arrange(content, Random(seed)), ORDERING.plain_arrangement(content)):
        shown = [choice["text"] for choice in ORDERING.present(content, arrangement)["choices"]]
        assert sorted(shown) == sorted(content["choices"])
        assert shown != content["choices"]


def test_every_other_order_is_shown_to_somebody() -> None:
    shown = {tuple(ORDERING.arrange(ORDER, Random(seed))) for seed in range(600)}
    assert shown == set(permutations("ABCD")) - {("C", "B", "D", "A")}


@pytest.mark.parametrize(
    ("order", "strict", "partial"),
    [
        ("dceb", 1, 1),
        ("dcbe", 0, Fraction(1, 3)),
        ("bdce", 0, Fraction(2, 3)),
        ("becd", 0, 0),
        ("dc", 0, Fraction(1, 3)),
        ("", 0, 0),
    ],
)
def test_partial_credit_of_an_order_counts_neighbours(order: str, strict: int, partial: Fraction) -> None:
    letters = dict(zip("bcde", "ABCD", strict=True))
    response = {letters[text]: str(position) for position, text in enumerate(order, 1)} or None
    assert ORDERING.score(ORDER, response) == strict
    assert ORDERING.score(ORDER, response, Policy.PARTIAL) == partial


def test_two_choices_at_one_place_are_kept_but_not_complete() -> None:
    response = ORDERING.read_response([("B", "1"), ("A", "1"), ("C", "2"), ("D", "4")])
    assert response == {"A": "1", "B": "1", "C": "2", "D": "4"}
    assert not ORDERING.is_complete(ORDER, response)
    assert ORDERING.is_complete(ORDER, {**response, "A": "3"})
    assert not ORDERING.is_complete(ORDER, {"A": "1", "B": "2", "C": "3", "H": "4"})


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ([("1", "A")], BadResponse.UNKNOWN_FIELD),
        ([("A", "9")], BadResponse.UNKNOWN_VALUE),
        ([("A", "0")], BadResponse.UNKNOWN_VALUE),
        ([("A", "1"), ("A", "2")], BadResponse.TWO_VALUES),
    ],
)
def test_an_order_that_no_page_sends_is_refused(fields: list[tuple[str, str]], reason: BadResponse) -> None:
    assert ORDERING.read_response(fields) == reason


def test_texts_of_an_ordering() -> None:
    assert ORDERING.key_text(ORDER) == "d → c → e → b"
    assert ORDERING.response_text(ORDER, {"A": "2", "D": "1"}) == "e → b"


def test_the_review_of_an_ordering_says_where_each_was_put() -> None:
    shown = ORDERING.review(ORDER, ["A", "B", "C", "D"], {"C": "1", "B": "3"})
    page = pages.visible_text(pages.render("ordering", "review", shown=shown))
    assert page == "The right order: d Right c Wrong, your position: 3 e Not answered b Not answered"
