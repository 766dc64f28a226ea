"""Scoring writes down what the pure scorer says: once, in one statement, with the corrections there are."""

from decimal import Decimal
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from learning.core.db import reading, transaction
from learning.exams.kinds import MarkKind
from learning.exams.marks import MarkRow
from learning.exams.models import AttemptResult, Exam, Mark
from learning.exams.queries import scores
from learning.exams.queries.scores import Approved, Facts
from learning.exams.services import closing, handing_in, scoring
from learning.questions.queries import items_of
from question_bank import items
from question_bank.corrections import Correction, CorrectionKind
from question_bank.items import Item
from question_bank.scoring import SCORER, Entry, Place
from question_bank.types.protocol import Policy
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.markers import finished, give, marker, marks_of, results
from tests.learning.exams.stories import looking

pytestmark = pytest.mark.usefixtures("context")


def answered(client: FlaskClient, cast: Cast, story: stories.Story, right: int) -> int:
    """Let somebody answer so many questions rightly, and all others wrongly or not; not handed in."""
    attempt_id = stories.start(cast, story)
    sent = [
        {"key": f"k{slot.number}", "slot": slot.number, "fields": stories.right_fields(item)}
        for slot, item in stories.paper(attempt_id)[:right]
    ]
    stories.send(client, attempt_id, stories.pass_of(attempt_id), sent)
    return attempt_id


def hand_in(attempt_id: int, seq: int) -> None:
    """Hand in."""
    assert handing_in.submit(stories.LEARNER, attempt_id, "browser-of-wang", seq, stories.now()) is None


def test_a_paper_without_people_has_its_result_with_the_hand_in(cast: Cast, client: FlaskClient) -> None:
    attempt_id = answered(client, cast, stories.sitting(cast), 3)
    hand_in(attempt_id, 3)
    (result,) = results(attempt_id)
    assert (result.score, result.max_score, result.is_passed, result.scorer) == (6, 16, False, SCORER)
    kinds = looking().scalars(select(Mark.kind).where(Mark.attempt_id == attempt_id)).all()
    assert kinds == ["machine"] * 6


def test_all_marks_are_added_by_one_statement(cast: Cast, client: FlaskClient, queries: list[str]) -> None:
    attempt_id = answered(client, cast, stories.sitting(cast), 3)
    queries.clear()
    hand_in(attempt_id, 3)
    assert len([each for each in queries if each.startswith("INSERT INTO mark ")]) == 1
    assert len([each for each in queries if each.startswith("INSERT INTO attempt_result")]) == 1


def test_scoring_costs_as_many_queries_for_fifty_questions_as_for_six(
    cast: Cast, client: FlaskClient, queries: list[str]
) -> None:
    counts = []
    many = {
        "cells": [{"types": [name], "count": 3, "marks": "2"} for name in ("single_choice", "true_false")]
    }
    for blueprint in (many, stories.EVERY_TYPE):
        attempt_id = answered(client, cast, stories.sitting(cast, blueprint), 2)
        queries.clear()
        hand_in(attempt_id, 2)
        counts.append(len(queries))
    # The second paper has a slot for people, so that there is no result to be added.
    assert counts[0] - counts[1] in {0, 1}


def test_scoring_again_adds_nothing(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast)
    attempt_id = answered(client, cast, story, 3)
    hand_in(attempt_id, 3)
    for _ in range(2):
        with transaction() as session:
            exam = session.get_one(Exam, story.exam_id)
            assert scoring.rescore(session, exam, attempt_id, stories.now()) is False
    assert looking().scalar(select(func.count()).select_from(Mark)) == 6
    assert len(results(attempt_id)) == 1


def test_what_is_on_record_is_what_the_scorer_says(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast, stories.EVERY_TYPE, choice_policy=Policy.PARTIAL)
    attempt_id = answered(client, cast, story, 8)
    hand_in(attempt_id, 8)
    exam = looking().get_one(Exam, story.exam_id)
    facts = scores.facts_of(looking(), [attempt_id])[attempt_id]
    items = items_of(looking(), scores.versions_on([facts]))
    pure = scoring.scored(exam, facts, items, [])
    for slot in pure.slots:
        on_record = [(mark.fraction, mark.mark) for mark in facts.marks.get(slot.number, [])]
        assert on_record == ([(slot.share, slot.mark)] if slot.share is not None else [])
    assert pure.score is None
    for slot in pure.slots:
        if slot.share is None:
            assert give(marker(cast, "chen"), attempt_id, "1.5", slot=slot.number) is None
    again = scores.facts_of(looking(), [attempt_id])[attempt_id]
    score = scoring.scored(reading().get_one(Exam, story.exam_id), again, items, []).score
    (result,) = results(attempt_id)
    assert result.score == score


def test_thirds_of_a_mark_add_up_to_a_mark(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    attempt_id = finished(client, cast, story)
    give(marker(cast, "chen"), attempt_id, Decimal("1.67"))
    assert results(attempt_id)[-1].score == Decimal("1.67")


def test_an_abandoned_attempt_is_not_scored(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast, time_out="discard")
    attempt_id = answered(client, cast, story, 3)
    late = stories.attempt(attempt_id).hand_in_until
    assert closing.close_attempt(attempt_id, late + (late - stories.attempt(attempt_id).started_at))
    assert stories.attempt(attempt_id).state == "abandoned"
    assert marks_of(attempt_id, 1) == []
    assert looking().scalar(select(func.count()).select_from(AttemptResult)) == 0


# ---- pure: what follows from facts ----


@given(
    st.lists(st.sampled_from([MarkKind.FIRST, MarkKind.SECOND, MarkKind.AGREED]), max_size=4),
    st.integers(1, 2),
    st.sampled_from([None, CorrectionKind.FULL_MARKS, CorrectionKind.DROP]),
)
def test_the_sum_is_complete_exactly_when_every_slot_stands(
    kinds: list[MarkKind], markers: int, ruling: CorrectionKind | None
) -> None:
    marks = [MarkRow(at, kind, Fraction(1, 2), Decimal(1), at) for at, kind in enumerate(kinds, 1)]
    facts = Facts(1, [Place(1, 7, Decimal(2))], [Entry(1, 1, "作答")], {1: marks})
    exam = Exam(markers=markers, marker_tolerance_percent=0, choice_policy="all_or_nothing", pass_percent=60)
    approved = [Approved(1, Correction(7, ruling))] if ruling else []
    found = scoring.scored(exam, facts, {7: short_answer()}, approved)
    needed = [MarkKind.FIRST, MarkKind.SECOND][:markers]
    by_people = MarkKind.AGREED in kinds or all(kind in kinds for kind in needed)
    assert (found.score is not None) == (ruling is not None or by_people)
    if ruling is CorrectionKind.DROP:
        assert (found.score, found.full_marks) == (0, 0)
    elif ruling is CorrectionKind.FULL_MARKS:
        assert found.score == 2
    elif by_people:
        assert found.score == 1


def short_answer() -> Item:
    """Return a question that people mark."""
    read = items.from_dict(
        {
            "code": "x",
            "type": "short_answer",
            "difficulty": 2,
            "stem": "题",
            "model_answer": "答",
            "points": [{"text": "点", "marks": "2"}],
        }
    )
    assert isinstance(read, Item)
    return read
