"""Start page by role, help, privacy notice, display settings, health."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from learning.accounts.access import public, signed_in
from learning.core import clock
from learning.core.db import reading
from learning.core.translations import LANGUAGES
from learning.core.urls import local_target
from learning.exams.words import STANDINGS
from learning.home import queries
from learning.requirements.obligations import BY_CODE

blueprint = Blueprint("home", __name__)
YEAR = 365 * 24 * 3600


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Show what is to be done next."""
    start = None
    if current_user.person_id is not None:
        start = queries.learners_start(reading(), current_user.person_id, clock.today(), clock.now())
    return render_template("home/index.html", start=start, obligations=BY_CODE, standings=STANDINGS)


@blueprint.get("/help")
@public
def help() -> ResponseReturnValue:
    """Explain how the site is used."""
    return render_template("home/help.html")


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Say what is kept about people, why, and for how long."""
    return render_template("home/privacy.html")


@blueprint.post("/display")
@public
def set_display() -> ResponseReturnValue:
    """Choose language or size of type, and go back to the page."""
    reply = redirect(local_target(request.form.get("next")) or url_for("home.index"))
    if request.form.get("language") in LANGUAGES:
        reply.set_cookie("language", request.form["language"], max_age=YEAR, samesite="Lax")
    if request.form.get("type") in {"normal", "large"}:
        reply.set_cookie("type", request.form["type"], max_age=YEAR, samesite="Lax")
    return reply


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Tell a monitor whether the site can work: the database answers and its schema is current."""
    if not queries.is_up_to_date(reading()):
        abort(503)
    return {"status": "ok"}
