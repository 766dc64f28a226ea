"""A document as a value: its title and its clauses in order."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from courses.clauses import ClauseRef, sentences

Kind = Literal["heading", "paragraph"]


@dataclass(frozen=True)
class Clause:
    """Hold one heading or paragraph as it reads once unwrapped, and the lines of the source it came from."""

    ref: ClauseRef
    kind: Kind
    text: str
    line_start: int
    line_end: int


@dataclass(frozen=True)
class Document:
    """Hold a document; `front_matter` are the lines between the title and the text (date, author)."""

    title: str
    clauses: tuple[Clause, ...]
    front_matter: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[Clause, ...]:
        """Return the headings in order."""
        return tuple(clause for clause in self.clauses if clause.kind == "heading")

    @property
    def paragraphs(self) -> tuple[Clause, ...]:
        """Return the paragraphs in order."""
        return tuple(clause for clause in self.clauses if clause.kind == "paragraph")

    @property
    def body_characters(self) -> int:
        """Count the characters of all paragraphs, without title and headings."""
        return sum(len(clause.text) for clause in self.paragraphs)

    @cached_property
    def _by_ref(self) -> dict[ClauseRef, Clause]:
        return {clause.ref: clause for clause in self.clauses}

    def clause(self, ref: ClauseRef) -> Clause | None:
        """Return the paragraph or heading that a reference names or lies in."""
        return self._by_ref.get(ref.paragraph_ref)

    def text_of(self, ref: ClauseRef) -> str | None:
        """Return the words of a heading, paragraph or sentence; None where there is no such clause."""
        clause = self.clause(ref)
        if clause is None or ref.sentence is None:
            return clause.text if clause else None
        return dict(enumerate(sentences(clause.text), 1)).get(ref.sentence)

    def section(self, number: int) -> tuple[Clause, ...]:
        """Return the heading and paragraphs of one section; section 0 is the preamble."""
        return tuple(clause for clause in self.clauses if clause.ref.section == number)
