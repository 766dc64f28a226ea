"""What is different for single persons at a sitting."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from learning.accounts.models import AuditEntry
from learning.core.clock import SHANGHAI
from learning.core.db import transaction
from learning.exams.kinds import EventKind
from learning.exams.models import AttemptEvent, Sitting, SittingOverride
from learning.exams.queries.sittings import my_sittings
from learning.exams.services.overrides import OverrideEntry, OverrideRefusal, override
from learning.people.models import Person
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.stories import looking

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def chen(sign_in: SignIn) -> FlaskClient:
    """The instructor."""
    return sign_in("chen")


def form(cast: Cast, name: str = "wang", **changed: str) -> MultiDict[str, str]:
    """Return the form of an override as a browser sends it."""
    number = looking().get_one(Person, cast.persons[name]).staff_number if name in cast.persons else name
    fields = {
        "staff_number": number,
        "extra_time_percent": "0",
        "opens": "",
        "latest_start": "",
        "closes": "",
        "attempts_allowed": "",
        "cause": "视力残疾",
    }
    return MultiDict(fields | changed)


def send(chen: FlaskClient, story: stories.Story, sent: MultiDict[str, str]) -> str:
    """Send the form and return the page that follows."""
    path = f"/sittings/{story.sitting_id}/overrides"
    return chen.post(path, data=sent, follow_redirects=True).text


def decided() -> int:
    """Return how many decisions are on record."""
    return looking().scalar(select(func.count()).select_from(SittingOverride)) or 0


def local(moment: datetime) -> str:
    """Return a moment as the form takes it."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def test_a_decision_about_a_person_is_on_record_and_in_the_list(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    later = story.closes_at + timedelta(hours=2)
    page = send(
        chen,
        story,
        form(cast, extra_time_percent="25", closes=local(later), attempts_allowed="3"),
    )
    assert "王学习" in page
    assert "视力残疾" in page
    assert "25 %" in page
    (mine,) = my_sittings(looking(), cast.persons["wang"], stories.now())
    assert mine.terms.extra_time_percent == 25
    assert mine.attempts_left == 3
    assert local(mine.window.closes_at) == local(later)
    detail = looking().scalars(select(AuditEntry.detail).where(AuditEntry.action == "override.made")).one()
    assert (detail["person"], detail["extra_time_percent"]) == (cast.persons["wang"], 25)


def test_a_running_attempt_gets_new_deadlines_at_once(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    before = stories.attempt(attempt_id)
    started_at, tolerance = before.started_at, before.saves_until - before.closes_at
    send(chen, story, form(cast, extra_time_percent="50"))
    after = stories.attempt(attempt_id)
    assert after.closes_at == started_at + timedelta(minutes=90)
    assert after.saves_until == after.closes_at + tolerance
    event = (
        looking().scalars(select(AttemptEvent).where(AttemptEvent.kind == EventKind.OVERRIDE_CHANGED)).one()
    )
    assert (event.attempt_id, event.cause) == (attempt_id, "视力残疾")
    send(chen, story, form(cast, cause="误填"))
    assert stories.attempt(attempt_id).closes_at == started_at + timedelta(minutes=60)


def test_others_keep_their_time(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story, "li")
    before = stories.attempt(attempt_id).closes_at
    send(chen, story, form(cast, extra_time_percent="50"))
    assert stories.attempt(attempt_id).closes_at == before


def test_extra_time_ends_at_the_own_end_of_the_window(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast, hours=1)
    attempt_id = stories.start(cast, story)
    send(chen, story, form(cast, extra_time_percent="100"))
    assert stories.attempt(attempt_id).closes_at == story.closes_at
    send(
        chen, story, form(cast, extra_time_percent="100", closes=local(story.closes_at + timedelta(hours=3)))
    )
    after = stories.attempt(attempt_id)
    assert after.closes_at == after.started_at + timedelta(hours=2)


def test_nobody_is_cut_off_by_mistake(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    begun_at = stories.now() - timedelta(minutes=70)
    wang, more = cast.persons["wang"], OverrideEntry("视力残疾", extra_time_percent=50)
    assert override(stories.CHEN, story.sitting_id, wang, more, begun_at) is None
    attempt_id = stories.start(cast, story, at=begun_at)
    before = stories.attempt(attempt_id).closes_at
    page = send(chen, story, form(cast))
    assert "监考台" in page
    assert stories.attempt(attempt_id).closes_at == before
    assert decided() == 1


def test_the_last_decision_counts_and_none_is_overwritten(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    for percent in ("25", "50", "0"):
        page = send(chen, story, form(cast, extra_time_percent=percent))
    assert decided() == 3
    assert page.count("已被替代") == 2
    number = form(cast)["staff_number"]
    send(chen, story, form(cast, extra_time_percent="33"))
    filled = chen.get(f"/sittings/{story.sitting_id}/overrides?staff_number={number}").text
    assert 'value="33"' in filled

    def change() -> None:
        with transaction() as session:
            session.execute(update(SittingOverride).values(extra_time_percent=1))

    with pytest.raises(IntegrityError):
        change()


@pytest.mark.parametrize(
    "changed",
    [
        {"staff_number": ""},
        {"staff_number": "NOBODY"},
        {"staff_number": "\0"},
        {"cause": ""},
        {"cause": " \0 "},
        {"cause": "长" * 501},
        {"extra_time_percent": ""},
        {"extra_time_percent": "-1"},
        {"extra_time_percent": "301"},
        {"extra_time_percent": "9" * 400},
        {"attempts_allowed": "0"},
        {"attempts_allowed": "21"},
        {"attempts_allowed": "9" * 400},
        {"opens": "9999-12-31T23:59"},
        {"opens": "2150-01-01T00:00"},
        {"latest_start": "0001-01-01T00:00"},
        {"latest_start": "2001-01-01T00:00"},
        {"closes": "2001-01-01T00:00"},
        {"closes": "2190-01-01T00:00"},
        {"closes": "soon"},
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_at_its_field(
    chen: FlaskClient, cast: Cast, changed: dict[str, str]
) -> None:
    story = stories.sitting(cast)
    assert "field-error" in send(chen, story, form(cast, **changed))
    assert decided() == 0


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "staff_number",
                "extra_time_percent",
                "opens",
                "latest_start",
                "closes",
                "attempts_allowed",
                "cause",
            ]
        ),
        st.one_of(st.text(max_size=20), st.sampled_from(["9" * 400, "2026-02-30T25:00", "\0", "-0"])),
        max_size=4,
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_form_about_a_person_is_an_error_of_the_server(
    chen: FlaskClient, cast: Cast, changed: dict[str, str]
) -> None:
    sitting_id = looking().scalar(select(func.min(Sitting.id))) or stories.sitting(cast).sitting_id
    body = {name: value.encode("utf-8", "replace") for name, value in (form(cast) | changed).items()}
    assert chen.post(f"/sittings/{sitting_id}/overrides", data=body).status_code in {200, 302}


def test_only_those_who_are_admitted_can_be_decided_about(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    assert "field-error" in send(chen, story, form(cast, "liu"))
    assert decided() == 0


@pytest.mark.parametrize(
    ("column", "refusal"),
    [
        ("cancelled_at", OverrideRefusal.CANCELLED),
        ("results_released_at", OverrideRefusal.RELEASED),
    ],
)
def test_nothing_is_decided_about_a_sitting_that_is_over(
    cast: Cast, column: str, refusal: OverrideRefusal
) -> None:
    story, entry = stories.sitting(cast), OverrideEntry("x", extra_time_percent=5)
    with transaction() as session:
        setattr(session.get_one(Sitting, story.sitting_id), column, stories.now())
    made: Any = override(stories.CHEN, story.sitting_id, cast.persons["wang"], entry, stories.now())
    assert made is refusal
    assert decided() == 0


def test_the_page_takes_as_few_queries_for_many_decisions_as_for_one(
    chen: FlaskClient, cast: Cast, queries: list[str]
) -> None:
    story, counts = stories.sitting(cast), []
    for names in (["wang"], ["li", "zhao", "wang"]):
        for name in names:
            send(chen, story, form(cast, name, extra_time_percent="25"))
        queries.clear()
        assert chen.get(f"/sittings/{story.sitting_id}/overrides").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
