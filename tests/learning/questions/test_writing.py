"""Drafts are written, reviewed and published; what is published never changes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from learning.accounts.models import AuditEntry
from learning.accounts.roles import Actor
from learning.core.db import reading, transaction
from learning.questions import queries as bank
from learning.questions import services
from learning.questions.models import Question, QuestionClause, QuestionTag, QuestionVersion
from learning.questions.rules import PublishRefusal, SaveRefusal
from learning.questions.services import Saved
from question_bank import items
from tests.cast import Cast
from tests.learning.questions.making import item

pytestmark = pytest.mark.usefixtures("context")

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)


@pytest.fixture
def chen(cast: Cast) -> Actor:
    return Actor(cast.accounts["chen"], "陈讲授")


@pytest.fixture
def zhou(cast: Cast) -> Actor:
    return Actor(cast.accounts["zhou"], "周审题")


@pytest.fixture
def school(cast: Cast) -> int:
    return cast.organisations["school"]


@pytest.fixture
def saved(chen: Actor, school: int) -> Saved:
    made = services.save_draft(chen, school, None, item(), NOW)
    assert isinstance(made, Saved)
    return made


def version(version_id: int) -> QuestionVersion:
    return reading().get_one(QuestionVersion, version_id)


def question(question_id: int) -> Question:
    return reading().get_one(Question, question_id)


def count(table: type[QuestionVersion] | type[QuestionClause] | type[QuestionTag], version_id: int) -> int:
    key = QuestionVersion.id if table is QuestionVersion else table.version_id  # type: ignore[union-attr]
    return reading().scalar(select(func.count()).select_from(table).where(key == version_id)) or 0


def actions() -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.object_type == "question").order_by(AuditEntry.id)
    return list(reading().scalars(query))


def test_a_new_question_gets_a_code_of_its_school_and_a_first_draft(saved: Saved) -> None:
    found = question(saved.question_id)
    assert found.code == f"SF-005-Q{found.id}"
    assert found.published_version_id is None
    draft = bank.history(reading(), found.id)[0]
    assert draft.item == replace(item(), code=found.code)
    assert (draft.number, draft.written_by, draft.published_at) == (1, "陈讲授", None)
    assert actions() == ["question.draft_saved"]


def test_the_same_new_question_sent_twice_is_one(saved: Saved, chen: Actor, school: int) -> None:
    assert services.save_draft(chen, school, None, item(), NOW) == saved
    other = services.save_draft(chen, school, None, item(difficulty=3), NOW)
    assert isinstance(other, Saved)
    assert other != saved


def test_writing_on_changes_the_draft_and_how_it_is_found(saved: Saved, chen: Actor, school: int) -> None:
    changed = item(clauses=["11.1s5", "11.2"], tags=["任职培训", "班子"])
    assert services.save_draft(chen, school, saved.question_id, changed, LATER) == saved
    assert version(saved.version_id).written_at == LATER
    assert count(QuestionClause, saved.version_id) == 2
    assert count(QuestionTag, saved.version_id) == 2


def test_saving_the_same_again_writes_nothing(saved: Saved, zhou: Actor, school: int) -> None:
    assert services.save_draft(zhou, school, saved.question_id, item(), LATER) == saved
    assert version(saved.version_id).written_at == NOW
    assert actions() == ["question.draft_saved"]


def test_a_draft_that_somebody_else_changed_is_not_written_over(
    saved: Saved, chen: Actor, zhou: Actor, school: int
) -> None:
    seen = version(saved.version_id).digest
    services.save_draft(zhou, school, saved.question_id, item(stem="改写之一？"), LATER, seen)
    refused = services.save_draft(chen, school, saved.question_id, item(stem="改写之二？"), LATER, seen)
    assert refused is SaveRefusal.CHANGED
    assert version(saved.version_id).stem == "改写之一？"


def test_a_half_finished_draft_is_kept_but_not_published(chen: Actor, zhou: Actor, school: int) -> None:
    unfinished = item(choices=["社会主义学院"], key="", clauses=["瞎写", "99.9"], tags=[])
    made = services.save_draft(chen, school, None, unfinished, NOW)
    assert isinstance(made, Saved)
    assert services.publish_version(zhou, made.version_id, NOW) is PublishRefusal.PROBLEMS
    assert version(made.version_id).published_at is None


def test_a_clause_that_the_document_does_not_have_keeps_a_draft_from_being_published(
    chen: Actor, zhou: Actor, school: int
) -> None:
    made = services.save_draft(chen, school, None, item(clauses=["3.7s2", "3.8"]), NOW)
    assert isinstance(made, Saved)
    assert services.publish_version(zhou, made.version_id, NOW) is PublishRefusal.PROBLEMS


def test_nobody_publishes_the_own_work(saved: Saved, chen: Actor, zhou: Actor) -> None:
    assert services.publish_version(chen, saved.version_id, NOW) is PublishRefusal.OWN_WORK
    assert services.publish_version(zhou, saved.version_id, NOW) is None
    found = question(saved.question_id)
    assert found.published_version_id == saved.version_id
    published = bank.history(reading(), found.id)[0]
    assert (published.published_by, published.published_at) == ("周审题", NOW)
    assert actions()[-1] == "question.published"


def test_an_installation_may_do_without_the_second_person(app: Flask, saved: Saved, chen: Actor) -> None:
    app.config["REVIEW_BY_SECOND_PERSON"] = False
    assert services.publish_version(chen, saved.version_id, NOW) is None


def test_what_changed_after_the_review_is_not_published(
    saved: Saved, chen: Actor, zhou: Actor, school: int
) -> None:
    seen = version(saved.version_id).digest
    services.save_draft(chen, school, saved.question_id, item(key="B"), LATER)
    assert services.publish_version(zhou, saved.version_id, LATER, seen) is PublishRefusal.CHANGED


def test_publishing_twice_is_refused_and_changes_nothing(saved: Saved, zhou: Actor) -> None:
    services.publish_version(zhou, saved.version_id, NOW)
    assert services.publish_version(zhou, saved.version_id, LATER) is PublishRefusal.ALREADY_PUBLISHED
    assert version(saved.version_id).published_at == NOW
    assert services.publish_version(zhou, 10**9, NOW) is PublishRefusal.GONE


def test_editing_what_is_published_begins_a_new_version(
    saved: Saved, chen: Actor, zhou: Actor, school: int
) -> None:
    services.publish_version(zhou, saved.version_id, NOW)
    newer = services.save_draft(chen, school, saved.question_id, item(difficulty=4), LATER)
    assert isinstance(newer, Saved)
    assert newer.version_id != saved.version_id
    assert version(saved.version_id).difficulty == 2
    assert question(saved.question_id).published_version_id == saved.version_id
    assert services.publish_version(zhou, newer.version_id, LATER) is None
    assert question(saved.question_id).published_version_id == newer.version_id


def test_saving_a_published_question_unchanged_begins_no_version(
    saved: Saved, chen: Actor, zhou: Actor, school: int
) -> None:
    services.publish_version(zhou, saved.version_id, NOW)
    assert services.save_draft(chen, school, saved.question_id, item(), LATER) == saved
    assert len(bank.history(reading(), saved.question_id)) == 1


def test_the_database_itself_keeps_published_versions(saved: Saved, zhou: Actor) -> None:
    services.publish_version(zhou, saved.version_id, NOW)
    of_version = QuestionVersion.id == saved.version_id
    for statement in (
        update(QuestionVersion).where(of_version).values(stem="偷改"),
        delete(QuestionVersion).where(of_version),
    ):
        with pytest.raises(DBAPIError, match="only added to"), transaction() as session:
            session.execute(statement)


def test_discarding_the_only_draft_takes_the_question_with_it(saved: Saved, chen: Actor) -> None:
    assert services.discard_draft(chen, saved.version_id, NOW)
    assert reading().get(Question, saved.question_id) is None
    assert count(QuestionClause, saved.version_id) == 0
    assert not services.discard_draft(chen, saved.version_id, NOW)
    assert actions() == ["question.draft_saved", "question.draft_discarded"]


def test_discarding_a_later_draft_leaves_what_is_published(
    saved: Saved, chen: Actor, zhou: Actor, school: int
) -> None:
    services.publish_version(zhou, saved.version_id, NOW)
    newer = services.save_draft(chen, school, saved.question_id, item(difficulty=4), LATER)
    assert isinstance(newer, Saved)
    assert services.discard_draft(chen, newer.version_id, LATER)
    assert not services.discard_draft(chen, saved.version_id, LATER)
    assert question(saved.question_id).published_version_id == saved.version_id


def test_a_retired_question_is_neither_edited_nor_published_until_it_is_put_back(
    saved: Saved, chen: Actor, zhou: Actor, school: int
) -> None:
    services.publish_version(zhou, saved.version_id, NOW)
    newer = services.save_draft(chen, school, saved.question_id, item(difficulty=4), NOW)
    assert isinstance(newer, Saved)
    assert services.set_retired(zhou, saved.question_id, True, NOW)
    assert not services.set_retired(zhou, saved.question_id, True, LATER)
    assert question(saved.question_id).retired_at == NOW
    refused = services.save_draft(chen, school, saved.question_id, item(difficulty=5), LATER)
    assert refused is SaveRefusal.RETIRED
    assert services.publish_version(zhou, newer.version_id, LATER) is PublishRefusal.RETIRED
    assert services.set_retired(zhou, saved.question_id, False, LATER)
    assert services.publish_version(zhou, newer.version_id, LATER) is None


def test_the_built_in_bank_is_changed_by_no_service(chen: Actor, school: int) -> None:
    builtin = reading().scalars(select(Question).where(Question.code == "small-03-001")).one()
    assert services.save_draft(chen, school, builtin.id, item(), NOW) is SaveRefusal.GONE
    assert not services.set_retired(chen, builtin.id, True, NOW)
    assert builtin.published_version_id is not None
    refusal = services.publish_version(chen, builtin.published_version_id, NOW)
    assert refusal is PublishRefusal.ALREADY_PUBLISHED


def test_a_question_that_becomes_practice_is_so_once_that_version_is_published(
    saved: Saved, chen: Actor, zhou: Actor, school: int
) -> None:
    services.publish_version(zhou, saved.version_id, NOW)
    newer = services.save_draft(chen, school, saved.question_id, item(use="practice"), NOW)
    assert isinstance(newer, Saved)
    assert not question(saved.question_id).is_practice
    services.publish_version(zhou, newer.version_id, NOW)
    assert question(saved.question_id).is_practice


def test_the_stored_digest_is_that_of_the_stored_item(saved: Saved) -> None:
    stored = version(saved.version_id)
    assert items.digest(bank.item_from(stored.item)) == stored.digest
