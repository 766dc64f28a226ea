"""Know the item types: each folder here is one, found by itself."""

from __future__ import annotations

import sys
from functools import cache

from question_bank import discovery
from question_bank.types.protocol import ItemType


@cache
def _by_name() -> dict[str, ItemType]:
    return discovery.plug_ins(sys.modules[__name__], "TYPE")


def all_types() -> tuple[ItemType, ...]:
    """Return every item type, in the order in which people are used to see them."""
    return tuple(sorted(_by_name().values(), key=lambda each: (each.position, each.name)))


def find(name: object) -> ItemType | None:
    """Return the type of that name, None where there is none."""
    return _by_name().get(name) if isinstance(name, str) else None


def get(name: str) -> ItemType:
    """Return the type of that name.

    :raises KeyError: where there is none; use find() for names from outside.
    """
    return _by_name()[name]
