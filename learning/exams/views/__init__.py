"""Pages of exams."""

from learning.exams.views import (
    answering,
    board,
    correcting,
    deciding,
    errata,
    evidence,
    invigilating,
    managing,
    marking,
    overrides,
    receipts,
    regrading,
    seating,
    sittings,
    starting,
    stepping,
    taking,
)
from learning.exams.views.pages import blueprint

__all__ = [
    "answering",
    "blueprint",
    "board",
    "correcting",
    "deciding",
    "errata",
    "evidence",
    "invigilating",
    "managing",
    "marking",
    "overrides",
    "receipts",
    "regrading",
    "seating",
    "sittings",
    "starting",
    "stepping",
    "taking",
]
