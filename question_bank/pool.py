"""Sort candidates by the cells of a blueprint that they fit: half a million become a few dozen groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from question_bank.blueprints import Blueprint, prefixes_of
from question_bank.filling import Group


class Candidate(NamedTuple):
    """Hold what a draw has to know of one item version."""

    id: int
    clauses: tuple[str, ...]
    type: str
    difficulty: int
    tags: tuple[str, ...]


class Pool:
    """Hold the ids of the candidates that fit a blueprint, sorted, by group.

    Making it takes a look at every candidate; all that is asked of it later does not.
    """

    def __init__(self, blueprint: Blueprint, candidates: Iterable[Candidate]) -> None:
        self.blueprint = blueprint
        self.groups = _groups(blueprint, candidates)
        self.sizes = {group: len(ids) for group, ids in self.groups.items()}

    @classmethod
    def of_rows(cls, blueprint: Blueprint, rows: Iterable[tuple[int, int]]) -> Pool:
        """Return the pool that rows() stated, without looking at any candidate again."""
        cells_of: Counter[int] = Counter()
        for cell, id_ in rows:
            cells_of[id_] |= 1 << cell
        groups: dict[int, set[int]] = {}
        for id_, bits in cells_of.items():
            groups.setdefault(bits, set()).add(id_)
        pool = cls(blueprint, ())
        pool.groups = _sorted(groups)
        pool.sizes = {group: len(ids) for group, ids in pool.groups.items()}
        return pool

    def rows(self) -> Iterator[tuple[int, int]]:
        """Yield each cell with the id of each candidate that fits it, to freeze the pool by."""
        for group, ids in self.groups.items():
            for cell in range(len(self.blueprint.cells)):
                if group.cells >> cell & 1:
                    yield from ((cell, id_) for id_ in ids)

    def available(self, cells: Collection[int]) -> int:
        """Return how many candidates fit at least one of the cells."""
        wanted = sum(1 << cell for cell in cells)
        return sum(size for group, size in self.sizes.items() if group.cells & wanted)


class _Sieve:
    """Tell which cells admit a value: those that want it, and those that want nothing special."""

    def __init__(self, wanted: Iterable[Iterable[Hashable]]) -> None:
        self._anything = 0
        self._by_value: Counter[Hashable] = Counter()
        for cell, values in enumerate(wanted):
            several = set(values)
            self._by_value.update(dict.fromkeys(several, 1 << cell))
            self._anything |= 0 if several else 1 << cell

    def cells(self, values: Iterable[Hashable]) -> int:
        """Return the cells that admit at least one of the values, as bits."""
        bits = self._anything
        for value in values:
            bits |= self._by_value.get(value, 0)
        return bits


def _groups(blueprint: Blueprint, candidates: Iterable[Candidate]) -> dict[Group, list[int]]:
    by_clause = _Sieve(cell.clauses for cell in blueprint.cells)
    by_type = _Sieve(cell.types for cell in blueprint.cells)
    by_difficulty = _Sieve(cell.difficulties for cell in blueprint.cells)
    by_tag = _Sieve(cell.tags for cell in blueprint.cells)

    @cache
    def by_clauses(clauses: tuple[str, ...]) -> int:
        return by_clause.cells(prefix for clause in clauses for prefix in prefixes_of(clause))

    groups: dict[int, set[int]] = {}
    for id_, clauses, type_, difficulty, tags in candidates:
        bits = (
            by_clauses(clauses)
            & by_type.cells([type_])
            & by_difficulty.cells([difficulty])
            & by_tag.cells(tags)
        )
        if bits:
            groups.setdefault(bits, set()).add(id_)
    return _sorted(groups)


def _sorted(groups: Mapping[int, Collection[int]]) -> dict[Group, list[int]]:
    """Return the ids by group, in an order that does not depend on that of the candidates."""
    return {Group(bits): sorted(groups[bits]) for bits in sorted(groups)}
