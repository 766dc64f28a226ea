"""Decide about entries of the training register; everything here is a function of values."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from learning.core.texts import N_
from learning.people.kinds import OrganisationKind
from learning.training.kinds import StudyGroupKind

#: Lesson hours are recorded in quarters of an hour.
STEP = Decimal("0.25")
MOST_HOURS = Decimal(5000)
MOST_LINES = 300

_GROUPS = {
    OrganisationKind.PARTY_COMMITTEE: (StudyGroupKind.PARTY_CENTRE_GROUP, "{name}理论学习中心组"),
    OrganisationKind.MASS_ORGANISATION: (StudyGroupKind.LEADERSHIP_GROUP, "{name}领导班子中心组"),
}
#: A staff number, then perhaps a name, apart by blanks, tab or comma.
_LINE = re.compile(r"^\s*([^\s,，、;；]+)[\s,，、;；]*(.*?)[\s,，、;；]*$")


class RollProblem(StrEnum):
    """Why a line of a staff-number list cannot be taken; the values are English message ids."""

    UNKNOWN = N_("Nobody of your unit has this staff number; for somebody else, add the right name after it.")
    OTHER_NAME = N_("The name does not belong to this staff number.")


@dataclass(frozen=True)
class Line:
    """A line of a staff-number list."""

    staff_number: str
    name: str


@dataclass(frozen=True)
class Known:
    """A person as the register knows one: enough to check a line against."""

    person_id: int
    name: str
    #: Whether the person belongs to the scope of whoever writes the roll.
    is_inside: bool


@dataclass(frozen=True)
class Refused:
    """A line that was not taken, and why."""

    line: Line
    problem: RollProblem


def group_of(kind: str, organisation_name: str) -> tuple[StudyGroupKind, str] | None:
    """Return the kind and name of the study group an organisation keeps, None where it keeps none."""
    found = _GROUPS.get(OrganisationKind(kind))
    return (found[0], found[1].format(name=organisation_name)) if found else None


def lines_of(text: str) -> list[Line]:
    """Read a list of staff numbers, one a line, each perhaps followed by the name."""
    found = (_LINE.match(line) for line in text.splitlines())
    return [Line(match[1], match[2]) for match in found if match]


def sorted_out(lines: Iterable[Line], known: Mapping[str, Known]) -> tuple[list[int], list[Refused]]:
    """Return the persons whom the lines name, and the lines refused.

    Somebody of another unit must be named too: a staff number alone must not reveal whose it is.
    """
    found: list[int] = []
    refused: list[Refused] = []
    for line in lines:
        problem = _problem(line, known.get(line.staff_number))
        if problem:
            refused.append(Refused(line, problem))
        elif known[line.staff_number].person_id not in found:
            found.append(known[line.staff_number].person_id)
    return found, refused


def _problem(line: Line, person: Known | None) -> RollProblem | None:
    if person is None:
        return RollProblem.UNKNOWN
    if _plain(line.name) == _plain(person.name) or (person.is_inside and not line.name):
        return None
    # For somebody elsewhere a wrong name and an unknown number must look alike.
    return RollProblem.OTHER_NAME if person.is_inside else RollProblem.UNKNOWN


def _plain(name: str) -> str:
    return "".join(name.split())
