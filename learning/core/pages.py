"""Pages: language and type size, headers, error pages."""

import hashlib
import logging
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

from babel import Locale
from flask import Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from jinja2 import Template
from sqlalchemy.exc import DBAPIError, IntegrityError
from werkzeug.exceptions import Conflict, HTTPException, InternalServerError, ServiceUnavailable
from whitenoise import WhiteNoise

from learning.config import ROOT
from learning.core import clock, templates
from learning.core.db import give_up_reading, is_taken
from learning.core.logs import request_id
from learning.core.translations import FOLDER, LANGUAGES, compile_catalogues, spoken, translated
from learning.core.urls import local_target

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
LOCALES = {name: Locale.parse(name) for name in LANGUAGES}
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Set up everything that all pages share."""
    templates.init_app(app)
    app.jinja_env.filters.update(moment=moment_text, day=day_text)
    app.context_processor(_frame)
    compile_catalogues()
    Babel(app, locale_selector=_locale, default_translation_directories=str(FOLDER))  # type: ignore[arg-type]
    app.jinja_env.globals.update(_=translated, gettext=translated, asset=asset)
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(DBAPIError, _database_away)
    app.register_error_handler(IntegrityError, _taken)
    app.register_error_handler(Exception, _unexpected)


def language() -> str:
    """Return the language of this request: chosen by cookie, else Chinese."""
    chosen = request.cookies.get("language") if request else None
    return chosen if chosen in LANGUAGES else "zh"


def _locale() -> Locale:
    """Return the language as Flask-Babel wants it in the end; a name it would read anew each time."""
    return LOCALES[language()]


def _frame() -> dict[str, object]:
    """Return what the frame of every page shows."""
    return {"language": spoken(), "type_size": type_size(), "here": here(), "server_now": clock.now()}


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
    """Return the address of a static file with its digest, so that it may be cached for ever.

    Scripts import each other by relative addresses, so they stand in a folder named after all of them.
    """
    if name.startswith("js/"):
        return f"/{scripts_folder()}{name.removeprefix('js/')}"
    digest = hashlib.sha256((ROOT / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@cache
def scripts_folder() -> str:
    """Return under which address the scripts are served; another one as soon as one of them changes."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        digest.update(path.read_bytes())
    return f"static/js-{digest.hexdigest()[:12]}/"


def static_files(app: Callable[..., Any]) -> WhiteNoise:
    """Return the application behind one that answers for static files, which may be cached for ever."""
    files = WhiteNoise(app, root=str(ROOT / "static"), prefix="static/", max_age=31536000)
    files.add_files(str(ROOT / "static" / "js"), prefix=scripts_folder())
    return files


def wants_json() -> bool:
    """Return whether the client is a script of ours and not a person's page."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def error_page(error: HTTPException) -> ResponseReturnValue:
    """Answer an error in the site's language: a page for people, a reason for scripts."""
    if error.response is not None:
        return error.response
    code = error.code or 500
    later = {"Retry-After": "5"} if isinstance(error, ServiceUnavailable) else {}
    if wants_json():
        return jsonify(error=error.name, reason=error.description), code, later
    # Of a site that is in trouble nothing more may be asked than this page itself.
    g.is_bare = code >= 500
    names: list[str | Template] = [f"errors/{code}.html", "errors/error.html"]
    return render_template(names, code=code, request_id=request_id()), code, later


def _database_away(error: DBAPIError) -> ResponseReturnValue:
    # Nothing was stored, and the client must learn so: 503 makes the exam page keep and repeat the answer.
    log.error("database: %s", error)
    give_up_reading()
    return error_page(ServiceUnavailable())


def _taken(error: IntegrityError) -> ResponseReturnValue:
    """Answer whoever was second to add what there may be only once, such as a staff number in two lists."""
    if not is_taken(error):
        return _database_away(error)
    log.warning("added by somebody else first: %s", error.orig)
    return error_page(Conflict())


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("unexpected error")
    return error_page(InternalServerError())


def _add_headers(response: Response) -> Response:
    own = {name.lower() for name, _ in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in own:
            response.headers.add(name, value)
    return response
