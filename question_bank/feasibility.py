"""Tell whether a blueprint can be drawn from a pool, and if not which cells fall short by how much."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from question_bank.filling import Filling
from question_bank.pool import Pool


@dataclass(frozen=True)
class Shortfall:
    """Name cells that together need more items than fit any of them, while any fewer of them have enough."""

    cells: tuple[int, ...]
    needed: int
    available: int


@dataclass(frozen=True)
class Feasibility:
    """Hold how many candidates fit each cell, taken by itself, and where they do not suffice."""

    available: tuple[int, ...]
    shortfalls: tuple[Shortfall, ...]

    @property
    def is_feasible(self) -> bool:
        """Tell whether the blueprint can be drawn."""
        return not self.shortfalls


def check(pool: Pool) -> Feasibility:
    """Return whether the blueprint of the pool can be drawn without using a candidate twice.

    By Hall's theorem it can unless some cells need more than fits any of them. Each such set is reported
    in its smallest form; the cells of one shortfall are left out when the next is looked for.
    """
    left = set(range(len(pool.blueprint.cells)))
    shortfalls = []
    while conflict := _conflict(pool, left):
        cells = _smallest(pool, conflict)
        shortfalls.append(Shortfall(tuple(sorted(cells)), _needed(pool, cells), pool.available(cells)))
        left -= cells
    available = tuple(pool.available([cell]) for cell in range(len(pool.blueprint.cells)))
    return Feasibility(available, tuple(sorted(shortfalls, key=lambda shortfall: shortfall.cells)))


def _conflict(pool: Pool, cells: Collection[int]) -> frozenset[int]:
    """Return some of the cells that need more than there is, nothing if all of them can be filled."""
    filling = Filling(pool.sizes, sorted(cells))
    for cell in filling.taken:
        for _ in range(pool.blueprint.cells[cell].count):
            stuck = filling.add(cell, lambda free: free[0])
            if stuck:
                return stuck
    return frozenset()


def _smallest(pool: Pool, conflict: frozenset[int]) -> frozenset[int]:
    """Return cells of the conflict that fall short, while without any one of them the others do not."""
    for cell in sorted(conflict):
        smaller = _conflict(pool, conflict - {cell})
        if smaller:
            return _smallest(pool, smaller)
    return conflict


def _needed(pool: Pool, cells: Collection[int]) -> int:
    return sum(pool.blueprint.cells[cell].count for cell in cells)
