"""Read all that the record of a sitting says; a fixed number of queries, whatever the number of persons."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Account
from learning.exams.board import Whereabouts
from learning.exams.kinds import EventKind
from learning.exams.models import RoomStart, Sitting
from learning.exams.queries import events, time_changes
from learning.exams.queries.board import BoardRow, all_rows_of
from learning.exams.queries.events import SittingEventRow
from learning.exams.queries.time_changes import ChangeRow

#: What invigilators did to attempts.
INTERVENTIONS = (EventKind.LOCKED, EventKind.UNLOCKED, EventKind.ENDED, EventKind.VOIDED)


class Start(NamedTuple):
    """A start by hand; the empty room stands for all."""

    room: str
    started_at: datetime
    by: str


@dataclass(frozen=True)
class Attendance:
    """Those of a room, or those without one, with how many of them came."""

    room: str
    rows: Sequence[BoardRow]

    @property
    def present(self) -> int:
        """Return how many have started."""
        return sum(row.attempt is not None for row in self.rows)

    @property
    def absent(self) -> list[BoardRow]:
        """Return those who have not started."""
        return [row for row in self.rows if row.attempt is None]


@dataclass(frozen=True)
class Protocol:
    """The record of a sitting."""

    starts: Sequence[Start]
    rooms: Sequence[Attendance]
    irregularities: Sequence[SittingEventRow]
    interventions: Sequence[SittingEventRow]
    changes: Sequence[ChangeRow]
    #: Of everybody in `rooms`, by key.
    persons: Mapping[int, BoardRow]

    @property
    def expected(self) -> int:
        """Return how many were admitted."""
        return len(self.persons)

    @property
    def present(self) -> int:
        """Return how many have started."""
        return sum(room.present for room in self.rooms)

    @property
    def ends(self) -> Counter[Whereabouts]:
        """Return how many stand where."""
        return Counter(row.whereabouts for row in self.persons.values())


def protocol_of(session: Session, sitting: Sitting, now: datetime) -> Protocol:
    """Return the record of a sitting as it stands at a moment."""
    rows = all_rows_of(session, sitting, now)
    rooms: dict[str, list[BoardRow]] = {}
    for row in rows:
        rooms.setdefault(row.room, []).append(row)
    return Protocol(
        starts=_starts(session, sitting.id),
        rooms=[Attendance(room, found) for room, found in rooms.items()],
        irregularities=events.events_at(session, sitting.id, [EventKind.IRREGULARITY]),
        interventions=events.events_at(session, sitting.id, INTERVENTIONS),
        changes=time_changes.changes_at(session, sitting.id),
        persons={row.person_id: row for row in rows},
    )


def _starts(session: Session, sitting_id: int) -> list[Start]:
    rows = session.execute(
        select(RoomStart.room, RoomStart.started_at, Account.display_name)
        .outerjoin(Account, Account.id == RoomStart.started_by_id)
        .where(RoomStart.sitting_id == sitting_id)
        .order_by(RoomStart.id)
    )
    return [Start(room, started_at, by or "") for room, started_at, by in rows]
