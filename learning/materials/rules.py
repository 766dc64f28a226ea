"""Decide about course texts: which keys can exist, what is shown of the original, where links lead."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from courses.clauses import ClauseRef, sentences
from courses.modules import FASTEST_READING, KEY, SLOWEST_READING

#: Stored text names clauses and figures; the page that shows it says where they are.
CLAUSE_MARK, FIGURE_MARK = "#clause-", "#figure-"
_CLAUSE = re.compile(r'href="#clause-([0-9.Hs]+)"')
_FIGURE = re.compile(r'src="#figure-([a-z0-9.-]+)"')
_FIGURE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.(?:svg|png)")


def is_key(text: str) -> bool:
    """Return whether a course, module or unit could have this key; keeps dirt out of the database."""
    return len(text) <= 60 and KEY.fullmatch(text) is not None


def is_figure_name(text: str) -> bool:
    """Return whether a figure could have this file name."""
    return len(text) <= 80 and _FIGURE_NAME.fullmatch(text) is not None


def reading_minutes(characters: int) -> tuple[int, int]:
    """Return the least and the most minutes that reading so many characters takes at a usual speed."""
    return max(1, ceil(characters / FASTEST_READING)), max(1, ceil(characters / SLOWEST_READING))


def clause_from(text: str) -> ClauseRef | None:
    """Return the clause that an address names, or None where it names none."""
    try:
        return ClauseRef.parse(text)
    except ValueError:
        return None


def with_addresses(
    html: str, clause_href: Callable[[ClauseRef], str], figure_src: Callable[[str], str]
) -> str:
    """Put addresses into stored text; both functions give addresses that are safe in an attribute."""
    html = _CLAUSE.sub(lambda found: f'href="{clause_href(ClauseRef.parse(found[1]))}"', html)
    return _FIGURE.sub(lambda found: f'src="{figure_src(found[1])}"', html)


@dataclass(frozen=True)
class Passage:
    """A paragraph of the original, sentence by sentence, with those marked that are being taught."""

    ref: ClauseRef
    sentences: tuple[tuple[str, bool], ...]


def paragraphs_of(refs: Iterable[str]) -> list[str]:
    """Return the paragraphs that clauses lie in, each once, in the order of the document."""
    return [str(ref) for ref in sorted({ClauseRef.parse(ref).paragraph_ref for ref in refs})]


def passages(refs: Iterable[str], texts: Mapping[str, str]) -> list[Passage]:
    """Return the paragraphs of the original that these clauses lie in, as far as their texts are there.

    Where every sentence of a paragraph is meant none is marked: emphasis on everything is none.
    """
    wanted = [ClauseRef.parse(ref) for ref in refs]
    return [
        Passage(paragraph, _marked(texts[str(paragraph)], _sentences_of(paragraph, wanted)))
        for paragraph in sorted({ref.paragraph_ref for ref in wanted})
        if str(paragraph) in texts
    ]


def _sentences_of(paragraph: ClauseRef, wanted: list[ClauseRef]) -> set[int]:
    """Return the numbers of the sentences that are meant; none where the whole paragraph is."""
    within = [ref for ref in wanted if ref.paragraph_ref == paragraph]
    return set() if paragraph in within else {ref.sentence for ref in within if ref.sentence}


def _marked(text: str, numbers: set[int]) -> tuple[tuple[str, bool], ...]:
    parts = sentences(text)
    if len(numbers & set(range(1, len(parts) + 1))) == len(parts):
        numbers = set()
    return tuple((part, number in numbers) for number, part in enumerate(parts, 1))


def exists(asked: ClauseRef, found: Iterable[Passage], is_taught: bool) -> bool:
    """Return whether there is such a clause; without the original, whether the course teaches it."""
    passage = next(iter(found), None)
    if passage is None:
        return is_taught
    return asked.sentence is None or asked.sentence <= len(passage.sentences)


def is_about(taught: str, asked: ClauseRef) -> bool:
    """Return whether a clause that is taught is the one asked for, part of it, or holds it.

    A heading stands for its whole section.
    """
    ref = ClauseRef.parse(taught)
    if asked.is_heading:
        return ref.section == asked.section
    return asked.covers(ref) or ref.covers(asked)
