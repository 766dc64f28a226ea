"""Exams, sittings, attempts, the journal of answers, marks and results."""

from learning.exams.models.attempts import Attempt, AttemptEvent, JournalEntry, Slot
from learning.exams.models.exams import (
    Exam,
    ItemExposure,
    PoolItem,
    PreparedPaper,
    RoomStart,
    Seat,
    Sitting,
    SittingOverride,
    TimeChange,
    Waiting,
)
from learning.exams.models.marks import AttemptResult, Mark, Regrade, RegradeSettlement

__all__ = [
    "Attempt",
    "AttemptEvent",
    "AttemptResult",
    "Exam",
    "ItemExposure",
    "JournalEntry",
    "Mark",
    "PoolItem",
    "PreparedPaper",
    "Regrade",
    "RegradeSettlement",
    "RoomStart",
    "Seat",
    "Sitting",
    "SittingOverride",
    "Slot",
    "TimeChange",
    "Waiting",
]
