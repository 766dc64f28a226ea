"""Name whom an act of an invigilator concerns."""

from dataclasses import dataclass

from learning.exams.kinds import TimeChangeTarget


@dataclass(frozen=True)
class Target:
    """A person, a unit with all below, a room, or all of a sitting."""

    kind: TimeChangeTarget
    person_id: int | None = None
    organisation_id: int | None = None
    room: str | None = None

    def columns(self) -> dict[str, str | int | None]:
        """Return it as the columns of a table say it."""
        return {
            "target": self.kind,
            "person_id": self.person_id,
            "organisation_id": self.organisation_id,
            "room": self.room,
        }


ALL = Target(TimeChangeTarget.ALL)


def person(person_id: int) -> Target:
    """Return one person."""
    return Target(TimeChangeTarget.PERSON, person_id=person_id)


def organisation(organisation_id: int) -> Target:
    """Return a unit with all below."""
    return Target(TimeChangeTarget.ORGANISATION, organisation_id=organisation_id)


def room(name: str) -> Target:
    """Return all who have a seat in a room."""
    return Target(TimeChangeTarget.ROOM, room=name)
