"""A report as a page."""

from collections.abc import Mapping

from flask import render_template

from learning.core.texts import N_
from learning.reports.renderers import Renderer, words
from learning.reports.tables import Report


def write(report: Report, around: Mapping[str, object]) -> bytes:
    """Return the page with the report's tables."""
    return render_template("reports/completion.html", report=report, words=words, **around).encode()


RENDERER = Renderer("page", N_("Page"), "text/html; charset=utf-8", "", write)
