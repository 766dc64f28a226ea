"""Tell what a correction of a question changes: who passes and no longer, and by how much."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from question_bank.marks import print_marks
from question_bank.scoring import Marks


class RegradeRefusal(StrEnum):
    """Why a correction was not proposed, or nobody could decide about it."""

    #: The question stands on no paper of the exam.
    NOT_ASKED = "not_asked"
    PROBLEMS = "problems"
    #: People mark the question: they mark again instead of correcting a key.
    PEOPLE_MARK = "people_mark"
    #: All have full marks for it already, or it is left out of the total.
    RULED = "ruled"
    #: Somebody's paper would have no marks left.
    NOTHING_LEFT = "nothing_left"
    #: Somebody else has decided already.
    DECIDED = "decided"
    OWN_PROPOSAL = "own_proposal"


@dataclass(frozen=True)
class Outcome:
    """A result before or after a correction."""

    score: Decimal
    max_score: Decimal
    is_passed: bool

    def __str__(self) -> str:
        return f"{print_marks(self.score)} / {print_marks(self.max_score)}"


def outcome_of(marks: Marks) -> Outcome | None:
    """Return the result that marks make, None while some are missing."""
    if marks.score is None or marks.is_passed is None:
        return None
    return Outcome(marks.score, marks.full_marks, marks.is_passed)


@dataclass(frozen=True)
class Change:
    """What a correction does to one attempt; without an outcome marks are missing."""

    attempt_id: int
    person_id: int
    name: str
    staff_number: str
    before: Outcome | None
    after: Outcome | None


@dataclass
class Preview:
    """Whom a correction concerns, sorted by what it does to them."""

    now_passed: list[Change] = field(default_factory=list)
    now_failed: list[Change] = field(default_factory=list)
    other_score: list[Change] = field(default_factory=list)
    unchanged: int = 0
    #: Ended attempts that wait for marks.
    waiting: int = 0
    #: Attempts that are running; the correction holds when they are scored.
    running: int = 0
    #: Papers that would have no marks left.
    empty: int = 0

    def add(self, change: Change) -> None:
        """Sort one more attempt in."""
        if change.after is not None and not change.after.max_score:
            self.empty += 1
        if change.before is None or change.after is None:
            self.waiting += 1
        elif change.before == change.after:
            self.unchanged += 1
        elif change.before.is_passed == change.after.is_passed:
            self.other_score.append(change)
        else:
            (self.now_passed if change.after.is_passed else self.now_failed).append(change)

    @property
    def changed(self) -> Sequence[Change]:
        """Return all whose result is another one."""
        return [*self.now_failed, *self.now_passed, *self.other_score]

    @property
    def concerned(self) -> int:
        """Return how many ended attempts have the question on their paper."""
        return len(self.changed) + self.unchanged + self.waiting
