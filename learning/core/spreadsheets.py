"""Read tables that people upload, and write workbooks for them."""

import csv
import io
import json
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from learning.core.clock import SHANGHAI
from learning.core.texts import N_

#: What a cell holds; an empty one holds the empty text.
Cell = str | int | float | bool | date
#: What may be written into a cell.
Value = str | int | float | Decimal | bool | date | datetime | None

MOST_ROWS = 10_000
_MOST_UNPACKED = 200 * 1024**2
_MOST_MEMBERS = 200
_SECONDS = 30
_CHILD = Path(__file__).with_name("spreadsheet_child.py")
#: Each reader may take a gigabyte: two at once are enough.
_turns = threading.BoundedSemaphore(2)
_OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_ENDINGS = (".csv", ".tsv", ".txt")
#: Signs that no list means: control characters, zero-width signs, surrogates; and Excel's escaped return.
_NOISE = re.compile("_x000[dD]_|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff\ud800-\udfff]")
_SPACE = re.compile("[ \t\r\n\u00a0\u3000]+")


class TableProblem(StrEnum):
    """Why a file cannot be read as a table; the values are English message ids."""

    EMPTY = N_("The file holds nothing.")
    OLD_FORMAT = N_(
        "This is an old .xls or .et file, or a file with a password. "
        "Please save it as .xlsx without a password and upload it again."
    )
    UNKNOWN_KIND = N_("This file is not a table. Please upload .xlsx, .csv or .tsv.")
    DAMAGED = N_("The file is damaged and cannot be read. Please open it, save it again and upload it.")
    TOO_LARGE = N_("The file is too large to be read safely. Please split it.")
    ENCODING = N_("The text of the file cannot be read. Please save it as .xlsx or as CSV in UTF-8.")


@dataclass(frozen=True)
class Row:
    """A row that holds something, with its number as the spreadsheet program shows it."""

    number: int
    cells: tuple[Cell, ...]

    def texts(self) -> list[str]:
        """Return the cells that hold something as text."""
        return [text for cell in self.cells if (text := text_of(cell))]


@dataclass(frozen=True)
class Table:
    """The first sheet that holds something, without its empty rows."""

    sheet: str
    rows: tuple[Row, ...]


def read_table(file_name: str, data: bytes, most_rows: int = MOST_ROWS) -> Table | TableProblem:
    """Read .xlsx by its content and .csv and .tsv by their names; never raises for what a file holds."""
    if not data.strip(b"\x00\t\n\r "):
        return TableProblem.EMPTY
    if data.startswith(_OLD_FORMAT):
        return TableProblem.OLD_FORMAT
    if data.startswith(b"PK"):
        return _read_workbook(data, most_rows)
    if file_name.lower().endswith(_TEXT_ENDINGS):
        return _read_text(file_name, data, most_rows)
    return (
        TableProblem.OLD_FORMAT if file_name.lower().endswith((".xls", ".et")) else TableProblem.UNKNOWN_KIND
    )


def _read_workbook(data: bytes, most_rows: int) -> Table | TableProblem:
    problem = _problem_of_archive(data)
    if problem:
        return problem
    with _turns:
        try:
            child = subprocess.run(  # noqa: S603 - our own program, with a number for its argument
                [sys.executable, "-I", str(_CHILD), str(most_rows)],
                input=data,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return TableProblem.TOO_LARGE
    if child.returncode != 0:
        return TableProblem.TOO_LARGE
    return _table_from(json.loads(child.stdout))


def _problem_of_archive(data: bytes) -> TableProblem | None:
    """Return why a zip is not opened at all: no workbook, encrypted, or far larger than it looks."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return TableProblem.DAMAGED
    if not any(member.filename.startswith("xl/") for member in members):
        return TableProblem.UNKNOWN_KIND
    if any(member.flag_bits & 1 for member in members):
        return TableProblem.OLD_FORMAT
    if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _MOST_UNPACKED:
        return TableProblem.TOO_LARGE
    return None


def _table_from(read: dict[str, Any]) -> Table | TableProblem:
    if "error" in read:
        return TableProblem.DAMAGED
    if read["is_cut"]:
        return TableProblem.TOO_LARGE
    rows = (Row(number, tuple(_cell(value) for value in values)) for number, values in read["rows"])
    return _table(read["sheet"], rows)


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"])
    cell: Cell = cleaned(value) if isinstance(value, str) else value
    return cell


def _table(sheet: str, rows: Iterable[Row]) -> Table | TableProblem:
    filled = tuple(row for row in rows if any(cell != "" for cell in row.cells))
    return Table(sheet, filled) if filled else TableProblem.EMPTY


def _read_text(file_name: str, data: bytes, most_rows: int) -> Table | TableProblem:
    text = _decoded(data)
    if text is None:
        return TableProblem.ENCODING
    delimiter = "\t" if file_name.lower().endswith(".tsv") else _delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        records = list(islice(reader, most_rows + 1))
    except csv.Error:
        return TableProblem.DAMAGED
    if len(records) > most_rows:
        return TableProblem.TOO_LARGE
    numbered = enumerate(records, start=1)
    return _table("", (Row(number, tuple(cleaned(cell) for cell in cells)) for number, cells in numbered))


def _decoded(data: bytes) -> str | None:
    """Return the text by its mark, else as UTF-8, else as what Chinese Windows writes."""
    encodings = ["utf-8-sig", "gb18030"]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _delimiter_of(text: str) -> str:
    """Return the sign that separates most in the first lines; title lines may hold none."""
    lines = text.splitlines()[:10]
    return max((",", "\t", ";"), key=lambda sign: max((line.count(sign) for line in lines), default=0))


def cleaned(text: str) -> str:
    """Return the text of a cell without signs nobody sees, every kind of white space as one space."""
    return _SPACE.sub(" ", _NOISE.sub("", text)).strip()


def text_of(cell: Cell) -> str:
    """Return a cell as text: whole numbers without decimals, days as 2024-03-05, True as TRUE."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading, its width in characters, and what may be chosen in it."""

    heading: str
    width: int = 14
    choices: tuple[str, ...] = ()
    #: Marked columns stand out, such as the reason why a row was refused.
    is_marked: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written: notes above, headings, rows."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    notes: Sequence[str] = ()


def write_workbook(sheets: Iterable[Sheet]) -> bytes:
    """Return an .xlsx; text stays text, so that nobody's name can become a formula or a link."""
    data = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(data, options) as workbook:
        formats = _Formats(workbook)
        for sheet in sheets:
            _write_sheet(workbook.add_worksheet(_sheet_name(sheet.name)), sheet, formats)
    return data.getvalue()


class _Formats:
    """The few ways a cell looks."""

    def __init__(self, workbook: Any) -> None:
        self.text = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.note = workbook.add_format({"italic": True})
        self.heading = workbook.add_format(
            {"bold": True, "bg_color": "#F3E3E1", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.marked = workbook.add_format({"bg_color": "#FFF2CC", "text_wrap": True, "valign": "top"})
        self.plain = workbook.add_format({"valign": "top"})
        self.day = workbook.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})


def _write_sheet(worksheet: Any, sheet: Sheet, formats: _Formats) -> None:
    top = len(sheet.notes)
    for index, column in enumerate(sheet.columns):
        worksheet.set_column(index, index, column.width, formats.text)
        if column.choices:
            choice = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
            worksheet.data_validation(top + 1, index, top + MOST_ROWS, index, choice)
    for line, note in enumerate(sheet.notes):
        worksheet.write_string(line, 0, note, formats.note)
    for index, column in enumerate(sheet.columns):
        worksheet.write_string(top, index, column.heading, formats.heading)
    worksheet.freeze_panes(top + 1, 0)
    for line, row in enumerate(sheet.rows, start=top + 1):
        for index, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(worksheet, line, index, value, formats, column.is_marked)


def _write_cell(
    worksheet: Any, line: int, index: int, value: Value, formats: _Formats, is_marked: bool
) -> None:
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if value is None or value == "":
        return
    if isinstance(value, date):
        worksheet.write_datetime(line, index, value, formats.day)
    elif isinstance(value, bool):
        worksheet.write_boolean(line, index, value, formats.plain)
    elif isinstance(value, str):
        worksheet.write_string(line, index, value[:32_000], formats.marked if is_marked else formats.text)
    else:
        worksheet.write_number(line, index, value, formats.plain)


def _sheet_name(name: str) -> str:
    """Return a name that spreadsheet programs accept."""
    return re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip() or "1"
