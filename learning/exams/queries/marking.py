"""Read what waits to be marked by people; without names, so that answers are judged and not persons."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, distinct, func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Account, RoleGrant
from learning.accounts.roles import Role
from learning.exams import marks as rules
from learning.exams.kinds import AttemptState, MarkKind
from learning.exams.marks import MarkRow, MarkState
from learning.exams.models import Attempt, Exam, Mark, Sitting, Slot
from learning.exams.queries import attempts
from learning.exams.queries.attempts import Sat
from learning.exams.queries.frozen import published_items
from learning.exams.queries.scores import MARK_COLUMNS
from learning.people.kinds import Axis
from learning.people.models import OrganisationBelow
from learning.questions.models import QuestionVersion
from question_bank.items import Item
from question_bank.types import all_types

#: Types of which a machine cannot mark every answer.
BY_PEOPLE = sorted(type_.name for type_ in all_types() if type_.marked_by_people)


@dataclass
class AnswerRow:
    """An answer that people mark, with the marks that it has so far."""

    attempt_id: int
    slot_number: int
    version_id: int
    max_mark: Decimal
    #: Never shown: only to keep markers from their own answers.
    person_id: int
    marks: list[MarkRow] = field(default_factory=list)


@dataclass
class QueueRow:
    """A question of a sitting that people mark, with how far that is."""

    version_id: int
    stem: str
    total: int = 0
    #: By what the answers wait for.
    states: Counter[MarkState] = field(default_factory=Counter)
    #: Answers marked by whoever asks, and those that this marker can mark now.
    mine: int = 0
    for_me: int = 0
    #: Answers whose markers disagree, and about which whoever asks may decide.
    to_decide: int = 0

    @property
    def waiting(self) -> int:
        """Return how many answers have no mark that counts."""
        return self.total - self.states[MarkState.STANDING]


class MarkerRow(NamedTuple):
    """Somebody who marked at a sitting, with how many answers."""

    name: str
    answers: int


@dataclass(frozen=True)
class AnswerToMark:
    """An answer with the question, as a marker sees it."""

    row: AnswerRow
    item: Item
    response: Any
    #: The order in which its choices were shown.
    arrangement: Any


class Asking(NamedTuple):
    """Who looks at what is to be marked."""

    account_id: int | None = None
    person_id: int | None = None


NOBODY = Asking()


def queue(session: Session, exam: Exam, sitting_id: int, who: Asking = NOBODY) -> list[QueueRow]:
    """Return the questions of a sitting that people mark; four queries."""
    able = number_able(session, exam.organisation_id)
    found: dict[int, QueueRow] = {}
    rows = answers_at(session, sitting_id)
    stems = _stems(session, {row.version_id for row in rows})
    for row in rows:
        each = found.setdefault(row.version_id, QueueRow(row.version_id, stems[row.version_id]))
        each.total += 1
        each.states[state_of(row, exam)] += 1
        each.mine += rules.own_mark(row.marks, who.account_id) is not None
        each.for_me += is_to_mark_by(row, exam, who)
        each.to_decide += is_to_decide_by(row, exam, who, able)
    return sorted(found.values(), key=lambda each: each.version_id)


def state_of(row: AnswerRow, exam: Exam) -> MarkState:
    """Return what an answer waits for."""
    tolerance = rules.tolerance_of(exam.marker_tolerance_percent)
    return rules.standing_mark(row.marks, exam.markers, tolerance).state


def is_to_mark_by(row: AnswerRow, exam: Exam, who: Asking) -> bool:
    """Return whether an answer waits for a mark that this marker can give."""
    return (
        state_of(row, exam) in {MarkState.TO_MARK, MarkState.TO_MARK_AGAIN}
        and row.person_id != who.person_id
        and rules.own_mark(row.marks, who.account_id) is None
    )


def is_to_decide_by(row: AnswerRow, exam: Exam, who: Asking, able: int) -> bool:
    """Return whether the markers of an answer disagree, and whoever asks may decide."""
    return (
        state_of(row, exam) is MarkState.TO_RECONCILE
        and row.person_id != who.person_id
        and rules.decision_refusal(row.marks, exam.markers, who.account_id, able) is None
    )


def is_seen_by(row: AnswerRow, exam: Exam, who: Asking) -> bool:
    """Return whether an answer is among those of this marker: marked already, or to be marked."""
    return is_to_mark_by(row, exam, who) or rules.own_mark(row.marks, who.account_id) is not None


def answers_at(session: Session, sitting_id: int, version_id: int | None = None) -> list[AnswerRow]:
    """Return the answers at a sitting that people mark, to one question or to all; two queries."""
    of = _for_people(sitting_id)
    if version_id is not None:
        of.append(Slot.question_version_id == version_id)
    slots = session.execute(
        select(Slot.attempt_id, Slot.number, Slot.question_version_id, Slot.max_mark, Attempt.person_id)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == Slot.question_version_id)
        .where(*of)
    )
    rows = {(row.attempt_id, row.number): AnswerRow(*row) for row in slots}
    marks = session.execute(
        select(Mark.attempt_id, Mark.slot_number, *MARK_COLUMNS)
        .join(Slot, (Slot.attempt_id == Mark.attempt_id) & (Slot.number == Mark.slot_number))
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == Slot.question_version_id)
        .where(*of)
        .order_by(Mark.id)
    )
    for attempt_id, slot, *mark in marks:
        rows[attempt_id, slot].marks.append(MarkRow(*mark))
    return [row for row in rows.values() if rules.is_for_people(row.marks)]


def _for_people(sitting_id: int) -> list[ColumnElement[bool]]:
    return [
        Attempt.sitting_id == sitting_id,
        Attempt.state.in_([AttemptState.SUBMITTED, AttemptState.CLOSED]),
        Attempt.voided_at.is_(None),
        QuestionVersion.type.in_(BY_PEOPLE),
    ]


def _stems(session: Session, version_ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.stem).where(QuestionVersion.id.in_(version_ids))
    )
    return dict(rows.all())


def markers_at(session: Session, sitting_id: int) -> list[MarkerRow]:
    """Return who marked how many answers at a sitting; one query."""
    rows = session.execute(
        select(Account.display_name, func.count(distinct(Mark.attempt_id * 10_000 + Mark.slot_number)))
        .join(Mark, Mark.marked_by_id == Account.id)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .where(
            Attempt.sitting_id == sitting_id,
            Attempt.voided_at.is_(None),
            Mark.kind.in_([MarkKind.FIRST, MarkKind.SECOND]),
        )
        .group_by(Account.id, Account.display_name)
        .order_by(Account.display_name)
    )
    return [MarkerRow(*row) for row in rows]


def number_able(session: Session, organisation_id: int) -> int:
    """Return how many accounts may mark the exams of a school."""
    above = select(OrganisationBelow.above_id).where(
        OrganisationBelow.axis == Axis.TERRITORIAL, OrganisationBelow.below_id == organisation_id
    )
    query = (
        select(func.count(distinct(Account.id)))
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == Role.INSTRUCTOR,
            RoleGrant.revoked_at.is_(None),
            Account.is_active,
            RoleGrant.organisation_id.is_(None) | RoleGrant.organisation_id.in_(above),
        )
    )
    return session.scalar(query) or 0


def sat(session: Session, attempt_id: int) -> Sat | None:
    """Return an attempt with its sitting and exam, for a service that marks it."""
    row = session.execute(
        select(Attempt, Sitting, Exam)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Attempt.id == attempt_id)
    ).one_or_none()
    return Sat(*row) if row else None


def is_written_by(session: Session, account_id: int | None, person_id: int) -> bool:
    """Return whether an account is that of the person who answered."""
    account = session.get(Account, account_id) if account_id is not None else None
    return account is not None and account.person_id == person_id


def with_answer(session: Session, row: AnswerRow) -> AnswerToMark:
    """Return an answer with its question; three queries."""
    slot = session.get_one(Slot, (row.attempt_id, row.slot_number))
    answer = attempts.last_answers(session, row.attempt_id).get(row.slot_number)
    item = published_items(session, [row.version_id])[row.version_id]
    return AnswerToMark(row, item, answer.response if answer else None, slot.arrangement["value"])


def points_of(session: Session, mark_id: int) -> list[Fraction]:
    """Return the shares that a mark gives for each marking point, none where it was given as a whole."""
    mark = session.get_one(Mark, mark_id)
    return [Fraction(share) for share in mark.points.get("value", [])]


class Marker(NamedTuple):
    """Somebody's mark for an answer, to be reconciled with another."""

    mark: MarkRow
    points: Sequence[Fraction]


def last_of_each(session: Session, marks: Iterable[MarkRow]) -> list[Marker]:
    """Return the last mark of each marker, and what was agreed, with their marking points."""
    last = {(mark.kind, mark.marked_by_id): mark for mark in marks}
    return [Marker(mark, points_of(session, mark.id)) for mark in sorted(last.values())]
