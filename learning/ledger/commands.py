"""Commands on the server for the ledger."""

from datetime import UTC
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from learning.accounts.roles import SYSTEM
from learning.core import clock
from learning.core.db import database, reading
from learning.core.migrations import require_current
from learning.core.signing import public_key
from learning.ledger import chain, export, queries, services
from learning.ledger.models import LedgerCheckpoint

ledger = AppGroup("ledger", help="The ledger of completions.")


@ledger.command("seal")
def seal() -> None:
    """Give every new entry its place in the chain."""
    require_current(database().engine)
    click.echo(f"sealed: {services.seal(clock.now())}")


@ledger.command("verify")
def verify() -> None:
    """Check the whole chain with its key and all checkpoints; name the first entry not in order."""
    require_current(database().engine)
    session = reading()
    found = chain.first_fault(queries.chain(session), services.key(), queries.kept(session))
    if found:
        raise click.ClickException(f"entry {found.seq}: {found.fault}")
    click.echo(f"in order: {queries.head(session).seq} entries, {queries.waiting(session)} not sealed yet")


@ledger.command("checkpoint")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def checkpoint(file: Path) -> None:
    """Sign the end of the chain and write that into a file, to be kept elsewhere."""
    require_current(database().engine)
    made = services.checkpoint(SYSTEM, clock.now())
    if made is None:
        raise click.ClickException("the ledger is empty")
    file.write_text("".join(export.lines(public_key(), (), [as_line(made)])), encoding="utf-8")
    click.echo(f"signed: entry {made.seq}, {made.digest}")


@ledger.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_all(file: Path) -> None:
    """Write the whole chain with its checkpoints into a file that is verified without this site."""
    require_current(database().engine)
    services.seal(clock.now())
    session = reading()
    checkpoints = [as_line(each) for each in reversed(queries.checkpoints(session))]
    with file.open("w", encoding="utf-8") as target:
        target.writelines(export.lines(public_key(), queries.chain(session), checkpoints))
    click.echo(f"written: {queries.head(session).seq} entries, {len(checkpoints)} checkpoints")


def as_line(made: LedgerCheckpoint) -> dict[str, Any]:
    """Return a checkpoint as it is written into files."""
    made_at = made.made_at.astimezone(UTC).isoformat(timespec="seconds")
    return export.checkpoint_line(made.seq, made.digest, made_at, made.signature, public_key())
