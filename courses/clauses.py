"""Where something stands in a document: section, paragraph, sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import total_ordering
from typing import Self

_KEY = re.compile(r"§?(0|[1-9][0-9]{0,2})(?:(H)|[.¶]([1-9][0-9]{0,3})(?:s([1-9][0-9]{0,2}))?)")
CITATION = re.compile(r"§(0|[1-9][0-9]{0,2})(?:H|¶[1-9][0-9]{0,3}(?:s[1-9][0-9]{0,2})?)?")

# A sentence keeps the marks that close it: 「……。”」 is one sentence, not a sentence and a stray mark.
_SENTENCE = re.compile(r"[^。；？！]*[。；？！]+[”’」』）)】》〉\s]*|[^。；？！]+")


@total_ordering
@dataclass(frozen=True)
class ClauseRef:
    """Name a clause: `3.7` is section 3, paragraph 7; `3.7s2` its second sentence; `3H` the heading.

    Section 0 is the preamble, which has no heading.  References sort in the order of the document.
    """

    section: int
    paragraph: int = 0
    sentence: int | None = None

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(str(self)) or (self.is_heading and self.sentence is not None):
            raise ValueError(f"no clause can be called {str(self)!r}")
        if self.is_heading and self.section == 0:
            raise ValueError("the preamble has no heading")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `3.7s2`, `§3¶7s2`, `3H` or `§3H`; raise ValueError for anything else."""
        match = _KEY.fullmatch(text)
        if match is None:
            raise ValueError(f"not a clause: {text[:40]!r}")
        section, _, paragraph, sentence = match.groups()
        return cls(int(section), int(paragraph or 0), int(sentence) if sentence else None)

    def __str__(self) -> str:
        if self.paragraph == 0:
            return f"{self.section}H"
        return f"{self.section}.{self.paragraph}" + (f"s{self.sentence}" if self.sentence is not None else "")

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, ClauseRef):
            return NotImplemented
        return self._place < other._place

    @property
    def _place(self) -> tuple[int, int, int]:
        return self.section, self.paragraph, self.sentence or 0

    @property
    def label(self) -> str:
        """Return the form shown to people: `§3¶7s2`, `§3H`."""
        return "§" + str(self).replace(".", "¶")

    @property
    def is_heading(self) -> bool:
        """Say whether this is the heading of a section."""
        return self.paragraph == 0

    @property
    def paragraph_ref(self) -> "ClauseRef":
        """Return the paragraph (or heading) this clause is, or is a sentence of."""
        return ClauseRef(self.section, self.paragraph)

    def covers(self, other: "ClauseRef") -> bool:
        """Say whether the other clause is this one or a sentence of it."""
        return self in (other, other.paragraph_ref)


@dataclass(frozen=True)
class Citation:
    """Point from a text to the document; `clause` is None where a whole section is meant (`§3`)."""

    section: int
    clause: ClauseRef | None
    start: int
    end: int

    @property
    def target(self) -> ClauseRef:
        """Return the clause to show: the one cited, or the first of the section."""
        return self.clause or (ClauseRef(self.section) if self.section else ClauseRef(0, 1))


def citations(text: str) -> Iterator[Citation]:
    """Find the `§3¶7s2`, `§3H` and `§3` in a text, in order."""
    for match in CITATION.finditer(text):
        try:
            clause = ClauseRef.parse(match[0]) if match.end() > match.end(1) else None
        except ValueError:  # §0H: well formed, but the preamble has no heading
            continue
        yield Citation(int(match[1]), clause, match.start(), match.end())


def sentences(text: str) -> list[str]:
    """Cut a text after each 。；？！; nothing is lost, so that the parts joined are the text."""
    return _SENTENCE.findall(text)
