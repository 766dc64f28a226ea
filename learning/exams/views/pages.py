"""The one blueprint of all exam pages, with the commands on the server."""

from flask import Blueprint

from learning.exams.commands import exams

blueprint = Blueprint("exams", __name__, cli_group=None)
blueprint.cli.add_command(exams)
