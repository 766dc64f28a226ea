"""What exams are drawn from."""

from datetime import UTC, datetime

import pytest

from learning.accounts.roles import SYSTEM, Actor, Scope
from learning.core.db import reading
from learning.questions import queries as bank
from learning.questions import services
from learning.questions.services import Saved
from question_bank.pool import Candidate
from tests.cast import Cast
from tests.learning.questions.making import item

pytestmark = pytest.mark.usefixtures("context")

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def own_question(cast: Cast, school: str = "school", **changes: object) -> Saved:
    writer = Actor(cast.accounts["chen"], "陈讲授")
    saved = services.save_draft(writer, cast.organisations[school], None, item(**changes), NOW)
    assert isinstance(saved, Saved)
    return saved


def test_candidates_are_the_published_exam_questions_with_all_that_a_draw_asks() -> None:
    found = bank.candidates(reading(), Scope())
    assert len(found) == 40
    stated = bank.items_of(reading(), [each.id for each in found])
    for each in found:
        said = stated[each.id]
        assert said.use == "exam"
        assert each == Candidate(each.id, each.clauses, said.type, said.difficulty, tuple(sorted(said.tags)))
        assert set(each.clauses) == set(said.clauses)


def test_drafts_and_retired_questions_are_no_candidates(cast: Cast) -> None:
    scope = Scope(frozenset({cast.organisations["school"]}))
    saved = own_question(cast)
    ids = {each.id for each in bank.candidates(reading(), scope)}
    assert saved.version_id not in ids
    assert services.publish_version(SYSTEM, saved.version_id, NOW) is None
    assert {each.id for each in bank.candidates(reading(), scope)} == ids | {saved.version_id}
    services.set_retired(SYSTEM, saved.question_id, True, NOW)
    assert {each.id for each in bank.candidates(reading(), scope)} == ids


def test_questions_of_another_school_are_no_candidates(cast: Cast) -> None:
    saved = own_question(cast)
    services.publish_version(SYSTEM, saved.version_id, NOW)
    elsewhere = Scope(frozenset({cast.organisations["county"]}))
    assert len(bank.candidates(reading(), elsewhere)) == 40
    assert len(bank.candidates(reading(), Scope(everywhere=True))) == 41


def test_an_exam_keeps_the_version_it_drew(cast: Cast) -> None:
    scope = Scope(frozenset({cast.organisations["school"]}))
    saved = own_question(cast)
    services.publish_version(SYSTEM, saved.version_id, NOW)
    newer = services.save_draft(
        SYSTEM, cast.organisations["school"], saved.question_id, item(stem="哪一类院校同样要开课？"), NOW
    )
    assert isinstance(newer, Saved)
    other = Actor(cast.accounts["zhou"], "周审题")
    assert services.publish_version(other, newer.version_id, NOW) is None
    ids = {each.id for each in bank.candidates(reading(), scope)}
    assert newer.version_id in ids
    assert saved.version_id not in ids
    assert bank.items_of(reading(), [saved.version_id])[saved.version_id].stem == "哪一类院校也要开课？"


def test_the_number_of_queries_does_not_grow_with_the_bank(cast: Cast, queries: list[str]) -> None:
    session = reading()
    queries.clear()
    found = bank.candidates(session, Scope())
    assert len(queries) == 3
    queries.clear()
    bank.items_of(session, [each.id for each in found])
    assert len(queries) == 1
