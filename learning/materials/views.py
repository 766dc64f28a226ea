"""Pages of course content: originals, modules, units as learners see them, clauses, figures."""

from pathlib import PurePath

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from courses.clauses import ClauseRef
from learning.accounts import access
from learning.accounts.access import requires, signed_in
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading, snapshot
from learning.materials import commands, queries, rules, services
from learning.materials.addresses import addressed, clause_href, linked
from learning.materials.forms import DocumentForm
from learning.materials.queries import EditionRow
from learning.materials.services import ImportOutcome
from learning.materials.words import finding_text
from question_bank import types
from question_bank.items import Item
from question_bank.texts import printable

blueprint = Blueprint("materials", __name__, cli_group=None)
blueprint.cli.add_command(commands.documents)

#: What a drawing may do when it is opened by itself: nothing.
FIGURE_POLICY = "default-src 'none'; style-src 'none'; sandbox"
MIMETYPES = {".svg": "image/svg+xml", ".png": "image/png"}


# ---- originals ----


@blueprint.route("/documents", methods=["GET", "POST"])
@requires(Role.SYSTEM_ADMIN)
def documents() -> ResponseReturnValue:
    """Show which original is loaded, and load it from a file."""
    form, outcome = DocumentForm(), None
    if form.validate_on_submit():
        outcome = _import(form.file.data)
        if not outcome.findings:
            flash(_("The original is loaded.") if outcome.is_new else _("The original was loaded already."))
            return redirect(url_for("materials.documents"))
    status = 422 if outcome or form.errors else 200
    loaded = queries.documents(reading())
    return render_template(
        "materials/documents.html", form=form, outcome=outcome, loaded=loaded, finding_text=finding_text
    ), status


def _import(file: FileStorage) -> ImportOutcome:
    # The last part only: some browsers send the whole path of the file on that computer.
    name = PurePath((file.filename or "").replace("\\", "/")).name[:200]
    return services.import_document(
        access.actor(), services.BUILT_IN.name, printable(name), file.read(), clock.now()
    )


@blueprint.get("/clauses/<unsafe_course>/<unsafe_ref>")
@signed_in
def clause(unsafe_course: str, unsafe_ref: str) -> ResponseReturnValue:
    """Show a clause in its original wording, where that is loaded, and the units that teach it."""
    edition = queries.current_edition(reading(), unsafe_course) or abort(404)
    ref = rules.clause_from(unsafe_ref) or abort(404)
    units = queries.contents(edition.id).units_about(ref)
    passages = rules.passages([str(ref)], queries.original(reading(), edition.course_slug, [str(ref)]))
    if not rules.exists(ref, passages, bool(units)):
        abort(404)
    has_original = bool(queries.document_of(reading(), edition.course_slug))
    return render_template(
        "materials/clause.html",
        edition=edition,
        ref=ref,
        units=units,
        passages=passages,
        has_original=has_original,
        breadcrumbs=_way_to(edition, ref),
    )


def _way_to(edition: EditionRow, ref: ClauseRef) -> list[tuple[str, str]]:
    """Return the way of a learner through the course to a clause; others come from pages of many kinds."""
    if current_user.person_id is None:
        return []
    course = url_for("study.course", unsafe_course=edition.course_slug)
    return [(url_for("study.courses"), _("My courses")), (course, edition.title), ("", ref.label)]


@blueprint.get("/figures/<int:unsafe_edition_id>/<unsafe_name>")
@signed_in
def figure(unsafe_edition_id: int, unsafe_name: str) -> ResponseReturnValue:
    """Send a drawing; an edition never changes, so a browser may keep it."""
    content = queries.figure(reading(), unsafe_edition_id, unsafe_name) or abort(404)
    reply = Response(content, mimetype=MIMETYPES[PurePath(unsafe_name).suffix])
    reply.headers["Content-Security-Policy"] = FIGURE_POLICY
    reply.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return reply


# ---- courses as instructors see them ----


@blueprint.get("/materials")
@requires(Role.INSTRUCTOR)
def modules() -> ResponseReturnValue:
    """List the courses with their modules, units, clauses and editions."""
    session = reading()
    outlines = [queries.outline(session, edition) for edition in queries.current_editions(session)]
    return render_template("materials/modules.html", outlines=outlines)


@blueprint.get("/materials/<unsafe_course>/<unsafe_module>/<unsafe_unit>")
@requires(Role.INSTRUCTOR)
def preview_unit(unsafe_course: str, unsafe_module: str, unsafe_unit: str) -> ResponseReturnValue:
    """Show a unit as learners read it, with the keys of its practice questions."""
    page = queries.unit_at(snapshot(), unsafe_course, unsafe_module, unsafe_unit) or abort(404)
    return render_template(
        "materials/preview_unit.html",
        page=page,
        html=addressed(page.edition, page.html, page.passages),
        clause_href=clause_href(page.edition.course_slug, page.passages),
        linked=linked,
        practice=[_keyed(practice.item) for practice in page.practice],
        breadcrumbs=[(url_for("materials.modules"), _("Course content")), (request.path, page.unit.title)],
    )


def _keyed(item: Item) -> tuple[Item, str, str]:
    type_ = types.get(item.type)
    return item, _(type_.label), type_.key_text(item.content)
