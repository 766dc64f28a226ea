"""What a report is made of: typed tables that any renderer can write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from learning.requirements.verdicts import Message, Status


class ColumnKind(StrEnum):
    """What the cells of a column hold, and so how they are written."""

    TEXT = "text"
    #: A text of several words that may be broken over lines.
    WRAP = "wrap"
    DAY = "day"
    COUNT = "count"
    NUMBER = "number"
    YES_NO = "yes_no"
    #: Seconds, shown as hours and minutes.
    TIME = "time"
    STATUS = "status"
    #: Several statuses: of a person with several memberships.
    STATUSES = "statuses"
    MESSAGE = "message"
    #: A message of a few words that stays on one line.
    WORDS = "words"


Value: TypeAlias = str | int | Decimal | bool | date | Status | Message | tuple[Status, ...] | None


@dataclass(frozen=True)
class Column:
    """A column: its heading and what its cells hold."""

    heading: Message
    kind: ColumnKind = ColumnKind.TEXT


@dataclass(frozen=True)
class Line:
    """A row of a table."""

    cells: tuple[Value, ...]
    #: The person or organisation that the row is about, to lead there.
    subject_id: int | None = None
    #: How far the first cell stands in, where rows form a tree.
    depth: int = 0
    #: Whether it is the sum of the other rows.
    is_sum: bool = False


@dataclass(frozen=True)
class ReportTable:
    """A table of a report."""

    key: str
    title: Message
    columns: tuple[Column, ...]
    rows: Sequence[Line]
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report: its tables, of which unit, as of which day."""

    title: Message
    scope: str
    as_of: date
    tables: tuple[ReportTable, ...]
    notes: tuple[Message, ...] = ()

    def table(self, key: str) -> ReportTable:
        """Return a table by its key.

        :raises KeyError: where there is none.
        """
        for table in self.tables:
            if table.key == key:
                return table
        raise KeyError(key)
