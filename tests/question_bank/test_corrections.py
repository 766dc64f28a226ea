"""Corrections of items after the fact: reading them, refusing what does not fit, applying them in order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import corrections, items, types
from question_bank.corrections import Correction, CorrectionKind, corrected, is_response
from question_bank.items import Item
from tests.question_bank import samples


def item_of(stem: str = "何者？", **fields: Any) -> Item:
    item = items.from_dict(
        {"code": "op15-01-001", "difficulty": 1, "clauses": ["3.7"], "stem": stem, **fields}
    )
    assert isinstance(item, Item)
    assert items.problems(item) == []
    return item


CHOICES = ["可以", "应该", "必须", "探索"]
SINGLE = item_of(type="single_choice", choices=CHOICES, key="B")
BLANKS = item_of(type="fill_blank", stem="____和____", key=[["分级管理"], ["同级党委"]])
ORDER = item_of(type="ordering", choices=["丙", "甲", "乙"])
PAIRS = item_of(type="matching", left=["甲", "乙"], right=["一年", "三年"], key=[1, 2])
ESSAY = item_of(type="short_answer", model_answer="略", points=[{"text": "一", "marks": "2"}])
CASE = item_of(
    type="case_analysis",
    stimulus="某地。",
    parts=[
        {"type": "single_choice", "stem": "甲？", "choices": CHOICES, "key": "A"},
        {"type": "fill_blank", "stem": "____", "key": [["党委"]]},
    ],
)


def key_of(item: Item, **changes: Any) -> Correction:
    content = {name: value for name, value in {**item.content, **changes}.items() if value is not None}
    return Correction(7, CorrectionKind.CORRECT_KEY, content=content)


def accept(response: Any) -> Correction:
    return Correction(7, CorrectionKind.ACCEPT, response=response)


def codes(item: Item, correction: Correction) -> list[tuple[str, str]]:
    return [(each.code, each.where) for each in corrections.problems(item, correction)]


@pytest.mark.parametrize(
    "correction",
    [
        key_of(SINGLE, key="C"),
        key_of(CASE),
        accept({"1": "分级 管理"}),
        accept("C"),
        Correction(7, CorrectionKind.FULL_MARKS),
        Correction(7, CorrectionKind.DROP),
    ],
    ids=lambda each: each.kind.value,
)
def test_a_correction_is_the_same_after_writing_and_reading(correction: Correction) -> None:
    assert corrections.from_dict(json.loads(json.dumps(corrections.to_dict(correction)))) == correction


@pytest.mark.parametrize(
    ("mapping", "where"),
    [
        ({}, ["item"]),
        ({"item": "7", "kind": "drop"}, ["item"]),
        ({"item": True, "kind": "drop"}, ["item"]),
        ({"item": 7}, ["kind"]),
        ({"item": 7, "kind": []}, ["kind"]),
        ({"item": 7, "kind": "forgive"}, ["kind"]),
        ({"item": 7, "kind": "drop", "content": {}}, ["content"]),
        ({"item": 7, "kind": "accept"}, ["response"]),
        ({"item": 7, "kind": "accept", "response": None}, ["response"]),
        ({"item": 7, "kind": "correct_key"}, ["content"]),
        ({"item": 7, "kind": "correct_key", "content": "B"}, ["content"]),
        ({"item": 7, "kind": "correct_key", "content": {"key": 1.5}}, ["content"]),
    ],
)
def test_what_is_no_correction_says_where(mapping: dict[str, Any], where: list[str]) -> None:
    found = corrections.from_dict(mapping)
    assert isinstance(found, list)
    assert [each.where for each in found] == where


@pytest.mark.parametrize(
    ("item", "correction"),
    [
        (SINGLE, key_of(SINGLE, key="C")),
        (BLANKS, key_of(BLANKS, key=[["分级管理", "分级负责"], ["同级党委"]])),
        (BLANKS, key_of(BLANKS, exact_numerals=True)),
        (ORDER, key_of(ORDER, choices=["甲", "乙", "丙"])),
        (PAIRS, key_of(PAIRS, key=[2, 1])),
        (ESSAY, key_of(ESSAY, model_answer="另一答案")),
        (CASE, key_of(CASE, parts=[{**CASE.content["parts"][0], "key": "C"}, CASE.content["parts"][1]])),
        (SINGLE, accept("C")),
        (BLANKS, accept({"2": "同级的党委"})),
        (ORDER, accept({"A": "1", "B": "2", "C": "3"})),
        (PAIRS, accept({"1": "B"})),
        (CASE, accept({"1": {"": ["C"]}})),
        (ESSAY, Correction(7, CorrectionKind.FULL_MARKS)),
        (ESSAY, Correction(7, CorrectionKind.DROP)),
    ],
)
def test_what_fits_its_item_has_no_problems(item: Item, correction: Correction) -> None:
    assert codes(item, correction) == []


@pytest.mark.parametrize(
    ("item", "correction", "problem"),
    [
        (SINGLE, key_of(SINGLE, key="E"), ("key_unknown", "key")),
        (SINGLE, key_of(SINGLE, key=None), ("no_key", "key")),
        (SINGLE, key_of(SINGLE, key="B"), ("no_change", "content")),
        (SINGLE, key_of(SINGLE, key="C", stem="别的"), ("unknown_field", "stem")),
        (SINGLE, key_of(SINGLE, choices=[*CHOICES[:3], "谋求"]), ("shown_differs", "content")),
        (SINGLE, key_of(SINGLE, choices=CHOICES[:3]), ("shown_differs", "content")),
        (SINGLE, key_of(SINGLE, choices=[*CHOICES, "谋求"]), ("shown_differs", "content")),
        (BLANKS, key_of(BLANKS, key=[["分级管理"]]), ("blanks", "key")),
        (ORDER, key_of(ORDER, choices=["甲", "乙", "丁"]), ("shown_differs", "content")),
        (PAIRS, key_of(PAIRS, left=["甲", "丙"]), ("shown_differs", "content")),
        (CASE, key_of(CASE, parts=CASE.content["parts"][:1]), ("shown_differs", "content")),
        (CASE, key_of(CASE, stimulus="别处。"), ("shown_differs", "content")),
        (SINGLE, accept("B"), ("no_change", "response")),
        (SINGLE, accept("I"), ("response", "response")),
        (SINGLE, accept(["B"]), ("response", "response")),
        (SINGLE, accept(5), ("response", "response")),
        (BLANKS, accept({"1": "分级管理。"}), ("no_change", "response")),
        (BLANKS, accept({"1": "。"}), ("no_change", "response")),
        (BLANKS, accept({"3": "多余"}), ("no_change", "response")),
        (BLANKS, accept("分级管理"), ("response", "response")),
        (ESSAY, accept("答案"), ("marked_by_people", "response")),
        (CASE, accept({"1": "C"}), ("response", "response")),
    ],
)
def test_what_does_not_fit_its_item_is_refused(
    item: Item, correction: Correction, problem: tuple[str, str]
) -> None:
    found = corrections.problems(item, correction)
    assert (found[0].code, found[0].where) == problem
    assert all(str(each) for each in found)


def test_the_last_key_and_the_last_ruling_count_and_every_accepted_answer() -> None:
    drop, full = (Correction(7, kind) for kind in (CorrectionKind.DROP, CorrectionKind.FULL_MARKS))
    several = [key_of(SINGLE, key="C"), accept("A"), drop, key_of(SINGLE, key="D"), full, accept("B")]
    key = corrected(SINGLE, several)
    assert key.item.content["key"] == "D"
    assert key.accepted == ("A", "B")
    assert key.ruling is CorrectionKind.FULL_MARKS
    assert corrected(SINGLE, reversed(several)).ruling is CorrectionKind.DROP
    assert corrected(SINGLE, []).item is SINGLE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(samples.type_names()), JSON)
def test_any_json_is_a_response_or_is_none_and_never_fails(name: str, value: Any) -> None:
    type_ = types.get(name)
    if is_response(type_, value):
        assert type_.read_response(type_.form_fields(value)) == value
    found = corrections.from_dict({"item": 7, "kind": "accept", "response": value})
    if isinstance(found, Correction):
        corrections.problems(SINGLE, found)
