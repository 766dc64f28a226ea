"""Write the training register: class runs, study sessions, their rolls; nothing is ever deleted from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.core.texts import N_
from learning.ledger import queries as ledger
from learning.ledger.kinds import EntryKind, person
from learning.ledger.services import NO_CAUSE, Cause, Line, enter
from learning.training import queries, rules
from learning.training.entries import RunEntry, SessionEntry
from learning.training.kinds import AttendanceState, ClassOutcome
from learning.training.models import Attendance, ClassRun, ClassRunLearner, StudyGroup, StudySession


class Refusal(StrEnum):
    """Why a write was refused; the values are English message ids."""

    WITHDRAWN = N_("This entry is withdrawn and can no longer be changed.")
    SAME_EXISTS = N_("The same is recorded already.")


@dataclass(frozen=True)
class Recorded:
    """The key of an entry, and whether it is new or stood there before."""

    id: int
    is_new: bool


def record_run(actor: Actor, organisation_id: int, entry: RunEntry, now: datetime) -> Recorded:
    """Record a class run of an institution; the same sent twice is recorded once."""
    with transaction() as session:
        queries.locked_organisation(session, organisation_id)
        same = queries.same_run(session, organisation_id, entry.title, entry.starts_on, entry.ends_on)
        if same:
            return Recorded(same.id, is_new=False)
        run = ClassRun(
            organisation_id=organisation_id,
            **asdict(entry),
            recorded_at=now,
            recorded_by_id=actor.account_id,
        )
        session.add(run)
        session.flush()
        audit.record(session, actor, now, "class_run.recorded", "class_run", run.id, _plain(asdict(entry)))
        return Recorded(run.id, is_new=True)


def change_run(actor: Actor, class_run_id: int, entry: RunEntry, now: datetime) -> Refusal | None:
    """Correct a class run; what it said before stays in the audit log."""
    with transaction() as session:
        run = queries.locked_run(session, class_run_id)
        if run.withdrawn_at:
            return Refusal.WITHDRAWN
        same = queries.same_run(session, run.organisation_id, entry.title, entry.starts_on, entry.ends_on)
        if same and same.id != run.id:
            return Refusal.SAME_EXISTS
        changes = _change(run, asdict(entry))
        _enter_outcomes(session, actor, now, run)
        if changes:
            audit.record(session, actor, now, "class_run.changed", "class_run", run.id, changes)
    return None


def withdraw_run(actor: Actor, class_run_id: int, reason: str, now: datetime) -> Refusal | None:
    """Withdraw a class run with the cause; it stays to be seen and counts no more."""
    with transaction() as session:
        run = queries.locked_run(session, class_run_id)
        if run.withdrawn_at:
            return Refusal.WITHDRAWN
        run.withdrawn_at, run.withdrawal_reason = now, reason
        _enter_outcomes(session, actor, now, run, Cause(reason))
        audit.record(session, actor, now, "class_run.withdrawn", "class_run", run.id, {"reason": reason})
    return None


def save_run_roll(
    actor: Actor, class_run_id: int, outcomes: Mapping[int, ClassOutcome | None], now: datetime
) -> Refusal | None:
    """Set how persons ended a class; None takes somebody off the roll, who is not named stays as before."""
    with transaction() as session:
        run = queries.locked_run(session, class_run_id)
        if run.withdrawn_at:
            return Refusal.WITHDRAWN
        standing = queries.learners_of(session, class_run_id)
        changes = _changes({key: line.outcome for key, line in standing.items()}, outcomes)
        for person_id, (_, outcome) in changes.items():
            line = standing.get(person_id)
            if outcome is None:
                session.delete(line)
            elif line:
                line.outcome = outcome
            else:
                session.add(ClassRunLearner(class_run_id=run.id, person_id=person_id, outcome=outcome))
        session.flush()
        _enter_outcomes(session, actor, now, run)
        _audit_roll(session, actor, now, "class_run", run.id, changes)
    return None


def record_session(actor: Actor, organisation_id: int, entry: SessionEntry, now: datetime) -> Recorded | None:
    """Record a study session; the study group is set up with the first. None where the unit keeps none."""
    with transaction() as session:
        organisation = queries.locked_organisation(session, organisation_id)
        keeps = rules.group_of(organisation.kind, organisation.name)
        if keeps is None:
            return None
        group = queries.group_of(session, organisation_id, keeps[0]) or _new_group(
            session, actor, now, organisation_id, *keeps
        )
        same = queries.same_session(session, group.id, entry.held_on, entry.topic)
        if same:
            return Recorded(same.id, is_new=False)
        held = StudySession(
            study_group_id=group.id, **asdict(entry), recorded_at=now, recorded_by_id=actor.account_id
        )
        session.add(held)
        session.flush()
        detail = _plain(asdict(entry)) | {"study_group": group.id}
        audit.record(session, actor, now, "study_session.recorded", "study_session", held.id, detail)
        return Recorded(held.id, is_new=True)


def _new_group(
    session: Session, actor: Actor, now: datetime, organisation_id: int, kind: str, name: str
) -> StudyGroup:
    group = StudyGroup(organisation_id=organisation_id, kind=kind, name=name[:120])
    session.add(group)
    session.flush()
    audit.record(session, actor, now, "study_group.set_up", "study_group", group.id, {"name": group.name})
    return group


def change_session(actor: Actor, study_session_id: int, entry: SessionEntry, now: datetime) -> Refusal | None:
    """Correct a study session; what it said before stays in the audit log."""
    with transaction() as session:
        held = queries.locked_session(session, study_session_id)
        if held.withdrawn_at:
            return Refusal.WITHDRAWN
        same = queries.same_session(session, held.study_group_id, entry.held_on, entry.topic)
        if same and same.id != held.id:
            return Refusal.SAME_EXISTS
        changes = _change(held, asdict(entry))
        _enter_attendances(session, actor, now, held)
        if changes:
            audit.record(session, actor, now, "study_session.changed", "study_session", held.id, changes)
    return None


def withdraw_session(actor: Actor, study_session_id: int, reason: str, now: datetime) -> Refusal | None:
    """Withdraw a study session with the cause; it stays to be seen and counts no more."""
    with transaction() as session:
        held = queries.locked_session(session, study_session_id)
        if held.withdrawn_at:
            return Refusal.WITHDRAWN
        held.withdrawn_at, held.withdrawal_reason = now, reason
        _enter_attendances(session, actor, now, held, Cause(reason))
        detail = {"reason": reason}
        audit.record(session, actor, now, "study_session.withdrawn", "study_session", held.id, detail)
    return None


def save_session_roll(
    actor: Actor, study_session_id: int, states: Mapping[int, AttendanceState | None], now: datetime
) -> Refusal | None:
    """Set who attended; None takes somebody off the roll, who is not named stays as before."""
    with transaction() as session:
        held = queries.locked_session(session, study_session_id)
        if held.withdrawn_at:
            return Refusal.WITHDRAWN
        standing = queries.attendances_of(session, study_session_id)
        changes = _changes({key: line.state for key, line in standing.items()}, states)
        for person_id, (_, state) in changes.items():
            line = standing.get(person_id)
            if state is None:
                session.delete(line)
            elif line:
                line.state = state
            else:
                session.add(Attendance(study_session_id=held.id, person_id=person_id, state=state))
        session.flush()
        _enter_attendances(session, actor, now, held)
        _audit_roll(session, actor, now, "study_session", held.id, changes)
    return None


def _enter_outcomes(
    session: Session, actor: Actor, now: datetime, run: ClassRun, cause: Cause = NO_CAUSE
) -> None:
    """Enter in the ledger how everybody on the roll of a class ended, and who is no longer on it."""
    roll = {key: line.outcome for key, line in queries.learners_of(session, run.id).items()}
    body = {
        "title": run.title,
        "kind": run.training_kind,
        "delivery": run.delivery_mode,
        "starts_on": run.starts_on.isoformat(),
        "lesson_hours": str(run.lesson_hours),
        "covers_mass_work": run.covers_mass_work,
    }
    _enter_roll(session, actor, now, EntryKind.CLASS_OUTCOME, run, run.ends_on, "outcome", roll, body, cause)


def _enter_attendances(
    session: Session, actor: Actor, now: datetime, held: StudySession, cause: Cause = NO_CAUSE
) -> None:
    """Enter in the ledger who attended a session, and who is no longer on its roll."""
    roll = {key: line.state for key, line in queries.attendances_of(session, held.id).items()}
    body = {"group": held.study_group_id, "topic": held.topic, "is_on_mass_work": held.is_on_mass_work}
    _enter_roll(session, actor, now, EntryKind.ATTENDANCE, held, held.held_on, "state", roll, body, cause)


def _enter_roll(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: EntryKind,
    record: ClassRun | StudySession,
    happened_on: date,
    name: str,
    roll: Mapping[int, str],
    body: Mapping[str, Any],
    cause: Cause,
) -> None:
    known = {subject.id for _, subject in ledger.standing_entries(session, kind, [record.id])}
    is_withdrawn, said = record.withdrawn_at is not None, dict(body)
    lines = [
        Line(
            record.id, person(key), happened_on, said | {name: None if is_withdrawn else roll.get(key)}, cause
        )
        for key in sorted(known | set(roll))
    ]
    enter(session, actor, now, kind, lines)


def _changes(
    standing: Mapping[int, str], wanted: Mapping[int, StrEnum | None]
) -> dict[int, tuple[str | None, str | None]]:
    """Return what a roll says before and after, of the persons for whom it changes."""
    pairs = {
        key: (standing.get(key), None if state is None else state.value) for key, state in wanted.items()
    }
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _audit_roll(
    session: Session,
    actor: Actor,
    now: datetime,
    object_type: str,
    object_id: int,
    changes: Mapping[int, tuple[str | None, str | None]],
) -> None:
    if changes:
        detail = {str(key): list(pair) for key, pair in changes.items()}
        audit.record(session, actor, now, f"{object_type}.roll_saved", object_type, object_id, detail)


def _change(row: ClassRun | StudySession, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the values on a row; return what changed, before and after."""
    changed = {
        name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value
    }
    for name, (_, value) in changed.items():
        setattr(row, name, value)
    return {name: list(_plain({"from": old, "to": new}).values()) for name, (old, new) in changed.items()}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON can hold them."""
    return {
        name: value if isinstance(value, bool | int | None) else str(value) for name, value in values.items()
    }
