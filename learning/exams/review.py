"""Decide what a learner sees of an attempt, and from when on: the review matrix."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from learning.exams.kinds import AttemptState, Phase, Shown

#: What is shown from a phase on; what one phase shows, later ones show as well.
Matrix = Mapping[Phase, frozenset[Shown]]

EVERYTHING = frozenset(Shown)


def matrix_of(stored: Mapping[str, Any]) -> Matrix:
    """Return the matrix that an exam keeps; what it does not name is not shown."""
    return {phase: frozenset(Shown(each) for each in stored.get(phase, ())) for phase in Phase}


def to_dict(matrix: Matrix) -> dict[str, Sequence[str]]:
    """Return the matrix as an exam keeps it."""
    return {phase.value: [each.value for each in Shown if each in shown] for phase, shown in matrix.items()}


def phases(
    state: str, sitting_closes_at: datetime, results_released_at: datetime | None, now: datetime
) -> frozenset[Phase]:
    """Return the phases that an attempt has reached."""
    reached = {Phase.DURING}
    if state != AttemptState.OPEN:
        reached.add(Phase.AFTER)
        if now >= sitting_closes_at:
            reached.add(Phase.CLOSED)
        if results_released_at is not None and results_released_at <= now:
            reached.add(Phase.RELEASED)
    return frozenset(reached)


def shown(matrix: Matrix, reached: frozenset[Phase]) -> frozenset[Shown]:
    """Return all that a learner may see in these phases."""
    return frozenset(each for phase in reached for each in matrix.get(phase, ()))


def reveals_early(stored: Mapping[str, Any]) -> bool:
    """Return whether who has handed in learns right answers while others can still start."""
    matrix = matrix_of(stored)
    return bool(matrix[Phase.AFTER] & {Shown.KEY, Shown.EXPLANATION, Shown.CORRECTNESS})
