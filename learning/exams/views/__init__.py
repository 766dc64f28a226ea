"""Pages of exams."""

from learning.exams.views import (
    answering,
    board,
    deciding,
    invigilating,
    managing,
    marking,
    overrides,
    receipts,
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
    "deciding",
    "invigilating",
    "managing",
    "marking",
    "overrides",
    "receipts",
    "seating",
    "sittings",
    "starting",
    "stepping",
    "taking",
]
