"""Commands on the server about the bank: `flask --app wsgi questions lint`."""

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from courses import documents
from learning.accounts.roles import Scope
from learning.core.db import reading
from learning.materials import queries as materials
from learning.questions import queries
from learning.questions.coverage import coverage
from learning.questions.document import COURSE, clause_texts, seal, with_sentences
from question_bank import bank
from question_bank.evidence import lint
from question_bank.evidence.exceptions import read_reviewed
from question_bank.evidence.measure import measure

questions = AppGroup("questions", help="The question bank.")

Command = Callable[[Path | None], None]


def _reads_original(command: Command) -> Command:
    """Let a command read the original from a file instead of the database."""
    path = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
    return click.option("--document", type=path, help="The original, if it is not loaded.")(command)


@questions.command("lint")
@_reads_original
def lint_bank(document: Path | None) -> None:
    """Name the items of the built-in bank that the clauses they cite do not support; status 1 if any."""
    items = bank.read_bank().items
    found = lint(items, _texts(document), read_reviewed())
    for finding in found:
        click.echo(str(finding))
    click.echo(f"{len(items)} items, {len(found)} findings")
    if found:
        raise SystemExit(1)


@questions.command("measure")
@_reads_original
def measure_linter(document: Path | None) -> None:
    """Plant faults in a copy of the built-in bank and print how many the linter finds."""
    for line in measure(bank.read_bank().items, _texts(document), read_reviewed()).lines():
        click.echo(line)


@questions.command("coverage")
def show_coverage() -> None:
    """Print what teaches each paragraph and how many questions ask about it; status 1 while one is red."""
    edition = materials.current_edition(reading(), COURSE)
    taught = materials.coverage(reading(), edition.id) if edition else []
    rows = coverage(seal().paragraphs, taught, queries.counts(reading(), Scope(), "exam"))
    for row in rows:
        units = ", ".join(each.unit_key for each in row.units)
        levels = " ".join(f"{level}:{count}" for level, count in sorted(row.by_difficulty.items()))
        types = " ".join(f"{name}:{count}" for name, count in sorted(row.by_type.items()))
        click.echo(f"{'RED' if row.is_red else 'ok'}\t{row.clause}\t{units}\t{levels}\t{types}")
    red = [str(row.clause) for row in rows if row.is_red]
    click.echo(f"{len(rows)} paragraphs, {len(red)} red")
    if red:
        raise SystemExit(1)


def _texts(document: Path | None) -> dict[str, str]:
    """Return the clauses of the original from a file or from the database."""
    if document is None:
        texts = clause_texts(reading())
    else:
        read = documents.read(document.name, document.read_bytes()).document
        texts = with_sentences({str(each.ref): each.text for each in read.paragraphs} if read else {})
    if not texts:
        raise click.ClickException("the original is not loaded; name its file with --document")
    return texts
