"""Draw papers before a sitting opens, so that at nine o'clock each only has to be copied."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert

from learning.core.clock import day_of
from learning.core.db import reading, transaction
from learning.exams.models import PreparedPaper
from learning.exams.queries import sittings, starting, terms
from learning.exams.services.drawing import draw_paper, packed

#: How long before the opening papers are drawn.
AHEAD = timedelta(minutes=60)
#: Papers in one transaction; between any two of them learners' saves get their turn.
BATCH = 20


def prepare_papers(now: datetime) -> int:
    """Draw the papers of all who are admitted to sittings that open soon; return how many were drawn.

    Several processes may do so at once: a paper that another one has drawn meanwhile is left as it is.
    Who makes a further attempt gets a paper at the start, which has to avoid what was met before.
    """
    drawn = 0
    for sitting in starting.to_prepare(reading(), now, AHEAD):
        persons = reading().scalars(terms.admitted(sitting, day_of(now))).all()
        waiting = starting.unprepared(reading(), sitting, sorted(persons))
        for at in range(0, len(waiting), BATCH):
            drawn += _prepare(sitting.id, waiting[at : at + BATCH], now)
    return drawn


def _prepare(sitting_id: int, person_ids: Sequence[int], now: datetime) -> int:
    with transaction() as session:
        # Alone with the sitting, so that no two processes draw for the same person.
        sitting, exam = sittings.sitting_and_exam(session, sitting_id, is_shared=False)
        rows = []
        for person_id in starting.unprepared(session, sitting, person_ids):
            paper = draw_paper(session, sitting, exam, person_id, 1, secrets.token_hex(8))
            rows.append(
                {
                    "sitting_id": sitting_id,
                    "person_id": person_id,
                    "number": 1,
                    "seed": paper.seed,
                    "drawing": paper.drawing,
                    "slots": packed(paper.slots),
                    "prepared_at": now,
                }
            )
        if rows:
            session.execute(insert(PreparedPaper), rows)
        return len(rows)
