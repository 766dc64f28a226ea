"""Pages on which instructors set up exams."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import choices_of
from learning.core.urls import key_from
from learning.exams import labels, papers, review, words
from learning.exams.forms import ExamForm, fields_of
from learning.exams.forms.blueprints import Told, change_by_button, tell_problems
from learning.exams.kinds import Behaviour
from learning.exams.models import Exam
from learning.exams.queries import managing as queries
from learning.exams.services import managing
from learning.exams.services.managing import ManagingRefusal
from learning.exams.views import doors
from learning.exams.views.pages import blueprint
from learning.materials.queries import modules_of, newest_edition
from learning.people.queries import organisations_in
from question_bank.blueprints import Blueprint
from question_bank.feasibility import Feasibility


@blueprint.get("/exams/manage")
@requires(Role.INSTRUCTOR)
def manage() -> ResponseReturnValue:
    """List the exams of the own schools."""
    page = queries.exams_in(reading(), doors.scope(), key_from(request.args.get("page")) or 1)
    return render_template("exams/manage.html", page=page, words=words)


@blueprint.route("/exams/manage/new", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def new() -> ResponseReturnValue:
    """Set up an exam."""
    return _edit(None)


@blueprint.route("/exams/manage/<int:unsafe_exam_id>/edit", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def edit(unsafe_exam_id: int) -> ResponseReturnValue:
    """Change a draft."""
    exam = doors.exam_or_404(unsafe_exam_id)
    if exam.published_at is not None:
        doors.tell(ManagingRefusal.PUBLISHED, "")
        return redirect(url_for("exams.exam", unsafe_exam_id=exam.id))
    return _edit(exam)


def _edit(exam: Exam | None) -> ResponseReturnValue:
    """Show the form of an exam, do what its buttons say without saving, or save it."""
    form, course_id = _exam_form(exam)
    school_id = exam.organisation_id if exam else _own_school()
    if request.method == "POST" and change_by_button(form.sections, request.form.get("change", "")):
        return _edit_page(form, exam)
    is_valid = form.validate_on_submit()
    told: Sequence[Told] = ()
    if form.is_submitted():
        plan = form.blueprint()
        if not isinstance(plan, Blueprint):
            told = tell_problems(form, plan)
        elif is_valid and "check" not in request.form:
            return _save(exam, school_id, course_id, form, plan)
        elif is_valid:
            return _edit_page(form, exam, plan=plan, feasible=_feasible(school_id, plan, form))
    return _edit_page(form, exam, told)


def _feasible(school_id: int, plan: Blueprint, form: ExamForm) -> Feasibility:
    return queries.feasibility_of(reading(), school_id, plan, int(form.attempts_allowed.data or 1))


def _edit_page(
    form: ExamForm,
    exam: Exam | None,
    told: Sequence[Told] = (),
    plan: Blueprint | None = None,
    feasible: Feasibility | None = None,
) -> str:
    title = exam.title if exam else _("New exam")
    return render_template(
        "exams/edit.html",
        form=form,
        exam=exam,
        title=title,
        told=told,
        plan=plan,
        feasible=feasible,
        papers=queries.NOMINAL_PAPERS,
        words=words,
        labels=labels,
        breadcrumbs=doors.trail(("", title)),
    )


def _exam_form(exam: Exam | None) -> tuple[ExamForm, int]:
    """Return the form and the course that the exam is about."""
    courses = queries.courses(reading())
    if not courses:
        abort(409, _("There is no course yet that an exam could be about."))
    course_id = exam.course_id if exam else courses[0].id
    edition = newest_edition(reading(), course_id)
    modules = modules_of(reading(), edition.id) if edition else []
    form = ExamForm(data=fields_of(exam, papers.blueprint_of(exam)) if exam else None)
    form.module.choices = choices_of({"": _("(none)")} | {each.slug: each.title for each in modules})
    return form, course_id


def _own_school() -> int:
    """Return the school for which a new exam is set up: the first that the instructor teaches at."""
    found = organisations_in(reading(), doors.scope())
    if not found:
        abort(403)
    return found[0].id


def _save(
    exam: Exam | None, school_id: int, course_id: int, form: ExamForm, plan: Blueprint
) -> ResponseReturnValue:
    actor, settings, now = access.actor(), form.settings(course_id, plan), clock.now()
    if exam is None:
        exam_id = managing.create_exam(actor, school_id, settings, now)
    else:
        exam_id = exam.id
        doors.tell(managing.change_exam(actor, exam_id, settings, now), "")
    return redirect(url_for("exams.exam", unsafe_exam_id=exam_id))


@blueprint.get("/exams/manage/<int:unsafe_exam_id>")
@requires(Role.INSTRUCTOR)
def exam(unsafe_exam_id: int) -> ResponseReturnValue:
    """Show an exam: settings, blueprint with what the bank holds for it, sittings."""
    found = doors.exam_or_404(unsafe_exam_id)
    plan = papers.blueprint_of(found)
    is_checked = found.published_at is None or "check" in request.args
    return render_template(
        "exams/exam.html",
        exam=found,
        plan=plan,
        matrix=review.matrix_of(found.review),
        is_early=found.behaviour == Behaviour.EXAM and review.reveals_early(found.review),
        feasible=_feasibility_of(found, plan) if is_checked else None,
        papers=queries.NOMINAL_PAPERS,
        sittings=queries.sittings_of(reading(), found.id),
        words=words,
        labels=labels,
        breadcrumbs=doors.trail(("", found.title)),
    )


def _feasibility_of(exam: Exam, plan: Blueprint) -> Feasibility:
    return queries.feasibility_of(reading(), exam.organisation_id, plan, exam.attempts_allowed)


@blueprint.post("/exams/manage/<int:unsafe_exam_id>/publish")
@requires(Role.INSTRUCTOR)
def publish(unsafe_exam_id: int) -> ResponseReturnValue:
    """Freeze an exam, so that sittings can be opened."""
    found = doors.exam_or_404(unsafe_exam_id)
    doors.tell(managing.publish_exam(access.actor(), found.id, clock.now()), _("The exam is published."))
    return redirect(url_for("exams.exam", unsafe_exam_id=found.id))


@blueprint.post("/exams/manage/<int:unsafe_exam_id>/copy")
@requires(Role.INSTRUCTOR)
def copy(unsafe_exam_id: int) -> ResponseReturnValue:
    """Set up a draft with the settings of an exam."""
    found = doors.exam_or_404(unsafe_exam_id)
    title = _("%(title)s (copy)", title=found.title[:180])
    copy_id = managing.copy_exam(access.actor(), found.id, title, clock.now())
    flash(_("This is the copy. It is a draft and can be changed."), "success")
    return redirect(url_for("exams.exam", unsafe_exam_id=copy_id))


@blueprint.post("/exams/manage/<int:unsafe_exam_id>/delete")
@requires(Role.INSTRUCTOR)
def delete(unsafe_exam_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    found = doors.exam_or_404(unsafe_exam_id)
    refusal = managing.delete_exam(access.actor(), found.id, clock.now())
    doors.tell(refusal, _("The draft is deleted."))
    if refusal is not None:
        return redirect(url_for("exams.exam", unsafe_exam_id=found.id))
    return redirect(url_for("exams.manage"))
