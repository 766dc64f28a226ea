"""Learners as clients: what each act is on the application and on the floor."""

import html
import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.fill import ITEMS, Filled, Learner

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON = {"Content-Type": "application/json"}
_CSRF = re.compile(r'<input\b[^>]*?\bname="csrf_token"[^>]*?\bvalue="([^"]+)"')
_FIELD = re.compile(r'<input\b[^>]*?\bname="slot-(\d+)(?:-([^"]*))?"(?:[^>]*?\bvalue="([^"]*)")?')


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    location: str
    text: str


@dataclass
class Browser:
    """One connection kept open, and its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Reply:
        """Get a page."""
        return self._send("GET", path, None, {})

    def post_form(self, path: str, **fields: str) -> Reply:
        """Post a form with the token of the last page that had one."""
        return self._send("POST", path, urlencode({"csrf_token": self.csrf, **fields}), _FORM)

    def post_json(self, path: str, body: object) -> Reply:
        """Post JSON with that token in a header."""
        return self._send("POST", path, json.dumps(body), {**_JSON, "X-CSRFToken": self.csrf})

    def forget(self) -> None:
        """Become a browser that was never here; the connection stays."""
        self.cookies, self.csrf = {}, ""

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Reply:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        data = body.encode() if body is not None else None
        self._connection.request(method, path, data, {"Cookie": cookies, **headers})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for set_cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = set_cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if found := _CSRF.search(text):
            self.csrf = found[1]
        return Reply(answer.status, answer.headers.get("Location", ""), text)


def answers_of(page: str) -> dict[int, tuple[str, str]]:
    """Return for each slot of a paper a field and a value that answer it."""
    found: dict[int, tuple[str, str]] = {}
    for number, name, value in _FIELD.findall(page):
        found.setdefault(int(number), (name, html.unescape(value) or "不知道"))
    return found


class AtApplication:
    """A learner at the application; every act returns whether it came out as it must."""

    def __init__(self, port: int, learner: Learner, filled: Filled) -> None:
        self.browser, self.learner, self.filled = Browser(port), learner, filled
        self.paper_url, self.token, self.seq, self.acknowledged = "", "", 0, 0
        self.answers: dict[int, tuple[str, str]] = {}

    def open_sign_in(self) -> bool:
        """Open the page of sign-in as a stranger; not measured."""
        self.browser.forget()
        return self.browser.get("/sign-in").status == 200

    def sign_in(self) -> bool:
        """Sign in."""
        sent = {"name": self.learner.name, "password": self.learner.password}
        return self.browser.post_form("/sign-in", **sent).status == 302

    def page(self) -> bool:
        """Read a content page."""
        return self.browser.get(self.filled.page_url).status == 200

    def start(self) -> bool:
        """Start a paper."""
        reply = self.browser.post_form(f"/exams/{self.filled.sitting_id}/start")
        self.paper_url = reply.location
        return reply.status == 302 and "/attempts/" in reply.location

    def paper(self) -> bool:
        """Show the paper with all questions."""
        reply = self.browser.get(self.paper_url)
        token = re.search(r'data-token="([^"]+)"', reply.text)
        self.token, self.answers = token[1] if token else "", answers_of(reply.text)
        return reply.status == 200 and len(self.answers) == ITEMS

    def save(self, slot: int) -> bool:
        """Save one answer."""
        key = f"{self.paper_url.rpartition('/')[2]}-{slot}-{self.seq}"
        entry = {"key": key, "slot": slot, "fields": [list(self.answers[slot])]}
        reply = self.browser.post_json(f"{self.paper_url}/answers", {"token": self.token, "entries": [entry]})
        if reply.status != 200:
            return False
        body = json.loads(reply.text)
        self.seq = body["seq"]
        self.acknowledged += body["saved"] == [key]
        return bool(body["saved"] == [key])

    def hand_in(self) -> bool:
        """Hand in; the server scores before it answers."""
        reply = self.browser.post_form(f"{self.paper_url}/submit", seq=str(self.seq))
        return reply.status == 302 and reply.location.endswith("/result")

    def hello(self) -> bool:
        """Ask for nothing; only the floor answers that."""
        return self.browser.get("/hello").text == "hello"


class AtFloor(AtApplication):
    """The same learner at the floor."""

    def page(self) -> bool:
        """Read a content page."""
        return self.browser.get("/pages/1").status == 200

    def start(self) -> bool:
        """Start a paper."""
        reply = self.browser.post_form("/start")
        self.paper_url = reply.location
        return reply.status == 302 and "/papers/" in reply.location

    def paper(self) -> bool:
        """Show the paper with all questions."""
        reply = self.browser.get(self.paper_url)
        self.answers = answers_of(reply.text)
        return reply.status == 200 and len(self.answers) == ITEMS

    def save(self, slot: int) -> bool:
        """Save one answer."""
        sent = {"slot": slot, "response": self.answers[slot][1]}
        reply = self.browser.post_json(f"{self.paper_url}/answers", sent)
        return reply.status == 200 and json.loads(reply.text)["saved"] is True

    def hand_in(self) -> bool:
        """Hand in."""
        reply = self.browser.post_form(f"{self.paper_url}/hand-in")
        return reply.status == 302
