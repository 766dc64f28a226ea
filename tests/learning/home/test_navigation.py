"""The main navigation marks where a page stands."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from learning.accounts.models import RoleGrant
from learning.core.db import transaction
from tests.cast import Cast
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


@pytest.mark.usefixtures("context")
def test_an_account_without_any_role_still_has_a_start_page(cast: Cast, sign_in: SignIn) -> None:
    with transaction() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.account_id == cast.accounts["wu"]))
    reply = sign_in("wu").get("/")
    assert reply.status_code == 200
    assert marked(reply.text) == set()
