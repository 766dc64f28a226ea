"""Pages of study sessions: list, entry, correction, withdrawal, roll."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import choices_of, text
from learning.people import queries as people
from learning.training import queries, services
from learning.training.forms import NewSessionForm, SessionForm, WithdrawForm
from learning.training.kinds import AttendanceState
from learning.training.labels import ATTENDANCE
from learning.training.queries import Held
from learning.training.views import pages
from learning.training.views.pages import blueprint


@blueprint.get("/training/sessions")
@requires(Role.UNIT_ADMIN)
def sessions() -> str:
    """List the study sessions of the scope."""
    page = queries.sessions_in(reading(), pages.scope(), pages.page_number())
    trail = pages.trail((url_for("training.sessions"), _("Study sessions")))
    return render_template("training/sessions.html", page=page, breadcrumbs=trail)


@blueprint.route("/training/sessions/new", methods=["GET", "POST"])
@requires(Role.UNIT_ADMIN)
def new_session() -> ResponseReturnValue:
    """Record a study session."""
    units = pages.units_of("party_committee", "mass_organisation")
    form = NewSessionForm()
    form.today = clock.today()
    form.organisation.choices = choices_of(pages.unit_choices(units))
    if form.validate_on_submit():
        unit = pages.chosen(units, text(form.organisation))
        assert unit is not None, "the field admits no other choice"
        recorded = services.record_session(access.actor(), unit.id, form.entry, clock.now())
        assert recorded is not None, "only units that keep a study group are offered"
        flash(*_told(recorded.is_new))
        return redirect(url_for("training.session_roll", unsafe_session_id=recorded.id))
    trail = pages.trail((url_for("training.new_session"), _("Record a study session")))
    return render_template(
        "training/edit_session.html", form=form, held=None, is_possible=bool(units), breadcrumbs=trail
    )


def _told(is_new: bool) -> tuple[str, str]:
    if is_new:
        return _("The session is recorded. Now enter its roll."), "success"
    return _("This session stood recorded already; nothing was added."), "info"


def _held_or_404(unsafe_session_id: int) -> Held:
    found = queries.session_in(reading(), pages.scope(), unsafe_session_id)
    if found is None:
        abort(404)
    return found


def _trail(held: Held, *links: tuple[str, str]) -> list[tuple[str, str]]:
    own = url_for("training.session", unsafe_session_id=held.session.id), held.session.topic
    return pages.trail((url_for("training.sessions"), _("Study sessions")), own, *links)


@blueprint.get("/training/sessions/<int:unsafe_session_id>")
@requires(Role.UNIT_ADMIN)
def session(unsafe_session_id: int) -> str:
    """Show a study session with its roll."""
    held = _held_or_404(unsafe_session_id)
    roll = queries.session_roll(reading(), held.session.id)
    return render_template(
        "training/session.html",
        held=held,
        unit=people.organisation(reading(), held.group.organisation_id),
        roll=roll,
        counts=pages.count_by(roll, ATTENDANCE),
        form=WithdrawForm(),
        states=ATTENDANCE,
        breadcrumbs=_trail(held),
    )


@blueprint.route("/training/sessions/<int:unsafe_session_id>/edit", methods=["GET", "POST"])
@requires(Role.UNIT_ADMIN)
def edit_session(unsafe_session_id: int) -> ResponseReturnValue:
    """Correct a study session."""
    held = _held_or_404(unsafe_session_id)
    form = SessionForm(obj=held.session)
    form.today = clock.today()
    if form.validate_on_submit():
        refusal = services.change_session(access.actor(), held.session.id, form.entry, clock.now())
        if refusal is None:
            flash(_("The changes are saved."), "success")
            return redirect(url_for("training.session", unsafe_session_id=held.session.id))
        form.topic.errors = [_(refusal)]
    own = url_for("training.edit_session", unsafe_session_id=held.session.id), _("Correct")
    return render_template(
        "training/edit_session.html", form=form, held=held, is_possible=True, breadcrumbs=_trail(held, own)
    )


@blueprint.post("/training/sessions/<int:unsafe_session_id>/withdraw")
@requires(Role.UNIT_ADMIN)
def withdraw_session(unsafe_session_id: int) -> ResponseReturnValue:
    """Withdraw a study session with the cause."""
    held = _held_or_404(unsafe_session_id)
    form = WithdrawForm()
    if not form.validate_on_submit():
        flash(_("Please say in 2 to 200 characters why the entry is withdrawn."), "error")
    elif services.withdraw_session(access.actor(), held.session.id, text(form.reason), clock.now()) is None:
        flash(_("The entry is withdrawn and counts no more."), "success")
    return redirect(url_for("training.session", unsafe_session_id=held.session.id))


@blueprint.route("/training/sessions/<int:unsafe_session_id>/roll", methods=["GET", "POST"])
@requires(Role.UNIT_ADMIN)
def session_roll(unsafe_session_id: int) -> ResponseReturnValue:
    """Enter who attended; it begins with the members of the leading group on that day."""
    held = _held_or_404(unsafe_session_id)
    form, refused = pages.roll_form(ATTENDANCE)
    if form.validate_on_submit():
        added, refused = pages.read_lines(form, AttendanceState)
        states = pages.read_states(AttendanceState, _roll_and_members(held)) | added
        refusal = services.save_session_roll(access.actor(), held.session.id, states, clock.now())
        pages.tell_saved(refusal)
        if refusal or not refused:
            return redirect(url_for("training.session", unsafe_session_id=held.session.id))
    return render_template(
        "training/session_roll.html",
        held=held,
        roll=_roll_and_members(held),
        form=form,
        refused=refused,
        states=ATTENDANCE,
        breadcrumbs=_trail(held, (url_for(".session_roll", unsafe_session_id=held.session.id), _("Roll"))),
    )


def _roll_and_members(held: Held) -> list[queries.RollRow]:
    roll = queries.session_roll(reading(), held.session.id)
    members = queries.members_of(reading(), held.group.organisation_id, held.session.held_on)
    return pages.with_members(roll, members)
