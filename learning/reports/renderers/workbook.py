"""A report as a workbook: one sheet a table, and one that says how it was counted."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from flask_babel import gettext

from learning.core import spreadsheets
from learning.core.texts import N_
from learning.reports import basis
from learning.reports.renderers import Renderer, words
from learning.reports.tables import Column, ColumnKind, Report, ReportTable, Value
from learning.requirements.verdicts import Message

_WIDTHS = {
    ColumnKind.WRAP: 30,
    ColumnKind.MESSAGE: 40,
    ColumnKind.COUNT: 10,
    ColumnKind.NUMBER: 10,
    ColumnKind.YES_NO: 10,
    ColumnKind.DAY: 12,
    ColumnKind.TIME: 10,
}


def write(report: Report, _around: Mapping[str, object]) -> bytes:
    """Return an .xlsx with every table of the report and the basis of its figures."""
    return spreadsheets.write_workbook(_sheets(report))


def _sheets(report: Report) -> Iterator[spreadsheets.Sheet]:
    for table in (*report.tables, basis.rules_table(), basis.obligations_table()):
        yield spreadsheets.Sheet(
            name=words.words(table.title),
            columns=[_column(column) for column in table.columns],
            rows=(
                [_cell(*pair) for pair in zip(table.columns, row.cells, strict=True)] for row in table.rows
            ),
            notes=_notes(report, table),
        )


def _notes(report: Report, table: ReportTable) -> list[str]:
    head = gettext(N_("%(scope)s and all below, as of %(day)s")) % {
        "scope": report.scope,
        "day": report.as_of,
    }
    return [head, *(words.words(note) for note in (*report.notes, *table.notes))]


def _column(column: Column) -> spreadsheets.Column:
    heading = words.words(column.heading)
    return spreadsheets.Column(heading, max(_WIDTHS.get(column.kind, 16), len(heading)))


def _cell(column: Column, value: Value) -> spreadsheets.Value:
    if isinstance(value, Message):
        return words.words(value)
    if column.kind in {ColumnKind.STATUS, ColumnKind.STATUSES}:
        return words.status_words(value)
    if column.kind is ColumnKind.YES_NO:
        return words.yes_no(value)
    if column.kind is ColumnKind.TIME and isinstance(value, int):
        return words.duration(value)
    if isinstance(value, tuple):
        raise TypeError(f"only columns of statuses hold several values: {column.heading.text}")
    return float(value) if isinstance(value, Decimal) else value


RENDERER = Renderer(
    "workbook",
    N_("Download as workbook (.xlsx)"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsx",
    write,
)
