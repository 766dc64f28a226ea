"""Draw the items of one exam from a pool, the same again for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import islice
from random import Random

from question_bank import balance, feasibility
from question_bank.feasibility import Feasibility
from question_bank.filling import Filling, Group
from question_bank.pool import Pool


@dataclass(frozen=True)
class Draw:
    """Hold the ids drawn for each cell, in the random order in which they are to be asked."""

    cells: tuple[tuple[int, ...], ...]


def draw(
    pool: Pool,
    seed: int | str,
    avoid: Collection[int] = frozenset(),
    barred: Collection[int] = frozenset(),
) -> Draw | Feasibility:
    """Return the items drawn, or why the blueprint of the pool cannot be drawn.

    The result depends on the blueprint, the set of candidates, the seed and the ids to avoid or barred, on
    nothing else. Of the ids to avoid it contains as few as possible, of those barred none. Where cells do
    not overlap, all candidates of a cell are equally likely.

    Where the blueprint has a difficulty bound, any two papers of a pool differ by less. What is barred or
    to be avoided comes first: where the candidates left are too few for the bound, a paper is as near to it
    as they allow.
    """
    bound = pool.blueprint.difficulty_bound
    if bound is not None and not pool.is_shared_out:
        pool = pool.limited("")  # the bound can only be promised where every cell has its own candidates
    rng = Random(f"{seed}")  # noqa: S311 - has to be repeatable; the seed is what must not be guessed
    groups = _groups(pool, frozenset(avoid), frozenset(barred))
    filling = _fill(pool, groups, rng)
    if not filling:
        return feasibility.check(pool.without(frozenset(barred)))
    cells = _hand_out(filling, groups, rng)
    if bound is not None:
        balance.repair(pool, cells, frozenset(avoid).union(barred), rng)
    return Draw(tuple(tuple(ids) for ids in cells))


def _groups(pool: Pool, avoid: frozenset[int], barred: frozenset[int]) -> dict[Group, list[int]]:
    """Return the groups of the pool without what is barred, what is to be avoided in groups of its own."""
    if not avoid and not barred:
        return pool.groups
    groups: dict[Group, list[int]] = {}
    for (cells, _), ids in pool.groups.items():
        left, avoided = ids, avoid.intersection(ids) - barred
        if avoided or not barred.isdisjoint(ids):
            left = [id_ for id_ in ids if id_ not in avoided and id_ not in barred]
        groups[Group(cells)] = left
        if avoid:
            groups[Group(cells, is_avoided=True)] = sorted(avoided)
    return groups


def _fill(pool: Pool, groups: dict[Group, list[int]], rng: Random) -> Filling | None:
    """Return how many of each group every cell gets, None if they do not suffice.

    Places are filled from what need not be avoided first. What finds no room there is filled from the rest,
    which moves the others about but takes none of them from what they need not avoid.
    """
    cells = pool.blueprint.cells
    places = [number for number, cell in enumerate(cells) for _ in range(cell.count)]
    rng.shuffle(places)
    filling = Filling(dict.fromkeys(groups, 0), range(len(cells)))
    for avoided in (False, True):
        filling.spare.update(
            {group: len(ids) for group, ids in groups.items() if group.is_avoided is avoided}
        )
        places = [place for place in places if filling.add(place, _pick(filling, rng))]
    return None if places else filling


def _pick(filling: Filling, rng: Random) -> Callable[[list[Group]], Group]:
    """Return a choice among free groups in which every candidate left has the same chance."""
    return lambda free: rng.choices(free, weights=[filling.spare[group] for group in free])[0]


def _hand_out(filling: Filling, groups: dict[Group, list[int]], rng: Random) -> list[list[int]]:
    """Draw from each group what the cells get of it, and give every cell its share in random order."""
    drawn: list[list[int]] = [[] for _ in filling.taken]
    for group, ids in groups.items():
        shares = [taken[group] for taken in filling.taken.values()]
        sample = iter(rng.sample(ids, sum(shares)))
        for cell, share in enumerate(shares):
            drawn[cell] += islice(sample, share)
    for ids in drawn:
        rng.shuffle(ids)
    return drawn
