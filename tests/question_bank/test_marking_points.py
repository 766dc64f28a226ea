"""Marking points: what people look for, weighing the whole of an item, with what the key has marked."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from question_bank import bank, types
from question_bank.types.protocol import MarkedByPeople, MarkingPoint

SHORT: dict[str, Any] = {
    "model_answer": "答",
    "points": [{"text": "甲", "marks": "2"}, {"text": "乙", "marks": "1"}],
}
CASE: dict[str, Any] = {
    "stimulus": "材料",
    "parts": [
        {"type": "single_choice", "stem": "选", "choices": ["子", "丑"], "key": "B", "marks": "2"},
        {"type": "short_answer", "stem": "写", "marks": "6", **SHORT},
    ],
}


def people_type(name: str) -> MarkedByPeople:
    """Return a type of which people mark answers."""
    type_ = types.get(name)
    assert isinstance(type_, MarkedByPeople)
    return type_


@pytest.mark.parametrize("type_", types.all_types(), ids=lambda type_: type_.name)
def test_exactly_the_types_that_people_mark_have_points(type_: Any) -> None:
    assert isinstance(type_, MarkedByPeople) == type_.marked_by_people


def test_points_weigh_what_they_state() -> None:
    assert people_type("short_answer").marking_points(SHORT, "作答") == [
        MarkingPoint("甲", Fraction(2, 3)),
        MarkingPoint("乙", Fraction(1, 3)),
    ]


def test_parts_that_the_key_marks_have_their_share_already() -> None:
    response = {"1": {"": ["B"]}, "2": {"": ["作答"]}}
    assert people_type("case_analysis").marking_points(CASE, response) == [
        MarkingPoint("选", Fraction(1, 4), "1", Fraction(1)),
        MarkingPoint("甲", Fraction(1, 2), "2"),
        MarkingPoint("乙", Fraction(1, 4), "2"),
    ]


def test_a_part_left_empty_is_nobodys_work() -> None:
    points = people_type("case_analysis").marking_points(CASE, {"1": {"": ["A"]}})
    assert [(point.part, point.given) for point in points] == [("1", 0), ("2", 0)]


@pytest.mark.parametrize("name", ["short_answer", "case_analysis"])
def test_the_points_of_every_item_of_the_bank_make_one(name: str) -> None:
    found = [item for item in bank.read_bank(bank.BUILT_IN).items if item.type == name]
    assert found
    for item in found:
        type_ = people_type(name)
        response = type_.right_response(item.content)
        assert sum(point.weight for point in type_.marking_points(item.content, response)) == 1


def test_full_marks_for_every_point_are_full_marks() -> None:
    points = people_type("short_answer").marking_points(SHORT, "作答")
    assert sum(point.weight * Fraction(Decimal("7.5")) for point in points) == Fraction(15, 2)
