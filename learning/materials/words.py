"""Say in the reader's language what came of an import or a publication."""

from flask_babel import gettext as _

from courses.problems import Problem
from learning.materials.services import ImportOutcome


def counts(outcome: ImportOutcome) -> str:
    """Return how much there is in a document."""
    return _(
        "%(sections)s sections and preamble, %(paragraphs)s paragraphs, %(characters)s characters of body",
        sections=outcome.sections,
        paragraphs=outcome.paragraphs,
        characters=f"{outcome.characters:,}",
    )


def finding_text(problem: Problem) -> str:
    """Return what is wrong and where."""
    return f"{problem.where}: {_(problem.message, **problem.params)}"
