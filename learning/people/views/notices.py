"""The page on which people read what they were told."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.urls import key_from
from learning.people import queries
from learning.people.services import notices as services
from learning.people.views.pages import blueprint


@blueprint.get("/notices")
@requires(Role.LEARNER)
def notices() -> ResponseReturnValue:
    """Show what the person was told, newest first."""
    page = queries.notices_of(reading(), access.person_id(), key_from(request.args.get("page")) or 1)
    return render_template(
        "people/notices.html", page=page, unread=[each for each in page.rows if each.read_at is None]
    )


@blueprint.post("/notices/read")
@requires(Role.LEARNER)
def read_notices() -> ResponseReturnValue:
    """Note that all notices up to the newest on the page were read; what came since stays unread."""
    services.mark_read(access.person_id(), key_from(request.form.get("newest")) or 0, clock.now())
    return redirect(url_for("people.notices"))
