"""Search the bank, count it, and list its drafts."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core.db import reading
from learning.core.paging import Page
from learning.core.urls import key_from
from learning.questions import labels, queries, rules
from learning.questions.document import seal
from learning.questions.forms import SearchForm
from learning.questions.queries import QuestionRow
from learning.questions.views.pages import blueprint, breadcrumbs, scope
from question_bank import items, types


@blueprint.get("/questions")
@requires(Role.INSTRUCTOR)
def bank() -> ResponseReturnValue:
    """Search the bank."""
    form = SearchForm(request.args)
    page: Page[QuestionRow] = Page((), 1, 0)
    if form.validate():
        page = queries.search(reading(), scope(), form.search(), key_from(request.args.get("page")) or 1)
    return render_template(
        "questions/bank.html", form=form, page=page, labels=labels, types=types, clauses=seal().paragraphs
    )


@blueprint.get("/questions/matrix")
@requires(Role.INSTRUCTOR)
def matrix() -> ResponseReturnValue:
    """Show how many questions there are on each clause, by type and difficulty."""
    use = "practice" if request.args.get("use") == "practice" else "exam"
    asked = key_from(request.args.get("difficulty"))
    difficulty = asked if asked in items.DIFFICULTIES else None
    rows = rules.matrix(queries.counts(reading(), scope(), use), seal().paragraphs, difficulty)
    return render_template(
        "questions/matrix.html",
        rows=rows,
        unasked=[row.clause for row in rows if row.paragraph is not None and not row.total],
        types=types.all_types(),
        use=use,
        difficulty=difficulty,
        labels=labels,
        breadcrumbs=breadcrumbs(_("Questions by clause")),
    )


@blueprint.get("/questions/drafts")
@requires(Role.INSTRUCTOR)
def drafts() -> ResponseReturnValue:
    """List what waits to be finished or reviewed."""
    return render_template(
        "questions/drafts.html",
        drafts=queries.drafts(reading(), scope()),
        own_id=access.actor().account_id,
        types=types,
        breadcrumbs=breadcrumbs(_("Drafts")),
    )
