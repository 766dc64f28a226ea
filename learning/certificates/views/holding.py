"""The page on which people see what was issued to them."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.certificates import words
from learning.certificates.queries import records
from learning.certificates.views.pages import blueprint
from learning.core.db import reading


@blueprint.get("/certificates/mine")
@requires(Role.LEARNER)
def mine() -> ResponseReturnValue:
    """List one's own certificates."""
    return render_template(
        "certificates/mine.html",
        issued=records.certificates_of(reading(), access.person_id()),
        words=words,
        breadcrumbs=[(url_for("home.index"), _("Home")), (request.path, _("My certificates"))],
    )
