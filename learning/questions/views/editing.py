"""Write a question: choose its type, fill in its form, preview it, save it as a draft."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import choices_of, text
from learning.questions import forms, labels, queries, rules, services
from learning.questions.document import seal
from learning.questions.forms import QuestionForm
from learning.questions.models import Question
from learning.questions.preview import preview_of
from learning.questions.services import Saved
from learning.questions.views.pages import blueprint, breadcrumbs, own_question_or_404, scope
from question_bank import types
from question_bank.items import Item
from question_bank.types.protocol import ItemType


@dataclass(frozen=True)
class Editing:
    """A form that is being filled in, for a question that may not be there yet."""

    form: QuestionForm
    type: ItemType
    question: Question | None = None
    asks_school: bool = False


@blueprint.get("/questions/new")
@requires(Role.INSTRUCTOR)
def new() -> ResponseReturnValue:
    """Choose the type of a new question."""
    return render_template(
        "questions/new.html",
        types=types.all_types(),
        labels=labels,
        breadcrumbs=breadcrumbs(_("New question")),
    )


@blueprint.route("/questions/new/<unsafe_type>", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def new_of_type(unsafe_type: str) -> ResponseReturnValue:
    """Write a new question of a type."""
    type_ = types.find(unsafe_type)
    if type_ is None:
        abort(404)
    form, schools = QuestionForm(), queries.schools_in(reading(), scope())
    form.organisation.choices = choices_of(schools)
    if len(schools) == 1:
        form.organisation.data = next(iter(schools))
    editing = Editing(form, type_, asks_school=len(schools) != 1)
    return _answer(editing) if form.is_submitted() else _page(editing, {})


@blueprint.route("/questions/<int:unsafe_question_id>/edit", methods=["GET", "POST"])
@requires(Role.INSTRUCTOR)
def edit(unsafe_question_id: int) -> ResponseReturnValue:
    """Write on at a question of the own school; what is published stays as it is."""
    found = own_question_or_404(unsafe_question_id)
    newest = queries.history(reading(), found.id)[0]
    form = QuestionForm()
    form.organisation.choices = choices_of({found.organisation_id: ""})
    form.organisation.data = found.organisation_id
    editing = Editing(form, types.get(newest.item.type), found)
    if form.is_submitted():
        return _answer(editing)
    forms.fill(form, newest.item, newest.digest)
    return _page(editing, editing.type.editor.to_fields(newest.item.content))


def _answer(editing: Editing) -> ResponseReturnValue:
    """Save what was sent, or show it again with its problems and a preview."""
    form, fields = editing.form, forms.content_fields(request.form)
    read = forms.item_from_form(form, editing.type, fields) if form.validate() else []
    if not isinstance(read, Item):
        forms.show_problems(form, read)
        return _page(editing, fields)
    if request.form.get("action") != "save":
        forms.show_problems(form, rules.problems(read, seal().has))
        return _page(editing, fields, read)
    key = editing.question.id if editing.question else None
    seen = text(form.seen) or None
    saved = services.save_draft(access.actor(), form.organisation.data, key, read, clock.now(), seen)
    if not isinstance(saved, Saved):
        form.form_errors.append(labels.SAVE_REFUSALS[saved])
        return _page(editing, fields, read)
    flash(_("Saved as a draft."), "success")
    return redirect(url_for("questions.version", unsafe_version_id=saved.version_id))


def _page(editing: Editing, fields: Mapping[str, str], item: Item | None = None) -> str:
    """Render the form, with a preview of the item that it states."""
    title = editing.question.code if editing.question else _("New question")
    return render_template(
        "questions/edit.html",
        editing=editing,
        form=editing.form,
        fields=fields,
        item=item,
        preview=preview_of(item) if item else None,
        prefix=forms.CONTENT,
        clauses=seal().paragraphs,
        breadcrumbs=breadcrumbs(title),
    )
