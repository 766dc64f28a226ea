"""Look up what the document says: its clauses, the citations and the quotations of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

_CITATION = re.compile(r"§([0-9]+(?:H|¶[0-9]+(?:s[0-9]+)?)?)")
_QUOTATION = re.compile("“([^“”]*(?:“[^“”]*”[^“”]*)*)”")
_NO_WORDS = re.compile(r"[\W_]+")
_EDGES = "，。；：、？！ "


def words(text: str) -> str:
    """Return a text without punctuation and spaces, as texts are compared."""
    return _NO_WORDS.sub("", text)


def paragraph_of(clause: str) -> str:
    """Return the paragraph that a sentence lies in: 3.7 for 3.7s2."""
    return clause.partition("s")[0]


def cited(text: str) -> list[str]:
    """Return the clauses that a text cites, as items write them: 3.7s2 for §3¶7s2."""
    return [match[1].replace("¶", ".") for match in _CITATION.finditer(text)]


def quoted(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield each quotation with the clause cited next after it, None where none follows."""
    for match in _QUOTATION.finditer(text):
        after = _CITATION.search(text, match.end())
        yield match[1].strip(_EDGES), after[1].replace("¶", ".") if after else None


def unquoted(text: str) -> str:
    """Return a text without its quotations and citations."""
    return _CITATION.sub("", _QUOTATION.sub("“”", text))


@dataclass(frozen=True)
class Sources:
    """Hold the texts of the document by clause: headings "3H", paragraphs "3.7", sentences "3.7s2"."""

    texts: Mapping[str, str]

    @cached_property
    def sections(self) -> dict[str, str]:
        """Return the text of whole sections, for a citation such as §3."""
        found: dict[str, list[str]] = {}
        for clause, text in self.texts.items():
            if "s" not in clause:
                found.setdefault(re.split("[.H]", clause)[0], []).append(text)
        return {section: "\n".join(texts) for section, texts in found.items()}

    @cached_property
    def sentences(self) -> dict[str, str]:
        """Return the words of all sentences."""
        return {clause: words(text) for clause, text in self.texts.items() if "s" in clause}

    def text(self, clause: str) -> str:
        """Return what a clause or section says, empty where there is none of that name."""
        return self.texts.get(clause) or self.sections.get(clause, "")

    def together(self, clauses: Iterable[str]) -> str:
        """Return what several clauses say, one a line."""
        return "\n".join(self.text(clause) for clause in clauses)

    def paragraphs(self, clauses: Iterable[str]) -> str:
        """Return the paragraphs that clauses lie in: a sentence may take its subject from the one before."""
        return self.together(dict.fromkeys(paragraph_of(clause) for clause in clauses))
