"""The benchmark still does every act; how long they take is for `./manage bench` to say."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from bench import acts, floor
from bench.clients import AtApplication, AtFloor
from bench.fill import Filled, fill
from bench.report import ACTS, Sample, Turn, table
from learning.app import create_app

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


def outcomes(learner: AtApplication) -> dict[str, list[bool]]:
    """Go through all acts; return whether each request came out right."""
    assert learner.open_sign_in()
    done = {act: [do() for do in acts.requests_of(act, learner, answers=3)] for act in ACTS}
    learner.browser.close()
    return done


def test_every_act_comes_out_right_at_the_application(folder: Path, filled: Filled) -> None:
    app = create_app({"DATABASE_URL": f"sqlite:///{folder}/site.db", "SECRET_KEY": SECRET, "RUN_JOBS": False})
    with served(app) as port:
        learner = AtApplication(port, filled.learners[0], filled)
        assert {act: all(done) for act, done in outcomes(learner).items()} == dict.fromkeys(ACTS, True)
    app.extensions["database"].engine.dispose()
    assert learner.acknowledged == 3
    # Three answers and the result: what was acknowledged is stored.
    assert acts.stored(folder / "site.db") == 4


def test_every_act_comes_out_right_at_the_floor(
    folder: Path, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(folder / "floor.db")
    accounts = [(each.name, each.password_hash) for each in filled.learners]
    floor.fill(path, accounts, filled.page_html, [acts.for_floor(each) for each in filled.items])
    monkeypatch.setenv("FLOOR_DATABASE", path)
    monkeypatch.setenv("FLOOR_SECRET", SECRET)
    app = floor.create_app()
    with served(app) as port:
        learner = AtFloor(port, filled.learners[0], filled)
        assert {act: all(done) for act, done in outcomes(learner).items()} == dict.fromkeys(ACTS, True)
        assert learner.hello()
        learner.browser.close()
    app.extensions["engine"].dispose()


def test_the_ratio_is_taken_within_a_round() -> None:
    def sample(cpu_ms: float) -> Sample:
        return Sample(requests=1, errors=0, per_second=1, p50_ms=1, p95_ms=1, cpu_ms=cpu_ms)

    # The machine was twice as slow in the second round; the ratio is the same.
    rounds = [
        [Turn(act, sample(6 * slow), sample(slow), sample(3 * slow)) for act in ACTS] for slow in (1, 2)
    ]
    for row in table(rounds, answers=50).splitlines()[2 : 2 + len(ACTS)]:
        assert "2.00 [2.00–2.00] | 6.00 [6.00–6.00]" in row
