"""The production server on the stocked database of the tests, behind a proxy that breaks what passes."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from learning.app import create_app
from learning.core import clock, migrations
from learning.core.db import database
from question_bank import types
from tests import stock
from tests.cast import Cast
from tests.journeys.conftest import Site
from tests.journeys.faults.proxy import FaultProxy
from tests.learning.exams import stories

SECRET = "journey"
# Other work on the same machine may make everything slower, but nothing different.
expect.set_options(timeout=15_000)

#: Three questions of each way to answer; the last two slots hold text.
PAPER = {
    "cells": [
        {"types": ["single_choice"], "count": 2, "marks": "2"},
        {"types": ["multiple_choice"], "count": 1, "marks": "2"},
        {"types": ["matching"], "count": 1, "marks": "2"},
        {"types": ["fill_blank"], "count": 1, "marks": "2"},
        {"types": ["short_answer"], "count": 1, "marks": "4"},
    ]
}
TEXT = 6


@dataclass
class Hall:
    """The place where the stories happen: server, proxy, and the application to look into its database."""

    site: Site
    app: Flask
    cast: Cast
    proxy: FaultProxy

    def cookie(self, name: str, idle_minutes: int = 0, browser: str = "browser") -> str:
        """Return the session of somebody who signed in and was last seen some minutes ago."""
        moment = int(clock.now().timestamp())
        session = {
            "_user_id": f"{self.cast.accounts[name]}.0",
            "signed_in_at": moment - 60 * idle_minutes,
            "seen_at": moment - 60 * idle_minutes,
            "browser": f"{browser}-of-{name}",
        }
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None
        return str(signer.dumps(session))

    def attempt(self, name: str = "wang", started_before: float = 0, **settings: Any) -> int:
        """Start an attempt at an exam of its own, some seconds ago."""
        moment = stories.now() - stories.timedelta(seconds=started_before)
        with self.app.app_context():
            story = stories.sitting(self.cast, settings.pop("blueprint", PAPER), **settings)
            return stories.start(self.cast, story, name, moment)

    def journal(self, attempt_id: int) -> list[tuple[str, int, Any]]:
        """Return key, slot and response of all that is in the journal."""
        with self.app.app_context():
            return [
                (entry.key, entry.slot_number, entry.response["value"])
                for entry in stories.journal(attempt_id)
            ]

    def answers(self, attempt_id: int) -> dict[int, Any]:
        """Return the response that counts for each slot."""
        return {slot: response for _, slot, response in self.journal(attempt_id)}


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """One server and one proxy for all stories of faults."""
    site = Site(tmp_path_factory.mktemp("hall"))
    app = create_app({"DATABASE_URL": site.database_url, "SECRET_KEY": SECRET})
    with app.app_context():
        migrations.upgrade(database().engine)
        cast = stock.fill()
    site.start(SECRET_KEY=SECRET, JOBS_EVERY_SECONDS="2")
    proxy = FaultProxy(site.port)
    yield Hall(site, app, cast, proxy)
    proxy.close()
    site.stop()


@dataclass
class Desk:
    """A browser on a device of its own, and what its learner does in it."""

    hall: Hall
    context: BrowserContext
    page: Page
    attempt_id: int
    #: What the browser complained about; refused requests are what the stories are about.
    complaints: list[str] = field(default_factory=list)

    def open(self) -> "Desk":
        """Open the exam."""
        self.page.goto(f"/attempts/{self.attempt_id}")
        return self

    def question(self, slot: int) -> Locator:
        """Return a question."""
        return self.page.locator(f"#question-{slot}")

    def choose(self, slot: int, choice: int) -> None:
        """Choose at a question."""
        self.question(slot).locator(".choice").nth(choice).click()

    def write(self, text: str, slot: int = TEXT) -> None:
        """Write an answer in words."""
        self.question(slot).locator("textarea").fill(text)

    def ask(self) -> None:
        """Have the page ask the server now, not only after its ten seconds."""
        self.page.evaluate("window.dispatchEvent(new Event('online'))")

    def expect_state(self, slot: int, state: str, seconds: float = 15) -> None:
        """Wait until a question is shown so."""
        shown = self.question(slot).locator(".question-state")
        expect(shown).to_have_attribute("data-state", state, timeout=seconds * 1000)

    def expect_all_saved(self, seconds: float = 15) -> None:
        """Wait until the page says that everything is saved."""
        expect(self.page.locator("#exam-state")).to_have_attribute(
            "data-state", "saved", timeout=seconds * 1000
        )

    def expect_message(self, text: str, seconds: float = 15) -> None:
        """Wait for words in the message below the bar."""
        expect(self.page.locator("#exam-message")).to_contain_text(text, timeout=seconds * 1000)

    def wait_until_entered(self) -> None:
        """Wait until the page has its place and has asked for the first time."""
        expect(self.page.locator("#exam")).to_have_attribute("data-mode", "open", timeout=15_000)
        self.ask()
        for _ in range(100):
            if self.page.evaluate(HAS_ASKED):
                return
            self.page.wait_for_timeout(50)

    def has_place(self) -> bool:
        """Return whether the page is the one that may write; another one hears so within ten seconds."""
        place = self.page.evaluate("(name) => sessionStorage.getItem(name)", f"exam-place-{self.attempt_id}")
        with self.hall.app.app_context():
            return bool(place == stories.place(self.attempt_id))

    def shown_as_saved(self) -> dict[int, Any]:
        """Return the response that stands in each question which the page shows as saved."""
        found = self.page.evaluate(READ_PAGE)
        return {
            question["slot"]: types.get(question["type"]).read_response(
                [tuple(f) for f in question["fields"]]
            )
            for question in found
            if question["state"] == "saved"
        }


HAS_ASKED = "performance.getEntriesByType('resource').some((each) => each.name.endsWith('/answers'))"
#: All questions with what stands in them, read by other means than those of the page itself.
READ_PAGE = """() => [...document.querySelectorAll('[data-slot]')].map((article) => {
  const prefix = 'slot-' + article.dataset.slot;
  const inputs = [...article.querySelectorAll('input, select, textarea')]
    .filter((each) => each.name.startsWith(prefix));
  const given = inputs.filter((each) => !['radio', 'checkbox'].includes(each.type) || each.checked);
  return {
    slot: Number(article.dataset.slot),
    type: article.dataset.type,
    state: article.querySelector('.question-state').dataset.state,
    fields: given.map((each) => [each.name.slice(prefix.length + 1), each.value]),
  };
})"""


@pytest.fixture
def sit(hall: Hall, browser: Browser) -> Iterator[Callable[..., Desk]]:
    """Return a device on which somebody sits an attempt. In the end page and journal are compared."""
    desks: list[Desk] = []
    hall.proxy.heal()

    def sit_down(attempt_id: int, width: int = 1280, device: str = "browser", name: str = "wang") -> Desk:
        context = browser.new_context(
            base_url=hall.proxy.url, viewport={"width": width, "height": 900}, locale="zh-CN"
        )
        cookie = hall.cookie(name, browser=device)
        context.add_cookies([{"name": "session", "value": cookie, "url": hall.proxy.url}])
        context.set_default_timeout(15_000)
        desk = Desk(hall, context, context.new_page(), attempt_id)
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        desks.append(desk)
        return desk

    yield sit_down
    try:
        for desk in desks:
            assert desk.complaints == []
            compare(desk)
        compare_acknowledged(hall, {desk.attempt_id for desk in desks})
    finally:
        for desk in desks:
            desk.context.close()


def compare(desk: Desk) -> None:
    """Check that whatever the page shows as saved is in the journal, and counts while the page may write."""
    if desk.page.is_closed() or not desk.page.locator("#exam").count():
        return
    journal = [(slot, response) for _, slot, response in desk.hall.journal(desk.attempt_id)]
    answers = desk.hall.answers(desk.attempt_id)
    for slot, response in desk.shown_as_saved().items():
        assert (slot, response) in journal
        assert not desk.has_place() or response == answers[slot]


def compare_acknowledged(hall: Hall, attempt_ids: set[int]) -> None:
    """Check that every answer that the browser was told is saved stands in the journal, once."""
    for attempt_id in attempt_ids:
        keys = [key for key, _, _ in hall.journal(attempt_id)]
        assert len(keys) == len(set(keys))
        acknowledged = {
            key
            for exchange in hall.proxy.exchanges
            if exchange.path == f"/attempts/{attempt_id}/answers" and exchange.status in {200, 409}
            for key in _saved(exchange.reply)
        }
        assert acknowledged <= set(keys), "acknowledged, but not in the journal"


def _saved(reply: bytes) -> list[str]:
    try:
        found: list[str] = json.loads(reply).get("saved", [])
    except ValueError:
        return []
    return found


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def screenshot(page: Page, folder: Path, name: str) -> None:
    """Keep a picture, for whoever looks into a story."""
    page.screenshot(path=folder / f"{name}.png")
