"""Pages on which instructors set up exams, open sittings and look at results."""

from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
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
from learning.exams import papers, results_table, words
from learning.exams.forms import ExamForm, SittingForm, fields_of, moment_of
from learning.exams.models import Exam, Sitting
from learning.exams.queries import managing as queries
from learning.exams.queries import marking
from learning.exams.services import managing
from learning.exams.services.managing import ManagingRefusal
from learning.exams.views.pages import blueprint
from learning.materials.queries import modules_of, newest_edition
from learning.people.queries import OrganisationRow, organisations_in
from question_bank.blueprints import Blueprint
from question_bank.feasibility import Feasibility


def _scope() -> Scope:
    return access.scope_of(Role.INSTRUCTOR)


def _exam_or_404(unsafe_exam_id: int) -> Exam:
    found = queries.exam_in(reading(), _scope(), unsafe_exam_id)
    if found is None:
        abort(404)
    return found


def _sitting_or_404(unsafe_sitting_id: int) -> tuple[Sitting, Exam]:
    found = queries.sitting_in(reading(), _scope(), unsafe_sitting_id)
    if found is None:
        abort(404)
    return found


def _trail(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(url_for("exams.manage"), _("Exams")), *further]


@blueprint.get("/exams/manage")
@requires(Role.INSTRUCTOR)
def manage() -> ResponseReturnValue:
    """List the exams of the own schools."""
    page = queries.exams_in(reading(), _scope(), key_from(request.args.get("page")) or 1)
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
    exam = _exam_or_404(unsafe_exam_id)
    if exam.published_at is not None:
        return redirect(url_for("exams.exam", unsafe_exam_id=exam.id))
    return _edit(exam)


def _edit(exam: Exam | None) -> ResponseReturnValue:
    """Show the form of an exam, do what its buttons say without saving, or save it."""
    form, course_id = _exam_form(exam)
    school_id = exam.organisation_id if exam else _own_school()
    feasible: Feasibility | None = None
    if request.method == "POST" and _is_button_for_lines(form):
        return _edit_page(form, exam, None)
    is_valid = form.validate_on_submit()
    plan = _checked_blueprint(form) if form.is_submitted() and not form.cells.errors else None
    if is_valid and plan is not None:
        if "check" not in request.form:
            return _save(exam, school_id, course_id, form, plan)
        feasible = queries.feasibility_of(reading(), school_id, plan)
    return _edit_page(form, exam, feasible)


def _edit_page(form: ExamForm, exam: Exam | None, feasible: Feasibility | None) -> str:
    title = exam.title if exam else _("New exam")
    return render_template(
        "exams/edit.html",
        form=form,
        exam=exam,
        title=title,
        feasible=feasible,
        words=words,
        breadcrumbs=_trail(("", title)),
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
    found = organisations_in(reading(), _scope())
    if not found:
        abort(403)
    return found[0].id


def _is_button_for_lines(form: ExamForm) -> bool:
    """Add or remove a line of the blueprint if that was asked; return whether it was."""
    if "add-cell" in request.form:
        form.add_cell()
        return True
    number = key_from(request.form.get("remove-cell"))
    if number is not None:
        form.remove_cell(number)
    return number is not None


def _checked_blueprint(form: ExamForm) -> Blueprint | None:
    """Return the blueprint of a form, or tell at the form what is wrong with its lines."""
    found = form.blueprint()
    if isinstance(found, Blueprint):
        return found
    form.cells.errors = [_problem_text(problem.where, problem.message, problem.params) for problem in found]
    return None


def _problem_text(where: str, message: str, params: object) -> str:
    line = where.split(".")[1] if where.startswith("cells.") else ""
    words_of_it = _(message) % params
    return _("Line %(line)s: %(problem)s", line=line, problem=words_of_it) if line else words_of_it


def _save(
    exam: Exam | None, school_id: int, course_id: int, form: ExamForm, plan: Blueprint
) -> ResponseReturnValue:
    actor, settings, now = access.actor(), form.settings(course_id, plan), clock.now()
    if exam is None:
        exam_id = managing.create_exam(actor, school_id, settings, now)
    else:
        exam_id = exam.id
        _tell(managing.change_exam(actor, exam_id, settings, now), "")
    return redirect(url_for("exams.exam", unsafe_exam_id=exam_id))


def _tell(refusal: ManagingRefusal | None, done: str) -> None:
    """Say what came of an act."""
    if refusal is not None:
        flash(words.MANAGING_REFUSALS[refusal], "error")
    elif done:
        flash(done, "success")


@blueprint.get("/exams/manage/<int:unsafe_exam_id>")
@requires(Role.INSTRUCTOR)
def exam(unsafe_exam_id: int) -> ResponseReturnValue:
    """Show an exam: settings, blueprint with what the bank holds for it, sittings."""
    found = _exam_or_404(unsafe_exam_id)
    plan = papers.blueprint_of(found)
    return render_template(
        "exams/exam.html",
        exam=found,
        plan=plan,
        feasible=queries.feasibility_of(reading(), found.organisation_id, plan),
        sittings=queries.sittings_of(reading(), found.id),
        words=words,
        breadcrumbs=_trail(("", found.title)),
    )


@blueprint.post("/exams/manage/<int:unsafe_exam_id>/publish")
@requires(Role.INSTRUCTOR)
def publish(unsafe_exam_id: int) -> ResponseReturnValue:
    """Freeze an exam, so that sittings can be opened."""
    found = _exam_or_404(unsafe_exam_id)
    _tell(managing.publish_exam(access.actor(), found.id, clock.now()), _("The exam is published."))
    return redirect(url_for("exams.exam", unsafe_exam_id=found.id))


@blueprint.route("/exams/manage/<int:unsafe_exam_id>/sittings/new", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def new_sitting(unsafe_exam_id: int) -> ResponseReturnValue:
    """Open a sitting of a published exam."""
    found, form = _exam_or_404(unsafe_exam_id), SittingForm()
    form.now = clock.now()
    form.organisation.choices = choices_of(
        {each.id: "　" * each.depth + each.name for each in _invited(found)}
    )
    if form.validate_on_submit():
        opened = managing.open_sitting(
            access.actor(),
            found.id,
            int(form.organisation.data),
            moment_of(form.opens.data),
            moment_of(form.closes.data),
            clock.now(),
        )
        _tell(opened.refusal, _("The sitting is announced."))
        return redirect(url_for("exams.exam", unsafe_exam_id=found.id))
    trail = _trail((url_for("exams.exam", unsafe_exam_id=found.id), found.title), ("", _("New sitting")))
    return render_template("exams/new_sitting.html", form=form, exam=found, breadcrumbs=trail)


def _invited(exam: Exam) -> list[OrganisationRow]:
    """Return who may be invited: what the school's own territory covers."""
    parent = queries.territory_of(reading(), exam.organisation_id)
    return [each for each in organisations_in(reading(), Scope(frozenset({parent}))) if each.is_active]


@blueprint.get("/sittings/<int:unsafe_sitting_id>")
@requires(Role.INSTRUCTOR)
def sitting(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Show a sitting: attempts with state, answered and score, and what is to be marked."""
    found, of_exam = _sitting_or_404(unsafe_sitting_id)
    return render_template(
        "exams/sitting.html",
        sitting=found,
        exam=of_exam,
        questions=papers.blueprint_of(of_exam).total_items,
        page=queries.attempts_in(reading(), found.id, key_from(request.args.get("page")) or 1),
        to_mark=marking.queue(reading(), of_exam, found.id),
        words=words,
        is_open=found.closes_at > clock.now(),
        breadcrumbs=_sitting_trail(of_exam),
    )


def _sitting_trail(of_exam: Exam) -> list[tuple[str, str]]:
    return _trail((url_for("exams.exam", unsafe_exam_id=of_exam.id), of_exam.title), ("", _("Sitting")))


@blueprint.post("/sittings/<int:unsafe_sitting_id>/cancel")
@requires(Role.INSTRUCTOR)
def cancel(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Cancel a sitting that nobody has started."""
    found, of_exam = _sitting_or_404(unsafe_sitting_id)
    _tell(managing.cancel_sitting(access.actor(), found.id, clock.now()), _("The sitting is cancelled."))
    return redirect(url_for("exams.exam", unsafe_exam_id=of_exam.id))


@blueprint.post("/sittings/<int:unsafe_sitting_id>/release")
@requires(Role.INSTRUCTOR)
def release(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Release results, keys and explanations of a sitting."""
    found, _exam = _sitting_or_404(unsafe_sitting_id)
    _tell(managing.release_results(access.actor(), found.id, clock.now()), _("The results are released."))
    return redirect(url_for("exams.sitting", unsafe_sitting_id=found.id))


@blueprint.post("/sittings/<int:unsafe_sitting_id>/results.xlsx")
@requires(Role.INSTRUCTOR)
def results(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Hand out the table of results; a download of personal records is audited."""
    found, of_exam = _sitting_or_404(unsafe_sitting_id)
    now = clock.now()
    managing.note_export(access.actor(), found.id, now)
    rows = queries.all_attempts_in(reading(), found.id)
    data = results_table.workbook(of_exam, found, rows, now, current_user.display_name)
    return send_file(
        BytesIO(data),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=f"{_('Results')}-{of_exam.title[:40]}-{found.id}.xlsx",
    )
