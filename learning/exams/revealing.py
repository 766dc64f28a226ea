"""Show a question of an ended attempt with what the review matrix lets its learner see, and nothing else.

What is not shown is never built, so that no template can let it slip: without the key the question is what
the exam page showed, and the key alone is the question filled in with the right answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from learning.exams.kinds import MarkKind, Shown
from learning.exams.marks import MarkRow, MarkState, StandingMark
from learning.exams.papers import grouped
from question_bank import types
from question_bank.corrections import Correction, CorrectionKind, Key, corrected
from question_bank.items import Item
from question_bank.marks import print_marks
from question_bank.scoring import rounded

#: With all of these the page of the type shows them together, choice by choice.
_TOGETHER = {Shown.RESPONSE, Shown.CORRECTNESS, Shown.KEY}


class Verdict(StrEnum):
    """How an answer was."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    UNANSWERED = "unanswered"
    #: A person has still to mark it.
    OPEN = "open"


@dataclass(frozen=True)
class Filled:
    """A question as the exam page shows it, filled in with an answer."""

    shown: Mapping[str, Any]
    response_fields: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Revealed:
    """A question with all that its learner may see; what may not be seen is empty."""

    number: int
    type: str
    label: str
    stem: str = ""
    verdict: Verdict | None = None
    #: Marks given and full marks, and what markers said.
    mark: Decimal | None = None
    max_mark: Decimal | None = None
    comments: Sequence[str] = ()
    is_dropped: bool = False
    #: As the page of the type reviews it: answer, verdicts and key together.
    review: Mapping[str, Any] | None = None
    answer: Filled | None = None
    key: Filled | None = None
    #: Answers that a correction accepts beside the key.
    accepted: Sequence[Filled] = ()
    #: By the number of the part; empty for the whole question.
    explanations: Sequence[tuple[str, str]] = ()
    clauses: Sequence[str] = ()
    #: What was corrected after the exam had begun.
    corrections: Sequence[CorrectionKind] = ()


@dataclass(frozen=True)
class Marked:
    """An answer with its marks, as they are on record."""

    number: int
    item: Item
    arrangement: list[Any]
    response: Any
    max_mark: Decimal
    standing: StandingMark
    marks: Sequence[MarkRow]
    corrections: Sequence[Correction] = ()


def revealed(answer: Marked, shown: frozenset[Shown]) -> Revealed:
    """Return what the learner sees of a question."""
    type_, key = types.get(answer.item.type), corrected(answer.item, answer.corrections)
    is_together = shown >= _TOGETHER
    sees_question = bool(shown & {Shown.RESPONSE, Shown.KEY, Shown.EXPLANATION})
    sees_marks, sees_key = Shown.MARKS in shown, Shown.KEY in shown and not is_together
    return Revealed(
        number=answer.number,
        type=answer.item.type,
        label=type_.label,
        stem=answer.item.stem if sees_question else "",
        verdict=_verdict(answer) if Shown.CORRECTNESS in shown else None,
        mark=_mark(answer) if sees_marks else None,
        max_mark=plain(answer.max_mark) if sees_marks else None,
        comments=comments_of(answer.marks) if sees_marks else (),
        is_dropped=sees_marks and answer.standing.is_dropped,
        review=_review(answer, key, Shown.EXPLANATION in shown) if is_together else None,
        answer=_filled(answer, answer.response) if Shown.RESPONSE in shown and not is_together else None,
        key=_filled(answer, type_.right_response(key.item.content)) if sees_key else None,
        accepted=[_filled(answer, each) for each in key.accepted] if Shown.KEY in shown else (),
        explanations=_explanations(answer.item, is_together) if Shown.EXPLANATION in shown else (),
        clauses=answer.item.clauses if Shown.EXPLANATION in shown else (),
        corrections=[each.kind for each in answer.corrections] if sees_question or sees_marks else (),
    )


def comments_of(marks: Iterable[MarkRow]) -> list[str]:
    """Return what those said whose marks count, or would but for a correction."""
    last: dict[str, MarkRow] = {}
    for mark in marks:
        last[mark.kind] = mark
    kinds = [MarkKind.AGREED] if MarkKind.AGREED in last else [MarkKind.FIRST, MarkKind.SECOND]
    return [last[kind].comment for kind in kinds if kind in last and last[kind].comment]


def _verdict(answer: Marked) -> Verdict:
    if answer.standing.state is not MarkState.STANDING or answer.standing.share is None:
        return Verdict.OPEN
    if answer.response is None:
        return Verdict.UNANSWERED
    if answer.standing.share == 1:
        return Verdict.RIGHT
    return Verdict.PARTLY if answer.standing.share else Verdict.WRONG


def _mark(answer: Marked) -> Decimal | None:
    share = answer.standing.share
    return None if share is None else plain(rounded(share * Fraction(answer.max_mark)))


def plain(marks: Decimal) -> Decimal:
    """Return marks without zeros at the end, as they are read most easily."""
    return Decimal(print_marks(marks))


def _filled(answer: Marked, response: Any) -> Filled:
    """Return the question as the exam page shows it: picked by whitelist, there is no key in it."""
    type_ = types.get(answer.item.type)
    shown = type_.present(answer.item.content, answer.arrangement)
    return Filled(shown, grouped(type_.form_fields(response)))


def _review(answer: Marked, key: Key, with_explanations: bool) -> Mapping[str, Any]:
    content = key.item.content if with_explanations else _without_explanations(key.item.content)
    return types.get(answer.item.type).review(content, answer.arrangement, answer.response)


def _without_explanations(content: Mapping[str, Any]) -> dict[str, Any]:
    bare = {name: value for name, value in content.items() if name != "explanation"}
    if isinstance(bare.get("parts"), list):
        bare["parts"] = [_without_explanations(part) for part in bare["parts"]]
    return bare


def _explanations(item: Item, is_whole: bool) -> list[tuple[str, str]]:
    """Return the explanations; those of parts only where the page of the type does not show them itself."""
    found = [("", item.explanation)] if item.explanation else []
    parts = [] if is_whole else item.content.get("parts", [])
    return found + [
        (str(number), part["explanation"]) for number, part in enumerate(parts, 1) if part.get("explanation")
    ]
