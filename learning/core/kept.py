"""Keep in memory what can never change in the database, so that no request has to read it again."""

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from learning.core.db import Database, database

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Rows of an append-only or frozen table, at most so many for each database; the oldest go first.

    Whoever makes one says beside it why what it keeps cannot be stale.
    """

    def __init__(self, most: int) -> None:
        """Keep up to `most` values."""
        self._most = most
        self._lock = threading.Lock()
        self._of: WeakKeyDictionary[Database, dict[Key, Value]] = WeakKeyDictionary()

    def get(
        self, keys: Collection[Key], load: Callable[[list[Key]], Mapping[Key, Value]]
    ) -> dict[Key, Value]:
        """Return the value of each key; `load` is asked at most once, for those that are not here yet."""
        kept = self._of.get(database())
        found = {key: kept[key] for key in keys if key in kept} if kept is not None else {}
        missing = [key for key in keys if key not in found]
        if missing:
            loaded = load(missing)
            self._keep(loaded)
            found.update(loaded)
        return found

    def one(self, key: Key, load: Callable[[], Value]) -> Value:
        """Return the value of a key; `load` makes it where it is not here yet."""
        return self.get([key], lambda _: {key: load()})[key]

    def _keep(self, loaded: Mapping[Key, Value]) -> None:
        with self._lock:
            kept = self._of.setdefault(database(), {})
            kept.update(loaded)
            if len(kept) > self._most:
                # A new dictionary in place of the full one: readers without the lock see either, both right.
                newest = list(kept.items())[-(self._most * 3 // 4) :]
                self._of[database()] = dict(newest)
