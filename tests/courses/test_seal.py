"""A document that is not the original, letter by letter, is told from it clause by clause."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.clauses import ClauseRef
from courses.documents import Clause, Document, read
from courses.seal import Finding, compare, parse_seal, read_seal, seal_of, write_seal
from tests.courses.conftest import CONTENT


def small_document(*texts: str, title: str = "题目") -> Document:
    clauses = [
        Clause(ClauseRef(0, at), "paragraph", text, at + 1, at + 1) for at, text in enumerate(texts, 1)
    ]
    return Document(title, tuple(clauses))


SMALL = small_document("甲一。", "乙二乙。", "丙三丙三。", "丁四丁四丁。", "戊。")
SEAL = seal_of(SMALL)


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.kind, str(finding.clause or "")) for finding in findings]


def test_the_same_document_is_the_original() -> None:
    assert compare(SMALL, SEAL) == []


@pytest.mark.parametrize(
    ("texts", "findings"),
    [
        ("甲一。|乙二乙。|丁四丁四丁。|戊。", [("missing", "0.3")]),
        ("乙二乙。|丙三丙三。|丁四丁四丁。|戊。", [("missing", "0.1")]),
        ("甲一。|乙二乙。|丙三丙三。|丁四丁四丁。", [("missing", "0.5")]),
        ("甲一。|丙三丙三。|丁四丁四丁。", [("missing", "0.2"), ("missing", "0.5")]),
        ("甲一。|乙二乙。|乙二乙。|丙三丙三。|丁四丁四丁。|戊。", [("extra", "")]),
        ("新。|甲一。|乙二乙。|丙三丙三。|丁四丁四丁。|戊。", [("extra", "")]),
        ("甲一。|丙三丙三。|乙二乙。|丁四丁四丁。|戊。", [("moved", "0.3")]),
        ("甲一。|乙二乙！|丙三丙三。|丁四丁四丁。|戊。", [("changed", "0.2")]),
        ("甲一。|丙三丙四。|丁四丁四丁。|戊。", [("missing", "0.2"), ("changed", "0.3")]),
        ("甲一。|乙二。|丁四丁四丁。|戊。", [("changed", "0.2"), ("missing", "0.3")]),
        ("甲一。乙二乙。|丙三丙三。|丁四丁四丁。|戊。", [("missing", "0.1"), ("changed", "0.2")]),
        ("", [("missing", f"0.{number}") for number in range(1, 6)]),
    ],
)
def test_exactly_what_differs_is_named(texts: str, findings: list[tuple[str, str]]) -> None:
    document = small_document(*texts.split("|")) if texts else Document("题目", ())
    assert told(compare(document, SEAL)) == findings


@pytest.mark.parametrize("title", ["题", "", "题目 "])
def test_another_title_is_named(title: str) -> None:
    document = Document(title, SMALL.clauses)
    assert told(compare(document, SEAL)) == [("title", "")]


def test_a_line_slipped_in_under_the_title_is_named() -> None:
    document = Document(SMALL.title, SMALL.clauses, front_matter=("（某年某月）",))
    assert told(compare(document, SEAL)) == [("extra", "")]


def test_a_finding_tells_the_line_and_both_lengths() -> None:
    (finding,) = compare(small_document("甲一。", "乙二乙二。", "丙三丙三。", "丁四丁四丁。", "戊。"), SEAL)
    assert (finding.line, finding.expected_characters, finding.actual_characters) == (3, 4, 5)
    assert (
        str(finding.problem("x.txt")) == "x.txt:3: §0¶2 was changed: it has 5 characters, in the original 4."
    )


@given(
    st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=12),
    st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=12),
)
def test_nothing_is_found_if_and_only_if_all_is_the_same(original: list[str], given_: list[str]) -> None:
    findings = compare(small_document(*given_), seal_of(small_document(*original)))
    assert (findings == []) == (original == given_)
    lost = sum(finding.kind == "missing" for finding in findings)
    extra = sum(finding.kind == "extra" for finding in findings)
    assert len(original) - lost + extra == len(given_)


def test_a_seal_is_read_as_it_was_written() -> None:
    assert parse_seal(write_seal(SEAL)) == SEAL


def test_a_seal_holds_no_words_of_the_document() -> None:
    assert write_seal(SEAL).isascii()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id,kind\n",
        write_seal(SEAL).split("title,", 1)[0],
        write_seal(SEAL).replace("0.2", "x"),
        write_seal(SEAL).replace("paragraph", "verse"),
        write_seal(SEAL).replace(",4,", ",four,"),
        write_seal(SEAL) + "0.9,paragraph\n",
        write_seal(SEAL) + 'title,title,2,0,"' + "0" * 64 + '"\n',
        "\0",
        '"',
    ],
)
def test_what_is_no_seal_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any message will do, the caller has its own
        parse_seal(text)


def test_a_seal_knows_clauses_down_to_the_sentence() -> None:
    seal = read_seal(CONTENT / "clauses.csv")
    known = ["0.1", "3H", "3.7", "3.7s4", "11.3"]
    unknown = ["0.2", "3.8", "3.7s5", "12H", "12.1", "3.99s1"]
    assert [seal.has(ClauseRef.parse(ref)) for ref in known + unknown] == [True] * 5 + [False] * 6
    assert len(seal.paragraphs) == 49


def test_the_seal_in_the_repository_is_that_of_the_original(original: Document) -> None:
    assert compare(original, read_seal(CONTENT / "clauses.csv")) == []
    assert (CONTENT / "clauses.csv").read_text() == write_seal(seal_of(original))


def test_one_changed_character_in_any_clause_names_that_clause(
    original_bytes: bytes, original: Document
) -> None:
    """Damage the file, not the document, so that the reader is tried as well."""
    seal = read_seal(CONTENT / "clauses.csv")
    lines = original_bytes.decode().split("\n")
    chance = random.Random(2015)
    for clause in original.clauses:
        for number in {clause.line_start, chance.randint(clause.line_start, clause.line_end)}:
            at = chance.choice(
                [at for at, character in enumerate(lines[number - 1]) if character != " "] or [-1]
            )
            if at < 0:
                continue
            damaged = [*lines]
            damaged[number - 1] = lines[number - 1][:at] + "龘" + lines[number - 1][at + 1 :]
            document = read("x.txt", "\n".join(damaged).encode()).document
            assert document is not None
            findings = compare(document, seal)
            assert told(findings) == [("changed", str(clause.ref))], (clause.ref, number, at)
            assert findings[0].expected_characters == findings[0].actual_characters == len(clause.text)


@pytest.mark.parametrize("last", ["龘", "。"])
def test_a_changed_title_is_named_even_where_it_no_longer_looks_like_one(
    original_bytes: bytes, last: str
) -> None:
    first, rest = original_bytes.decode().split("\n", 1)
    document = read("x.txt", f"{first.strip()[:-1]}{last}\n{rest}".encode()).document
    assert document is not None
    assert told(compare(document, read_seal(CONTENT / "clauses.csv"))) == [("title", "")]


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_clause_missing_from_the_file_is_the_one_named(
    original_bytes: bytes, original: Document, data: st.DataObject
) -> None:
    clause = data.draw(st.sampled_from(original.clauses))
    lines = original_bytes.decode().split("\n")
    damaged = lines[: clause.line_start - 1] + lines[clause.line_end :]
    document = read("x.txt", "\n".join(damaged).encode()).document
    assert document is not None
    assert told(compare(document, read_seal(CONTENT / "clauses.csv"))) == [("missing", str(clause.ref))]


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_paragraph_doubled_or_swapped_with_the_next_is_named(
    original: Document, data: st.DataObject
) -> None:
    seal = read_seal(CONTENT / "clauses.csv")
    clauses = original.clauses
    at = data.draw(st.integers(0, len(clauses) - 2))
    doubled = Document(original.title, (*clauses[: at + 1], clauses[at], *clauses[at + 1 :]))
    swapped = Document(original.title, (*clauses[:at], clauses[at + 1], clauses[at], *clauses[at + 2 :]))
    assert [kind for kind, _ in told(compare(doubled, seal))] == ["extra"]
    ((kind, ref),) = told(compare(swapped, seal))
    assert kind == "moved"
    assert ref in (str(clauses[at].ref), str(clauses[at + 1].ref))
