"""The reader: a unit beside the original, its practice, and the time spent with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import snapshot
from learning.core.urls import key_from
from learning.materials.queries import Practice, UnitPage
from learning.study import forms, practice, queries, services
from learning.study.queries import Tries
from learning.study.rules import position_from
from learning.study.views.leaves import leaf_of, shown
from learning.study.views.pages import blueprint, module_url, unit_or_404, unit_url


@dataclass(frozen=True)
class Asked:
    """What a learner asks of the questions on the page: one again, or one that was sent unanswered."""

    again: int | None = None
    unanswered: int | None = None
    fields: practice.Fields = ()


@blueprint.get("/courses/<unsafe_course>/<unsafe_module>/<unsafe_unit>")
@requires(Role.LEARNER)
def unit(unsafe_course: str, unsafe_module: str, unsafe_unit: str) -> ResponseReturnValue:
    """Show a unit to be read; opening it begins to count study time."""
    page = unit_or_404(unsafe_course, unsafe_module, unsafe_unit)
    return _reader(page, Asked(again=key_from(request.args.get("again"))))


@blueprint.post("/courses/<unsafe_course>/<unsafe_module>/<unsafe_unit>/read")
@requires(Role.LEARNER)
def read(unsafe_course: str, unsafe_module: str, unsafe_unit: str) -> ResponseReturnValue:
    """Note that the unit was read, and go on."""
    page = unit_or_404(unsafe_course, unsafe_module, unsafe_unit)
    step = services.mark_read(access.actor(), access.person_id(), page, clock.now())
    if step.has_finished_module:
        _say_finished()
        return redirect(module_url(page.edition, page.module.slug))
    return redirect(_onward(page))


def _say_finished() -> None:
    flash(
        _("You have finished this module: every unit is read and every practice question is answered."),
        "success",
    )


def _onward(page: UnitPage) -> str:
    """Return where a reader goes after a unit: to its open practice, the next unit, or the module."""
    progress = queries.progress_of(snapshot(), access.person_id(), page.edition.id)
    module = progress.module(page.module.slug)
    units = list(module.units) if module else []
    own = next(unit for unit in units if unit.unit_id == page.unit.id)
    if not own.is_done:
        return unit_url(page, anchor="practice")
    after = units[units.index(own) + 1 :]
    return unit_url(page, after[0].key) if after else module_url(page.edition, page.module.slug)


@blueprint.post("/courses/<unsafe_course>/<unsafe_module>/<unsafe_unit>/practice/<int:unsafe_position>")
@requires(Role.LEARNER)
def answer(
    unsafe_course: str, unsafe_module: str, unsafe_unit: str, unsafe_position: int
) -> ResponseReturnValue:
    """Take an answer to a practice question, and show at once what is right."""
    page = unit_or_404(unsafe_course, unsafe_module, unsafe_unit)
    item = _item_or_404(page, unsafe_position)
    fields, tries = forms.answer_fields(request.form), key_from(request.form.get("tries"))
    response = forms.read_answer(item.item.type, fields)
    if response is None:
        return _reader(page, Asked(item.position, item.position, fields)), 422
    step = services.answer_practice(
        access.actor(), access.person_id(), page, item, response, tries, clock.now()
    )
    if step.has_finished_module:
        _say_finished()
    return redirect(unit_url(page, anchor=f"practice-{item.position}"))


def _item_or_404(page: UnitPage, unsafe_position: int) -> Practice:
    return next((each for each in page.practice if each.position == unsafe_position), None) or abort(404)


@blueprint.post("/study/visits/<int:unsafe_visit_id>")
@requires(Role.LEARNER)
def beat(unsafe_visit_id: int) -> ResponseReturnValue:
    """Take the report of a page that it is being read; it says where the reader is, never how long."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        abort(400)
    position, is_resumed = position_from(sent.get("position")), sent.get("resumed") is True
    taken = services.take_heartbeat(
        access.person_id(), unsafe_visit_id, position, is_resumed, clock.now()
    ) or abort(404)
    url = url_for("study.beat", unsafe_visit_id=taken.visit_id)
    return jsonify(visit=url, seconds=taken.seconds, is_running=taken.is_running)


def _reader(page: UnitPage, asked: Asked) -> str:
    person_id, leaf = access.person_id(), leaf_of(page)
    visit = services.open_visit(person_id, page, clock.now())
    questions = _questions(page, person_id, asked, visit.before.tries)
    return render_template(
        "study/unit.html",
        page=page,
        leaf=leaf,
        visit=visit,
        is_done=visit.before.is_read and len(visit.before.tries) == len(page.practice),
        questions=[shown(page, each, each.asked.position == asked.unanswered) for each in questions],
        breadcrumbs=leaf.breadcrumbs,
    )


def _questions(
    page: UnitPage, person_id: int, asked: Asked, tries: Mapping[str, Tries]
) -> list[practice.Question]:
    return [
        practice.question(
            each,
            person_id,
            tries.get(each.code),
            is_again=each.position == asked.again,
            fields=asked.fields if each.position == asked.unanswered else (),
        )
        for each in page.practice
    ]
