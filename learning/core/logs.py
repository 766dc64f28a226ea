"""Log lines that carry the id of their request."""

import logging
import secrets
import sys

from flask import Flask, Response, g, has_request_context


class RequestIdFilter(logging.Filter):
    """Put the id of the current request on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mark the record; never drop it."""
        record.request_id = request_id() or "-"
        return True


def request_id() -> str:
    """Return the id of the current request, or nothing outside one."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    found: str = g.request_id
    return found


def init_app(app: Flask) -> None:
    """Log to standard error with request ids, and tell the client the id of its request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s")
    )
    handler.addFilter(RequestIdFilter())
    # The logger of the whole package, so that the lines of every feature carry the id.
    package = logging.getLogger("learning")
    package.handlers = [handler]
    package.setLevel(logging.INFO)
    app.logger.handlers = []
    app.after_request(_tell_id)


def _tell_id(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    return response
