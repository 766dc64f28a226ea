"""Pages of organisations and systems, for system administrators."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role, Scope
from learning.core import clock
from learning.core.db import reading
from learning.people import queries
from learning.people.forms import OrganisationForm, SystemForm
from learning.people.kinds import Axis
from learning.people.labels import INSTITUTION_KINDS, LEVELS, ORGANISATION_KINDS
from learning.people.models import MassOrganisationSystem, Organisation
from learning.people.services import organisations as services
from learning.people.services.organisations import OrganisationRefusal
from learning.people.views.pages import blueprint

EVERYWHERE = Scope(everywhere=True)
#: At which field a refusal is shown.
FIELD_OF_REFUSAL = {
    OrganisationRefusal.CODE_TAKEN: "code",
    OrganisationRefusal.TERRITORIAL_CIRCLE: "territorial_parent",
    OrganisationRefusal.VERTICAL_CIRCLE: "vertical_parent",
}


def _trail(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(url_for("people.organisations"), _("Organisations")), *further]


def _offer(form: OrganisationForm) -> None:
    systems = [(system.id, system.name) for system in queries.systems(reading())]
    form.offer(queries.organisations_in(reading(), EVERYWHERE), systems)


def _organisation_or_404(unsafe_organisation_id: int) -> Organisation:
    return queries.organisation(reading(), unsafe_organisation_id) or abort(404)


def _system_or_404(unsafe_system_id: int) -> MassOrganisationSystem:
    return queries.system(reading(), unsafe_system_id) or abort(404)


def _show_refusal(form: OrganisationForm, refusal: OrganisationRefusal) -> None:
    form[FIELD_OF_REFUSAL[refusal]].errors = [_(refusal)]


@blueprint.get("/organisations")
@requires(Role.SYSTEM_ADMIN)
def organisations() -> ResponseReturnValue:
    """Show the organisations as a tree, by territory or by system."""
    axis = Axis.VERTICAL if request.args.get("axis") == Axis.VERTICAL else Axis.TERRITORIAL
    return render_template(
        "people/organisations.html",
        rows=queries.organisations_in(reading(), EVERYWHERE, axis),
        systems={system.id: system.name for system in queries.systems(reading())},
        schools=queries.institution_kinds(reading()),
        axis=axis,
        labels={"levels": LEVELS, "kinds": ORGANISATION_KINDS, "schools": INSTITUTION_KINDS},
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@requires(Role.SYSTEM_ADMIN)
def new_organisation() -> ResponseReturnValue:
    """Add an organisation."""
    form = OrganisationForm()
    _offer(form)
    if form.validate_on_submit():
        added = services.add_organisation(access.actor(), form.entry(), clock.now())
        if not isinstance(added, OrganisationRefusal):
            flash(_("The organisation is added."), "success")
            return redirect(url_for("people.organisations"))
        _show_refusal(form, added)
    title = _("Add an organisation")
    return render_template("people/form.html", form=form, title=title, breadcrumbs=_trail(("", title)))


@blueprint.route("/organisations/<int:unsafe_organisation_id>/edit", methods=["GET", "POST"])
@requires(Role.SYSTEM_ADMIN)
def edit_organisation(unsafe_organisation_id: int) -> ResponseReturnValue:
    """Change an organisation, or move it."""
    found = _organisation_or_404(unsafe_organisation_id)
    schools = sorted(queries.institution_kinds(reading()).get(found.id, ()))
    form = OrganisationForm(data=OrganisationForm.values(found) | {"institution_kinds": schools})
    _offer(form)
    if form.validate_on_submit():
        refusal = services.change_organisation(access.actor(), found.id, form.entry(), clock.now())
        if refusal is None:
            flash(_("The changes are saved."), "success")
            return redirect(url_for("people.organisations"))
        _show_refusal(form, refusal)
    breadcrumbs = _trail(("", found.name))
    return render_template("people/edit_organisation.html", form=form, found=found, breadcrumbs=breadcrumbs)


@blueprint.post("/organisations/<int:unsafe_organisation_id>/active")
@requires(Role.SYSTEM_ADMIN)
def set_organisation_active(unsafe_organisation_id: int) -> ResponseReturnValue:
    """Switch an organisation on or off."""
    found = _organisation_or_404(unsafe_organisation_id)
    is_active = request.form.get("active") == "1"
    refusal = services.set_active(access.actor(), found.id, is_active, clock.today(), clock.now())
    if refusal is None:
        flash(_("The changes are saved."), "success")
    else:
        flash(_(refusal), "error")
    return redirect(url_for("people.edit_organisation", unsafe_organisation_id=found.id))


@blueprint.get("/organisations/systems")
@requires(Role.SYSTEM_ADMIN)
def systems() -> ResponseReturnValue:
    """List the systems of mass organisations."""
    rows, title = queries.systems(reading()), _("Systems")
    return render_template("people/systems.html", rows=rows, breadcrumbs=_trail(("", title)))


def _trail_of_systems(title: str) -> list[tuple[str, str]]:
    return _trail((url_for("people.systems"), _("Systems")), ("", title))


@blueprint.route("/organisations/systems/new", methods=["GET", "POST"])
@requires(Role.SYSTEM_ADMIN)
def new_system() -> ResponseReturnValue:
    """Add a system of mass organisations."""
    form, title = SystemForm(), _("Add a system")
    if form.validate_on_submit() and _is_saved(form, None):
        return redirect(url_for("people.systems"))
    return render_template("people/form.html", form=form, title=title, breadcrumbs=_trail_of_systems(title))


@blueprint.route("/organisations/systems/<int:unsafe_system_id>/edit", methods=["GET", "POST"])
@requires(Role.SYSTEM_ADMIN)
def edit_system(unsafe_system_id: int) -> ResponseReturnValue:
    """Change a system of mass organisations."""
    found = _system_or_404(unsafe_system_id)
    form = SystemForm(obj=found)
    if form.validate_on_submit() and _is_saved(form, found.id):
        return redirect(url_for("people.systems"))
    breadcrumbs = _trail_of_systems(found.name)
    return render_template("people/form.html", form=form, title=found.name, breadcrumbs=breadcrumbs)


def _is_saved(form: SystemForm, system_id: int | None) -> bool:
    code, name, position = form.code.value, form.name.value, form.sort_number.data or 0
    if services.save_system(access.actor(), system_id, code, name, position, clock.now()):
        flash(_("The changes are saved."), "success")
        return True
    form.code.errors = [_("This code belongs to another system.")]
    return False
