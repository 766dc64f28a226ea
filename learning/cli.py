"""Commands on the server: `flask --app wsgi …`; those of a feature stand in its commands.py."""

import click
from flask import Flask

from learning import demonstration, installation
from learning.accounts import queries as accounts
from learning.core.db import reading


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(init)
    app.cli.add_command(upgrade)
    app.cli.add_command(load_demonstration)


@click.command()
def init() -> None:
    """Set up a real installation: schema, built-in course and bank, one administrator."""
    installation.upgrade()
    if accounts.any_account(reading()):
        raise click.ClickException("this installation has accounts already; nothing was changed")
    opened = installation.create_administrator()
    assert opened is not None, "there was no account a moment ago"
    click.echo(f"account: {opened.sign_in_name}")
    click.echo(f"one-time password: {opened.password}")
    click.echo("It must be changed at the first sign-in.")


@click.command()
def upgrade() -> None:
    """Bring the database and the built-in course and bank up to date."""
    installation.upgrade()
    click.echo("up to date")


@click.command("load-demonstration")
def load_demonstration() -> None:
    """Load the demonstration cast into an installation without accounts."""
    installation.upgrade()
    if accounts.any_account(reading()):
        raise click.ClickException("this installation has accounts already; nothing was changed")
    demonstration.load()
    click.echo(f"loaded; all passwords are {demonstration.PASSWORD}")
