"""Sort candidates by the cells of a blueprint that they fit: half a million become a few dozen groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from random import Random
from typing import NamedTuple

from question_bank import freezing
from question_bank.blueprints import Blueprint, prefixes_of
from question_bank.filling import Group

MOST_TIMES = 20  #: what a paper takes of a cell: so much of it is frozen at most
FEWEST = 500  #: candidates of a whole pool, however small the paper


class Candidate(NamedTuple):
    """Hold what a draw has to know of one item version."""

    id: int
    clauses: tuple[str, ...]
    type: str
    difficulty: int
    tags: tuple[str, ...]


class Pool:
    """Hold the ids of the candidates that fit a blueprint, sorted, by group.

    Making it takes a look at every candidate; all that is asked of it later does not. Nothing changes it, so
    that whoever draws many papers of a sitting can keep it.
    """

    def __init__(self, blueprint: Blueprint, candidates: Iterable[Candidate]) -> None:
        self.blueprint = blueprint
        self.difficulties: dict[int, int] = {}  #: of each id
        self.groups = _sorted(_groups(blueprint, candidates, self.difficulties))
        self.sizes = {group: len(ids) for group, ids in self.groups.items()}

    @classmethod
    def of_rows(cls, blueprint: Blueprint, rows: Iterable[tuple[int, int, int]]) -> Pool:
        """Return the pool that rows() stated, without looking at any candidate again."""
        pool = cls(blueprint, ())
        cells_of: dict[int, int] = {}
        for cell, id_, difficulty in rows:
            cells_of[id_] = cells_of.get(id_, 0) | 1 << cell
            pool.difficulties[id_] = difficulty
        groups: dict[int, list[int]] = {}
        for id_, bits in cells_of.items():
            groups.setdefault(bits, []).append(id_)
        pool.groups = _sorted(groups)
        pool.sizes = {group: len(ids) for group, ids in pool.groups.items()}
        return pool

    def rows(self) -> Iterator[tuple[int, int, int]]:
        """Yield each cell with id and difficulty of each candidate that fits it, to freeze the pool by."""
        for group, ids in self.groups.items():
            for cell in range(len(self.blueprint.cells)):
                if group.cells >> cell & 1:
                    yield from ((cell, id_, self.difficulties[id_]) for id_ in ids)

    def available(self, cells: Collection[int]) -> int:
        """Return how many candidates fit at least one of the cells."""
        wanted = sum(1 << cell for cell in cells)
        return sum(size for group, size in self.sizes.items() if group.cells & wanted)

    def without(self, ids: Collection[int]) -> Pool:
        """Return the pool without some of its candidates."""
        return Pool.of_rows(self.blueprint, (row for row in self.rows() if row[1] not in ids))

    @cached_property
    def is_shared_out(self) -> bool:
        """Tell whether no candidate fits two cells."""
        return all(group.cells.bit_count() == 1 for group in self.groups)

    def limited(self, seed: int | str, papers: int = 1, attempts: int = 2, most: int = MOST_TIMES) -> Pool:
        """Return the pool to freeze for a sitting: each candidate for one cell only, no more than needed.

        A cell keeps at most ``most`` times what a paper takes of it (and of small papers so much more that a
        pool has at least 500 candidates), but always what ``papers`` papers under the exposure cap need, and
        what makes ``attempts`` papers of one person free of repeated items, as far as there is enough. What
        feasibility.check() found of this pool it therefore finds of that one too. Larger cells become a
        random sample with the levels of difficulty in the same proportion.
        """
        rng = Random(f"{seed}")  # noqa: S311 - has to be repeatable; nothing is secret about it
        given = freezing.shares(self.sizes, self._stages(papers, attempts, most))
        rows: list[tuple[int, int, int]] = []
        for group, ids in self.groups.items():
            wanted = {cell: taken[group] for cell, taken in given.items() if taken[group]}
            rows += freezing.dealt(self._by_level(ids), wanted, rng)
        return Pool.of_rows(self.blueprint, rows)

    def _stages(self, papers: int, attempts: int, most: int) -> list[list[int]]:
        """Return how many candidates each cell should have, from what it must to what it may have."""
        counts = [cell.count for cell in self.blueprint.cells]
        cap = exposure_cap(self.blueprint, papers)
        times = max(most, -(-FEWEST // self.blueprint.total_items))
        return [
            counts,
            *([needed(count, papers, cap, number) for count in counts] for number in range(1, attempts + 1)),
            *([count * time for count in counts] for time in range(1, times + 1)),
        ]

    def _by_level(self, ids: Iterable[int]) -> dict[int, list[int]]:
        by_level: dict[int, list[int]] = {}
        for id_ in ids:
            by_level.setdefault(self.difficulties[id_], []).append(id_)
        return by_level

    @cached_property
    def levels(self) -> tuple[dict[int, list[int]], ...]:
        """Return the ids of each cell by their level of difficulty."""
        ids: list[list[int]] = [[] for _ in self.blueprint.cells]
        for cell, id_, _ in self.rows():
            ids[cell].append(id_)
        return tuple(self._by_level(each) for each in ids)

    @cached_property
    def cell_of(self) -> dict[int, int]:
        """Return the cell of each id, in a pool that is shared out."""
        return {id_: cell for cell, id_, _ in self.rows()}


def exposure_cap(blueprint: Blueprint, papers: int) -> int:
    """Return in how many papers of a sitting with so many an item may stand; once in any case."""
    return max(1, papers * blueprint.exposure_percent // 100)


def needed(count: int, papers: int, cap: int, attempts: int = 1) -> int:
    """Return how many candidates a cell of its own needs, whatever is drawn and in whatever order.

    Somebody who has sat ``attempts - 1`` papers gets one more, free of what stood in those. By then the
    papers of all others may have brought as many candidates as possible to the cap, and these are barred.
    """
    others = papers - attempts
    return count * attempts + (others * count // cap if others >= cap else 0)


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


def _groups(
    blueprint: Blueprint, candidates: Iterable[Candidate], difficulties: dict[int, int]
) -> dict[int, set[int]]:
    """Sort the candidates that fit, and note their difficulties."""
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
            difficulties[id_] = difficulty
    return groups


def _sorted(groups: Mapping[int, Collection[int]]) -> dict[Group, list[int]]:
    """Return the ids by group, in an order that does not depend on that of the candidates."""
    return {Group(bits): sorted(groups[bits]) for bits in sorted(groups)}
