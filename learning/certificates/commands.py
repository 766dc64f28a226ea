"""Commands on the server for certificates."""

import click
from flask.cli import AppGroup

from learning.certificates.services import batches
from learning.core import clock
from learning.core.db import database
from learning.core.migrations import require_current

certificates = AppGroup("certificates", help="Certificates.")


@certificates.command("work")
def work() -> None:
    """Issue and print what was asked for, until nothing is left."""
    require_current(database().engine)
    done = 0
    while turn := batches.take_turn(clock.now()):
        done += turn
    click.echo(f"done: {done}")
