"""Publishing editions, and the pages of those who keep courses."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from courses import packages
from courses.modules import Course
from learning.accounts.roles import SYSTEM
from learning.core.db import reading, transaction
from learning.materials import queries, services
from learning.materials.queries import EditionRow
from question_bank.bank import read_bank
from question_bank.items import Item
from tests.cast import LONG_AGO
from tests.stock import SMALL_BANK, SMALL_COURSE

SignIn = Callable[[str], FlaskClient]
PREVIEW = "/materials/opinion-2015/organisation-leadership/study-groups"


@pytest.fixture
def course() -> Course:
    """The small course."""
    found = packages.read_folder(SMALL_COURSE).course
    assert found
    return found


@pytest.fixture
def items() -> dict[str, Item]:
    """The small bank."""
    return {item.code: item for item in read_bank(SMALL_BANK).items}


def current() -> EditionRow:
    edition = queries.current_edition(reading(), "opinion-2015")
    assert edition
    return edition


def test_publishing_the_same_again_makes_no_new_edition(
    context: None, course: Course, items: dict[str, Item]
) -> None:
    outcome = services.publish_edition(SYSTEM, course, items, LONG_AGO)
    assert not outcome.is_new
    assert current().number == 1


def test_a_change_makes_a_new_edition_and_keeps_the_old_one(
    context: None, course: Course, items: dict[str, Item]
) -> None:
    changed = dataclasses.replace(course, title="改过的小课程")
    assert services.publish_edition(SYSTEM, changed, items, LONG_AGO).is_new
    assert (current().number, current().title) == (2, "改过的小课程")
    assert [row.number for row in queries.history(reading(), current().course_id)] == [2, 1]
    # Going back is a publication too: the newest edition is the one that is taught.
    services.publish_edition(SYSTEM, course, items, LONG_AGO)
    assert (current().number, current().title) == (3, "小课程")


def test_a_changed_practice_item_makes_a_new_edition(
    context: None, course: Course, items: dict[str, Item]
) -> None:
    items["small-03-p01"] = dataclasses.replace(items["small-03-p01"], stem="换了题干？")
    assert services.publish_edition(SYSTEM, course, items, LONG_AGO).is_new


def test_a_course_whose_practice_is_missing_or_for_exams_is_refused(
    context: None, course: Course, items: dict[str, Item]
) -> None:
    del items["small-03-p01"]
    items["small-03-p02"] = dataclasses.replace(items["small-03-p02"], use="exam")
    outcome = services.publish_edition(SYSTEM, course, items, LONG_AGO)
    assert [problem.params["code"] for problem in outcome.problems] == ["small-03-p01", "small-03-p02"]
    assert current().number == 1


def test_an_unchanged_folder_is_not_even_read(
    context: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "opinion-2015"
    folder.symlink_to(SMALL_COURSE)
    first = services.load_builtin(SYSTEM, LONG_AGO, folder, SMALL_BANK)
    monkeypatch.setattr(packages, "read_folder", lambda folder: pytest.fail("read again"))
    again = services.load_builtin(SYSTEM, LONG_AGO, folder, SMALL_BANK)
    assert (again.edition_id, again.number) == (first.edition_id, 1)


def test_a_folder_that_is_no_course_is_refused_and_changes_nothing(context: None, tmp_path: Path) -> None:
    outcome = services.load_builtin(SYSTEM, LONG_AGO, tmp_path, SMALL_BANK)
    assert outcome.problems
    assert current().number == 1


def test_the_built_in_course_can_be_published(context: None) -> None:
    outcome = services.load_builtin(SYSTEM, LONG_AGO)
    assert outcome.problems == ()
    assert len(queries.modules_of(reading(), current().id)) == 12


@pytest.mark.parametrize("table", ["edition", "module", "unit", "unit_clause", "practice_item", "figure"])
def test_the_database_refuses_to_delete_from_an_edition(context: None, table: str) -> None:
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(text(f"DELETE FROM {table}"))


def test_each_clause_is_led_to_the_unit_that_teaches_it_best(context: None) -> None:
    found = queries.contents(current().id).units_teaching(["3.7s3", "3.7s1", "11.2s4", "9.1"])
    assert found["3.7s3"].unit_key == "study-groups"
    assert found["3.7s1"].unit_key == "school-courses"
    assert found["11.2s4"].unit_key == "own-study"
    assert "9.1" not in found


def test_instructors_see_the_modules_and_a_unit_with_its_keys(sign_in: SignIn) -> None:
    page = sign_in("chen").get("/materials").text
    assert "组织领导" in page
    assert f'href="{PREVIEW}"' in page
    assert "解说：有记录才查得到" in sign_in("chen").get(PREVIEW).text


@pytest.mark.parametrize("name", ["wang", "zheng", "wu", "sun", "qian"])
def test_nobody_else_sees_the_keys(sign_in: SignIn, name: str) -> None:
    assert sign_in(name).get(PREVIEW).status_code == 403
    assert sign_in(name).get("/materials").status_code == 403


def test_the_outline_takes_the_same_queries_for_twelve_modules_as_for_two(
    context: None, sign_in: SignIn, queries: list[str]
) -> None:
    client = sign_in("chen")
    client.get("/materials")
    queries.clear()
    client.get("/materials")
    few = len(queries)
    services.load_builtin(SYSTEM, LONG_AGO)
    queries.clear()
    client.get("/materials")
    assert len(queries) == few
