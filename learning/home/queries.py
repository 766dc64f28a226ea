"""Read what the start page shows; each part only for those whose role it concerns."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.core import migrations
from learning.exams.queries import sittings
from learning.exams.queries.sittings import MySitting
from learning.materials import queries as materials
from learning.materials.queries import EditionRow
from learning.people.models import Notice
from learning.people.queries import unread_notices
from learning.requirements import evaluate
from learning.requirements import queries as requirements
from learning.requirements.verdicts import Status, Verdict
from learning.study import queries as study
from learning.study.rules import CourseProgress

#: Notices shown on the start page; a link leads to the others.
MOST_NOTICES = 3


@dataclass(frozen=True)
class LearnersStart:
    """What a learner sees first: what is required, how far, what is next, which exams come."""

    courses: tuple[tuple[EditionRow, CourseProgress], ...]
    verdicts: tuple[Verdict, ...]
    coming: tuple[MySitting, ...]
    #: The newest notices that were not read yet, and how many there are.
    notices: tuple[Notice, ...]
    unread: int


def learners_start(session: Session, person_id: int, on: date, now: datetime) -> LearnersStart:
    """Return the start page of a learner; a fixed number of queries for each course."""
    editions = materials.current_editions(session)
    notices, unread = unread_notices(session, person_id, MOST_NOTICES)
    facts = requirements.own_facts(session, person_id, on)
    verdicts = evaluate.judge(facts).verdicts if facts else ()
    return LearnersStart(
        tuple((edition, study.progress_of(session, person_id, edition.id)) for edition in editions),
        tuple(
            verdict
            for verdict in verdicts
            if verdict.subject_id == person_id
            and verdict.code in PERSONAL
            and verdict.status is not Status.NOT_APPLICABLE
        ),
        tuple(sittings.coming_for(session, person_id, now)),
        tuple(notices),
        unread,
    )


#: The obligations whose subject is a person.
PERSONAL = frozenset({"T1", "T6", "T9"})


def is_up_to_date(session: Session) -> bool:
    """Return whether the database answers and has the newest schema; for the health check."""
    return session.scalar(select(1)) == 1 and migrations.is_current(session.connection())
