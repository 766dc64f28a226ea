"""The server is killed while learners answer: what it acknowledged is there afterwards."""

import json
import re
import sqlite3
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from learning.demonstration import PASSWORD
from tests.journeys.conftest import Site

LEARNERS = ("xuexi", "renzhen", "wushi", "lianxi")
CUTS = 3


class Learner(threading.Thread):
    """Somebody who answers as fast as the server takes it, and remembers what was acknowledged."""

    def __init__(self, site: Site, name: str) -> None:
        """Sign in and open the final exam."""
        super().__init__(daemon=True)
        self.site = site
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.acknowledged: dict[str, str] = {}
        self.is_done = threading.Event()
        self._post("/sign-in", name=name, password=PASSWORD)
        exams = self._get("/exams")
        final = max(re.findall(r'href="(/exams/\d+)"', exams), key=lambda path: int(path.rsplit("/", 1)[1]))
        page = self._post(f"{final}/start", page=final)
        self.answers = _attribute(page, "answers")
        self.token = _attribute(page, "token")
        self.attempt = int(_attribute(page, "attempt"))
        self.slots = [int(slot) for slot in re.findall(r'name="slot-(\d+)"[^>]*value="A"', page)]
        assert self.slots

    def _get(self, path: str) -> str:
        return self.browser.open(self.site.url + path, timeout=10).read().decode()

    def _post(self, path: str, page: str = "", **fields: str) -> str:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self._get(page or path))
        assert token
        data = urllib.parse.urlencode(fields | {"csrf_token": token[1]}).encode()
        return self.browser.open(self.site.url + path, data, timeout=30).read().decode()

    def run(self) -> None:
        """Save answer after answer; one that was not acknowledged is not counted on."""
        number = 0
        while not self.is_done.is_set():
            number += 1
            key, letter = f"{self.attempt}-{number:08}", "AB"[number % 2]
            entry = {"key": key, "slot": self.slots[number % len(self.slots)], "fields": [["", letter]]}
            try:
                reply = self._send(entry)
            except (OSError, ValueError):
                time.sleep(0.05)
                continue
            if key in reply.get("saved", []):
                self.acknowledged[key] = letter

    def _send(self, entry: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps({"token": self.token, "entries": [entry]}).encode()
        request = urllib.request.Request(
            self.site.url + self.answers, body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=5) as reply:
            found: dict[str, Any] = json.load(reply)
        return found


def _attribute(page: str, name: str) -> str:
    found = re.search(rf'data-{name}="([^"]+)"', page)
    assert found, name
    return found[1]


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A site that may be killed without harm to other stories."""
    site = Site(tmp_path)
    site.start("--demonstration")
    yield site
    site.stop()


def test_what_was_acknowledged_before_a_power_cut_is_there_after_it(own_site: Site, tmp_path: Path) -> None:
    learners = [Learner(own_site, name) for name in LEARNERS]
    for learner in learners:
        learner.start()
    for _ in range(CUTS):
        time.sleep(1.5)
        own_site.kill()
        own_site.start()
    time.sleep(1)
    for learner in learners:
        learner.is_done.set()
        learner.join(20)
    own_site.kill()

    acknowledged = {key: letter for learner in learners for key, letter in learner.acknowledged.items()}
    assert len(acknowledged) > 20
    with sqlite3.connect(tmp_path / "site.sqlite3") as database:
        stored = dict(database.execute("SELECT key, response FROM journal_entry"))
    lost = {
        key
        for key, letter in acknowledged.items()
        if json.loads(stored.get(key, "{}")).get("value") != letter
    }
    assert not lost, f"{len(lost)} of {len(acknowledged)} acknowledged answers are lost"
