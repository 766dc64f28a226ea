"""Pages of persons and their posts, for unit administrators."""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role, Scope
from learning.core import clock
from learning.core.db import reading
from learning.core.spreadsheets import cleaned
from learning.core.urls import key_from
from learning.people import queries, rules
from learning.people.entries import AppointmentEntry
from learning.people.forms import (
    AppointmentFields,
    CorrectAppointmentForm,
    EndAppointmentForm,
    NewPersonForm,
    PersonForm,
)
from learning.people.labels import RANKS, TENURES
from learning.people.models import Appointment
from learning.people.queries import PersonRow, Standing
from learning.people.services import persons as services
from learning.people.services.persons import PersonRefusal
from learning.people.views.pages import blueprint


@dataclass(frozen=True)
class Wanted:
    """What the list of persons is narrowed to."""

    text: str
    unit: int | None
    standing: Standing


def _scope() -> Scope:
    return access.scope_of(Role.UNIT_ADMIN)


def _managed_or_404(unsafe_person_id: int) -> PersonRow:
    found = queries.person_managed(reading(), _scope(), unsafe_person_id, clock.today())
    return found or abort(404)


def _appointment_or_404(unsafe_person_id: int, unsafe_appointment_id: int) -> tuple[PersonRow, Appointment]:
    person = _managed_or_404(unsafe_person_id)
    found = queries.appointment_in(reading(), _scope(), person.id, unsafe_appointment_id)
    return person, found or abort(404)


def _problem(form: AppointmentFields, entry: AppointmentEntry) -> bool:
    """Note in the form why the post cannot be put on record."""
    problem = rules.problem_of_post(entry, clock.today())
    if problem:
        form.appointed_on.errors = [_(problem)]
    return problem is not None


def _person_page(person_id: int) -> ResponseReturnValue:
    return redirect(url_for("people.person", unsafe_person_id=person_id))


def _trail(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(url_for("people.persons"), _("People")), *further]


def _trail_of(person: PersonRow, here: str) -> list[tuple[str, str]]:
    return _trail((url_for("people.person", unsafe_person_id=person.id), person.name), ("", here))


@blueprint.get("/people")
@requires(Role.UNIT_ADMIN)
def persons() -> ResponseReturnValue:
    """List the persons of the own unit and below."""
    wanted = _wanted()
    number = key_from(request.args.get("page")) or 1
    return render_template(
        "people/persons.html",
        page=queries.persons_in(
            reading(), _scope(), clock.today(), wanted.text, wanted.unit, number, wanted.standing
        ),
        organisations=queries.organisations_in(reading(), _scope()),
        wanted=wanted,
    )


def _wanted() -> Wanted:
    standing = request.args.get("standing", "")
    return Wanted(
        text=cleaned(request.args.get("text", ""))[:80],
        unit=key_from(request.args.get("unit")),
        standing=Standing(standing) if standing in set(Standing) else Standing.CURRENT,
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
@requires(Role.UNIT_ADMIN)
def new_person() -> ResponseReturnValue:
    """Add a person with a first post and an account."""
    form = NewPersonForm()
    form.offer(queries.organisations_in(reading(), _scope()))
    if form.validate_on_submit() and not _problem(form, form.entry()):
        name, number = form.name.value, form.staff_number.value
        added = services.add_person(access.actor(), name, number, form.entry(), clock.today(), clock.now())
        if isinstance(added, services.Added):
            return _added(added, name)
        form.staff_number.errors = [_(added)]
    breadcrumbs = _trail(("", _("Add a person")))
    return render_template("people/new_person.html", form=form, breadcrumbs=breadcrumbs)


def _added(added: services.Added, name: str) -> ResponseReturnValue:
    """Show the one-time password of somebody new; somebody taken in has an account already."""
    if added.account is None:
        flash(_("%(name)s was on record already and now holds a post here.", name=name), "success")
        return _person_page(added.person_id)
    onward = url_for("people.person", unsafe_person_id=added.person_id)
    return render_template("accounts/one_time_password.html", opened=added.account, onward=onward)


@blueprint.get("/people/<int:unsafe_person_id>")
@requires(Role.UNIT_ADMIN)
def person(unsafe_person_id: int) -> ResponseReturnValue:
    """Show a person with all posts held."""
    today, scope = clock.today(), _scope()
    found = queries.person_in(reading(), scope, unsafe_person_id, today) or abort(404)
    return render_template(
        "people/person.html",
        person=found,
        appointments=queries.appointments_of(reading(), [found.id])[found.id],
        is_managed=queries.person_managed(reading(), scope, found.id, today) is not None,
        covered={row.id for row in queries.organisations_in(reading(), scope)},
        paths=queries.path_names(reading()),
        has_roles=queries.has_granted_role(reading(), found.id),
        labels={"tenures": TENURES, "ranks": RANKS},
        breadcrumbs=_trail(("", found.name)),
    )


@blueprint.route("/people/<int:unsafe_person_id>/edit", methods=["GET", "POST"])
@requires(Role.UNIT_ADMIN)
def edit_person(unsafe_person_id: int) -> ResponseReturnValue:
    """Correct name and staff number."""
    found = _managed_or_404(unsafe_person_id)
    form = PersonForm(obj=found)
    if form.validate_on_submit():
        refusal = services.change_person(
            access.actor(), found.id, form.name.value, form.staff_number.value, clock.now()
        )
        if refusal is None:
            flash(_("The changes are saved."), "success")
            return _person_page(found.id)
        form.staff_number.errors = [_(refusal)]
    title = _("Correct name or number")
    breadcrumbs = _trail_of(found, title)
    return render_template("people/form.html", form=form, title=title, breadcrumbs=breadcrumbs)


@blueprint.post("/people/<int:unsafe_person_id>/active")
@requires(Role.UNIT_ADMIN)
def set_person_active(unsafe_person_id: int) -> ResponseReturnValue:
    """Switch a person on or off."""
    found = _managed_or_404(unsafe_person_id)
    is_active = request.form.get("active") == "1"
    refusal = services.set_active(access.actor(), found.id, is_active, clock.now())
    if refusal is None:
        done = _("The person is switched on.") if is_active else _("The person is switched off.")
        flash(done, "success")
    else:
        flash(_(refusal), "error")
    return _person_page(found.id)


@blueprint.post("/people/<int:unsafe_person_id>/password")
@requires(Role.UNIT_ADMIN)
def reset_password(unsafe_person_id: int) -> ResponseReturnValue:
    """Give a person a one-time password and show it once."""
    found = _managed_or_404(unsafe_person_id)
    renewed = services.reset_password(access.actor(), found.id, clock.now())
    if isinstance(renewed, PersonRefusal):
        flash(_(renewed), "error")
        return _person_page(found.id)
    onward = url_for("people.person", unsafe_person_id=found.id)
    return render_template("accounts/one_time_password.html", opened=renewed, onward=onward)


@blueprint.route("/people/<int:unsafe_person_id>/appointments/new", methods=["GET", "POST"])
@requires(Role.UNIT_ADMIN)
def new_appointment(unsafe_person_id: int) -> ResponseReturnValue:
    """Give a person a further post."""
    found = _managed_or_404(unsafe_person_id)
    form = AppointmentFields(is_primary=not found.is_current)
    form.offer(queries.organisations_in(reading(), _scope()))
    if form.validate_on_submit() and not _problem(form, form.entry()):
        refusal = services.add_appointment(access.actor(), found.id, form.entry(), clock.now())
        if refusal is None:
            flash(_("The post is added."), "success")
            return _person_page(found.id)
        form.post.errors = [_(refusal)]
    title = _("Add a post")
    breadcrumbs = _trail_of(found, title)
    return render_template("people/form.html", form=form, title=title, breadcrumbs=breadcrumbs)


@blueprint.route(
    "/people/<int:unsafe_person_id>/appointments/<int:unsafe_appointment_id>/edit", methods=["GET", "POST"]
)
@requires(Role.UNIT_ADMIN)
def correct_appointment(unsafe_person_id: int, unsafe_appointment_id: int) -> ResponseReturnValue:
    """Correct what was entered wrongly about a post."""
    found, appointment = _appointment_or_404(unsafe_person_id, unsafe_appointment_id)
    form = CorrectAppointmentForm(data=CorrectAppointmentForm.values(appointment))
    form.offer(queries.organisations_in(reading(), _scope()), always=appointment.organisation_id)
    if form.validate_on_submit() and not _problem(form, form.entry()):
        services.correct_appointment(access.actor(), appointment.id, form.entry(), clock.now())
        flash(_("The post is corrected."), "success")
        return _person_page(found.id)
    title = _("Correct a post")
    lead = _("For mistakes only. Who took another post is moved, so that both stay on record.")
    breadcrumbs = _trail_of(found, title)
    return render_template("people/form.html", form=form, title=title, lead=lead, breadcrumbs=breadcrumbs)


@blueprint.route(
    "/people/<int:unsafe_person_id>/appointments/<int:unsafe_appointment_id>/end", methods=["GET", "POST"]
)
@requires(Role.UNIT_ADMIN)
def end_appointment(unsafe_person_id: int, unsafe_appointment_id: int) -> ResponseReturnValue:
    """End a post after its last day."""
    found, appointment = _appointment_or_404(unsafe_person_id, unsafe_appointment_id)
    form = EndAppointmentForm()
    if form.validate_on_submit():
        refusal = services.end_appointment(
            access.actor(), appointment.id, form.left_on.value, clock.today(), clock.now()
        )
        if refusal is None:
            flash(_("The post is ended."), "success")
            return _person_page(found.id)
        form.left_on.errors = [_(refusal)]
    title, lead = _("End a post"), _("What was learned in it stays on record.")
    breadcrumbs = _trail_of(found, title)
    return render_template("people/form.html", form=form, title=title, lead=lead, breadcrumbs=breadcrumbs)


@blueprint.route(
    "/people/<int:unsafe_person_id>/appointments/<int:unsafe_appointment_id>/move", methods=["GET", "POST"]
)
@requires(Role.UNIT_ADMIN)
def move(unsafe_person_id: int, unsafe_appointment_id: int) -> ResponseReturnValue:
    """End a post and begin another in one act."""
    found, appointment = _appointment_or_404(unsafe_person_id, unsafe_appointment_id)
    form = AppointmentFields(data=AppointmentFields.values(appointment) | {"appointed_on": ""})
    form.offer(queries.organisations_in(reading(), _scope()))
    if form.validate_on_submit() and not _problem(form, form.entry()):
        refusal = services.move(access.actor(), appointment.id, form.entry(), clock.now())
        if refusal is None:
            flash(_("The person is moved; the former post stays on record."), "success")
            return _person_page(found.id)
        form.appointed_on.errors = [_(refusal)]
    title = _("Move to another post")
    lead = _("The present post ends the day before the new one begins.")
    breadcrumbs = _trail_of(found, title)
    return render_template("people/form.html", form=form, title=title, lead=lead, breadcrumbs=breadcrumbs)
