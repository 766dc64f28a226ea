"""Scores of slots and papers, corrections, totals, rounding and pass marks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from question_bank import scoring, types
from question_bank.corrections import Correction, CorrectionKind
from question_bank.items import Item
from question_bank.marks import print_marks, read_marks
from question_bank.scoring import Entry, Marks, Place
from question_bank.types.protocol import Policy
from tests.question_bank import samples
from tests.question_bank.test_items import item_of

TWO = item_of(type="multiple_choice", key="BD")


def test_a_slot_is_scored_by_its_type_and_the_policy() -> None:
    assert scoring.score_slot(TWO, "BD") == 1
    assert scoring.score_slot(TWO, "B") == 0
    assert scoring.score_slot(TWO, "B", Policy.PARTIAL) == Fraction(1, 2)


def test_thirds_add_up() -> None:
    third = Fraction(1, 3)
    assert scoring.total([(third, Decimal(1))] * 3) == 1
    assert scoring.rounded(scoring.total([(2 * third, Decimal("0.5"))]) or Fraction(0)) == Decimal("0.33")


def test_a_total_waits_for_people() -> None:
    assert scoring.total([(Fraction(1), Decimal(2)), (None, Decimal(5))]) is None
    assert scoring.total([]) == 0


@pytest.mark.parametrize(
    ("score", "shown"),
    [
        (Fraction(0), "0.00"),
        (Fraction(1, 3), "0.33"),
        (Fraction(2, 3), "0.67"),
        (Fraction(1, 200), "0.01"),
        (Fraction(199, 40_000), "0.00"),
        (Fraction(2_005, 1000), "2.01"),
        (Fraction(59_995, 1000), "60.00"),
        (Fraction(100), "100.00"),
    ],
)
def test_half_a_hundredth_is_rounded_up(score: Fraction, shown: str) -> None:
    assert str(scoring.rounded(score)) == shown


@given(st.fractions(0, 1000, max_denominator=5_000))
def test_rounding_moves_a_score_by_half_a_hundredth_at_most(score: Fraction) -> None:
    assert -Fraction(1, 200) < Fraction(scoring.rounded(score)) - score <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("score", "full", "percent", "passed"),
    [
        (Fraction(60), "100", "60", True),
        (Fraction(59), "100", "60", False),
        (Fraction(59_994, 1000), "100", "60", False),
        (Fraction(59_995, 1000), "100", "60", True),
        (Fraction(45, 2), "37.5", "60", True),
        (Fraction(0), "10", "0", True),
        (Fraction(10), "10", "100", True),
        (Fraction(9), "10", "100", False),
    ],
)
def test_what_is_shown_decides_whether_it_is_passed(
    score: Fraction, full: str, percent: str, passed: bool
) -> None:
    assert scoring.is_passed(score, Decimal(full), Decimal(percent)) is passed


def test_the_pass_mark_is_a_share_of_the_full_marks() -> None:
    assert scoring.pass_mark(Decimal("37.5"), Decimal(60)) == Fraction(45, 2)


@pytest.mark.parametrize(
    ("value", "marks"),
    [
        (1, "1"),
        ("2", "2"),
        ("2.50", "2.5"),
        (0.5, "0.5"),
        (Decimal("1.25"), "1.25"),
        (1000, "1000"),
        (" 3 ", "3"),
        ("100", "100"),
    ],
)
def test_marks_are_read_and_written_in_one_way(value: object, marks: str) -> None:
    read = read_marks(value)
    assert read is not None
    assert print_marks(read) == marks


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        True,
        None,
        "",
        "x",
        "1e2",
        "1,5",
        "１",
        "0.001",
        "0.00",
        1000.01,
        1e99,
        float("nan"),
        Decimal("inf"),
        [1],
    ],
)
def test_what_are_no_marks_is_none(value: object) -> None:
    assert read_marks(value) is None


@given(st.decimals("0.01", "1000", places=2))
def test_marks_are_the_same_after_writing_and_reading(marks: Decimal) -> None:
    assert read_marks(print_marks(marks)) == marks


SINGLE = item_of(type="single_choice", choices=["可以", "应该", "必须", "探索"], key="B")
ESSAY = item_of(type="short_answer", model_answer="略", points=[{"text": "一", "marks": "2"}])
KEYS = {11: SINGLE, 12: TWO, 13: ESSAY}
PAPER = (Place(1, 11, Decimal(2)), Place(2, 12, Decimal(3)), Place(3, 13, Decimal(5)))
#: The last entry comes first: not its place in the list but its seq decides.
JOURNAL = (Entry(3, 1, "B"), Entry(1, 1, "A"), Entry(2, 2, "B"), Entry(4, 9, "B"))


def shares(marks: Marks) -> list[Fraction | None]:
    return [slot.share for slot in marks.slots]


def correct(item: int, kind: CorrectionKind, **values: Any) -> Correction:
    return Correction(item, kind, **values)


def test_the_entry_with_the_highest_seq_counts_and_an_empty_page_needs_nobody() -> None:
    marks = scoring.score(PAPER, JOURNAL, KEYS)
    assert shares(marks) == [1, 0, 0]
    assert (marks.score, marks.full_marks, marks.is_passed) == (Decimal("2.00"), Decimal(10), False)
    assert [slot.mark for slot in marks.slots] == [Decimal("2.00"), Decimal("0.00"), Decimal("0.00")]


def test_an_answer_taken_back_is_unanswered() -> None:
    assert shares(scoring.score(PAPER, [*JOURNAL, Entry(5, 1, None)], KEYS)) == [0, 0, 0]


def test_a_written_answer_waits_for_people_and_their_share_counts() -> None:
    journal = [*JOURNAL, Entry(5, 3, "答")]
    marks = scoring.score(PAPER, journal, KEYS)
    assert shares(marks) == [1, 0, None]
    assert (marks.score, marks.is_passed, marks.full_marks) == (None, None, Decimal(10))
    given_ = {3: Fraction(4, 5)}
    marked = scoring.score(PAPER, journal, KEYS, Policy.PARTIAL, given=given_, pass_percent=75)
    assert (marked.score, marked.is_passed) == (Decimal("7.50"), True)


def test_a_corrected_key_counts_for_its_item_only() -> None:
    key = correct(11, CorrectionKind.CORRECT_KEY, content={**SINGLE.content, "key": "A"})
    elsewhere = replace(key, item=99)
    assert shares(scoring.score(PAPER, JOURNAL, KEYS, corrections=[elsewhere])) == [1, 0, 0]
    assert shares(scoring.score(PAPER, JOURNAL, KEYS, corrections=[key])) == [0, 0, 0]


def test_a_further_accepted_answer_takes_nothing_from_the_others() -> None:
    accept = correct(11, CorrectionKind.ACCEPT, response="D")
    for response, share in (("B", 1), ("D", 1), ("A", 0), (None, 0)):
        assert shares(scoring.score(PAPER[:1], [Entry(1, 1, response)], KEYS, corrections=[accept])) == [
            share
        ]


def test_full_marks_go_to_all_even_where_nothing_was_answered_or_people_gave_less() -> None:
    several = [correct(item, CorrectionKind.FULL_MARKS) for item in KEYS]
    marks = scoring.score(PAPER, [], KEYS, corrections=several, given={3: Fraction(0)})
    assert shares(marks) == [1, 1, 1]
    assert marks.score == marks.full_marks == 10


def test_a_dropped_item_leaves_the_total_and_the_full_marks() -> None:
    drop = correct(13, CorrectionKind.DROP)
    marks = scoring.score(PAPER, [*JOURNAL, Entry(5, 3, "答")], KEYS, corrections=[drop], pass_percent=40)
    assert [slot.is_dropped for slot in marks.slots] == [False, False, True]
    assert (marks.score, marks.full_marks, marks.is_passed) == (Decimal("2.00"), Decimal(5), True)


MACHINE = [name for name in samples.type_names() if not types.get(name).marked_by_people]


@st.composite
def sat_papers(draw: st.DrawFn) -> tuple[list[Place], list[Entry], dict[int, Item]]:
    keys: dict[int, Item] = {}
    entries: list[tuple[int, Any]] = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        name = draw(st.sampled_from(MACHINE))
        content = draw(samples.contents(name))
        keys[number * 10] = replace(SINGLE, type=name, content=content)
        for fields in draw(st.lists(samples.answers(name, content), max_size=3)):
            entries.append((number, types.get(name).read_response(fields)))
    entries = draw(st.permutations(entries))
    paper = [Place(item // 10, item, draw(st.sampled_from([Decimal(1), Decimal("2.5")]))) for item in keys]
    return paper, [Entry(seq, *entry) for seq, entry in enumerate(entries, 1)], keys


@given(sat_papers(), st.sampled_from(Policy), st.randoms(use_true_random=False))
def test_the_order_in_which_entries_arrive_changes_nothing(
    sat: tuple[list[Place], list[Entry], dict[int, Item]], policy: Policy, rng: Random
) -> None:
    paper, journal, keys = sat
    marks = scoring.score(paper, journal, keys, policy)
    assert scoring.score(paper, rng.sample(journal, len(journal)), keys, policy) == marks
    assert scoring.score(paper, journal * 2, keys, policy) == marks
    last = {entry.slot: entry for entry in journal}
    assert scoring.score(paper, last.values(), keys, policy) == marks


@given(sat_papers())
def test_a_paper_earns_between_nothing_and_everything_and_partial_credit_never_less(
    sat: tuple[list[Place], list[Entry], dict[int, Item]],
) -> None:
    strict, partial = (scoring.score(*sat, policy) for policy in (Policy.ALL_OR_NOTHING, Policy.PARTIAL))
    for one, other in zip(strict.slots, partial.slots, strict=True):
        assert one.share is not None
        assert other.share is not None
        assert 0 <= one.share <= other.share <= 1
    assert strict.score is not None
    assert partial.score is not None
    assert 0 <= strict.score <= partial.score <= strict.full_marks == partial.full_marks


@given(sat_papers())
def test_who_answers_by_the_keys_gets_everything_and_passes_whatever_the_policy(
    sat: tuple[list[Place], list[Entry], dict[int, Item]],
) -> None:
    paper, _, keys = sat
    journal = [
        Entry(at, place.number, types.get(keys[place.item].type).right_response(keys[place.item].content))
        for at, place in enumerate(paper, 1)
    ]
    for policy in Policy:
        marks = scoring.score(paper, journal, keys, policy, pass_percent=100)
        assert marks.score == marks.full_marks
        assert marks.is_passed


@given(samples.contents("multiple_choice"), st.data())
def test_a_further_right_choice_never_costs_anything_and_a_wrong_one_never_earns(
    content: dict[str, Any], data: st.DataObject
) -> None:
    letters = "ABCDEFGH"[: len(content["choices"])]
    chosen = data.draw(st.sets(st.sampled_from(letters)))
    further = data.draw(st.sampled_from(letters))
    assume(further not in chosen)
    item = replace(TWO, content=content)
    before, after = ("".join(sorted(letters)) or None for letters in (chosen, chosen | {further}))
    for policy in Policy:
        first, then = (scoring.score_slot(item, response, policy) for response in (before, after))
        assert first is not None
        assert then is not None
        if further not in content["key"]:
            assert then <= first
        elif policy is Policy.PARTIAL:
            assert first <= then


def test_no_choice_of_several_scores_below_nothing_whatever_is_chosen() -> None:
    for size in range(5):
        for chosen in combinations("ABCD", size):
            for policy in Policy:
                share = scoring.score_slot(TWO, "".join(chosen) or None, policy)
                assert share is not None
                assert 0 <= share <= 1
