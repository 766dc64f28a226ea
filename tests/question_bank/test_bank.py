"""The reader of banks, and the built-in bank itself."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from question_bank.bank import BUILT_IN, read_bank

_ITEM = """
[[item]]
code = "{code}"
type = "true_false"
clauses = ["3.7s2"]
difficulty = 2
stem = "甲。"
key = true
marks = 0.5
"""


def _problems(folder: Path) -> list[tuple[str, str, str]]:
    return [(found.file, found.code, found.problem.code) for found in read_bank(folder).problems]


def test_items_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    (tmp_path / "02.toml").write_text(_ITEM.format(code="c"), encoding="utf-8")
    (tmp_path / "01.toml").write_text(_ITEM.format(code="b") + _ITEM.format(code="a"), encoding="utf-8")
    bank = read_bank(tmp_path)
    assert [item.code for item in bank.items] == ["b", "a", "c"]
    assert bank.problems == ()
    assert str(bank.items[0].marks) == "0.5"


def test_an_empty_or_missing_folder_is_an_empty_bank(tmp_path: Path) -> None:
    assert read_bank(tmp_path).items == read_bank(tmp_path / "missing").items == ()


def test_a_broken_item_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    broken = _ITEM.format(code="bad").replace("key = true", 'key = "yes"')
    (tmp_path / "01.toml").write_text(broken + _ITEM.format(code="good"), encoding="utf-8")
    assert [item.code for item in read_bank(tmp_path).items] == ["good"]
    assert _problems(tmp_path) == [("01.toml", "bad", "no_key")]
    assert str(read_bank(tmp_path).problems[0]).startswith("01.toml bad key: ")


def test_the_second_item_of_a_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / "01.toml").write_text(_ITEM.format(code="a"), encoding="utf-8")
    (tmp_path / "02.toml").write_text(_ITEM.format(code="a"), encoding="utf-8")
    assert len(read_bank(tmp_path).items) == 1
    assert _problems(tmp_path) == [("02.toml", "a", "code_twice")]


@pytest.mark.parametrize(
    ("content", "code", "problem"),
    [
        (b"\xff\xfe", "", "unreadable"),
        (b"[[item", "", "unreadable"),
        ("x = " + "[" * 9_000, "", "unreadable"),
        (b"item = 5", "", "not_items"),
        (b"[[items]]", "", "not_items"),
        (b"item = [5]", "#1", "not_table"),
        (b"[[item]]\nwhen = 2015-07-09", "#1", "not_json"),
        (b"[[item]]\ncode = 'x'", "x", "missing"),
    ],
)
def test_a_file_that_is_no_bank_is_named(
    tmp_path: Path, content: bytes | str, code: str, problem: str
) -> None:
    (tmp_path / "01.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert ("01.toml", code, problem) in _problems(tmp_path)


def test_the_built_in_bank_has_no_problems() -> None:
    assert [str(problem) for problem in read_bank().problems] == []


def test_the_built_in_bank_covers_every_section() -> None:
    by_section = Counter(item.code.split("-")[1] for item in read_bank().items)
    assert sorted(by_section) == [f"{section:02}" for section in range(12)]
    assert all(by_section[section] >= 25 for section in ("00", "03", "11"))
    assert min(by_section.values()) >= 5


def test_the_codes_of_the_built_in_bank_say_section_and_use() -> None:
    for path in sorted(BUILT_IN.glob("*.toml")):
        assert path.stem.isdecimal()
    for item in read_bank().items:
        section = int(item.code.split("-")[1])
        assert any(clause.startswith((f"{section}.", f"{section}H")) for clause in item.clauses), item.code
        assert (item.use == "practice") == item.code.split("-")[2].startswith("p"), item.code


def test_no_stem_of_the_built_in_bank_is_asked_twice() -> None:
    stems = Counter((item.stem, str(item.content.get("stimulus"))) for item in read_bank().items)
    assert [stem for stem, count in stems.items() if count > 1] == []
