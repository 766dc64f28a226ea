"""Know the clauses that questions may cite: those of the sealed original."""

from functools import cache

from courses.seal import Seal, read_seal
from learning.config import ROOT


@cache
def seal() -> Seal:
    """Return the seal of the opinion; it names every clause without holding a word of it."""
    return read_seal(ROOT / "courses" / "content" / "opinion-2015" / "clauses.csv")
