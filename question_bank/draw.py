"""Draw the items of one exam from a pool, the same again for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import islice
from random import Random

from question_bank import feasibility
from question_bank.feasibility import Feasibility
from question_bank.filling import Filling, Group
from question_bank.pool import Pool


@dataclass(frozen=True)
class Draw:
    """Hold the ids drawn for each cell, in the random order in which they are to be asked."""

    cells: tuple[tuple[int, ...], ...]


def draw(pool: Pool, seed: int | str, avoid: Collection[int] = frozenset()) -> Draw | Feasibility:
    """Return the items drawn, or why the blueprint of the pool cannot be drawn.

    The result depends on the blueprint, the set of candidates, the seed and the ids to avoid, on nothing
    else. Of the ids to avoid it contains as few as possible. Where cells do not overlap, all candidates of a
    cell are equally likely.
    """
    rng = Random(f"{seed}")  # noqa: S311 - has to be repeatable; the seed is what must not be guessed
    groups = _groups(pool, frozenset(avoid))
    filling = _fill(pool, groups, rng)
    return _hand_out(filling, groups, rng) if filling else feasibility.check(pool)


def _groups(pool: Pool, avoid: frozenset[int]) -> dict[Group, list[int]]:
    """Return the groups of the pool, what is to be avoided in groups of its own."""
    if not avoid:
        return pool.groups
    groups: dict[Group, list[int]] = {}
    for (cells, _), ids in pool.groups.items():
        avoided = avoid.intersection(ids)
        groups[Group(cells)] = [id_ for id_ in ids if id_ not in avoided] if avoided else ids
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


def _hand_out(filling: Filling, groups: dict[Group, list[int]], rng: Random) -> Draw:
    """Draw from each group what the cells get of it, and give every cell its share in random order."""
    drawn: list[list[int]] = [[] for _ in filling.taken]
    for group, ids in groups.items():
        shares = [taken[group] for taken in filling.taken.values()]
        sample = iter(rng.sample(ids, sum(shares)))
        for cell, share in enumerate(shares):
            drawn[cell] += islice(sample, share)
    for ids in drawn:
        rng.shuffle(ids)
    return Draw(tuple(tuple(ids) for ids in drawn))
