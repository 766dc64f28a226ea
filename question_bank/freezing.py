"""Share candidates out among the cells that they fit, so that every promise about draws is one about cells.

A candidate that fits several cells is given to one of them when a pool is frozen. What one cell draws then
takes nothing from another: how often a cell can be drawn, without repeating anything or beyond a cap, and
how difficult it is on average, are figures of that cell alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate
from random import Random

from question_bank.filling import Filling, Group


def shares(sizes: Mapping[Group, int], stages: Sequence[Sequence[int]]) -> dict[int, Counter[Group]]:
    """Return how many candidates of each group every cell gets.

    Each stage says how many each cell should have; what an earlier stage gave is never lost to a later one.
    By the theory of matroids it does not matter in which order the cells of a stage are served: a stage is
    reached for all cells if there is any way to reach it.
    """
    filling = Filling(sizes, range(len(stages[0])))
    full: set[int] = set()

    def by_size(free: list[Group]) -> Group:
        """Pick what has been used least for its size, so that a cell gets of all its groups."""
        return max(free, key=lambda group: sizes[group] / (2 * (sizes[group] - filling.spare[group]) + 1))

    for stage in stages:
        for cell in [each for each in filling.taken if each not in full]:
            for _ in range(stage[cell] - filling.taken[cell].total()):
                if filling.add(cell, by_size):
                    full.add(cell)
                    break
    return filling.taken


def dealt(
    by_level: Mapping[int, Sequence[int]], wanted: Mapping[int, int], rng: Random
) -> Iterator[tuple[int, int, int]]:
    """Yield cell, id and level of difficulty: to each cell as many ids of one group as it wants.

    Every cell gets nearly the same mix of levels as the group has. How many of each level it gets does not
    depend on the seed; which ones does only where not all are wanted.
    """
    levels = sorted(by_level)
    sizes = [len(by_level[level]) for level in levels]
    total = sum(wanted.values())
    # The middles of equal stretches of all candidates in the order of their levels say how many of each.
    ends, size, of_level = list(accumulate(sizes)), sum(sizes), Counter[int]()
    at = 0
    for number in range(total):
        while (2 * number + 1) * size >= 2 * total * ends[at]:
            at += 1
        of_level[levels[at]] += 1
    ids = [(id_, level) for level in levels for id_ in _chosen(by_level[level], of_level[level], rng)]
    for cell, (id_, level) in zip(_interleaved(wanted), ids, strict=True):
        yield cell, id_, level


def _chosen(ids: Sequence[int], number: int, rng: Random) -> Collection[int]:
    return ids if number == len(ids) else sorted(rng.sample(ids, number))


def _interleaved(wanted: Mapping[int, int]) -> list[int]:
    """Return each cell as often as it wants something, spread evenly over the whole."""
    turns = [((2 * turn + 1) / number, cell) for cell, number in wanted.items() for turn in range(number)]
    return [cell for _, cell in sorted(turns)]
