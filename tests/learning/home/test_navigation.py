"""The main navigation marks where a page stands."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from learning.accounts import queries, services
from learning.accounts.models import RoleGrant
from learning.accounts.roles import SYSTEM, Role
from learning.core.db import reading, transaction
from tests.cast import LONG_AGO, Cast
from tests.learning.exams import stories

SignIn = Callable[[str], FlaskClient]


def marked(page: str) -> set[str]:
    """Return the entries of the navigation that are marked as where the page stands."""
    return set(re.findall(r'<li><a href="[^"]*" aria-current="page">([^<]+)</a></li>', page))


@pytest.mark.parametrize(
    ("name", "path", "entry"),
    [
        ("chen", "/exams", "我的考试"),
        ("chen", "/exams/manage", "考试管理"),
        ("chen", "/", "首页"),
        ("wang", "/record", "首页"),
        ("wang", "/clauses/opinion-2015/3.7", "我的课程"),
        ("chen", "/clauses/opinion-2015/3.7", "我的课程"),
        ("wu", "/reports/basis", "完成情况报表"),
        ("sun", "/organisations/systems", "单位管理"),
    ],
)
def test_a_page_is_marked_at_the_nearest_entry(sign_in: SignIn, name: str, path: str, entry: str) -> None:
    assert marked(sign_in(name).get(path).text) == {entry}


@pytest.mark.usefixtures("context")
def test_a_sitting_stands_below_the_exams_that_instructors_manage(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    assert marked(sign_in("chen").get(f"/sittings/{story.sitting_id}").text) == {"考试管理"}


def test_a_person_in_a_report_stands_below_the_report(cast: Cast, sign_in: SignIn) -> None:
    path = f"/reports/persons/{cast.persons['wang']}"
    assert marked(sign_in("wu").get(path).text) == {"完成情况报表"}


def test_the_navigation_speaks_the_language_of_each_request(sign_in: SignIn) -> None:
    browser = sign_in("wang")
    for language, word in (("zh", "首页"), ("en", "Home"), ("zh", "首页")):
        browser.set_cookie("language", language)
        assert marked(browser.get("/").text) == {word}


@pytest.mark.usefixtures("context")
def test_a_role_that_is_granted_or_revoked_shows_at_the_next_page(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("wang")
    assert "题库" not in browser.get("/account").text
    services.grant_role(SYSTEM, cast.accounts["wang"], Role.INSTRUCTOR, None, LONG_AGO)
    assert "题库" in browser.get("/account").text
    assert browser.get("/materials").status_code == 200
    grants = queries.grants_of(reading(), cast.accounts["wang"])
    assert services.revoke_role(SYSTEM, grants[0].id, LONG_AGO)
    assert "题库" not in browser.get("/account").text
    assert browser.get("/materials").status_code == 403


def test_an_address_below_a_mount_point_is_marked_too(sign_in: SignIn) -> None:
    page = sign_in("wang").get("/exams", environ_overrides={"SCRIPT_NAME": "/learning"}).text
    assert marked(page) == {"我的考试"}
    assert 'href="/learning/exams"' in page
    assert 'href="/exams"' in sign_in("wang").get("/exams").text


@pytest.mark.usefixtures("context")
def test_an_account_without_any_role_still_has_a_start_page(cast: Cast, sign_in: SignIn) -> None:
    with transaction() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.account_id == cast.accounts["wu"]))
    reply = sign_in("wu").get("/")
    assert reply.status_code == 200
    assert marked(reply.text) == set()
