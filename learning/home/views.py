"""Start page by role, help, privacy notice, display settings, health."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.access import public, signed_in
from learning.core.pages import LANGUAGES
from learning.core.urls import local_target

blueprint = Blueprint("home", __name__)
YEAR = 365 * 24 * 3600


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Show what is to be done next."""
    return render_template("home/index.html")


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
