"""The quoting rule: the original is quoted by the phrase, verbatim, with its clause, and copied nowhere else.

In the text of a course “ and ” stand for the words of the original and for nothing else.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from courses.clauses import Citation, ClauseRef, citations
from courses.documents import Document
from courses.modules import Course
from courses.problems import N_, Problem

LONGEST_QUOTATION = 40
LONGEST_COPY = 40

# A citation holds for its paragraph, list item or table cell, and no further.
_BLOCK_END = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|[0-9]+\.)[ \t])|\||\n(?=[ \t]*#)")
_QUOTATION = re.compile(r"“([^“”]*(?:“[^“”]*”[^“”]*)*)”")
_NO_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Quotation:
    """Hold a phrase in “ ” and the clauses it is said to come from.

    `section` is set where a whole section is cited (`§3`), and then there are no clauses.
    """

    text: str
    clauses: tuple[ClauseRef, ...]
    line: int
    section: int | None = None

    @property
    def cited(self) -> str:
        """Return the clauses as people write them."""
        labels = [clause.label for clause in self.clauses]
        return "、".join(labels) if self.section is None else f"§{self.section}"


def quotations(text: str, own_clauses: Sequence[ClauseRef]) -> list[Quotation]:
    """Find the quotations of a text.

    Each belongs to the citation that follows it in its block, or where there is none to `own_clauses`.
    """
    found = []
    for start, end in _blocks(text):
        cited = list(citations(text[start:end]))
        for match in _QUOTATION.finditer(text, start, end):
            after = next((citation for citation in cited if start + citation.start >= match.end()), None)
            line = text.count("\n", 0, match.start()) + 1
            found.append(_quotation(match[1], after, own_clauses, line))
    return found


def _quotation(text: str, cited: Citation | None, own: Sequence[ClauseRef], line: int) -> Quotation:
    if cited is None:
        return Quotation(text, tuple(own), line)
    if cited.clause is None:
        return Quotation(text, (), line, cited.section)
    return Quotation(text, (cited.clause,), line)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BLOCK_END.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def wrong_quotations(
    text: str, own: Sequence[ClauseRef], document: Document, file_name: str = "", first_line: int = 1
) -> list[Problem]:
    """Name the quotations that are not in the clause they cite, are too long, or are not closed.

    `first_line` is the line of the file that the text begins on.
    """
    found: list[Problem] = []
    for line in _unclosed(text):
        message = N_("A quotation mark has no counterpart in its paragraph.")
        found.append(Problem("quotation-open", f"{file_name}:{line + first_line - 1}", message))
    for quotation in quotations(text, own):
        where = f"{file_name}:{quotation.line + first_line - 1}"
        if len(quotation.text) > LONGEST_QUOTATION:
            message = N_("A quotation may have %(longest)s characters: “%(text)s”.")
            short = quotation.text[:20]
            found.append(
                Problem("quotation-too-long", where, message, {"longest": LONGEST_QUOTATION, "text": short})
            )
        elif not quotation.text or not any(
            quotation.text in source for source in _sources(quotation, document)
        ):
            message = N_("“%(text)s” is not in %(clauses)s.")
            found.append(
                Problem(
                    "quotation-wrong", where, message, {"text": quotation.text, "clauses": quotation.cited}
                )
            )
    return found


def _unclosed(text: str) -> Iterator[int]:
    """Give the lines of quotation marks left over when all pairs are taken out of their block."""
    for start, end in _blocks(text):
        bare = _QUOTATION.sub(lambda match: "\n" * match[0].count("\n"), text[start:end])
        for mark in re.finditer("[“”]", bare):
            yield text.count("\n", 0, start) + bare.count("\n", 0, mark.start()) + 1


def _sources(quotation: Quotation, document: Document) -> list[str]:
    if quotation.section is not None:
        return [clause.text for clause in document.section(quotation.section)]
    return [text for ref in quotation.clauses if (text := document.text_of(ref))]


def copied_runs(text: str, document: Document, longest: int = LONGEST_COPY) -> list[str]:
    """Find runs of more than `longest` characters of the original outside quotations, punctuation aside."""
    known = _runs_of(document, longest + 1)
    found = []
    for part in _QUOTATION.sub("\0", text).split("\0"):
        words = _NO_WORDS.sub("", part)
        end = 0
        for start in range(len(words) - longest):
            if words[start : start + longest + 1] not in known:
                continue
            if start >= end:
                found.append("")
                end = start
            found[-1] += words[max(end, start) : start + longest + 1]
            end = start + longest + 1
    return found


@lru_cache(maxsize=4)
def _runs_of(document: Document, length: int) -> frozenset[str]:
    words = _NO_WORDS.sub("", "".join([document.title, *(clause.text for clause in document.clauses)]))
    return frozenset(words[start : start + length] for start in range(len(words) - length + 1))


def course_problems(course: Course, document: Document) -> list[Problem]:
    """Check the quoting rule over a whole course, given the original."""
    found: list[Problem] = []
    for module in course.modules:
        section = [clause.ref for clause in document.section(module.section)]
        found += _text_problems(module.overview, section, document, module.file_name, 1)
        for objective in module.objectives:
            found += _text_problems(objective, section, document, module.file_name, 1)
        for unit in module.units:
            found += _text_problems(unit.markdown, unit.clauses, document, module.file_name, unit.text_line)
    return found


def _text_problems(
    text: str, own: Sequence[ClauseRef], document: Document, file_name: str, first_line: int
) -> Iterator[Problem]:
    yield from wrong_quotations(text, own, document, file_name, first_line)
    for run in copied_runs(text, document):
        message = N_("This stands in the original word for word and is not quoted: %(text)s")
        yield Problem("copied", f"{file_name}:{first_line}", message, {"text": run})
