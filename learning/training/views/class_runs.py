"""Pages of class runs: list, entry, correction, withdrawal, roll."""

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
from learning.training.forms import NewRunForm, RunForm, WithdrawForm
from learning.training.kinds import ClassOutcome
from learning.training.labels import DELIVERY_MODES, OUTCOMES, TRAINING_KINDS
from learning.training.models import ClassRun
from learning.training.views import pages
from learning.training.views.pages import blueprint


@blueprint.get("/training/classes")
@requires(Role.UNIT_ADMIN)
def class_runs() -> str:
    """List the class runs of the scope."""
    page = queries.runs_in(reading(), pages.scope(), pages.page_number())
    trail = pages.trail((url_for("training.class_runs"), _("Classes held")))
    return render_template("training/class_runs.html", page=page, breadcrumbs=trail)


@blueprint.route("/training/classes/new", methods=["GET", "POST"])
@requires(Role.UNIT_ADMIN)
def new_class_run() -> ResponseReturnValue:
    """Record a class run."""
    institutions = pages.units_of("institution")
    form = NewRunForm()
    form.organisation.choices = choices_of(pages.unit_choices(institutions))
    if form.validate_on_submit():
        institution = pages.chosen(institutions, text(form.organisation))
        assert institution is not None, "the field admits no other choice"
        recorded = services.record_run(access.actor(), institution.id, form.entry, clock.now())
        flash(*_told(recorded.is_new))
        return redirect(url_for("training.class_run", unsafe_run_id=recorded.id))
    trail = pages.trail((url_for("training.new_class_run"), _("Record a class")))
    return render_template(
        "training/edit_class_run.html", form=form, run=None, is_possible=bool(institutions), breadcrumbs=trail
    )


def _told(is_new: bool) -> tuple[str, str]:
    if is_new:
        return _("The class is recorded. Now enter its roll."), "success"
    return _("This class stood recorded already; nothing was added."), "info"


def _run_or_404(unsafe_run_id: int) -> ClassRun:
    found = queries.run_in(reading(), pages.scope(), unsafe_run_id)
    if found is None:
        abort(404)
    return found


def _trail(run: ClassRun, *links: tuple[str, str]) -> list[tuple[str, str]]:
    own = url_for("training.class_run", unsafe_run_id=run.id), run.title
    return pages.trail((url_for("training.class_runs"), _("Classes held")), own, *links)


@blueprint.get("/training/classes/<int:unsafe_run_id>")
@requires(Role.UNIT_ADMIN)
def class_run(unsafe_run_id: int) -> str:
    """Show a class run with its roll."""
    run = _run_or_404(unsafe_run_id)
    roll = queries.run_roll(reading(), run.id)
    return render_template(
        "training/class_run.html",
        run=run,
        institution=people.organisation(reading(), run.organisation_id),
        roll=roll,
        counts=pages.count_by(roll, OUTCOMES),
        form=WithdrawForm(),
        kinds=TRAINING_KINDS,
        modes=DELIVERY_MODES,
        outcomes=OUTCOMES,
        breadcrumbs=_trail(run),
    )


@blueprint.route("/training/classes/<int:unsafe_run_id>/edit", methods=["GET", "POST"])
@requires(Role.UNIT_ADMIN)
def edit_class_run(unsafe_run_id: int) -> ResponseReturnValue:
    """Correct a class run."""
    run = _run_or_404(unsafe_run_id)
    form = RunForm(obj=run)
    if form.validate_on_submit():
        refusal = services.change_run(access.actor(), run.id, form.entry, clock.now())
        if refusal is None:
            flash(_("The changes are saved."), "success")
            return redirect(url_for("training.class_run", unsafe_run_id=run.id))
        form.title.errors = [_(refusal)]
    trail = _trail(run, (url_for("training.edit_class_run", unsafe_run_id=run.id), _("Correct")))
    return render_template(
        "training/edit_class_run.html", form=form, run=run, is_possible=True, breadcrumbs=trail
    )


@blueprint.post("/training/classes/<int:unsafe_run_id>/withdraw")
@requires(Role.UNIT_ADMIN)
def withdraw_class_run(unsafe_run_id: int) -> ResponseReturnValue:
    """Withdraw a class run with the cause."""
    run = _run_or_404(unsafe_run_id)
    form = WithdrawForm()
    if not form.validate_on_submit():
        flash(_("Please say in 2 to 200 characters why the entry is withdrawn."), "error")
    elif services.withdraw_run(access.actor(), run.id, text(form.reason), clock.now()) is None:
        flash(_("The entry is withdrawn and counts no more."), "success")
    return redirect(url_for("training.class_run", unsafe_run_id=run.id))


@blueprint.route("/training/classes/<int:unsafe_run_id>/roll", methods=["GET", "POST"])
@requires(Role.UNIT_ADMIN)
def class_roll(unsafe_run_id: int) -> ResponseReturnValue:
    """Enter who was in the class and how it ended for them."""
    run = _run_or_404(unsafe_run_id)
    form, refused = pages.roll_form(OUTCOMES)
    if form.validate_on_submit():
        added, refused = pages.read_lines(form, ClassOutcome)
        outcomes = pages.read_states(ClassOutcome, queries.run_roll(reading(), run.id)) | added
        refusal = services.save_run_roll(access.actor(), run.id, outcomes, clock.now())
        pages.tell_saved(refusal)
        if refusal or not refused:
            return redirect(url_for("training.class_run", unsafe_run_id=run.id))
    return render_template(
        "training/class_roll.html",
        run=run,
        roll=queries.run_roll(reading(), run.id),
        form=form,
        refused=refused,
        states=OUTCOMES,
        breadcrumbs=_trail(run, (url_for("training.class_roll", unsafe_run_id=run.id), _("Roll"))),
    )
