"""Items: reading, checking, writing, digests."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import items
from question_bank.items import Item
from tests.question_bank import samples

SOUND: dict[str, Any] = {
    "code": "op15-03-001",
    "type": "single_choice",
    "use": "exam",
    "clauses": ["3.7s2"],
    "difficulty": 2,
    "tags": ["院校开课"],
    "stem": "原文用的是哪个力度词？",
    "choices": ["可以", "应该", "必须", "探索"],
    "key": "B",
    "explanation": "原文是“应该开设”（§3¶7s2）。",
}


def item_of(**changes: Any) -> Item:
    """Return the sound item with some fields changed; a field set to None is left out."""
    mapping = {name: value for name, value in {**SOUND, **changes}.items() if value is not None}
    item = items.from_dict(mapping)
    assert isinstance(item, Item), item
    return item


def codes(found: list[Any]) -> set[tuple[str, str]]:
    return {(problem.code, problem.where) for problem in found}


def test_a_sound_item_has_no_problems() -> None:
    assert items.problems(item_of()) == []


def test_what_the_type_knows_of_is_content_and_the_rest_is_not() -> None:
    assert item_of().content == {"choices": ["可以", "应该", "必须", "探索"], "key": "B"}


def test_an_item_is_for_exams_and_has_no_tags_unless_it_says_so() -> None:
    item = item_of(use=None, tags=None, explanation=None)
    assert (item.use, item.tags, item.explanation) == ("exam", (), "")
    assert items.problems(item) == []


@pytest.mark.parametrize("name", samples.type_names())
def test_an_item_is_the_same_after_writing_and_reading(name: str) -> None:
    @given(samples.contents(name))
    def holds(content: dict[str, Any]) -> None:
        common = {key: SOUND[key] for key in items.COMMON_FIELDS if key in SOUND}
        item = items.from_dict({**common, "type": name, "stem": samples.stem_of(content), **content})
        assert isinstance(item, Item)
        assert items.problems(item) == []
        again = items.from_dict(json.loads(json.dumps(items.to_dict(item))))
        assert again == item
        assert items.digest(again) == items.digest(item)

    holds()


def test_equal_items_have_equal_digests_however_they_were_typed() -> None:
    typed = item_of(stem="  原文用的是哪个力度词？\r\n", marks="1.0")
    assert items.digest(typed) == items.digest(item_of(marks=1))
    assert items.digest(item_of()) == items.digest(item_of(marks=Decimal(1)))


def test_every_field_changes_the_digest() -> None:
    others = {
        "code": "x-1",
        "use": "practice",
        "clauses": ["3.7s1"],
        "difficulty": 3,
        "tags": ["别的"],
        "stem": "别的？",
        "choices": ["可以", "必须", "应该", "探索"],
        "key": "C",
        "explanation": "别的。",
        "marks": "2",
    }
    changed = [item_of(**{name: value}) for name, value in others.items()]
    assert len({items.digest(item) for item in [item_of(), *changed]}) == len(others) + 1


def test_the_digest_of_a_known_item_stays_what_it_is() -> None:
    assert items.digest(item_of()) == "d88d9b03428f3e81e2164b22ad4bff1f78a8d403e099e53017217db593968800"


@pytest.mark.parametrize(
    ("type_name", "content", "marks"),
    [
        ("single_choice", {}, "1"),
        ("multiple_choice", {}, "2"),
        ("short_answer", {"points": [{"text": "甲", "marks": 2}, {"text": "乙", "marks": "1.5"}]}, "3.5"),
        ("case_analysis", {"parts": [{}, {}, {"marks": "0.5"}]}, "2.5"),
        ("nonsense", {}, "1"),
    ],
)
def test_marks_left_out_are_those_of_the_type(type_name: str, content: dict[str, Any], marks: str) -> None:
    item = item_of(type=type_name, choices=None, key=None, **content)
    assert item.marks == Decimal(marks)
    assert items.to_dict(item)["marks"] == marks


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"code": 5}, "code"),
        ({"stem": ["a"]}, "stem"),
        ({"clauses": "3.7"}, "clauses"),
        ({"tags": [1]}, "tags"),
        ({"difficulty": "2"}, "difficulty"),
        ({"difficulty": True}, "difficulty"),
        ({"marks": 0}, "marks"),
        ({"marks": -1}, "marks"),
        ({"marks": "1.234"}, "marks"),
        ({"marks": "NaN"}, "marks"),
        ({"marks": 1001}, "marks"),
        ({"marks": True}, "marks"),
    ],
)
def test_a_field_of_the_wrong_kind_makes_no_item(changes: dict[str, Any], where: str) -> None:
    assert codes(items.from_dict({**SOUND, **changes})) == {("wrong_kind", where)}  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["code", "type", "difficulty", "stem"])
def test_an_item_without_what_every_item_has_is_none(name: str) -> None:
    found = items.from_dict({key: value for key, value in SOUND.items() if key != name})
    assert codes(found) == {("missing", name)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value", [date(2015, 7, 9), 1.5, None, b"x", {1: "a"}, json.loads("[" * 9 + "]" * 9)]
)
def test_what_json_cannot_keep_makes_no_item(value: Any) -> None:
    found = items.from_dict({**SOUND, "extra": value})
    assert isinstance(found, list)
    assert found[0].code == "not_json"


def test_signs_that_cannot_be_kept_are_dropped_and_line_ends_are_one() -> None:
    item = item_of(stem="一\x00二\ud800\r\n三\u2028四\x85五")
    assert item.stem == "一二\n三\n四\n五"
    assert len(items.digest(item)) == 64


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"code": "a b"}, ("code", "code")),
        ({"code": "x" * 65}, ("too_long", "code")),
        ({"code": ""}, ("missing", "code")),
        ({"type": "nonsense"}, ("unknown_type", "type")),
        ({"use": "both"}, ("use", "use")),
        ({"clauses": []}, ("count", "clauses")),
        ({"clauses": ["3.7", "3.7"]}, ("twice", "clauses")),
        ({"difficulty": 6}, ("difficulty", "difficulty")),
        ({"difficulty": 0}, ("difficulty", "difficulty")),
        ({"tags": ["长" * 41]}, ("long_tag", "tags")),
        ({"tags": ["甲", ""]}, ("missing", "tags.2")),
        ({"stem": " "}, ("missing", "stem")),
        ({"stem": "长" * 4001}, ("too_long", "stem")),
        ({"explanation": "长" * 4001}, ("too_long", "explanation")),
        ({"use": "practice", "explanation": ""}, ("missing", "explanation")),
        ({"use": "practice", "type": "short_answer"}, ("practice_type", "use")),
        ({"keys": "B"}, ("unknown_field", "keys")),
    ],
)
def test_problems_say_what_is_wrong_and_where(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in codes(items.problems(item_of(**changes)))


@pytest.mark.parametrize(
    "clause", ["3", "3.", "03.7", "3.07", "3.7s0", "3.7s", "§3¶7", "3.7.1", "-3.7", "٣.7"]
)
def test_what_is_no_clause_is_a_problem(clause: str) -> None:
    assert codes(items.problems(item_of(clauses=["0.1", clause]))) == {("clause", "clauses.2")}


@pytest.mark.parametrize("clause", ["0.1", "3H", "3.7", "3.7s2", "11.12s13"])
def test_clauses_are_headings_paragraphs_or_sentences(clause: str) -> None:
    assert items.problems(item_of(clauses=[clause])) == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.binary(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from([*items.COMMON_FIELDS, "choices", "key", "parts"]), ANYTHING),
    st.sampled_from([*samples.type_names(), "nonsense"]),
)
def test_anything_is_read_as_an_item_or_as_problems(mapping: dict[str, Any], type_name: str) -> None:
    for candidate in (mapping, {**SOUND, **mapping}, {**SOUND, **mapping, "type": type_name}):
        read = items.from_dict(candidate)
        found = items.problems(read) if isinstance(read, Item) else read
        assert all(str(problem) for problem in found)
        if isinstance(read, Item):
            assert len(items.digest(read)) == 64
        else:
            assert found
