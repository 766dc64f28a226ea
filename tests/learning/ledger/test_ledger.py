"""What counts is entered once, corrected by further entries, sealed, signed, exported and verified."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text

from learning import ledger_verify
from learning.accounts.roles import SYSTEM
from learning.config import ROOT
from learning.core.db import database, reading, transaction
from learning.ledger import chain, queries, services
from learning.ledger.chain import Fault
from learning.ledger.kinds import EntryKind, person
from learning.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerSeal
from learning.ledger.services import Cause, Line
from learning.training import services as training
from learning.training.kinds import AttendanceState, ClassOutcome
from tests.cast import Cast
from tests.learning.training.test_class_runs import entry as class_entry

SignIn = Callable[[str], FlaskClient]
NOW = datetime(2026, 4, 1, 2, tzinfo=UTC)
DAY = date(2026, 3, 30)


def enter(
    people: list[int], state: str = "present", source: int = 7, cause: Cause = services.NO_CAUSE
) -> int:
    """Enter that people attended a session."""
    with transaction() as session:
        lines = [Line(source, person(id_), DAY, {"state": state}, cause) for id_ in people]
        return services.enter(session, SYSTEM, NOW, EntryKind.ATTENDANCE, lines)


def entries() -> list[LedgerEntry]:
    """Return all entries in order."""
    return list(reading().scalars(select(LedgerEntry).order_by(LedgerEntry.id)))


def first_fault() -> chain.Found | None:
    """Verify the chain in the database."""
    return chain.first_fault(queries.chain(reading()), services.key(), queries.kept(reading()))


def tamper(statement: str) -> None:
    """Change the database as somebody would who may do everything there: past the triggers."""
    with database().engine.begin() as connection:
        for table in ("ledger_entry", "ledger_seal"):
            for act in ("update", "delete"):
                on_table = "" if database().is_sqlite else f" ON {table}"
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuse_{act}{on_table}"))
        connection.execute(text(statement))


@pytest.mark.usefixtures("context")
def test_the_same_is_entered_once_and_a_change_corrects_it() -> None:
    assert enter([1, 2]) == 2
    assert enter([1, 2]) == 0
    assert enter([1], "absent", cause=Cause("误登记", None)) == 1
    first, other, corrected = entries()
    assert (corrected.corrects, corrected.cause) == (first.token, "误登记")
    assert (first.corrects, other.corrects) == (None, None)
    assert enter([1], "absent") == 0


@pytest.mark.usefixtures("context")
def test_entering_takes_two_statements_however_many_people(queries: list[str]) -> None:
    enter([1])
    few = len(queries)
    enter(list(range(2, 300)))
    assert len(queries) - few == few


@pytest.mark.usefixtures("context")
def test_what_is_sealed_is_in_order_and_nothing_is_sealed_twice() -> None:
    enter([1, 2, 3])
    assert services.seal(NOW) == 3
    assert services.seal(NOW) == 0
    enter([4])
    assert services.seal(NOW) == 1
    assert first_fault() is None
    assert queries.head(reading()).seq == 4


def test_several_processes_may_seal_at_once(app: Flask) -> None:
    with app.app_context():
        for source in range(40):
            enter([1, 2, 3], source=source)

    def seal(_turn: int) -> int:
        with app.app_context():
            return services.seal(NOW)

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(seal, range(8))) == 120
    with app.app_context():
        assert first_fault() is None
        assert queries.head(reading()).seq == 120


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("statement", "seq", "fault"),
    [
        ("UPDATE ledger_entry SET happened_on = '2026-03-31' WHERE subject_id = 2", 2, Fault.DIGEST),
        ("UPDATE ledger_entry SET subject_id = 9 WHERE subject_id = 3", 3, Fault.DIGEST),
        ("DELETE FROM ledger_seal WHERE seq = 2", 2, Fault.PLACE),
        ("DELETE FROM ledger_seal WHERE seq > 3", 4, Fault.CUT_OFF),
        ("UPDATE ledger_seal SET seal = digest WHERE seq = 1", 1, Fault.CODE),
    ],
)
def test_a_change_past_the_triggers_is_found(statement: str, seq: int, fault: Fault) -> None:
    enter([1, 2, 3, 4, 5])
    services.checkpoint(SYSTEM, NOW)
    tamper(statement)
    assert first_fault() == chain.Found(seq, fault)


@pytest.mark.usefixtures("context")
def test_an_entry_that_another_hand_wrote_is_sealed_and_named() -> None:
    enter([1])
    with transaction() as session:
        row = {c.name: getattr(entries()[0], c.name) for c in LedgerEntry.__table__.columns}
        forged = row | {"id": 99, "token": "f" * 32, "subject_id": 2}
        session.execute(insert(LedgerEntry), [forged])
    services.seal(NOW)
    assert first_fault() == chain.Found(2, Fault.CODE)


@pytest.mark.usefixtures("context")
def test_a_roll_and_its_corrections_are_entered(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("zheng")
    reply = client.post(
        "/training/sessions/new",
        data={
            "organisation": str(cast.organisations["county"]), "held_on": "2026-03-30", "topic": "群团工作",
            "is_on_mass_work": "True", "place": "", "chair_name": "", "materials": "",
        },
    )  # fmt: skip
    session_id = int(reply.location.split("/")[3])
    wang, li = cast.persons["wang"], cast.persons["li"]
    now = datetime.now(UTC)
    training.save_session_roll(
        SYSTEM, session_id, {wang: AttendanceState.PRESENT, li: AttendanceState.LEAVE}, now
    )
    training.save_session_roll(SYSTEM, session_id, {li: AttendanceState.MADE_UP}, now)
    training.save_session_roll(SYSTEM, session_id, {wang: None}, now)
    training.withdraw_session(SYSTEM, session_id, "重复登记", now)
    said = [(each.subject_id, each.body["state"], each.cause) for each in entries()]
    assert said == [
        *sorted([(wang, "present", ""), (li, "leave", "")]),
        (li, "made_up", ""),
        (wang, None, ""),
        (li, None, "重复登记"),
    ]


@pytest.mark.usefixtures("context")
def test_the_outcome_of_a_class_is_entered_with_its_hours(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("he")
    run = client.post("/training/classes/new", data=class_entry(cast)).location
    run_id, chen, now = int(run.split("/")[3]), cast.persons["chen"], datetime.now(UTC)
    training.save_run_roll(SYSTEM, run_id, {chen: ClassOutcome.COMPLETED}, now)
    client.post(f"{run}/edit", data=class_entry(cast, lesson_hours="24"))
    rows = [each for each in entries() if each.kind == EntryKind.CLASS_OUTCOME]
    said = [(each.subject_id, each.body["outcome"], Decimal(each.body["lesson_hours"])) for each in rows]
    assert said == [(chen, "completed", Decimal("30.5")), (chen, "completed", Decimal(24))]
    assert rows[1].corrects == rows[0].token


@pytest.fixture
def exported(app: Flask, tmp_path: Path) -> Path:
    """An export of a ledger of thirty entries with a checkpoint."""
    with app.app_context():
        enter(list(range(1, 31)))
        services.checkpoint(SYSTEM, NOW)
        enter([31, 32])
        result = app.test_cli_runner().invoke(args=["ledger", "export", str(tmp_path / "ledger.jsonl")])
        assert result.output == "written: 32 entries, 1 checkpoints\n", result.output
    return tmp_path / "ledger.jsonl"


def test_an_export_is_verified_without_the_site(exported: Path, tmp_path: Path, app: Flask) -> None:
    key = tmp_path / "key"
    key.write_text(app.config["LEDGER_KEY"])
    words = [sys.executable, "-m", "learning.ledger_verify", str(exported), "--key", str(key)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "in order: 32 entries, 1 checkpoints" in done.stdout


def test_the_verifier_needs_neither_flask_nor_a_database() -> None:
    script = (
        "import sys, learning.ledger_verify\n"
        "assert not {'flask', 'sqlalchemy'} & set(sys.modules), sorted(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_changed_line_of_an_export_is_named(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = exported.read_text().splitlines()
    lines[17] = lines[17].replace("present", "absent")
    exported.write_text("\n".join(lines))
    assert ledger_verify.main([str(exported)]) == 1
    assert capsys.readouterr().out.startswith("entry 17:")


def test_a_cut_off_export_shows_against_a_checkpoint_kept_elsewhere(
    exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = exported.read_text().splitlines()
    kept = tmp_path / "checkpoint.json"
    kept.write_text(lines[-1])
    exported.write_text("\n".join(lines[:20]))
    assert ledger_verify.main([str(exported)]) == 0
    assert ledger_verify.main([str(exported), "--checkpoint", str(kept)]) == 1
    assert "entry 20: entries are missing at the end" in capsys.readouterr().out


def test_a_forged_checkpoint_gives_no_verdict(exported: Path, tmp_path: Path) -> None:
    lines = exported.read_text().splitlines()
    kept = tmp_path / "checkpoint.json"
    kept.write_text(json.dumps(json.loads(lines[-1]) | {"seq": 3}))
    assert ledger_verify.main([str(exported), "--checkpoint", str(kept)]) == 2


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]\n", b"\xff\xfe", b'{"format": "ledger/1"}\n{"seq": 1}', b"{" * 5000]
)
def test_what_is_no_export_gets_a_plain_answer(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    assert ledger_verify.main([str(path)]) in {1, 2}


def test_the_command_names_the_first_bad_entry(app: Flask) -> None:
    runner = app.test_cli_runner()
    with app.app_context():
        enter([1, 2])
        services.seal(NOW)
        assert runner.invoke(args=["ledger", "verify"]).output == "in order: 2 entries, 0 not sealed yet\n"
    with app.app_context():
        tamper("UPDATE ledger_entry SET cause = '!' WHERE subject_id = 2")
        result = runner.invoke(args=["ledger", "verify"])
    assert result.exit_code == 1
    assert result.output == "Error: entry 2: digest\n"


@pytest.mark.usefixtures("context")
def test_an_auditor_checks_signs_and_prints(sign_in: SignIn) -> None:
    client = sign_in("qian")
    assert client.post("/ledger/checkpoints", follow_redirects=True).status_code == 200
    enter([1, 2])
    page = client.post("/ledger/checkpoints", follow_redirects=True)
    [made] = reading().scalars(select(LedgerCheckpoint)).all()
    assert made.digest in page.text
    assert made.signature in page.text
    assert "2 条" in client.post("/ledger/verify", follow_redirects=True).text
    assert client.get("/ledger?page=99999999999999999999").status_code == 200
    assert client.get("/ledger/checkpoints/999").status_code == 404
    assert sign_in("zheng").get("/ledger").status_code == 403


@pytest.mark.usefixtures("context")
def test_moments_keep_their_parts_of_a_second() -> None:
    enter([1])
    with transaction() as session:
        later = NOW + timedelta(microseconds=120_000)
        services.enter(session, SYSTEM, later, EntryKind.ATTENDANCE, [Line(8, person(1), DAY, {"x": 1})])
    services.seal(NOW)
    assert first_fault() is None
    assert reading().scalar(select(LedgerSeal.seq).order_by(LedgerSeal.seq.desc())) == 2
