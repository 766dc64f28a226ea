"""The page on which instructors decide what is different for single persons at a sitting."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import text
from learning.core.urls import key_from
from learning.exams import words
from learning.exams.forms.overrides import OverrideForm, fields_of
from learning.exams.models import Exam, Sitting
from learning.exams.queries import overrides as queries
from learning.exams.queries import seating
from learning.exams.queries.terms import overrides_in_force
from learning.exams.seat_lists import Candidate, person_meant
from learning.exams.services import overrides as services
from learning.exams.services.overrides import OverrideRefusal
from learning.exams.views import doors
from learning.exams.views.pages import blueprint
from learning.people.roster_cells import Reason, read_staff_number


@blueprint.route("/sittings/<int:unsafe_sitting_id>/overrides", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def overrides(unsafe_sitting_id: int) -> ResponseReturnValue:
    """List what is different for single persons, and decide it for one."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    form = _form(sitting, exam)
    if not form.validate_on_submit():
        return _page(sitting, exam, form)
    person = _person(sitting, exam, text(form.staff_number))
    if isinstance(person, Reason):
        form.staff_number.errors = [_(person.message, **person.params)]
        return _page(sitting, exam, form)
    refusal = services.override(access.actor(), sitting.id, person.id, form.entry(), clock.now())
    if refusal is None:
        flash(_("This holds for %(name)s from now on.", name=person.name), "success")
        return redirect(url_for("exams.overrides", unsafe_sitting_id=sitting.id))
    _tell(form, refusal)
    return _page(*doors.sitting_or_404(sitting.id), form)


def _form(sitting: Sitting, exam: Exam) -> OverrideForm:
    """Return the form, filled with what holds for the person that the address names."""
    wanted = request.args.get("staff_number", "")[:60]
    person = _person(sitting, exam, wanted) if wanted and request.method == "GET" else None
    in_force = (
        overrides_in_force(reading(), sitting.id).get(person.id) if isinstance(person, Candidate) else None
    )
    form = OverrideForm(data=fields_of(wanted, in_force))
    form.now = clock.now()
    return form


def _person(sitting: Sitting, exam: Exam, written: str) -> Candidate | Reason:
    number = read_staff_number(written)
    if isinstance(number, Reason):
        return number
    persons = seating.persons_like(reading(), sitting, exam, [number], clock.today())
    return person_meant(number, "", persons)


def _tell(form: OverrideForm, refusal: OverrideRefusal) -> None:
    field = (
        form.closes
        if refusal in {OverrideRefusal.WINDOW, OverrideRefusal.ENDS_ATTEMPT}
        else form.staff_number
    )
    field.errors = [words.OVERRIDE_REFUSALS[refusal]]


def _page(sitting: Sitting, exam: Exam, form: OverrideForm) -> str:
    return render_template(
        "exams/overrides.html",
        sitting=sitting,
        exam=exam,
        form=form,
        page=queries.overrides_at(reading(), sitting.id, key_from(request.args.get("page")) or 1),
        breadcrumbs=doors.sitting_trail(sitting, exam, ("", _("Single persons"))),
    )
