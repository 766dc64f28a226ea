"""Correct questions after the fact: proposed by one, decided by another, then scored again, once each.

Marks and results that follow stand beside the former ones. Attempts that are running get the correction when
they are scored; nothing has to be done about them here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import SYSTEM, Actor
from learning.core.db import reading, transaction
from learning.exams.corrections import Change, Outcome, Preview, RegradeRefusal, outcome_of
from learning.exams.kinds import Shown
from learning.exams.models import Exam, Regrade, RegradeSettlement
from learning.exams.queries import regrades, reviews, scores, terms
from learning.exams.queries.attempts import Sat
from learning.exams.queries.frozen import published_items
from learning.exams.queries.regrades import Concerned
from learning.exams.queries.scores import Approved, Facts
from learning.exams.services import notifying
from learning.exams.services.scoring import scored, write_down
from question_bank import corrections, types
from question_bank.corrections import Correction, CorrectionKind, Key
from question_bank.items import Item
from question_bank.problems import Problem

#: Attempts scored again in one transaction; between any two of them learners' saves get their turn.
BATCH = 20
#: Attempts read at once for a preview.
LOOK = 200
_KEYS = {CorrectionKind.CORRECT_KEY, CorrectionKind.ACCEPT}


@dataclass(frozen=True)
class Proposed:
    """The correction that was proposed, or why none was."""

    regrade_id: int | None = None
    refusal: RegradeRefusal | None = None
    problems: Sequence[Problem] = ()


def key_of(session: Session, exam_id: int, version_id: int, before: Regrade | None = None) -> Key:
    """Return what a question of an exam is scored by with all corrections approved so far, or before one."""
    item = published_items(session, [version_id])[version_id]
    approved = regrades.approved_on(session, exam_id, [version_id])
    ids = [each.regrade_id for each in approved]
    if before is not None and before.id in ids:
        approved = approved[: ids.index(before.id)]
    return corrections.corrected(item, [each.correction for each in approved])


def refusal_of(session: Session, exam_id: int, correction: Correction) -> Proposed:
    """Return why a correction cannot be made, with the problems of what it states."""
    if not regrades.is_on_papers(session, exam_id, correction.item):
        return Proposed(refusal=RegradeRefusal.NOT_ASKED)
    key = key_of(session, exam_id, correction.item)
    if key.ruling is correction.kind or (key.ruling is not None and correction.kind in _KEYS):
        return Proposed(refusal=RegradeRefusal.RULED)
    if correction.kind in _KEYS and _is_marked_by_people(key.item):
        return Proposed(refusal=RegradeRefusal.PEOPLE_MARK)
    found = corrections.problems(key.item, correction)
    return Proposed(refusal=RegradeRefusal.PROBLEMS, problems=found) if found else Proposed()


def _is_marked_by_people(item: Item) -> bool:
    type_ = types.get(item.type)
    return type_.score(item.content, type_.right_response(item.content)) is None


def propose(
    actor: Actor, exam: Exam, correction: Correction, cause: str, erratum: str, now: datetime
) -> Proposed:
    """Propose a correction; sent twice it is proposed once."""
    if (preview := preview_of(reading(), exam, correction)).empty:
        return Proposed(refusal=RegradeRefusal.NOTHING_LEFT)
    stored = corrections.to_dict(correction)
    with transaction() as session:
        refused = refusal_of(session, exam.id, correction)
        if refused.refusal is not None:
            return refused
        for known in regrades.open_proposals(session, exam.id, correction.item):
            if (known.correction, known.proposed_by_id) == (stored, actor.account_id):
                return Proposed(known.id)
        regrade = Regrade(
            exam_id=exam.id,
            question_version_id=correction.item,
            correction=stored,
            erratum=erratum,
            cause=cause,
            proposed_at=now,
            proposed_by_id=actor.account_id,
        )
        session.add(regrade)
        session.flush()
        detail = {"exam": exam.id, "version": correction.item, "kind": correction.kind.value, "cause": cause}
        detail |= {"changed": len(preview.changed)}
        audit.record(session, actor, now, "regrade.proposed", "regrade", regrade.id, detail)
        return Proposed(regrade.id)


def reject(actor: Actor, regrade_id: int, now: datetime) -> RegradeRefusal | None:
    """Decide against a correction; it stays on record. Whoever proposed it may take it back so."""
    with transaction() as session:
        regrade, _exam = regrades.locked_regrade(session, regrade_id)
        if regrade.decided_at is not None:
            return None if _is_same(regrade, actor, is_approved=False) else RegradeRefusal.DECIDED
        _decide(regrade, actor, now, is_approved=False)
        audit.record(session, actor, now, "regrade.rejected", "regrade", regrade_id)
        return None


def approve(actor: Actor, regrade_id: int, now: datetime) -> RegradeRefusal | None:
    """Decide for a correction, and score all ended attempts again; of two who do so at once one decides."""
    with transaction() as session:
        regrade, exam = regrades.locked_regrade(session, regrade_id)
        if regrade.decided_at is not None:
            return None if _is_same(regrade, actor, is_approved=True) else RegradeRefusal.DECIDED
        needs_other = current_app.config["REVIEW_BY_SECOND_PERSON"]
        if needs_other and regrade.proposed_by_id == actor.account_id:
            return RegradeRefusal.OWN_PROPOSAL
        refused = refusal_of(session, exam.id, scores.correction_of(regrade.correction))
        if refused.refusal is not None:
            return refused.refusal
        _decide(regrade, actor, now, is_approved=True)
        audit.record(session, actor, now, "regrade.approved", "regrade", regrade_id)
    settle_one(regrade_id, now)
    return None


def _is_same(regrade: Regrade, actor: Actor, *, is_approved: bool) -> bool:
    return (regrade.decided_by_id, regrade.is_approved) == (actor.account_id, is_approved)


def _decide(regrade: Regrade, actor: Actor, now: datetime, *, is_approved: bool) -> None:
    regrade.decided_at, regrade.decided_by_id, regrade.is_approved = now, actor.account_id, is_approved


# ---- scoring again ----


def settle(now: datetime) -> int:
    """Score again what an interrupted approval left; return how many corrections were settled."""
    pending = regrades.unsettled(reading())
    for regrade_id in pending:
        settle_one(regrade_id, now)
    return len(pending)


def settle_one(regrade_id: int, now: datetime) -> None:
    """Score all ended attempts with the question again, some in each transaction.

    The approval is committed before: whoever scores an attempt later finds it, and whoever was scoring one at
    that moment holds its lock, for which this waits. Done twice it adds nothing the second time.
    """
    regrade = reading().get_one(Regrade, regrade_id)
    exam_id, version_id = regrade.exam_id, regrade.question_version_id
    changed = 0
    for some in _batches(regrades.attempts_with(reading(), exam_id, version_id), BATCH):
        with transaction() as session:
            changed += _score_again(session, session.get_one(Exam, exam_id), some, regrade_id, now)
    with transaction() as session:
        if not regrades.is_settled(session, regrade_id):
            session.add(RegradeSettlement(regrade_id=regrade_id, settled_at=now))
            detail = {"changed": changed}
            audit.record(session, SYSTEM, now, "regrade.settled", "regrade", regrade_id, detail)


def _score_again(
    session: Session, exam: Exam, attempt_ids: Sequence[int], regrade_id: int, now: datetime
) -> int:
    """Add marks and results, tell those whose result they know is another one; return how many changed."""
    found = regrades.concerned(session, attempt_ids, is_locked=True)
    facts = scores.facts_of(session, [each.attempt.id for each in found])
    approved = scores.approved_for(session, exam.id)
    items = published_items(session, scores.versions_on(list(facts.values())))
    news, changed = [], 0
    closing = terms.closed_for_all(session, {each.sitting.id: each.sitting for each in found}.values())
    for each in found:
        own = facts[each.attempt.id]
        marks = scored(exam, own, items, approved)
        is_new = write_down(session, exam, own, marks, approved, now, regrade_id)
        before, after = _before(own), outcome_of(marks)
        if is_new and before is not None and after is not None:
            changed += 1
            if _is_shown(each, exam, closing, now):
                news.append((each.attempt.id, each.attempt.person_id, before, after))
    notifying.tell_of_corrections(session, exam, news, now)
    return changed


def _before(facts: Facts) -> Outcome | None:
    known = facts.result
    return Outcome(known.score, known.max_score, known.is_passed) if known else None


def _is_shown(each: Concerned, exam: Exam, closing: Mapping[int, datetime], now: datetime) -> bool:
    sat = Sat(each.attempt, each.sitting, exam)
    return Shown.MARKS in reviews.shown_of(sat, closing[each.sitting.id], now)


# ---- looking ahead ----


def preview_of(session: Session, exam: Exam, correction: Correction) -> Preview:
    """Return whom a correction would change, by the scorer itself and without writing anything."""
    approved = [*scores.approved_for(session, exam.id), Approved(0, correction)]
    preview = Preview(running=regrades.number_running(session, exam.id, correction.item))
    for some in _batches(regrades.attempts_with(session, exam.id, correction.item), LOOK):
        found = {each.attempt.id: each for each in regrades.concerned(session, some)}
        facts = scores.facts_of(session, found.keys())
        items = published_items(session, scores.versions_on(list(facts.values())))
        for attempt_id, own in facts.items():
            after = outcome_of(scored(exam, own, items, approved))
            preview.add(_change(found[attempt_id], _before(own), after))
    return preview


def _change(each: Concerned, before: Outcome | None, after: Outcome | None) -> Change:
    attempt = each.attempt
    return Change(attempt.id, attempt.person_id, each.name, each.staff_number, before, after)


def changes_made(session: Session, regrade_id: int) -> Preview:
    """Return whom a correction has changed, as it stands on record."""
    rows = {attempt_id: (old, new) for attempt_id, old, new in regrades.changes_by(session, regrade_id)}
    made = Preview()
    for some in _batches(sorted(rows), LOOK):
        for each in regrades.concerned(session, some):
            old, new = rows[each.attempt.id]
            before = Outcome(old.score, old.max_score, old.is_passed)
            made.add(_change(each, before, Outcome(new.score, new.max_score, new.is_passed)))
    return made


def _batches(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(ids)
    while some := list(islice(rest, size)):
        yield some


def correction_from(
    version_id: int, kind: CorrectionKind, content: Mapping[str, Any] | None, response: object
) -> Correction | list[Problem]:
    """Return the correction that somebody states, in the one form in which it is kept."""
    stated: dict[str, Any] = {"item": version_id, "kind": kind.value}
    if kind is CorrectionKind.CORRECT_KEY:
        stated["content"] = content
    if kind is CorrectionKind.ACCEPT:
        stated["response"] = response
    return corrections.from_dict(stated)
