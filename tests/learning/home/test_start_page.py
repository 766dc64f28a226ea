"""The start page, by role."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.learning.exams import stories

SignIn = Callable[[str], FlaskClient]


def test_a_learner_sees_what_is_required_what_is_next_and_which_exams_come(sign_in: SignIn) -> None:
    page = sign_in("wang").get("/").text
    assert "继续学习" in page or "开始学习" in page
    assert "对您的学习要求" in page
    assert "§11¶1s5" in page
    assert "近期考试" in page


@pytest.mark.usefixtures("context")
def test_each_coming_exam_says_where_the_learner_stands(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    assert "开放中" in sign_in("wang").get("/").text
    stories.start(cast, story)
    assert "进行中" in section(sign_in("wang").get("/").text, "近期考试")


def section(page: str, head: str) -> str:
    """Return what follows a heading."""
    return page[page.index(head) :].split("<h2", 1)[0]


def test_somebody_for_whom_no_requirement_is_counted_is_told_so(sign_in: SignIn) -> None:
    assert "您现任职务没有需要统计的学习要求" in sign_in("chen").get("/").text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("chen", ("题库", "考试管理")),
        ("zheng", ("人员管理", "培训台账")),
        ("wu", ("完成情况报表",)),
        ("sun", ("单位管理", "账号与角色", "原文管理")),
        ("qian", ("审计日志",)),
    ],
)
def test_every_office_finds_its_tasks(sign_in: SignIn, name: str, words: tuple[str, ...]) -> None:
    page = sign_in(name).get("/").text
    for word in words:
        assert word in page


def test_nobody_is_shown_another_role_s_tasks(sign_in: SignIn) -> None:
    page = sign_in("wu").get("/").text
    for word in ("题库", "人员管理", "审计日志", "对您的学习要求"):
        assert word not in page


@pytest.mark.parametrize("path", ["/help", "/privacy"])
def test_help_and_the_privacy_notice_are_open_to_everybody(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_the_health_check_answers_without_sign_in(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
