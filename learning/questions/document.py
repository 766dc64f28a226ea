"""Know the clauses that questions may cite: those of the sealed original, and their texts if it is loaded."""

from collections.abc import Mapping
from functools import cache

from sqlalchemy.orm import Session

from courses.clauses import sentences
from courses.seal import Seal, read_seal
from learning.config import ROOT
from learning.materials import queries as materials

COURSE = "opinion-2015"


@cache
def seal() -> Seal:
    """Return the seal of the opinion; it names every clause without holding a word of it."""
    return read_seal(ROOT / "courses" / "content" / COURSE / "clauses.csv")


def clause_texts(session: Session) -> dict[str, str]:
    """Return what the clauses of the loaded original say, sentences too; nothing where it is not loaded."""
    return with_sentences(materials.original(session, COURSE, map(str, seal().paragraphs)))


def with_sentences(paragraphs: Mapping[str, str]) -> dict[str, str]:
    """Add to paragraphs the sentences of each: 3.7s2 beside 3.7."""
    parts = {
        f"{clause}s{number}": sentence
        for clause, text in paragraphs.items()
        for number, sentence in enumerate(sentences(text), 1)
    }
    return {**paragraphs, **parts}
