"""Short answers and case analyses."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from question_bank import items, types
from question_bank.items import Item
from question_bank.types.protocol import BadResponse, Policy
from tests.question_bank import pages

SHORT, CASE = types.get("short_answer"), types.get("case_analysis")
ANSWER: dict[str, Any] = {
    "model_answer": "三项：甲、乙、丙。",
    "points": [{"text": "甲", "marks": "2"}, {"text": "乙和丙", "marks": "1.5"}],
}
MARKED: dict[str, Any] = {
    "stimulus": "某县换届后，一名新进班子成员尚未参加培训。",
    "parts": [
        {
            "type": "single_choice",
            "stem": "谁？",
            "choices": ["甲", "乙", "丙"],
            "key": "B",
            "explanation": "乙。",
        },
        {
            "type": "multiple_choice",
            "stem": "哪些？",
            "choices": ["甲", "乙", "丙"],
            "key": "AC",
            "marks": "2",
        },
        {"type": "fill_blank", "stem": "任职____内。", "key": [["一年"]], "clauses": ["11.1s3"]},
    ],
}
WRITTEN: dict[str, Any] = {
    **MARKED,
    "parts": [*MARKED["parts"], {"type": "short_answer", "stem": "为什么？", **ANSWER}],
}


def test_an_answer_is_for_people_and_an_empty_page_is_not() -> None:
    assert SHORT.score(ANSWER, "甲") is None
    assert SHORT.score(ANSWER, None) == 0


def test_an_answer_is_kept_as_typed_with_one_kind_of_line_end() -> None:
    assert SHORT.read_response([("", "  甲\r\n乙\x00 ")]) == "  甲\n乙 "
    assert SHORT.read_response([("", "甲"), ("", "乙")]) == BadResponse.TWO_VALUES
    assert SHORT.read_response([("", "字" * 20_000)]) == "字" * 20_000


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"model_answer": ""}, ("missing", "model_answer")),
        ({"points": []}, ("points", "points")),
        ({"points": None}, ("points", "points")),
        ({"points": [{"text": "甲", "marks": "1"}] * 11}, ("points", "points")),
        ({"points": ["甲"]}, ("point", "points.1")),
        ({"points": [{"text": "甲", "marks": "1", "extra": ""}]}, ("point", "points.1")),
        ({"points": [{"text": "甲"}]}, ("marks", "points.1.marks")),
        ({"points": [{"text": "甲", "marks": "x"}]}, ("marks", "points.1.marks")),
        ({"points": [{"text": " ", "marks": "1"}]}, ("missing", "points.1.text")),
    ],
)
def test_problems_of_a_short_answer(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in [(each.code, each.where) for each in SHORT.problems({**ANSWER, **changes}, "")]


def test_the_review_of_a_short_answer_gives_model_and_points() -> None:
    page = pages.visible_text(pages.render("short_answer", "review", shown=SHORT.review(ANSWER, [], "我答")))
    assert page == (
        "Answer given 我答 Model answer 三项：甲、乙、丙。 Marking points 甲 (marks: 2) 乙和丙 (marks: 1.5)"
    )


def test_the_editor_keeps_a_point_without_marks_so_that_it_can_be_mended() -> None:
    content = SHORT.editor.from_fields(
        {"model_answer": "甲\r\n乙", "point-2": "甲", "point-4": "乙", "marks-4": "2"}
    )
    assert content == {
        "model_answer": "甲\n乙",
        "points": [{"text": "甲", "marks": ""}, {"text": "乙", "marks": "2"}],
    }
    assert [each.where for each in SHORT.problems(content, "")] == ["points.1.marks"]


def test_the_parts_of_a_case_are_weighted_by_their_marks() -> None:
    assert CASE.default_marks(MARKED) == 4
    response = CASE.read_response([("1", "B"), ("2", "C"), ("3-1", "1年")])
    assert CASE.score(MARKED, response) == Fraction(1, 2)
    assert CASE.score(MARKED, response, Policy.PARTIAL) == Fraction(3, 4)


def test_a_case_is_for_people_as_soon_as_they_have_something_to_read() -> None:
    assert CASE.score(WRITTEN, CASE.read_response([("1", "B")])) == Fraction(1, 5)
    assert CASE.score(WRITTEN, CASE.read_response([("1", "B"), ("4", "因为")])) is None


def test_a_case_is_complete_when_every_part_is() -> None:
    assert not CASE.is_complete(MARKED, CASE.read_response([("1", "B"), ("3-1", "甲")]))
    assert CASE.is_complete(MARKED, CASE.read_response([("1", "B"), ("2", "C"), ("3-1", "甲")]))


def test_a_response_to_a_case_keeps_the_fields_of_each_part() -> None:
    response = CASE.read_response([("2", "C"), ("2", "A"), ("1", "B"), ("3-1", "甲"), ("3-2", "")])
    assert response == {"1": {"": ["B"]}, "2": {"": ["A", "C"]}, "3": {"1": ["甲"]}}


@pytest.mark.parametrize("name", ["", "9", "0", "1-", "-1", "x", "1x"])
def test_a_field_of_no_part_is_refused(name: str) -> None:
    assert CASE.read_response([(name, "B")]) == BadResponse.UNKNOWN_FIELD


def test_a_part_whose_fields_make_no_sense_is_unanswered() -> None:
    response = CASE.read_response([("1", "B"), ("2-7", "C"), ("3", "甲"), ("8", "x")])
    assert CASE.score(MARKED, response) == Fraction(1, 4)
    assert CASE.response_text(MARKED, response) == "(1) B. 乙"
    assert (
        CASE.review(MARKED, CASE.plain_arrangement(MARKED), response)["parts"][2]["shown"]["blanks"][0][
            "text"
        ]
        == ""
    )


def test_parts_are_shuffled_inside_and_stay_in_order() -> None:
    arrangements = [CASE.arrange(MARKED, Random(seed)) for seed in range(50)]
    assert len({tuple(arrangement[0]) for arrangement in arrangements}) == 6
    assert all(sorted(arrangement[1]) == ["A", "B", "C"] for arrangement in arrangements)
    shown = CASE.present(MARKED, arrangements[0])
    assert [part["stem"] for part in shown["parts"]] == ["谁？", "哪些？", "任职____内。"]


def test_the_page_of_a_case_names_each_part_by_its_own_stem() -> None:
    shown = CASE.present(MARKED, CASE.plain_arrangement(MARKED))
    page = pages.answer_page("case_analysis", shown, [("1", "B"), ("3-1", "一年")], name="slot-7")
    for number in (1, 2, 3):
        assert f'id="slot-7-{number}-stem"' in page
        assert f'aria-labelledby="slot-7-{number}-stem"' in page
    assert dict(pages.sent(page, "slot-7")) == {"1": "B", "3-1": "一年"}


def test_the_review_of_a_case_explains_each_part() -> None:
    shown = CASE.review(MARKED, CASE.plain_arrangement(MARKED), {"1": {"": ["A"]}})
    page = pages.visible_text(pages.render("case_analysis", "review", shown=shown))
    assert "(1) 谁？ A 甲 Chosen, wrong B 乙 Right answer, not chosen C 丙 Explanation: 乙。 (2)" in page
    assert shown["parts"][2]["clauses"] == ["11.1s3"]


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ("甲", ("not_part", "parts.1")),
        ({"type": "case_analysis", "stem": "甲", "parts": []}, ("unknown_type", "parts.1.type")),
        ({"type": "nonsense", "stem": "甲"}, ("unknown_type", "parts.1.type")),
        ({"type": "true_false", "key": True}, ("missing", "parts.1.stem")),
        ({"type": "true_false", "stem": "甲"}, ("no_key", "parts.1.key")),
        ({"type": "true_false", "stem": "甲", "key": True, "keys": 1}, ("unknown_field", "parts.1.keys")),
        ({"type": "true_false", "stem": "甲", "key": True, "marks": 0}, ("marks", "parts.1.marks")),
        (
            {"type": "true_false", "stem": "甲", "key": True, "clauses": ["3"]},
            ("clause", "parts.1.clauses.1"),
        ),
        (
            {"type": "true_false", "stem": "甲", "key": True, "explanation": 5},
            ("not_text", "parts.1.explanation"),
        ),
        ({"type": "fill_blank", "stem": "甲", "key": [["乙"]]}, ("blanks", "parts.1.key")),
    ],
)
def test_problems_of_a_part_say_which_part(part: Any, problem: tuple[str, str]) -> None:
    found = CASE.problems({"stimulus": "甲", "parts": [part]}, "")
    assert problem in [(each.code, each.where) for each in found]


def test_the_editor_writes_toml_that_people_can_read() -> None:
    source = CASE.editor.to_fields(WRITTEN)["parts"]
    assert source.startswith(
        '[[part]]\ntype = "single_choice"\nstem = "谁？"\nchoices = ["甲", "乙", "丙"]\nkey = "B"'
    )
    assert 'points = [{ text = "甲", marks = "2" }, { text = "乙和丙", marks = "1.5" }]' in source


@pytest.mark.parametrize(
    "source",
    [
        "[[part]",
        "x = 1",
        "part = 5",
        "[[part]]\nkey = " + "[" * 9_000,
        "x = " + "9" * 5_000,
        "字" * 40_001,
        "[part]",
    ],
)
def test_source_that_is_no_toml_is_kept_and_named(source: str) -> None:
    content = CASE.editor.from_fields({"stimulus": "甲", "parts": source})
    assert content == {"stimulus": "甲", "parts": source}
    (problem,) = CASE.problems(content, "")
    assert problem.code == "unreadable"


def test_source_that_is_no_toml_is_blamed_on_its_line() -> None:
    assert CASE.editor.from_fields({"stimulus": "甲", "parts": "[[part]]\nstem = 甲"})["parts"]
    content = {"stimulus": "甲", "parts": "[[part]]\nstem = 甲"}
    (problem,) = CASE.problems(content, "")
    assert problem.params == {"line": 2}


def test_a_date_among_the_parts_makes_no_item() -> None:
    content = CASE.editor.from_fields({"stimulus": "甲", "parts": "[[part]]\nstem = 2015-07-09"})
    assert CASE.problems(content, "")
    read = items.from_dict(
        {"code": "x", "type": "case_analysis", "clauses": ["0.1"], "difficulty": 1, "stem": "甲", **content}
    )
    assert not isinstance(read, Item)
