"""Read the rows of a list of persons: each becomes an entry, or gets the reasons why not."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from learning.core.spreadsheets import Cell, Row, text_of
from learning.core.texts import N_
from learning.people.entries import AppointmentEntry
from learning.people.roster_cells import (
    Day,
    Reason,
    folded,
    is_nothing,
    read_day,
    read_last_day,
    read_name,
    read_rank,
    read_staff_number,
    read_tenure,
    read_text,
    read_yes_no,
)
from learning.people.roster_plan import Entry, PlannedRow
from learning.people.roster_table import Field, RosterTable

Value = TypeVar("Value")
#: The columns that say something about the appointment and may correct it later.
_OF_APPOINTMENT = frozenset(Field) - {
    Field.NAME,
    Field.STAFF_NUMBER,
    Field.ORGANISATION,
    Field.ORGANISATION_CODE,
}
_SEPARATORS = re.compile(r"[/\\>|→]+")
_MOST_SUGGESTIONS = 3


@dataclass(frozen=True)
class Unit:
    """An organisation that a row may name."""

    id: int
    code: str
    path: str
    is_covered: bool
    is_active: bool


def read_rows(table: RosterTable, units: Sequence[Unit]) -> list[PlannedRow]:
    """Read every row into an entry; those that repeat a staff number are refused."""
    fields = table.fields()
    finder = UnitFinder(units)
    return _without_doubles([_read_row(row, fields, finder) for row in table.rows])


def _read_row(row: Row, fields: Mapping[Field, int], finder: "UnitFinder") -> PlannedRow:
    cells = {field: row.cells[index] for field, index in fields.items()}
    reasons: list[Reason] = []
    name = _noted(read_name(cells[Field.NAME]), reasons)
    staff_number = _noted(read_staff_number(cells[Field.STAFF_NUMBER]), reasons)
    code = cells.get(Field.ORGANISATION_CODE, "")
    unit = _noted(finder.find(text_of(code), text_of(cells.get(Field.ORGANISATION, ""))), reasons)
    appointment = _read_appointment(cells, unit.id if unit else 0, reasons)
    if reasons or name is None or staff_number is None:
        return PlannedRow(row, tuple(reasons))
    given = frozenset(field for field in _OF_APPOINTMENT & cells.keys() if not is_nothing(cells[field]))
    return PlannedRow(row, entry=Entry(name, staff_number, appointment, given))


def _noted(read: Value | Reason, reasons: list[Reason]) -> Value | None:
    """Return what was read, or note why it could not be."""
    if isinstance(read, Reason):
        reasons.append(read)
        return None
    return read


def _read_appointment(
    cells: Mapping[Field, Cell], organisation_id: int, reasons: list[Reason]
) -> AppointmentEntry:
    begin = _noted(read_day(cells.get(Field.APPOINTED_ON, "")), reasons)
    defaults = AppointmentEntry(organisation_id)
    return AppointmentEntry(
        organisation_id=organisation_id,
        post=_noted(read_text(cells.get(Field.POST, ""), 120), reasons) or "",
        leadership_rank=_noted(read_rank(cells.get(Field.LEADERSHIP_RANK, "")), reasons),
        grade=_noted(read_text(cells.get(Field.GRADE, ""), 30), reasons) or None,
        tenure_type=_noted(read_tenure(cells.get(Field.TENURE_TYPE, "")), reasons) or defaults.tenure_type,
        is_leadership_member=bool(_noted(read_yes_no(cells.get(Field.IS_LEADERSHIP_MEMBER, "")), reasons)),
        is_principal=bool(_noted(read_yes_no(cells.get(Field.IS_PRINCIPAL, "")), reasons)),
        appointed_on=begin.on if isinstance(begin, Day) else None,
        appointed_precision=begin.precision if isinstance(begin, Day) else defaults.appointed_precision,
        left_on=_noted(read_last_day(cells.get(Field.LEFT_ON, "")), reasons),
    )


def _without_doubles(rows: Sequence[PlannedRow]) -> list[PlannedRow]:
    """Refuse repeated staff numbers: later ones of the same name, all where the names differ."""
    by_number: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        if row.entry:
            by_number.setdefault(row.entry.staff_number, []).append((row.row.number, row.entry.name))
    return [_without_double(row, by_number) for row in rows]


def _without_double(row: PlannedRow, by_number: Mapping[str, Sequence[tuple[int, str]]]) -> PlannedRow:
    uses = by_number[row.entry.staff_number] if row.entry else ()
    others = "、".join(str(number) for number, _name in uses if number != row.row.number)
    if len({name for _number, name in uses}) > 1:
        message = N_("Different persons have this staff number in the file; see row %(rows)s.")
        return PlannedRow(row.row, (Reason(message, {"rows": others}),))
    if uses and uses[0][0] != row.row.number:
        message = N_("This staff number stands in the file already; see row %(rows)s.")
        return PlannedRow(row.row, (Reason(message, {"rows": str(uses[0][0])}),))
    return row


class UnitFinder:
    """Find units by code or by name, as far up the path as is needed to be unambiguous."""

    def __init__(self, units: Sequence[Unit]) -> None:
        """Index the units by code and by every end of their path."""
        self._covered = [unit for unit in units if unit.is_covered and unit.is_active]
        self._by_code = {folded(unit.code): unit for unit in units}
        self._by_name: dict[str, list[Unit]] = {}
        for unit in units:
            names = _parts(unit.path)
            for start in range(len(names)):
                self._by_name.setdefault("/".join(names[start:]), []).append(unit)

    def find(self, code: str, name: str) -> Unit | Reason:
        """Return the one unit that is meant, if the administrator may add people to it."""
        found = self._by_its_code(code, name) if folded(code) else self._by_its_name(name)
        if isinstance(found, Reason):
            return found
        if not found.is_covered:
            return Reason("Unit %(unit)s is not below your unit.", {"unit": found.path})
        if not found.is_active:
            return Reason("Unit %(unit)s is switched off.", {"unit": found.path})
        return found

    def _by_its_code(self, code: str, name: str) -> Unit | Reason:
        found = self._by_code.get(folded(code))
        if found is None:
            return Reason("There is no unit with the code %(code)s.", {"code": code[:40]})
        if folded(name) and found not in self._by_name.get(_key(name), []):
            return Reason("Code and name are of different units.")
        return found

    def _by_its_name(self, name: str) -> Unit | Reason:
        if not folded(name):
            return Reason("The unit is missing.")
        if folded(name) in self._by_code:
            return self._by_code[folded(name)]
        found = self._by_name.get(_key(name), [])
        if len(found) == 1:
            return found[0]
        if found:
            return Reason(
                "Several units are called “%(name)s”: %(units)s. Write the code or the whole path.",
                {"name": name[:40], "units": _listed(found)},
            )
        return self._unknown(name)

    def _unknown(self, name: str) -> Reason:
        alike = [unit for unit in self._covered if _holds(_parts(unit.path)[-1], _parts(name)[-1])]
        if alike:
            return Reason(
                "There is no unit “%(name)s”. Is one of these meant: %(units)s? Write the code.",
                {"name": name[:40], "units": _listed(alike)},
            )
        return Reason("There is no unit “%(name)s”.", {"name": name[:40]})


def _parts(path: str) -> list[str]:
    return [part for part in _SEPARATORS.split(folded(path)) if part] or [""]


def _key(name: str) -> str:
    return "/".join(_parts(name))


def _listed(units: Sequence[Unit]) -> str:
    shown = "；".join(f"{unit.path}（{unit.code}）" for unit in units[:_MOST_SUGGESTIONS])
    return shown + ("…" if len(units) > _MOST_SUGGESTIONS else "")


def _holds(whole: str, short: str) -> bool:
    """Return whether a short name is made by leaving signs out of the whole one."""
    signs = iter(whole)
    return len(short) > 1 and all(sign in signs for sign in short)
