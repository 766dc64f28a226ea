"""Reading uploaded tables and writing workbooks."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from learning.core.spreadsheets import (
    Column,
    Row,
    Sheet,
    Table,
    TableProblem,
    cleaned,
    read_table,
    text_of,
    write_workbook,
)

LINES = "姓名,工号\r\n张三,007\r\n\r\n李四,8\r\n"


def rows(table: Table | TableProblem) -> list[tuple[int, tuple[object, ...]]]:
    assert isinstance(table, Table), table
    return [(row.number, row.cells) for row in table.rows]


def workbook(**cells: object) -> bytes:
    book = openpyxl.Workbook()
    for address, value in cells.items():
        book.active[address] = value  # type: ignore[index]
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_every_encoding_that_office_programs_write(encoding: str) -> None:
    expected = [(1, ("姓名", "工号")), (2, ("张三", "007")), (4, ("李四", "8"))]
    assert rows(read_table("people.csv", LINES.encode(encoding))) == expected


def test_tabs_and_semicolons_separate_too() -> None:
    expected = [(1, ("姓名", "工号")), (2, ("张三，男", "007"))]
    assert rows(read_table("a.tsv", "姓名\t工号\n张三，男\t007\n".encode())) == expected
    assert rows(read_table("a.txt", "姓名\t工号\n张三，男\t007\n".encode("utf-16"))) == expected
    assert rows(read_table("a.csv", "姓名;工号\n张三，男;007\n".encode())) == expected


def test_a_title_line_without_separators_does_not_hide_them() -> None:
    assert rows(read_table("a.csv", "名单\n姓名,工号\n张三,1\n".encode()))[2] == (3, ("张三", "1"))


def test_a_workbook_keeps_row_numbers_kinds_and_leading_zeros() -> None:
    data = workbook(B3="姓名", C3=date(2024, 3, 5), B5="007", C5=12.0, D5=True, E5="x_x000D_\u3000y")
    assert rows(read_table("anything", data)) == [
        (3, ("", "姓名", date(2024, 3, 5), "", "")),
        (5, ("", "007", 12.0, True, "x y")),
    ]


def test_the_first_sheet_that_holds_something_is_read() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("名单")["A1"] = "姓名"
    book.active.sheet_state = "hidden"  # type: ignore[union-attr]
    data = io.BytesIO()
    book.save(data)
    table = read_table("a.xlsx", data.getvalue())
    assert isinstance(table, Table)
    assert (table.sheet, rows(table)) == ("名单", [(1, ("姓名",))])


def test_a_formula_gives_the_value_that_was_kept() -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        book.add_worksheet().write_formula(0, 0, "=1+1", None, 2)
    assert rows(read_table("a.xlsx", data.getvalue())) == [(1, (2.0,))]


def test_two_cells_in_opposite_corners_of_a_sheet_do_no_harm() -> None:
    assert read_table("a.xlsx", workbook(A1="x", XFD1048576="y")) is TableProblem.TOO_LARGE


def test_more_rows_than_asked_for_are_refused_not_cut() -> None:
    data = workbook(A1="x", A11="y")
    assert read_table("a.xlsx", data, most_rows=10) is TableProblem.TOO_LARGE
    assert isinstance(read_table("a.xlsx", data, most_rows=11), Table)
    assert read_table("a.csv", b"x\n" * 11, most_rows=10) is TableProblem.TOO_LARGE
    assert isinstance(read_table("a.csv", b"x\n" * 10, most_rows=10), Table)


def zipped(size: int, name: str = "xl/workbook.xml") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"\0" * size)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.xlsx", b"", TableProblem.EMPTY),
        ("a.csv", b"\xef\xbb\xbf"[:0] + b" \r\n", TableProblem.EMPTY),
        ("a.csv", b"\xef\xbb\xbf,,\r\n,,\r\n", TableProblem.EMPTY),
        ("a.xlsx", workbook(), TableProblem.EMPTY),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), TableProblem.OLD_FORMAT),
        ("a.xls", b"<html><table>", TableProblem.OLD_FORMAT),
        ("a.pdf", b"%PDF-1.7", TableProblem.UNKNOWN_KIND),
        ("a.xlsx", zipped(10, "word/document.xml"), TableProblem.UNKNOWN_KIND),
        ("a.xlsx", b"PK\x03\x04 and nothing more", TableProblem.DAMAGED),
        ("a.xlsx", zipped(10), TableProblem.DAMAGED),
        ("a.xlsx", zipped(201 * 1024**2), TableProblem.TOO_LARGE),
        ("a.csv", b"\xff\xfe\x00\xd8x", TableProblem.ENCODING),
        ("a.csv", b"\x81\x20\xff\xff\xff", TableProblem.ENCODING),
        ("a.csv", b'"' + b"x" * 200_000, TableProblem.DAMAGED),
    ],
)
def test_what_is_no_table_is_named(name: str, data: bytes, problem: TableProblem) -> None:
    assert read_table(name, data) is problem


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.tsv", "a.xls"]))
def test_no_text_file_whatever_raises(data: bytes, name: str) -> None:
    assert isinstance(read_table(name, data), Table | TableProblem)


@given(st.text())
def test_cleaned_text_can_be_stored_and_stays_as_it_is(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert "\0" not in once
    once.encode()


def test_cells_as_text() -> None:
    cells = [7.0, 7.5, True, date(2024, 3, 5), "007"]
    assert [text_of(cell) for cell in cells] == ["7", "7.5", "TRUE", "2024-03-05", "007"]


def test_what_was_written_is_read_back_and_no_text_becomes_a_formula() -> None:
    columns = [Column("名称", 20), Column("数", 8), Column("日期", 12, is_marked=True)]
    written = [
        ("=1+1", Decimal("1.5"), date(2024, 3, 5)),
        ("@SUM(A1)", None, datetime(2024, 3, 5, 1, 0, tzinfo=UTC)),
        ("http://example.invalid", 3, "x"),
        ("007", True, ""),
    ]
    data = write_workbook(
        [Sheet("表[1]/2", columns, written, notes=["截至 2024-03-05"]), Sheet("空", [], [])]
    )
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert not [
        cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f" or cell.hyperlink
    ]
    assert sheet.freeze_panes == "A3"
    assert read_table("a.xlsx", data) == Table(
        "表 1  2",
        (
            Row(1, ("截至 2024-03-05", "", "")),
            Row(2, ("名称", "数", "日期")),
            Row(3, ("=1+1", 1.5, date(2024, 3, 5))),
            Row(4, ("@SUM(A1)", "", "2024-03-05 09:00")),
            Row(5, ("http://example.invalid", 3.0, "x")),
            Row(6, ("007", True, "")),
        ),
    )


def test_choices_are_offered_below_the_heading() -> None:
    data = write_workbook([Sheet("表", [Column("是否", 8, choices=("是", "否"))], [])])
    validation = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].data_validations.dataValidation[0]
    assert validation.formula1 == '"是,否"'
