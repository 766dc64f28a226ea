"""The live board of a sitting, the page of one attempt, and the record of the sitting."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import trimmed
from learning.core.urls import key_from
from learning.exams import board_words, papers, words
from learning.exams.board import Filters, Whereabouts
from learning.exams.kinds import StartMode
from learning.exams.models import Exam, Sitting
from learning.exams.queries import board as queries
from learning.exams.queries import events, invigilating
from learning.exams.queries import protocol as protocols
from learning.exams.views import doors
from learning.exams.views.pages import blueprint

LONGEST_TEXT = 80


@blueprint.get("/sittings/<int:unsafe_sitting_id>/board")
@requires(Role.INSTRUCTOR)
def board(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Show where everybody admitted to a sitting stands at this moment."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    return render_template(
        "exams/board/board.html",
        **_live(sitting, exam),
        rooms=queries.rooms_of(reading(), sitting.id),
        units=queries.units_at(reading(), sitting, clock.now()),
        starts=invigilating.starts_of(reading(), sitting.id),
        is_by_hand=sitting.start_mode == StartMode.BY_HAND,
        breadcrumbs=doors.sitting_trail(sitting, exam, ("", _("Board"))),
    )


@blueprint.get("/sittings/<int:unsafe_sitting_id>/board/live")
@requires(Role.INSTRUCTOR)
def board_live(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Return the part of the board that changes, for the script of its page."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    return render_template("exams/board/_live.html", **_live(sitting, exam))


def _live(sitting: Sitting, exam: Exam) -> dict[str, Any]:
    """Return what the changing part of the board shows."""
    now, filters = clock.now(), _filters()
    number = key_from(request.args.get("page")) or 1
    return {
        "sitting": sitting,
        "exam": exam,
        "filters": filters,
        "as_of": now,
        "page": queries.rows_of(reading(), sitting, filters, number, now),
        "counts": queries.counts_at(reading(), sitting, now),
        "questions": papers.blueprint_of(exam).total_items,
        "words": board_words,
        "narrowed": _narrowed(),
    }


def _filters() -> Filters:
    """Return what the address narrows the board to; what it does not know it does not ask for."""
    asked = _narrowed()
    state = asked.get("state", "")
    return Filters(
        room=asked.get("room"),
        whereabouts=Whereabouts(state) if state in set(Whereabouts) else None,
        organisation_id=key_from(asked.get("unit")),
        text=trimmed(asked.get("q", ""))[:LONGEST_TEXT],
    )


def _narrowed() -> dict[str, str]:
    """Return the filters as they stand in the address, for links that keep them."""
    # No database holds the character of code 0, and PostgreSQL does not even look for it.
    asked = {name: request.args.get(name, "").replace("\0", "") for name in ("room", "state", "unit", "q")}
    return {name: value for name, value in asked.items() if value}


@blueprint.get("/sittings/<int:unsafe_sitting_id>/attempts/<int:unsafe_attempt_id>")
@requires(Role.INSTRUCTOR)
def attempt(unsafe_sitting_id: int, unsafe_attempt_id: int) -> ResponseReturnValue:
    """Show what happened to an attempt and when it was saved, without its answers."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    found = next(iter(invigilating.attempts_at(reading(), sitting.id, [unsafe_attempt_id])), None)
    if found is None:
        abort(404)
    here = (url_for("exams.board", unsafe_sitting_id=sitting.id), _("Board")), ("", found.person.name)
    return render_template(
        "exams/board/attempt.html",
        sitting=sitting,
        exam=exam,
        found=found,
        events=events.events_of(reading(), unsafe_attempt_id),
        saves=invigilating.saves_of(reading(), unsafe_attempt_id),
        answered=queries.answered_in(reading(), [unsafe_attempt_id]).get(unsafe_attempt_id, 0),
        questions=papers.blueprint_of(exam).total_items,
        words=board_words,
        states=words.ATTEMPT_STATES,
        breadcrumbs=doors.sitting_trail(sitting, exam, *here),
    )


@blueprint.get("/sittings/<int:unsafe_sitting_id>/protocol")
@requires(Role.INSTRUCTOR)
def protocol(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Show the record of a sitting, to be printed and signed."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    now = clock.now()
    return render_template(
        "exams/board/protocol.html",
        sitting=sitting,
        exam=exam,
        record=protocols.protocol_of(reading(), sitting, now),
        as_of=now,
        is_over=now >= sitting.closes_at,
        words=board_words,
        breadcrumbs=doors.sitting_trail(sitting, exam, ("", _("Record of the sitting"))),
    )
