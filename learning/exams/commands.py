"""Commands on the server for exams."""

import click
from flask.cli import AppGroup

from learning.core import clock
from learning.exams.services.closing import close_overdue

exams = AppGroup("exams", help="Exams.")


@exams.command("close-overdue")
def close() -> None:
    """Close all attempts whose time is over; what had been saved counts."""
    click.echo(f"closed: {close_overdue(clock.now())}")
