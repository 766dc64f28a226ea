"""Find the readers and read a file with the one that recognises it."""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Protocol

from courses.documents import readers as reader_folder
from courses.documents.values import Document
from courses.problems import N_, Problem

LARGEST_FILE = 2_000_000


@dataclass(frozen=True)
class Reading:
    """Hold what came of reading a file.

    Without a document the problems say why.  With a document they are doubts for a person to look at.
    """

    document: Document | None
    problems: tuple[Problem, ...] = ()


class Reader(Protocol):
    """Turn the bytes of one file format into a document; a module in `readers/` has one as READER."""

    @property
    def name(self) -> str:
        """Return the name of the format, unique among readers."""

    def recognise(self, file_name: str, data: bytes) -> bool:
        """Say whether this reader is the one for the file."""

    def read(self, file_name: str, data: bytes) -> Reading:
        """Read the file; whatever the bytes, raise nothing."""


def discover(folder: ModuleType) -> dict[str, Reader]:
    """Collect the READER of every module in a package; refuse two of one name."""
    found: dict[str, Reader] = {}
    for info in pkgutil.iter_modules(folder.__path__):
        reader: Reader = importlib.import_module(f"{folder.__name__}.{info.name}").READER
        if reader.name in found:
            raise ValueError(f"two document readers are called {reader.name!r}")
        found[reader.name] = reader
    return found


@cache
def readers() -> dict[str, Reader]:
    """Return every reader by its name."""
    return discover(reader_folder)


def read(file_name: str, data: bytes) -> Reading:
    """Read a document of any known format; raise nothing, whatever the bytes."""
    refusal = _refusal(file_name, data)
    if refusal is not None:
        return Reading(None, (refusal,))
    for reader in readers().values():
        if reader.recognise(file_name, data):
            return reader.read(file_name, data)
    return Reading(None, (Problem("unknown-format", file_name, N_("No reader knows this kind of file.")),))


def _refusal(file_name: str, data: bytes) -> Problem | None:
    if not data.strip():
        return Problem("empty-file", file_name, N_("The file is empty."))
    if len(data) > LARGEST_FILE:
        return Problem(
            "file-too-large",
            file_name,
            N_("The file has %(size)s bytes; no more than %(largest)s are read."),
            {"size": len(data), "largest": LARGEST_FILE},
        )
    return None
