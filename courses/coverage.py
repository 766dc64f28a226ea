"""Which clauses are taught where, and which nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.clauses import ClauseRef
from courses.modules import Course


@dataclass(frozen=True)
class Place:
    """Name a unit that teaches a clause."""

    module_number: int
    module_slug: str
    unit_key: str


@dataclass(frozen=True)
class Coverage:
    """Hold for every paragraph of a document the units that teach it or a sentence of it."""

    places: dict[ClauseRef, tuple[Place, ...]]

    @property
    def untaught(self) -> tuple[ClauseRef, ...]:
        """Return the paragraphs that no unit teaches, in order."""
        return tuple(paragraph for paragraph, places in self.places.items() if not places)


def coverage(course: Course, paragraphs: Iterable[ClauseRef]) -> Coverage:
    """Tell for each paragraph which units name it or one of its sentences."""
    taught = [
        (ref, Place(module.number, module.slug, unit.key))
        for module in course.modules
        for unit in module.units
        for ref in unit.clauses
    ]
    return Coverage(
        {
            # dict.fromkeys: a unit that names three sentences of a paragraph is still one place.
            paragraph: tuple(dict.fromkeys(place for ref, place in taught if paragraph.covers(ref)))
            for paragraph in sorted(paragraphs)
        }
    )
