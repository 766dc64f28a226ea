"""Fill in the blanks: comparing what people type."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import types
from question_bank.types.fill_blank.comparing import comparable
from question_bank.types.protocol import BadResponse
from tests.question_bank import pages, samples

FILL = types.get("fill_blank")
TWO: dict[str, Any] = {"key": [["分级管理"], ["同级党委", "同级的党委"]]}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("分级管理", "分级管理"),
        (" 分 级　管理\t", "分级管理"),
        ("分级管理。", "分级管理"),
        ("“分级管理”", "分级管理"),
        ("《意见》", "意见"),
        ("分级、管理", "分级管理"),
        ("分级\u200b管理", "分级管理"),
        ("ＡＢＣ", "abc"),
        ("十二", "12"),
        ("一百零五", "105"),
        ("二〇一五年", "2015年"),
        ("两个一百年", "2个100年"),
        ("二百", "两百"),
        ("三千零二十", "3020"),
        ("十二万", "12万"),
        ("１００％", "100%"),
        ("1—3", "1-3"),
        ("一、三", "1,3"),
    ],
)
def test_what_does_not_matter_is_not_compared(typed: str, meant: str) -> None:
    assert comparable(typed) == comparable(meant)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("60%", "60"),
        ("1.5", "15"),
        ("1-3", "13"),
        ("1、3", "13"),
        ("-5", "5"),
        ("5%", "5‰"),
        ("一百五", "一百零五"),
        ("十三五", "1035"),
        ("<5", ">5"),
        ("应该", "必须"),
        ("万众一心", "10000众一心"),
    ],
)
def test_what_matters_is_compared(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


def test_numerals_count_as_written_where_the_question_says_so() -> None:
    assert comparable("三", exact_numerals=True) != comparable("3", exact_numerals=True)
    assert FILL.score({"key": [["三"]]}, {"1": "3"}) == 1
    assert FILL.score({"key": [["三"]], "exact_numerals": True}, {"1": "3"}) == 0


@given(st.integers(1, 9999), st.sampled_from(["", "万", "届", "个百分点"]))
def test_counted_numerals_equal_their_digits(number: int, unit: str) -> None:
    assert comparable(_spelled(number) + unit) == comparable(f"{number}{unit}")


def _spelled(number: int) -> str:
    """Spell a number the long way round, as an oracle: digit by digit with explicit zeros."""
    text, zero = "", False
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // value % 10
        if digit:
            text += ("零" if zero and text else "") + "零一二三四五六七八九"[digit] + unit
        zero = digit == 0
    return text[1:] if 10 <= number < 20 else text


@given(
    samples.LINES,
    st.sampled_from(["", " ", "　", "。", "”", "\u200b"]),
    st.sampled_from(["NFC", "NFKC", "NFD"]),
)
def test_a_key_is_right_with_any_idle_sign_around_it(key: str, idle: str, form: str) -> None:
    typed = idle + unicodedata.normalize(form, key) + idle  # type: ignore[arg-type]
    assert comparable(typed) == comparable(key)


@given(st.text(max_size=30), st.booleans())
def test_anything_typed_can_be_compared(text: str, exact: bool) -> None:
    found = comparable(text, exact_numerals=exact)
    assert found == comparable(f" {text} ", exact_numerals=exact)
    assert not any(sign.isspace() for sign in found)


@pytest.mark.parametrize(
    ("response", "score"),
    [
        ({"1": "分级管理", "2": "同级的党委"}, 1),
        ({"1": "分级管理。"}, Fraction(1, 2)),
        ({"2": "同级党委", "3": "多余"}, Fraction(1, 2)),
        ({"1": "同级党委", "2": "分级管理"}, 0),
        ({"1": "。"}, 0),
    ],
)
def test_the_share_of_right_blanks_counts(response: dict[str, str], score: Fraction) -> None:
    assert FILL.score(TWO, response) == score


def test_it_is_complete_when_every_blank_is_filled() -> None:
    assert not FILL.is_complete(TWO, {"1": "甲"})
    assert not FILL.is_complete(TWO, {"1": "甲", "3": "丙"})
    assert FILL.is_complete(TWO, {"1": "甲", "2": "乙"})
    assert FILL.is_complete(TWO, {"1": "甲", "2": "乙", "3": "多余"})


@pytest.mark.parametrize(
    ("fields", "response"),
    [
        ([("2", "乙"), ("1", "甲")], {"1": "甲", "2": "乙"}),
        ([("1", " 甲 "), ("2", " ")], {"1": " 甲 "}),
        ([("1", "甲\x00")], {"1": "甲"}),
        ([("21", "甲")], BadResponse.UNKNOWN_FIELD),
        ([("01", "甲")], BadResponse.UNKNOWN_FIELD),
        ([("", "甲")], BadResponse.UNKNOWN_FIELD),
        ([("1", "甲"), ("1", "乙")], BadResponse.TWO_VALUES),
        ([("1", "甲\n乙")], BadResponse.UNKNOWN_VALUE),
    ],
)
def test_reading_a_response(fields: list[tuple[str, str]], response: object) -> None:
    assert FILL.read_response(fields) == response


@pytest.mark.parametrize(
    ("content", "stem", "problem"),
    [
        ({"key": [["甲"]]}, "没有空", ("blanks", "key")),
        ({"key": [["甲"]]}, "____和____", ("blanks", "key")),
        ({"key": [["甲"]] * 21}, "____、" * 21, ("blanks", "key")),
        ({"key": []}, "____", ("no_key", "key")),
        ({"key": "甲"}, "____", ("no_key", "key")),
        ({"key": ["甲"]}, "____", ("not_list", "key.1")),
        ({"key": [[]]}, "____", ("count", "key.1")),
        ({"key": [["甲", "甲"]]}, "____", ("twice", "key.1")),
        ({"key": [["甲|乙"]]}, "____", ("bar", "key.1")),
        ({"key": [["。"]]}, "____", ("only_punctuation", "key.1")),
        ({"key": [["甲"]], "exact_numerals": False}, "____", ("flag", "exact_numerals")),
    ],
)
def test_problems_of_keys_and_blanks(content: dict[str, Any], stem: str, problem: tuple[str, str]) -> None:
    assert problem in [(each.code, each.where) for each in FILL.problems(content, stem)]


def test_a_longer_line_is_still_one_blank() -> None:
    assert FILL.problems({"key": [["甲"], ["乙"]]}, "实行________、以____为主。") == []


def test_texts_for_tables() -> None:
    assert FILL.key_text(TWO) == "分级管理；同级党委"
    assert FILL.response_text(TWO, {"2": "乙"}) == "—；乙"


def test_the_review_gives_every_accepted_text_of_a_wrong_blank() -> None:
    shown = FILL.review(TWO, [], {"1": "分级管理"})
    page = pages.visible_text(pages.render("fill_blank", "review", shown=shown))
    assert page == "Blank 1 分级管理 Right Blank 2 Not answered Right answer: 同级党委 / 同级的党委"


def test_the_editor_takes_a_line_for_each_blank() -> None:
    typed = {"key": "分级管理\r\n\r\n 同级党委 |同级的党委|\r\n", "exact_numerals": "on"}
    assert FILL.editor.from_fields(typed) == {**TWO, "exact_numerals": True}
