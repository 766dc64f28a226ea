"""Say where the time of an act goes: one worker, profiled in this process, without a socket between."""

import asyncio
import cProfile
import io
import os
import pstats
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.acts import deeds
from bench.clients import AtApplication
from bench.databases import Databases
from bench.fill import fill
from bench.report import ACTS
from bench.wire import Reply
from learning.app import create_app

#: Learners who do the act under the profiler, after others have warmed everything up.
LEARNERS, WARM = 16, 4
#: Functions shown.
SHOWN = 60


class InProcess:
    """The application itself, called as a server calls it."""

    def __init__(self, app: Flask, profiler: cProfile.Profile) -> None:
        self._app, self._profiler = app, profiler
        self.is_profiled = False

    async def exchange(self, method: str, path: str, head: str, body: bytes) -> Reply:
        """Call the application; only what happens inside is profiled."""
        address = urlsplit(path)
        lines = [line.partition(": ") for line in head.split("\r\n") if line]
        headers = [(name, value) for name, _, value in lines]
        builder = EnvironBuilder(
            path=address.path, query_string=address.query, method=method, data=body, headers=headers
        )
        environ = builder.get_environ()
        if self.is_profiled:
            self._profiler.enable()
        chunks, status, fields = run_wsgi_app(self._app, environ, buffered=True)
        content = b"".join(chunks)
        self._profiler.disable()
        head = "\r\n".join(f"{name}: {value}" for name, value in fields)
        return Reply(int(status[:3]), head.encode("latin-1"), content)

    def close(self) -> None:
        """Do nothing: there is no connection."""


def profile(act: str, address: str, answers: int) -> str:
    """Return a profile of an act as text, the functions in which most time was spent first."""
    with tempfile.TemporaryDirectory(prefix="learning-bench-") as name, Databases(address, Path(name)) as at:
        url, secret = at.make("profile"), os.urandom(8).hex()
        filled = fill(url, secret, LEARNERS + WARM)
        app = create_app({"DATABASE_URL": url, "SECRET_KEY": secret, "RUN_JOBS": False})
        profiler, requests = cProfile.Profile(), 0
        for number, learner in enumerate(filled.learners):
            wire = InProcess(app, profiler)
            requests += asyncio.run(
                _go(act, AtApplication(wire, learner, filled), wire, number >= WARM, answers)
            )
        app.extensions["database"].engine.dispose()
    text = io.StringIO()
    stats = pstats.Stats(profiler, stream=text).strip_dirs()
    stats.sort_stats("tottime").print_stats(SHOWN).sort_stats("cumulative").print_stats(SHOWN)
    return f"{act}: {requests} requests, times are of all of them together\n{text.getvalue()}"


async def _go(act: str, learner: AtApplication, wire: InProcess, is_counted: bool, answers: int) -> int:
    """Do all acts up to this one; return how many requests of it were profiled."""
    await learner.open_sign_in()
    for each in ACTS[: ACTS.index(act) + 1]:
        wire.is_profiled = is_counted and each == act
        done = [await do() for do in deeds(each, learner, answers)]
        if not all(done):
            raise SystemExit(f"“{each}” did not come out right; there is nothing to profile")
    return len(done) if is_counted else 0
