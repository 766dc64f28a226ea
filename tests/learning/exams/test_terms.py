"""Whom a sitting admits, and when each may sit."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from learning.core.clock import day_of
from learning.core.db import transaction
from learning.exams import targets
from learning.exams.kinds import Admission, TimeChangeKind, TimeChangeTarget
from learning.exams.models import Attempt, Seat, Sitting, SittingOverride, TimeChange
from learning.exams.queries import starting, terms
from learning.exams.queries.sittings import coming_for, my_sittings, window_of
from learning.exams.rules import Standing, StartRefusal, Window
from learning.exams.services import time_changes
from learning.training.kinds import ClassOutcome
from learning.training.models import ClassRun, ClassRunLearner
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.stories import looking

pytestmark = pytest.mark.usefixtures("context")
NINE = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    """Return a moment so many minutes after nine."""
    return NINE + timedelta(minutes=minutes)


def sitting(latest: int | None = None) -> Sitting:
    """Return a sitting from nine to eleven."""
    latest_start_at = None if latest is None else at(latest)
    return Sitting(opens_at=NINE, latest_start_at=latest_start_at, closes_at=at(120))


def more_time(minutes: int, incident: int | None = None) -> TimeChange:
    """Return more time, or the compensation of an incident that began then."""
    begins = None if incident is None else at(incident)
    return TimeChange(minutes=minutes, incident_from=begins)


@pytest.mark.parametrize(
    ("latest", "override", "changes", "expected"),
    [
        (None, None, [], (0, 120, 120)),
        (30, None, [], (0, 30, 120)),
        (30, None, [more_time(10), more_time(5)], (0, 30, 135)),
        (None, None, [more_time(10)], (0, 130, 130)),
        (30, None, [more_time(20, incident=10)], (0, 50, 140)),
        (30, None, [more_time(20, incident=60)], (0, 30, 140)),
        (30, SittingOverride(closes_at=at(150)), [], (0, 30, 150)),
        (30, SittingOverride(closes_at=at(150)), [more_time(10)], (0, 30, 160)),
        (30, SittingOverride(opens_at=at(60), closes_at=at(200)), [], (60, 200, 200)),
        (30, SittingOverride(latest_start_at=at(90)), [], (0, 90, 120)),
        (30, SittingOverride(extra_time_percent=25), [], (0, 30, 120)),
        (30, SittingOverride(latest_start_at=at(200)), [], (0, 120, 120)),
    ],
)
def test_the_window_of_a_person(
    latest: int | None,
    override: SittingOverride | None,
    changes: list[TimeChange],
    expected: tuple[int, int, int],
) -> None:
    opens, last_start, closes = expected
    found = window_of(sitting(latest), override, changes)
    assert found == Window(at(opens), at(last_start), at(closes))


def change_sitting(story: stories.Story, **changed: Any) -> None:
    """Write into a sitting past all rules."""
    with transaction() as session:
        found = session.get_one(Sitting, story.sitting_id)
        for name, value in changed.items():
            setattr(found, name, value)


def override(story: stories.Story, person_id: int, **values: Any) -> None:
    """Put an override on record past all rules."""
    with transaction() as session:
        row = {"extra_time_percent": 0, "cause": "x", "made_at": stories.now()} | values
        session.add(SittingOverride(sitting_id=story.sitting_id, person_id=person_id, **row))


def change_time(story: stories.Story, target: TimeChangeTarget, minutes: int = 10, **values: Any) -> None:
    """Put more time on record past all rules."""
    with transaction() as session:
        session.add(
            TimeChange(
                sitting_id=story.sitting_id,
                key=f"{target}{values}",
                kind=TimeChangeKind.EXTENSION,
                target=target,
                minutes=minutes,
                cause="x",
                made_at=stories.now(),
                **values,
            )
        )


def seat(story: stories.Story, person_id: int, room: str) -> None:
    """Give somebody a seat past all rules."""
    with transaction() as session:
        session.add(Seat(sitting_id=story.sitting_id, person_id=person_id, room=room, seat="1"))


def class_run(cast: Cast, *names: str) -> int:
    """Put a class run with its roll on record."""
    with transaction() as session:
        run = ClassRun(
            organisation_id=cast.organisations["school"],
            title="培训班",
            covers_mass_work=True,
            training_kind="theme_class",
            delivery_mode="off_job",
            starts_on=day_of(NINE),
            ends_on=day_of(NINE),
            lesson_hours=8,
            recorded_at=NINE,
        )
        session.add(run)
        session.flush()
        for name in names:
            person_id = cast.persons[name]
            session.add(
                ClassRunLearner(class_run_id=run.id, person_id=person_id, outcome=ClassOutcome.PENDING)
            )
        return run.id


def admitted_names(cast: Cast, story: stories.Story) -> set[str]:
    """Return who of the cast is admitted, asked both ways: by the sitting, and by each person."""
    moment = stories.now()
    found = looking().get_one(Sitting, story.sitting_id)
    keys = set(looking().scalars(terms.admitted(found, day_of(moment))))
    by_sitting = {name for name, key in cast.persons.items() if key in keys}
    assert terms.number_admitted(looking(), found, day_of(moment)) == len(keys)
    by_person = {name for name, key in cast.persons.items() if my_sittings(looking(), key, moment)}
    assert by_sitting == by_person
    return by_sitting


def test_a_sitting_admits_a_unit_with_all_below_or_a_roll_or_those_who_have_a_seat(cast: Cast) -> None:
    story = stories.sitting(cast)
    assert admitted_names(cast, story) == {"wang", "li", "zhao"}
    run_id = class_run(cast, "liu", "wang")
    change_sitting(story, admission=Admission.CLASS_RUN, class_run_id=run_id)
    assert admitted_names(cast, story) == {"wang", "liu"}
    change_sitting(story, admission=Admission.SEATS, class_run_id=None)
    assert admitted_names(cast, story) == set()
    seat(story, cast.persons["zhao"], "一号考场")
    assert admitted_names(cast, story) == {"zhao"}


def test_who_sat_keeps_the_sitting_in_sight_though_no_longer_admitted(cast: Cast) -> None:
    story = stories.sitting(cast)
    stories.start(cast, story)
    change_sitting(story, admission=Admission.SEATS)
    assert len(my_sittings(looking(), cast.persons["wang"], stories.now())) == 1
    assert my_sittings(looking(), cast.persons["li"], stories.now()) == []


@pytest.mark.parametrize(
    ("target", "concerned"),
    [
        ("all", {"wang", "li", "zhao"}),
        ("person", {"li"}),
        ("room", {"wang"}),
        ("organisation", {"zhao"}),
    ],
)
def test_more_time_moves_the_end_of_the_window_of_its_targets_only(
    cast: Cast, target: str, concerned: set[str]
) -> None:
    story = stories.sitting(cast)
    seat(story, cast.persons["wang"], "一号考场")
    seat(story, cast.persons["li"], "二号考场")
    names = {
        "person": {"person_id": cast.persons["li"]},
        "room": {"room": "一号考场"},
        "organisation": {"organisation_id": cast.organisations["county_youth"]},
    }
    change_time(story, TimeChangeTarget(target), **names.get(target, {}))
    people = {name: cast.persons[name] for name in ("wang", "li", "zhao")}
    together = terms.terms_by_person(looking(), story.sitting_id, list(people.values()))
    found = looking().get_one(Sitting, story.sitting_id)
    for name, person_id in people.items():
        end = story.closes_at + timedelta(minutes=10 if name in concerned else 0)
        (mine,) = my_sittings(looking(), person_id, stories.now())
        assert mine.window.closes_at == end, name
        assert together[person_id].window(found).closes_at == end, name
        alone = starting.at_door(looking(), story.sitting_id, person_id, day_of(stories.now()))
        assert alone is not None
        assert alone.own.terms.window(alone.own.sitting).closes_at == end, name


def test_who_is_moved_to_another_room_keeps_what_the_former_one_was_given(cast: Cast) -> None:
    story, wang = stories.sitting(cast), cast.persons["wang"]
    seat(story, wang, "一号考场")
    stories.start(cast, story)
    room = targets.room("一号考场")
    given = time_changes.add_time(stories.CHEN, story.sitting_id, [room], 10, "断电", "k1", stories.now())
    assert given.attempts == 1
    with transaction() as session:
        session.get_one(Seat, (story.sitting_id, wang)).room = "二号考场"
    (mine,) = my_sittings(looking(), wang, stories.now())
    assert mine.window.closes_at == story.closes_at + timedelta(minutes=10)
    (other,) = my_sittings(looking(), cast.persons["li"], stories.now())
    assert other.window.closes_at == story.closes_at


def test_of_several_overrides_the_last_counts(cast: Cast) -> None:
    story, wang = stories.sitting(cast, attempts_allowed=1), cast.persons["wang"]
    override(story, wang, extra_time_percent=50, attempts_allowed=3)
    override(story, wang, extra_time_percent=25)
    (mine,) = my_sittings(looking(), wang, stories.now())
    assert (mine.terms.extra_time_percent, mine.attempts_left) == (25, 1)
    override(story, wang, attempts_allowed=2)
    (mine,) = my_sittings(looking(), wang, stories.now())
    assert (mine.terms.extra_time_percent, mine.attempts_left) == (0, 2)
    (other,) = my_sittings(looking(), cast.persons["li"], stories.now())
    assert other.attempts_left == 1


def test_an_own_window_opens_the_sitting_for_one_person_only(cast: Cast) -> None:
    story, wang, li = stories.sitting(cast), cast.persons["wang"], cast.persons["li"]
    after = story.closes_at + timedelta(hours=1)
    override(story, wang, opens_at=story.closes_at, closes_at=story.closes_at + timedelta(hours=4))
    (mine,) = my_sittings(looking(), wang, after)
    assert (mine.standing, mine.refusal) == (Standing.OPEN, None)
    assert [each.sitting.id for each in coming_for(looking(), wang, after)] == [story.sitting_id]
    (mine,) = my_sittings(looking(), wang, stories.now())
    assert mine.refusal is StartRefusal.TOO_EARLY
    (other,) = my_sittings(looking(), li, after)
    assert other.refusal is StartRefusal.TOO_LATE
    assert coming_for(looking(), li, after) == []


def test_who_was_given_more_time_finds_the_sitting_among_what_is_coming(cast: Cast) -> None:
    story = stories.sitting(cast)
    change_time(story, TimeChangeTarget.PERSON, 30, person_id=cast.persons["wang"])
    after = story.closes_at + timedelta(minutes=10)
    assert coming_for(looking(), cast.persons["wang"], after)
    assert coming_for(looking(), cast.persons["li"], after) == []


def end(attempt_id: int, **changed: Any) -> None:
    """Write into an attempt past all rules."""
    with transaction() as session:
        found = session.get_one(Attempt, attempt_id)
        for name, value in ({"state": "submitted", "ended_at": stories.now()} | changed).items():
            setattr(found, name, value)


@pytest.mark.parametrize(
    ("changed", "standing", "refusal", "left"),
    [
        ({"state": "abandoned"}, Standing.ABANDONED, None, 1),
        ({"voided_at": NINE}, Standing.VOIDED, None, 1),
        ({"voided_at": NINE, "is_given_back": True}, Standing.OPEN, None, 2),
        ({}, Standing.WAITING_FOR_MARKS, StartRefusal.RESULT_PENDING, 1),
    ],
)
def test_attempts_that_do_not_count_are_told_apart(
    cast: Cast, changed: dict[str, Any], standing: Standing, refusal: StartRefusal | None, left: int
) -> None:
    story = stories.sitting(cast)
    end(stories.start(cast, story), **changed)
    (mine,) = my_sittings(looking(), cast.persons["wang"], stories.now())
    assert (mine.standing, mine.refusal, mine.attempts_left) == (standing, refusal, left)


def test_results_shown_after_the_close_wait_for_who_was_given_more_time(cast: Cast) -> None:
    story = stories.sitting(cast, review=stories.AFTER_CLOSE)
    end(stories.start(cast, story))
    after = story.closes_at + timedelta(minutes=5)
    (mine,) = my_sittings(looking(), cast.persons["wang"], after)
    assert mine.is_released
    change_time(story, TimeChangeTarget.PERSON, 10, person_id=cast.persons["li"])
    (mine,) = my_sittings(looking(), cast.persons["wang"], after)
    assert not mine.is_released
    override(story, cast.persons["li"], closes_at=story.closes_at + timedelta(days=1))
    (mine,) = my_sittings(looking(), cast.persons["wang"], after + timedelta(hours=1))
    assert not mine.is_released
    override(story, cast.persons["li"])
    (mine,) = my_sittings(looking(), cast.persons["wang"], after + timedelta(hours=1))
    assert mine.is_released


def test_lists_take_as_few_queries_for_many_sittings_and_persons_as_for_one(
    cast: Cast, queries: list[str]
) -> None:
    wang, counts = cast.persons["wang"], []
    for _ in range(2):
        for _ in range(2):
            story = stories.sitting(cast)
            stories_start = stories.start(cast, story)
            end(stories_start)
            override(story, wang, extra_time_percent=25)
            seat(story, wang, "一号考场")
            change_time(story, TimeChangeTarget.ORGANISATION, organisation_id=cast.organisations["county"])
        looking()
        queries.clear()
        my_sittings(looking(), wang, stories.now())
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7
    looking()
    queries.clear()
    terms.terms_by_person(looking(), story.sitting_id, list(cast.persons.values()))
    assert len(queries) == 4
