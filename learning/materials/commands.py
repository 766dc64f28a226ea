"""Commands on the server about originals: `flask --app wsgi documents import PATH`."""

from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from learning.accounts.roles import SYSTEM
from learning.core import clock
from learning.core.db import database
from learning.core.migrations import require_current
from learning.materials import services
from learning.materials.words import counts, finding_text

documents = AppGroup("documents", help="The originals that courses teach.")


@documents.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
def import_document(path: Path) -> None:
    """Load the original from a file, if it agrees with its seal."""
    require_current(database().engine)
    course = services.BUILT_IN.name
    outcome = services.import_document(SYSTEM, course, path.name, path.read_bytes(), clock.now())
    if outcome.title:
        click.echo(outcome.title)
        click.echo(counts(outcome))
    for finding in outcome.findings:
        click.echo(finding_text(finding), err=True)
    if outcome.findings:
        click.echo(_("This is not the original; it was not loaded."), err=True)
        raise SystemExit(1)
    click.echo(_("The original is loaded.") if outcome.is_new else _("The original was loaded already."))
