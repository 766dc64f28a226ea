"""Plain text, also as it falls out of a PDF: wrapped lines, page breaks, stray blanks."""

from pathlib import PurePath

from courses.documents.decoding import decode
from courses.documents.layout import paragraphs
from courses.documents.registry import Reading
from courses.documents.structure import structure
from courses.problems import N_, Problem

_MOST_LINES = 100_000


class TextReader:
    """Read plain text."""

    name = "txt"

    def recognise(self, file_name: str, data: bytes) -> bool:
        """Go by the name; what the bytes are is told by `read`."""
        return PurePath(file_name).suffix.lower() in ("", ".txt", ".text")

    def read(self, file_name: str, data: bytes) -> Reading:
        """Decode, find the paragraphs, find the headings among them."""
        text = decode(file_name, data)
        if isinstance(text, Problem):
            return Reading(None, (text,))
        if text.count("\n") + text.count("\r") > _MOST_LINES:
            message = N_("The file has more than %(most)s lines.")
            return Reading(None, (Problem("too-many-lines", file_name, message, {"most": _MOST_LINES}),))
        document, problems = structure(file_name, paragraphs(text))
        return Reading(document, tuple(problems))


READER = TextReader()
