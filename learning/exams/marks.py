"""Decide which of several marks for an answer counts, and whether people have still to do something."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from learning.exams.kinds import MarkKind

#: What people give; all others follow from the key.
BY_PEOPLE = frozenset({MarkKind.FIRST, MarkKind.SECOND, MarkKind.AGREED})


class MarkRow(NamedTuple):
    """A mark for an answer as it was given."""

    id: int
    kind: str
    fraction: Fraction
    mark: Decimal
    marked_by_id: int | None = None
    is_dropped: bool = False
    regrade_id: int | None = None
    comment: str = ""


class MarkState(StrEnum):
    """What an answer waits for."""

    #: Nobody has marked it.
    TO_MARK = "to_mark"
    #: One of two markers has.
    TO_MARK_AGAIN = "to_mark_again"
    #: Both have, and are too far apart.
    TO_RECONCILE = "to_reconcile"
    #: It has a mark that counts.
    STANDING = "standing"


@dataclass(frozen=True)
class StandingMark:
    """Where the marks of an answer stand; without a share there is none that counts."""

    state: MarkState
    share: Fraction | None = None
    is_dropped: bool = False
    #: The last of the marks that the share follows from.
    last: MarkRow | None = None


class MarkRefusal(StrEnum):
    """Why a mark was not added."""

    NOT_ENDED = "not_ended"
    VOIDED = "voided"
    OUT_OF_RANGE = "out_of_range"
    #: The key marks this answer, or a correction of the question has decided about it.
    NOT_FOR_PEOPLE = "not_for_people"
    #: Somebody else marked this answer while the page was open.
    CHANGED = "changed"
    #: As many people as the exam asks for have marked it, and this is none of them.
    ALL_MARKED = "all_marked"
    #: The learner can see the result already.
    RELEASED = "released"
    #: Two marks that are close enough would no longer be.
    TOO_FAR_APART = "too_far_apart"
    #: Whoever marks again, decides, or leaves the marking points has to say why.
    NO_CAUSE = "no_cause"
    #: The markers have not finished, so that there is nothing to decide.
    NOT_MARKED = "not_marked"
    #: Whoever decides must not have marked it, as long as there are others who can.
    OWN_MARK = "own_mark"
    #: Nobody marks what they wrote themselves.
    OWN_ANSWER = "own_answer"


def standing_mark(marks: Sequence[MarkRow], markers: int, tolerance: Fraction) -> StandingMark:
    """Return which mark counts of an answer, its marks given in the order in which they were added.

    A correction of the question goes before everything, then what was agreed, then the markers; of the
    same marker the last mark. Two markers who are at most `tolerance` apart, as a share of the full marks,
    mean their mean.
    """
    corrected = _last(marks, MarkKind.REGRADE)
    if corrected is not None:
        return StandingMark(MarkState.STANDING, corrected.fraction, corrected.is_dropped, corrected)
    by_people = people_mark(marks, markers, tolerance)
    if by_people.state is not MarkState.TO_MARK:
        return by_people
    machine = _last(marks, MarkKind.MACHINE)
    if machine is None:
        return by_people
    return StandingMark(MarkState.STANDING, machine.fraction, machine.is_dropped, machine)


def people_mark(marks: Sequence[MarkRow], markers: int, tolerance: Fraction) -> StandingMark:
    """Return where the marks stand that people gave, whatever machine and corrections say."""
    agreed, first, second = (
        _last(marks, kind) for kind in (MarkKind.AGREED, MarkKind.FIRST, MarkKind.SECOND)
    )
    if agreed is not None:
        return StandingMark(MarkState.STANDING, agreed.fraction, last=agreed)
    if first is None:
        return StandingMark(MarkState.TO_MARK)
    if markers == 1:
        return StandingMark(MarkState.STANDING, first.fraction, last=first)
    if second is None:
        return StandingMark(MarkState.TO_MARK_AGAIN)
    if abs(first.fraction - second.fraction) > tolerance:
        return StandingMark(MarkState.TO_RECONCILE)
    return StandingMark(MarkState.STANDING, (first.fraction + second.fraction) / 2, last=max(first, second))


def tolerance_of(percent: int) -> Fraction:
    """Return how far apart two markers may be, as a share of the full marks."""
    return Fraction(percent, 100)


def is_for_people(marks: Iterable[MarkRow]) -> bool:
    """Return whether people mark an ended answer: neither the key nor a correction has."""
    return not any(mark.kind in {MarkKind.MACHINE, MarkKind.REGRADE} for mark in marks)


def own_mark(marks: Iterable[MarkRow], account_id: int | None) -> MarkRow | None:
    """Return the last mark that a marker gave an answer, what was agreed aside."""
    own = [
        mark
        for mark in marks
        if mark.kind in {MarkKind.FIRST, MarkKind.SECOND} and mark.marked_by_id == account_id
    ]
    return own[-1] if own else None


def kind_for(marks: Sequence[MarkRow], markers: int, account_id: int | None) -> MarkKind | None:
    """Return as what a mark of this marker counts, None where the answer has all its markers already."""
    own = own_mark(marks, account_id)
    if own is not None:
        return MarkKind(own.kind)
    kinds = [MarkKind.FIRST, MarkKind.SECOND][:markers]
    return next((kind for kind in kinds if _last(marks, kind) is None), None)


def decision_refusal(
    marks: Sequence[MarkRow], markers: int, account_id: int | None, able: int
) -> MarkRefusal | None:
    """Return why somebody may not decide about an answer that its markers have marked.

    It is for a further person; only where fewer are `able` to mark than markers and one, one of the
    markers decides, after having talked with the other.
    """
    if not is_for_people(marks):
        return MarkRefusal.NOT_FOR_PEOPLE
    if any(_last(marks, kind) is None for kind in [MarkKind.FIRST, MarkKind.SECOND][:markers]):
        return MarkRefusal.NOT_MARKED
    is_marker = own_mark(marks, account_id) is not None
    return MarkRefusal.OWN_MARK if is_marker and able > markers else None


def _last(marks: Iterable[MarkRow], kind: MarkKind) -> MarkRow | None:
    found = None
    for mark in marks:
        if mark.kind == kind:
            found = mark
    return found
