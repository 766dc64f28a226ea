"""Lay out the results of a sitting as a workbook."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _

from learning.core.clock import SHANGHAI
from learning.core.spreadsheets import Column, Sheet, write_workbook
from learning.exams import words
from learning.exams.kinds import AttemptState
from learning.exams.models import Exam, Sitting
from learning.exams.queries.managing import AttemptRow


def workbook(exam: Exam, sitting: Sitting, rows: Iterable[AttemptRow], now: datetime, by: str) -> bytes:
    """Return the workbook; who has no complete result has empty cells, not a zero."""
    window = f"{_local(sitting.opens_at)} – {_local(sitting.closes_at)}"
    notes = [exam.title, window, _("As of %(moment)s, by %(name)s", moment=_local(now), name=by)]
    columns = [
        Column(_("Staff number"), 16),
        Column(_("Name"), 16),
        Column(_("Attempt"), 8),
        Column(_("State"), 24),
        Column(_("Started"), 18),
        Column(_("Ended"), 18),
        Column(_("Answered"), 10),
        Column(_("Score"), 10),
        Column(_("Full marks"), 10),
        Column(_("Result"), 14),
    ]
    return write_workbook([Sheet(_("Results"), columns, [_cells(row) for row in rows], notes)])


def _cells(row: AttemptRow) -> list[str | int | float | None]:
    attempt, result = row.attempt, row.result
    verdict = "" if result is None else str(_("Passed") if result.is_passed else _("Not passed"))
    return [
        row.staff_number,
        row.person_name,
        attempt.number,
        str(words.ATTEMPT_STATES[AttemptState(attempt.state)][1]),
        _local(attempt.started_at),
        _local(attempt.ended_at) if attempt.ended_at else "",
        row.answered,
        float(result.score) if result else None,
        float(result.max_score) if result else None,
        verdict,
    ]


def _local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
