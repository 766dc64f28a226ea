"""Single choice, multiple choice, true or false."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from question_bank import types
from question_bank.types.protocol import BadResponse, Policy
from tests.question_bank import pages

SINGLE, MULTIPLE, TRUE_FALSE = (
    types.get(name) for name in ("single_choice", "multiple_choice", "true_false")
)
CHOICES = ["可以", "应该", "必须", "探索"]
ONE: dict[str, Any] = {"choices": CHOICES, "key": "B"}
TWO: dict[str, Any] = {"choices": CHOICES, "key": "BD"}


@pytest.mark.parametrize("type_", [SINGLE, MULTIPLE], ids=lambda type_: type_.name)
@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"choices": ["甲"]}, ("count", "choices")),
        ({"choices": list("甲乙丙丁戊己庚辛壬")}, ("count", "choices")),
        ({"choices": ["甲", "乙", "乙", "丁"]}, ("twice", "choices")),
        ({"choices": ["甲", " ", "丙", "丁"]}, ("missing", "choices.2")),
        ({"choices": ["甲", "乙\n丙", "丙", "丁"]}, ("several_lines", "choices.2")),
        ({"choices": ["甲", 5, "丙", "丁"]}, ("not_text", "choices.2")),
        ({"choices": "ABCD"}, ("not_list", "choices")),
        ({"choices": None}, ("missing", "choices")),
        ({"key": ""}, ("no_key", "key")),
        ({"key": ["B"]}, ("no_key", "key")),
        ({"key": "BE"}, ("key_unknown", "key")),
        ({"key": "b"}, ("key_unknown", "key")),
        ({"key": "DB"}, ("key_order", "key")),
        ({"key": "BB"}, ("key_order", "key")),
    ],
)
def test_problems_of_choices_and_key(type_: Any, changes: dict[str, Any], problem: tuple[str, str]) -> None:
    found = type_.problems({**(ONE if type_ is SINGLE else TWO), **changes}, "题干")
    assert problem in [(each.code, each.where) for each in found]


def test_single_choice_has_one_key_and_multiple_choice_more() -> None:
    assert [problem.code for problem in SINGLE.problems(TWO, "")] == ["one_key"]
    assert [problem.code for problem in MULTIPLE.problems(ONE, "")] == ["two_keys"]


@pytest.mark.parametrize("type_", [SINGLE, MULTIPLE], ids=lambda type_: type_.name)
def test_every_choice_comes_to_stand_everywhere(type_: Any) -> None:
    shown = Counter("".join(type_.arrange(ONE, Random(seed))) for seed in range(2_400))
    assert len(shown) == 24
    assert all(60 <= count <= 150 for count in shown.values())


def test_a_choice_is_shown_by_its_place_and_sent_by_its_own_letter() -> None:
    shown = SINGLE.present(ONE, ["C", "B", "D", "A"])
    assert shown["choices"][0] == {"letter": "A", "value": "C", "text": "必须"}
    assert [choice["letter"] for choice in shown["choices"]] == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    ("type_", "fields", "response"),
    [
        (SINGLE, [("", "B")], "B"),
        (SINGLE, [("", "B"), ("", "C")], BadResponse.TWO_VALUES),
        (SINGLE, [("", "I")], BadResponse.UNKNOWN_VALUE),
        (SINGLE, [("", "b")], BadResponse.UNKNOWN_VALUE),
        (SINGLE, [("", "AB")], BadResponse.UNKNOWN_VALUE),
        (SINGLE, [("1", "B")], BadResponse.UNKNOWN_FIELD),
        (MULTIPLE, [("", "D"), ("", "B"), ("", "D")], "BD"),
        (MULTIPLE, [("", "B"), ("", "?")], BadResponse.UNKNOWN_VALUE),
        (MULTIPLE, [("", "B"), ("x", "C")], BadResponse.UNKNOWN_FIELD),
        (TRUE_FALSE, [("", "true")], "true"),
        (TRUE_FALSE, [("", "false")], "false"),
        (TRUE_FALSE, [("", "False")], BadResponse.UNKNOWN_VALUE),
        (TRUE_FALSE, [("", "true"), ("", "false")], BadResponse.TWO_VALUES),
    ],
)
def test_reading_a_response(type_: Any, fields: list[tuple[str, str]], response: object) -> None:
    assert type_.read_response(fields) == response


@pytest.mark.parametrize(("response", "score"), [("A", 0), ("B", 1), ("H", 0), (None, 0)])
def test_single_choice_is_right_or_wrong(response: str | None, score: int) -> None:
    assert SINGLE.score(ONE, response) == score
    assert SINGLE.score(ONE, response, Policy.PARTIAL) == score


@pytest.mark.parametrize(
    ("response", "strict", "partial"),
    [
        ("BD", 1, 1),
        ("B", 0, Fraction(1, 2)),
        ("AB", 0, 0),
        ("ABD", 0, 0),
        ("BH", 0, 0),
        ("AC", 0, 0),
        (None, 0, 0),
    ],
)
def test_a_wrong_choice_spoils_a_multiple_choice(
    response: str | None, strict: int, partial: Fraction
) -> None:
    assert MULTIPLE.score(TWO, response) == strict
    assert MULTIPLE.score(TWO, response, Policy.PARTIAL) == partial


def test_a_policy_from_a_database_is_only_a_text_and_means_the_same() -> None:
    assert MULTIPLE.score(TWO, "B", Policy("partial")) == Fraction(1, 2)


def test_false_is_an_answer() -> None:
    assert TRUE_FALSE.score({"key": False}, "false") == 1
    assert TRUE_FALSE.score({"key": True}, "false") == 0
    assert TRUE_FALSE.is_complete({"key": True}, "false")


@pytest.mark.parametrize("key", [None, 1, "true", "", []])
def test_the_key_of_a_statement_is_true_or_false(key: object) -> None:
    assert [problem.code for problem in TRUE_FALSE.problems({"key": key}, "")] == ["no_key"]


def test_texts_for_tables() -> None:
    assert SINGLE.key_text(ONE) == "B. 应该"
    assert SINGLE.response_text(ONE, "H") == "H"
    assert MULTIPLE.key_text(TWO) == "B. 应该；D. 探索"
    assert MULTIPLE.response_text(TWO, "AC") == "A. 可以；C. 必须"
    assert TRUE_FALSE.key_text({"key": True}) == "√"
    assert TRUE_FALSE.response_text({"key": True}, "false") == "×"


def test_the_review_marks_what_was_chosen_and_what_is_right() -> None:
    shown = MULTIPLE.review(TWO, ["D", "A", "B", "C"], "AB")
    page = pages.visible_text(pages.render("multiple_choice", "review", shown=shown))
    assert page == "A 探索 Right answer, not chosen B 可以 Chosen, wrong C 应该 Chosen, right D 必须"


def test_the_review_of_a_statement_says_which_answer_is_right() -> None:
    shown = TRUE_FALSE.review({"key": False}, [], "true")
    page = pages.visible_text(pages.render("true_false", "review", shown=shown))
    assert page == "True Chosen, wrong False Right answer, not chosen"


def test_the_editor_closes_gaps_and_moves_the_key_along() -> None:
    typed = {
        "choice-1": "甲",
        "choice-2": " ",
        "choice-3": "丙 ",
        "choice-4": "丁",
        "key": "D",
        "key-C": "on",
        "key-D": "on",
    }
    assert SINGLE.editor.from_fields(typed) == {"choices": ["甲", "丙", "丁"], "key": "C"}
    assert MULTIPLE.editor.from_fields(typed) == {"choices": ["甲", "丙", "丁"], "key": "BC"}


def test_a_key_on_an_empty_line_is_no_key() -> None:
    typed = {"choice-1": "甲", "choice-2": "乙", "key": "C", "key-C": "on"}
    for type_ in (SINGLE, MULTIPLE):
        content = type_.editor.from_fields(typed)
        assert content["key"] == ""
        assert [problem.code for problem in type_.problems(content, "")] == ["no_key"]
