"""What clauses mean, who may publish, how the bank is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.clauses import ClauseRef
from learning.questions.rules import (
    ClauseFilter,
    Count,
    PublishRefusal,
    clause_filter,
    clause_refs,
    differing,
    matrix,
    own_code,
    publish_refusal,
    written_clauses,
)
from tests.learning.questions.making import item


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3", ClauseFilter(3)),
        (" §11 ", ClauseFilter(11)),
        ("0", ClauseFilter(0)),
        ("3.7", ClauseFilter(3, 7)),
        ("§3¶7s2", ClauseFilter(3, 7, 2)),
        ("3H", ClauseFilter(3, 0)),
        ("0H", None),
        ("3.", None),
        ("三", None),
        ("3.7s", None),
        ("１", None),
        ("1000", None),
        ("", None),
    ],
)
def test_a_clause_is_meant_as_section_paragraph_or_sentence(text: str, meant: ClauseFilter | None) -> None:
    assert clause_filter(text) == meant


@given(st.text())
def test_any_text_means_a_clause_or_none(text: str) -> None:
    found = clause_filter(text)
    assert found is None or 0 <= found.section <= 999


def test_clauses_are_kept_in_one_form_and_what_is_none_is_kept_as_written() -> None:
    assert written_clauses(["§3¶7s2", "3.7s2", " ", "瞎写", "3H"]) == ["3.7s2", "瞎写", "3H"]
    assert clause_refs(["3.7s2", "瞎写", "0H", "3.7s2"]) == [ClauseRef(3, 7, 2)]


def test_a_code_has_no_spaces_and_is_short_enough() -> None:
    assert own_code("SF 005", 12) == "SF005-Q12"
    assert len(own_code("长" * 40, 2**63 - 1)) <= 60


def test_the_gravest_reason_is_told_first() -> None:
    reasons = {
        "is_published": PublishRefusal.ALREADY_PUBLISHED,
        "is_retired": PublishRefusal.RETIRED,
        "has_changed": PublishRefusal.CHANGED,
        "has_problems": PublishRefusal.PROBLEMS,
        "is_own_work": PublishRefusal.OWN_WORK,
    }
    state = dict.fromkeys(reasons, True)
    for name, reason in reasons.items():
        assert publish_refusal(**state) is reason
        state[name] = False
    assert publish_refusal(**state) is None


def test_the_fields_that_differ_are_named() -> None:
    assert differing(item(), item()) == []
    assert differing(item(), item(stem="另一问？", choices=["甲", "乙"])) == ["stem", "choices"]


def test_the_matrix_has_a_row_for_every_paragraph_and_for_what_is_cited_beyond_them() -> None:
    counts = [
        Count(None, None, "matching", 2, 3),
        Count(1, None, "matching", 2, 2),
        Count(1, 2, "matching", 2, 2),
        Count(1, 0, "matching", 5, 1),
    ]
    rows = matrix(counts, [ClauseRef(0, 1), ClauseRef(1, 1), ClauseRef(1, 2)], 2)
    assert [(row.clause, row.total) for row in rows] == [
        ("", 3),
        ("0", 0),
        ("0.1", 0),
        ("1", 2),
        ("1H", 0),
        ("1.1", 0),
        ("1.2", 2),
    ]
    assert [row.by_difficulty[5] for row in matrix(counts, []) if row.clause == "1H"] == [1]
