"""The one blueprint of all exam pages, with the commands on the server."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable

from learning.core.pages import error_page
from learning.exams.commands import exams
from learning.exams.services.writer import Away

blueprint = Blueprint("exams", __name__, cli_group=None)
blueprint.cli.add_command(exams)


@blueprint.errorhandler(Away)
def _away(_error: Away) -> ResponseReturnValue:
    # Also for a page without scripts: what it sent is not stored, and it has to learn so.
    return error_page(ServiceUnavailable())
