"""Documents are read as they come: wrapped or not, indented or not, in any usual encoding, or not at all."""

import codecs
import time
from dataclasses import dataclass
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.clauses import ClauseRef
from courses.documents import Document, Reading, read, readers, registry
from courses.documents.registry import LARGEST_FILE
from courses.documents.structure import NUMERALS

LONG = "各级组织要按照职责分工抓好落实，及时研究解决工作中的问题，并把情况向上一级组织报告"
TITLE = "关于做好某项工作的意见"
SECTIONS = [
    (None, [f"为做好某项工作，提出如下意见。{LONG}。"]),
    (
        "一、总体要求",
        [f"总的要求是这样的。{LONG}。", f"——坚持第一条。{LONG}。", f"——坚持第二条。{LONG}；{LONG}。"],
    ),
    ("二、加强对某项十分重要而又名称很长的工作的组织领导和统筹协调", [f"（一）明确责任。{LONG}。"]),
    ("三、保障措施", [f"经费要有保障。{LONG}。", "短段。"]),
]


def expected_texts() -> list[str]:
    return [text for heading, texts in SECTIONS for text in ([heading] if heading else []) + texts]


def document_of(text: str | bytes, name: str = "x.txt") -> Document:
    reading = read(name, text if isinstance(text, bytes) else text.encode())
    assert reading.problems == ()
    assert reading.document is not None
    return reading.document


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]


def wrapped(text: str, width: int = 28, first: int = 26) -> list[str]:
    return [text[:first], *(text[at : at + width] for at in range(first, len(text), width))]


def in_wrapped_pdf_lines(indent: str = "  ", between: str = "\n\n") -> str:
    """Lay the document out as a PDF gives it: wrapped, a blank line after every line."""
    lines = [f" {TITLE} "]
    for text in expected_texts():
        first, *more = wrapped(text)
        lines += [indent + first, *more]
        lines[-1] += " "
    return between.join(lines)


LAYOUTS = {
    "wrapped, blank line after every line": in_wrapped_pdf_lines(),
    "wrapped, no blank lines": in_wrapped_pdf_lines(between="\n"),
    "wrapped, indented by full-width spaces": in_wrapped_pdf_lines(indent="\u3000\u3000"),
    "wrapped, indented by a tab": in_wrapped_pdf_lines(indent="\t"),
    "wrapped, no indent, blank lines between paragraphs": "\n\n".join(
        "\n".join(wrapped(text, first=28)) for text in [TITLE, *expected_texts()]
    ),
    "wrapped, neither indent nor blank lines": "\n".join(
        line for text in [TITLE, *expected_texts()] for line in wrapped(text, first=28)
    ),
    "a line a paragraph": "\n".join([TITLE, *expected_texts()]),
    "a line a paragraph, full-width indent": "\n".join(
        [TITLE, *("\u3000\u3000" + t for t in expected_texts())]
    ),
    "a line a paragraph, blank lines between": "\n\n\n".join([TITLE, *expected_texts()]),
    "title in the middle": "\n".join([" " * 20 + TITLE, *("    " + t for t in expected_texts())]),
    "zero-width characters and a form feed": "\n".join(["\u200b" + TITLE, "\f", *expected_texts()]),
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_layout_gives_the_same_document(text: str, newline: str) -> None:
    document = document_of(text.replace("\n", newline))
    assert document.title == TITLE
    assert [clause.text for clause in document.clauses] == expected_texts()
    assert [str(clause.ref) for clause in document.clauses] == [
        *("0.1", "1H", "1.1", "1.2", "1.3", "2H", "2.1", "3H", "3.1", "3.2")
    ]


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + in_wrapped_pdf_lines().encode(),
        in_wrapped_pdf_lines().encode("gb18030"),
        in_wrapped_pdf_lines().encode("utf-16"),
    ],
    ids=["UTF-8 with a byte order mark", "GB18030", "UTF-16"],
)
def test_every_usual_encoding_gives_the_same_document(data: bytes) -> None:
    assert document_of(data) == document_of(in_wrapped_pdf_lines())


@pytest.mark.parametrize(
    "texts",
    [
        [
            "一、十个字长的这一个标题",
            f"{LONG}。",
            f"{LONG}。",
            "二、十个字长的那一个标题",
            f"{LONG}。",
            f"{LONG}。",
        ],
        [
            "一、总体上的各项要求",
            *["这一段不长也不短。"] * 5,
            "二、总体上的各项任务",
            *["那一段也不长。"] * 5,
        ],
    ],
    ids=["headings of one width", "short paragraphs"],
)
def test_lines_that_happen_to_be_alike_are_not_taken_for_wrapped(texts: list[str]) -> None:
    assert [clause.text for clause in document_of("\n".join([TITLE, "前言。", *texts])).clauses[1:]] == texts


def test_page_numbers_and_page_breaks_are_no_text() -> None:
    lines = in_wrapped_pdf_lines(between="\n").split("\n")
    # A page ends in the middle of a paragraph: its number, a form feed, and one space more on the next line.
    paged = [
        *lines[:4],
        "— 1 —",
        "\f " + lines[4],
        *lines[5:9],
        "第 2 页 共 3 页",
        " " + lines[9],
        *lines[10:],
    ]
    assert [clause.text for clause in document_of("\n".join(paged)).clauses] == expected_texts()


def test_clauses_know_the_lines_they_came_from() -> None:
    text = in_wrapped_pdf_lines(between="\n")
    lines = text.split("\n")
    for clause in document_of(text).clauses:
        assert "".join(line.strip() for line in lines[clause.line_start - 1 : clause.line_end]) == clause.text


def test_a_heading_wrapped_over_two_lines_is_one_heading() -> None:
    heading = document_of(in_wrapped_pdf_lines()).clause(ClauseRef(2))
    assert heading is not None
    assert heading.text == SECTIONS[2][0]
    assert heading.line_end > heading.line_start


def test_lines_under_the_title_are_kept_apart() -> None:
    document = document_of("\n".join([TITLE, "（2018年1月2日）", *expected_texts()]))
    assert (document.title, document.front_matter) == (TITLE, ("（2018年1月2日）",))
    assert [clause.text for clause in document.clauses] == expected_texts()


@pytest.mark.parametrize("trap", ["二、选举委员会的职权是：", "二、选举由委员会主持。", "二、" + "很长" * 40])
def test_a_numbered_sentence_is_no_heading(trap: str) -> None:
    document = document_of(f"{TITLE}\n前言。\n一、甲\n正文。\n{trap}\n二、乙\n正文。")
    assert [clause.text for clause in document.headings] == ["一、甲", "二、乙"]
    assert document.text_of(ClauseRef(1, 2)) == trap


@pytest.mark.parametrize(
    ("numerals", "headings", "doubts"),
    [
        ("一三", 0, ["numbering-gap", "no-headings"]),
        ("一二四五", 2, ["numbering-gap", "numbering-gap"]),
        ("一二二三", 3, ["numbering-gap"]),
        ("二三", 0, ["numbering-gap", "numbering-gap", "no-headings"]),
        ("一", 0, ["no-headings"]),
        ("", 0, ["no-headings"]),
    ],
)
def test_headings_run_without_gap_and_whatever_does_not_is_pointed_out(
    numerals: str, headings: int, doubts: list[str]
) -> None:
    text = "\n".join([TITLE, "前言。", *(f"{numeral}、甲\n正文。" for numeral in numerals)])
    reading = read("x.txt", text.encode())
    assert reading.document is not None
    assert len(reading.document.headings) == headings
    assert codes(reading) == doubts


def test_a_text_without_a_title_is_pointed_out() -> None:
    reading = read("x.txt", "前言已经是正文。\n一、甲\n正文。\n二、乙\n正文。".encode())
    assert codes(reading) == ["no-title"]
    assert reading.document is not None
    assert reading.document.title == ""


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.txt", b"", "empty-file"),
        ("x.txt", b" \n\t\r\n", "empty-file"),
        ("x.txt", codecs.BOM_UTF8 + b"\n", "no-paragraphs"),
        ("x.txt", TITLE.encode(), "no-paragraphs"),
        ("x.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary-file"),
        ("x.txt", b"%PDF-1.7\n\x00\x01", "binary-file"),
        ("x.txt", "前言。\x07".encode(), "binary-file"),
        ("x.txt", in_wrapped_pdf_lines().encode("big5", "ignore"), "wrong-encoding"),
        ("x.txt", in_wrapped_pdf_lines().encode()[:-2], "wrong-encoding"),
        ("x.txt", "Résumé déjà vu".encode("latin-1"), "wrong-encoding"),
        ("x.txt", codecs.BOM_UTF16_LE + b"a", "wrong-encoding"),
        ("x.txt", b"a" * (LARGEST_FILE + 1), "file-too-large"),
        ("x.txt", b"a.\n" * 20_000, "too-many-paragraphs"),
        ("x.txt", b"a.\n" * 200_000, "too-many-lines"),
        ("x.docx", b"PK\x03\x04", "unknown-format"),
    ],
)
def test_what_is_no_document_is_refused_with_the_reason(name: str, data: bytes, code: str) -> None:
    reading = read(name, data)
    assert codes(reading) == [code]
    assert reading.document is None


_DIRT = st.sampled_from(
    [
        *("一、", "二、", "——", "（一）", "。", "；", "：", "a", "𠮷", TITLE, LONG, "— 1 —"),
        *("\n", "\n\n", "\r\n", "  ", "\u3000", "\f", "\t", "\ufeff", "\u0000", "\ud7ff"),
    ]
)


@settings(deadline=None)
@given(st.lists(_DIRT).map("".join))
def test_whatever_the_text_is_nothing_is_raised_and_no_clause_is_empty(text: str) -> None:
    reading = read("x.txt", text.encode())
    assert (reading.document is None) <= bool(reading.problems)
    if reading.document:
        refs = [clause.ref for clause in reading.document.clauses]
        assert refs == sorted(set(refs))
        assert all(clause.text == clause.text.strip() != "" for clause in reading.document.clauses)


@settings(deadline=None)
@given(st.binary(max_size=3_000), st.sampled_from(["x.txt", "x", "", ".txt", "x.docx", "a/b.TXT"]))
def test_whatever_the_bytes_are_nothing_is_raised(data: bytes, name: str) -> None:
    reading = read(name, data)
    assert reading.document or reading.problems


@pytest.mark.parametrize(
    "text",
    [
        " " * 600_000 + "甲。",
        "一、" * 300_000,
        ("甲" * 300 + "。\n") * 2_000,
        "\n" * 1_900_000,
        "a\n" * 900_000,
    ],
    ids=["one long indent", "one long line", "many paragraphs", "blank lines", "short lines"],
)
def test_the_largest_files_are_dealt_with_in_good_time(text: str) -> None:
    started = time.process_time()
    read("x.txt", text.encode())
    assert time.process_time() - started < 5


def test_a_sentence_is_found_and_one_too_many_is_not() -> None:
    document = document_of(in_wrapped_pdf_lines())
    assert document.text_of(ClauseRef(1, 3, 1)) == "——坚持第二条。"
    assert document.text_of(ClauseRef(1, 3, 2)) == f"{LONG}；"
    assert document.text_of(ClauseRef(1, 3, 4)) is None
    assert document.text_of(ClauseRef(9, 1)) is None
    assert document.text_of(ClauseRef(3)) == "三、保障措施"


def test_headings_may_be_numbered_to_ninety_nine() -> None:
    numerals = [numeral for numeral in NUMERALS if numeral]
    assert [NUMERALS[numeral] for numeral in ("一", "十", "十一", "二十", "九十九")] == [1, 10, 11, 20, 99]
    document = document_of("\n".join([TITLE, *(f"{numeral}、甲\n正文。" for numeral in numerals)]))
    assert document.headings[-1].ref == ClauseRef(99)


@dataclass(frozen=True)
class FakeReader:
    name: str

    def recognise(self, file_name: str, data: bytes) -> bool:
        return False

    def read(self, file_name: str, data: bytes) -> Reading:
        return Reading(None)


def test_two_readers_of_one_name_are_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("readers") / "twins"
    folder.mkdir()
    reader = "from tests.courses.test_documents import FakeReader\nREADER = FakeReader('txt')\n"
    for name in ("__init__.py", "one.py", "two.py"):
        (folder / name).write_text(reader if name != "__init__.py" else "")
    package = ModuleType("twins")
    package.__path__ = [str(folder)]
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder.parent))
        with pytest.raises(ValueError, match="two document readers are called 'txt'"):
            registry.discover(package)


@pytest.mark.parametrize("name", readers())
def test_every_reader_says_what_it_is_called_and_survives_garbage(name: str) -> None:
    reader = readers()[name]
    assert reader.name == name
    for data in (b"", b"\0", b"\xff\xfe", b"PK\x03\x04", b"%PDF-", b"\x80" * 100):
        reader.recognise("", data)
        assert reader.read("x", data).problems


def test_the_original_is_read_with_all_its_dirt(original: Document) -> None:
    assert original.title == "中共中央关于加强和改进党的群团工作的意见"
    assert original.front_matter == ()
    assert len(original.headings) == 11
    assert [len(original.section(number)) for number in range(12)] == [1, 6, 9, 8, 4, 4, 4, 5, 4, 6, 5, 4]
    assert len(original.paragraphs) == 49
    assert original.body_characters == 8_601


def test_the_wrapped_heading_and_the_page_joins_of_the_original_are_right(original: Document) -> None:
    heading = original.clause(ClauseRef(5))
    assert heading is not None
    assert heading.text.endswith("核心价值观")
    assert (heading.line_start, heading.line_end) == (326, 328)
    assert not any(" " in clause.text for clause in original.clauses)
    # A page ends inside these paragraphs (lines 44 and 592) and before these (lines 179 and 314).
    lines = {(clause.line_start, clause.line_end) for clause in original.paragraphs}
    assert {(37, 48), (584, 592), (179, 187), (314, 324)} <= lines
