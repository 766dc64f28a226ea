"""A learner sits an exam over HTTP, with and without JavaScript."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.core.pages import moment_text
from learning.exams.kinds import AttemptState
from learning.exams.models import Attempt, AttemptResult, Mark, Slot
from learning.exams.queries import attempts
from learning.exams.rules import StartRefusal, WriteRefusal
from learning.exams.services import closing, handing_in, managing, sittings, taking
from question_bank import types
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.stories import EVERY_TYPE, entry, looking, send

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]


def begin(client: FlaskClient, story: stories.Story) -> int:
    """Press start and return the attempt."""
    reply = client.post(f"/exams/{story.sitting_id}/start")
    assert reply.status_code == 302, reply.text
    return int(reply.location.rsplit("/", 1)[1])


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def data(page: str, name: str) -> str:
    """Return what the exam page tells its script."""
    found = re.search(f'data-{name}="([^"]*)"', page)
    assert found
    return found[1]


def answer_all(client: FlaskClient, attempt_id: int, token: str) -> None:
    """Answer every question rightly."""
    for slot, item in stories.paper(attempt_id):
        sent = {"key": f"right-{slot.number}", "slot": slot.number, "fields": stories.right_fields(item)}
        assert send(client, attempt_id, token, [sent]).status_code == 200


def test_a_learner_reads_the_rules_starts_answers_hands_in_and_waits_for_the_release(
    cast: Cast, sign_in: SignIn
) -> None:
    story, client = stories.sitting(cast), sign_in("wang")
    assert "结业考试" in client.get("/exams").text
    assert "60" in client.get(f"/exams/{story.sitting_id}").text
    attempt_id = begin(client, story)
    page = client.get(f"/attempts/{attempt_id}").text
    assert page.count('class="question"') == 6
    answer_all(client, attempt_id, data(page, "token"))
    summary = client.get(f"/attempts/{attempt_id}/confirm?seq=6").text
    client.post(f"/attempts/{attempt_id}/submit", data={"seq": hidden(summary, "seq")})
    assert stories.attempt(attempt_id).state == AttemptState.SUBMITTED
    result = looking().scalars(select(AttemptResult)).one()
    assert (result.score, result.max_score, result.is_passed) == (16, 16, True)
    told = r"<[^>]*>|\d\d:\d\d|\d{4}-\d\d-\d\d|\w{4}(-\w{4}){2,}"
    assert "16" not in re.sub(told, "", client.get(f"/attempts/{attempt_id}/result").text)
    managing.release_results(stories.CHEN, story.sitting_id, stories.now())
    review = client.get(f"/attempts/{attempt_id}/result").text
    assert "16" in review
    assert review.count("解说：") == 6


def test_no_page_before_the_release_contains_a_key_or_an_explanation(cast: Cast, sign_in: SignIn) -> None:
    story, client = stories.sitting(cast, EVERY_TYPE), sign_in("wang")
    attempt_id = begin(client, story)
    replies = [client.get(f"/attempts/{attempt_id}").text]
    token = data(replies[0], "token")
    for slot, item in stories.paper(attempt_id):
        fields = [
            [name, "B" if name == "" else "1"] for name, _ in types.get(item.type).form_fields(None)
        ] or [["", "A"]]
        sent = {"key": f"k{slot.number}", "slot": slot.number, "fields": fields}
        replies.append(send(client, attempt_id, token, [sent]).text)
    form = {"place": stories.place(attempt_id), "shown": "1", "slot-1": "A", "save": "1"}
    replies += [
        client.post(f"/attempts/{attempt_id}/save", data=form, follow_redirects=True).text,
        client.get(f"/attempts/{attempt_id}/confirm").text,
        client.get("/exams").text,
        client.get(f"/exams/{story.sitting_id}").text,
    ]
    seq = str(stories.attempt(attempt_id).journal_length)
    replies.append(
        client.post(f"/attempts/{attempt_id}/submit", data={"seq": seq}, follow_redirects=True).text
    )
    everything = "\n".join(replies)
    assert stories.attempt(attempt_id).state == AttemptState.SUBMITTED
    paper = stories.paper(attempt_id)
    on_screen = " ".join(
        f"{item.stem} {types.get(item.type).present(item.content, slot.arrangement['value'])}"
        for slot, item in paper
    )
    for _slot, item in paper:
        assert item.explanation
        assert item.explanation not in everything
        for secret in secrets_of(item.type, dict(item.content)):
            # A word of one key may be a choice of another question.
            assert secret in on_screen or secret not in everything, (item.type, secret)
    assert 'data-key="A"' not in everything


def secrets_of(type_name: str, content: dict[str, object]) -> list[str]:
    """Return texts of an item that only its key holds."""
    if type_name == "fill_blank":
        keys = content["key"]
        assert isinstance(keys, list)
        return [text for key in keys for text in ([key] if isinstance(key, str) else key)]
    if type_name == "short_answer":
        points = content["points"]
        assert isinstance(points, list)
        return [str(content["model_answer"]), *(point["text"] for point in points)]
    if type_name == "case_analysis":
        parts = content["parts"]
        assert isinstance(parts, list)
        return [
            text
            for part in parts
            for text in [*secrets_of(part["type"], part), part.get("explanation", "")]
            if text
        ]
    return []


def test_two_clicks_on_start_give_one_attempt(cast: Cast, sign_in: SignIn) -> None:
    story, client = stories.sitting(cast), sign_in("wang")
    assert begin(client, story) == begin(client, story)


def test_two_starts_at_the_same_moment_give_one_attempt(app: Flask, cast: Cast) -> None:
    story = stories.sitting(cast)
    looking().rollback()
    started: list[int] = []
    gate = threading.Barrier(6)

    def press() -> None:
        with app.app_context():
            gate.wait()
            started.append(stories.start(cast, story))

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 6
    assert len(set(started)) == 1
    assert looking().scalar(select(func.count()).select_from(Attempt)) == 1
    assert looking().scalar(select(func.count()).select_from(Slot)) == 6


def test_someone_elses_attempt_and_sitting_are_not_found(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    attempt_id = begin(sign_in("wang"), story)
    liu = sign_in("liu")
    for path in ("", "/confirm", "/result"):
        assert liu.get(f"/attempts/{attempt_id}{path}").status_code == 404
        assert liu.get(f"/attempts/99999999{path}").status_code == 404
        assert liu.get(f"/attempts/{10**30}{path}").status_code == 404
    for act in ("take-over", "save", "submit"):
        assert liu.post(f"/attempts/{attempt_id}/{act}").status_code == 404
    # Liu belongs to the neighbouring county, for which the sitting was not opened.
    assert liu.get(f"/exams/{story.sitting_id}").status_code == 404
    assert liu.post(f"/exams/{story.sitting_id}/start").status_code == 404
    assert "结业考试" not in liu.get("/exams").text


def test_an_account_without_a_person_has_no_exams(sign_in: SignIn) -> None:
    assert sign_in("zheng").get("/exams").status_code == 403


def test_the_same_browser_renews_in_silence_and_another_one_has_to_take_over(
    cast: Cast, sign_in: SignIn, app: Flask
) -> None:
    story, client = stories.sitting(cast), sign_in("wang")
    attempt_id = begin(client, story)
    first = data(client.get(f"/attempts/{attempt_id}").text, "token")
    second = data(client.get(f"/attempts/{attempt_id}").text, "token")
    assert send(client, attempt_id, first, [entry("k1", 1, "A")]).status_code == 409
    assert send(client, attempt_id, second, [entry("k2", 1, "B")]).status_code == 200
    phone = sign_in("wang")
    with phone.session_transaction() as session:
        session["browser"] = "phone"
    asked = phone.get(f"/attempts/{attempt_id}")
    assert asked.status_code == 200
    assert 'id="exam"' not in asked.text
    assert send(client, attempt_id, second, [entry("k3", 1, "C")]).status_code == 200
    taken = phone.post(f"/attempts/{attempt_id}/take-over", follow_redirects=True)
    assert 'id="exam"' in taken.text
    assert send(client, attempt_id, second, [entry("k4", 1, "D")]).status_code == 409
    assert [each.key for each in stories.journal(attempt_id)] == ["k2", "k3"]
    assert 'id="exam"' not in client.get(f"/attempts/{attempt_id}").text


def test_without_javascript_the_form_saves_says_so_and_hands_in(cast: Cast, sign_in: SignIn) -> None:
    story, client = stories.sitting(cast), sign_in("wang")
    attempt_id = begin(client, story)
    page = client.get(f"/attempts/{attempt_id}").text
    form = {"place": hidden(page, "place"), "shown": ["1", "2", "3"], "slot-1": "B", "slot-2": "C"}
    reply = client.post(f"/attempts/{attempt_id}/save", data=form | {"save": "1"}, follow_redirects=True)
    assert reply.text.count('data-state="saved"') >= 2
    assert re.search(r'name="slot-1" value="B"\s+checked', reply.text)
    form["place"] = hidden(reply.text, "place")
    summary = client.post(f"/attempts/{attempt_id}/save", data=form | {"hand_in": "1"}, follow_redirects=True)
    assert f"/attempts/{attempt_id}#question-3" in summary.text
    client.post(f"/attempts/{attempt_id}/submit", data={"seq": hidden(summary.text, "seq")})
    assert [each.response["value"] for each in stories.journal(attempt_id)] == ["B", "C"]
    assert stories.attempt(attempt_id).state == AttemptState.SUBMITTED


def test_without_javascript_a_page_that_was_taken_over_keeps_what_was_typed_in_sight(
    cast: Cast, sign_in: SignIn
) -> None:
    story, client = stories.sitting(cast, stories.ONE_SHORT_ANSWER), sign_in("wang")
    attempt_id = begin(client, story)
    form = {"place": "former-place", "shown": ["1", "2"], "slot-2": "很长的作答", "save": "1"}
    reply = client.post(f"/attempts/{attempt_id}/save", data=form)
    assert reply.status_code == 409
    assert "很长的作答" in reply.text
    assert stories.journal(attempt_id) == []


def test_without_javascript_an_unreadable_answer_is_named_and_the_others_are_saved(
    cast: Cast, sign_in: SignIn
) -> None:
    story, client = stories.sitting(cast), sign_in("wang")
    attempt_id = begin(client, story)
    form = {"place": stories.place(attempt_id), "shown": ["1", "2", "99", "x"], "slot-1": "A", "slot-2": "Ü"}
    reply = client.post(f"/attempts/{attempt_id}/save", data=form)
    assert reply.status_code == 409
    assert [each.slot_number for each in stories.journal(attempt_id)] == [1]
    assert "#question-2" in reply.text


def test_handing_in_twice_hands_in_once(cast: Cast, sign_in: SignIn) -> None:
    story, client = stories.sitting(cast), sign_in("wang")
    attempt_id = begin(client, story)
    for _ in range(2):
        reply = client.post(f"/attempts/{attempt_id}/submit", data={"seq": "0"})
        assert reply.location == f"/attempts/{attempt_id}/result"
    assert looking().scalar(select(func.count()).select_from(AttemptResult)) == 1
    assert client.get(f"/attempts/{attempt_id}").location == f"/attempts/{attempt_id}/result"


@pytest.mark.parametrize("seq", ["7", "0", "", "x", "9" * 40])
def test_a_gap_between_page_and_server_is_explained_before_anything_is_handed_in(
    cast: Cast, sign_in: SignIn, seq: str
) -> None:
    story, client = stories.sitting(cast), sign_in("wang")
    attempt_id = begin(client, story)
    send(client, attempt_id, stories.pass_of(attempt_id), [entry("k1", 1, "A")])
    reply = client.post(f"/attempts/{attempt_id}/submit", data={"seq": seq})
    assert reply.status_code == 409
    assert stories.attempt(attempt_id).state == AttemptState.OPEN
    client.post(f"/attempts/{attempt_id}/submit", data={"seq": hidden(reply.text, "seq")})
    assert stories.attempt(attempt_id).state == AttemptState.SUBMITTED


def test_who_hands_in_too_late_is_closed_with_what_was_saved(cast: Cast, sign_in: SignIn) -> None:
    story, client = stories.sitting(cast), sign_in("wang")
    attempt_id = stories.start(cast, story, at=stories.now() - timedelta(hours=2))
    reply = client.post(f"/attempts/{attempt_id}/submit", data={"seq": "0"})
    assert reply.location.endswith("/result")
    ended = stories.attempt(attempt_id)
    assert (ended.state, ended.ended_at) == (AttemptState.CLOSED, ended.closes_at)


@pytest.mark.parametrize("act", ["save", "take-over"])
def test_no_way_of_writing_goes_past_the_deadline(cast: Cast, sign_in: SignIn, act: str) -> None:
    story, client = stories.sitting(cast), sign_in("wang")
    attempt_id = stories.start(cast, story, at=stories.now() - timedelta(hours=2))
    form = {"place": stories.place(attempt_id), "shown": "1", "slot-1": "A"}
    where, browser = stories.place(attempt_id), stories.attempt(attempt_id).browser
    client.post(f"/attempts/{attempt_id}/{act}", data=form)
    assert stories.journal(attempt_id) == []
    assert (stories.place(attempt_id), stories.attempt(attempt_id).browser) == (where, browser)


def test_an_attempt_never_runs_beyond_the_end_of_its_sitting(cast: Cast) -> None:
    story = stories.sitting(cast, hours=0.25)
    attempt_id = stories.start(cast, story)
    assert stories.attempt(attempt_id).closes_at == story.closes_at


def test_the_result_page_closes_an_overdue_attempt_and_waits_out_the_tolerance(
    cast: Cast, sign_in: SignIn
) -> None:
    story, client = stories.sitting(cast), sign_in("wang")
    attempt_id = stories.start(cast, story, at=stories.now() - timedelta(minutes=60, seconds=2))
    waiting = client.get(f"/attempts/{attempt_id}/result")
    assert waiting.headers["Refresh"] == "2"
    assert stories.attempt(attempt_id).state == AttemptState.OPEN
    other = stories.start(cast, story, "li", stories.now() - timedelta(hours=2))
    assert sign_in("li").get(f"/attempts/{other}/result").status_code == 200
    assert stories.attempt(other).state == AttemptState.CLOSED


def test_overdue_attempts_are_closed_once_with_what_was_saved(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    send(client, attempt_id, stories.pass_of(attempt_id), [entry("k1", 1, "A")])
    open_still = stories.start(cast, story, "li", stories.now() + timedelta(hours=1))
    later = stories.now() + timedelta(minutes=61)
    counted: list[int] = []

    def sweep() -> None:
        with app.app_context():
            counted.append(closing.close_overdue(later))

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    looking().rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counted) == 1
    assert closing.close_overdue(later) == 0
    ended = stories.attempt(attempt_id)
    assert (ended.state, ended.ended_at) == (AttemptState.CLOSED, ended.closes_at)
    assert stories.attempt(open_still).state == AttemptState.OPEN
    assert looking().scalar(select(func.count()).select_from(Mark)) == 6
    assert attempts.last_result(looking(), attempt_id) is not None


def test_the_command_says_how_many_it_closed(app: Flask, cast: Cast) -> None:
    stories.start(cast, stories.sitting(cast), at=stories.now() - timedelta(hours=2))
    looking().rollback()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["exams", "close-overdue"]).output == "closed: 1\n"
    assert runner.invoke(args=["exams", "close-overdue"]).output == "closed: 0\n"


def test_a_resit_is_for_those_who_failed_once_the_result_is_released(cast: Cast) -> None:
    story = stories.sitting(cast)

    def outcome(name: str) -> StartRefusal | None:
        person = cast.persons[name]
        return taking.start(stories.LEARNER, person, story.sitting_id, "b", stories.now()).refusal

    first = stories.start(cast, story)
    handing_in.submit(stories.LEARNER, first, "browser-of-wang", 0, stories.now())
    assert outcome("wang") is StartRefusal.RESULT_PENDING
    managing.release_results(stories.CHEN, story.sitting_id, stories.now())
    second = stories.start(cast, story)
    assert second != first
    seen = {item.code for _, item in stories.paper(first)}
    assert not seen & {item.code for slot, item in stories.paper(second) if item.type == "single_choice"}
    handing_in.submit(stories.LEARNER, second, "browser-of-wang", 0, stories.now())
    assert outcome("wang") is StartRefusal.NO_ATTEMPT_LEFT


def test_learners_are_not_told_what_only_instructors_have_to_weigh(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast, review=stories.ON_SUBMIT)
    page = sign_in("wang").get(f"/exams/{story.sitting_id}").text
    assert "交卷后立即可见" in page
    assert "提前得知答案" not in page


def test_before_the_release_the_result_page_says_when_it_comes(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast, review=stories.AFTER_CLOSE)
    client = sign_in("wang")
    attempt_id = begin(client, story)
    client.post(f"/attempts/{attempt_id}/submit", data={"seq": "0"})
    page = client.get(f"/attempts/{attempt_id}/result").text
    assert "得分等内容：场次截止后可见。" in page
    assert moment_text(story.closes_at) in page


def test_the_review_leads_to_every_clause_it_names(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast, review=stories.ON_SUBMIT)
    client = sign_in("wang")
    attempt_id = begin(client, story)
    client.post(f"/attempts/{attempt_id}/submit", data={"seq": "0"})
    page = client.get(f"/attempts/{attempt_id}/result").text
    assert "解析" in page
    assert 'class="clause"' in page
    assert '<span class="clause">' not in page


def test_who_passed_takes_no_resit(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast, review=stories.ON_SUBMIT)
    attempt_id = stories.start(cast, story)
    answer_all(client, attempt_id, stories.pass_of(attempt_id))
    handing_in.submit(stories.LEARNER, attempt_id, "browser-of-wang", 6, stories.now())
    again = taking.start(stories.LEARNER, cast.persons["wang"], story.sitting_id, "b", stories.now())
    assert again.refusal is StartRefusal.ALREADY_PASSED


def test_a_sitting_that_is_closed_or_not_open_yet_lets_nobody_start(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    person = cast.persons["wang"]
    for moment, refusal in [
        (story.opens_at - timedelta(seconds=1), StartRefusal.TOO_EARLY),
        (story.closes_at, StartRefusal.TOO_LATE),
    ]:
        begun = taking.start(stories.LEARNER, person, story.sitting_id, "b", moment)
        assert begun.refusal is refusal
    sittings.cancel_sitting(stories.CHEN, story.sitting_id, stories.now())
    reply = sign_in("wang").post(f"/exams/{story.sitting_id}/start", follow_redirects=True)
    assert reply.status_code == 200
    assert looking().scalar(select(func.count()).select_from(Attempt)) == 0


def test_the_paper_of_fifty_questions_takes_as_few_queries_as_that_of_six_and_stays_light(
    cast: Cast, sign_in: SignIn, queries: list[str]
) -> None:
    counts, pages = [], []
    fifty = {"cells": [{"count": 38, "marks": "2"}]}
    for blueprint in (stories.MIXED, fifty):
        story, client = stories.sitting(cast, blueprint), sign_in("wang")
        attempt_id = begin(client, story)
        queries.clear()
        pages.append(client.get(f"/attempts/{attempt_id}").text)
        counts.append(len(queries))
        handing_in.submit(stories.LEARNER, attempt_id, "browser-of-wang", 0, stories.now())
    assert counts[0] == counts[1] <= 12
    assert len(pages[1].encode()) / 38 < 5000


def test_submit_from_a_browser_that_lost_its_place_leads_to_taking_over(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    client = sign_in("wang")
    with client.session_transaction() as session:
        session["browser"] = "phone"
    reply = client.post(f"/attempts/{attempt_id}/submit", data={"seq": "0"})
    assert reply.location == f"/attempts/{attempt_id}"
    assert stories.attempt(attempt_id).state == AttemptState.OPEN
    refused = handing_in.submit(stories.LEARNER, attempt_id, "phone", 0, stories.now())
    assert refused is WriteRefusal.TAKEN_OVER


def test_my_exams_is_quick_and_clear_when_there_are_none(sign_in: SignIn) -> None:
    assert sign_in("wang").get("/exams").status_code == 200
