"""Read a workbook in a process of its own, which a hostile file may kill without harm to the site.

Run as `python -I spreadsheet_child.py LARGEST_ROW`: the workbook comes on standard input, the first
sheet that holds something goes out as JSON. Nothing of the application is imported here.
"""

import io
import json
import resource
import sys
from datetime import date, datetime

from python_calamine import CalamineError, CalamineSheet, SheetVisibleEnum, load_workbook

#: Two cells in opposite corners of a sheet make the reader ask for the whole sheet's memory.
MEMORY = 1024**3
CPU_SECONDS = 20
#: Columns beyond these are not read: no list we take has so many.
LARGEST_COLUMN = 200


def main() -> int:
    """Write the sheet's name and its rows, or nothing but a reason."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        json.dump(read(sys.stdin.buffer.read(), int(sys.argv[1])), sys.stdout)
    except CalamineError as error:
        json.dump({"error": str(error)}, sys.stdout)
    return 0


def read(data: bytes, largest_row: int) -> dict[str, object]:
    """Return the name, the rows with their numbers, and whether there were more."""
    workbook = load_workbook(io.BytesIO(data))
    for index, sheet in enumerate(workbook.sheets_metadata):
        if sheet.visible is SheetVisibleEnum.Visible:
            found = workbook.get_sheet_by_index(index)
            if found.start and found.end:
                return rows_of(found, found.start, found.end[0], largest_row)
    return {"sheet": "", "rows": [], "is_cut": False}


def rows_of(sheet: CalamineSheet, start: tuple[int, int], bottom: int, largest_row: int) -> dict[str, object]:
    """Return the rows that hold something; rows and columns are counted from the sheet's corner."""
    top, left = start
    rows = []
    for number, cells in enumerate(sheet.to_python(nrows=max(0, largest_row - top)), start=top + 1):
        values = [plain(cell) for cell in cells[:LARGEST_COLUMN]]
        if any(value != "" for value in values):
            rows.append([number, [""] * left + values])
    return {"sheet": sheet.name, "rows": rows, "is_cut": bottom >= largest_row}


def plain(cell: object) -> object:
    """Return a cell as JSON can carry it: days as {"day": …}, since they are no text."""
    if isinstance(cell, datetime):
        return {"day": cell.date().isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    if isinstance(cell, str | bool | int | float):
        return cell
    return str(cell)


if __name__ == "__main__":
    sys.exit(main())
