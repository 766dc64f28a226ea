"""Read a list of seats, pasted or from a spreadsheet, and decide for every row what taking it in does."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from learning.core.spreadsheets import Row, Table, TableProblem, cleaned, read_table, text_of
from learning.core.texts import N_
from learning.people.roster_cells import Reason, folded, read_staff_number
from learning.people.roster_plan import without_zeros
from learning.people.roster_table import HEADINGS as ROSTER_HEADINGS
from learning.people.roster_table import Field

MOST_ROWS = 5_000
LONGEST_ROOM = 60
LONGEST_SEAT = 20
_ROWS_SEARCHED = 10


class Column(StrEnum):
    """What a column of a list of seats says."""

    NUMBER = "number"
    ROOM = "room"
    SEAT = "seat"
    #: Only compared with the name on record.
    NAME = "name"


HEADINGS = {
    Column.NUMBER: ROSTER_HEADINGS[Field.STAFF_NUMBER],
    Column.ROOM: "考场 考场名称 考场号 考室 教室 机房 房间 地点 room",
    Column.SEAT: "座位 座位号 座号 考位 机位 机位号 机号 seat",
    Column.NAME: ROSTER_HEADINGS[Field.NAME],
}
_COLUMN_OF = {word: column for column, words in HEADINGS.items() for word in words.split()}
#: The order of columns where no heading says another.
_USUAL = (Column.NUMBER, Column.ROOM, Column.SEAT)


class Action(StrEnum):
    """What taking in a row does."""

    ADD = "add"
    MOVE = "move"
    NOTHING = "nothing"


@dataclass(frozen=True)
class SeatEntry:
    """What a row says."""

    staff_number: str
    room: str
    seat: str
    name: str = ""


@dataclass(frozen=True)
class PlannedSeat:
    """A row with what it would do; with reasons, nothing."""

    row: Row
    reasons: tuple[Reason, ...] = ()
    entry: SeatEntry | None = None
    action: Action | None = None
    person_id: int | None = None

    @property
    def is_refused(self) -> bool:
        """Return whether the row is left out."""
        return bool(self.reasons)


@dataclass(frozen=True)
class Candidate:
    """A person on record whom a row may mean."""

    id: int
    staff_number: str
    name: str
    is_active: bool
    #: Whether the sitting admits the person, or would once there is a seat.
    is_welcome: bool


@dataclass(frozen=True)
class Known:
    """What is on record when a list is checked."""

    #: By staff number without leading zeros.
    persons: Mapping[str, Sequence[Candidate]]
    #: Room and seat of each person who has one.
    seats: Mapping[int, tuple[str, str]]
    #: Who has an attempt at the sitting, and therefore keeps a seat.
    started: frozenset[int] = frozenset()


def read_pasted(text: str) -> Table | TableProblem:
    """Return the rows of a pasted list: cells between tabs, commas or semicolons, else between spaces."""
    plain = text.replace("，", ",").replace("；", ";")
    if not re.search("[\t,;]", plain):
        plain = "\n".join("\t".join(line.split()) for line in plain.splitlines())
    kind = "pasted.tsv" if "\t" in plain else "pasted.csv"
    return read_table(kind, plain.encode(errors="replace"), MOST_ROWS + _ROWS_SEARCHED)


def read_file(name: str, data: bytes) -> Table | TableProblem:
    """Return the rows of an uploaded list."""
    return read_table(name, data, MOST_ROWS + _ROWS_SEARCHED)


def read_rows(table: Table) -> list[PlannedSeat] | Reason:
    """Read every row into an entry, or say why the list cannot be read at all."""
    columns, rows = _columns(table)
    has_headings = rows is not table.rows
    missing = [HEADINGS[each].split()[0] for each in (Column.NUMBER, Column.ROOM) if each not in columns]
    if missing:
        return Reason(N_("These columns are missing: %(missing)s"), {"missing": "、".join(missing)})
    if len(rows) > MOST_ROWS:
        return Reason(N_("The list has more than %(most)s rows. Please split it."), {"most": str(MOST_ROWS)})
    if not rows:
        return Reason(N_("There is no row below the headings."))
    most_cells = None if has_headings else len(_USUAL)
    return _without_doubles([_read_row(row, columns, most_cells) for row in rows])


def _columns(table: Table) -> tuple[dict[Column, int], Sequence[Row]]:
    """Return where each column stands, by the headings if there are any, and the rows below."""
    for position, row in enumerate(table.rows[:_ROWS_SEARCHED]):
        headings = [_COLUMN_OF.get(folded(re.sub("[*:：]", "", text_of(cell)))) for cell in row.cells]
        if Column.NUMBER in headings or Column.ROOM in headings:
            found = {column: index for index, column in reversed(list(enumerate(headings))) if column}
            return found, table.rows[position + 1 :]
    return {column: index for index, column in enumerate(_USUAL)}, table.rows


def _read_row(row: Row, columns: Mapping[Column, int], most_cells: int | None) -> PlannedSeat:
    def text(column: Column) -> str:
        at = columns.get(column)
        return cleaned(text_of(row.cells[at])) if at is not None and at < len(row.cells) else ""

    number_at = columns[Column.NUMBER]
    number = read_staff_number(row.cells[number_at] if number_at < len(row.cells) else "")
    room, seat = text(Column.ROOM), text(Column.SEAT)
    reasons = [number] if isinstance(number, Reason) else []
    if not room:
        reasons.append(Reason(N_("The room is missing.")))
    if len(room) > LONGEST_ROOM or len(seat) > LONGEST_SEAT:
        longest = {"room": str(LONGEST_ROOM), "seat": str(LONGEST_SEAT)}
        message = N_("A room has at most %(room)s characters, a seat at most %(seat)s.")
        reasons.append(Reason(message, longest))
    if most_cells is not None and any(text_of(cell) for cell in row.cells[most_cells:]):
        reasons.append(Reason(N_("This row has more cells than staff number, room and seat.")))
    if reasons or isinstance(number, Reason):
        return PlannedSeat(row, tuple(reasons))
    return PlannedSeat(row, entry=SeatEntry(number, room, seat, text(Column.NAME)))


def _without_doubles(rows: Sequence[PlannedSeat]) -> list[PlannedSeat]:
    """Refuse all rows that name the same person, or the same seat for several."""
    by_number: dict[str, list[int]] = {}
    by_seat: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        if row.entry:
            by_number.setdefault(row.entry.staff_number, []).append(row.row.number)
            if row.entry.seat:
                by_seat.setdefault(_place(row.entry.room, row.entry.seat), []).append(row.row.number)
    return [_without_double(row, by_number, by_seat) for row in rows]


def _place(room: str, seat: str) -> tuple[str, str]:
    return folded(room), folded(seat)


def _without_double(
    row: PlannedSeat, by_number: Mapping[str, list[int]], by_seat: Mapping[tuple[str, str], list[int]]
) -> PlannedSeat:
    if row.entry is None:
        return row
    same_number = _others(by_number[row.entry.staff_number], row)
    same_seat = _others(by_seat.get(_place(row.entry.room, row.entry.seat), []), row)
    if same_number:
        return _refused(
            row, N_("This staff number stands in the list twice; see row %(rows)s."), rows=same_number
        )
    if same_seat:
        return _refused(
            row, N_("Somebody else has the same seat in the list; see row %(rows)s."), rows=same_seat
        )
    return row


def _others(numbers: Iterable[int], row: PlannedSeat) -> str:
    return "、".join(str(number) for number in numbers if number != row.row.number)


def _refused(row: PlannedSeat, message: str, **params: str) -> PlannedSeat:
    return PlannedSeat(row.row, (Reason(message, params),), row.entry)


def plan(rows: Iterable[PlannedSeat], known: Known, removes_others: bool) -> list[PlannedSeat]:
    """Decide what every row does that could be read; nobody is guessed."""
    decided = [row if row.entry is None or row.is_refused else _decide(row, row.entry, known) for row in rows]
    moving = {row.person_id for row in decided if row.person_id is not None}
    taken = {
        _place(room, seat)
        for person_id, (room, seat) in known.seats.items()
        if seat and person_id not in moving and (not removes_others or person_id in known.started)
    }
    return [_unless_taken(row, taken) for row in decided]


def _decide(row: PlannedSeat, entry: SeatEntry, known: Known) -> PlannedSeat:
    same = person_meant(entry.staff_number, entry.name, known.persons)
    if isinstance(same, Reason):
        return PlannedSeat(row.row, (same,), entry)
    before = known.seats.get(same.id)
    action = Action.ADD if before is None else Action.MOVE
    if before == (entry.room, entry.seat):
        action = Action.NOTHING
    return replace(row, entry=replace(entry, name=same.name), action=action, person_id=same.id)


def person_meant(
    staff_number: str, name: str, persons: Mapping[str, Sequence[Candidate]]
) -> Candidate | Reason:
    """Return the person with this number whom the sitting admits, or why there is none."""
    alike = persons.get(without_zeros(staff_number), ())
    same = next((person for person in alike if person.staff_number == staff_number), None)
    welcome = next((person for person in alike if person.is_welcome), None)
    if same is None and welcome is not None:
        return Reason(
            N_("Staff number %(value)s is not on record, but %(other)s is: were leading zeros lost?"),
            {"value": staff_number, "other": welcome.staff_number},
        )
    if same is None:
        return Reason(N_("There is nobody with the staff number %(value)s."), {"value": staff_number})
    if name and folded(name) != folded(same.name):
        return Reason(N_("Staff number %(value)s belongs to another name."), {"value": staff_number})
    if not same.is_active:
        return Reason(N_("This person is switched off."))
    return same if same.is_welcome else Reason(N_("This person is not admitted by the sitting."))


def _unless_taken(row: PlannedSeat, taken: Collection[tuple[str, str]]) -> PlannedSeat:
    if row.entry is None or row.is_refused or _place(row.entry.room, row.entry.seat) not in taken:
        return row
    return _refused(row, N_("This seat is taken by somebody who is not in the list."))


def written(rows: Iterable[PlannedSeat]) -> str:
    """Return the rows that are taken in as a list that reads the same, to be sent with the confirmation."""
    lines = ["\t".join(HEADINGS[column].split()[0] for column in (*_USUAL, Column.NAME))]
    for row in rows:
        if row.entry and not row.is_refused:
            cells = (row.entry.staff_number, row.entry.room, row.entry.seat, row.entry.name)
            lines.append("\t".join(cell.replace('"', "”") for cell in cells))
    return "\n".join(lines)


def read_one(staff_number: str, room: str, seat: str) -> PlannedSeat:
    """Read what was entered for one person as a row of a list."""
    return _read_row(
        Row(1, (staff_number, room, seat)), dict(zip(_USUAL, range(3), strict=True)), len(_USUAL)
    )
