"""Questions that are put together from kept pieces look as if each were rendered by itself."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from learning.exams import rendering
from learning.exams.papers import Asked
from learning.exams.queries.papers import paper_of
from learning.exams.rendering import Own, articles
from question_bank import types
from tests.cast import Cast
from tests.learning.exams import stories

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def questions(cast: Cast, context: None) -> list[Asked]:
    """The paper of Wang with a question of every type."""
    attempt_id = stories.start(cast, stories.sitting(cast, stories.EVERY_TYPE))
    return list(paper_of(stories.looking(), attempt_id).questions)


def alone(app: Flask, question: Asked, state: str) -> str:
    """Return a question rendered by its templates in one go."""
    type_ = types.get(question.item.type)
    fields: dict[str, list[str]] = {}
    for name, value in type_.form_fields(question.response):
        fields.setdefault(name, []).append(value)
    environment = app.jinja_env
    answer = environment.get_template(f"types/{type_.name}/answer.html").render(
        shown=type_.present(question.item.content, question.arrangement),
        response_fields=fields,
        disabled=False,
        name=f"slot-{question.number}",
        labelled_by=f"question-{question.number}-stem",
    )
    return environment.get_template("exams/_question.html").render(
        number=question.number,
        last_key=question.last_key,
        answer=rendering.Markup(answer),
        more="",
        type=type_.name,
        label=type_.label,
        max_mark=question.max_mark,
        stem=question.item.stem,
        state=state,
        is_typed=False,
    )


def answered(question: Asked) -> Asked:
    """Return the question as somebody answered it who knows."""
    response = types.get(question.item.type).right_response(question.item.content)
    return replace(question, response=response, last_key="k-1")


def test_a_question_of_every_type_is_put_together_as_it_would_be_rendered(
    app: Flask, questions: list[Asked]
) -> None:
    with app.test_request_context():
        for state, paper in [("unanswered", questions), ("saved", [answered(each) for each in questions])]:
            for _ in range(2):
                put_together = articles(paper, {})
                for question in paper:
                    assert put_together[question.number] == alone(app, question, state)


def test_the_same_question_at_another_place_with_other_marks_and_order_is_another_one(
    app: Flask, questions: list[Asked]
) -> None:
    question = next(each for each in questions if each.item.type == "single_choice")
    others: list[dict[str, Any]] = [
        {"number": 17},
        {"max_mark": Decimal("9.50")},
        {"arrangement": list(reversed(question.arrangement))},
        {"last_key": "abc_-9", "response": "A"},
    ]
    with app.test_request_context():
        first = articles([question], {})[question.number]
        for changed in others:
            other = replace(question, **changed)
            state = "saved" if other.last_key else "unanswered"
            assert articles([other], {})[other.number] == alone(app, other, state) != first


def test_what_was_typed_stays_with_who_typed_it(app: Flask, questions: list[Asked]) -> None:
    question = next(each for each in questions if each.item.type == "short_answer")
    with app.test_request_context():
        for text in ("短的", "很长的作答<script>" * 100):
            own = {question.number: Own(typed=[("", text)], is_refused=True)}
            mine = articles([question], own)[question.number]
            others = articles([question], {})[question.number]
            assert text.replace("<", "&lt;").replace(">", "&gt;") in mine
            assert 'data-state="refused"' in mine
            assert text[:5] not in others
            assert "<script>" not in mine


def test_a_switch_of_language_shows_the_other_language(app: Flask, questions: list[Asked]) -> None:
    said = []
    for language in ("zh", "en"):
        with app.app_context(), app.test_request_context(headers={"Cookie": f"language={language}"}):
            said.append(articles(questions[:1], {})[1])
    assert "第 1 题" in said[0]
    assert "Question 1" in said[1]
