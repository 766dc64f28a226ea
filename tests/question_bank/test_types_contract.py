"""What every item type promises, tried on made-up content and on every item of the built-in bank."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import question_bank
from question_bank import items, types
from question_bank.bank import read_bank
from question_bank.types.protocol import BadResponse, Policy
from tests.question_bank import pages, samples

EVERY_TYPE = pytest.mark.parametrize("name", samples.type_names())
BANK = read_bank().items
#: Each promise is tried on every type, and on the bank besides.
SOME = settings(max_examples=40)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 99)
    | st.text(max_size=5)
    | st.sampled_from(["A", "AB", "____"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def content_and_fields(draw: st.DrawFn, name: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    content = draw(samples.contents(name))
    return content, draw(samples.answers(name, content))


def test_every_folder_of_types_is_a_type_with_its_templates_and_samples() -> None:
    folders = [path for path in (Path(question_bank.__file__).parent / "types").iterdir() if path.is_dir()]
    names = {path.name for path in folders if path.name != "__pycache__"}
    assert names == set(samples.type_names())
    for name in names:
        assert samples.has_samples(name), f"add content of {name} to tests/question_bank/samples.py"


@EVERY_TYPE
def test_fields_of_the_content_are_not_those_that_every_item_has(name: str) -> None:
    assert not types.get(name).content_fields & set(items.COMMON_FIELDS)


@EVERY_TYPE
def test_made_up_content_has_no_problems(name: str) -> None:
    @SOME
    @given(samples.contents(name))
    def holds(content: dict[str, Any]) -> None:
        assert types.get(name).problems(content, samples.stem_of(content)) == []
        assert types.get(name).default_marks(content) > 0

    holds()


@EVERY_TYPE
def test_any_json_at_all_has_problems_and_never_fails(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(st.dictionaries(st.sampled_from(sorted(type_.content_fields)), JSON), st.text(max_size=8))
    def holds(content: dict[str, Any], stem: str) -> None:
        for problem in type_.problems(content, stem):
            assert str(problem)
        assert type_.default_marks(content) > 0

    holds()
    assert type_.problems({}, "")


@EVERY_TYPE
def test_what_is_presented_does_not_depend_on_the_key(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(samples.twins(name), st.integers())
    def holds(twins: tuple[dict[str, Any], dict[str, Any]], seed: int) -> None:
        one, other = twins
        arrangement = type_.arrange(one, Random(seed))
        assert type_.present(one, arrangement) == type_.present(other, arrangement)

    holds()


@EVERY_TYPE
def test_arrangements_are_kept_as_json_and_repeatable(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(samples.contents(name), st.integers())
    def holds(content: dict[str, Any], seed: int) -> None:
        arrangement = type_.arrange(content, Random(seed))
        assert arrangement == type_.arrange(content, Random(seed))
        for each in (arrangement, type_.plain_arrangement(content)):
            assert json.loads(json.dumps(each)) == each
            json.dumps(type_.present(content, each))

    holds()


@EVERY_TYPE
def test_responses_are_json_and_their_form_fields_read_back(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(content_and_fields(name))
    def holds(drawn: tuple[dict[str, Any], list[tuple[str, str]]]) -> None:
        response = type_.read_response(drawn[1])
        assert not isinstance(response, BadResponse)
        assert json.loads(json.dumps(response)) == response
        assert type_.read_response(type_.form_fields(response)) == response

    holds()


@EVERY_TYPE
def test_the_order_of_the_fields_does_not_matter(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(content_and_fields(name))
    def holds(drawn: tuple[dict[str, Any], list[tuple[str, str]]]) -> None:
        forwards, backwards = (type_.read_response(fields) for fields in (drawn[1], drawn[1][::-1]))
        assert json.dumps(forwards) == json.dumps(backwards)

    holds()


@EVERY_TYPE
def test_garbage_is_refused_with_a_reason_or_scores_like_any_wrong_answer(name: str) -> None:
    type_ = types.get(name)
    odd = (
        st.sampled_from(["", "1", "2-1", "1-A", "A", "H", "8", "true", "0", "-1", "\x00", "\ud800", "党"])
        | st.text()
    )

    @SOME
    @given(samples.contents(name), st.lists(st.tuples(odd, odd), max_size=6))
    def holds(content: dict[str, Any], fields: list[tuple[str, str]]) -> None:
        response = type_.read_response(fields)
        if isinstance(response, BadResponse):
            return
        json.dumps(response).encode()
        assert type_.read_response(type_.form_fields(response)) == response
        arrangement = type_.plain_arrangement(content)
        pages.render(name, "review", shown=type_.review(content, arrangement, response))
        type_.response_text(content, response)
        type_.is_complete(content, response)
        for policy in Policy:
            score = type_.score(content, response, policy)
            assert score is None or 0 <= score <= 1

    holds()


@EVERY_TYPE
@pytest.mark.parametrize("fields", [None, 5, "AB", [5], [("",)], [("", 5)], [(None, "A")], {"": "A"}])
def test_what_are_no_fields_is_refused(name: str, fields: Any) -> None:
    assert types.get(name).read_response(fields) == BadResponse.NOT_FIELDS


@EVERY_TYPE
def test_too_much_is_refused(name: str) -> None:
    type_ = types.get(name)
    assert type_.read_response([("", "字" * 20_001)]) == BadResponse.TOO_LONG
    assert type_.read_response([("", "A")] * 101) == BadResponse.TOO_MANY


@EVERY_TYPE
@pytest.mark.parametrize("fields", [[], [("", "")], [("", "  \n")], [("1", ""), ("2", " ")], [("A", "")]])
def test_blank_fields_are_unanswered(name: str, fields: list[tuple[str, str]]) -> None:
    assert types.get(name).read_response(fields) is None


@EVERY_TYPE
def test_unanswered_scores_nothing_and_is_not_complete(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(samples.contents(name))
    def holds(content: dict[str, Any]) -> None:
        assert type_.score(content, None) == 0
        assert not type_.is_complete(content, None)
        assert type_.response_text(content, None) == ""
        assert type_.form_fields(None) == []

    holds()


@EVERY_TYPE
def test_the_key_scores_everything_and_is_complete(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(samples.contents(name))
    def holds(content: dict[str, Any]) -> None:
        response = type_.read_response(samples.key_fields(name, content))
        assert type_.is_complete(content, response)
        for policy in Policy:
            score = type_.score(content, response, policy)
            assert score == 1 or (score is None and type_.marked_by_people)

    holds()


@EVERY_TYPE
def test_the_right_response_earns_everything_that_a_machine_can_give(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(samples.contents(name))
    def holds(content: dict[str, Any]) -> None:
        right = type_.right_response(content)
        score = type_.score(content, right)
        assert score == 1 or (score is None and type_.marked_by_people)
        assert type_.is_complete(content, right)
        assert type_.read_response(type_.form_fields(right)) == right

    holds()


@EVERY_TYPE
def test_accepting_a_response_makes_it_right_and_takes_nothing_from_any_other(name: str) -> None:
    type_ = types.get(name)

    @st.composite
    def answers(draw: st.DrawFn) -> tuple[dict[str, Any], list[Any]]:
        content = draw(samples.contents(name))
        return content, [type_.read_response(draw(samples.answers(name, content))) for _ in range(2)]

    @SOME
    @given(answers())
    def holds(drawn: tuple[dict[str, Any], list[Any]]) -> None:
        content, (response, accepted) = drawn
        assume(accepted is not None)
        assert type_.with_accepted(content, None, accepted) is None
        same = type_.with_accepted(content, accepted, accepted)
        assert type_.read_response(type_.form_fields(same)) == same
        if type_.is_complete(content, accepted) and name not in ("fill_blank", "case_analysis"):
            # In a blank what is only punctuation is never accepted.
            assert type_.score(content, same) == (None if type_.marked_by_people else 1)
        other = type_.with_accepted(content, response, accepted)
        for policy in Policy:
            before, after = type_.score(content, response, policy), type_.score(content, other, policy)
            assert before is None or after is None or before <= after

    holds()


@EVERY_TYPE
def test_scores_are_exact_and_partial_credit_never_takes_away(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(content_and_fields(name))
    def holds(drawn: tuple[dict[str, Any], list[tuple[str, str]]]) -> None:
        response = type_.read_response(drawn[1])
        strict = type_.score(drawn[0], response)
        partial = type_.score(drawn[0], response, Policy.PARTIAL)
        if strict is None or partial is None:
            assert strict is partial is None
            assert type_.marked_by_people
        else:
            assert isinstance(strict, Fraction)
            assert 0 <= strict <= partial <= 1

    holds()


@EVERY_TYPE
def test_the_answer_page_sends_back_the_response_it_shows(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(content_and_fields(name), st.integers())
    def holds(drawn: tuple[dict[str, Any], list[tuple[str, str]]], seed: int) -> None:
        content, fields = drawn
        response = type_.read_response(fields)
        shown = type_.present(content, type_.arrange(content, Random(seed)))
        page = pages.answer_page(name, shown, type_.form_fields(response))
        assert type_.read_response(pages.sent(page, "slot-3")) == response

    holds()


@EVERY_TYPE
def test_the_answer_page_names_its_fields_by_their_stem_and_can_be_closed(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(samples.contents(name))
    def holds(content: dict[str, Any]) -> None:
        shown = type_.present(content, type_.plain_arrangement(content))
        page = pages.answer_page(name, shown, [], labelled_by="stem-of-3")
        assert 'aria-labelledby="stem-of-3"' in page or 'id="slot-3-1-stem"' in page
        assert " disabled" not in page
        assert " disabled" in pages.answer_page(name, shown, [], disabled=True)

    holds()


@EVERY_TYPE
def test_the_review_page_says_in_words_what_was_right(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(content_and_fields(name))
    def holds(drawn: tuple[dict[str, Any], list[tuple[str, str]]]) -> None:
        content, fields = drawn
        shown = type_.review(content, type_.plain_arrangement(content), type_.read_response(fields))
        json.dumps(shown)
        words = pages.visible_text(pages.render(name, "review", shown=shown))
        assert any(word in words for word in ("ight", "rong", "Not answered", "Model answer"))

    holds()


@EVERY_TYPE
def test_the_editor_gives_back_the_content_it_was_given(name: str) -> None:
    type_ = types.get(name)

    @SOME
    @given(samples.contents(name))
    def holds(content: dict[str, Any]) -> None:
        fields = type_.editor.to_fields(content)
        assert type_.editor.from_fields(fields) == content
        page = pages.render(name, "editor", name="content", fields=fields)
        assert type_.editor.from_fields(dict(pages.sent(page, "content"))) == content

    holds()


TYPED = st.text(max_size=8) | st.sampled_from(
    [
        "A",
        "1",
        "0",
        "true",
        "on",
        "甲 | 乙\n|\n丙",
        "2.0",
        "[[part]]\nx = 1.5",
        "[[part]]\n'a b' = [{ x = '1\"\\' }]",
        "[" * 9_000,
    ]
)


@EVERY_TYPE
def test_the_editor_keeps_a_half_finished_question(name: str) -> None:
    type_ = types.get(name)
    fields = [*_editor_fields(name), "nonsense"]

    @SOME
    @given(st.dictionaries(st.sampled_from(fields), TYPED))
    def holds(typed: dict[str, str]) -> None:
        content = type_.editor.from_fields(typed)
        assert set(content) <= type_.content_fields
        for problem in type_.problems(content, ""):
            assert str(problem)
        kept = items.from_dict({"code": "new", "type": name, "difficulty": 1, "stem": "", **content})
        if isinstance(kept, items.Item):
            again = type_.editor.to_fields(kept.content)
            assert type_.editor.from_fields(again) == kept.content
            pages.render(name, "editor", name="content", fields=again)

    holds()


def _editor_fields(name: str) -> list[str]:
    return sorted(
        {field for field, _ in pages.sent(pages.render(name, "editor", name="content", fields={}), "content")}
        | {"key"}
    )


@EVERY_TYPE
def test_no_item_of_the_bank_tells_its_key(name: str) -> None:
    type_ = types.get(name)
    for item in _of_bank(name):
        presented = repr(type_.present(item.content, type_.arrange(item.content, Random(item.code))))
        public = item.stem + "".join(_texts(_public(item.content)))
        for text in _texts({**item.content, "explanation": item.explanation}):
            assert len(text) < 2 or text in public or text not in presented, item.code


@EVERY_TYPE
def test_every_item_of_the_bank_can_be_edited_answered_and_reviewed(name: str) -> None:
    type_ = types.get(name)
    for item in _of_bank(name):
        content, order = dict(item.content), type_.arrange(item.content, Random(item.code))
        assert type_.editor.from_fields(type_.editor.to_fields(content)) == content, item.code
        page = pages.answer_page(name, type_.present(content, order), samples.key_fields(name, content))
        response = type_.read_response(pages.sent(page, "slot-3"))
        score = type_.score(content, response)
        assert score == 1 or (score is None and type_.marked_by_people), item.code
        assert type_.score(content, type_.right_response(content)) == score, item.code
        assert type_.key_text(content), item.code
        assert type_.response_text(content, response), item.code
        assert pages.render(name, "review", shown=type_.review(content, order, response)), item.code


def _of_bank(name: str) -> list[items.Item]:
    found = [item for item in BANK if item.type == name]
    assert found, f"the built-in bank has no {name}"
    return found


def _public(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a learner is meant to read, of an ordering or a matching in whatever order."""
    shown = {name: content.get(name) for name in ("type", "stem", "stimulus", "choices", "left", "right")}
    return {**shown, "parts": [_public(part) for part in content.get("parts", [])]}


def _texts(value: Any) -> list[str]:
    """Return every text inside."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for entry in value for text in _texts(entry)]
    if isinstance(value, dict):
        return [text for entry in value.values() for text in _texts(entry)]
    return []
