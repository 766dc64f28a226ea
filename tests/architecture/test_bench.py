"""The benchmark still does every act; how long they take is for `./manage bench` to say."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from bench import acts, checks, exam_day, floor
from bench.clients import AtApplication, AtFloor, Stranger
from bench.fill import Filled, fill
from bench.report import ACTS, ONLY_HERE, Sample, Turn, table
from bench.wire import Connection
from learning.app import create_app
from tests.apart import apart

SECRET = "only-for-tests"


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Serve an application from a thread; give its port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where both databases are."""
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def filled(folder: Path) -> Filled:
    """The database of the application with one learner, and what is in it."""
    return fill(f"sqlite:///{folder}/site.db", SECRET, learners=1)


async def outcomes(learner: AtApplication, names: list[str]) -> dict[str, list[bool]]:
    """Go through acts; return whether each request came out right."""
    assert await learner.open_sign_in()
    done = {}
    for act in names:
        done[act] = [await do() for do in acts.deeds(act, learner, answers=3)]
    learner.browser.wire.close()
    return done


def test_every_act_comes_out_right_at_the_application(folder: Path, filled: Filled) -> None:
    url = f"sqlite:///{folder}/site.db"
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": SECRET, "RUN_JOBS": False})
    with served(app) as port:
        learner = AtApplication(Connection(port), filled.learners[0], filled)
        done = apart(lambda: asyncio.run(outcomes(learner, list(ACTS))))
    app.extensions["database"].engine.dispose()
    assert {act: all(each) for act, each in done.items()} == dict.fromkeys(ACTS, True)
    found = checks.check(url, [learner])
    assert (found.acknowledged, found.entries, found.results) == (3, 3, 1)
    assert found.is_sound


def test_what_is_not_stored_as_it_was_acknowledged_is_found(folder: Path, filled: Filled) -> None:
    learner = AtApplication(Connection(0), filled.learners[0], filled)
    learner.paper_url, learner.receipt = "/attempts/1", "handed in"
    learner.acknowledged = {"1-000001": (1, [["", "B"]]), "1-000009": (1, [["", "A"]])}
    found = checks.check(f"sqlite:///{folder}/site.db", [learner])
    assert "1-000009 is not stored" in found.lost
    assert not found.is_sound
    # Of the three entries none was sent by this one.
    assert len(found.surplus) == 3


def test_every_act_comes_out_right_at_the_floor(
    folder: Path, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{folder}/floor.db"
    accounts = [(each.name, filled.password_hash) for each in filled.learners]
    floor.fill(url, accounts, filled.page_html, [acts.for_floor(each) for each in filled.items])
    monkeypatch.setenv("FLOOR_DATABASE", url)
    monkeypatch.setenv("FLOOR_SECRET", SECRET)
    app = floor.create_app()
    names = [act for act in ACTS if act not in ONLY_HERE]

    async def go(port: int) -> dict[str, list[bool]]:
        stranger = Stranger(Connection(port))
        assert await stranger.hello()
        stranger.browser.wire.close()
        return await outcomes(AtFloor(Connection(port), filled.learners[0], filled), names)

    with served(app) as port:
        done = apart(lambda: asyncio.run(go(port)))
    app.extensions["engine"].dispose()
    assert {act: all(each) for act, each in done.items()} == dict.fromkeys(names, True)


def test_an_exam_day_of_three_learners_loses_nothing() -> None:
    words = ["--learners 3 --answers 3 --rounds 1 --clients 1 --turn-learners 1 --few 1 --many 2 --saves 4"]
    words += ["--wait 1 --scale 5000 --prepare 0 --bank 0"]
    options = exam_day.options_of(" ".join(words).split())
    measured, facts = apart(lambda: exam_day.run(options))
    assert measured.errors == 0
    assert measured.findings.is_sound, checks.told(measured.findings)
    # Each of the day saved every answer twice; those of the two rounds and of the crowd come on top.
    assert measured.findings.acknowledged >= 3 * 2 * 3
    told = exam_day.printed(measured, options)
    assert "save as fast as possible | 9 |" in told
    assert facts["database"] == "SQLite"
    assert exam_day.as_json(measured, facts, options)["day"]["acts"]


def test_the_ratio_is_taken_within_a_round() -> None:
    def sample(cpu_ms: float) -> Sample:
        return Sample(
            requests=1, errors=0, per_second=1, p50_ms=1, p95_ms=1, p99_ms=1, cpu_ms=cpu_ms, client_cpu_ms=0
        )

    # The machine was twice as slow in the second round; the ratio is the same.
    rounds = [
        [Turn(act, sample(6 * slow), sample(slow), sample(3 * slow)) for act in ACTS] for slow in (1, 2)
    ]
    rows = table(rounds, answers=50).splitlines()[2 : 2 + len(ACTS)]
    assert all("| 6.00 [6.00–6.00]" in row for row in rows)
    assert sum("2.00 [2.00–2.00] |" in row for row in rows) == len(ACTS) - len(ONLY_HERE)
