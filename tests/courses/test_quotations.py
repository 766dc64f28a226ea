"""The quoting rule: verbatim, with the clause, and no copying."""

import pytest

from courses.clauses import ClauseRef
from courses.coverage import Place, coverage
from courses.documents import Clause, Document
from courses.modules import Course
from courses.quotations import copied_runs, course_problems, quotations, wrong_quotations
from tests.courses.test_modules import good_course

LONG = (
    "各级组织要按照职责分工抓好落实、及时研究解决工作中的问题，并把有关情况向上一级组织报告，"
    "不得拖延推诿敷衍塞责。"
)
DOCUMENT = Document(
    "题目",
    (
        Clause(ClauseRef(0, 1), "paragraph", "前言讲目的。", 2, 2),
        Clause(ClauseRef(1), "heading", "一、总体要求", 3, 3),
        Clause(ClauseRef(1, 1), "paragraph", "必须坚持领导；应该“定期研究”工作。", 4, 4),
        Clause(ClauseRef(1, 2), "paragraph", LONG, 5, 5),
    ),
)
OWN = [ClauseRef(1, 1)]


def wrong(text: str, own: list[ClauseRef] = OWN) -> list[str]:
    return [problem.code for problem in wrong_quotations(text, own, DOCUMENT)]


@pytest.mark.parametrize(
    "text",
    [
        "原文“必须坚持领导”（§1¶1s1）。",
        "原文“必须坚持领导”，不是可以。",
        "“坚持”、“领导”（§1¶1s1）",
        "“必须坚持领导；”（§1¶1）",
        "“应该“定期研究”工作”（§1¶1s2）",
        "“总体要求”（§1H）",
        "“总体要求”与“抓好落实”（§1）",
        "“讲目的”（§0¶1），“领导”（§1¶1）",
        "| “讲目的”（§0¶1） | “领导” |",
        "- “讲目的”（§0¶1）\n- “领导”（§1¶1）",
        "没有引文。",
        "",
    ],
)
def test_right_quotations_pass(text: str) -> None:
    assert wrong(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("“应该坚持领导”（§1¶1）", "quotation-wrong"),
        ("“必须坚持领导”（§1¶1s2）", "quotation-wrong"),
        ("“坚持领导；应该”（§1¶1s1）", "quotation-wrong"),
        ("“必须坚持领导，”（§1¶1s1）", "quotation-wrong"),
        ("“讲目的”", "quotation-wrong"),
        ("“”", "quotation-wrong"),
        ("“领导”（§9¶9）", "quotation-wrong"),
        ("“领导”（§1¶1s9）", "quotation-wrong"),
        ("“前言”（§1）", "quotation-wrong"),
        ("“必须坚持领导；应该“定期”工作”（§1¶1）", "quotation-wrong"),
        # A citation does not reach over a blank line, into the next cell or the next list item.
        ("“讲目的”\n\n（§0¶1）", "quotation-wrong"),
        ("| “讲目的” | §0¶1 |", "quotation-wrong"),
        ("- “讲目的”\n- §0¶1", "quotation-wrong"),
        (f"“{LONG}”（§1¶2）", "quotation-too-long"),
        ("“必须坚持领导（§1¶1）", "quotation-open"),
        ("必须坚持领导”（§1¶1）", "quotation-open"),
        ("“必须坚持\n\n领导”（§1¶1）", "quotation-open"),
    ],
)
def test_wrong_quotations_are_named(text: str, code: str) -> None:
    assert code in wrong(text)


def test_a_quotation_belongs_to_the_citation_that_follows_it() -> None:
    text = "“甲”与“乙”（§1¶1s2）。“丙”（§2）\n\n“丁”"
    found = [(q.text, q.clauses, q.section, q.line) for q in quotations(text, OWN)]
    assert found == [
        ("甲", (ClauseRef(1, 1, 2),), None, 1),
        ("乙", (ClauseRef(1, 1, 2),), None, 1),
        ("丙", (), 2, 1),
        ("丁", (ClauseRef(1, 1),), None, 3),
    ]


def test_a_wrong_quotation_is_found_by_its_line() -> None:
    (problem,) = wrong_quotations("对的。\n\n“错的”（§1¶1）", OWN, DOCUMENT, "03-x.md", first_line=10)
    assert str(problem) == "03-x.md:12: “错的” is not in §1¶1."


def test_copied_words_are_found_whatever_the_punctuation() -> None:
    copy = LONG.replace("，", "——").replace("、", " **") + "另外还有几句自己的话。"
    (run,) = copied_runs(f"自己的话。{copy}", DOCUMENT)
    assert run == "".join(character for character in LONG if character not in "，、。")


def test_what_is_quoted_or_short_is_not_copied() -> None:
    assert copied_runs(f"“{LONG}”", DOCUMENT) == []
    assert copied_runs(LONG[:40], DOCUMENT) == []
    assert copied_runs(LONG[:20] + "自己的" + LONG[20:], DOCUMENT) == []
    assert copied_runs(LONG[:40], DOCUMENT, longest=30) != []
    assert copied_runs("", DOCUMENT) == []


def test_two_copies_are_two_runs() -> None:
    assert len(copied_runs(f"{LONG}自己的话{LONG}", DOCUMENT)) == 2


def test_coverage_names_the_units_and_what_nobody_teaches() -> None:
    paragraphs = [ClauseRef(4, 1), ClauseRef(3, 7), ClauseRef(3, 6)]
    found = coverage(good_course(), paragraphs)
    assert found.places == {
        ClauseRef(3, 6): (),
        ClauseRef(3, 7): (Place(3, "leadership", "study-duty"),),
        ClauseRef(4, 1): (),
    }
    assert found.untaught == (ClauseRef(3, 6), ClauseRef(4, 1))


def test_the_rule_is_checked_in_every_text_of_a_course(course: Course) -> None:
    """Another document makes every quotation of the built-in course wrong."""
    found = {problem.code for problem in course_problems(course, DOCUMENT)}
    assert "quotation-wrong" in found
