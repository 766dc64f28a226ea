"""What the board of a sitting tells apart: where each person is, and how the list is narrowed."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

#: A page that was not heard of for so long is shown as offline; it asks every ten seconds.
OFFLINE_AFTER = timedelta(seconds=30)
#: A waiting room asks at least once a minute; who was heard of within this time is in it.
WAITING_FOR = timedelta(seconds=75)
#: How often it is written down that somebody waits.
NOTED_AGAIN_AFTER = timedelta(seconds=20)
PER_PAGE = 100


class Whereabouts(StrEnum):
    """Where somebody stands at a sitting at this moment, as an invigilator sees it."""

    NOT_STARTED = "not_started"
    #: In the waiting room.
    WAITING = "waiting"
    ANSWERING = "answering"
    OFFLINE = "offline"
    LOCKED = "locked"
    HANDED_IN = "handed_in"
    CLOSED = "closed"
    ABANDONED = "abandoned"
    VOIDED = "voided"


@dataclass(frozen=True)
class Filters:
    """What a list of the board is narrowed to; empty: all."""

    room: str | None = None
    whereabouts: Whereabouts | None = None
    organisation_id: int | None = None
    #: Part of a name or staff number.
    text: str = ""
