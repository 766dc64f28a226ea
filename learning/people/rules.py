"""Decide about organisations in trees and about the days of appointments."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from learning.core.texts import N_
from learning.people.entries import AppointmentEntry

#: Appointments are put on record before they begin, but not years before: that is a typing error.
FURTHEST_AHEAD = timedelta(days=366)


def in_tree_order(parents: Mapping[int, int | None]) -> Iterator[tuple[int, int]]:
    """Yield each key with its depth, parents before children; siblings keep the order of the mapping.

    Who has no parent among the keys stands at the top.
    """
    children: dict[int | None, list[int]] = {}
    for key, parent in parents.items():
        children.setdefault(parent if parent in parents else None, []).append(key)
    waiting = [(key, 0) for key in reversed(children.get(None, []))]
    while waiting:
        key, depth = waiting.pop()
        yield key, depth
        waiting.extend((child, depth + 1) for child in reversed(children.get(key, [])))


def paths(names: Mapping[int, tuple[str, int | None]]) -> dict[int, str]:
    """Return the names from the top down to each key, joined by strokes."""
    found: dict[int, str] = {}
    for key, _depth in in_tree_order({key: parent for key, (_name, parent) in names.items()}):
        name, parent = names[key]
        found[key] = f"{found[parent]}/{name}" if parent in found else name
    return found


def is_held_on(appointed_on: date | None, left_on: date | None, day: date) -> bool:
    """Return whether a post is held on a day; an unknown beginning lies before it."""
    return (appointed_on is None or appointed_on <= day) and (left_on is None or left_on >= day)


def overlap(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Return whether two times share a day; an unknown end is open."""
    begins = max(one[0] or date.min, other[0] or date.min)
    return begins <= min(one[1] or date.max, other[1] or date.max)


def problem_of_post(entry: AppointmentEntry, today: date) -> str | None:
    """Return why a post cannot be put on record, as an English message id."""
    if entry.is_leadership_member and entry.appointed_on is None:
        return N_("Members of a leading group need the day or month of their appointment.")
    if entry.appointed_on and entry.left_on and entry.left_on < entry.appointed_on:
        return N_("The post ends before it begins.")
    if any(day and day > today + FURTHEST_AHEAD for day in (entry.appointed_on, entry.left_on)):
        return N_("This day lies more than a year ahead.")
    return None


def closure(parents: Mapping[int, int | None]) -> Iterator[tuple[int, int, int]]:
    """Yield every key with each one above it and their distance, itself at 0."""
    for key in parents:
        above: int | None = key
        depth = 0
        while above is not None:
            yield above, key, depth
            above, depth = parents.get(above), depth + 1


def makes_circle(parents: Mapping[int, int | None], key: int, parent: int | None) -> bool:
    """Return whether a key would stand below itself under this parent."""
    above = parent
    while above is not None and above != key:
        above = parents.get(above)
    return above == key
