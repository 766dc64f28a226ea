"""Give candidates to the places of cells that compete for them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple


class Group(NamedTuple):
    """Name the candidates that fit the same cells and are therefore as good as each other."""

    cells: int  #: as bits: bit 0 for the first cell
    is_avoided: bool = False


class Filling:
    """Count how many candidates of each group every cell has got, one place after the other.

    A place that finds nothing free makes other cells move to groups of which something is left (an
    augmenting path). Therefore it fails only if no way of filling has room for it, and a place once
    given is never lost.
    """

    def __init__(self, spare: Mapping[Group, int], cells: Iterable[int]) -> None:
        self.spare = dict(spare)
        self.taken: dict[int, Counter[Group]] = {cell: Counter() for cell in cells}
        self._fitting = {cell: [group for group in spare if group.cells >> cell & 1] for cell in self.taken}

    def take_free(self, cell: int, most: int) -> int:
        """Give the cell up to so many candidates that are free, moving nobody; return how many it got."""
        given = 0
        for group in self._fitting[cell]:
            number = min(self.spare[group], most - given)
            self.spare[group] -= number
            self.taken[cell][group] += number
            given += number
        return given

    def add(self, cell: int, pick: Callable[[list[Group]], Group]) -> frozenset[int]:
        """Give one more place of the cell a candidate; ``pick`` says of which of several free groups.

        Return nothing if that succeeds, else the cells that have used up all that fits any of them: with
        this place they ask for more than there is.
        """
        came_from: dict[int, tuple[int, Group]] = {}
        asked, waiting = {cell}, deque([cell])
        while waiting:
            current = waiting.popleft()
            free = [group for group in self._fitting[current] if self.spare[group]]
            if free:
                self._move(current, pick(free), came_from)
                return frozenset()
            for other, group in self._rivals(current):
                if other not in asked:
                    asked.add(other)
                    came_from[other] = (current, group)
                    waiting.append(other)
        return frozenset(asked)

    def _rivals(self, cell: int) -> Iterator[tuple[int, Group]]:
        """Yield which cells have something of a group that fits this one."""
        for group in self._fitting[cell]:
            for other, taken in self.taken.items():
                if taken[group]:
                    yield other, group

    def _move(self, cell: int, group: Group, came_from: Mapping[int, tuple[int, Group]]) -> None:
        """Take from the group for the cell; what it had before goes to the cell that asked it, and so on."""
        self.spare[group] -= 1
        self.taken[cell][group] += 1
        while cell in came_from:
            asking, left = came_from[cell]
            self.taken[cell][left] -= 1
            self.taken[asking][left] += 1
            cell = asking
