"""An instructor sets up an exam, opens a sitting, marks and releases."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib import parse

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from learning.accounts.models import AuditEntry
from learning.core.clock import SHANGHAI
from learning.core.db import transaction
from learning.exams.models import Attempt, Exam, PoolItem, Sitting
from learning.exams.queries import managing as queries_of_managing
from learning.exams.queries.results import results_of
from learning.exams.queries.sittings import coming_for
from learning.exams.services import managing
from learning.exams.services.managing import ManagingRefusal
from learning.questions.models import Question
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.markers import finished, give, marker
from tests.learning.exams.stories import entry, looking, send

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]


def exam_form(**changed: Any) -> MultiDict[str, str]:
    """Return the form of an exam as a browser sends it."""
    fields: dict[str, Any] = {
        "title": "结业考试",
        "kind": "final_exam",
        "module": "",
        "instructions": "",
        "time_limit_minutes": "60",
        "attempts_allowed": "2",
        "pass_percent": "60",
        "choice_policy": "all_or_nothing",
        "release_mode": "released",
        "cells-0-clauses": "3，11.1",
        "cells-0-types": ["single_choice", "true_false"],
        "cells-0-difficulties": ["1", "2"],
        "cells-0-count": "5",
        "cells-0-marks": "2",
    }
    return MultiDict(fields | changed)


@pytest.fixture
def chen(sign_in: SignIn) -> FlaskClient:
    """The instructor, with a course that exams can be about."""
    stories.course_id()
    return sign_in("chen")


def test_an_exam_is_set_up_published_and_opened_by_forms(chen: FlaskClient, cast: Cast) -> None:
    created = chen.post("/exams/manage/new", data=exam_form())
    assert created.status_code == 302, created.text
    page = chen.get(created.location).text
    assert "结业考试" in page
    exam_id = int(created.location.rsplit("/", 1)[1])
    assert chen.post(f"/exams/manage/{exam_id}/publish").status_code == 302
    today = datetime.now(SHANGHAI)
    window = {
        "organisation": str(cast.organisations["county"]),
        "opens": today.strftime("%Y-%m-%dT00:00"),
        "closes": (today + timedelta(days=2)).strftime("%Y-%m-%dT18:00"),
    }
    assert chen.post(f"/exams/manage/{exam_id}/sittings/new", data=window).status_code == 302
    opened = looking().scalars(select(Sitting)).one()
    assert opened.opens_at.astimezone(SHANGHAI).hour == 0
    assert opened.closes_at.astimezone(SHANGHAI).hour == 18
    assert looking().scalar(select(func.count()).select_from(PoolItem))
    assert chen.get(f"/sittings/{opened.id}").status_code == 200
    blueprint = looking().scalars(select(Exam)).one().blueprint
    assert blueprint["cells"][0]["clauses"] == ["3", "11.1"]


def test_lines_of_the_blueprint_come_and_go_without_javascript(chen: FlaskClient) -> None:
    more = chen.post("/exams/manage/new", data=exam_form(**{"add-cell": "1"})).text
    assert "cells-1-count" in more
    assert "cells-2-count" not in more
    second = {"cells-1-clauses": "7.2", "cells-1-count": "1", "cells-1-marks": "1", "remove-cell": "0"}
    fewer = chen.post("/exams/manage/new", data=exam_form(**second)).text
    assert 'value="7.2"' in fewer
    assert "cells-1-count" not in fewer
    assert looking().scalar(select(func.count()).select_from(Exam)) == 0


def test_checking_shows_line_by_line_what_the_bank_holds_and_saves_nothing(chen: FlaskClient) -> None:
    form = exam_form(
        **{"check": "1", "cells-0-types": ["case_analysis"], "cells-0-difficulties": [], "cells-0-count": "9"}
    )
    page = chen.post("/exams/manage/new", data=form).text
    assert page.count("7 short") + page.count("差 7") + page.count("缺 7") >= 1
    assert looking().scalar(select(func.count()).select_from(Exam)) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"title": ""},
        {"title": "长" * 201},
        {"kind": "quiz"},
        {"kind": "module_test"},
        {"module": "no-such-module"},
        {"time_limit_minutes": "0"},
        {"time_limit_minutes": "9" * 40},
        {"time_limit_minutes": "an hour"},
        {"attempts_allowed": "21"},
        {"pass_percent": "101"},
        {"choice_policy": "generous"},
        {"release_mode": "never"},
        {"instructions": "长" * 5001},
        {"cells-0-clauses": "3.7s"},
        {"cells-0-clauses": "\0"},
        {"cells-0-types": ["essay"]},
        {"cells-0-difficulties": ["6"]},
        {"cells-0-count": "0"},
        {"cells-0-count": "9" * 30},
        {"cells-0-count": ""},
        {"cells-0-marks": "-1"},
        {"cells-0-marks": "NaN"},
        {"cells-0-marks": ["1", "2", "x"] * 3},
        {"cells-999999999999-count": "x"},
    ],
)
def test_a_form_with_a_mistake_is_shown_again_and_nothing_is_written(
    chen: FlaskClient, changed: dict[str, Any]
) -> None:
    reply = chen.post("/exams/manage/new", data=exam_form(**changed))
    if reply.status_code != 302:
        assert reply.status_code == 200
        assert "field-error" in reply.text
        assert looking().scalar(select(func.count()).select_from(Exam)) == 0
    else:
        assert "cells-0-marks" in changed, "only the first of several values counts"


def test_mistakes_in_settings_and_in_lines_are_named_together(chen: FlaskClient) -> None:
    text = chen.post("/exams/manage/new", data=exam_form(title="", **{"cells-0-clauses": "abc"})).text
    assert "#title" in text
    assert "组卷策略：第 1 行" in text


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        ("", ""),
        ("yesterday", "tomorrow"),
        ("0001-01-01T00:00", "9999-12-31T23:59"),
        ("2020-01-01T00:00", "2020-01-02T00:00"),
        ("2030-01-02T00:00", "2030-01-01T00:00"),
        ("2026-01-01T00:00", "2199-01-01T00:00"),
    ],
)
def test_a_window_that_makes_no_sense_is_refused_at_its_field(
    chen: FlaskClient, cast: Cast, opens: str, closes: str
) -> None:
    story = stories.sitting(cast)
    form = {"organisation": str(cast.organisations["county"]), "opens": opens, "closes": closes}
    reply = chen.post(f"/exams/manage/{story.exam_id}/sittings/new", data=form)
    assert reply.status_code == 200
    assert "field-error" in reply.text


@pytest.mark.parametrize("name", ["province", "neighbour_of_nowhere", "999999999999999999999"])
def test_only_units_below_the_territory_of_the_school_can_be_invited(
    chen: FlaskClient, cast: Cast, name: str
) -> None:
    story = stories.sitting(cast)
    form = {
        "organisation": str(cast.organisations.get(name, name)),
        "opens": "2027-01-01T00:00",
        "closes": "2027-01-02T00:00",
    }
    assert chen.post(f"/exams/manage/{story.exam_id}/sittings/new", data=form).status_code == 200
    assert looking().scalar(select(func.count()).select_from(Sitting)) == 1


def test_what_the_bank_cannot_fill_is_neither_published_nor_opened(chen: FlaskClient, cast: Cast) -> None:
    too_much = {"cells": [{"types": ["matching"], "count": 3, "marks": "1"}]}
    moment, school = stories.now(), cast.organisations["school"]
    exam_id = managing.create_exam(stories.CHEN, school, stories.settings(too_much), moment)
    assert managing.publish_exam(stories.CHEN, exam_id, moment) is ManagingRefusal.NOT_FEASIBLE
    reply = chen.post(f"/exams/manage/{exam_id}/publish", follow_redirects=True)
    assert reply.text.count("alert-error") >= 2
    window = (cast.organisations["county"], moment, moment + timedelta(days=1), moment)
    opened = managing.open_sitting(stories.CHEN, exam_id, *window)
    assert opened.refusal is ManagingRefusal.NOT_PUBLISHED


def test_feasibility_is_proved_again_when_a_sitting_is_opened(cast: Cast) -> None:
    story = stories.sitting(cast)
    with transaction() as session:
        session.execute(update(Question).values(retired_at=stories.now()))
    moment = stories.now()
    window = (cast.organisations["county"], moment, moment + timedelta(days=1), moment)
    opened = managing.open_sitting(stories.CHEN, story.exam_id, *window)
    assert opened.refusal is ManagingRefusal.NOT_FEASIBLE
    # The sitting that was open already keeps what was frozen for it.
    assert stories.start(cast, story)


def test_a_published_exam_stays_as_it_is(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    changed = managing.change_exam(
        stories.CHEN, story.exam_id, stories.settings(title="另一个"), stories.now()
    )
    assert changed is ManagingRefusal.PUBLISHED
    assert chen.get(f"/exams/manage/{story.exam_id}/edit").status_code == 302
    assert managing.publish_exam(stories.CHEN, story.exam_id, stories.now()) is ManagingRefusal.PUBLISHED

    def change() -> None:
        with transaction() as session:
            session.get_one(Exam, story.exam_id).title = "另一个"

    with pytest.raises(IntegrityError):
        change()


def test_a_draft_can_be_changed(chen: FlaskClient, cast: Cast) -> None:
    school = cast.organisations["school"]
    exam_id = managing.create_exam(stories.CHEN, school, stories.settings(), stories.now())
    assert 'value="3"' in chen.get(f"/exams/manage/{exam_id}/edit").text
    chen.post(f"/exams/manage/{exam_id}/edit", data=exam_form(title="改名的考试"))
    assert looking().get_one(Exam, exam_id).title == "改名的考试"


def test_a_sitting_is_cancelled_only_before_anyone_has_started(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    stories.start(cast, story)
    refused = managing.cancel_sitting(stories.CHEN, story.sitting_id, stories.now())
    assert refused is ManagingRefusal.HAS_ATTEMPTS
    other = stories.sitting(cast)
    for _ in range(2):
        chen.post(f"/sittings/{other.sitting_id}/cancel")
    assert looking().get_one(Sitting, other.sitting_id).cancelled_at is not None


@pytest.mark.parametrize(
    ("name", "status"),
    [("wang", 403), ("zheng", 403), ("wu", 403), ("qian", 403), ("chen", 200)],
)
def test_only_instructors_manage_exams(cast: Cast, sign_in: SignIn, name: str, status: int) -> None:
    story, client = stories.sitting(cast), sign_in(name)
    for path in ("/exams/manage", f"/exams/manage/{story.exam_id}", f"/sittings/{story.sitting_id}"):
        assert client.get(path).status_code == status


def test_exams_of_another_school_are_not_found(chen: FlaskClient, cast: Cast) -> None:
    moment = stories.now()
    exam_id = managing.create_exam(stories.CHEN, cast.organisations["neighbour"], stories.settings(), moment)
    managing.publish_exam(stories.CHEN, exam_id, moment)
    window = (cast.organisations["county"], moment, moment + timedelta(days=1), moment)
    sitting_id = managing.open_sitting(stories.CHEN, exam_id, *window).id
    for path in (f"/exams/manage/{exam_id}", f"/exams/manage/{exam_id}/edit", f"/sittings/{sitting_id}"):
        assert chen.get(path).status_code == 404
    for path in (
        f"/exams/manage/{exam_id}/publish",
        f"/sittings/{sitting_id}/release",
        f"/sittings/{sitting_id}/cancel",
    ):
        assert chen.post(path).status_code == 404
    assert chen.get(f"/sittings/{sitting_id}/marking/1").status_code == 404
    assert chen.get("/sittings/99999999999999999999").status_code == 404


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
