"""What is shown of the original, and where links lead."""

import pytest

from courses.clauses import ClauseRef
from learning.materials import rules

TEXTS = {"3.7": "甲。乙；丙。", "11.2": "丁。"}


def marks(*refs: str) -> list[tuple[str, list[bool]]]:
    found = rules.passages(refs, TEXTS)
    return [(str(passage.ref), [is_marked for _, is_marked in passage.sentences]) for passage in found]


def test_the_sentences_that_are_meant_are_marked() -> None:
    assert marks("3.7s2") == [("3.7", [False, True, False])]


@pytest.mark.parametrize("refs", [("3.7",), ("3.7", "3.7s2"), ("3.7s1", "3.7s2", "3.7s3"), ("3.7s9",)])
def test_a_whole_paragraph_is_not_marked(refs: tuple[str, ...]) -> None:
    assert marks(*refs) == [("3.7", [False, False, False])]


def test_paragraphs_come_once_in_the_order_of_the_document_as_far_as_they_are_there() -> None:
    assert [ref for ref, _ in marks("11.2s1", "3.7s3", "3.7s1", "4.1")] == ["3.7", "11.2"]


def test_stored_marks_become_addresses_and_nothing_else_changes() -> None:
    html = '<a href="#clause-3.7s2">x</a><a href="#s-x">y</a><img src="#figure-a-b.svg">'
    shown = rules.with_addresses(html, lambda ref: f"/c/{ref}", lambda name: f"/f/{name}")
    assert shown == '<a href="/c/3.7s2">x</a><a href="#s-x">y</a><img src="/f/a-b.svg">'


@pytest.mark.parametrize(
    ("taught", "asked", "is_about"),
    [
        ("3.7s2", "3.7s2", True),
        ("3.7", "3.7s2", True),
        ("3.7s2", "3.7", True),
        ("3.7s1", "3.7s2", False),
        ("3.7s1", "3H", True),
        ("4.1", "3H", False),
    ],
)
def test_a_unit_is_about_a_clause_if_one_holds_the_other(taught: str, asked: str, is_about: bool) -> None:
    assert rules.is_about(taught, ClauseRef.parse(asked)) is is_about
