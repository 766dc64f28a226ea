"""Commands on the server for exams."""

from pathlib import Path

import click
from flask.cli import AppGroup

from learning.accounts.roles import SYSTEM
from learning.core import clock, signing
from learning.core.db import database
from learning.core.migrations import require_current
from learning.exams.services import evidence
from learning.exams.services.closing import close_overdue

exams = AppGroup("exams", help="Exams.")


@exams.command("close-overdue")
def close() -> None:
    """Close all attempts whose time is over; what had been saved counts."""
    require_current(database().engine)
    click.echo(f"closed: {close_overdue(clock.now())}")


@exams.command("evidence")
@click.argument("attempt", type=int)
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def write_evidence(attempt: int, file: Path) -> None:
    """Write the evidence of ATTEMPT to FILE: all that its score follows from, signed."""
    require_current(database().engine)
    data = evidence.file_of(SYSTEM, attempt, clock.now())
    if data is None:
        raise click.ClickException(f"there is no attempt {attempt}")
    file.write_bytes(data)
    click.echo(f"written: {file}; check it with python -m question_bank.verify {file}")


@exams.command("evidence-key")
def print_key() -> None:
    """Print the public key by which evidence is checked, in hexadecimal."""
    click.echo(signing.public_key())
