"""Pages on which instructors open sittings, look after them, and release results."""

from datetime import timedelta
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role, Scope
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import choices_of
from learning.core.urls import key_from
from learning.exams import labels, papers, results_table, words
from learning.exams.forms import DoorForm, SittingForm
from learning.exams.forms.sittings import fields_of
from learning.exams.models import Exam, Sitting
from learning.exams.queries import exposure, seating, terms
from learning.exams.queries import managing as queries
from learning.exams.queries.results import sitting_results
from learning.exams.services import managing, sittings
from learning.exams.services.sittings import Outcome
from learning.exams.views import doors
from learning.exams.views.pages import blueprint
from learning.people.forms import indented
from learning.people.queries import OrganisationRow, organisations_in
from question_bank.pool import exposure_cap

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.route("/exams/manage/<int:unsafe_exam_id>/sittings/new", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def new_sitting(unsafe_exam_id: int) -> ResponseReturnValue:
    """Open a sitting of a published exam, from scratch or after the pattern of another one."""
    found = doors.exam_or_404(unsafe_exam_id)
    form = _sitting_form(found, _pattern(found))
    if "generate" in request.form:
        return _new_page(found, _with_code(form))
    if not form.validate_on_submit():
        return _new_page(found, form)
    opened = sittings.open_sitting(access.actor(), found.id, form.plan(), clock.now(), form.learners.data)
    if opened.id is None:
        return _new_page(found, form, opened)
    flash(_("The sitting is announced."), "success")
    return redirect(url_for("exams.sitting", unsafe_sitting_id=opened.id))


def _pattern(exam: Exam) -> Sitting | None:
    """Return the sitting of the same exam that the new one is to resemble."""
    found = queries.sitting_in(reading(), doors.scope(), key_from(request.args.get("from")) or 0)
    return found[0] if found and found[1].id == exam.id else None


def _sitting_form(exam: Exam, pattern: Sitting | None, with_window: bool = False) -> SittingForm:
    form = SittingForm(data=fields_of(pattern, with_window) if pattern else None)
    form.now = clock.now()
    form.organisation.choices = choices_of(indented(_invited(exam)))
    runs = queries.class_runs(reading(), exam.organisation_id)
    form.class_run.choices = choices_of({"": _("(none)")} | {str(key): title for key, title in runs})
    return form


def _invited(exam: Exam) -> list[OrganisationRow]:
    """Return who may be invited: what the school's own territory covers."""
    parent = queries.territory_of(reading(), exam.organisation_id)
    return [each for each in organisations_in(reading(), Scope(frozenset({parent}))) if each.is_active]


def _with_code(form: DoorForm) -> DoorForm:
    form.access_code.data = sittings.new_code()
    return form


def _new_page(exam: Exam, form: DoorForm, opened: Outcome | None = None) -> str:
    refusal = opened.refusal if opened else None
    return render_template(
        "exams/new_sitting.html",
        form=form,
        exam=exam,
        plan=papers.blueprint_of(exam),
        refusal=words.MANAGING_REFUSALS[refusal] if refusal else "",
        feasible=opened.feasible if opened else None,
        papers=opened.papers if opened else 0,
        words=words,
        labels=labels,
        breadcrumbs=doors.exam_trail(exam, ("", _("New sitting"))),
    )


@blueprint.get("/sittings/<int:unsafe_sitting_id>")
@requires(Role.INSTRUCTOR)
def sitting(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Show a sitting: what was decided about it, who sat, and the way to all else."""
    found, of_exam = doors.sitting_or_404(unsafe_sitting_id)
    return render_template(
        "exams/sitting.html",
        sitting=found,
        exam=of_exam,
        facts=queries.facts_of(reading(), found),
        admitted=terms.number_admitted(reading(), found, clock.today()),
        rooms=seating.rooms_at(reading(), found.id),
        questions=papers.blueprint_of(of_exam).total_items,
        page=queries.attempts_in(reading(), found.id, key_from(request.args.get("page")) or 1),
        results=sitting_results(reading(), of_exam, found.id),
        words=words,
        labels=labels,
        last_full_start=found.closes_at - timedelta(minutes=of_exam.time_limit_minutes),
        is_open=found.closes_at > clock.now(),
        breadcrumbs=doors.sitting_trail(found, of_exam),
    )


@blueprint.route("/sittings/<int:unsafe_sitting_id>/edit", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def edit_sitting(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Change a sitting: all of it, or once somebody has started only its door."""
    found, of_exam = doors.sitting_or_404(unsafe_sitting_id)
    form = _form_for_change(found, of_exam)
    if "generate" in request.form:
        return _change_page(found, of_exam, _with_code(form))
    if not form.validate_on_submit():
        return _change_page(found, of_exam, form)
    plan = form.plan() if isinstance(form, SittingForm) else sittings.plan_of(found, form.door())
    refusal = sittings.change_sitting(access.actor(), found.id, plan, clock.now())
    doors.tell(refusal, _("The sitting is changed."))
    return redirect(url_for("exams.sitting", unsafe_sitting_id=found.id))


def _form_for_change(sitting: Sitting, exam: Exam) -> DoorForm:
    if queries.has_attempts(reading(), sitting.id):
        return DoorForm(data=fields_of(sitting))
    form = _sitting_form(exam, sitting, with_window=True)
    del form.learners
    return form


def _change_page(sitting: Sitting, exam: Exam, form: DoorForm) -> str:
    return render_template(
        "exams/edit_sitting.html",
        form=form,
        sitting=sitting,
        exam=exam,
        breadcrumbs=doors.sitting_trail(sitting, exam, ("", _("Change the sitting"))),
    )


@blueprint.get("/sittings/<int:unsafe_sitting_id>/exposure")
@requires(Role.INSTRUCTOR)
def item_exposure(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Show how often each question of the pool stands on papers."""
    found, of_exam = doors.sitting_or_404(unsafe_sitting_id)
    plan = papers.blueprint_of(of_exam)
    return render_template(
        "exams/exposure.html",
        sitting=found,
        exam=of_exam,
        plan=plan,
        lines=labels.line_names(plan),
        whole=exposure.exposure_of(reading(), found.id),
        page=exposure.exposed(reading(), found.id, key_from(request.args.get("page")) or 1),
        cap=exposure_cap(plan, found.papers_expected) if plan.exposure_percent < 100 else None,
        words=words,
        breadcrumbs=doors.sitting_trail(found, of_exam, ("", _("Exposure of questions"))),
    )


@blueprint.post("/sittings/<int:unsafe_sitting_id>/cancel")
@requires(Role.INSTRUCTOR)
def cancel(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Cancel a sitting that nobody has started."""
    found, of_exam = doors.sitting_or_404(unsafe_sitting_id)
    refusal = sittings.cancel_sitting(access.actor(), found.id, clock.now())
    doors.tell(refusal, _("The sitting is cancelled."))
    return redirect(url_for("exams.exam", unsafe_exam_id=of_exam.id))


@blueprint.post("/sittings/<int:unsafe_sitting_id>/release")
@requires(Role.INSTRUCTOR)
def release(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Release results, keys and explanations of a sitting."""
    found, _exam = doors.sitting_or_404(unsafe_sitting_id)
    refusal = managing.release_results(access.actor(), found.id, clock.now())
    doors.tell(refusal, _("The results are released."))
    return redirect(url_for("exams.sitting", unsafe_sitting_id=found.id))


@blueprint.post("/sittings/<int:unsafe_sitting_id>/results.xlsx")
@requires(Role.INSTRUCTOR)
def results(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Hand out the table of results; a download of personal records is audited."""
    found, of_exam = doors.sitting_or_404(unsafe_sitting_id)
    now = clock.now()
    managing.note_export(access.actor(), found.id, now)
    rows, so_far = queries.all_attempts_in(reading(), found.id), sitting_results(reading(), of_exam, found.id)
    data = results_table.workbook(of_exam, found, rows, so_far, now, current_user.display_name)
    return send_file(
        BytesIO(data),
        WORKBOOK,
        as_attachment=True,
        download_name=f"{_('Results')}-{of_exam.title[:40]}-{found.id}.xlsx",
    )
