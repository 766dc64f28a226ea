"""Learners as clients: what each act is on the application and on the floor."""

import html
import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench.fill import ITEMS, Filled, Learner
from bench.wire import Reply, Wire, head_field

_FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
_JSON = "Content-Type: application/json\r\n"
_SET_COOKIE = head_field("set-cookie")
_CSRF = re.compile(r'<input\b[^>]*?\bname="csrf_token"[^>]*?\bvalue="([^"]+)"')
_FIELD = re.compile(r'<input\b[^>]*?\bname="slot-(\d+)(?:-([^"]*))?"(?:[^>]*?\bvalue="([^"]*)")?')


@dataclass
class Browser:
    """A way to a server, and the cookies that came over it."""

    wire: Wire
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    #: What went wrong, for whoever wonders about a count of errors.
    trouble: list[str] = field(default_factory=list)
    _cookie_line: str = ""

    async def get(self, path: str) -> Reply:
        """Get a page."""
        return await self._send("GET", path, "", b"")

    async def get_json(self, path: str) -> Reply:
        """Get what a script of a page asks for."""
        return await self._send("GET", path, "Accept: application/json\r\n", b"")

    async def post_form(self, path: str, **fields: str) -> Reply:
        """Post a form with the token of the last page that had one."""
        body = urlencode({"csrf_token": self.csrf, **fields}).encode()
        return await self._send("POST", path, _FORM, body)

    async def post_json(self, path: str, body: object) -> Reply:
        """Post JSON with that token in a header."""
        head = f"{_JSON}X-CSRFToken: {self.csrf}\r\n"
        return await self._send("POST", path, head, json.dumps(body).encode())

    def forget(self) -> None:
        """Become a browser that was never here; the connection stays."""
        self.cookies, self.csrf, self._cookie_line = {}, "", ""

    async def _send(self, method: str, path: str, head: str, body: bytes) -> Reply:
        try:
            reply = await self.wire.exchange(method, path, self._cookie_line + head, body)
        except OSError as error:
            self.trouble.append(f"{method} {path}: {error!r}")
            raise
        if reply.status >= 400:
            self.trouble.append(f"{method} {path}: {reply.status}")
        for set_cookie in reply.values(_SET_COOKIE):
            name, _, value = set_cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            line = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            self._cookie_line = f"Cookie: {line}\r\n"
        if reply.body.startswith((b"<", b"\n")) and (found := _CSRF.search(reply.text)):
            self.csrf = found[1]
        return reply


#: Name and value of the fields of one slot, any one of which answers it.
Choices = list[tuple[str, str]]


def answers_of(page: str) -> dict[int, Choices]:
    """Return for each slot of a paper the values that answer one field of it."""
    found: dict[int, Choices] = {}
    for number, name, value in _FIELD.findall(page):
        choices = found.setdefault(int(number), [])
        if not choices or choices[0][0] == name:
            choices.append((name, html.unescape(value) or "不知道"))
    return found


class AtApplication:
    """A learner at the application; every act returns whether it came out as it must."""

    #: Where the page of sign-in is.
    door = "/sign-in"

    def __init__(self, wire: Wire, learner: Learner, filled: Filled, sitting: int = 0) -> None:
        self.browser, self.learner, self.filled = Browser(wire), learner, filled
        self.sitting_url = f"/exams/{filled.sitting_ids[sitting]}"
        self.paper_url, self.token, self.seq = "", "", 0
        self.answers: dict[int, Choices] = {}
        #: By key: slot and fields of each answer that the server called saved.
        self.acknowledged: dict[str, tuple[int, list[list[str]]]] = {}
        self.receipt = ""
        self._random, self._sent = random.Random(learner.name), 0

    @property
    def attempt_id(self) -> int:
        """Return the key of the attempt."""
        return int(self.paper_url.rpartition("/")[2])

    def has_sent(self, key: str) -> bool:
        """Return whether an answer was sent under this key, acknowledged or not."""
        attempt, _, number = key.partition("-")
        return attempt == str(self.attempt_id) and number.isdigit() and 0 < int(number) <= self._sent

    async def open_sign_in(self) -> bool:
        """Open the page of sign-in as a stranger."""
        self.browser.forget()
        return (await self.browser.get(self.door)).status == 200

    async def sign_in(self) -> bool:
        """Sign in."""
        sent = {"name": self.learner.name, "password": self.learner.password}
        return (await self.browser.post_form(self.door, **sent)).status == 302

    async def page(self) -> bool:
        """Read a content page."""
        return (await self.browser.get(self.filled.page_url)).status == 200

    async def rules(self) -> bool:
        """Open the page from which the exam is started."""
        return (await self.browser.get(self.sitting_url)).status == 200

    async def seconds_to_wait(self) -> float:
        """Ask in the waiting room how long it takes; 0: the exam has started. Raises ValueError."""
        reply = await self.browser.get_json(f"{self.sitting_url}/waiting")
        if reply.status != 200:
            raise ValueError(f"the waiting room answers {reply.status}")
        told = json.loads(reply.body)
        is_open = told["started"] and told["opens_in"] <= 0
        return 0.0 if is_open else max(0.1, float(told["opens_in"]))

    async def start(self) -> bool:
        """Start a paper."""
        reply = await self.browser.post_form(f"{self.sitting_url}/start")
        self.paper_url = reply.location if "/attempts/" in reply.location else ""
        return bool(self.paper_url)

    async def paper(self) -> bool:
        """Show the paper with all questions."""
        reply = await self.browser.get(self.paper_url)
        token = re.search(r'data-token="([^"]+)"', reply.text)
        self.token, self.answers = html.unescape(token[1]) if token else "", answers_of(reply.text)
        return reply.status == 200 and len(self.answers) == ITEMS

    async def enter(self) -> bool:
        """Take the place from which is written, as the page does when it has loaded."""
        sent = {"token": self.token, "place": "", "page": self.learner.name, "take_over": False}
        reply = await self.browser.post_json(f"{self.paper_url}/enter", sent)
        if reply.status != 200:
            return False
        told = json.loads(reply.body)
        self.token, self.seq = told["token"], told["seq"]
        return True

    def entry(self, slot: int) -> dict[str, Any]:
        """Answer a question, on the page only."""
        self._sent += 1
        name, value = self._random.choice(self.answers[slot])
        return {"key": f"{self.attempt_id}-{self._sent:06}", "slot": slot, "fields": [[name, value]]}

    async def send(self, entries: Sequence[dict[str, Any]]) -> Reply:
        """Send answers; what the server calls saved is noted and, in the end, held against it."""
        body = {"token": self.token, "entries": entries}
        reply = await self.browser.post_json(f"{self.paper_url}/answers", body)
        if reply.status in {200, 409}:
            told = json.loads(reply.body)
            self.seq, saved = told["seq"], set(told["saved"])
            for entry in entries:
                if entry["key"] in saved:
                    self.acknowledged[entry["key"]] = entry["slot"], entry["fields"]
        return reply

    async def save(self, slot: int) -> bool:
        """Save one answer."""
        entry = self.entry(slot)
        return (await self.send([entry])).status == 200 and entry["key"] in self.acknowledged

    async def hand_in(self) -> bool:
        """Hand in; the server scores before it answers."""
        sent = {"token": self.token, "seq": self.seq}
        reply = await self.browser.post_json(f"{self.paper_url}/hand-in", sent)
        told: Mapping[str, str] = json.loads(reply.body) if reply.status == 200 else {}
        self.receipt = told.get("receipt", "")
        return bool(self.receipt)

    async def result(self) -> bool:
        """See what came of it."""
        return (await self.browser.get(f"{self.paper_url}/result")).status == 200


class AtFloor(AtApplication):
    """The same learner at the floor."""

    async def page(self) -> bool:
        """Read a content page."""
        return (await self.browser.get("/pages/1")).status == 200

    async def start(self) -> bool:
        """Start a paper."""
        reply = await self.browser.post_form("/start")
        self.paper_url = reply.location if "/papers/" in reply.location else ""
        return bool(self.paper_url)

    async def paper(self) -> bool:
        """Show the paper with all questions."""
        reply = await self.browser.get(self.paper_url)
        self.answers = answers_of(reply.text)
        return reply.status == 200 and len(self.answers) == ITEMS

    async def save(self, slot: int) -> bool:
        """Save one answer."""
        sent = {"slot": slot, "response": self._random.choice(self.answers[slot])[1]}
        reply = await self.browser.post_json(f"{self.paper_url}/answers", sent)
        return reply.status == 200 and json.loads(reply.body)["saved"] is True

    async def hand_in(self) -> bool:
        """Hand in."""
        return (await self.browser.post_form(f"{self.paper_url}/hand-in")).status == 302


class Stranger:
    """Somebody without cookies who asks the floor for nothing; the application itself has no such page."""

    def __init__(self, wire: Wire) -> None:
        self.browser = Browser(wire)

    async def hello(self) -> bool:
        """Ask for nothing."""
        return (await self.browser.get("/hello")).body == b"hello"
