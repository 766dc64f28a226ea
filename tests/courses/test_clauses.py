"""What a clause is called, and how a text is cut into sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.clauses import ClauseRef, citations, sentences

paragraph_refs = st.builds(
    ClauseRef, st.integers(0, 999), st.integers(1, 9999), st.none() | st.integers(1, 999)
)
refs = paragraph_refs | st.builds(ClauseRef, st.integers(1, 999))


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("3.7s2", ClauseRef(3, 7, 2)),
        ("§3¶7s2", ClauseRef(3, 7, 2)),
        ("3.7", ClauseRef(3, 7)),
        ("0.1", ClauseRef(0, 1)),
        ("3H", ClauseRef(3)),
        ("§3H", ClauseRef(3)),
        ("11.2s10", ClauseRef(11, 2, 10)),
    ],
)
def test_a_clause_is_read_in_both_spellings(text: str, ref: ClauseRef) -> None:
    assert ClauseRef.parse(text) == ref


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "3",
            "§3",
            "3.",
            "3.0",
            "0H",
            "3.7s0",
            "3.7s",
            "3Hs1",
            "-1.2",
            "3.-7",
            "03.7",
            "3.07",
            "3.7s2 ",
        ),
        *("3.7s2\n", "３.７", "3.7S2", "三.七", "1000.1", "1.10000", "1.1s1000", "9" * 10_000, "3.7.1", "H"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"clause|heading"):
        ClauseRef.parse(text)


@pytest.mark.parametrize("numbers", [(-1, 1), (3, -1), (0, 0), (3, 0, 1), (3, 7, 0), (10**9, 1)])
def test_a_clause_that_cannot_be_written_cannot_be_made(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"clause|heading"):
        ClauseRef(*numbers)


@given(st.text())
def test_no_text_does_worse_than_value_error(text: str) -> None:
    try:
        ref = ClauseRef.parse(text)
    except ValueError:
        return
    assert text in (str(ref), ref.label, "§" + str(ref), str(ref).replace(".", "¶"))


@given(refs)
def test_both_spellings_read_back(ref: ClauseRef) -> None:
    assert ClauseRef.parse(str(ref)) == ref == ClauseRef.parse(ref.label)


def test_clauses_sort_as_they_stand_in_the_document() -> None:
    in_order = ["0.1", "1H", "1.1", "1.1s1", "1.1s2", "1.1s10", "1.2", "2H", "2.1", "10H", "11.1"]
    assert [str(ref) for ref in sorted(map(ClauseRef.parse, reversed(in_order)))] == in_order


def test_a_paragraph_covers_its_sentences_and_no_other() -> None:
    paragraph = ClauseRef(3, 7)
    assert paragraph.covers(ClauseRef(3, 7, 2))
    assert paragraph.covers(paragraph)
    assert not paragraph.covers(ClauseRef(3, 6, 2))
    assert not ClauseRef(3, 7, 2).covers(paragraph)
    assert not ClauseRef(3, 7, 2).covers(ClauseRef(3, 7, 3))


def test_citations_are_found_in_running_text() -> None:
    text = "见§3¶7s2、§3¶7与§3H（§11），§0；§x不算，§0H也不算。"
    found = [(text[c.start : c.end], c.section, c.clause) for c in citations(text)]
    assert found == [
        ("§3¶7s2", 3, ClauseRef(3, 7, 2)),
        ("§3¶7", 3, ClauseRef(3, 7)),
        ("§3H", 3, ClauseRef(3)),
        ("§11", 11, None),
        ("§0", 0, None),
    ]


def test_a_section_is_shown_by_its_first_clause() -> None:
    assert [citation.target for citation in citations("§3 §0 §4¶1")] == [
        ClauseRef(3),
        ClauseRef(0, 1),
        ClauseRef(4, 1),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲；乙。", ["甲；", "乙。"]),
        ("他说：“甲。”乙。", ["他说：“甲。”", "乙。"]),
        ("甲（乙。）丙？！丁", ["甲（乙。）", "丙？！", "丁"]),
        ("甲：乙，丙", ["甲：乙，丙"]),
        ("", []),
    ],
)
def test_sentences_end_at_full_stop_semicolon_question_and_exclamation(
    text: str, expected: list[str]
) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="甲乙。；？！”）a \n"))
def test_cutting_into_sentences_loses_nothing(text: str) -> None:
    assert "".join(sentences(text)) == text
