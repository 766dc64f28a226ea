"""Decide which clauses are taught and asked about: one without a unit or without a question is red."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from courses.clauses import ClauseRef
from learning.materials.queries import Teaching
from learning.questions.rules import Count, MatrixRow, matrix


@dataclass(frozen=True)
class Covered:
    """Hold for a paragraph the units that teach it and how many questions an exam can draw on it."""

    clause: ClauseRef
    units: tuple[Teaching, ...]
    asked: MatrixRow

    @property
    def is_red(self) -> bool:
        """Tell whether nothing teaches the paragraph or nothing asks about it."""
        return not self.units or not self.asked.total

    @property
    def by_type(self) -> Counter[str]:
        """Return the number of questions by type."""
        return self.asked.by_type

    @property
    def by_difficulty(self) -> Counter[int]:
        """Return the number of questions by difficulty."""
        return self.asked.by_difficulty


def coverage(
    paragraphs: Iterable[ClauseRef], taught: Iterable[Teaching], counts: Iterable[Count]
) -> list[Covered]:
    """Return a row for every paragraph, in order."""
    paragraphs = list(paragraphs)
    rows = {(row.section, row.paragraph): row for row in matrix(counts, paragraphs)}
    units: dict[ClauseRef, dict[tuple[str, str], Teaching]] = {}
    for each in taught:
        place = units.setdefault(ClauseRef.parse(each.ref).paragraph_ref, {})
        place.setdefault((each.module_slug, each.unit_key), each)
    return [
        Covered(ref, tuple(units.get(ref, {}).values()), rows[ref.section, ref.paragraph])
        for ref in paragraphs
    ]
