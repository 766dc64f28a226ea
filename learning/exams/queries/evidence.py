"""Read all that an attempt and its score follow from, without the name of anybody."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Account
from learning.exams.kinds import EventKind
from learning.exams.models import (
    Attempt,
    AttemptEvent,
    AttemptResult,
    Exam,
    JournalEntry,
    Mark,
    Regrade,
    Sitting,
)
from learning.exams.queries import attempts, sittings, terms
from learning.exams.queries.attempts import Sat
from learning.exams.queries.frozen import published_items
from learning.exams.queries.scores import correction_of
from question_bank import bundles
from question_bank.corrections import Correction
from question_bank.paper import Placed

_EXAM = (
    "id",
    "kind",
    "title",
    "blueprint",
    "behaviour",
    "navigation",
    "time_limit_minutes",
    "tolerance_seconds",
    "time_out",
    "grace_minutes",
    "counting",
    "pass_percent",
    "choice_policy",
    "markers",
    "marker_tolerance_percent",
    "published_at",
)
_SITTING = ("id", "opens_at", "latest_start_at", "closes_at")
_ATTEMPT = (
    "id",
    "number",
    "seed",
    "started_at",
    "closes_at",
    "saves_until",
    "hand_in_until",
    "added_seconds",
    "state",
    "ended_at",
    "voided_at",
    "is_given_back",
    "journal_length",
    "focus_losses",
)
_ENTRY = ("seq", "key", "received_at", "client_time", "place", "device")
_CHANGE = ("kind", "target", "minutes", "incident_from", "incident_to", "cause", "made_at")
_RESULT = ("score", "max_score", "is_passed", "scorer", "regrade_id", "computed_at")


@dataclass
class Pseudonyms:
    """What people are called in the evidence: always the same within one attempt, and nothing beyond it."""

    learner_account_id: int | None
    known: dict[int, str] = field(default_factory=dict)

    def of(self, account_id: int | None) -> str:
        """Return what an account is called; empty is the site itself."""
        if account_id is None:
            return "site"
        if account_id == self.learner_account_id:
            return "learner"
        return self.known.setdefault(account_id, f"person-{len(self.known) + 1}")


def sat(session: Session, attempt_id: int) -> Sat | None:
    """Return an attempt with its sitting and exam."""
    row = session.execute(
        select(Attempt, Sitting, Exam)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Attempt.id == attempt_id)
    ).one_or_none()
    return Sat(*row) if row else None


def bundle_of(session: Session, found: Sat) -> dict[str, Any]:
    """Return the evidence of an attempt, still without a signature."""
    attempt, sitting, exam = found.attempt, found.sitting, found.exam
    slots = attempts.slots_of(session, attempt.id)
    placed = [
        Placed(slot.number, slot.section, slot.question_version_id, slot.max_mark, slot.arrangement["value"])
        for slot in slots
    ]
    items = published_items(session, [slot.item for slot in placed])
    account = session.scalar(select(Account.id).where(Account.person_id == attempt.person_id))
    names = Pseudonyms(account)
    own = terms.terms_by_person(session, sitting.id, [attempt.person_id])[attempt.person_id]
    return bundles.build(
        exam=_facts(exam, _EXAM),
        sitting=_facts(sitting, _SITTING),
        attempt=_facts(attempt, _ATTEMPT)
        | {"extra_time_percent": own.extra_time_percent}
        | {name: attempt.drawing[name] for name in ("avoided", "barred") if name in attempt.drawing},
        pool=sittings.pool_of(session, sitting.id),
        items=items,
        slots=placed,
        journal=_journal(session, attempt.id),
        events=_events(session, attempt.id, names),
        time_changes=[_facts(change, _CHANGE) for change in own.changes],
        corrections=_corrections(session, exam.id, set(items), names),
        marks=_marks(session, attempt.id, names),
        results=_results(session, attempt.id),
    )


def _facts(row: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _journal(session: Session, attempt_id: int) -> list[dict[str, Any]]:
    entries = session.scalars(
        select(JournalEntry).where(JournalEntry.attempt_id == attempt_id).order_by(JournalEntry.seq)
    )
    return [
        _facts(entry, _ENTRY) | {"slot": entry.slot_number, "response": entry.response["value"]}
        for entry in entries
    ]


def _events(session: Session, attempt_id: int, names: Pseudonyms) -> list[dict[str, Any]]:
    """Return what happened; what an invigilator noted in words may speak of others, and stays here."""
    events = session.scalars(
        select(AttemptEvent).where(AttemptEvent.attempt_id == attempt_id).order_by(AttemptEvent.id)
    )
    return [
        {
            "kind": event.kind,
            "happened_at": event.happened_at,
            "by": names.of(event.account_id),
            "cause": "" if event.kind == EventKind.IRREGULARITY else event.cause,
            "detail": event.detail,
        }
        for event in events
    ]


def _corrections(
    session: Session, exam_id: int, version_ids: set[int], names: Pseudonyms
) -> list[tuple[Correction, dict[str, Any]]]:
    rows = session.scalars(
        select(Regrade)
        .where(
            Regrade.exam_id == exam_id,
            Regrade.question_version_id.in_(version_ids),
            Regrade.is_approved.is_(True),
        )
        .order_by(Regrade.decided_at, Regrade.id)
    )
    return [
        (
            correction_of(row.correction),
            {
                "id": row.id,
                "cause": row.cause,
                "erratum": row.erratum,
                "proposed_at": row.proposed_at,
                "proposed_by": names.of(row.proposed_by_id),
                "decided_at": row.decided_at,
                "decided_by": names.of(row.decided_by_id),
            },
        )
        for row in rows
    ]


def _marks(session: Session, attempt_id: int, names: Pseudonyms) -> list[dict[str, Any]]:
    marks = session.scalars(select(Mark).where(Mark.attempt_id == attempt_id).order_by(Mark.id))
    return [
        {
            "slot": mark.slot_number,
            "kind": mark.kind,
            "fraction": mark.fraction,
            "mark": mark.mark,
            "is_dropped": mark.is_dropped,
            "points": [Fraction(share) for share in mark.points.get("value", [])],
            "by": names.of(mark.marked_by_id),
            "comment": mark.comment,
            "regrade_id": mark.regrade_id,
            "marked_at": mark.marked_at,
        }
        for mark in marks
    ]


def _results(session: Session, attempt_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(AttemptResult).where(AttemptResult.attempt_id == attempt_id).order_by(AttemptResult.id)
    )
    return [_facts(row, _RESULT) for row in rows]
