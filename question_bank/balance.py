"""Keep the papers of a blueprint equally difficult: closer to each other than its bound.

The difficulty of a paper is the mean level of its items, each weighted by its marks. Every cell has a
target: the mean over its frozen candidates. While what a cell has drawn lies above its target, what it has
left undrawn lies below, so that some drawn item can be swapped with an undrawn one that is easier by no more
than the widest gap between neighbouring levels of the cell (go through the levels from an easier undrawn to
a harder drawn one: somewhere an undrawn one is followed by a drawn one). The same holds below the target.
A paper off the target of all cells together has such a cell. Therefore swaps lead every paper into a window
as wide as the bound around that target, if no single gap, weighted by marks, is wider than the window.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import NamedTuple

from question_bank.blueprints import Blueprint, Cell
from question_bank.pool import Pool


class _Swap(NamedTuple):
    cell: int
    out_of: int  #: the level of what goes out
    into: int  #: the level of what comes in
    change: int  #: of the weight of the paper
    ways: int  #: how many pairs of items there are for it


def difficulty(pool: Pool, cells: Sequence[Sequence[int]]) -> Fraction:
    """Return the expected difficulty of a paper with these ids in its cells."""
    return Fraction(_weight(pool, cells), _full_weight(pool.blueprint))


def target(pool: Pool) -> Fraction:
    """Return the difficulty around which papers lie; the pool is shared out and no cell of it empty."""
    return _target_weight(pool) / _full_weight(pool.blueprint)


def least_bound(pool: Pool) -> Decimal:
    """Return the least bound that draws from a pool that is shared out can keep, with two decimal places."""
    steps = [
        _hundredths(cell) * _widest_gap(levels)
        for cell, levels in zip(pool.blueprint.cells, pool.levels, strict=True)
        if sum(map(len, levels.values())) > cell.count  # else there is nothing to draw
    ]
    least = Fraction(max(steps, default=0), _full_weight(pool.blueprint))
    return Decimal(max(1, math.ceil(least * 100))).scaleb(-2)


def repair(pool: Pool, cells: Sequence[list[int]], excluded: Collection[int], rng: Random) -> None:
    """Swap drawn items with others of their cells until the paper lies within the bound.

    What is excluded is never swapped in. Where that leaves too little to come within the bound, the paper
    is as close to it as single swaps make it.
    """
    lowest, highest = _window(pool)

    def beyond(weight: int) -> int:
        return max(lowest - weight, weight - highest, 0)

    weight = _weight(pool, cells)
    while beyond(weight):
        taken = set(excluded).union(*cells)
        swaps = list(_swaps(pool, cells, taken))
        nearest = min((beyond(weight + swap.change) for swap in swaps), default=beyond(weight))
        if nearest >= beyond(weight):
            return
        best = [swap for swap in swaps if beyond(weight + swap.change) == nearest]
        swap = rng.choices(best, [swap.ways for swap in best])[0]
        _make(swap, pool, cells[swap.cell], taken, rng)
        weight += swap.change


def _window(pool: Pool) -> tuple[int, int]:
    """Return the least and the greatest weight of papers that are less than the bound apart."""
    middle = _target_weight(pool)
    half = Fraction(pool.blueprint.difficulty_bound or 0) * _full_weight(pool.blueprint) / 2
    return math.ceil(middle - half), math.ceil(middle + half) - 1


def _swaps(pool: Pool, cells: Sequence[Sequence[int]], taken: Collection[int]) -> Iterator[_Swap]:
    """Yield the swaps of one drawn item for one that is not taken, by cell and levels."""
    gone = Counter((pool.cell_of[id_], pool.difficulties[id_]) for id_ in taken if id_ in pool.cell_of)
    for at, (cell, drawn) in enumerate(zip(pool.blueprint.cells, cells, strict=True)):
        left = {level: len(ids) - gone[at, level] for level, ids in pool.levels[at].items()}
        for level, number in Counter(map(pool.difficulties.__getitem__, drawn)).items():
            for other, spare in left.items():
                if spare and other != level:
                    change = _hundredths(cell) * (other - level)
                    yield _Swap(at, level, other, change, number * spare)


def _make(swap: _Swap, pool: Pool, drawn: list[int], taken: Collection[int], rng: Random) -> None:
    """Swap one pair at random."""
    place = rng.choice([at for at, id_ in enumerate(drawn) if pool.difficulties[id_] == swap.out_of])
    drawn[place] = rng.choice([id_ for id_ in pool.levels[swap.cell][swap.into] if id_ not in taken])


def _weight(pool: Pool, cells: Sequence[Sequence[int]]) -> int:
    """Return the levels of a paper added up, each as often as its item has hundredths of a mark."""
    return sum(
        _hundredths(cell) * sum(map(pool.difficulties.__getitem__, ids))
        for cell, ids in zip(pool.blueprint.cells, cells, strict=True)
    )


def _target_weight(pool: Pool) -> Fraction:
    return sum(
        (
            Fraction(_hundredths(cell) * cell.count * _level_sum(levels), sum(map(len, levels.values())))
            for cell, levels in zip(pool.blueprint.cells, pool.levels, strict=True)
        ),
        start=Fraction(0),
    )


def _level_sum(levels: dict[int, list[int]]) -> int:
    return sum(level * len(ids) for level, ids in levels.items())


def _full_weight(blueprint: Blueprint) -> int:
    return int(blueprint.total_marks * 100)


def _hundredths(cell: Cell) -> int:
    return int(cell.marks * 100)


def _widest_gap(levels: Collection[int]) -> int:
    return max((higher - lower for lower, higher in pairwise(sorted(levels))), default=0)
