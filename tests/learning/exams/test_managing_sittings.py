"""An instructor opens a sitting, looks after it, and releases its results."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib import parse

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from werkzeug.datastructures import MultiDict

from learning.accounts.models import AuditEntry
from learning.core.clock import SHANGHAI
from learning.core.db import transaction
from learning.exams import admission
from learning.exams.models import Attempt, PoolItem, Sitting
from learning.exams.queries import exposure
from learning.exams.queries import managing as queries_of_managing
from learning.exams.queries.results import results_of
from learning.exams.queries.sittings import coming_for
from learning.exams.services import managing, sittings
from learning.exams.services.managing import ManagingRefusal
from learning.exams.services.sittings import SittingPlan
from learning.questions.models import Question, QuestionVersion
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.managers import set_up, sitting_form
from tests.learning.exams.markers import finished, give, marker
from tests.learning.exams.stories import entry, looking, send
from tests.learning.exams.test_terms import class_run

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def chen(sign_in: SignIn) -> FlaskClient:
    """The instructor, with a course that exams can be about."""
    stories.course_id()
    return sign_in("chen")


def published(chen: FlaskClient, **changed: Any) -> int:
    """Set up and publish an exam by forms."""
    exam_id = set_up(chen, **changed)
    assert chen.post(f"/exams/manage/{exam_id}/publish").status_code == 302
    return exam_id


def announce(chen: FlaskClient, cast: Cast, exam_id: int, **changed: Any) -> Sitting:
    """Open a sitting by its form."""
    reply = chen.post(f"/exams/manage/{exam_id}/sittings/new", data=sitting_form(cast, **changed))
    assert reply.status_code == 302, reply.text
    return sitting_of(int(reply.location.rsplit("/", 1)[1]))


def sitting_of(sitting_id: int) -> Sitting:
    """Return a sitting as it stands in the database."""
    return looking().get_one(Sitting, sitting_id, populate_existing=True)


def number_of(model: type) -> int:
    """Return how many rows a table has."""
    return looking().scalar(select(func.count()).select_from(model)) or 0


def test_a_sitting_is_announced_with_all_that_is_decided_about_it(chen: FlaskClient, cast: Cast) -> None:
    tomorrow = datetime.now(SHANGHAI) + timedelta(days=1)
    key = "AB" * 32
    found = announce(
        chen,
        cast,
        published(chen),
        latest_start=tomorrow.strftime("%Y-%m-%dT09:30"),
        start_mode="by_hand",
        prepares_papers="y",
        access_code=" K7m4Q2 ",
        address_ranges="192.0.2.7/24\n\n2001:db8::/32\n198.51.100.9",
        browser_keys=key,
        learners="40",
    )
    assert found.opens_at.astimezone(SHANGHAI).hour == 0
    assert found.closes_at.astimezone(SHANGHAI).hour == 18
    assert found.latest_start_at is not None
    assert found.latest_start_at.astimezone(SHANGHAI).strftime("%H:%M") == "09:30"
    assert (found.start_mode, found.prepares_papers, found.access_code) == ("by_hand", True, "K7m4Q2")
    assert found.address_ranges.split("\n") == ["192.0.2.0/24", "2001:db8::/32", "198.51.100.9/32"]
    assert found.browser_keys == key.lower()
    assert found.papers_expected == 80
    page = chen.get(f"/sittings/{found.id}").text
    for shown in ("K7m4Q2", "192.0.2.0/24", "09:30"):
        assert shown in page
    detail = looking().scalars(select(AuditEntry.detail).where(AuditEntry.action == "sitting.opened")).one()
    assert "K7m4Q2" not in str(detail)


def test_the_pool_is_frozen_with_the_difficulties_of_the_moment(chen: FlaskClient, cast: Cast) -> None:
    found = announce(chen, cast, published(chen))
    rows = looking().execute(
        select(PoolItem.difficulty, QuestionVersion.difficulty)
        .join(QuestionVersion, QuestionVersion.id == PoolItem.question_version_id)
        .where(PoolItem.sitting_id == found.id)
    )
    difficulties = [tuple(row) for row in rows]
    assert difficulties
    assert all(frozen == own for frozen, own in difficulties)


def test_the_roll_of_a_class_run_or_seats_can_be_what_admits(chen: FlaskClient, cast: Cast) -> None:
    exam_id = published(chen)
    run_id = class_run(cast, "wang")
    page = chen.get(f"/exams/manage/{exam_id}/sittings/new").text
    assert "培训班" in page
    found = announce(chen, cast, exam_id, admission="class_run", class_run=str(run_id))
    assert (found.admission, found.class_run_id, found.papers_expected) == ("class_run", run_id, 2)
    assert "培训班" in chen.get(f"/sittings/{found.id}").text
    by_seat = announce(chen, cast, exam_id, admission="seats", class_run=str(run_id))
    assert (by_seat.admission, by_seat.class_run_id) == ("seats", None)
    assert "alert-warning" in chen.get(f"/sittings/{by_seat.id}").text


def test_a_password_can_be_made_up_without_javascript_and_without_saving(
    chen: FlaskClient, cast: Cast
) -> None:
    exam_id = published(chen)
    form = sitting_form(cast, generate="1", address_ranges="192.0.2.0/24")
    page = chen.post(f"/exams/manage/{exam_id}/sittings/new", data=form).text
    code = page.partition('name="access_code"')[2].partition('value="')[2].partition('"')[0]
    assert len(code) == sittings.CODE_LENGTH
    assert not set(code) & set("01ILOilo")
    assert "192.0.2.0/24" in page
    assert number_of(Sitting) == 0
    assert len({sittings.new_code() for _ in range(50)}) > 45


@pytest.mark.parametrize(
    "changed",
    [
        {"opens": "", "closes": ""},
        {"opens": "yesterday", "closes": "tomorrow"},
        {"opens": "0001-01-01T00:00", "closes": "9999-12-31T23:59"},
        {"opens": "2020-01-01T00:00", "closes": "2020-01-02T00:00"},
        {"opens": "2030-01-02T00:00", "closes": "2030-01-01T00:00"},
        {"opens": "2026-01-01T00:00", "closes": "2199-01-01T00:00"},
        {"latest_start": "2020-01-01T00:00"},
        {"latest_start": "2090-01-01T00:00"},
        {"latest_start": "9999-12-31T23:59"},
        {"latest_start": "soon"},
        {"admission": "friends"},
        {"admission": "class_run"},
        {"admission": "class_run", "class_run": "999"},
        {"class_run": "\0"},
        {"organisation": ""},
        {"organisation": "999999999999999999999"},
        {"start_mode": "later"},
        {"access_code": "x" * 41},
        {"address_ranges": "the hall"},
        {"address_ranges": "192.0.2.0/33"},
        {"address_ranges": "192.0.2.0/24\n300.1.1.1"},
        {"address_ranges": "\n".join(["192.0.2.1"] * 101)},
        {"address_ranges": "9" * 3999},
        {"browser_keys": "secret"},
        {"browser_keys": "ab" * 31},
        {"browser_keys": "zz" * 32},
        {"learners": "0"},
        {"learners": "9" * 400},
        {"learners": "many"},
    ],
)
def test_a_sitting_that_makes_no_sense_is_refused_at_its_field(
    chen: FlaskClient, cast: Cast, changed: dict[str, str]
) -> None:
    reply = chen.post(f"/exams/manage/{published(chen)}/sittings/new", data=sitting_form(cast, **changed))
    assert reply.status_code == 200
    assert "field-error" in reply.text
    assert number_of(Sitting) == 0


@given(
    st.dictionaries(
        st.sampled_from(sorted(sitting_form(Cast(organisations={"county": 1})))),
        st.one_of(st.text(max_size=30), st.sampled_from(["9" * 400, "2026-02-30T25:00", "::/0", "\0"])),
        max_size=4,
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_form_of_a_sitting_is_an_error_of_the_server(
    chen: FlaskClient, cast: Cast, changed: dict[str, str]
) -> None:
    form = sitting_form(cast, opens="2030-01-02T00:00", closes="2030-01-01T00:00") | changed
    body = MultiDict({name: str(value).encode("utf-8", "replace") for name, value in form.items()})
    exam_id = looking().scalar(select(func.min(Sitting.exam_id))) or published(chen)
    assert chen.post(f"/exams/manage/{exam_id}/sittings/new", data=body).status_code in {200, 302}


@pytest.mark.parametrize("name", ["province", "neighbour_of_nowhere", "999999999999999999999"])
def test_only_units_below_the_territory_of_the_school_can_be_invited(
    chen: FlaskClient, cast: Cast, name: str
) -> None:
    form = sitting_form(cast, organisation=str(cast.organisations.get(name, name)))
    assert chen.post(f"/exams/manage/{published(chen)}/sittings/new", data=form).status_code == 200
    assert number_of(Sitting) == 0


def test_no_sitting_is_opened_of_a_draft(chen: FlaskClient, cast: Cast) -> None:
    exam_id = set_up(chen)
    reply = chen.post(f"/exams/manage/{exam_id}/sittings/new", data=sitting_form(cast))
    assert "alert-error" in reply.text
    plan = SittingPlan(cast.organisations["county"], stories.now(), stories.now() + timedelta(days=1))
    opened = sittings.open_sitting(stories.CHEN, exam_id, plan, stories.now())
    assert opened.refusal is ManagingRefusal.NOT_PUBLISHED


def test_feasibility_is_proved_again_when_a_sitting_is_opened(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    with transaction() as session:
        session.execute(update(Question).values(retired_at=stories.now()))
    page = chen.post(f"/exams/manage/{story.exam_id}/sittings/new", data=sitting_form(cast)).text
    assert "alert-error" in page
    assert "缺 3 题" in page
    assert number_of(Sitting) == 1
    # The sitting that was open already keeps what was frozen for it.
    assert stories.start(cast, story)


CAPPED = {"exposure_percent": "60", "sections-0-cells-0-count": "1", "sections-0-cells-0-difficulties": []}


def test_a_cap_on_exposure_is_proved_for_those_who_are_expected(chen: FlaskClient, cast: Cast) -> None:
    exam_id = published(chen, **CAPPED)
    nobody = chen.post(f"/exams/manage/{exam_id}/sittings/new", data=sitting_form(cast, admission="seats"))
    assert "预计参加人数" in nobody.text
    assert "alert-error" in nobody.text
    found = announce(chen, cast, exam_id, admission="seats", learners="30")
    assert found.papers_expected == 60
    assert announce(chen, cast, exam_id).papers_expected == 6


def test_a_capped_sitting_is_not_widened_beyond_those_its_questions_were_fixed_for(
    chen: FlaskClient, cast: Cast
) -> None:
    found = announce(
        chen, cast, published(chen, **CAPPED), organisation=str(cast.organisations["county_women"])
    )
    assert found.papers_expected == 2
    reply = chen.post(f"/sittings/{found.id}/edit", data=sitting_form(cast), follow_redirects=True)
    assert "alert-error" in reply.text
    assert sitting_of(found.id).organisation_id == cast.organisations["county_women"]
    other = announce(chen, cast, published(chen), organisation=str(cast.organisations["county_women"]))
    chen.post(f"/sittings/{other.id}/edit", data=sitting_form(cast))
    assert sitting_of(other.id).organisation_id == cast.organisations["county"]


def test_exposure_shows_how_often_each_question_stands_on_papers(
    chen: FlaskClient, cast: Cast, queries: list[str]
) -> None:
    story = stories.sitting(cast)
    before = exposure.exposure_of(looking(), story.sitting_id)
    assert (before.shown, before.papers, before.most) == (0, 0, 0)
    for name in ("wang", "li"):
        stories.start(cast, story, name)
    whole = exposure.exposure_of(looking(), story.sitting_id)
    assert whole.papers == 2
    assert 6 <= whole.shown <= 12
    page = exposure.exposed(looking(), story.sitting_id, 1)
    assert sum(row.papers for row in page.rows) == 12
    assert page.rows[0].papers == whole.most
    assert page.total == whole.pool
    queries.clear()
    assert page.rows[0].code in chen.get(f"/sittings/{story.sitting_id}/exposure").text
    assert len(queries) < 12


def test_a_sitting_is_copied_to_a_form_with_all_but_its_window(chen: FlaskClient, cast: Cast) -> None:
    found = announce(chen, cast, published(chen), access_code="K7M4Q2", start_mode="by_hand")
    page = chen.get(f"/exams/manage/{found.exam_id}/sittings/new?from={found.id}").text
    assert 'value="K7M4Q2"' in page
    assert 'value="by_hand"' in page
    assert found.closes_at.astimezone(SHANGHAI).strftime("%Y-%m-%dT18:00") not in page
    other = published(chen)
    for wanted in (found.id, 999, "x", "9" * 30):
        page = chen.get(f"/exams/manage/{other}/sittings/new?from={wanted}").text
        assert "K7M4Q2" not in page


def test_all_of_a_sitting_can_be_changed_before_anybody_has_started(chen: FlaskClient, cast: Cast) -> None:
    found = announce(chen, cast, published(chen))
    page = chen.get(f"/sittings/{found.id}/edit").text
    assert found.closes_at.astimezone(SHANGHAI).strftime("%Y-%m-%dT18:00") in page
    form = sitting_form(cast, access_code="NEW234", organisation=str(cast.organisations["town"]))
    assert chen.post(f"/sittings/{found.id}/edit", data=form).status_code == 302
    changed = sitting_of(found.id)
    assert (changed.access_code, changed.organisation_id) == ("NEW234", cast.organisations["town"])
    detail = looking().scalars(select(AuditEntry.detail).where(AuditEntry.action == "sitting.changed")).one()
    assert set(detail) == {"access_code", "organisation_id"}
    assert detail["access_code"] == [False, True]


def test_once_somebody_has_started_only_the_door_can_be_changed(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    stories.start(cast, story)
    assert 'name="opens"' not in chen.get(f"/sittings/{story.sitting_id}/edit").text
    form = sitting_form(cast, access_code="NEW234", address_ranges="192.0.2.0/24")
    assert chen.post(f"/sittings/{story.sitting_id}/edit", data=form).status_code == 302
    changed = sitting_of(story.sitting_id)
    assert (changed.access_code, changed.address_ranges) == ("NEW234", "192.0.2.0/24")
    assert changed.closes_at == story.closes_at
    plan = sittings.plan_of(changed, {"closes_at": story.closes_at + timedelta(hours=1)})
    refusal = sittings.change_sitting(stories.CHEN, story.sitting_id, plan, stories.now())
    assert refusal is ManagingRefusal.HAS_BEGUN
    reply = chen.post(f"/sittings/{story.sitting_id}/edit", data=sitting_form(cast, address_ranges="x"))
    assert "field-error" in reply.text


def test_a_change_that_changes_nothing_leaves_no_trace(chen: FlaskClient, cast: Cast) -> None:
    found = announce(chen, cast, published(chen))
    chen.post(f"/sittings/{found.id}/edit", data=sitting_form(cast))
    assert looking().scalar(select(func.count()).where(AuditEntry.action == "sitting.changed")) == 0


def test_a_cancelled_sitting_stays_as_it_is(chen: FlaskClient, cast: Cast) -> None:
    found = announce(chen, cast, published(chen))
    for _ in range(2):
        chen.post(f"/sittings/{found.id}/cancel")
    assert sitting_of(found.id).cancelled_at is not None
    chen.post(f"/sittings/{found.id}/edit", data=sitting_form(cast, access_code="NEW234"))
    assert sitting_of(found.id).access_code == ""
    assert chen.get(f"/sittings/{found.id}").status_code == 200


def test_a_sitting_is_cancelled_only_before_anyone_has_started(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    stories.start(cast, story)
    refused = sittings.cancel_sitting(stories.CHEN, story.sitting_id, stories.now())
    assert refused is ManagingRefusal.HAS_ATTEMPTS
    reply = chen.post(f"/sittings/{story.sitting_id}/cancel", follow_redirects=True)
    assert "alert-error" in reply.text
    assert sitting_of(story.sitting_id).cancelled_at is None


def test_what_is_stored_of_the_door_is_what_the_door_reads(chen: FlaskClient, cast: Cast) -> None:
    key = "cd" * 32
    found = announce(
        chen,
        cast,
        published(chen),
        address_ranges="192.0.2.9/24",
        browser_keys=key.upper(),
        access_code="ab c",
    )
    header = admission.key_hash("https://x/", key)
    assert admission.refusal(found, "ABC", "192.0.2.200", "https://x/#a", header) is None


def test_sittings_of_another_school_are_not_found(chen: FlaskClient, cast: Cast) -> None:
    moment = stories.now()
    exam_id = managing.create_exam(stories.CHEN, cast.organisations["neighbour"], stories.settings(), moment)
    managing.publish_exam(stories.CHEN, exam_id, moment)
    sitting_id = stories.open_for(cast, exam_id).sitting_id
    for path in (
        f"/exams/manage/{exam_id}",
        f"/exams/manage/{exam_id}/edit",
        f"/exams/manage/{exam_id}/sittings/new",
        f"/sittings/{sitting_id}",
        f"/sittings/{sitting_id}/edit",
        f"/sittings/{sitting_id}/exposure",
        f"/sittings/{sitting_id}/seats",
        f"/sittings/{sitting_id}/seats/list",
        f"/sittings/{sitting_id}/seats/print",
        f"/sittings/{sitting_id}/overrides",
        "/sittings/99999999999999999999",
    ):
        assert chen.get(path).status_code == 404, path
    for path in (
        f"/exams/manage/{exam_id}/publish",
        f"/exams/manage/{exam_id}/copy",
        f"/exams/manage/{exam_id}/delete",
        f"/sittings/{sitting_id}/release",
        f"/sittings/{sitting_id}/cancel",
        f"/sittings/{sitting_id}/edit",
        f"/sittings/{sitting_id}/seats",
        f"/sittings/{sitting_id}/seats/list/confirm",
        f"/sittings/{sitting_id}/seats/1/remove",
        f"/sittings/{sitting_id}/overrides",
    ):
        assert chen.post(path).status_code == 404, path


def test_the_release_is_an_act_that_is_on_record(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    for _ in range(2):
        chen.post(f"/sittings/{story.sitting_id}/release")
    actions = looking().scalars(select(AuditEntry.action).where(AuditEntry.object_type == "sitting")).all()
    assert actions.count("results.released") == 1


def test_the_workbook_shows_everybody_and_its_download_is_on_record(
    chen: FlaskClient, cast: Cast, client: FlaskClient
) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    finished(client, cast, story, "wang")
    reply = chen.post(f"/sittings/{story.sitting_id}/results.xlsx")
    assert parse.quote("成绩-") in reply.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(reply.data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "王学习" in cells
    assert looking().scalar(select(func.count()).where(AuditEntry.action == "results.exported")) == 1


def test_the_page_of_a_sitting_takes_as_few_queries_for_many_attempts_as_for_one(
    chen: FlaskClient, cast: Cast, client: FlaskClient, queries: list[str]
) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    counts = []
    for names in (["wang"], ["li", "zhao"]):
        for name in names:
            finished(client, cast, story, name)
        queries.clear()
        page = chen.get(f"/sittings/{story.sitting_id}").text
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert page.count("1 / 2") == 3


def test_answered_counts_what_stands_and_not_what_was_taken_back(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    sent = [entry("k1", 1, "A"), entry("k2", 2, "A"), entry("k3", 1)]
    send(client, attempt_id, stories.pass_of(attempt_id), sent)
    (row,) = queries_of_managing.attempts_in(looking(), story.sitting_id, 1).rows
    assert row.answered == 1


def test_reports_get_the_best_passed_result_of_each_person_in_one_query(
    cast: Cast, client: FlaskClient, queries: list[str]
) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER, review=stories.ON_SUBMIT, attempts_allowed=3)
    wang = cast.persons["wang"]
    for mark in (Decimal(1), Decimal(5)):
        attempt_id = finished(client, cast, story, "wang")
        give(marker(cast, "chen"), attempt_id, mark)
        if mark == 1:
            (row,) = results_of(looking(), [wang], stories.course_id())
            assert (row.is_passed, row.attempts) == (False, 1)
    finished(client, cast, story, "li")
    course = stories.course_id()
    looking()
    queries.clear()
    found = results_of(looking(), select(Attempt.person_id), course)
    assert len(queries) == 1
    assert [(row.person_id, row.score, row.is_passed, row.attempts) for row in found] in (
        [(wang, 5, False, 2)],
        [(wang, 10, True, 2)],
    )


def test_the_start_page_learns_what_is_coming(cast: Cast) -> None:
    story = stories.sitting(cast)
    wang, moment = cast.persons["wang"], stories.now()
    assert [each.sitting.id for each in coming_for(looking(), wang, moment)] == [story.sitting_id]
    assert coming_for(looking(), cast.persons["liu"], moment) == []
    assert coming_for(looking(), wang, story.closes_at) == []
