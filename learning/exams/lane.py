"""Answer the plain case of saving before Flask looks at it: it is the most frequent request by far.

What it does not understand it hands on with the body as it came, and so is everything that has to be said in
words: the view is the one place for refusals, and since an answer is journalled once by its key, asking it
after the lane has saved does no harm.
"""

import io
import json
import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from learning.core import clock
from learning.core.pages import HEADERS
from learning.exams import answers, rules, tokens
from learning.exams.services import journal
from learning.exams.services.journal import Receipt
from learning.exams.services.writer import Away

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

#: A page sends a few kilobytes; a larger body is read by the view, within its own limit.
LARGEST_BODY = 64 * 1024
_ADDRESS = re.compile(r"/attempts/([0-9]{1,18})/answers")
_PLAIN = {"token", "entries"}
_HEADERS = [*HEADERS.items(), ("Content-Type", "application/json")]
_AWAY = json.dumps({"refused": "away", "message": ""}).encode()


class Lane:
    """A WSGI application in front of another one."""

    def __init__(self, app: Flask, behind: Application) -> None:
        """Save with the database of `app`; hand everything else to what is `behind`."""
        self._app, self._behind = app, behind

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer a plain save, or let the application do it."""
        if environ["REQUEST_METHOD"] != "POST" or not (address := _ADDRESS.fullmatch(environ["PATH_INFO"])):
            return self._behind(environ, start_response)
        length = environ.get("CONTENT_LENGTH", "")
        if not (length.isascii() and length.isdigit() and int(length) <= LARGEST_BODY):
            return self._behind(environ, start_response)
        data = environ["wsgi.input"].read(int(length))
        try:
            with self._app.app_context():
                reply = _reply(data, int(address[1]))
        except Away:
            return _respond(start_response, "503 SERVICE UNAVAILABLE", _AWAY, [("Retry-After", "2")])
        except Exception:
            # The view meets it again, and there it is logged and answered.
            reply = None
        if reply is None:
            return self._behind({**environ, "wsgi.input": io.BytesIO(data)}, start_response)
        return _respond(start_response, "200 OK", reply)


def _reply(data: bytes, attempt_id: int) -> bytes | None:
    """Save what a plain request brings and return the reply, or None where there is more to say."""
    now = clock.now()
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or body.keys() != _PLAIN:
        return None
    attempt_pass, sent = tokens.read(body["token"]), answers.read_entries(body["entries"])
    if attempt_pass is None or sent is None or attempt_pass.attempt_id != attempt_id:
        return None
    receipt = journal.append(attempt_id, attempt_pass.place, sent, now)
    if receipt is None or receipt.refusal is not None or receipt.refused:
        return None
    return _said(receipt)


def _said(receipt: Receipt) -> bytes:
    """Return what the view says of the same receipt."""
    reply = {
        "saved": receipt.saved,
        "rejected": {},
        "seq": receipt.seq,
        "closes_at": receipt.closes_at.isoformat(),
        "seconds_left": rules.seconds_left(receipt.closes_at, clock.now()),
        "errata": receipt.errata,
    }
    return json.dumps(reply).encode()


def _respond(
    start_response: Start, status: str, body: bytes, more: Iterable[tuple[str, str]] = ()
) -> Iterable[bytes]:
    headers = [*_HEADERS, *more, ("Content-Length", str(len(body))), ("X-Request-ID", secrets.token_hex(8))]
    start_response(status, headers)
    return [body]
