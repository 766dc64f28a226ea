"""Know the forms in which a report is given: each file here is one, found by itself."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from learning.reports.tables import Report
from question_bank import discovery


@dataclass(frozen=True)
class Renderer:
    """A form of a report."""

    name: str
    #: What the link to it says, as an English message id.
    label: str
    media_type: str
    #: The end of the file's name; empty: it is shown, not downloaded.
    file_ending: str
    #: Write a report, with what only a page needs around it.
    write: Callable[[Report, Mapping[str, object]], bytes]


@cache
def _by_name() -> dict[str, Renderer]:
    return discovery.plug_ins(sys.modules[__name__], "RENDERER")


def downloads() -> tuple[Renderer, ...]:
    """Return every form that is downloaded as a file."""
    return tuple(each for each in _by_name().values() if each.file_ending)


def download(unsafe_name: str) -> Renderer | None:
    """Return a form that is downloaded, None where there is none of that name."""
    return next((each for each in downloads() if each.name == unsafe_name), None)


def get(name: str) -> Renderer:
    """Return the form of that name.

    :raises KeyError: where there is none.
    """
    return _by_name()[name]
