"""Decide about organisations in trees and about the days of appointments."""

from collections.abc import Iterator, Mapping
from datetime import date


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
