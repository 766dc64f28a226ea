"""Start attempts."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.exams import papers, rules
from learning.exams.kinds import AttemptState, EventKind
from learning.exams.models import Attempt, Exam, Sitting, Slot
from learning.exams.queries import attempts, sittings
from learning.exams.rules import StartRefusal
from learning.exams.services.events import record_event
from learning.exams.services.places import new_place
from learning.questions.queries import items_of
from question_bank.draw import Draw, draw
from question_bank.pool import Pool


@dataclass(frozen=True)
class Started:
    """The attempt that a person now has, or why none could be started."""

    attempt_id: int | None = None
    refusal: StartRefusal | None = None


def start(actor: Actor, person_id: int, sitting_id: int, browser: str, now: datetime) -> Started:
    """Start an attempt, or return the one that is running; two starts at once give one attempt."""
    with transaction() as session:
        attempts.lock_person(session, person_id)
        sitting, exam = sittings.sitting_and_exam(session, sitting_id)
        made = attempts.attempts_at(session, person_id, exam.id)
        running = next((each for each in made if each.attempt.state == AttemptState.OPEN), None)
        if running is not None:
            is_here = running.attempt.sitting_id == sitting_id
            return Started(running.attempt.id) if is_here else Started(refusal=StartRefusal.OTHER_OPEN)
        refusal = _start_refusal(sitting, exam, made, now)
        if refusal is not None:
            return Started(refusal=refusal)
        attempt = _add_attempt(session, exam, sitting, person_id, browser, len(made) + 1, now)
        detail = {"sitting": sitting_id, "number": attempt.number, "seed": attempt.seed}
        record_event(session, attempt.id, EventKind.STARTED, now, actor, browser=browser)
        audit.record(session, actor, now, "attempt.started", "attempt", attempt.id, detail)
        return Started(attempt.id)


def _start_refusal(
    sitting: Sitting, exam: Exam, made: list[attempts.Made], now: datetime
) -> StartRefusal | None:
    window = rules.window_refusal(sittings.window_of(sitting), sitting.cancelled_at is not None, now)
    return window or sittings.resit_refusal(exam, made, now)


def _add_attempt(
    session: Session,
    exam: Exam,
    sitting: Sitting,
    person_id: int,
    browser: str,
    number: int,
    now: datetime,
) -> Attempt:
    ends = rules.deadlines(
        now, exam.time_limit_minutes, 0, 0, sitting.closes_at, exam.tolerance_seconds, exam.grace_minutes
    )
    attempt = Attempt(
        sitting_id=sitting.id,
        person_id=person_id,
        number=number,
        seed=secrets.token_hex(8),
        started_at=now,
        **vars(ends),
        place=new_place(),
        browser=browser,
    )
    session.add(attempt)
    session.flush()
    blueprint = papers.blueprint_of(exam)
    pool = Pool.of_rows(blueprint, sittings.pool_of(session, sitting.id))
    drawn = draw(pool, attempt.seed, attempts.versions_seen(session, person_id, exam.id))
    if not isinstance(drawn, Draw):
        # Opening the sitting proved that its frozen pool fills the blueprint.
        raise TypeError(f"the pool of sitting {sitting.id} does not fill its blueprint")
    items = items_of(session, [id_ for ids in drawn.cells for id_ in ids])
    for slot in papers.plan(blueprint, drawn, items, attempt.seed):
        session.add(
            Slot(
                attempt_id=attempt.id,
                number=slot.number,
                question_version_id=slot.question_version_id,
                max_mark=slot.max_mark,
                arrangement={"value": slot.arrangement},
            )
        )
    return attempt
