"""The built-in course is whole, keeps the quoting rule, and teaches every paragraph of the original."""

from itertools import pairwise

import pytest

from courses.coverage import coverage
from courses.documents import Document
from courses.modules import Course
from courses.packages import read_folder
from courses.quotations import copied_runs, course_problems, quotations
from courses.rendering import render
from tests.courses.conftest import CONTENT

NAMES = sorted(path.name for path in CONTENT.glob("*.md"))


def test_the_built_in_course_can_be_published(course: Course) -> None:
    assert [str(problem) for problem in read_folder(CONTENT).problems] == []
    assert course.slug == CONTENT.name


def test_the_course_has_a_module_for_the_preamble_and_each_section(course: Course) -> None:
    assert [(module.number, module.section) for module in course.modules] == [(n, n) for n in range(12)]
    assert [module.file_name for module in course.modules] == NAMES


def test_every_paragraph_is_taught(course: Course) -> None:
    assert course.seal is not None
    assert coverage(course, course.seal.paragraphs).untaught == ()


def test_the_course_takes_as_long_as_its_study_hours_say(course: Course) -> None:
    """A study hour is 45 minutes; the text alone may take less, but never more than twice as long."""
    for module in course.modules:
        assert module.reading_minutes[1] <= 2 * 45 * module.study_hours, module.file_name


@pytest.mark.parametrize("name", NAMES)
def test_every_unit_renders(course: Course, name: str) -> None:
    (module,) = (module for module in course.modules if module.file_name == name)
    for unit in module.units:
        html = render(unit.markdown, lambda ref: f"#clause-{ref}", lambda figure: f"#figure-{figure}")
        assert html.count("<img ") == len(unit.figures)
        # What Markdown did not understand is left standing as it was typed.
        assert not any(mark in html for mark in ("**", "!!!", "|---", "| ---", "](", "\n- ", "\n## ")), (
            unit.key
        )
        levels = [int(part[0]) for part in html.split("<h")[1:] if part[0].isdigit()]
        assert all(later <= earlier + 1 for earlier, later in pairwise([2, *levels])), unit.key


def test_every_quotation_is_verbatim_and_nothing_is_copied(course: Course, original: Document) -> None:
    assert [str(problem) for problem in course_problems(course, original)] == []


def test_the_text_itself_is_nowhere_in_the_course(course: Course, original: Document) -> None:
    """Even with quotation marks taken away, no sentence of the original stands whole in a unit."""
    for module in course.modules:
        for unit in module.units:
            bare = unit.markdown.replace("“", "").replace("”", "")
            assert copied_runs(bare, original) == [], unit.key


def test_the_check_sees_every_quotation_mark(course: Course) -> None:
    for module in course.modules:
        for unit in module.units:
            outer = [quotation.text for quotation in quotations(unit.markdown, unit.clauses)]
            inner = sum(text.count("“") for text in outer)
            assert len(outer) + inner == unit.markdown.count("“"), unit.key
