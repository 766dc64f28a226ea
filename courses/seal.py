"""The seal of an original: digests that tell whether a document is it, without holding a word of it."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Literal

from courses.clauses import ClauseRef, sentences
from courses.documents import Document
from courses.problems import N_, Problem

_COLUMNS = ["id", "kind", "characters", "sentences", "sha256"]
_KINDS = ("title", "heading", "paragraph")
_TITLE = "title"
# In another document altogether there is no telling which paragraph stands for which.
_MOST_COMPARED = 10_000


@dataclass(frozen=True)
class SealEntry:
    """Hold what is known of the title (without `clause`), a heading or a paragraph."""

    clause: ClauseRef | None
    kind: str
    characters: int
    sentences: int
    digest: str


@dataclass(frozen=True)
class Seal:
    """Hold the entries of a document in its order, the title first."""

    entries: tuple[SealEntry, ...]

    @cached_property
    def _sentences(self) -> dict[ClauseRef, int]:
        return {entry.clause: entry.sentences for entry in self.entries if entry.clause}

    @property
    def paragraphs(self) -> tuple[ClauseRef, ...]:
        """Return the paragraphs of the document in order."""
        return tuple(e.clause for e in self.entries if e.clause and e.kind == "paragraph")

    def has(self, ref: ClauseRef) -> bool:
        """Say whether the document has a heading, paragraph or sentence of this name."""
        return (ref.sentence or 0) <= self._sentences.get(ref.paragraph_ref, -1)


@dataclass(frozen=True)
class Finding:
    """Name one difference between a document and the original.

    `clause` is the place in the original, None for its title and for what is extra; `line` the line of the
    document, 0 for what is missing from it.
    """

    kind: Literal["changed", "missing", "extra", "moved", "title"]
    clause: ClauseRef | None
    line: int
    expected_characters: int
    actual_characters: int

    def problem(self, file_name: str) -> Problem:
        """Say the difference in words."""
        where = f"{file_name}:{self.line}" if self.line else file_name
        return Problem(
            f"seal-{self.kind}",
            where,
            _MESSAGES[self.kind],
            {
                "clause": self.clause.label if self.clause else "",
                "expected": self.expected_characters,
                "actual": self.actual_characters,
            },
        )


_MESSAGES = {
    "changed": N_("%(clause)s was changed: it has %(actual)s characters, in the original %(expected)s."),
    "missing": N_("%(clause)s is missing; in the original it has %(expected)s characters."),
    "extra": N_("These %(actual)s characters are not in the original."),
    "moved": N_("%(clause)s stands in another place than in the original."),
    "title": N_("The title is not that of the original."),
}


def seal_of(document: Document) -> Seal:
    """Seal a document."""
    title = _entry(None, _TITLE, document.title)
    return Seal((title, *(_entry(clause.ref, clause.kind, clause.text) for clause in document.clauses)))


def _entry(clause: ClauseRef | None, kind: str, text: str) -> SealEntry:
    count = len(sentences(text)) if kind == "paragraph" else 0
    return SealEntry(clause, kind, len(text), count, _digest(text))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def write_seal(seal: Seal) -> str:
    """Write a seal as CSV."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for entry in seal.entries:
        name = str(entry.clause) if entry.clause else _TITLE
        writer.writerow([name, entry.kind, entry.characters, entry.sentences, entry.digest])
    return file.getvalue()


def parse_seal(text: str) -> Seal:
    """Read a seal from CSV; raise ValueError where it is none."""
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or rows[0] != _COLUMNS:
        raise ValueError(f"a seal has the columns {', '.join(_COLUMNS)}")
    entries = tuple(_parsed(row) for row in rows[1:])
    if [entry.kind for entry in entries].count(_TITLE) != 1 or entries[0].kind != _TITLE:
        raise ValueError("a seal begins with the title")
    return Seal(entries)


def _parsed(row: list[str]) -> SealEntry:
    name, kind, characters, count, digest = row
    if kind not in _KINDS or len(digest) != hashlib.sha256().digest_size * 2:
        raise ValueError(f"not an entry of a seal: {name[:20]}")
    clause = None if kind == _TITLE else ClauseRef.parse(name)
    return SealEntry(clause, kind, int(characters), int(count), digest)


def read_seal(path: Path) -> Seal:
    """Read the seal kept in a file; raise ValueError where it is none."""
    return parse_seal(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class _Piece:
    """Hold a piece of the document that is compared: its title, a line under it, or a clause."""

    kind: str
    line: int
    characters: int
    digest: str


def compare(document: Document, seal: Seal) -> list[Finding]:
    """Name what differs from the original, clause by clause; nothing where the document is the original.

    Pieces are recognised by their words, not by their numbers, so that one paragraph lost does not make
    all that follow look changed.
    """
    pieces = _pieces(document)
    gaps = _gaps([entry.digest for entry in seal.entries], [piece.digest for piece in pieces])
    lost = [(number, entry) for number, (old, _) in enumerate(gaps) for entry in seal.entries[old]]
    new = [(number, piece) for number, (_, now) in enumerate(gaps) for piece in pieces[now]]
    findings = list(_take_moved(lost, new))
    for number in range(len(gaps)):
        findings += _differences([e for at, e in lost if at == number], [p for at, p in new if at == number])
    return sorted(findings, key=_place)


def _pieces(document: Document) -> list[_Piece]:
    title = [_piece(_TITLE, 1, document.title)] if document.title else []
    front = [_piece("front matter", 1, text) for text in document.front_matter]
    return [*title, *front, *(_piece(c.kind, c.line_start, c.text) for c in document.clauses)]


def _piece(kind: str, line: int, text: str) -> _Piece:
    return _Piece(kind, line, len(text), _digest(text))


def _gaps(original: list[str], found: list[str]) -> list[tuple[slice, slice]]:
    """Return the stretches between the pieces that both have in the same order."""
    changes = SequenceMatcher(None, original, found, autojunk=False).get_opcodes()
    return [(slice(i, k), slice(j, m)) for tag, i, k, j, m in changes if tag != "equal"]


def _take_moved(lost: list[tuple[int, SealEntry]], new: list[tuple[int, _Piece]]) -> Iterator[Finding]:
    """Take out of both lists what is lost in one place and new in another."""
    for gap_and_entry in list(lost):
        entry = gap_and_entry[1]
        gap_and_piece = next((found for found in new if found[1].digest == entry.digest), None)
        if gap_and_piece:
            lost.remove(gap_and_entry)
            new.remove(gap_and_piece)
            yield _finding("moved", entry, gap_and_piece[1])


def _differences(lost: list[SealEntry], new: list[_Piece]) -> Iterator[Finding]:
    """Tell the changed from the missing and the extra, in one stretch."""
    pairs = _closest_pairs([e.characters for e in lost], [p.characters for p in new])
    for index, entry in enumerate(lost):
        if index in pairs:
            yield _finding("changed", entry, new[pairs[index]])
        else:
            yield _finding("missing", entry, None)
    for index, piece in enumerate(new):
        if index not in pairs.values():
            yield Finding("extra", None, piece.line, 0, piece.characters)


def _closest_pairs(first: list[int], second: list[int]) -> dict[int, int]:
    """Pair as many as there are, in order, so that the lengths differ least."""
    if len(first) * len(second) > _MOST_COMPARED:
        return {index: index for index in range(min(len(first), len(second)))}
    if len(first) > len(second):
        return {index: other for other, index in _closest_pairs(second, first).items()}
    best: list[tuple[int, dict[int, int]]] = [(0, {})] * (len(second) + 1)
    for index, length in enumerate(first):
        row: list[tuple[int, dict[int, int]]] = [(1 << 60, {})] * (index + 1)
        for other in range(index, len(second)):
            cost, pairs = best[other]
            cost += abs(length - second[other])
            row.append(min(row[-1], (cost, pairs | {index: other}), key=itemgetter(0)))
        best = row
    return best[-1][1]


def _finding(kind: Literal["changed", "missing", "moved"], entry: SealEntry, piece: _Piece | None) -> Finding:
    line, actual = (piece.line, piece.characters) if piece else (0, 0)
    return Finding(kind if entry.clause else "title", entry.clause, line, entry.characters, actual)


def _place(finding: Finding) -> tuple[bool, bool, ClauseRef, int]:
    """Sort by the place in the original: the title first, what is extra last."""
    return finding.kind == "extra", finding.kind != "title", finding.clause or ClauseRef(0, 1), finding.line
