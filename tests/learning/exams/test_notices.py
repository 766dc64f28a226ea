"""Learners are told what became of their exams: released, corrected, voided."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from learning.core.db import transaction
from learning.exams.services import invigilating, managing, notifying
from learning.exams.services.managing import ManagingRefusal
from learning.people.models import Notice
from learning.people.queries import unread_notices
from learning.people.services.notices import News, mark_read, tell
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.markers import finished, give, marker
from tests.learning.exams.stories import looking

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]


def told(cast: Cast, name: str) -> list[str]:
    """Return what somebody was told, newest first."""
    notices = looking().scalars(
        select(Notice).where(Notice.person_id == cast.persons[name]).order_by(Notice.id.desc())
    )
    return [notice.text for notice in notices]


def test_all_who_sat_are_told_of_the_release_once(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    finished(client, cast, story, "wang")
    finished(client, cast, story, "li")
    stories.start(cast, story, "zhao")
    chen = marker(cast, "chen")
    assert managing.release_results(chen, story.sitting_id, stories.now()) is None
    again = managing.release_results(chen, story.sitting_id, stories.now())
    assert again is ManagingRefusal.RELEASED
    assert told(cast, "wang") == told(cast, "li") == [notifying.RELEASED]
    assert told(cast, "zhao") == []


@pytest.mark.parametrize(("gives_back", "text"), [(False, notifying.VOIDED), (True, notifying.GIVEN_BACK)])
def test_who_loses_an_attempt_is_told(cast: Cast, client: FlaskClient, gives_back: bool, text: str) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    attempt_id = finished(client, cast, story)
    chen = marker(cast, "chen")
    invigilating.void(chen, story.sitting_id, [attempt_id], "替考", gives_back, stories.now())
    assert told(cast, "wang") == [text]


def test_the_page_shows_them_in_the_language_of_the_site(
    cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    attempt_id = finished(client, cast, story)
    give(marker(cast, "chen"), attempt_id, 4)
    managing.release_results(marker(cast, "chen"), story.sitting_id, stories.now())
    wang = sign_in("wang")
    home = wang.get("/").text
    assert "“结业考试”的成绩已发布" in home
    page = wang.get("/notices").text
    assert "“结业考试”的成绩已发布" in page
    assert f'href="/attempts/{attempt_id}/result"' in page
    assert wang.get(f"/attempts/{attempt_id}/result").status_code == 200
    wang.set_cookie("language", "en")
    assert "The results of “结业考试” are released." in wang.get("/notices").text
    assert "结业考试" not in sign_in("li").get("/notices").text


def test_read_ones_leave_the_start_page_and_newer_ones_stay(cast: Cast, sign_in: SignIn) -> None:
    wang = cast.persons["wang"]
    with transaction() as session:
        tell(session, [News(wang, notifying.RELEASED, {"exam": "甲"})], stories.now())
    newest = looking().scalars(select(Notice.id)).one()
    with transaction() as session:
        tell(session, [News(wang, notifying.RELEASED, {"exam": "乙"})], stories.now())
    browser = sign_in("wang")
    assert browser.post("/notices/read", data={"newest": str(newest)}).status_code == 302
    unread, count = unread_notices(looking(), wang, 3)
    assert (count, unread[0].params) == (1, {"exam": "乙"})
    home = browser.get("/").text
    assert "“乙”" in home
    assert "“甲”" not in home
    browser.post("/notices/read", data={"newest": "9" * 18})
    assert unread_notices(looking(), wang, 3) == ([], 0)


def test_nobody_marks_the_notices_of_others(cast: Cast, sign_in: SignIn) -> None:
    with transaction() as session:
        tell(session, [News(cast.persons["wang"], notifying.RELEASED, {"exam": "甲"})], stories.now())
    sign_in("li").post("/notices/read", data={"newest": "9999"})
    assert unread_notices(looking(), cast.persons["wang"], 3)[1] == 1


def test_what_was_read_stays_as_it_was(cast: Cast) -> None:
    wang = cast.persons["wang"]
    with transaction() as session:
        tell(session, [News(wang, notifying.RELEASED, {"exam": "甲"})], stories.now())
    mark_read(wang, 9999, stories.now())

    def change() -> None:
        with transaction() as session:
            session.scalars(select(Notice)).one().read_at = stories.now() + timedelta(days=1)

    with pytest.raises(IntegrityError):
        change()


def test_the_start_page_takes_as_many_queries_however_many_notices_there_are(
    cast: Cast, sign_in: SignIn, queries: list[str]
) -> None:
    browser, counts = sign_in("wang"), []
    browser.get("/")
    for number in (1, 20):
        with transaction() as session:
            news = News(cast.persons["wang"], notifying.RELEASED, {"exam": "甲"})
            tell(session, [news] * number, stories.now())
        queries.clear()
        assert browser.get("/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["zheng", "wu", "sun", "qian"])
def test_offices_without_a_person_have_no_notices(sign_in: SignIn, name: str) -> None:
    assert sign_in(name).get("/notices").status_code == 403


@pytest.mark.parametrize(
    "text",
    [
        notifying.RELEASED,
        notifying.DECIDED,
        notifying.VOIDED,
        notifying.GIVEN_BACK,
        notifying.CHANGED,
        notifying.NOW_PASSED,
        notifying.NOW_FAILED,
    ],
)
def test_every_text_has_its_chinese_and_its_values(
    app: Flask, cast: Cast, sign_in: SignIn, text: str
) -> None:
    with transaction() as session:
        params = {"exam": "试卷名", "before": "旧成绩", "after": "新成绩"}
        tell(session, [News(cast.persons["wang"], text, params)], stories.now())
    page = sign_in("wang").get("/notices").text
    assert "试卷名" in page
    assert text.split("“")[0].strip() not in page
    assert ("新成绩" in page) == ("%(after)s" in text)
