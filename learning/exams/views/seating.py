"""Pages about the rooms and seats of a sitting."""

from collections import Counter
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import text
from learning.core.spreadsheets import TableProblem, cleaned
from learning.core.urls import key_from
from learning.exams.forms.seats import SeatForm, SeatListForm
from learning.exams.models import Exam, Sitting
from learning.exams.queries import seating as queries
from learning.exams.seat_lists import PlannedSeat, read_file, read_one, read_pasted, read_rows, written
from learning.exams.services import seating
from learning.exams.views import doors
from learning.exams.views.pages import blueprint
from learning.people.roster_cells import Reason

ROWS_SHOWN = 20
REFUSALS_SHOWN = 200


def _reason_text(reasons: Sequence[Reason]) -> str:
    return " ".join(_(reason.message, **reason.params) for reason in reasons)


@blueprint.route("/sittings/<int:unsafe_sitting_id>/seats", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def seats(unsafe_sitting_id: int) -> ResponseReturnValue:
    """List who sits where, and give single seats."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    form = SeatForm(data={name: request.args.get(name, "")[:60] for name in ("staff_number", "room", "seat")})
    if not form.validate_on_submit():
        return _seats_page(sitting, exam, form)
    asked = read_one(text(form.staff_number), text(form.room), text(form.seat))
    row = asked if asked.is_refused else _given(sitting, asked)
    if row.is_refused:
        form.staff_number.errors = [_reason_text(row.reasons)]
        return _seats_page(*doors.sitting_or_404(sitting.id), form)
    flash(_("The seat is given."), "success")
    return redirect(url_for("exams.seats", unsafe_sitting_id=sitting.id))


def _given(sitting: Sitting, row: PlannedSeat) -> PlannedSeat:
    return seating.give_seat(access.actor(), sitting.id, row, clock.today(), clock.now())


def _seats_page(sitting: Sitting, exam: Exam, form: SeatForm) -> str:
    room, wanted = request.args.get("in", "")[:60], request.args.get("text", "").strip()[:60]
    page = queries.seats_at(reading(), sitting.id, key_from(request.args.get("page")) or 1, room, wanted)
    return render_template(
        "exams/seats.html",
        sitting=sitting,
        exam=exam,
        form=form,
        rooms=queries.rooms_at(reading(), sitting.id),
        page=page,
        room=room,
        text=wanted,
        breadcrumbs=doors.sitting_trail(sitting, exam, ("", _("Rooms and seats"))),
    )


@blueprint.post("/sittings/<int:unsafe_sitting_id>/seats/<int:unsafe_person_id>/remove")
@requires(Role.INSTRUCTOR)
def remove_seat(unsafe_sitting_id: int, unsafe_person_id: int) -> ResponseReturnValue:
    """Take a seat away from somebody who has not started."""
    sitting, _exam = doors.sitting_or_404(unsafe_sitting_id)
    if seating.take_seat_away(access.actor(), sitting.id, unsafe_person_id, clock.now()):
        flash(_("The seat is taken away."), "success")
    else:
        flash(_("This person has no seat, or has started and keeps it."), "error")
    return redirect(url_for("exams.seats", unsafe_sitting_id=sitting.id))


@blueprint.route("/sittings/<int:unsafe_sitting_id>/seats/list", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def seat_list(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Check a list of seats; nothing is stored yet."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    form = SeatListForm()
    if form.validate_on_submit():
        found = _read(form)
        if isinstance(found, str):
            form.list.errors = [found]
        else:
            return _preview(sitting, exam, found, bool(form.removes_others.data))
    return render_template(
        "exams/seat_list.html",
        sitting=sitting,
        form=form,
        breadcrumbs=_list_trail(sitting, exam),
    )


def _list_trail(sitting: Sitting, exam: Exam) -> list[tuple[str, str]]:
    here = (url_for("exams.seats", unsafe_sitting_id=sitting.id), _("Rooms and seats"))
    return doors.sitting_trail(sitting, exam, here, ("", _("Take in a list")))


def _read(form: SeatListForm) -> list[PlannedSeat] | str:
    """Return the rows of the list, or why it cannot be read."""
    upload = form.file.data
    table = (
        read_file(cleaned(upload.filename or ""), upload.read()) if upload else read_pasted(text(form.list))
    )
    if isinstance(table, TableProblem):
        return _(table)
    found = read_rows(table)
    return _reason_text([found]) if isinstance(found, Reason) else found


def _preview(sitting: Sitting, exam: Exam, rows: list[PlannedSeat], removes_others: bool) -> str:
    planned = queries.planned(reading(), sitting, exam, rows, removes_others, clock.today())
    accepted = [row for row in planned if not row.is_refused]
    refused = [(row, _reason_text(row.reasons)) for row in planned if row.is_refused]
    return render_template(
        "exams/seat_preview.html",
        sitting=sitting,
        counts=Counter("refused" if row.is_refused else str(row.action) for row in planned),
        accepted=accepted[:ROWS_SHOWN],
        refused=refused[:REFUSALS_SHOWN],
        losing=_losing(sitting, accepted) if removes_others and not refused else 0,
        list=written(planned),
        removes_others=removes_others,
        breadcrumbs=_list_trail(sitting, exam),
    )


def _losing(sitting: Sitting, accepted: Sequence[PlannedSeat]) -> int:
    """Return how many would lose their seat because they are not in the list."""
    named = {row.person_id for row in accepted}
    kept = named | queries.started_at(reading(), sitting.id)
    return len(queries.seats_by_person(reading(), sitting.id).keys() - kept)


@blueprint.post("/sittings/<int:unsafe_sitting_id>/seats/list/confirm")
@requires(Role.INSTRUCTOR)
def take_in_seats(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Take in a list of seats that was checked."""
    sitting, _exam = doors.sitting_or_404(unsafe_sitting_id)
    found = _read(SeatListForm())
    if isinstance(found, str):
        flash(found, "error")
        return redirect(url_for("exams.seat_list", unsafe_sitting_id=sitting.id))
    others = "removes_others" in request.form
    taken = seating.take_in(access.actor(), sitting.id, found, others, clock.today(), clock.now())
    flash(_taken_text(taken), "warning" if taken.refused else "success")
    return redirect(url_for("exams.seats", unsafe_sitting_id=sitting.id))


def _taken_text(taken: seating.Taken) -> str:
    return _(
        "New seats: %(added)s; moved: %(moved)s; unchanged: %(unchanged)s; taken away: %(removed)s; "
        "left out: %(refused)s.",
        **vars(taken),
    )


@blueprint.get("/sittings/<int:unsafe_sitting_id>/seats/print")
@requires(Role.INSTRUCTOR)
def print_seats(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Show the lists of all rooms, or of one, to be printed and signed."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    rooms = queries.all_seats_at(reading(), sitting.id, request.args.get("in", "")[:60])
    people = [row.person_id for rows in rooms.values() for row in rows]
    return render_template(
        "exams/seats_print.html",
        sitting=sitting,
        exam=exam,
        rooms=rooms,
        units=queries.units_of(reading(), people, clock.today()),
        breadcrumbs=_list_trail(sitting, exam)[:-1],
    )
