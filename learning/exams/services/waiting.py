"""Note who is in the waiting room, so that an invigilator sees who is there before giving the start."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from learning.core.db import database, reading, transaction
from learning.exams.board import NOTED_AGAIN_AFTER
from learning.exams.models import Waiting
from learning.exams.queries.board import waiting_since


def note_waiting(sitting_id: int, person_id: int, now: datetime) -> None:
    """Note that somebody waits; of the many requests of a page only one in a while is written."""
    seen_at = waiting_since(reading(), sitting_id, person_id)
    if seen_at is not None and now < seen_at + NOTED_AGAIN_AFTER:
        return
    with transaction() as session:
        insert = sqlite.insert if database().is_sqlite else postgresql.insert
        row = insert(Waiting).values(sitting_id=sitting_id, person_id=person_id, seen_at=now)
        # Two pages of one person may wait.
        keys = ["sitting_id", "person_id"]
        session.execute(row.on_conflict_do_update(index_elements=keys, set_={"seen_at": now}))
