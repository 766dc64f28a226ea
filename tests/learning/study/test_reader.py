"""Reading a unit, answering its practice, finishing a module."""

import dataclasses
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.exc import NoResultFound
from werkzeug.test import TestResponse

from courses import packages
from learning.accounts.roles import SYSTEM
from learning.core.db import reading, transaction
from learning.materials import queries as materials
from learning.materials.models import Edition
from learning.materials.services import publish_edition
from question_bank.bank import read_bank
from tests.cast import LONG_AGO
from tests.stock import SMALL_BANK, SMALL_COURSE

COURSE = "/courses/opinion-2015"
SCHOOLS = f"{COURSE}/organisation-leadership/school-courses"
GROUPS = f"{COURSE}/organisation-leadership/study-groups"
PAIRS = f"{COURSE}/leadership-and-cadres/own-study"

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def wang(sign_in: SignIn) -> FlaskClient:
    """A learner."""
    return sign_in("wang")


def answer(client: FlaskClient, unit: str, position: int, **fields: str) -> TestResponse:
    return client.post(f"{unit}/practice/{position}", data=fields)


def finish_first_module(client: FlaskClient) -> None:
    answer(client, SCHOOLS, 1, answer="B")
    answer(client, GROUPS, 1, answer="true")
    answer(client, GROUPS, 2, **{"answer-1": "记录", "answer-2": "次数"})
    client.post(f"{SCHOOLS}/read")
    client.post(f"{GROUPS}/read")


def test_the_courses_and_their_modules_are_listed_with_the_way_on(wang: FlaskClient) -> None:
    courses = wang.get("/courses").text
    assert "小课程" in courses
    assert f'href="{SCHOOLS}"' in courses
    course = wang.get(COURSE).text
    assert "组织领导" in course
    assert "班子和干部" in course
    module = wang.get(f"{COURSE}/organisation-leadership").text
    assert "能说出谁应该开课" in module
    assert f'href="{GROUPS}"' in module


def test_a_unit_shows_its_text_with_clauses_as_links_and_its_figure(wang: FlaskClient) -> None:
    page = wang.get(SCHOOLS).text
    assert "四类院校把课程排进教学计划" in page
    assert 'href="/clauses/opinion-2015/11.1s5"' in page
    source = re.search(r'src="(/figures/[^"]+)"', page)
    assert source
    figure = wang.get(source[1])
    assert figure.mimetype == "image/svg+xml"
    assert figure.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_without_the_original_a_unit_says_so_and_shows_no_wording(wang: FlaskClient) -> None:
    wang.set_cookie("language", "en")
    page = wang.get(SCHOOLS).text
    assert 'class="source-text"' not in page
    assert "The original document is not loaded on this site" in page


@pytest.mark.parametrize(
    "path",
    [
        "/courses/no-such-course",
        f"{COURSE}/no-such-module",
        f"{COURSE}/organisation-leadership/no-such-unit",
        f"{COURSE}/organisation-leadership/own-study",
        f"{COURSE}/organisation-leadership/%00",
        f"{COURSE}/%ED%A0%80/x",
        f"{COURSE}/{'x' * 5000}",
        "/clauses/opinion-2015/99.9",
        "/clauses/opinion-2015/nonsense",
        f"/clauses/opinion-2015/{'9' * 5000}.1",
        "/figures/1/no-such.svg",
        "/figures/1/%2e%2e",
        "/figures/99999999999999999999/two-duties.svg",
    ],
)
def test_what_does_not_exist_is_not_found(wang: FlaskClient, path: str) -> None:
    assert wang.get(path).status_code == 404


def test_an_unanswered_question_shows_neither_key_nor_explanation(wang: FlaskClient) -> None:
    for unit in (SCHOOLS, GROUPS, PAIRS):
        assert "解说" not in wang.get(unit).text


def test_a_right_answer_is_called_right_and_explained(wang: FlaskClient) -> None:
    reply = answer(wang, SCHOOLS, 1, answer="A", tries="0")
    assert reply.status_code == 302
    assert reply.location.endswith(f"{SCHOOLS}#practice-1")
    page = wang.get(SCHOOLS).text
    assert "verdict-right" in page
    assert "解说：落点是开课" in page


def test_a_partly_right_answer_is_called_so(wang: FlaskClient) -> None:
    answer(wang, GROUPS, 2, **{"answer-1": "记录", "answer-2": "别的"})
    assert "verdict-partly" in wang.get(GROUPS).text


def test_a_wrong_answer_is_called_wrong_and_can_be_tried_again(wang: FlaskClient) -> None:
    answer(wang, SCHOOLS, 1, answer="B", tries="0")
    assert "verdict-wrong" in wang.get(SCHOOLS).text
    again = wang.get(f"{SCHOOLS}?again=1").text
    assert 'name="tries" value="1"' in again
    assert "解说" not in again
    answer(wang, SCHOOLS, 1, answer="A", tries="1")
    assert "verdict-right" in wang.get(SCHOOLS).text


def test_a_double_click_is_one_try(wang: FlaskClient) -> None:
    for _ in range(2):
        answer(wang, SCHOOLS, 1, answer="B", tries="0")
    assert 'name="tries" value="1"' in wang.get(f"{SCHOOLS}?again=1").text


def test_a_question_sent_without_an_answer_is_asked_again_and_keeps_what_was_filled_in(
    wang: FlaskClient,
) -> None:
    reply = answer(wang, GROUPS, 1)
    assert reply.status_code == 422
    assert "alert-warning" in reply.text
    assert "verdict" not in reply.text


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": "Z"},
        {"answer": ["A", "B"]},
        {"answer": "\x00"},
        {"answer": "A" * 1_000_000},
        {"answer-9" * 50: "A"},
    ],
)
def test_dirt_is_no_answer(wang: FlaskClient, fields: dict[str, object]) -> None:
    reply = wang.post(f"{SCHOOLS}/practice/1", data=fields)
    assert reply.status_code == 422


def test_half_a_character_is_no_answer(wang: FlaskClient) -> None:
    reply = wang.post(
        f"{SCHOOLS}/practice/1", data=b"answer=%ED%A0%80", content_type="application/x-www-form-urlencoded"
    )
    assert reply.status_code == 422


@pytest.mark.parametrize("position", ["0", "2", "9223372036854775807", "99999999999999999999"])
def test_a_question_that_the_unit_does_not_have_is_not_found(wang: FlaskClient, position: str) -> None:
    assert wang.post(f"{SCHOOLS}/practice/{position}", data={"answer": "A"}).status_code == 404


def test_reading_leads_to_the_open_practice_then_to_the_next_unit(wang: FlaskClient) -> None:
    assert wang.post(f"{SCHOOLS}/read").location.endswith(f"{SCHOOLS}#practice")
    answer(wang, SCHOOLS, 1, answer="A")
    assert wang.post(f"{SCHOOLS}/read").location.endswith(GROUPS)


def test_a_module_is_finished_with_the_last_unit_read_and_the_last_question_answered(
    wang: FlaskClient,
) -> None:
    finish_first_module(wang)
    module = wang.get(f"{COURSE}/organisation-leadership").text
    assert "alert-success" in module
    assert f'href="{COURSE}/leadership-and-cadres/new-members"' in module


def test_what_one_learner_does_is_not_seen_by_another(wang: FlaskClient, sign_in: SignIn) -> None:
    finish_first_module(wang)
    assert "解说" not in sign_in("li").get(SCHOOLS).text


@pytest.mark.parametrize("name", ["zheng", "wu", "sun", "qian"])
def test_offices_have_no_courses_of_their_own(sign_in: SignIn, name: str) -> None:
    for path in ("/courses", COURSE, SCHOOLS):
        assert sign_in(name).get(path).status_code == 403
    assert sign_in(name).post(f"{SCHOOLS}/read").status_code == 403


def test_a_page_takes_as_many_queries_after_many_tries_as_before(
    wang: FlaskClient, queries: list[str]
) -> None:
    def asked() -> int:
        queries.clear()
        assert wang.get(SCHOOLS).status_code == 200
        return len(queries)

    # In one and the same second, as a visit that was just noted is not written again.
    with time_machine.travel(datetime.now(UTC), tick=False):
        answer(wang, SCHOOLS, 1, answer="B")
        wang.get(SCHOOLS)
        few = asked()
        for _ in range(20):
            answer(wang, SCHOOLS, 1, answer="B")
        assert asked() == few
    # The account, the newest edition, the visit, the answers: what an edition says is not asked again.
    assert few <= 4


def test_a_page_that_is_opened_again_writes_its_visit_once_a_second(
    wang: FlaskClient, queries: list[str]
) -> None:
    def writes(moment: datetime) -> list[str]:
        queries.clear()
        with time_machine.travel(moment, tick=False):
            wang.get(SCHOOLS)
        return [statement.split()[0] for statement in queries if not statement.startswith("SELECT")]

    begin = datetime.now(UTC)
    assert writes(begin) == ["INSERT"]
    assert writes(begin + timedelta(milliseconds=900)) == []
    assert writes(begin + timedelta(milliseconds=1900)) == ["UPDATE"]


# ---- what a process keeps of editions ----


@pytest.fixture
def changed(context: None) -> Callable[[str], None]:
    """Publish an edition in which a unit is called otherwise."""
    course = packages.read_folder(SMALL_COURSE).course
    assert course
    items = {item.code: item for item in read_bank(SMALL_BANK).items}

    def publish(title: str) -> None:
        first, *others = course.modules
        unit, *rest = first.units
        text = dataclasses.replace(unit, title=title, markdown=f"{unit.markdown}\n\n{title}。")
        module = dataclasses.replace(first, units=(text, *rest))
        edition = dataclasses.replace(course, modules=(module, *others))
        assert publish_edition(SYSTEM, edition, items, LONG_AGO).is_new

    return publish


def test_a_new_edition_is_taught_at_once(wang: FlaskClient, changed: Callable[[str], None]) -> None:
    assert "院校开课新解" not in wang.get(SCHOOLS).text
    changed("院校开课新解")
    for path in (SCHOOLS, f"{COURSE}/organisation-leadership", GROUPS):
        page = wang.get(path).text
        assert ("院校开课新解" in page) == (path != GROUPS)
    changed("院校开课再解")
    assert "院校开课再解" in wang.get(SCHOOLS).text
    assert "院校开课新解" not in wang.get(SCHOOLS).text


def test_what_was_read_and_practised_is_remembered_in_a_new_edition(
    wang: FlaskClient, changed: Callable[[str], None]
) -> None:
    finish_first_module(wang)
    changed("院校开课新解")
    page = wang.get(SCHOOLS).text
    assert "verdict-wrong" in page
    assert "/read" not in page


def test_an_edition_that_is_not_committed_is_not_kept(context: None) -> None:
    def publish_and_fail() -> None:
        with transaction() as session:
            edition = Edition(
                course_id=1, number=2, digest="x", title="未发布", description="", published_at=LONG_AGO
            )
            session.add(edition)
            session.flush()
            with pytest.raises(NoResultFound):
                materials.contents(edition.id)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        publish_and_fail()
    edition = materials.current_edition(reading(), "opinion-2015")
    assert edition
    assert materials.contents(edition.id).edition.title == "小课程"


def test_the_same_page_is_shown_in_the_language_of_each_request(wang: FlaskClient) -> None:
    for language, word in (("zh", "练习"), ("en", "Practice"), ("zh", "练习")):
        wang.set_cookie("language", language)
        page = wang.get(SCHOOLS).text
        assert f">{word}</h2>" in page
        assert f">{'Practice' if language == 'zh' else '练习'}</h2>" not in page


def test_a_question_that_is_kept_for_all_carries_the_token_of_each_browser(sign_in: SignIn) -> None:
    tokens = []
    for name in ("wang", "wang", "li"):
        page = sign_in(name).get(SCHOOLS).text
        found = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
        # One and the same in the forms of the frame and in those of the questions.
        assert len(found) == 1
        assert page.count(f'value="{min(found)}"') >= 4
        tokens.append(min(found))
    assert len(set(tokens)) == 3


def test_a_question_that_is_kept_for_all_counts_the_tries_of_each_learner(sign_in: SignIn) -> None:
    wang, li = sign_in("wang"), sign_in("li")
    assert 'name="tries" value="0"' in wang.get(SCHOOLS).text
    answer(wang, SCHOOLS, 1, answer="B")
    assert 'name="tries" value="1"' in wang.get(f"{SCHOOLS}?again=1").text
    assert 'name="tries" value="0"' in li.get(SCHOOLS).text
    assert "verdict-" not in li.get(SCHOOLS).text


def test_addresses_in_a_text_fit_where_the_site_is_mounted(wang: FlaskClient) -> None:
    assert 'href="/clauses/opinion-2015/11.1s5"' in wang.get(SCHOOLS).text
    below = wang.get(SCHOOLS, environ_overrides={"SCRIPT_NAME": "/learning"}).text
    assert 'href="/learning/clauses/opinion-2015/11.1s5"' in below
    assert 'href="/clauses/opinion-2015/11.1s5"' not in below
