"""Pages: where templates are found, language and type size, assets, headers, error pages."""

import hashlib
import logging
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, Template
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from learning.config import ROOT
from learning.core import clock
from learning.core.db import give_up_reading
from learning.core.logs import request_id
from learning.core.states import STATES
from learning.core.translations import compile_catalogues, translated
from learning.core.urls import local_target

LANGUAGES = ("zh", "en")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Pages show personal records; a shared computer's back button must not bring them up again.
    "Cache-Control": "no-store",
}
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Set up everything that all pages share."""
    folder = Path(__file__).parent.parent
    features = {path.parent.name: path for path in folder.glob("*/templates")}
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(folder / "templates"),
            PrefixLoader({name: FileSystemLoader(path) for name, path in features.items()}),
            PrefixLoader({"types": FileSystemLoader(ROOT / "question_bank" / "types")}),
        ]
    )
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(moment=moment_text, day=day_text)
    app.jinja_env.globals.update(asset=asset, known_states=STATES, url_for=_address_of())
    app.context_processor(_frame)
    compile_catalogues()
    Babel(app, locale_selector=language, default_translation_directories=str(folder / "translations"))
    app.jinja_env.globals.update(_=translated, gettext=translated)
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(DBAPIError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def _address_of() -> Callable[..., str]:
    """Return `url_for` for templates: addresses without values are few and, below one mount point, fixed."""

    @lru_cache(maxsize=1024)
    def fixed(endpoint: str, _root: str) -> str:
        return url_for(endpoint)

    def address_of(endpoint: str, **values: Any) -> str:
        if values or endpoint.startswith("."):
            return url_for(endpoint, **values)
        return fixed(endpoint, request.script_root)

    return address_of


def language() -> str:
    """Return the language of this request: chosen by cookie, else Chinese."""
    chosen = request.cookies.get("language") if request else None
    return chosen if chosen in LANGUAGES else "zh"


def _frame() -> dict[str, object]:
    """Return what the frame of every page shows."""
    return {"language": language(), "type_size": type_size(), "here": here(), "server_now": clock.now()}


def here() -> str:
    """Return where a switch of language leads back to: this page, or the one whose form was sent here."""
    if request.method == "GET" or (request.url_rule and "GET" in (request.url_rule.methods or ())):
        return request.full_path.rstrip("?")
    return local_target((request.referrer or "").removeprefix(request.host_url.rstrip("/"))) or ""


def type_size() -> str:
    """Return the chosen size of type: normal or large."""
    return "large" if request.cookies.get("type") == "large" else "normal"


def moment_text(moment: datetime | None) -> str:
    """Return a moment as shown on screen: Asia/Shanghai, to the minute."""
    return "" if moment is None else moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def day_text(day: date | datetime | None) -> str:
    """Return a day as shown on screen; of a moment, its day in Asia/Shanghai."""
    if day is None:
        return ""
    return (clock.day_of(day) if isinstance(day, datetime) else day).isoformat()


@cache
def asset(name: str) -> str:
    """Return the address of a static file with its digest, so that it may be cached for ever."""
    digest = hashlib.sha256((ROOT / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def wants_json() -> bool:
    """Return whether the client is a script of ours and not a person's page."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def error_page(error: HTTPException) -> ResponseReturnValue:
    """Answer an error in the site's language: a page for people, a reason for scripts."""
    if error.response is not None:
        return error.response
    code = error.code or 500
    if wants_json():
        reply: ResponseReturnValue = (jsonify(error=error.name, reason=error.description), code)
        return reply
    # Of a site that is in trouble nothing more may be asked than this page itself.
    g.is_bare = code >= 500
    templates: list[str | Template] = [f"errors/{code}.html", "errors/error.html"]
    page = Response(render_template(templates, code=code, request_id=request_id()), status=code)
    if isinstance(error, ServiceUnavailable):
        page.headers["Retry-After"] = "5"
    return page


def _database_away(error: DBAPIError) -> ResponseReturnValue:
    # Nothing was stored, and the client must learn so: 503 makes the exam page keep and repeat the answer.
    log.error("database: %s", error)
    give_up_reading()
    return error_page(ServiceUnavailable())


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("unexpected error")
    return error_page(InternalServerError())


def _add_headers(response: Response) -> Response:
    own = {name.lower() for name, _ in response.headers}
    response.headers.extend((name, value) for name, value in HEADERS.items() if name.lower() not in own)
    return response
