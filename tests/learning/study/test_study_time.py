"""Study time: honest, never more than wall-clock, never a client's word."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from learning.core.db import reading
from learning.materials import queries as materials
from learning.materials.queries import UnitPage
from learning.study import queries, rules, services
from learning.study.services import Beat, OpenVisit
from tests.cast import Cast

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SCHOOLS = "/courses/opinion-2015/organisation-leadership/school-courses"


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def unit(module: str, key: str) -> UnitPage:
    page = materials.unit_at(reading(), "opinion-2015", module, key)
    assert page
    return page


@pytest.fixture
def schools(context: None) -> UnitPage:
    return unit("organisation-leadership", "school-courses")


@pytest.fixture
def groups(context: None) -> UnitPage:
    return unit("organisation-leadership", "study-groups")


@pytest.fixture
def wang(cast: Cast) -> int:
    return cast.persons["wang"]


def beat(person_id: int, visit: OpenVisit | Beat, at: float, resumed: bool = False) -> Beat:
    visit_id = visit.id if isinstance(visit, OpenVisit) else visit.visit_id
    taken = services.take_heartbeat(person_id, visit_id, None, resumed, after(at))
    assert taken
    return taken


def seconds_of(person_id: int) -> int:
    return sum(row.seconds for row in queries.study_seconds(reading(), [person_id]))


# ---- rules ----


@given(st.lists(st.floats(min_value=-10_000, max_value=10_000), max_size=50))
def test_what_is_counted_is_never_more_than_wall_clock(moments: list[float]) -> None:
    seen, total = START, 0
    for moment in moments:
        total += rules.seconds_to_add(seen, after(moment), rules.IDLE_LIMIT)
        seen = rules.counted_until(seen, after(moment), rules.IDLE_LIMIT)
    assert 0 <= total <= max([0, *moments])


@given(st.integers(min_value=0, max_value=10**6))
def test_a_silence_counts_up_to_the_limit_only(seconds: int) -> None:
    assert rules.seconds_to_add(START, after(seconds), timedelta(seconds=60)) == min(seconds, 60)


@pytest.mark.parametrize("sent", [True, -1, 101, 10**30, 1.5, "50", None, [50], {"a": 1}])
def test_only_a_percentage_is_a_position(sent: object) -> None:
    assert rules.position_from(sent) is None


def test_fractions_of_a_second_add_up() -> None:
    seen, total = START, 0
    for at in (0.7, 20.6, 40.5, 60.4, 80.3):
        total += rules.seconds_to_add(seen, after(at), rules.IDLE_LIMIT)
        seen = rules.counted_until(seen, after(at), rules.IDLE_LIMIT)
    assert total == 80


# ---- visits ----


def test_a_page_that_reports_counts_its_time(schools: UnitPage, wang: int) -> None:
    visit = services.open_visit(wang, schools, START)
    for at in (20, 40, 60):
        beat(wang, visit, at)
    assert seconds_of(wang) == 60


def test_time_out_of_sight_does_not_count(schools: UnitPage, wang: int) -> None:
    visit = services.open_visit(wang, schools, START)
    beat(wang, visit, 20)
    beat(wang, visit, 3620, resumed=True)
    beat(wang, visit, 3640)
    assert seconds_of(wang) == 40


def test_a_repeated_report_earns_nothing(schools: UnitPage, wang: int) -> None:
    visit = services.open_visit(wang, schools, START)
    for _ in range(50):
        beat(wang, visit, 20)
    assert seconds_of(wang) == 20


def test_of_two_pages_only_the_newer_counts(schools: UnitPage, groups: UnitPage, wang: int) -> None:
    first = services.open_visit(wang, schools, START)
    second = services.open_visit(wang, groups, after(10))
    assert not beat(wang, first, 30).is_running
    assert beat(wang, second, 30).is_running
    assert seconds_of(wang) == 20


def test_coming_back_to_the_older_page_begins_a_new_visit(
    schools: UnitPage, groups: UnitPage, wang: int
) -> None:
    first = services.open_visit(wang, schools, START)
    second = services.open_visit(wang, groups, START)
    again = beat(wang, first, 20, resumed=True)
    assert again.visit_id not in {first.id, second.id}
    assert again.seconds == 0
    assert beat(wang, again, 40).seconds == 20
    assert not beat(wang, second, 40).is_running


def test_many_pages_with_many_reports_earn_no_more_than_wall_clock(
    schools: UnitPage, groups: UnitPage, wang: int
) -> None:
    visits: list[OpenVisit] = []
    for at in range(0, 300, 7):
        visits.append(services.open_visit(wang, schools if at % 2 else groups, after(at)))
        for number, visit in enumerate(visits):
            beat(wang, visit, at + 3, resumed=number % 3 == 0)
    assert seconds_of(wang) <= 300


def test_another_persons_visit_is_not_there(schools: UnitPage, wang: int, cast: Cast) -> None:
    visit = services.open_visit(wang, schools, START)
    assert services.take_heartbeat(cast.persons["li"], visit.id, 50, False, after(20)) is None


def test_without_reports_the_time_until_a_step_counts(schools: UnitPage, wang: int) -> None:
    services.open_visit(wang, schools, START)
    services.open_visit(wang, schools, after(45))
    assert seconds_of(wang) == 45


def test_opening_a_page_again_and_again_loses_no_second(schools: UnitPage, wang: int) -> None:
    for tenth in range(0, 301):
        services.open_visit(wang, schools, after(tenth / 10))
    assert seconds_of(wang) == 30


def test_without_reports_a_stay_counts_up_to_twice_the_reading_time(schools: UnitPage, wang: int) -> None:
    services.open_visit(wang, schools, START)
    services.open_visit(wang, schools, after(20 * 60))
    services.open_visit(wang, schools, after(40 * 60))
    assert seconds_of(wang) == rules.READING_TIMES * schools.reading_minutes[1] * 60


def test_the_place_on_the_page_is_kept(schools: UnitPage, groups: UnitPage, wang: int) -> None:
    visit = services.open_visit(wang, schools, START)
    services.take_heartbeat(wang, visit.id, 63, False, after(20))
    services.open_visit(wang, groups, after(30))
    assert services.open_visit(wang, schools, after(7200)).position == 63


# ---- over HTTP ----


@pytest.fixture
def visit_url(sign_in: Callable[[str], FlaskClient]) -> str:
    page = sign_in("wang").get(SCHOOLS).text
    return page.split('data-visit="')[1].split('"')[0]


def test_a_report_answers_with_the_address_for_the_next(
    sign_in: Callable[[str], FlaskClient], visit_url: str
) -> None:
    reply = sign_in("wang").post(visit_url, json={"position": 40, "resumed": False}).get_json()
    assert (reply["visit"], reply["is_running"]) == (visit_url, True)


def test_a_client_cannot_send_a_duration(sign_in: Callable[[str], FlaskClient], visit_url: str) -> None:
    sent = {"position": 10**30, "seconds": 3600, "now": "2030-01-01T00:00:00Z"}
    assert sign_in("wang").post(visit_url, json=sent).get_json()["seconds"] <= rules.IDLE_LIMIT.seconds


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"nonsense", b'"x"', b"\xff"])
def test_a_report_that_is_none_is_refused(
    sign_in: Callable[[str], FlaskClient], visit_url: str, body: bytes
) -> None:
    reply = sign_in("wang").post(visit_url, data=body, content_type="application/json")
    assert reply.status_code == 400
    assert reply.is_json


def test_a_report_for_anothers_visit_is_not_found(
    sign_in: Callable[[str], FlaskClient], visit_url: str
) -> None:
    assert sign_in("li").post(visit_url, json={}).status_code == 404
    assert sign_in("li").post("/study/visits/9223372036854775807", json={}).status_code == 404
