"""An instructor sets up an exam: by its form, checked against the bank, published, copied, deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from learning.accounts.models import AuditEntry
from learning.core.db import transaction
from learning.exams import review
from learning.exams.forms import ExamForm
from learning.exams.models import Exam
from learning.exams.services import managing
from learning.exams.services.managing import ManagingRefusal
from question_bank.blueprints import Blueprint
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.managers import exam_form, set_up
from tests.learning.exams.stories import looking

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def chen(sign_in: SignIn) -> FlaskClient:
    """The instructor, with a course that exams can be about."""
    stories.course_id()
    return sign_in("chen")


def exams() -> int:
    """Return how many exams there are."""
    return looking().scalar(select(func.count()).select_from(Exam)) or 0


def actions(of: str) -> list[str]:
    """Return what the audit log says was done to things of a kind."""
    return list(looking().scalars(select(AuditEntry.action).where(AuditEntry.object_type == of)))


def test_an_exam_is_set_up_changed_and_published_by_forms(chen: FlaskClient) -> None:
    exam_id = set_up(chen)
    assert "结业考试" in chen.get(f"/exams/manage/{exam_id}").text
    edit = chen.get(f"/exams/manage/{exam_id}/edit").text
    assert 'value="3，11.1"' in edit
    assert chen.post(f"/exams/manage/{exam_id}/edit", data=exam_form(title="改名")).status_code == 302
    assert chen.post(f"/exams/manage/{exam_id}/publish").status_code == 302
    exam = looking().get_one(Exam, exam_id)
    assert (exam.title, exam.published_at is not None) == ("改名", True)
    assert exam.blueprint["cells"][0]["clauses"] == ["3", "11.1"]
    assert chen.get(f"/exams/manage/{exam_id}?check=1").status_code == 200
    assert actions("exam") == ["exam.created", "exam.changed", "exam.published"]


SETTINGS = {
    "behaviour": "practice",
    "tries": "3",
    "navigation": "one_way",
    "tolerance_seconds": "30",
    "time_out": "grace",
    "grace_minutes": "5",
    "attempts_allowed": "3",
    "resit_for": "all",
    "delay_minutes": "1440",
    "counting": "average",
    "choice_policy": "partial",
    "markers": "2",
    "marker_tolerance_percent": "10",
}


def test_every_setting_is_kept_and_shown_again(chen: FlaskClient) -> None:
    ticks = ["during.correctness", "after.marks", "closed.key"]
    bounds = {"difficulty_bound": "0.75", "exposure_percent": "60"}
    exam_id = set_up(chen, shown=ticks, **SETTINGS, **bounds)
    exam = looking().get_one(Exam, exam_id)
    for name, value in SETTINGS.items():
        assert str(getattr(exam, name)) == value, name
    assert exam.review == {
        "during": ["correctness"], "after": ["marks"], "closed": ["key"], "released": []
    }  # fmt: skip
    assert exam.blueprint["difficulty_bound"] == "0.75"
    assert exam.blueprint["exposure_percent"] == 60
    page = chen.get(f"/exams/manage/{exam_id}/edit").text
    for tick in ticks:
        assert f'value="{tick}"' in page
    assert page.count(" checked") >= len(ticks)
    assert chen.get(f"/exams/manage/{exam_id}").status_code == 200


def test_settings_that_belong_to_another_behaviour_or_end_are_not_kept(chen: FlaskClient) -> None:
    exam = looking().get_one(
        Exam, set_up(chen, tries="3", grace_minutes="5", shown=["during.key", "released.key"])
    )
    assert (exam.tries, exam.grace_minutes) == (1, 0)
    assert exam.review == {"after": [], "closed": [], "released": ["key"]}


def two_sections() -> MultiDict[str, str]:
    """Return the form of an exam with two sections of two lines and one."""
    second = {
        "sections-0-title": "一、选择题",
        "sections-0-instructions": "每题只有一个正确选项。",
        "sections-0-order": "mixed",
        "sections-0-cells-1-clauses": "",
        "sections-0-cells-1-count": "2",
        "sections-0-cells-1-marks": "1.5",
        "sections-1-title": "二、填空题",
        "sections-1-order": "fixed",
        "sections-1-cells-0-types": ["fill_blank"],
        "sections-1-cells-0-tags": "群团改革；党的领导",
        "sections-1-cells-0-count": "1",
        "sections-1-cells-0-marks": "4",
    }
    return exam_form(**second)


def test_sections_have_titles_instructions_and_an_order_of_their_own(chen: FlaskClient) -> None:
    reply = chen.post("/exams/manage/new", data=two_sections())
    assert reply.status_code == 302, reply.text
    (exam,) = looking().scalars(select(Exam))
    first, second = exam.blueprint["sections"]
    assert (first["title"], first["order"], first["shuffle_choices"]) == ("一、选择题", "mixed", True)
    assert [cell["count"] for cell in first["cells"]] == [5, 2]
    assert (second["title"], second["order"], second["shuffle_choices"]) == ("二、填空题", "fixed", False)
    assert second["cells"][0]["tags"] == ["群团改革", "党的领导"]
    page = chen.get(f"/exams/manage/{exam.id}/edit").text
    assert "每题只有一个正确选项。" in page
    assert 'name="sections-1-cells-0-tags"' in page
    assert "二、填空题" in chen.get(f"/exams/manage/{exam.id}").text


@pytest.mark.parametrize(
    ("pressed", "there", "gone"),
    [
        ("add-cell.0", "sections-0-cells-2-count", "sections-0-cells-3-count"),
        ("add-cell.1", "sections-1-cells-1-count", "sections-1-cells-2-count"),
        ("add-section", "sections-2-cells-0-count", "sections-3-title"),
        ("remove-cell.0.0", "sections-0-cells-0-count", "sections-0-cells-1-count"),
        ("remove-section.0", "sections-0-cells-0-count", "sections-1-title"),
        ("remove-cell.1.0", "sections-1-cells-0-count", "sections-1-cells-1-count"),
    ],
)
def test_lines_and_sections_come_and_go_without_javascript(
    chen: FlaskClient, pressed: str, there: str, gone: str
) -> None:
    form = two_sections()
    form["change"] = pressed
    page = chen.post("/exams/manage/new", data=form).text
    assert f'name="{there}"' in page
    assert f'name="{gone}"' not in page
    assert exams() == 0


def test_what_is_left_after_a_removal_is_what_was_entered(chen: FlaskClient) -> None:
    form = two_sections()
    form["change"] = "remove-section.0"
    page = chen.post("/exams/manage/new", data=form).text
    assert "二、填空题" in page
    assert "一、选择题" not in page
    assert 'value="群团改革；党的领导"' in page


def test_checking_shows_line_by_line_what_the_bank_holds_and_saves_nothing(chen: FlaskClient) -> None:
    form = two_sections()
    form["check"] = "1"
    form.setlist("sections-1-cells-0-types", ["case_analysis"])
    form["sections-1-cells-0-tags"] = ""
    form["sections-1-cells-0-count"] = "9"
    page = chen.post("/exams/manage/new", data=form).text
    assert "第 2 大题第 1 行" in page
    assert "缺 7" in page or "差 7" in page
    assert exams() == 0


def test_a_refusal_names_the_fewest_lines_and_the_least_bound(chen: FlaskClient) -> None:
    bound = exam_form(check="1", difficulty_bound="0.01", **{"sections-0-cells-0-difficulties": []})
    page = chen.post("/exams/manage/new", data=bound).text
    assert "0.01" in page
    assert "alert-error" in page
    bound["difficulty_bound"] = "4.9"
    assert "alert-error" not in chen.post("/exams/manage/new", data=bound).text


def test_what_the_bank_cannot_fill_is_not_published(chen: FlaskClient, cast: Cast) -> None:
    too_much = {"cells": [{"types": ["matching"], "count": 3, "marks": "1"}]}
    moment, school = stories.now(), cast.organisations["school"]
    exam_id = managing.create_exam(stories.CHEN, school, stories.settings(too_much), moment)
    assert managing.publish_exam(stories.CHEN, exam_id, moment) is ManagingRefusal.NOT_FEASIBLE
    reply = chen.post(f"/exams/manage/{exam_id}/publish", follow_redirects=True)
    assert reply.text.count("alert-error") >= 2
    capped = stories.MIXED | {"exposure_percent": 1}
    exam_id = managing.create_exam(stories.CHEN, school, stories.settings(capped), moment)
    assert managing.publish_exam(stories.CHEN, exam_id, moment) is ManagingRefusal.NOT_FEASIBLE


def test_resits_that_must_repeat_questions_are_announced_but_no_refusal(chen: FlaskClient) -> None:
    form = {
        "sections-0-cells-0-clauses": "",
        "sections-0-cells-0-types": ["matching"],
        "sections-0-cells-0-difficulties": [],
        "sections-0-cells-0-count": "2",
    }
    exam_id = set_up(chen, **form)
    assert "alert-warning" in chen.get(f"/exams/manage/{exam_id}").text
    chen.post(f"/exams/manage/{exam_id}/publish")
    assert looking().get_one(Exam, exam_id).published_at is not None


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
        {"time_limit_minutes": "9" * 5000},
        {"time_limit_minutes": "an hour"},
        {"attempts_allowed": "21"},
        {"pass_percent": "101"},
        {"choice_policy": "generous"},
        {"instructions": "长" * 5001},
        {"behaviour": "duel"},
        {"behaviour": "practice", "shown": []},
        {"tries": "11"},
        {"tries": ""},
        {"navigation": "backwards"},
        {"tolerance_seconds": "121"},
        {"time_out": "never"},
        {"time_out": "grace", "grace_minutes": "0"},
        {"grace_minutes": "-1"},
        {"resit_for": "friends"},
        {"delay_minutes": "525601"},
        {"counting": "lowest"},
        {"markers": "3"},
        {"marker_tolerance_percent": "101"},
        {"shown": ["during.everything"]},
        {"shown": ["\0"]},
        {"difficulty_bound": "5"},
        {"difficulty_bound": "0"},
        {"difficulty_bound": "one"},
        {"exposure_percent": "0"},
        {"exposure_percent": "9" * 40},
        {"sections-0-title": "长" * 201},
        {"sections-0-instructions": "长" * 4001},
        {"sections-0-order": "backwards"},
        {"sections-0-cells-0-clauses": "3.7s"},
        {"sections-0-cells-0-types": ["essay"]},
        {"sections-0-cells-0-difficulties": ["6"]},
        {"sections-0-cells-0-count": "0"},
        {"sections-0-cells-0-count": "9" * 30},
        {"sections-0-cells-0-count": ""},
        {"sections-0-cells-0-marks": "-1"},
        {"sections-0-cells-0-marks": "NaN"},
        {"sections-999999999999-cells-0-count": "x", "sections-999999999999-cells-0-marks": "x"},
    ],
)
def test_a_form_with_a_mistake_is_shown_again_and_nothing_is_written(
    chen: FlaskClient, changed: dict[str, Any]
) -> None:
    reply = chen.post("/exams/manage/new", data=exam_form(**changed))
    assert reply.status_code == 200
    assert "field-error" in reply.text or "error-summary" in reply.text
    assert exams() == 0


def test_mistakes_stand_at_their_fields_and_are_linked_from_the_top(chen: FlaskClient) -> None:
    form = two_sections()
    form["title"] = ""
    form["sections-1-cells-0-clauses"] = "abc"
    form["sections-1-cells-0-count"] = "0"
    text = chen.post("/exams/manage/new", data=form).text
    assert 'href="#title"' in text
    assert 'href="#sections-1-cells-0-clauses"' in text
    assert 'href="#sections-1-cells-0-count"' in text
    assert 'id="sections-1-cells-0-count-error"' in text
    assert "第 2 大题第 1 行" in text


NAMES = [*sorted(two_sections()), "change", "check", "sections-7-cells-3-count", "sections-x-title"]
VALUES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["", "9" * 400, "-1", "\0", "\ud800", "add-cell.0", "remove-cell.0.9", "add-cell.99999", "１"]
    ),
)


@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_form_whatever_is_in_it_is_an_error_of_the_server(
    chen: FlaskClient, sent: list[tuple[str, str]]
) -> None:
    form = two_sections()
    for name, value in sent:
        form.add(name, value) if value == "１" else form.setlist(name, [value])
    body = {name: [value.encode("utf-8", "replace") for value in form.getlist(name)] for name in form}
    assert chen.post("/exams/manage/new", data=MultiDict(body)).status_code in {200, 302}


def test_a_blueprint_survives_its_form(chen: FlaskClient, application: Any) -> None:
    with application.test_request_context("/", method="POST", data=two_sections()):
        form = ExamForm()
        plan = form.blueprint()
        assert isinstance(plan, Blueprint)
    assert [section.cells for section in plan.sections] == [2, 1]


def test_early_keys_are_warned_about(chen: FlaskClient) -> None:
    early = set_up(chen, shown=["after.key", "released.marks"])
    assert "alert-warning" in chen.get(f"/exams/manage/{early}").text
    assert review.reveals_early(looking().get_one(Exam, early).review)
    late = set_up(chen, shown=["after.response", "closed.key"])
    assert "alert-warning" not in chen.get(f"/exams/manage/{late}").text


def test_a_published_exam_stays_as_it_is(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    changed = managing.change_exam(
        stories.CHEN, story.exam_id, stories.settings(title="另一个"), stories.now()
    )
    assert changed is ManagingRefusal.PUBLISHED
    assert chen.get(f"/exams/manage/{story.exam_id}/edit").status_code == 302
    assert managing.publish_exam(stories.CHEN, story.exam_id, stories.now()) is ManagingRefusal.PUBLISHED
    reply = chen.post(f"/exams/manage/{story.exam_id}/delete", follow_redirects=True)
    assert "alert-error" in reply.text
    assert looking().get(Exam, story.exam_id) is not None

    def change() -> None:
        with transaction() as session:
            session.get_one(Exam, story.exam_id).title = "另一个"

    with pytest.raises(IntegrityError):
        change()


def test_a_draft_is_deleted_for_good_and_that_is_on_record(chen: FlaskClient) -> None:
    exam_id = set_up(chen)
    assert chen.post(f"/exams/manage/{exam_id}/delete").location.endswith("/exams/manage")
    assert looking().get(Exam, exam_id) is None
    assert actions("exam")[-1] == "exam.deleted"
    assert chen.post(f"/exams/manage/{exam_id}/delete").status_code == 404


def test_an_exam_is_copied_to_a_draft_with_all_its_settings(chen: FlaskClient) -> None:
    exam_id = set_up(chen, shown=["during.correctness", "released.key"], **SETTINGS)
    chen.post(f"/exams/manage/{exam_id}/publish")
    copied = chen.post(f"/exams/manage/{exam_id}/copy")
    first = looking().get_one(Exam, exam_id)
    second = looking().get_one(Exam, int(copied.location.rsplit("/", 1)[1]))
    assert second.published_at is None
    assert second.title.startswith(first.title)
    for name in (*SETTINGS, "blueprint", "review", "time_limit_minutes", "pass_percent"):
        assert getattr(second, name) == getattr(first, name), name


def test_an_exam_with_the_longest_title_can_be_copied(chen: FlaskClient) -> None:
    exam_id = set_up(chen, title="长" * 200)
    assert chen.post(f"/exams/manage/{exam_id}/copy").status_code == 302


@pytest.mark.parametrize(
    ("name", "status"),
    [("wang", 403), ("zheng", 403), ("wu", 403), ("qian", 403), ("chen", 200)],
)
def test_only_instructors_manage_exams(cast: Cast, sign_in: SignIn, name: str, status: int) -> None:
    story, client = stories.sitting(cast), sign_in(name)
    for path in ("/exams/manage", f"/exams/manage/{story.exam_id}", f"/sittings/{story.sitting_id}"):
        assert client.get(path).status_code == status


def test_the_page_of_an_exam_takes_as_few_queries_for_many_sittings_as_for_one(
    chen: FlaskClient, cast: Cast, queries: list[str]
) -> None:
    exam_id, counts = set_up(chen), []
    chen.get(f"/exams/manage/{exam_id}")
    for _ in range(2):
        queries.clear()
        assert chen.get(f"/exams/manage/{exam_id}").status_code == 200
        counts.append(len(queries))
        chen.post(f"/exams/manage/{exam_id}/publish")
        stories.open_for(cast, exam_id)
        stories.open_for(cast, exam_id)
    assert counts[1] <= counts[0]
