"""Corrections of questions after the fact: proposed by one, approved by another, once, with nothing lost."""

import re
import threading
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.accounts.models import AuditEntry
from learning.core.db import transaction
from learning.exams import tokens
from learning.exams.corrections import RegradeRefusal
from learning.exams.models import Attempt, AttemptResult, Exam, Mark, Regrade, RegradeSettlement
from learning.exams.queries import regrades
from learning.exams.queries.journal import errata_counts
from learning.exams.services import handing_in, managing, regrading, scoring
from learning.exams.services.regrading import preview_of, settle_one
from learning.people.models import Notice
from question_bank import types
from question_bank.corrections import Correction, CorrectionKind
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.markers import finished, give, marker, marks_of, results
from tests.learning.exams.stories import looking

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]
#: Who is in the story.
PEOPLE = ("wang", "li", "zhao")


def hand_in(attempt_id: int, name: str, seq: int) -> None:
    """Hand an attempt in."""
    refused = handing_in.submit(stories.LEARNER, attempt_id, f"browser-of-{name}", seq, stories.now())
    assert refused is None


class World:
    """A sitting with three who sat it, and the one question that all of them have."""

    def __init__(self, client: FlaskClient, cast: Cast, **changed: Any) -> None:
        only = {"cells": [{"types": ["single_choice"], "clauses": ["3.4"], "count": 1, "marks": "4"}]}
        self.client, self.cast = client, cast
        self.story = stories.sitting(cast, only, **changed)
        first = stories.start(cast, self.story, "wang")
        (slot, item) = stories.paper(first)[0]
        self.version, self.item = slot.question_version_id, item
        self.key = item.content["key"]
        self.other = "A" if self.key != "A" else "B"
        self.attempts = {"wang": first}

    def answer(self, name: str, response: str | None) -> int:
        """Let somebody answer and hand in; return the attempt."""
        attempt_id = self.attempts.get(name) or stories.start(self.cast, self.story, name)
        self.attempts[name] = attempt_id
        sent = [stories.entry("k1", 1, response)] if response else []
        stories.send(self.client, attempt_id, stories.pass_of(attempt_id), sent)
        hand_in(attempt_id, name, len(sent))
        return attempt_id

    @property
    def exam(self) -> Exam:
        """Return the exam."""
        return looking().get_one(Exam, self.story.exam_id)

    def correction(self, kind: CorrectionKind) -> Correction:
        """Return a correction by which the other answer is right."""
        content = dict(self.item.content) | {"key": self.other}
        return Correction(
            self.version,
            kind,
            content if kind is CorrectionKind.CORRECT_KEY else None,
            self.other if kind is CorrectionKind.ACCEPT else None,
        )

    def propose(self, kind: CorrectionKind, by: str = "chen", erratum: str = "") -> int:
        """Propose a correction; return its key."""
        proposed = regrading.propose(
            marker(self.cast, by), self.exam, self.correction(kind), "命题有误", erratum, stories.now()
        )
        assert proposed.regrade_id is not None, proposed
        return proposed.regrade_id

    def correct(self, kind: CorrectionKind, erratum: str = "") -> int:
        """Propose and approve a correction."""
        regrade_id = self.propose(kind, erratum=erratum)
        assert regrading.approve(marker(self.cast, "zhou"), regrade_id, stories.now()) is None
        return regrade_id

    def score(self, name: str) -> tuple[Decimal, Decimal, bool]:
        """Return the result that somebody has now."""
        last = results(self.attempts[name])[-1]
        return last.score, last.max_score, last.is_passed


@pytest.fixture
def world(client: FlaskClient, cast: Cast) -> World:
    """Three who sat: one by the key, one by the other answer, one who left it empty."""
    world = World(client, cast)
    world.answer("wang", world.key)
    world.answer("li", world.other)
    world.answer("zhao", None)
    return world


# ---- what each kind does ----


@pytest.mark.parametrize(
    ("kind", "wang", "li", "zhao"),
    [
        (CorrectionKind.CORRECT_KEY, 0, 4, 0),
        (CorrectionKind.ACCEPT, 4, 4, 0),
        (CorrectionKind.FULL_MARKS, 4, 4, 4),
    ],
)
def test_marks_and_results_follow_beside_the_former_ones(
    world: World, kind: CorrectionKind, wang: int, li: int, zhao: int
) -> None:
    before = {name: world.score(name)[0] for name in PEOPLE}
    assert before == {"wang": 4, "li": 0, "zhao": 0}
    regrade_id = world.correct(kind)
    assert {name: world.score(name)[0] for name in PEOPLE} == {"wang": wang, "li": li, "zhao": zhao}
    for name, score in {"wang": wang, "li": li, "zhao": zhao}.items():
        old, new = marks_of(world.attempts[name], 1)
        assert (old.kind, old.mark, old.regrade_id) == ("machine", before[name], None)
        assert (new.kind, new.mark, new.regrade_id) == ("regrade", score, regrade_id)
        assert len(results(world.attempts[name])) == 1 + (score != before[name])


def test_what_is_dropped_leaves_the_total(client: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    attempt_id = finished(client, cast, story)
    give(marker(cast, "chen"), attempt_id, 4)
    version = stories.paper(attempt_id)[0][0].question_version_id
    exam = looking().get_one(Exam, story.exam_id)
    dropped = Correction(version, CorrectionKind.DROP)
    proposed = regrading.propose(marker(cast, "chen"), exam, dropped, "题干有误", "", stories.now())
    assert proposed.regrade_id
    assert regrading.approve(marker(cast, "zhou"), proposed.regrade_id, stories.now()) is None
    last = results(attempt_id)[-1]
    assert (last.score, last.max_score, last.is_passed) == (4, 5, True)
    assert marks_of(attempt_id, 1)[-1].is_dropped


def test_a_paper_cannot_lose_all_its_marks(world: World) -> None:
    proposed = regrading.propose(
        marker(world.cast, "chen"),
        world.exam,
        world.correction(CorrectionKind.DROP),
        "命题有误",
        "",
        stories.now(),
    )
    assert proposed.refusal is RegradeRefusal.NOTHING_LEFT
    assert looking().scalar(select(func.count()).select_from(Regrade)) == 0


def test_corrections_of_one_question_follow_each_other(world: World) -> None:
    world.correct(CorrectionKind.CORRECT_KEY)
    second = world.correct(CorrectionKind.FULL_MARKS)
    assert {world.score(name)[0] for name in PEOPLE} == {Decimal(4)}
    assert [mark.mark for mark in marks_of(world.attempts["wang"], 1)] == [4, 0, 4]
    assert marks_of(world.attempts["wang"], 1)[-1].regrade_id == second


def test_the_marks_of_people_stay_beside_a_ruling(client: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    attempt_id = finished(client, cast, story)
    give(marker(cast, "chen"), attempt_id, 2)
    version = stories.paper(attempt_id)[1][0].question_version_id
    exam = looking().get_one(Exam, story.exam_id)
    key = Correction(version, CorrectionKind.ACCEPT, response="任何作答")
    refused = regrading.propose(marker(cast, "chen"), exam, key, "有误", "", stories.now())
    assert refused.refusal is RegradeRefusal.PEOPLE_MARK
    full = Correction(version, CorrectionKind.FULL_MARKS)
    proposed = regrading.propose(marker(cast, "chen"), exam, full, "有误", "", stories.now())
    assert proposed.regrade_id
    assert regrading.approve(marker(cast, "zhou"), proposed.regrade_id, stories.now()) is None
    assert [mark.kind for mark in marks_of(attempt_id)] == ["first", "regrade"]
    assert results(attempt_id)[-1].score == 5


# ---- looking ahead ----


def test_the_preview_says_who_changes_and_writes_nothing(world: World, queries: list[str]) -> None:
    exam, correction = world.exam, world.correction(CorrectionKind.CORRECT_KEY)
    queries.clear()
    preview = preview_of(looking(), exam, correction)
    assert not [statement for statement in queries if statement.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [change.name for change in preview.now_passed] == ["李求知"]
    assert [change.name for change in preview.now_failed] == ["王学习"]
    assert (preview.unchanged, preview.waiting, preview.running) == (1, 0, 0)
    assert len(results(world.attempts["wang"])) == 1


@pytest.mark.parametrize("kind", [kind for kind in CorrectionKind if kind is not CorrectionKind.DROP])
def test_what_the_preview_says_is_what_happens(world: World, kind: CorrectionKind) -> None:
    ahead = preview_of(looking(), world.exam, world.correction(kind))
    regrade_id = world.correct(kind)
    made = regrading.changes_made(looking(), regrade_id)
    for name in ("now_passed", "now_failed", "other_score"):
        assert getattr(ahead, name) == getattr(made, name)


def test_those_who_wait_for_marks_are_counted_and_changed_when_they_are_marked(
    client: FlaskClient, cast: Cast
) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    attempt_id = finished(client, cast, story)
    version = stories.paper(attempt_id)[0][0].question_version_id
    exam = looking().get_one(Exam, story.exam_id)
    full = Correction(version, CorrectionKind.FULL_MARKS)
    assert preview_of(looking(), exam, full).waiting == 1
    proposed = regrading.propose(marker(cast, "chen"), exam, full, "有误", "", stories.now())
    assert proposed.regrade_id
    regrading.approve(marker(cast, "zhou"), proposed.regrade_id, stories.now())
    assert results(attempt_id) == []
    give(marker(cast, "chen"), attempt_id, 3)
    assert results(attempt_id)[-1].score == 8


# ---- who decides ----


def test_a_second_person_approves(world: World) -> None:
    regrade_id = world.propose(CorrectionKind.ACCEPT)
    chen, zhou = marker(world.cast, "chen"), marker(world.cast, "zhou")
    assert regrading.approve(chen, regrade_id, stories.now()) is RegradeRefusal.OWN_PROPOSAL
    assert world.score("li")[0] == 0
    assert regrading.approve(zhou, regrade_id, stories.now()) is None
    assert regrading.approve(zhou, regrade_id, stories.now()) is None
    assert regrading.reject(chen, regrade_id, stories.now()) is RegradeRefusal.DECIDED
    assert world.score("li")[0] == 4


def test_an_installation_may_let_one_person_decide_alone(app: Flask, world: World) -> None:
    app.config["REVIEW_BY_SECOND_PERSON"] = False
    regrade_id = world.propose(CorrectionKind.ACCEPT)
    assert regrading.approve(marker(world.cast, "chen"), regrade_id, stories.now()) is None


def test_what_was_rejected_changes_nothing_and_stays_on_record(world: World) -> None:
    regrade_id = world.propose(CorrectionKind.ACCEPT)
    assert regrading.reject(marker(world.cast, "zhou"), regrade_id, stories.now()) is None
    assert regrading.approve(marker(world.cast, "zhou"), regrade_id, stories.now()) is RegradeRefusal.DECIDED
    (row,) = regrades.regrades_of(looking(), world.story.exam_id)
    assert (row.regrade.is_approved, row.decided_by, row.regrade.cause) == (False, "周审题", "命题有误")
    assert world.score("li")[0] == 0


def test_a_proposal_sent_twice_is_one(world: World) -> None:
    assert world.propose(CorrectionKind.ACCEPT) == world.propose(CorrectionKind.ACCEPT)
    assert world.propose(CorrectionKind.ACCEPT, by="zhou") != world.propose(CorrectionKind.ACCEPT)


@pytest.mark.parametrize("at_once", [2, 4])
def test_however_many_approve_at_once_everything_happens_once(app: Flask, world: World, at_once: int) -> None:
    regrade_id, told = world.propose(CorrectionKind.CORRECT_KEY), []
    managing.release_results(marker(world.cast, "chen"), world.story.sitting_id, stories.now())
    gate = threading.Barrier(at_once)

    def approve(name: str) -> None:
        with app.app_context():
            gate.wait()
            told.append(regrading.approve(marker(world.cast, name), regrade_id, stories.now()))

    names = ["zhou", "he", "wu", "sun"][:at_once]
    threads = [threading.Thread(target=approve, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count(None) == 1
    assert told.count(RegradeRefusal.DECIDED) == at_once - 1
    for name in PEOPLE:
        assert len(marks_of(world.attempts[name], 1)) == 2
    assert [len(results(world.attempts[name])) for name in ("wang", "li", "zhao")] == [2, 2, 1]
    changed = select(func.count()).where(Notice.text.contains("corrected"))
    assert looking().scalar(changed) == 2
    settled = select(func.count()).where(AuditEntry.action == "regrade.settled")
    assert looking().scalar(settled) == 1


def test_an_interrupted_approval_is_finished_by_the_job_and_only_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    regrade_id = world.propose(CorrectionKind.ACCEPT)

    def cut(*_arguments: object) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(regrading, "settle_one", cut)
    with pytest.raises(OSError, match="power"):
        regrading.approve(marker(world.cast, "zhou"), regrade_id, stories.now())
    monkeypatch.undo()
    assert world.score("li")[0] == 0
    assert regrading.settle(stories.now()) == 1
    assert world.score("li")[0] == 4
    assert regrading.settle(stories.now()) == 0
    settle_one(regrade_id, stories.now())
    assert len(marks_of(world.attempts["li"], 1)) == 2
    assert looking().scalar(select(func.count()).select_from(RegradeSettlement)) == 1


# ---- while people answer ----


def test_a_running_attempt_is_scored_with_the_correction_and_reads_the_erratum(
    client: FlaskClient, cast: Cast
) -> None:
    world = World(client, cast)
    running = world.attempts["wang"]
    token = stories.pass_of(running)
    assert client.post(f"/attempts/{running}/errata", json={"token": token}).json == {"errata": []}
    world.correct(CorrectionKind.CORRECT_KEY, erratum="选项表述以教材为准。")
    reply = client.post(f"/attempts/{running}/errata", json={"token": token})
    assert reply.json == {"errata": [{"slot": 1, "text": "选项表述以教材为准。"}]}
    assert errata_counts(looking(), [world.story.exam_id]) == {world.story.exam_id: 1}
    assert marks_of(running, 1) == []
    world.answer("wang", world.other)
    assert world.score("wang") == (Decimal(4), Decimal(4), True)
    assert [mark.kind for mark in marks_of(running, 1)] == ["regrade"]


def test_errata_are_told_to_the_page_of_the_attempt_only(client: FlaskClient, cast: Cast) -> None:
    world = World(client, cast)
    other = stories.start(cast, world.story, "li")
    path = f"/attempts/{world.attempts['wang']}/errata"
    assert client.post(path, json={"token": stories.pass_of(other)}).status_code == 403
    assert client.post(path, json={}).status_code == 403
    assert client.post(path, data="x").status_code == 403
    gone = tokens.sign(tokens.AttemptPass(987654, 1, "p"))
    assert client.post("/attempts/987654/errata", json={"token": gone}).status_code in {404, 409}


def test_corrections_without_an_erratum_and_rejected_ones_are_not_told(
    client: FlaskClient, cast: Cast
) -> None:
    world = World(client, cast)
    world.correct(CorrectionKind.ACCEPT)
    rejected = world.propose(CorrectionKind.FULL_MARKS, erratum="未获批准")
    regrading.reject(marker(cast, "zhou"), rejected, stories.now())
    assert regrades.errata_for(looking(), world.attempts["wang"]) == []
    assert errata_counts(looking(), [world.story.exam_id]) == {world.story.exam_id: 0}


def test_who_hands_in_while_a_correction_is_approved_gets_it(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    world = World(client, cast)
    stories.send(
        client,
        world.attempts["wang"],
        stories.pass_of(world.attempts["wang"]),
        [stories.entry("k", 1, world.other)],
    )
    regrade_id, gate = world.propose(CorrectionKind.CORRECT_KEY), threading.Barrier(2)

    def hand_in_too() -> None:
        with app.app_context():
            gate.wait()
            hand_in(world.attempts["wang"], "wang", 1)

    thread = threading.Thread(target=hand_in_too)
    thread.start()
    gate.wait()
    assert regrading.approve(marker(cast, "zhou"), regrade_id, stories.now()) is None
    thread.join()
    assert world.score("wang")[0] == 4


def test_who_is_being_scored_at_that_moment_is_not_missed(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scoring has read the corrections already, and the approval comes before it is committed."""
    world = World(client, cast)
    token, sent = stories.pass_of(world.attempts["wang"]), [stories.entry("k", 1, world.other)]
    stories.send(client, world.attempts["wang"], token, sent)
    regrade_id, has_read, write_down = world.propose(CorrectionKind.CORRECT_KEY), threading.Event(), []
    write_down.append(scoring.write_down)

    def slowly(*arguments: Any) -> bool:
        has_read.set()
        time.sleep(1)
        return bool(write_down[0](*arguments))

    monkeypatch.setattr(scoring, "write_down", slowly)

    def hand_in_meanwhile() -> None:
        with app.app_context():
            hand_in(world.attempts["wang"], "wang", 1)

    thread = threading.Thread(target=hand_in_meanwhile)
    thread.start()
    has_read.wait()
    assert regrading.approve(marker(cast, "zhou"), regrade_id, stories.now()) is None
    thread.join()
    assert world.score("wang")[0] == 4
    assert [mark.kind for mark in marks_of(world.attempts["wang"], 1)][-1] == "regrade"


# ---- who is told ----


def test_those_are_told_whose_known_result_changed(world: World) -> None:
    managing.release_results(marker(world.cast, "chen"), world.story.sitting_id, stories.now())
    world.correct(CorrectionKind.CORRECT_KEY)
    told = dict(
        looking()
        .execute(select(Notice.person_id, Notice.text).where(Notice.text.contains("corrected")))
        .all()
    )
    wang, li = world.cast.persons["wang"], world.cast.persons["li"]
    assert set(told) == {wang, li}
    assert "not passed" in told[wang]
    assert told[li].endswith("passed.")
    notice = looking().scalars(select(Notice).where(Notice.person_id == li, Notice.text == told[li])).one()
    assert notice.params == {"exam": "结业考试", "before": "0 / 4", "after": "4 / 4"}


def test_before_the_release_nobody_is_told(world: World) -> None:
    world.correct(CorrectionKind.CORRECT_KEY)
    assert looking().scalar(select(func.count()).select_from(Notice)) == 0


def test_what_was_voided_is_not_scored_again(world: World) -> None:
    with transaction() as session:
        session.get_one(Attempt, world.attempts["li"]).voided_at = stories.now()
    world.correct(CorrectionKind.ACCEPT)
    assert len(marks_of(world.attempts["li"], 1)) == 1


# ---- pages ----


@pytest.fixture
def chen(sign_in: SignIn) -> FlaskClient:
    """Who proposes."""
    return sign_in("chen")


@pytest.fixture
def zhou(sign_in: SignIn) -> FlaskClient:
    """Who decides."""
    return sign_in("zhou")


def form_of(page: str) -> dict[str, str]:
    """Return the fields of the question's editor as the page shows them."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_chosen = "radio" not in tag or "checked" in tag
        if name and value and is_chosen and name[1] not in {"csrf_token", "newest"}:
            fields[name[1]] = value[1]
    return fields


def test_an_instructor_looks_proposes_and_another_approves(
    world: World, chen: FlaskClient, zhou: FlaskClient
) -> None:
    overview = f"/exams/manage/{world.story.exam_id}/corrections"
    assert overview in chen.get(f"/exams/manage/{world.story.exam_id}").text
    path = f"{overview}/{world.version}"
    assert path in chen.get(overview).text
    form = form_of(chen.get(path).text) | {"content-key": world.other, "cause": "命题有误"}
    looked = chen.post(path, data=form | {"action": "look"}).text
    assert "李求知" in looked
    assert "王学习" in looked
    assert looking().scalar(select(func.count()).select_from(Regrade)) == 0
    proposed = chen.post(path, data=form | {"action": "propose"})
    address = proposed.headers["Location"]
    own = chen.get(address).text
    assert f"{address}/approve" not in own
    other = zhou.get(address).text
    assert "李求知" in other
    assert f"{address}/approve" in other
    assert zhou.post(f"{address}/approve").status_code == 302
    done = zhou.get(address).text
    assert "李求知" in done
    assert f"{address}/approve" not in done
    # The built-in bank still says it wrongly.
    assert re.search(r'href="/questions/[^"]*"', done.split("<main", 1)[1])
    assert world.score("li")[0] == 4


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"cause": ""}, "field-error"),
        ({"content-key": ""}, "error-summary"),
        ({"content-choice-1": "改了选项"}, "error-summary"),
        ({}, "error-summary"),
    ],
    ids=["no cause", "no key", "other choices", "nothing changed"],
)
def test_mistakes_in_a_correction_are_named(
    world: World, chen: FlaskClient, changed: dict[str, str], word: str
) -> None:
    path = f"/exams/manage/{world.story.exam_id}/corrections/{world.version}"
    form = form_of(chen.get(path).text) | {"cause": "命题有误", "action": "propose"} | changed
    reply = chen.post(path, data=form)
    assert reply.status_code == 200
    assert word in reply.text
    assert looking().scalar(select(func.count()).select_from(Regrade)) == 0


@pytest.mark.parametrize("kind", CorrectionKind)
def test_every_kind_has_its_page_for_every_type(
    client: FlaskClient, cast: Cast, chen: FlaskClient, kind: CorrectionKind
) -> None:
    story = stories.sitting(cast, stories.EVERY_TYPE)
    attempt_id = stories.start(cast, story)
    for slot, item in stories.paper(attempt_id):
        path = f"/exams/manage/{story.exam_id}/corrections/{slot.question_version_id}"
        page = chen.get(path, query_string={"kind": kind.value})
        assert page.status_code == 200
        type_ = types.get(item.type)
        response = {
            f"response-{name}" if name else "response": value
            for name, value in type_.form_fields(type_.right_response(item.content))
        }
        sent = {"kind": kind.value, "cause": "有误", "action": "look", **response}
        assert chen.post(path, data=sent).status_code == 200


def test_an_answer_accepted_from_the_page_counts(world: World, chen: FlaskClient, zhou: FlaskClient) -> None:
    path = f"/exams/manage/{world.story.exam_id}/corrections/{world.version}"
    form = {"kind": "accept", "response": world.other, "cause": "两个选项都对", "action": "propose"}
    address = chen.post(path, data=form).headers["Location"]
    assert zhou.post(f"{address}/approve").status_code == 302
    assert (world.score("wang")[0], world.score("li")[0]) == (4, 4)


def test_the_learner_reads_what_was_corrected(world: World, chen: FlaskClient, sign_in: SignIn) -> None:
    managing.release_results(marker(world.cast, "chen"), world.story.sitting_id, stories.now())
    world.correct(CorrectionKind.CORRECT_KEY, erratum="以更正后的选项为准。")
    page = sign_in("li").get(f"/attempts/{world.attempts['li']}/result").text
    assert "以更正后的选项为准。" in page
    assert "开考后更正了本题的正确答案" in page
    notices = sign_in("li").get("/notices").text
    assert f"/attempts/{world.attempts['li']}/result" in notices


def test_corrections_of_another_school_are_not_found(world: World, chen: FlaskClient) -> None:
    regrade_id = world.propose(CorrectionKind.ACCEPT)
    foreign = managing.create_exam(
        stories.CHEN, world.cast.organisations["neighbour"], stories.settings(), stories.now()
    )
    with transaction() as session:
        other = Regrade(
            exam_id=foreign,
            question_version_id=world.version,
            correction={"item": world.version, "kind": "full_marks"},
            cause="外校",
            proposed_at=stories.now(),
        )
        session.add(other)
        session.flush()
        other_id = other.id
    for path in (f"/exams/manage/corrections/{other_id}", f"/exams/manage/{foreign}/corrections"):
        assert chen.get(path).status_code == 404
    assert chen.post(f"/exams/manage/corrections/{other_id}/approve").status_code == 404
    for path in ("/exams/manage/corrections/999999", "/exams/manage/999999/corrections"):
        assert chen.get(path).status_code == 404
    assert chen.get(f"/exams/manage/{world.story.exam_id}/corrections/999999").status_code == 404
    assert chen.get(f"/exams/manage/corrections/{regrade_id}").status_code == 200


@pytest.mark.parametrize("name", ["wang", "zheng", "wu", "qian"])
def test_only_instructors_correct(world: World, sign_in: SignIn, name: str) -> None:
    regrade_id = world.propose(CorrectionKind.ACCEPT)
    browser = sign_in(name)
    assert browser.get(f"/exams/manage/corrections/{regrade_id}").status_code == 403
    assert browser.post(f"/exams/manage/corrections/{regrade_id}/approve").status_code == 403


def test_marks_are_exact_after_a_correction(world: World) -> None:
    world.correct(CorrectionKind.CORRECT_KEY)
    shares: Sequence[Fraction] = looking().scalars(select(Mark.fraction).order_by(Mark.id)).all()
    assert set(shares) == {Fraction(0), Fraction(1)}
    assert looking().scalar(select(func.count()).select_from(AttemptResult)) == 5
