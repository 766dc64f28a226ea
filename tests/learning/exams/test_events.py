"""What happens to an attempt beside its answers is on record, in order, with who did it and why."""

import pytest

from learning.accounts.roles import Actor
from learning.core.db import reading, transaction
from learning.exams.kinds import EventKind
from learning.exams.queries import events
from learning.exams.services.events import record_event, record_events
from tests.cast import Cast
from tests.learning.exams import stories

pytestmark = pytest.mark.usefixtures("context")


def test_an_event_says_what_happened_when_by_whom_and_why(cast: Cast) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast))
    before = len(events.events_of(reading(), attempt_id))
    chen, now = Actor(cast.accounts["chen"], "陈讲授"), stories.now()
    with transaction() as session:
        record_event(session, attempt_id, EventKind.LOCKED, now, chen, "设备故障", room="301")
        record_event(session, attempt_id, EventKind.CLOSED, now, None)
    locked, closed = events.events_of(reading(), attempt_id)[before:]
    assert (locked.event.kind, locked.by, locked.event.cause) == ("locked", "陈讲授", "设备故障")
    assert (locked.event.happened_at, locked.event.detail) == (now, {"room": "301"})
    assert (closed.event.kind, closed.by, closed.event.detail) == ("closed", "", {})


def test_many_attempts_get_their_event_in_one_statement(cast: Cast, queries: list[str]) -> None:
    story = stories.sitting(cast)
    ids = [stories.start(cast, story, name) for name in ("wang", "li", "zhao")]
    queries.clear()
    with transaction() as session:
        each = [(id_, {"seconds": id_}) for id_ in ids]
        record_events(session, each, EventKind.EXTENDED, stories.now(), None, "停电")
    assert len(queries) == 1
    found = events.events_at(reading(), story.sitting_id, [EventKind.EXTENDED])
    assert [(row.event.detail["seconds"], row.person_id) for row in found] == [
        (id_, cast.persons[name]) for id_, name in zip(ids, ("wang", "li", "zhao"), strict=True)
    ]
    assert events.counts_of(reading(), ids[:2], EventKind.EXTENDED) == {ids[0]: 1, ids[1]: 1}
