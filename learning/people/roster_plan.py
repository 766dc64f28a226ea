"""Decide for every row of a list of persons what taking it in would do, or why it is refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from learning.core.spreadsheets import Row
from learning.core.texts import N_
from learning.people.entries import AppointmentEntry
from learning.people.kinds import TenureType
from learning.people.roster_cells import Reason, folded
from learning.people.roster_table import Field
from learning.people.rules import problem_of_post


class Action(StrEnum):
    """What taking in a row does."""

    ADD = "add"
    #: Somebody who is on record and holds no post at present takes one here.
    TAKE_IN = "take_in"
    ADD_POST = "add_post"
    MOVE = "move"
    CORRECT = "correct"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Post:
    """A post that is not ended, of a person on record."""

    id: int
    entry: AppointmentEntry
    is_covered: bool


@dataclass(frozen=True)
class KnownPerson:
    """A person on record, with the posts that are not ended."""

    id: int
    name: str
    staff_number: str
    is_active: bool
    posts: tuple[Post, ...]


@dataclass(frozen=True)
class Known:
    """What is on record when a list is checked."""

    #: By staff number without leading zeros.
    persons: Mapping[str, Sequence[KnownPerson]]
    #: Names, units and posts of persons on record, to notice the same person under another number.
    holders: Mapping[tuple[str, int, str], str]
    #: Sign-in names in use by accounts of offices.
    taken_names: frozenset[str]


@dataclass(frozen=True)
class Entry:
    """What a row says."""

    name: str
    staff_number: str
    appointment: AppointmentEntry
    #: The columns of the appointment in which something stood; an empty cell changes nothing on record.
    given: frozenset[Field] = frozenset()


@dataclass(frozen=True)
class PlannedRow:
    """A row with what it would do; with reasons, nothing."""

    row: Row
    reasons: tuple[Reason, ...] = ()
    entry: Entry | None = None
    action: Action | None = None
    person_id: int | None = None
    #: The post that is corrected, or that ends the day before.
    post_id: int | None = None

    @property
    def is_refused(self) -> bool:
        """Return whether the row is left out."""
        return bool(self.reasons)


def without_zeros(staff_number: str) -> str:
    """Return a staff number without leading zeros, as a spreadsheet leaves it."""
    return staff_number.lstrip("0")


def plan(rows: Iterable[PlannedRow], known: Known, today: date) -> list[PlannedRow]:
    """Decide what every row does that could be read."""
    return [row if row.entry is None else _checked(_decide(row, row.entry, known), today) for row in rows]


def _refused(row: PlannedRow, message: str, **params: str) -> PlannedRow:
    return PlannedRow(row.row, (Reason(message, params),))


def _checked(row: PlannedRow, today: date) -> PlannedRow:
    """Refuse what would put a post on record that cannot be."""
    problem = problem_of_post(row.entry.appointment, today) if row.entry else None
    return _refused(row, problem) if problem else row


def _decide(row: PlannedRow, entry: Entry, known: Known) -> PlannedRow:
    alike = known.persons.get(without_zeros(entry.staff_number), ())
    same = [person for person in alike if person.staff_number == entry.staff_number]
    if same:
        return _decide_about(row, entry, same[0])
    if alike:
        return _refused(
            row,
            N_("Staff number %(value)s is not on record, but %(other)s is: were leading zeros lost?"),
            value=entry.staff_number,
            other=alike[0].staff_number,
        )
    return _decide_about_stranger(row, entry, known)


def _decide_about_stranger(row: PlannedRow, entry: Entry, known: Known) -> PlannedRow:
    if folded(entry.staff_number) in known.taken_names:
        return _refused(
            row, N_("Staff number %(value)s is in use as another account."), value=entry.staff_number
        )
    place = (entry.name, entry.appointment.organisation_id, folded(entry.appointment.post))
    if place in known.holders:
        return _refused(
            row,
            N_(
                "The same name with the same post is on record as %(other)s. Is the number wrong? "
                "If this is somebody else, add the person by hand."
            ),
            other=known.holders[place],
        )
    return replace(row, action=Action.ADD)


def _decide_about(row: PlannedRow, entry: Entry, person: KnownPerson) -> PlannedRow:
    if folded(person.name) != folded(entry.name):
        return _refused(row, N_("Staff number %(value)s belongs to another name."), value=entry.staff_number)
    if person.posts and not any(post.is_covered for post in person.posts):
        return _refused(row, N_("This person holds a post in another unit, which must end it first."))
    if not person.is_active:
        return _refused(row, N_("This person is switched off. Switch the person on first."))
    row = replace(row, person_id=person.id)
    if not person.posts:
        return replace(row, action=Action.TAKE_IN)
    here = [post for post in person.posts if post.entry.organisation_id == entry.appointment.organisation_id]
    return _decide_here(row, entry, here) if here else _decide_elsewhere(row, entry, person.posts)


def _decide_here(row: PlannedRow, entry: Entry, here: Sequence[Post]) -> PlannedRow:
    """Decide about somebody who holds posts in the same unit: the same post, or a new one after it."""
    wanted = folded(entry.appointment.post)
    same = [post for post in here if folded(post.entry.post) == wanted] if wanted else here
    if len(same) == 1:
        return _corrected(row, entry, same[0])
    if len(here) > 1:
        return _refused(
            row, N_("This person holds several posts in the unit. Change them on the person's page.")
        )
    if _is_later(entry.appointment.appointed_on, here[0]):
        return replace(row, action=Action.MOVE, post_id=here[0].id)
    return _corrected(row, entry, here[0])


def _corrected(row: PlannedRow, entry: Entry, post: Post) -> PlannedRow:
    changes = {field.value: getattr(entry.appointment, field.value) for field in entry.given}
    if Field.APPOINTED_ON in entry.given:
        changes["appointed_precision"] = entry.appointment.appointed_precision
    merged = replace(post.entry, **changes)
    action = Action.NOTHING if merged == post.entry else Action.CORRECT
    return replace(row, entry=replace(entry, appointment=merged), action=action, post_id=post.id)


def _decide_elsewhere(row: PlannedRow, entry: Entry, posts: Sequence[Post]) -> PlannedRow:
    """Decide about somebody who holds posts in other units: a further post beside them, or a move."""
    if entry.appointment.tenure_type is not TenureType.FULL_TIME:
        further = replace(entry.appointment, is_primary=False)
        return replace(row, entry=replace(entry, appointment=further), action=Action.ADD_POST)
    full_time = [post for post in posts if post.entry.tenure_type is TenureType.FULL_TIME]
    if not full_time:
        return replace(row, action=Action.ADD_POST)
    if len(full_time) > 1 or not full_time[0].is_covered:
        return _refused(
            row, N_("This person holds a full-time post in another unit, which must end it first.")
        )
    if not _is_later(entry.appointment.appointed_on, full_time[0]):
        return _refused(
            row,
            N_("A move to another unit needs the day of appointment, later than that of the present post."),
        )
    return replace(row, action=Action.MOVE, post_id=full_time[0].id)


def _is_later(appointed_on: date | None, post: Post) -> bool:
    """Return whether a post could end the day before this appointment."""
    return appointed_on is not None and (
        post.entry.appointed_on is None or post.entry.appointed_on < appointed_on
    )


def day_before(day: date) -> date:
    """Return the last day of the post before one that begins on a day."""
    return day - timedelta(days=1)
