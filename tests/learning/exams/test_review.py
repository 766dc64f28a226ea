"""What a learner sees of an ended attempt: exactly what the review matrix says, for every type."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from learning.core.db import transaction
from learning.exams import review, review_words
from learning.exams.kinds import MarkKind, Phase, Shown
from learning.exams.marks import MarkRow, standing_mark
from learning.exams.models import Sitting, SittingOverride
from learning.exams.queries.reviews import Review
from learning.exams.revealing import Marked, Verdict, revealed
from learning.exams.services import handing_in, managing
from question_bank import items, types
from question_bank.corrections import Correction, CorrectionKind
from question_bank.items import Item
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.markers import finished, give, marker

SignIn = Callable[[str], FlaskClient]
EXPLAINED = "解说甲乙丙丁"
PART = "分项解说戊己庚"
#: An item of each type with a wrong answer, in which every text of the key can be told from all others.
CASES: dict[str, tuple[dict[str, Any], Any]] = {
    "single_choice": ({"choices": ["选项子", "选项丑", "选项寅"], "key": "B"}, "A"),
    "multiple_choice": ({"choices": ["选项子", "选项丑", "选项寅"], "key": "BC"}, "A"),
    "true_false": ({"key": True}, "false"),
    "fill_blank": ({"key": [["钥匙壹", "钥匙贰"]]}, {"1": "误填"}),
    "matching": (
        {"left": ["左边子", "左边丑"], "right": ["右边子", "右边丑", "右边寅"], "key": [1, 2]},
        {"1": "C", "2": "C"},
    ),
    "ordering": ({"choices": ["顺序壹", "顺序贰", "顺序叁"]}, {"A": "3"}),
    "short_answer": (
        {"model_answer": "范文钥匙", "points": [{"text": "要点钥匙", "marks": "2"}]},
        "学员自己的话",
    ),
    "case_analysis": (
        {
            "stimulus": "材料一则",
            "parts": [
                {
                    "type": "single_choice",
                    "stem": "分题",
                    "choices": ["选项子", "选项丑"],
                    "key": "B",
                    "explanation": PART,
                },
                {
                    "type": "short_answer",
                    "stem": "分题二",
                    "model_answer": "范文钥匙",
                    "points": [{"text": "要点钥匙", "marks": "2"}],
                    "explanation": PART,
                },
            ],
        },
        {"1": {"": ["A"]}, "2": {"": ["学员自己的话"]}},
    ),
}
#: Texts that only a key has.
KEY_TEXTS = ("钥匙",)
OWN_TEXTS = ("误填", "学员自己的话")
COMMENT = "评语辛壬癸"
MATRICES = [frozenset(some) for size in range(6) for some in combinations(Shown, size)]


def item_of(name: str) -> tuple[Item, Any]:
    """Return an item of a type and a wrong answer to it."""
    content, response = CASES[name]
    stem = "题干____" if name == "fill_blank" else "题干"
    read = items.from_dict(
        {
            "code": "x",
            "type": name,
            "difficulty": 2,
            "clauses": ["3.7"],
            "stem": stem,
            "explanation": EXPLAINED,
            **content,
        }
    )
    assert isinstance(read, Item)
    assert items.problems(read) == []
    return read, response


def marked(name: str, corrections: Sequence[Correction] = ()) -> Marked:
    """Return a wrong answer that has a mark with a comment."""
    item, response = item_of(name)
    type_ = types.get(name)
    marks = [MarkRow(1, MarkKind.FIRST, Fraction(1, 8), Decimal("0.25"), 7, comment=COMMENT)]
    return Marked(
        number=1,
        item=item,
        arrangement=type_.plain_arrangement(item.content),
        response=response,
        max_mark=Decimal(2),
        standing=standing_mark(marks, 1, Fraction(0)),
        marks=marks,
        corrections=corrections,
    )


def test_every_type_is_among_the_cases() -> None:
    assert set(CASES) == {type_.name for type_ in types.all_types()}


@pytest.fixture(scope="module")
def page(application: Flask) -> Iterator[Callable[..., str]]:
    """Render the review of one question as the page of the result does."""

    def render(name: str, shown: frozenset[Shown], corrections: Sequence[Correction] = ()) -> str:
        question = revealed(marked(name, corrections), shown)
        with application.test_request_context("/"):
            source = "{% from 'exams/_reviewed.html' import reviewed with context %}{{ reviewed(question) }}"
            return application.jinja_env.from_string(source).render(
                question=question,
                review=Review(shown, [question], {}, {}),
                words=review_words,
                clause_href=lambda ref: f"/clauses/{ref}",
                linked=lambda text, _href: text,
            )

    return render


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("shown", MATRICES, ids=lambda shown: "+".join(sorted(shown)) or "nothing")
def test_nothing_is_in_the_page_that_is_not_shown(
    page: Callable[..., str], name: str, shown: frozenset[Shown]
) -> None:
    html = page(name, shown)
    _response, own = item_of(name)
    has_texts = name in {"fill_blank", "short_answer", "case_analysis"}
    # The key: its texts, its choices ticked, and the marks that types put beside right choices.
    if Shown.KEY not in shown:
        assert not any(text in html for text in KEY_TEXTS)
        assert ticked(html) <= ticked_for(name, own)
        assert not re.search(r'(?<![\w-])(choice|match-row)[^"]*is-(right|wrong)', html)
    elif has_texts:
        assert any(text in html for text in KEY_TEXTS)
    # The own answer.
    if Shown.RESPONSE not in shown:
        assert not any(text in html for text in OWN_TEXTS)
        right = ticked_for(name, types.get(name).right_response(item_of(name)[0].content))
        assert ticked(html) <= (right if Shown.KEY in shown else set())
    elif has_texts:
        assert any(text in html for text in OWN_TEXTS)
    # Explanations, of the whole and of its parts; and what they cite.
    assert (EXPLAINED in html) == (Shown.EXPLANATION in shown)
    assert (PART in html) == (Shown.EXPLANATION in shown and name == "case_analysis")
    assert ("3¶7" in html) == (Shown.EXPLANATION in shown)
    # Marks and what the marker said.
    assert ("0.25" in html) == (Shown.MARKS in shown)
    assert (COMMENT in html) == (Shown.MARKS in shown)
    # Whether it was right.
    if Shown.CORRECTNESS not in shown:
        assert not re.search(r'class="[^"]*(verdict|is-right|is-wrong|is-partly)', html)
    # The question itself, where there is something to be read about it.
    asked = {Shown.RESPONSE, Shown.KEY, Shown.EXPLANATION} & shown
    assert ("题干" in html) == bool(asked)


def ticked(html: str) -> set[str]:
    """Return the values of all boxes, circles and choices that are chosen in a page."""
    inputs = [
        tag for tag in re.findall(r"<(?:input|option)[^>]*>", html) if re.search("checked|selected", tag)
    ]
    return {found[1] for tag in inputs if (found := re.search(r'value="([^"]*)"', tag))}


def ticked_for(name: str, response: Any) -> set[str]:
    """Return the values that a response ticks."""
    return {value for _, value in types.get(name).form_fields(response)}


@pytest.mark.parametrize("shown", MATRICES, ids=lambda shown: "+".join(sorted(shown)) or "nothing")
def test_a_corrected_key_is_shown_where_a_key_is_and_nowhere_else(
    page: Callable[..., str], shown: frozenset[Shown]
) -> None:
    content = CASES["fill_blank"][0]
    corrections = [
        Correction(7, CorrectionKind.CORRECT_KEY, {"key": [["新钥匙"]]}),
        Correction(7, CorrectionKind.ACCEPT, response={"1": "另收的答案"}),
    ]
    html = page("fill_blank", shown, corrections)
    assert ("新钥匙" in html) == ("另收的答案" in html) == (Shown.KEY in shown)
    assert not any(text in html for text in content["key"][0])


# ---- when ----


@pytest.fixture
def wang(sign_in: SignIn) -> FlaskClient:
    """A learner."""
    return sign_in("wang")


def everything_but(*left_out: Shown) -> list[str]:
    """Return what a phase of a matrix shows."""
    return [each.value for each in Shown if each not in left_out]


@pytest.mark.usefixtures("context")
def test_each_phase_shows_what_its_column_says(cast: Cast, client: FlaskClient, wang: FlaskClient) -> None:
    matrix = {
        "after": ["response"],
        "closed": ["correctness", "marks"],
        "released": ["key", "explanation"],
    }
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER, review=matrix)
    attempt_id = finished(client, cast, story)
    give(marker(cast, "chen"), attempt_id, 4, comment=COMMENT)
    path = f"/attempts/{attempt_id}/result"
    page = wang.get(path).text
    assert "wang 的作答" in page
    assert COMMENT not in page
    move_end(story, -1)
    page = wang.get(path).text
    assert COMMENT in page
    assert "解说" not in page
    managing.release_results(marker(cast, "chen"), story.sitting_id, stories.now())
    page = wang.get(path).text
    assert "解说" in page
    assert 'class="explanation"' in page


def move_end(story: stories.Story, hours: int) -> None:
    """Let a sitting have closed already, or close later."""
    with transaction() as session:
        sitting = session.get_one(Sitting, story.sitting_id)
        sitting.closes_at = stories.now() + timedelta(hours=hours)


@pytest.mark.usefixtures("context")
def test_keys_wait_for_those_who_have_more_time(cast: Cast, client: FlaskClient, wang: FlaskClient) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER, review=stories.AFTER_CLOSE)
    attempt_id = finished(client, cast, story)
    with transaction() as session:
        stories_override(session, story, cast.persons["li"])
    move_end(story, -1)
    page = wang.get(f"/attempts/{attempt_id}/result").text
    assert "wang 的作答" not in page
    assert "要点" not in page


def stories_override(session: Any, story: stories.Story, person_id: int) -> None:
    """Give somebody an end of their own, in an hour."""
    session.add(
        SittingOverride(
            sitting_id=story.sitting_id,
            person_id=person_id,
            closes_at=stories.now() + timedelta(hours=1),
            cause="补考",
            made_at=stories.now(),
        )
    )


@pytest.mark.usefixtures("context")
def test_a_matrix_that_shows_nothing_shows_nothing(
    cast: Cast, client: FlaskClient, wang: FlaskClient
) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER, review={})
    attempt_id = finished(client, cast, story)
    give(marker(cast, "chen"), attempt_id, 4)
    managing.release_results(marker(cast, "chen"), story.sitting_id, stories.now())
    page = wang.get(f"/attempts/{attempt_id}/result").text
    assert "question-1" not in page
    assert "result-score" not in page


@pytest.mark.usefixtures("context")
def test_the_whole_review_takes_a_fixed_number_of_queries(
    cast: Cast, client: FlaskClient, wang: FlaskClient, queries: list[str]
) -> None:
    counts = []
    for blueprint in (stories.ONE_SHORT_ANSWER, stories.EVERY_TYPE):
        story = stories.sitting(cast, blueprint, review=stories.ON_SUBMIT)
        attempt_id = stories.start(cast, story)
        handing_in.submit(stories.LEARNER, attempt_id, "browser-of-wang", 0, stories.now())
        wang.get(f"/attempts/{attempt_id}/result")
        queries.clear()
        assert wang.get(f"/attempts/{attempt_id}/result").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("context")
def test_of_several_attempts_the_page_says_which_counts(
    cast: Cast, client: FlaskClient, wang: FlaskClient
) -> None:
    story = stories.sitting(
        cast, stories.ONE_SHORT_ANSWER, counting="average", resit_for="all", review=stories.ON_SUBMIT
    )
    give(marker(cast, "chen"), finished(client, cast, story), 0)
    attempt_id = stories.start(cast, story)
    sent = [
        {"key": f"k{slot.number}", "slot": slot.number, "fields": stories.right_fields(item)}
        for slot, item in stories.paper(attempt_id)
    ]
    stories.send(client, attempt_id, stories.pass_of(attempt_id), sent)
    handing_in.submit(stories.LEARNER, attempt_id, "browser-of-wang", 2, stories.now())
    give(marker(cast, "chen"), attempt_id, 5)
    page = wang.get(f"/attempts/{attempt_id}/result").text
    assert '<span class="result-score">10</span>' in page
    assert "考试成绩（取各次平均）：5 分（满分 10 分）" in page
    # The last attempt is passed, but its average with the first is not enough.
    mine = wang.get("/exams").text.split("<main", 1)[1]
    assert "未通过" in mine
    assert "已通过" not in mine


def test_verdicts_follow_the_mark_that_counts() -> None:
    answer = marked("short_answer")
    assert revealed(answer, frozenset(Shown)).verdict is Verdict.PARTLY
    waiting = Marked(**{**vars(answer), "standing": standing_mark([], 1, Fraction(0)), "marks": []})
    assert revealed(waiting, frozenset(Shown)).verdict is Verdict.OPEN


def test_matrices_survive_their_storage() -> None:
    stored = review.to_dict({Phase.AFTER: frozenset({Shown.RESPONSE})})
    assert review.matrix_of(stored)[Phase.AFTER] == {Shown.RESPONSE}
