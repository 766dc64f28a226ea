"""Prove before an exam that every paper of it can be drawn, or tell which cells fall short by how much."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from question_bank import balance
from question_bank.filling import Filling
from question_bank.pool import Pool, exposure_cap, needed


@dataclass(frozen=True)
class Shortfall:
    """Name cells that together need more items than fit any of them, while any fewer of them have enough."""

    cells: tuple[int, ...]
    needed: int
    available: int


@dataclass(frozen=True)
class Feasibility:
    """Hold how many candidates fit each cell, taken by itself, and what they do not suffice for.

    ``resit_shortfalls`` are no refusal: a paper can be drawn, but may have to repeat items of an earlier one.
    ``least_bound`` is set where the blueprint asks for papers closer in difficulty than can be promised.
    """

    available: tuple[int, ...]
    shortfalls: tuple[Shortfall, ...]
    resit_shortfalls: tuple[Shortfall, ...] = ()
    least_bound: Decimal | None = None

    @property
    def is_feasible(self) -> bool:
        """Tell whether all that the blueprint promises can be kept."""
        return not self.shortfalls and self.least_bound is None


def check(pool: Pool, papers: int = 1, attempts: int = 1) -> Feasibility:
    """Return whether so many papers can be drawn from the pool, whatever the seeds.

    It is proved for the pool as it is frozen: ``pool.limited(…, papers, attempts)``. There every cell has
    candidates of its own, and ``needed()`` says exactly how many it has to have so that no paper is ever
    refused, though candidates are barred that have reached the exposure cap. By Hall's theorem the
    candidates can be shared out so unless some cells together need more than fits any of them. Each such
    set is reported in its smallest form; its cells are left out when the next is looked for.

    With ``attempts`` it is told in the same way whether every paper of a person up to so many can be free
    of items of the earlier ones.
    """
    counts = [cell.count for cell in pool.blueprint.cells]
    cap = exposure_cap(pool.blueprint, papers)
    shortfalls = _shortfalls(pool, [needed(count, papers, cap) for count in counts])
    again = [needed(count, papers, cap, attempts) for count in counts]
    return Feasibility(
        tuple(pool.available([cell]) for cell in range(len(counts))),
        shortfalls,
        _shortfalls(pool, again) if attempts > 1 else (),
        None if shortfalls else _too_close(pool, papers, attempts),
    )


def _too_close(pool: Pool, papers: int, attempts: int) -> Decimal | None:
    """Return the least bound that can be promised if the blueprint asks for a smaller one."""
    bound = pool.blueprint.difficulty_bound
    if bound is None:
        return None
    frozen = pool if pool.is_shared_out else pool.limited("", papers, attempts)
    least = balance.least_bound(frozen)
    return least if bound < least else None


def _shortfalls(pool: Pool, needs: Sequence[int]) -> tuple[Shortfall, ...]:
    left, found = set(range(len(needs))), []
    while conflict := _conflict(pool, needs, left):
        cells = _smallest(pool, needs, conflict)
        found.append(
            Shortfall(tuple(sorted(cells)), sum(needs[cell] for cell in cells), pool.available(cells))
        )
        left -= cells
    return tuple(sorted(found, key=lambda shortfall: shortfall.cells))


def _conflict(pool: Pool, needs: Sequence[int], cells: Collection[int]) -> frozenset[int]:
    """Return some of the cells that need more than there is, nothing if all of them can be filled."""
    filling = Filling(pool.sizes, sorted(cells))
    for cell in filling.taken:
        for _ in range(needs[cell] - filling.take_free(cell, needs[cell])):
            stuck = filling.add(cell, lambda free: free[0])
            if stuck:
                return stuck
    return frozenset()


def _smallest(pool: Pool, needs: Sequence[int], conflict: frozenset[int]) -> frozenset[int]:
    """Return cells of the conflict that fall short, while without any one of them the others do not."""
    for cell in sorted(conflict):
        smaller = _conflict(pool, needs, conflict - {cell})
        if smaller:
            return _smallest(pool, needs, smaller)
    return conflict
