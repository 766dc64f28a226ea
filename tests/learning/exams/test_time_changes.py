"""More time: for a person, a unit, a room or all; each form once, and nobody's time gets shorter."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from learning.accounts.models import AuditEntry
from learning.accounts.roles import Actor
from learning.core.db import reading, transaction
from learning.exams import targets
from learning.exams.kinds import AttemptState, EventKind
from learning.exams.models import Attempt, AttemptEvent, Seat, Sitting, SittingOverride, TimeChange
from learning.exams.queries import time_changes as looked_up
from learning.exams.queries.sittings import sitting_and_exam
from learning.exams.queries.terms import terms_by_person
from learning.exams.services import closing, time_changes
from learning.exams.services.time_changes import Changed, TimeRefusal
from learning.exams.targets import ALL, Target
from tests.cast import Cast
from tests.learning.exams import crowds, stories

pytestmark = pytest.mark.usefixtures("context")

CAUSE = "停电"


@pytest.fixture
def chen(cast: Cast) -> Actor:
    """The instructor."""
    return Actor(cast.accounts["chen"], "陈讲授")


def seat(cast: Cast, sitting_id: int, **rooms: str) -> None:
    """Give people of the cast seats in rooms."""
    with transaction() as session:
        for name, room in rooms.items():
            session.add(Seat(sitting_id=sitting_id, person_id=cast.persons[name], room=room))


def add(
    chen: Actor, story: stories.Story, *whom: Target, minutes: int = 10, key: str = "k", **changed: datetime
) -> Changed:
    """Give more time."""
    at = changed.get("now", stories.now())
    return time_changes.add_time(chen, story.sitting_id, whom or [ALL], minutes, CAUSE, key, at)


def ends(attempt_id: int) -> tuple[datetime, datetime, datetime]:
    """Return the three ends of an attempt."""
    found = stories.attempt(attempt_id)
    return found.closes_at, found.saves_until, found.hand_in_until


def extensions(attempt_id: int) -> list[int]:
    """Return the seconds of the extensions of an attempt in order."""
    query = select(AttemptEvent).where(
        AttemptEvent.attempt_id == attempt_id, AttemptEvent.kind == EventKind.EXTENDED
    )
    return [event.detail["seconds"] for event in stories.looking().scalars(query.order_by(AttemptEvent.id))]


# ---- extensions ----


def test_an_extension_moves_all_three_ends_and_is_on_record(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    before = ends(attempt_id)
    added = add(chen, story)
    assert (added.refusal, added.attempts) == (None, 1)
    assert ends(attempt_id) == tuple(end + timedelta(minutes=10) for end in before)
    assert stories.attempt(attempt_id).added_seconds == 600
    event = (
        stories.looking()
        .scalars(
            select(AttemptEvent).where(AttemptEvent.attempt_id == attempt_id, AttemptEvent.kind == "extended")
        )
        .one()
    )
    assert (event.cause, event.account_id) == (CAUSE, chen.account_id)
    assert event.detail == {"change": added.change_ids[0], "seconds": 600}
    entry = stories.looking().scalars(select(AuditEntry).where(AuditEntry.action == "sitting.extended")).one()
    assert entry.object_id == story.sitting_id
    assert entry.detail["minutes"] == 10


def test_the_same_form_twice_adds_its_minutes_once(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    first, second = add(chen, story), add(chen, story)
    assert second.change_ids == first.change_ids
    assert extensions(attempt_id) == [600]
    assert add(chen, story, key="another").change_ids != first.change_ids
    assert stories.attempt(attempt_id).added_seconds == 1200


def test_an_extension_lasts_beyond_the_hard_end_of_the_sitting(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast, hours=0.5)
    attempt_id = stories.start(cast, story)
    assert ends(attempt_id)[0] == story.closes_at
    add(chen, story)
    assert ends(attempt_id)[0] == story.closes_at + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("whom", "concerned"),
    [
        (lambda cast: ALL, {"wang", "li", "zhao"}),
        (lambda cast: targets.person(cast.persons["li"]), {"li"}),
        (lambda cast: targets.room("301"), {"wang", "zhao"}),
        (lambda cast: targets.organisation(cast.organisations["county_women"]), {"wang"}),
        (lambda cast: targets.organisation(cast.organisations["county"]), {"wang", "li", "zhao"}),
        (lambda cast: targets.organisation(cast.organisations["neighbour"]), set()),
    ],
    ids=["all", "person", "room", "unit", "unit with all below", "another unit"],
)
def test_only_those_concerned_get_more_time(
    cast: Cast, chen: Actor, whom: Callable[[Cast], Target], concerned: set[str]
) -> None:
    story = stories.sitting(cast)
    seat(cast, story.sitting_id, wang="301", zhao="301", li="302")
    ids = {name: stories.start(cast, story, name) for name in ("wang", "li", "zhao")}
    assert add(chen, story, whom(cast)).attempts == len(concerned)
    assert {name for name, id_ in ids.items() if extensions(id_)} == concerned


def test_several_persons_get_more_time_by_one_form(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    ids = {name: stories.start(cast, story, name) for name in ("wang", "li", "zhao")}
    whom = [targets.person(cast.persons[name]) for name in ("wang", "zhao")]
    for _ in range(2):
        assert len(add(chen, story, *whom).change_ids) == 2
    assert [extensions(ids[name]) for name in ("wang", "li", "zhao")] == [[600], [], [600]]


def test_who_starts_after_an_extension_has_the_later_hard_end_and_the_usual_limit(
    cast: Cast, chen: Actor
) -> None:
    story = stories.sitting(cast, hours=0.5)
    add(chen, story)
    attempt_id = stories.start(cast, story)
    assert ends(attempt_id)[0] == story.closes_at + timedelta(minutes=10)
    add(chen, story, key="another", minutes=60)
    found = stories.attempt(attempt_id)
    assert found.closes_at == story.closes_at + timedelta(minutes=70)
    assert found.added_seconds == 3600


def test_an_attempt_that_ended_before_stays_ended(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    overdue = stories.attempt(attempt_id).hand_in_until + timedelta(seconds=1)
    assert closing.close_attempt(attempt_id, overdue)
    assert add(chen, story, now=overdue).attempts == 0
    assert stories.attempt(attempt_id).state == AttemptState.CLOSED
    assert extensions(attempt_id) == []


def test_an_extension_that_comes_before_the_sweeper_keeps_the_attempt_open(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    overdue = stories.attempt(attempt_id).hand_in_until + timedelta(seconds=1)
    add(chen, story, now=overdue)
    assert not closing.close_attempt(attempt_id, overdue)
    assert stories.attempt(attempt_id).state == AttemptState.OPEN


@pytest.mark.parametrize(
    ("minutes", "whom", "cause", "refusal"),
    [
        (0, ALL, CAUSE, TimeRefusal.OUT_OF_RANGE),
        (-5, ALL, CAUSE, TimeRefusal.OUT_OF_RANGE),
        (601, ALL, CAUSE, TimeRefusal.OUT_OF_RANGE),
        (5, ALL, "　 ", TimeRefusal.NO_CAUSE),
        (5, targets.room("999"), CAUSE, TimeRefusal.NOBODY),
        (5, targets.person(10**9), CAUSE, TimeRefusal.NOBODY),
        (5, targets.organisation(10**9), CAUSE, TimeRefusal.NOBODY),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    cast: Cast, chen: Actor, minutes: int, whom: Target, cause: str, refusal: TimeRefusal
) -> None:
    story = stories.sitting(cast)
    stories.start(cast, story)
    given = time_changes.add_time(chen, story.sitting_id, [whom], minutes, cause, "k", stories.now())
    assert given.refusal is refusal
    assert not stories.looking().scalars(select(TimeChange)).all()


def test_somebody_whom_the_sitting_does_not_admit_cannot_be_given_time(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    stranger = targets.person(cast.persons["liu"])
    assert add(chen, story, stranger).refusal is TimeRefusal.NOBODY
    assert add(chen, story, targets.person(cast.persons["li"]), stranger).refusal is TimeRefusal.NOBODY


def test_a_cancelled_sitting_and_one_with_released_results_are_over(cast: Cast, chen: Actor) -> None:
    for column, refusal in (
        ("cancelled_at", TimeRefusal.CANCELLED),
        ("results_released_at", TimeRefusal.RELEASED),
    ):
        story = stories.sitting(cast)
        with transaction() as session:
            setattr(session.get_one(Sitting, story.sitting_id), column, stories.now())
        assert add(chen, story).refusal is refusal


# ---- compensation ----


def compensate(
    chen: Actor, story: stories.Story, begins: datetime, minutes: float, key: str = "c", *whom: Target
) -> Changed:
    """Give back an incident, told a minute after its end."""
    ends_at = begins + timedelta(minutes=minutes)
    return time_changes.compensate(
        chen,
        story.sitting_id,
        whom or [ALL],
        begins,
        ends_at,
        CAUSE,
        key,
        ends_at + timedelta(minutes=1),
    )


def test_each_running_attempt_gets_its_own_part_of_the_incident(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    now = stories.now()
    early = stories.start(cast, story, "wang", now)
    within = stories.start(cast, story, "li", now + timedelta(minutes=14, seconds=30))
    after = stories.start(cast, story, "zhao", now + timedelta(minutes=20))
    before = [ends(id_)[0] for id_ in (early, within, after)]
    assert compensate(chen, story, now + timedelta(minutes=10), 10).attempts == 3
    assert [extensions(id_) for id_ in (early, within, after)] == [[600], [330], [0]]
    gained = [ends(id_)[0] - end for id_, end in zip((early, within, after), before, strict=True)]
    assert gained == [timedelta(seconds=seconds) for seconds in (600, 330, 0)]


def test_at_the_hard_end_too_each_gets_its_own_part_only(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast, hours=0.5)
    now = stories.now()
    early = stories.start(cast, story, "wang", now)
    within = stories.start(cast, story, "li", now + timedelta(minutes=14, seconds=30))
    compensate(chen, story, now + timedelta(minutes=10), 10)
    assert ends(early)[0] == story.closes_at + timedelta(minutes=10)
    assert ends(within)[0] == story.closes_at + timedelta(seconds=330)
    add(chen, story)
    assert ends(within)[0] == story.closes_at + timedelta(seconds=330 + 600)


def test_one_incident_told_twice_is_given_back_once(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    now = stories.now()
    attempt_id = stories.start(cast, story, "wang", now)
    compensate(chen, story, now + timedelta(minutes=10), 10)
    compensate(chen, story, now + timedelta(minutes=5), 10, "another form")
    assert extensions(attempt_id) == [600, 300]


def test_attempts_that_ended_before_it_was_given_back_are_named_with_what_they_lost(
    cast: Cast, chen: Actor
) -> None:
    story = stories.sitting(cast)
    now = stories.now()
    ended = stories.start(cast, story, "wang", now - timedelta(minutes=50))
    running = stories.start(cast, story, "li", now)
    assert closing.close_attempt(ended, stories.attempt(ended).hand_in_until + timedelta(seconds=1))
    change_ids = compensate(chen, story, now + timedelta(minutes=5), 10).change_ids
    change = looked_up.change_at(stories.looking(), story.sitting_id, change_ids[0])
    assert change is not None
    missed = looked_up.missed_by(reading(), change.change)
    assert [(each.attempt.id, each.seconds) for each in missed] == [(ended, 300)]
    assert [each.attempt.id for each in looked_up.given_by(reading(), change.change)] == [running]
    assert stories.attempt(ended).state == AttemptState.CLOSED


@pytest.mark.parametrize(
    ("begins", "ends_at", "refusal"),
    [
        (-10, 1, TimeRefusal.NOT_OVER),
        (-10, -10, TimeRefusal.OUT_OF_RANGE),
        (-10, -20, TimeRefusal.OUT_OF_RANGE),
        (-700, -1, TimeRefusal.OUT_OF_RANGE),
    ],
)
def test_an_incident_has_to_be_over_and_of_some_length(
    cast: Cast, chen: Actor, begins: int, ends_at: int, refusal: TimeRefusal
) -> None:
    story = stories.sitting(cast)
    now = stories.now()
    span = now + timedelta(minutes=begins), now + timedelta(minutes=ends_at)
    given = time_changes.compensate(chen, story.sitting_id, [ALL], *span, CAUSE, "k", now)
    assert given.refusal is refusal


# ---- the facts ----


def test_ends_worked_out_again_from_the_facts_are_the_same(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast, hours=0.9)
    now = stories.now()
    attempt_id = stories.start(cast, story, "wang", now)
    with transaction() as session:
        session.add(
            SittingOverride(
                sitting_id=story.sitting_id,
                person_id=cast.persons["wang"],
                extra_time_percent=25,
                closes_at=story.closes_at + timedelta(minutes=7),
                cause="",
                made_at=now,
            )
        )
    _recompute(cast, story, attempt_id)
    assert ends(attempt_id)[0] == story.closes_at + timedelta(minutes=7)
    add(chen, story)
    compensate(chen, story, now + timedelta(seconds=90), 2)
    written = ends(attempt_id)
    _recompute(cast, story, attempt_id)
    assert ends(attempt_id) == written
    assert written[0] == story.closes_at + timedelta(minutes=7 + 10 + 2)


def _recompute(cast: Cast, story: stories.Story, attempt_id: int) -> None:
    with transaction() as session:
        sitting, exam = sitting_and_exam(session, story.sitting_id)
        attempt = session.get_one(Attempt, attempt_id)
        own = terms_by_person(session, story.sitting_id, [attempt.person_id])[attempt.person_id]
        time_changes.recompute(session, attempt, exam, sitting, own.override, own.changes)


def test_time_for_a_thousand_takes_as_many_statements_as_for_one(
    cast: Cast, chen: Actor, queries: list[str]
) -> None:
    sent = []
    for number in (1, 1000):
        story = stories.sitting(cast)
        people = crowds.crowd(cast, number) if number == 1000 else [cast.persons["wang"]]
        ids = crowds.attempts(story, people, stories.now())
        queries.clear()
        assert add(chen, story, key=f"{number}").attempts == number
        assert compensate(chen, story, stories.now(), 2, f"c{number}").attempts == number
        sent.append(len(queries))
        assert extensions(ids[-1]) == [600, 120]
    assert sent[0] == sent[1]


# ---- at the same time ----


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Do several things at the same moment, each in a thread of its own; return what came of them."""
    gate, outcomes = threading.Barrier(len(acts)), dict[int, object]()

    def run(place: int, act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            outcomes[place] = act()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [outcomes[place] for place in range(len(acts))]


def test_one_form_sent_eight_times_at_once_adds_its_minutes_once(app: Flask, cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    reading().rollback()
    given = at_once(app, *[lambda: add(chen, story)] * 8)
    assert len({tuple(each.change_ids) for each in given if isinstance(each, Changed)}) == 1
    assert extensions(attempt_id) == [600]


def test_eight_forms_at_once_all_count(app: Flask, cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    before = ends(attempt_id)[0]
    reading().rollback()
    at_once(app, *[partial(add, chen, story, minutes=1, key=f"k{number}") for number in range(8)])
    assert ends(attempt_id)[0] == before + timedelta(minutes=8)


def test_against_the_sweeper_an_attempt_is_either_extended_or_closed(
    app: Flask, cast: Cast, chen: Actor
) -> None:
    story = stories.sitting(cast)
    names = ("wang", "li", "zhao")
    ids = [stories.start(cast, story, name) for name in names]
    overdue = max(stories.attempt(id_).hand_in_until for id_ in ids) + timedelta(seconds=1)
    reading().rollback()
    at_once(
        app,
        *[partial(closing.close_attempt, id_, overdue) for id_ in ids],
        partial(add, chen, story, now=overdue),
        *[partial(closing.close_attempt, id_, overdue) for id_ in ids],
    )
    for id_ in ids:
        is_open = stories.attempt(id_).state == AttemptState.OPEN
        assert extensions(id_) == ([600] if is_open else [])


def test_who_starts_at_the_same_moment_has_the_later_hard_end(app: Flask, cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast, hours=0.5)
    reading().rollback()
    now = stories.now()
    at_once(
        app,
        partial(add, chen, story),
        *[partial(stories.start, cast, story, name, now) for name in ("wang", "li", "zhao")],
    )
    for found in stories.looking().scalars(select(Attempt)):
        assert found.closes_at == story.closes_at + timedelta(minutes=10)


# ---- whatever happens, in whatever order ----


class Clockwork(RuleBasedStateMachine):
    """An attempt to which time is given in any order, beside the simplest account of it."""

    def __init__(self) -> None:
        super().__init__()
        self.scope = SCOPE[0]
        cast = self.scope.cast
        self.chen = Actor(cast.accounts["chen"], "陈讲授")
        self.now = stories.now()
        self.story = stories.sitting(cast, hours=self.scope.hours)
        self.attempt_id = stories.start(cast, self.story, "wang", self.now)
        self.expected = ends(self.attempt_id)[0]
        self.given: set[int] = set()
        self.forms: dict[str, int] = {}

    @rule(minutes=st.integers(1, 30), form=st.integers(0, 5))
    def extend(self, minutes: int, form: int) -> None:
        key = f"e{form}"
        if key not in self.forms:
            self.forms[key] = minutes
            self.expected += timedelta(minutes=minutes)
        add(self.chen, self.story, minutes=minutes, key=key, now=self.now)

    @rule(back=st.integers(1, 50), length=st.integers(1, 50), form=st.integers(0, 5))
    def compensate(self, back: int, length: int, form: int) -> None:
        key = f"c{form}"
        begins = self.now - timedelta(minutes=back)
        ends_at = min(self.now, begins + timedelta(minutes=length))
        first = self.minute(begins)
        lost = set(range(max(0, first), self.minute(ends_at)))
        if key not in self.forms:
            self.forms[key] = length
            self.expected += timedelta(minutes=len(lost - self.given))
            self.given |= set(range(first, self.minute(ends_at)))
        time_changes.compensate(
            self.chen, self.story.sitting_id, [ALL], begins, ends_at, CAUSE, key, self.now
        )

    @rule(minutes=st.integers(1, 15))
    def wait(self, minutes: int) -> None:
        self.now = min(self.now + timedelta(minutes=minutes), self.expected)

    def minute(self, moment: datetime) -> int:
        """Return the minute of the attempt."""
        return (moment - stories.attempt(self.attempt_id).started_at) // timedelta(minutes=1)

    @invariant()
    def the_ends_are_those_expected(self) -> None:
        found = stories.attempt(self.attempt_id)
        assert found.closes_at == self.expected
        assert found.saves_until == self.expected + timedelta(seconds=5)
        assert sum(extensions(self.attempt_id)) == found.added_seconds

    @invariant()
    def the_facts_alone_say_the_same(self) -> None:
        _recompute(self.scope.cast, self.story, self.attempt_id)
        assert stories.attempt(self.attempt_id).closes_at == self.expected


@dataclass
class Scope:
    """What a state machine cannot take as a fixture."""

    cast: Cast
    hours: float


SCOPE: list[Scope] = []


@pytest.mark.parametrize("hours", [24, 0.7], ids=["time limit", "hard end"])
def test_time_given_in_any_order_adds_up_and_never_shrinks(cast: Cast, hours: float) -> None:
    SCOPE[:] = [Scope(cast, hours)]
    run_state_machine_as_test(
        Clockwork, settings=settings(max_examples=8, stateful_step_count=12, deadline=None)
    )
