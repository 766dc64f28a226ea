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
from learning.exams.queries.results import SittingResults


def workbook(
    exam: Exam,
    sitting: Sitting,
    rows: Iterable[AttemptRow],
    results: SittingResults,
    now: datetime,
    by: str,
) -> bytes:
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
        Column(_("Answers to be marked"), 14),
        Column(_("Score at the exam"), 14),
        Column(_("Result of the exam"), 14),
        Column(_("Attempts that count"), 14),
    ]
    cells = [_cells(row, results) for row in rows]
    return write_workbook([Sheet(_("Results"), columns, cells, notes)])


def _cells(row: AttemptRow, results: SittingResults) -> list[str | int | float | None]:
    attempt = row.attempt
    result = None if attempt.voided_at else row.result
    counted = results.counted.get(attempt.person_id)
    return [
        row.staff_number,
        row.person_name,
        attempt.number,
        _("Voided") if attempt.voided_at else str(words.ATTEMPT_STATES[AttemptState(attempt.state)][1]),
        _local(attempt.started_at),
        _local(attempt.ended_at) if attempt.ended_at else "",
        row.answered,
        float(result.score) if result else None,
        float(result.max_score) if result else None,
        _verdict(result.is_passed) if result else "",
        results.missing.get(attempt.id) or None,
        float(counted.score) if counted else None,
        _verdict(counted.is_passed) if counted else "",
        "、".join(str(number) for number in counted.numbers) if counted else "",
    ]


def _verdict(is_passed: bool) -> str:
    return str(_("Passed") if is_passed else _("Not passed"))


def _local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
