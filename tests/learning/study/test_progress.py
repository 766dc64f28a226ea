"""Progress of one learner, and what reports ask about many."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from learning.accounts.roles import SYSTEM
from learning.core.db import reading, transaction
from learning.materials import queries as materials
from learning.materials.models import Unit
from learning.people.models import Person
from learning.study import queries, services
from learning.study.models import ModuleFinish, Visit
from learning.study.rules import CourseProgress, StudyState
from tests.cast import LONG_AGO, Cast

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def progress(context: None, cast: Cast) -> Callable[[], CourseProgress]:
    """Read how far wang is."""
    edition = materials.current_edition(reading(), "opinion-2015")
    assert edition
    return lambda: queries.progress_of(reading(), cast.persons["wang"], edition.id)


def read(cast: Cast, module: str, key: str, now: datetime = NOW) -> services.Step:
    page = materials.unit_at(reading(), "opinion-2015", module, key)
    assert page
    return services.mark_read(SYSTEM, cast.persons["wang"], page, now)


def practise(cast: Cast, module: str, key: str, response: object, now: datetime = NOW) -> services.Step:
    page = materials.unit_at(reading(), "opinion-2015", module, key)
    assert page
    for item in page.practice:
        step = services.answer_practice(SYSTEM, cast.persons["wang"], page, item, response, None, now)
    return step


def finish_second_module(cast: Cast, now: datetime = NOW) -> services.Step:
    read(cast, "leadership-and-cadres", "new-members", now)
    read(cast, "leadership-and-cadres", "own-study", now)
    practise(cast, "leadership-and-cadres", "new-members", "B", now)
    return practise(cast, "leadership-and-cadres", "own-study", {"1": "3"}, now)


def test_nothing_is_started_at_first_and_the_first_unit_is_next(
    progress: Callable[[], CourseProgress],
) -> None:
    found = progress()
    assert found.state is StudyState.NOT_STARTED
    assert found.next_unit
    assert found.next_unit.key == "school-courses"


def test_the_unit_last_opened_is_next_until_it_is_done(
    progress: Callable[[], CourseProgress], cast: Cast
) -> None:
    page = materials.unit_at(reading(), "opinion-2015", "leadership-and-cadres", "own-study")
    assert page
    services.open_visit(cast.persons["wang"], page, NOW)
    found = progress()
    assert found.next_unit
    assert found.next_unit.key == "own-study"
    assert found.state is StudyState.IN_PROGRESS


def test_a_wrong_answer_counts_as_practised(progress: Callable[[], CourseProgress], cast: Cast) -> None:
    assert finish_second_module(cast).has_finished_module
    module = progress().module("leadership-and-cadres")
    assert module
    assert module.state is StudyState.FINISHED
    assert module.finished_at == NOW
    assert progress().finished == 1


def test_a_module_is_finished_once(context: None, cast: Cast) -> None:
    finish_second_module(cast)
    assert not finish_second_module(cast, LATER).has_finished_module
    rows = queries.finished_modules(reading(), [cast.persons["wang"]])
    assert [(row.module_slug, row.finished_at) for row in rows] == [("leadership-and-cadres", NOW)]


def test_reports_ask_as_of_a_moment_and_by_a_query_for_persons(context: None, cast: Cast) -> None:
    finish_second_module(cast)
    everyone = select(Person.id)
    assert len(queries.finished_modules(reading(), everyone)) == 1
    assert queries.finished_modules(reading(), everyone, until=NOW) == []
    assert queries.finished_modules(reading(), []) == []


def test_study_time_is_summed_by_person_and_module_within_a_period(context: None, cast: Cast) -> None:
    unit_id = reading().scalars(select(Unit.id).where(Unit.key == "own-study")).one()
    with transaction() as session:
        for name, day in (("wang", 1), ("wang", 2), ("li", 1)):
            moment = LONG_AGO + timedelta(days=day)
            session.add(
                Visit(
                    person_id=cast.persons[name],
                    unit_id=unit_id,
                    opened_at=moment,
                    seen_at=moment,
                    seconds=100,
                    position=0,
                )
            )
    rows = queries.study_seconds(reading(), select(Person.id))
    assert {(row.person_id, row.module_slug, row.seconds) for row in rows} == {
        (cast.persons["wang"], "leadership-and-cadres", 200),
        (cast.persons["li"], "leadership-and-cadres", 100),
    }
    until = LONG_AGO + timedelta(days=2)
    assert [row.seconds for row in queries.study_seconds(reading(), [cast.persons["wang"]], None, until)] == [
        100
    ]
    assert queries.study_seconds(reading(), [cast.persons["wang"]], LONG_AGO + timedelta(days=3)) == []


def test_a_finished_module_stays_finished_when_a_later_edition_adds_to_it(
    progress: Callable[[], CourseProgress], cast: Cast
) -> None:
    slug = "organisation-leadership"
    page = materials.unit_at(reading(), "opinion-2015", slug, "school-courses")
    assert page
    with transaction() as session:
        session.add(
            ModuleFinish(
                person_id=cast.persons["wang"],
                course_id=page.edition.course_id,
                module_slug=slug,
                module_id=page.module.id,
                finished_at=NOW,
            )
        )
    module = progress().module(slug)
    assert module
    assert module.state is StudyState.FINISHED
    assert len(module.open_units) == 2


def test_progress_takes_the_same_queries_whatever_was_done(
    progress: Callable[[], CourseProgress], cast: Cast, queries: list[str]
) -> None:
    progress()
    queries.clear()
    progress()
    few = len(queries)
    finish_second_module(cast)
    queries.clear()
    progress()
    assert len(queries) == few
