"""Module files are read and checked; nothing a person writes into one raises anything."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.clauses import ClauseRef
from courses.figures import Figure
from courses.module_files import LARGEST_MODULE, read_module, write_module
from courses.modules import Course, Module, Unit, problems
from courses.seal import Seal, SealEntry

FRONT = """\
number = 3
section = 3
title = "组织领导"
study_hours = "0.5"
overview = "一段概述。"
objectives = ["能说出…"]
"""
UNIT = """\
# 学习的责任
:unit: study-duty
:clauses: 3.7s1 3.7s2
:practice: op15-03-p01 op15-03-p02

正文第一段。

## 小标题

正文第二段。
"""
NAME = "03-leadership.md"


def module_text(front: str = FRONT, units: str = UNIT) -> str:
    return f"+++\n{front}+++\n\n{units}"


def codes_of(text: str, name: str = NAME) -> list[str]:
    return [problem.code for problem in read_module(name, text).problems]


def good_module(**changes: object) -> Module:
    reading = read_module(NAME, module_text())
    assert reading.problems == ()
    assert reading.module is not None
    return replace(reading.module, **changes)  # type: ignore[arg-type]


def good_course(**changes: object) -> Course:
    course = Course("opinion-2015", "课程", "说明", "zh", (good_module(),))
    return replace(course, **changes)  # type: ignore[arg-type]


def codes(subject: Course | Module) -> list[str]:
    return [problem.code for problem in problems(subject)]


def test_a_module_file_is_read_into_values() -> None:
    module = good_module()
    assert (module.number, module.section, module.slug) == (3, 3, "leadership")
    assert (module.title, module.study_hours) == ("组织领导", Decimal("0.5"))
    assert module.objectives == ("能说出…",)
    assert module.file_name == NAME
    (unit,) = module.units
    assert (unit.key, unit.title) == ("study-duty", "学习的责任")
    assert unit.clauses == (ClauseRef(3, 7, 1), ClauseRef(3, 7, 2))
    assert unit.practice == ("op15-03-p01", "op15-03-p02")
    assert unit.markdown.startswith("正文第一段。")
    assert unit.markdown.endswith("正文第二段。")
    assert module.unit("study-duty") is unit
    assert module.unit("other") is None


def test_units_know_their_lines() -> None:
    text = module_text(units=UNIT + "\n" + UNIT.replace("study-duty", "second"))
    module = read_module(NAME, text).module
    assert module is not None
    lines = text.split("\n")
    for unit in module.units:
        assert lines[unit.line - 1] == "# 学习的责任"
        assert lines[unit.text_line - 1] == "正文第一段。"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert read_module(NAME, "\ufeff" + module_text().replace("\n", "\r\n")).module == good_module()


@pytest.mark.parametrize(
    ("characters", "minutes"), [(0, (1, 1)), (300, (1, 1)), (301, (1, 2)), (501, (2, 2)), (1_500, (3, 5))]
)
def test_reading_time_is_counted_in_chinese_characters(characters: int, minutes: tuple[int, int]) -> None:
    unit = replace(good_module().units[0], markdown="abc，。1 " + "字" * characters)
    assert unit.characters == characters
    assert unit.reading_minutes == minutes


def test_characters_beyond_the_first_plane_count_too() -> None:
    assert replace(good_module().units[0], markdown="𠮷㐂龘").characters == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "front-matter"),
        ("no front matter", "front-matter"),
        (f"+++\n{FRONT}", "front-matter"),
        ("+++\nnumber = \n+++\n", "front-matter"),
        ("+++\nnumber = " + "9" * 5_000 + "\n+++\n", "front-matter"),
        ("+++\nx = " + "[" * 50_000 + "\n+++\n", "front-matter"),
        ("+++\n" + FRONT + "+++\n\n" + "甲" * LARGEST_MODULE, "module-too-large"),
        (module_text(FRONT + 'colour = "red"\n'), "field-unknown"),
        (module_text(FRONT.replace("number = 3", "")), "not-a-number"),
        (module_text(FRONT.replace("section = 3", "section = true")), "not-a-number"),
        (module_text(FRONT.replace("section = 3", "section = 100")), "number-out-of-range"),
        (module_text(FRONT.replace("number = 3", "number = 4")), "file-name"),
        (module_text(FRONT.replace('"组织领导"', '""')), "field-missing"),
        (module_text(FRONT.replace('"组织领导"', "1")), "field-missing"),
        (module_text(FRONT.replace('"一段概述。"', '" "')), "field-missing"),
        (module_text(FRONT.replace('["能说出…"]', "[]")), "field-missing"),
        (module_text(FRONT.replace('["能说出…"]', '["a", ""]')), "field-missing"),
        (module_text(FRONT.replace("组织领导", "长" * 201)), "field-too-long"),
        (module_text(FRONT.replace("组织领导", "\\u0000")), "control-character"),
        (module_text(FRONT.replace("一段概述", "`" * 301)), "too-many-marks"),
        (module_text(FRONT.replace('"0.5"', '"0.3"')), "study-hours"),
        (module_text(FRONT.replace('"0.5"', '"0"')), "study-hours"),
        (module_text(FRONT.replace('"0.5"', '"-0.5"')), "study-hours"),
        (module_text(FRONT.replace('"0.5"', '"20.25"')), "study-hours"),
        (module_text(FRONT.replace('"0.5"', '"1e1"')), "study-hours"),
        (module_text(FRONT.replace('"0.5"', '"NaN"')), "study-hours"),
        (module_text(FRONT.replace('"0.5"', "[]")), "study-hours"),
        (module_text(units=""), "no-units"),
        (module_text(units="走失的文字\n\n" + UNIT), "text-outside-unit"),
        (module_text(units=UNIT + UNIT), "unit-twice"),
        (module_text(units=UNIT.replace("study-duty", "Study_Duty")), "bad-key"),
        (module_text(units=UNIT.replace("study-duty", "x" * 61)), "bad-key"),
        (module_text(units=UNIT.replace(":unit: study-duty\n", "")), "bad-key"),
        (module_text(units=UNIT.replace("# 学习的责任", "# ")), "field-missing"),
        (module_text(units=UNIT.replace("3.7s1 3.7s2", "3.7s1 3.七")), "bad-clause"),
        (module_text(units=UNIT.replace("3.7s1 3.7s2", "")), "clauses-missing"),
        (module_text(units=UNIT.replace("op15-03-p01 op15-03-p02", "")), "practice-missing"),
        (module_text(units=UNIT.replace("op15-03-p01", "../x")), "bad-key"),
        (module_text(units=UNIT.replace(":practice:", ":practise:")), "field-unknown"),
        (module_text(units=UNIT.replace(":unit:", ":unit: a\n:unit:")), "field-unknown"),
        (module_text(units=UNIT.split("\n\n")[0]), "unit-empty"),
        (module_text(units=UNIT + "[" * 301), "too-many-marks"),
        (module_text(units=UNIT + "甲" * 14_000), "text-too-large"),
    ],
)
def test_what_is_wrong_with_a_module_is_named(text: str, code: str) -> None:
    assert code in codes_of(text)


@pytest.mark.parametrize(
    "name", ["leadership.md", "3-leadership.md", "03-Leadership.md", "03-.md", "03-a.txt", ""]
)
def test_what_is_wrong_with_a_file_name_is_named(name: str) -> None:
    assert set(codes_of(module_text(), name)) & {"file-name", "bad-key"}


def test_problems_point_at_file_and_line() -> None:
    reading = read_module(NAME, module_text(units=UNIT.replace("3.7s1", "37")))
    assert [str(problem) for problem in reading.problems] == [
        "03-leadership.md:10: “37” is not a clause; write 3.7 or 3.7s2."
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"slug": ""}, "bad-key"),
        ({"slug": "Ä"}, "bad-key"),
        ({"title": ""}, "field-missing"),
        ({"title": "长" * 201}, "field-too-long"),
        ({"description": ""}, "field-missing"),
        ({"language": "chinese!"}, "bad-language"),
        ({"modules": ()}, "no-modules"),
        ({"modules": (good_module(), good_module(slug="other"))}, "module-twice"),
        ({"modules": (good_module(), good_module(number=4))}, "module-twice"),
        ({"modules": (good_module(), good_module(number=4, slug="other"))}, "practice-twice"),
        ({"figures": (Figure("a.svg", b"<svg"),)}, "figure-not-svg"),
        ({"seal": Seal((SealEntry(ClauseRef(3, 7), "paragraph", 9, 1, "0" * 64),))}, "unknown-clause"),
    ],
)
def test_what_is_wrong_with_a_course_is_named(changes: dict[str, object], code: str) -> None:
    assert codes(good_course()) == []
    assert code in codes(good_course(**changes))


def test_a_practice_item_named_twice_by_one_unit_is_not_shared() -> None:
    unit = replace(good_module().units[0], practice=("p01", "p01"))
    assert "practice-twice" not in codes(good_course(modules=(good_module(units=(unit,)),)))


def test_a_figure_that_is_not_there_is_named() -> None:
    unit = replace(good_module().units[0], markdown="![图](figures/three-layers.svg)")
    course = good_course(modules=(good_module(units=(unit,)),))
    assert codes(course) == ["figure-missing"]
    drawing = Figure("three-layers.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    assert codes(replace(course, figures=(drawing,))) == []


def test_study_hours_of_a_course_are_those_of_its_modules() -> None:
    assert good_course().study_hours == Decimal("0.5")
    assert good_course(modules=()).study_hours == 0


texts = st.text("字母 \"\\'#:+=[]§𠮷\u2028é", max_size=12).map(lambda text: f"字{text}。")
keys = st.text("ab01", min_size=1, max_size=8)
units = st.builds(
    Unit,
    key=keys,
    title=texts,
    clauses=st.lists(st.builds(ClauseRef, st.integers(0, 99), st.integers(1, 99)), max_size=3).map(tuple),
    practice=st.lists(keys, max_size=3).map(tuple),
    markdown=st.lists(texts.filter(lambda text: not text.startswith(("#", ":"))), max_size=4).map(
        "\n\n".join
    ),
)
modules = st.builds(
    Module,
    number=st.integers(0, 99),
    section=st.integers(0, 99),
    slug=keys,
    title=texts,
    study_hours=st.integers(0, 80).map(lambda quarters: Decimal(quarters) / 4),
    overview=texts | st.just('"""\\\n\x7f\ttab'),
    objectives=st.lists(texts, max_size=3).map(tuple),
    units=st.lists(units, max_size=3).map(tuple),
)


@settings(deadline=None, max_examples=50)
@given(modules)
def test_a_module_is_read_as_it_was_written(module: Module) -> None:
    assert read_module(module.file_name, write_module(module)).module == module


_PIECES = [
    "+++\n",
    FRONT,
    UNIT,
    "number = ",
    '"',
    '"""',
    "# ",
    ":unit: a\n",
    ":clauses: ",
    "\n",
    "[[",
    "3.7",
    "\0",
    "甲",
]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.sampled_from(_PIECES) | st.text(max_size=5)).map("".join),
    st.text(max_size=12) | st.just(NAME),
)
def test_whatever_is_in_a_module_file_nothing_is_raised(text: str, name: str) -> None:
    for written in (text, module_text(text), module_text(units=text), module_text(units=UNIT + text)):
        reading = read_module(name, written)
        assert reading.module or reading.problems
        assert all(str(problem) for problem in reading.problems)
