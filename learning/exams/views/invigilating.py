"""The acts of an invigilator, each on a page that asks for the cause and works without scripts."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import choices_of, text
from learning.exams import board_words
from learning.exams.forms.fields import moment_of
from learning.exams.forms.invigilating import (
    ActForm,
    CompensateForm,
    ExtendForm,
    StartForm,
    UnlockForm,
    VoidForm,
)
from learning.exams.queries import board, time_changes
from learning.exams.services import invigilating as services
from learning.exams.services import time_changes as times
from learning.exams.services.time_changes import Changed
from learning.exams.views import acts, doors
from learning.exams.views.acts import Act
from learning.exams.views.pages import blueprint

BOARD = "/sittings/<int:unsafe_sitting_id>/board"


@blueprint.route(f"{BOARD}/extend", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def extend(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Give more minutes to those selected, a room, a unit, or all."""
    form = ExtendForm()
    act = acts.begin(unsafe_sitting_id, form, names_units=True)
    if not form.validate_on_submit():
        return act.page("extend", _("Extend"))
    minutes, cause, key = form.minutes.data or 0, text(form.cause), text(form.key)
    return _told(
        act,
        times.add_time(access.actor(), act.sitting.id, act.targets(), minutes, cause, key, clock.now()),
    )


@blueprint.route(f"{BOARD}/compensate", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def compensate(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Give back the part of an incident that fell into each attempt."""
    form = CompensateForm()
    act = acts.begin(unsafe_sitting_id, form, names_units=True)
    if not form.validate_on_submit():
        return act.page("compensate", _("Compensate an incident"))
    incident = moment_of(form.begins.data), moment_of(form.ends.data)
    cause, key = text(form.cause), text(form.key)
    return _told(
        act,
        times.compensate(access.actor(), act.sitting.id, act.targets(), *incident, cause, key, clock.now()),
    )


def _told(act: Act, changed: Changed) -> ResponseReturnValue:
    """Show what a change of time did, or say why it was not made."""
    if changed.refusal is not None:
        flash(board_words.TIME_REFUSALS[changed.refusal], "error")
        return redirect(act.back())
    if len(changed.change_ids) > 1:
        flash(_("%(count)s running attempts have got more time.", count=changed.attempts), "success")
        return redirect(act.back())
    return redirect(
        url_for("exams.time_change", unsafe_sitting_id=act.sitting.id, unsafe_change_id=changed.change_ids[0])
    )


@blueprint.get("/sittings/<int:unsafe_sitting_id>/time/<int:unsafe_change_id>")
@requires(Role.INSTRUCTOR)
def time_change(unsafe_sitting_id: int, unsafe_change_id: int) -> ResponseReturnValue:
    """Show who got more time by a change, and who had ended before."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    row = time_changes.change_at(reading(), sitting.id, unsafe_change_id) or abort(404)
    here = (url_for("exams.board", unsafe_sitting_id=sitting.id), _("Board")), ("", _("More time"))
    return render_template(
        "exams/board/time_change.html",
        sitting=sitting,
        exam=exam,
        row=row,
        given=time_changes.given_by(reading(), row.change),
        missed=time_changes.missed_by(reading(), row.change),
        words=board_words,
        breadcrumbs=doors.sitting_trail(sitting, exam, *here),
    )


@blueprint.route(f"{BOARD}/lock", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def lock(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Let nothing be written into attempts for now."""
    form = ActForm()
    act = acts.begin(unsafe_sitting_id, form)
    if not form.validate_on_submit():
        return act.page("lock", _("Lock"))
    actor, cause = access.actor(), text(form.cause)
    done = services.lock(actor, act.sitting.id, act.attempt_ids(), cause, clock.now())
    return act.finish(done, _("Locked: %(count)s.", count=len(done.attempt_ids)))


@blueprint.route(f"{BOARD}/unlock", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def unlock(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Let learners go on."""
    form = UnlockForm()
    act = acts.begin(unsafe_sitting_id, form)
    if not form.validate_on_submit():
        return act.page("unlock", _("Unlock"))
    actor, cause = access.actor(), text(form.cause)
    done = services.unlock(actor, act.sitting.id, act.attempt_ids(), cause, clock.now())
    return act.finish(done, _("Unlocked: %(count)s.", count=len(done.attempt_ids)))


@blueprint.route(f"{BOARD}/end", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def end(unsafe_sitting_id: int) -> ResponseReturnValue:
    """End attempts now; what was saved counts."""
    form = ActForm()
    act = acts.begin(unsafe_sitting_id, form)
    if not form.validate_on_submit():
        return act.page("end", _("End now"))
    actor, cause = access.actor(), text(form.cause)
    done = services.end_attempts(actor, act.sitting.id, act.attempt_ids(), cause, clock.now())
    return act.finish(done, _("Ended: %(count)s.", count=len(done.attempt_ids)))


@blueprint.route(f"{BOARD}/irregularity", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def irregularity(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Put on record what was seen."""
    form = ActForm()
    act = acts.begin(unsafe_sitting_id, form)
    if not form.validate_on_submit():
        return act.page("irregularity", _("Note an irregularity"))
    actor, cause, key = access.actor(), text(form.cause), text(form.key)
    done = services.note_irregularity(actor, act.sitting.id, act.attempt_ids(), cause, key, clock.now())
    return act.finish(done, _("Noted: %(count)s.", count=len(done.attempt_ids)))


@blueprint.route(f"{BOARD}/void", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def void(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Void attempts, with or without giving them back."""
    form = VoidForm()
    act = acts.begin_with_attempts(unsafe_sitting_id, form)
    if not act.selected:
        flash(_("Please select attempts on the board first."), "warning")
        return redirect(act.back())
    if not form.validate_on_submit():
        form.gives_back.data = "gives_back" in request.values
        return act.page("void", _("Void"))
    actor, cause, gives_back = access.actor(), text(form.cause), bool(form.gives_back.data)
    done = services.void(actor, act.sitting.id, act.attempt_ids(), cause, gives_back, clock.now())
    return act.finish(done, _("Voided: %(count)s.", count=len(done.attempt_ids)))


@blueprint.route(f"{BOARD}/start", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def start_room(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Start a room, or all, by hand."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    form, rooms = StartForm(), board.rooms_of(reading(), sitting.id)
    labels = {room.name: _("Room %(room)s (%(count)s)", room=room.name, count=room.persons) for room in rooms}
    form.room.choices = choices_of({"": _("Everybody at this sitting")} | labels)
    board_page = url_for("exams.board", unsafe_sitting_id=sitting.id)
    if form.validate_on_submit():
        refusal = services.start_by_hand(access.actor(), sitting.id, text(form.room), clock.now())
        acts.tell_refusals({refusal: 1} if refusal else {})
        return redirect(board_page)
    form.room.data = request.args.get("room", "")
    title = _("Start by hand")
    trail = doors.sitting_trail(sitting, exam, (board_page, _("Board")), ("", title))
    return render_template(
        "exams/board/start.html", form=form, sitting=sitting, title=title, breadcrumbs=trail
    )
