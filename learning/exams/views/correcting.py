"""The page on which an instructor says what is wrong with a question and proposes a correction."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import text
from learning.exams import papers
from learning.exams import regrade_words as words
from learning.exams.corrections import Preview, RegradeRefusal
from learning.exams.forms.regrades import CorrectionForm
from learning.exams.models import Exam
from learning.exams.queries import regrades
from learning.exams.services import regrading
from learning.exams.services.regrading import Proposed
from learning.exams.views import doors
from learning.exams.views.pages import blueprint
from learning.questions.forms import content_fields
from learning.questions.labels import place_text, problem_text
from question_bank import types
from question_bank.corrections import Correction, CorrectionKind, Key
from question_bank.problems import Problem
from question_bank.types.protocol import BadResponse, ItemType


@dataclass(frozen=True)
class Case:
    """A question of an exam that somebody wants to correct, in one of the ways there are."""

    exam: Exam
    version_id: int
    kind: CorrectionKind
    #: What it is scored by now.
    key: Key

    @property
    def type(self) -> ItemType:
        """Return the type of the question."""
        return types.get(self.key.item.type)


@blueprint.route(
    "/exams/manage/<int:unsafe_exam_id>/corrections/<int:unsafe_version_id>", methods=["GET", "POST"]
)
@requires(Role.INSTRUCTOR)
def correct(unsafe_exam_id: int, unsafe_version_id: int) -> ResponseReturnValue:
    """Say what is wrong with a question, look at whom it would change, and propose it."""
    case = _case_or_404(doors.exam_or_404(unsafe_exam_id), unsafe_version_id)
    form = CorrectionForm()
    if not form.is_submitted():
        return _page(case, form)
    stated = _stated(case)
    if not form.validate() or not isinstance(stated, Correction):
        return _page(case, form, Proposed(problems=stated if isinstance(stated, list) else []))
    if request.form.get("action") != "propose":
        return _look_ahead(case, form, stated)
    cause, erratum = text(form.cause), text(form.erratum)
    proposed = regrading.propose(access.actor(), case.exam, stated, cause, erratum, clock.now())
    if proposed.regrade_id is None:
        return _page(case, form, proposed)
    return redirect(url_for("exams.correction", unsafe_regrade_id=proposed.regrade_id))


def _case_or_404(exam: Exam, unsafe_version_id: int) -> Case:
    if not regrades.is_on_papers(reading(), exam.id, unsafe_version_id):
        abort(404)
    kinds = {kind.value: kind for kind in CorrectionKind}
    kind = kinds.get(request.values.get("kind", ""), CorrectionKind.CORRECT_KEY)
    return Case(exam, unsafe_version_id, kind, regrading.key_of(reading(), exam.id, unsafe_version_id))


def _stated(case: Case) -> Correction | list[Problem]:
    """Return the correction that the form states, or what is wrong with it."""
    content = case.type.editor.from_fields(content_fields(request.form))
    read = case.type.read_response(_response_fields())
    response = None if isinstance(read, BadResponse) else read
    return regrading.correction_from(case.version_id, case.kind, content, response)


def _response_fields() -> list[tuple[str, str]]:
    """Return the fields of the answer to be accepted, as the exam page names them."""
    return [
        (name.removeprefix("response").removeprefix("-"), value)
        for name, value in request.form.items(multi=True)
        if name == "response" or name.startswith("response-")
    ]


def _look_ahead(case: Case, form: CorrectionForm, correction: Correction) -> str:
    """Show whom a correction would change, without writing anything."""
    refused = regrading.refusal_of(reading(), case.exam.id, correction)
    if refused.refusal is not None:
        return _page(case, form, refused)
    return _page(case, form, preview=regrading.preview_of(reading(), case.exam, correction))


def _page(
    case: Case, form: CorrectionForm, refused: Proposed | None = None, preview: Preview | None = None
) -> str:
    item, is_sent = case.key.item, form.is_submitted()
    if refused is not None:
        form.form_errors = [*form.form_errors, *_told(refused.refusal, refused.problems)]
    overview = url_for("exams.corrections_of", unsafe_exam_id=case.exam.id)
    return render_template(
        "exams/correct.html",
        case=case,
        item=item,
        form=form,
        preview=preview,
        fields=content_fields(request.form) if is_sent else case.type.editor.to_fields(item.content),
        shown=case.type.present(item.content, case.type.plain_arrangement(item.content)),
        response_fields=papers.grouped(_response_fields()) if is_sent else {},
        key=case.type.key_text(item.content),
        words=words,
        breadcrumbs=doors.exam_trail(case.exam, (overview, _("Corrections")), ("", _("New correction"))),
    )


def _told(refusal: RegradeRefusal | None, problems: Iterable[Problem]) -> list[str]:
    """Return what to say about a correction that cannot be made."""
    told = [
        _("%(field)s: %(error)s", field=place_text(problem.where), error=problem_text(problem))
        for problem in problems
    ]
    return told if refusal in {None, RegradeRefusal.PROBLEMS} else [str(words.REFUSALS[refusal]), *told]
