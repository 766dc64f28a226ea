"""What the page of a unit shows to everybody alike, put together once in each language."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from flask import current_app, get_template_attribute, request, url_for
from markupsafe import Markup

from learning.core.templates import csrf_token
from learning.core.translations import spoken
from learning.materials import queries as materials
from learning.materials.addresses import addressed, clause_href, linked
from learning.materials.queries import Practice, UnitPage
from learning.study.practice import Question
from learning.study.views.pages import module_url, place_of, trail, unit_url
from question_bank import types


class Around(NamedTuple):
    """What stands around a practice question."""

    answer_url: str
    again_url: str
    explanation: Markup
    clauses: Markup


@dataclass(frozen=True)
class Leaf:
    """The text of a unit, the original beside it, and the ways on."""

    clauses: Markup
    html: Markup
    original: Markup
    breadcrumbs: Sequence[tuple[str, str]]
    read_url: str
    module_url: str
    #: Empty: there is no unit before or after it in the module.
    previous_url: str
    next_url: str
    number: int
    units: int
    practice: Mapping[int, Around]


def leaf_of(page: UnitPage) -> Leaf:
    """Return what everybody sees on the page of a unit."""
    return _leaf(page, spoken(), request.script_root)


# Never stale: what is kept of an edition never changes, and all that it is shown by stands in the key.
@lru_cache(maxsize=512)
def _leaf(page: UnitPage, _language: str, _root: str) -> Leaf:
    return _put_together(page)


def _put_together(page: UnitPage) -> Leaf:
    units = materials.contents(page.edition.id).units_in(page.module.slug)
    at = units.index(page.unit)
    shown_original = get_template_attribute("materials/_original.html", "original")
    return Leaf(
        clauses=_clauses(page, page.refs),
        # Rendered and cleaned by courses.rendering when the edition was published.
        html=Markup(addressed(page.edition, page.html, page.passages)),  # noqa: S704
        original=shown_original(page.passages, page.document_id),
        breadcrumbs=[
            *trail(page.edition),
            (module_url(page.edition, page.module.slug), page.module.title),
            (unit_url(page), page.unit.title),
        ],
        read_url=url_for("study.read", **place_of(page)),
        module_url=module_url(page.edition, page.module.slug),
        previous_url=unit_url(page, units[at - 1].key) if at else "",
        next_url=unit_url(page, units[at + 1].key) if at + 1 < len(units) else "",
        number=at + 1,
        units=len(units),
        practice={each.position: _around(page, each) for each in page.practice},
    )


def _around(page: UnitPage, practice: Practice) -> Around:
    # With the anchor: where something has to be said about the answer, the page opens at the question.
    anchor = f"practice-{practice.position}"
    return Around(
        answer_url=url_for(
            "study.answer", unsafe_position=practice.position, _anchor=anchor, **place_of(page)
        ),
        again_url=url_for("study.unit", again=practice.position, _anchor=anchor, **place_of(page)),
        explanation=linked(practice.item.explanation, clause_href(page.edition.course_slug, page.passages)),
        clauses=_clauses(page, practice.item.clauses),
    )


def _clauses(page: UnitPage, refs: Sequence[str]) -> Markup:
    """Return clauses as links: to their wording beside the text, or to their own page."""
    listed = get_template_attribute("materials/_original.html", "clause_list")
    found: Markup = listed(refs, clause_href(page.edition.course_slug, page.passages))
    return found


def shown(page: UnitPage, question: Question, is_unanswered: bool) -> Markup:
    """Return a practice question as HTML; `is_unanswered`: it was sent without an answer."""
    if question.answer or question.filled or is_unanswered:
        return _shown(page, question, is_unanswered, csrf_token())
    asked, order = question.asked, json.dumps(question.arrangement)
    return _open(page, asked.position, question.tries, order, spoken()).replace(_TOKEN, csrf_token())


#: Stands for the token of a request in what is kept for all; random, so that no text can hold it.
_TOKEN = secrets.token_hex(16)


# Never stale: an unanswered question is its item, which never changes, in one of its arrangements.
@lru_cache(maxsize=2048)
def _open(page: UnitPage, position: int, tries: int, order: str, _language: str) -> Markup:
    asked = next(each for each in page.practice if each.position == position)
    return _shown(page, Question(asked, tries, json.loads(order)), False, _TOKEN)


def _shown(page: UnitPage, question: Question, is_unanswered: bool, token: str) -> Markup:
    macro = get_template_attribute("study/_question.html", "practice_question")
    around = leaf_of(page).practice[question.asked.position]
    html: Markup = macro(question, _body(question), around, is_unanswered, token)
    return html


def _body(question: Question) -> Markup:
    item = question.asked.item
    type_, answer = types.get(item.type), question.answer
    shown = (
        type_.review(item.content, question.arrangement, answer.response)
        if answer
        else type_.present(item.content, question.arrangement)
    )
    template = f"types/{item.type}/{'review' if answer else 'answer'}.html"
    rendered = current_app.jinja_env.get_template(template).render(
        shown=shown,
        name="answer",
        response_fields=question.filled,
        disabled=False,
        labelled_by=f"practice-{question.asked.position}-stem",
    )
    return Markup(rendered)  # noqa: S704 - a template's output
