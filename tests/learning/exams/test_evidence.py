"""The evidence of an attempt: everything its score follows from, without names, checked by the verifier."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.accounts.models import AuditEntry
from learning.core import signing
from learning.exams import review
from learning.exams.kinds import Phase, Shown, TimeChangeTarget
from learning.exams.models import Exam
from learning.exams.services import evidence, invigilating, managing, regrading, time_changes
from learning.exams.targets import Target
from question_bank import verify
from question_bank.corrections import Correction, CorrectionKind
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.markers import finished, give, marker, results, settle, with_third_marker
from tests.learning.exams.stories import looking

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def own_key(app: Flask) -> None:
    """Sign with a key of this test instead of the installation's."""
    app.config["SIGNING_KEY"] = "11" * 32


def checked(attempt_id: int, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Verify the evidence of an attempt; return status and report."""
    data = evidence.file_of(stories.CHEN, attempt_id, stories.now())
    assert data is not None
    file = folder / f"{attempt_id}.json"
    file.write_bytes(data)
    status = verify.main([str(file), "--key", signing.public_key()])
    return status, capsys.readouterr().out


def correct(cast: Cast, story: stories.Story, version: int, kind: CorrectionKind) -> None:
    """Propose and approve a correction of a question."""
    exam = looking().get_one(Exam, story.exam_id)
    proposed = regrading.propose(
        marker(cast, "chen"), exam, Correction(version, kind), "题目有误", "说明", stories.now()
    )
    assert proposed.regrade_id is not None
    assert regrading.approve(marker(cast, "zhou"), proposed.regrade_id, stories.now()) is None


def versions(attempt_id: int) -> dict[int, int]:
    """Return the question version of each slot."""
    return {slot.number: slot.question_version_id for slot, _ in stories.paper(attempt_id)}


def test_a_plain_attempt_is_found_right(
    cast: Cast, client: FlaskClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    attempt_id = finished(client, cast, stories.sitting(cast, stories.ONE_SHORT_ANSWER))
    give(marker(cast, "chen"), attempt_id, 4)
    status, report = checked(attempt_id, tmp_path, capsys)
    assert status == 0, report
    assert "wrong" not in report
    for check in ("signature", "items", "paper", "journal", "scores", "result"):
        assert check in report


def test_two_markers_and_a_decision_are_found_right(
    cast: Cast, client: FlaskClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER, markers=2)
    mean, decided = (finished(client, cast, story, name) for name in ("wang", "li"))
    third = with_third_marker(cast)
    for attempt_id, first, second in ((mean, 3, 4), (decided, 1, 5)):
        give(marker(cast, "chen"), attempt_id, first)
        give(marker(cast, "zhou"), attempt_id, second)
    settle(third, decided, 3)
    for attempt_id in (mean, decided):
        status, report = checked(attempt_id, tmp_path, capsys)
        assert status == 0, report
        assert results(attempt_id)


@pytest.mark.parametrize("kind", [CorrectionKind.FULL_MARKS, CorrectionKind.DROP])
def test_corrections_and_dropped_questions_are_found_right(
    cast: Cast,
    client: FlaskClient,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    kind: CorrectionKind,
) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    before = finished(client, cast, story)
    give(marker(cast, "chen"), before, 4)
    correct(cast, story, versions(before)[1], kind)
    correct(cast, story, versions(before)[2], CorrectionKind.FULL_MARKS)
    after = finished(client, cast, story, "li")
    give(marker(cast, "chen"), after, 2)
    for attempt_id in (before, after):
        status, report = checked(attempt_id, tmp_path, capsys)
        assert status == 0, report


def test_extensions_overrides_and_voided_attempts_are_found_right(
    cast: Cast, client: FlaskClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    chen = marker(cast, "chen")
    running = stories.start(cast, story)
    everybody = [Target(TimeChangeTarget.ALL)]
    time_changes.add_time(chen, story.sitting_id, everybody, 10, "停电", "k1", stories.now())
    late = stories.attempt(running).closes_at - timedelta(minutes=1)
    token = stories.pass_of(running)
    stories.send(client, running, token, [stories.entry("k2", 2, "延时后的作答")])
    invigilating.note_irregularity(chen, story.sitting_id, [running], "与李求知交谈", "n1", stories.now())
    invigilating.end_attempts(chen, story.sitting_id, [running], "考场关闭", late)
    status, report = checked(running, tmp_path, capsys)
    assert status == 0, report
    text = (tmp_path / f"{running}.json").read_text()
    assert "停电" in text
    assert "李求知" not in text
    invigilating.void(chen, story.sitting_id, [running], "作弊", False, stories.now())
    status, report = checked(running, tmp_path, capsys)
    assert status == 0, report


def test_no_name_is_in_the_file(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast, stories.EVERY_TYPE)
    attempt_id = stories.start(cast, story)
    data = evidence.file_of(marker(cast, "chen"), attempt_id, stories.now())
    assert data is not None
    for name in ("王学习", "陈讲授", "chen", "SF00"):
        assert name not in data.decode()
    bundle = json.loads(data)
    assert bundle["attempt"]["id"] == attempt_id
    assert "person_id" not in bundle["attempt"]


def test_markers_have_pseudonyms(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER, markers=2)
    attempt_id = finished(client, cast, story)
    give(marker(cast, "chen"), attempt_id, 3)
    give(marker(cast, "zhou"), attempt_id, 4)
    data = evidence.file_of(marker(cast, "chen"), attempt_id, stories.now())
    marks = json.loads(data or b"")["marks"]
    assert [(mark["kind"], mark["by"]) for mark in marks] == [
        ("machine", "site"),
        ("first", "person-1"),
        ("second", "person-2"),
    ]


def _mark(bundle: dict[str, Any]) -> None:
    bundle["marks"][-1]["fraction"] = "1"


def _answer(bundle: dict[str, Any]) -> None:
    bundle["journal"][0]["response"] = "后来改的"


def _result(bundle: dict[str, Any]) -> None:
    bundle["results"][-1]["is_passed"] = True


@pytest.mark.parametrize("forge", [_mark, _answer, _result])
def test_whatever_is_changed_afterwards_is_found(
    cast: Cast,
    client: FlaskClient,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    forge: Callable[[dict[str, Any]], None],
) -> None:
    attempt_id = finished(client, cast, stories.sitting(cast, stories.ONE_SHORT_ANSWER))
    give(marker(cast, "chen"), attempt_id, 1)
    bundle = json.loads(evidence.file_of(stories.CHEN, attempt_id, stories.now()) or b"")
    forge(bundle)
    file = tmp_path / "forged.json"
    file.write_text(json.dumps(bundle, ensure_ascii=False))
    assert verify.main([str(file), "--key", signing.public_key()]) == 1
    assert "signature" in capsys.readouterr().out


def test_the_verifier_stands_alone(cast: Cast, client: FlaskClient, tmp_path: Path) -> None:
    attempt_id = finished(client, cast, stories.sitting(cast, stories.ONE_SHORT_ANSWER))
    file = tmp_path / "evidence.json"
    file.write_bytes(evidence.file_of(stories.CHEN, attempt_id, stories.now()) or b"")
    words = [sys.executable, "-m", "question_bank.verify", str(file), "--key", signing.public_key()]
    root = Path(__file__).parents[3]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# ---- who gets it ----


def test_an_instructor_takes_it_and_that_is_on_record(
    cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    attempt_id = finished(client, cast, story)
    chen = sign_in("chen")
    page = f"/sittings/{story.sitting_id}/attempts/{attempt_id}"
    assert f"{page}/evidence.json" in chen.get(page).text
    reply = chen.post(f"{page}/evidence.json")
    assert reply.status_code == 200
    assert reply.headers["Content-Disposition"].endswith(f"evidence-{attempt_id}.json")
    assert json.loads(reply.data)["signature"]["public_key"] == signing.public_key()
    taken = select(func.count()).where(
        AuditEntry.action == "evidence.downloaded", AuditEntry.object_id == attempt_id
    )
    assert looking().scalar(taken) == 1
    other = stories.sitting(cast, stories.ONE_SHORT_ANSWER)
    wrong = f"/sittings/{other.sitting_id}/attempts/{attempt_id}/evidence.json"
    assert chen.post(wrong).status_code == 404


@pytest.mark.parametrize(
    ("matrix", "status"),
    [
        (review.to_dict({Phase.RELEASED: review.EVERYTHING}), 200),
        (review.to_dict({Phase.RELEASED: review.EVERYTHING - {Shown.EXPLANATION}}), 403),
        (review.to_dict({Phase.CLOSED: review.EVERYTHING}), 403),
    ],
)
def test_learners_take_their_own_once_everything_is_released(
    cast: Cast, client: FlaskClient, sign_in: SignIn, matrix: Mapping[str, Any], status: int
) -> None:
    story = stories.sitting(cast, stories.ONE_SHORT_ANSWER, review=matrix)
    attempt_id = finished(client, cast, story)
    wang, path = sign_in("wang"), f"/attempts/{attempt_id}/evidence.json"
    assert wang.post(path).status_code == 403
    managing.release_results(marker(cast, "chen"), story.sitting_id, stories.now())
    assert wang.post(path).status_code == status
    assert sign_in("li").post(path).status_code == 404
    assert (path in wang.get(f"/attempts/{attempt_id}/result").text) == (status == 200)


def test_a_running_attempt_has_no_evidence_for_its_learner(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast, review=stories.ON_SUBMIT)
    attempt_id = stories.start(cast, story)
    assert sign_in("wang").post(f"/attempts/{attempt_id}/evidence.json").status_code == 404


def test_everybody_may_know_the_key(client: FlaskClient, app: Flask) -> None:
    assert client.get("/evidence/key").text.strip() == signing.public_key()
    told = app.test_cli_runner().invoke(args=["exams", "evidence-key"])
    assert told.output.strip() == signing.public_key()


def test_the_command_writes_the_file(cast: Cast, client: FlaskClient, app: Flask, tmp_path: Path) -> None:
    attempt_id = finished(client, cast, stories.sitting(cast, stories.ONE_SHORT_ANSWER))
    file = tmp_path / "out.json"
    done = app.test_cli_runner().invoke(args=["exams", "evidence", str(attempt_id), str(file)])
    assert done.exit_code == 0, done.output
    assert verify.main([str(file), "--key", signing.public_key()]) == 0
    gone = app.test_cli_runner().invoke(args=["exams", "evidence", "987654", str(file)])
    assert gone.exit_code != 0
    assert "no attempt" in gone.output
