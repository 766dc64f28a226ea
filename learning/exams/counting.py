"""Decide which of several attempts at an exam is the result, and what that result is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from learning.exams.kinds import AttemptState, Behaviour, Counting
from question_bank.marks import print_marks
from question_bank.scoring import is_passed, rounded


@dataclass(frozen=True)
class Tried:
    """An attempt at an exam; without a score marks are missing."""

    number: int
    state: str
    is_voided: bool
    ended_at: datetime | None
    score: Decimal | None = None
    max_score: Decimal | None = None
    is_passed: bool | None = None

    @property
    def share(self) -> Fraction:
        """Return the share of the full marks that was earned; of none, nothing was."""
        if not self.score or not self.max_score:
            return Fraction(0)
        return Fraction(self.score) / Fraction(self.max_score)


@dataclass(frozen=True)
class Counted:
    """The result of a person at an exam."""

    score: Decimal
    max_score: Decimal
    is_passed: bool
    ended_at: datetime
    #: The numbers of the attempts that it follows from.
    numbers: tuple[int, ...]
    #: Complete attempts so far.
    attempts: int


def counted(
    tried: Iterable[Tried], counting: str, pass_percent: int, behaviour: str = Behaviour.EXAM
) -> Counted | None:
    """Return the result of these attempts of a person at an exam, None while there is none.

    Voided attempts, those that were not handed in though the exam asks for it, and practice never count;
    those in which marks are missing do not count yet. Where the first attempt counts, no other takes its
    place while its marks are missing.
    """
    if behaviour == Behaviour.PRACTICE:
        return None
    valid = sorted((each for each in tried if _is_valid(each)), key=lambda each: each.number)
    complete = [each for each in valid if each.score is not None]
    if not complete or (counting == Counting.FIRST and valid[0].score is None):
        return None
    if counting == Counting.AVERAGE:
        return _average(complete, pass_percent)
    chosen = _chosen(complete, counting)
    return _result(chosen, [chosen], len(complete))


def _is_valid(tried: Tried) -> bool:
    return not tried.is_voided and tried.state in {AttemptState.SUBMITTED, AttemptState.CLOSED}


def _chosen(complete: Sequence[Tried], counting: str) -> Tried:
    if counting == Counting.FIRST:
        return complete[0]
    if counting == Counting.LATEST:
        return complete[-1]
    # Of equal ones the first: who got there did so then.
    return max(complete, key=lambda each: (bool(each.is_passed), each.share, -each.number))


def _average(complete: Sequence[Tried], pass_percent: int) -> Counted:
    """Return the mean of the shares on the paper of the last attempt, and whether that mean is enough."""
    last = complete[-1]
    full = last.max_score or Decimal(0)
    mean = sum((each.share for each in complete), Fraction(0)) / len(complete) * Fraction(full)
    passed = is_passed(mean, full, Decimal(pass_percent))
    found = _result(last, complete, len(complete))
    score = Decimal(print_marks(rounded(mean)))
    return Counted(score, full, passed, found.ended_at, found.numbers, found.attempts)


def _result(tried: Tried, counting: Sequence[Tried], attempts: int) -> Counted:
    if tried.score is None or tried.max_score is None or tried.is_passed is None or tried.ended_at is None:
        raise ValueError(f"attempt {tried.number} has no complete result")
    return Counted(
        Decimal(print_marks(tried.score)),
        Decimal(print_marks(tried.max_score)),
        tried.is_passed,
        tried.ended_at,
        tuple(each.number for each in counting),
        attempts,
    )
