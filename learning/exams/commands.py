"""Commands on the server for exams."""

import click
from flask.cli import AppGroup

from learning.core import clock
from learning.core.db import database
from learning.core.migrations import require_current
from learning.exams.services.closing import close_overdue

exams = AppGroup("exams", help="Exams.")


@exams.command("close-overdue")
def close() -> None:
    """Close all attempts whose time is over; what had been saved counts."""
    require_current(database().engine)
    click.echo(f"closed: {close_overdue(clock.now())}")
