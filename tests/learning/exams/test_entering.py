"""Results of exams reach the ledger once each, with what corrects them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from learning.accounts.roles import Actor
from learning.core.db import reading
from learning.exams.kinds import Behaviour
from learning.exams.queries import attempts
from learning.exams.services import handing_in, invigilating, regrading
from learning.exams.services.entering import enter_results
from learning.ledger.kinds import EntryKind
from learning.ledger.models import LedgerEntry
from question_bank.corrections import Correction, CorrectionKind
from tests.cast import Cast
from tests.learning.exams import stories

FOUR = {"cells": [{"types": ["single_choice"], "count": 4, "marks": "5"}]}


def entries() -> list[LedgerEntry]:
    """Return what the ledger has of exams, in order."""
    query = select(LedgerEntry).where(LedgerEntry.kind == EntryKind.EXAM_RESULT).order_by(LedgerEntry.id)
    return list(stories.looking().scalars(query))


def sit(cast: Cast, story: stories.Story, name: str = "wang") -> int:
    """Start and hand in an empty paper."""
    attempt_id = stories.start(cast, story, name)
    actor = Actor(cast.accounts[name], name)
    refusal = handing_in.submit_page(actor, attempt_id, stories.place(attempt_id), 0, stories.now()).refusal
    assert refusal is None
    return attempt_id


@pytest.mark.usefixtures("context")
def test_a_result_is_entered_once_and_its_corrections_correct_it(cast: Cast) -> None:
    story = stories.sitting(cast, FOUR)
    attempt_id = sit(cast, story)
    now = stories.now()
    assert enter_results(now) == 1
    assert enter_results(now) == 0
    version = stories.paper(attempt_id)[0][0].question_version_id
    exam = attempts.exam_of_attempt(reading(), attempt_id)
    chen, zhou = (Actor(cast.accounts[name], name) for name in ("chen", "zhou"))
    made = regrading.propose(chen, exam, Correction(version, CorrectionKind.FULL_MARKS), "题有误", "", now)
    assert made.regrade_id is not None
    assert regrading.approve(zhou, made.regrade_id, now) is None
    assert enter_results(now) == 1
    invigilating.void(chen, story.sitting_id, [attempt_id], "替考", False, now)
    assert enter_results(now) == 1
    assert enter_results(now) == 0
    first, second, third = entries()
    assert [each.body["score"] for each in (first, second)] == ["0", "5"]
    assert (second.corrects, second.cause, second.approved_by_id) == (first.token, "题有误", zhou.account_id)
    assert (third.corrects, third.body["is_voided"]) == (second.token, True)


@pytest.mark.usefixtures("context")
def test_two_results_between_two_turns_are_two_entries(cast: Cast) -> None:
    attempt_id = sit(cast, stories.sitting(cast, FOUR))
    now = stories.now()
    version = stories.paper(attempt_id)[0][0].question_version_id
    exam = attempts.exam_of_attempt(reading(), attempt_id)
    chen, zhou = (Actor(cast.accounts[name], name) for name in ("chen", "zhou"))
    made = regrading.propose(chen, exam, Correction(version, CorrectionKind.DROP), "题有误", "", now)
    assert made.regrade_id is not None
    assert regrading.approve(zhou, made.regrade_id, now) is None
    assert enter_results(now) == 2
    first, second = entries()
    assert second.corrects == first.token
    assert [each.body["max_score"] for each in (first, second)] == ["20", "15"]


@pytest.mark.usefixtures("context")
def test_practice_is_never_entered(cast: Cast) -> None:
    sit(cast, stories.sitting(cast, FOUR, behaviour=Behaviour.PRACTICE, tries=2))
    assert enter_results(stories.now()) == 0


def test_several_processes_enter_a_result_once(app: Flask, cast: Cast) -> None:
    with app.app_context():
        story = stories.sitting(cast, FOUR, attempts_allowed=5, resit_for="all")
        for name in ("wang", "li", "zhao") * 2:
            sit(cast, story, name)
        later = stories.now() + timedelta(seconds=1)

    def enter(_turn: int) -> int:
        with app.app_context():
            return enter_results(later)

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(enter, range(8))) == 6
    with app.app_context():
        assert len({each.source_id for each in entries()}) == len(entries()) == 6


@pytest.mark.usefixtures("context")
def test_entering_takes_the_same_number_of_statements_however_many_results(
    cast: Cast, queries: list[str]
) -> None:
    story = stories.sitting(cast, FOUR, attempts_allowed=9, resit_for="all")
    counts = []
    for many in (1, 6):
        for _ in range(many):
            sit(cast, story)
        before = len(queries)
        assert enter_results(stories.now()) == many
        counts.append(len(queries) - before)
    assert counts[0] == counts[1]
