"""What the pages of acts have in common: for whom, a page that asks once more, and what came of it."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.core import clock
from learning.core.db import reading
from learning.core.forms import choices_of
from learning.core.urls import key_from, local_target
from learning.exams import board_words, targets
from learning.exams.forms.invigilating import ActForm
from learning.exams.models import Exam, Sitting
from learning.exams.queries import board, invigilating
from learning.exams.queries.invigilating import Candidate
from learning.exams.services.invigilating import ActRefusal, Done
from learning.exams.targets import ALL, Target
from learning.exams.views import doors

SELECTED, EVERYBODY = "selected", "all"


@dataclass(frozen=True)
class Act:
    """An act on a sitting that is about to be done."""

    sitting: Sitting
    exam: Exam
    form: ActForm
    #: Those who were chosen on the board, or whose page it was.
    selected: Sequence[Candidate]

    def targets(self) -> list[Target]:
        """Return for whom the valid form says."""
        whom = str(self.form.whom.data)
        if whom == EVERYBODY:
            return [ALL]
        if whom == SELECTED:
            return [targets.person(each.person.id) for each in self.selected]
        kind, _colon, value = whom.partition(":")
        return [targets.room(value) if kind == "room" else targets.organisation(int(value))]

    def attempt_ids(self) -> list[int]:
        """Return the last attempts of those whom the valid form names."""
        found = self.selected
        if self.form.whom.data != SELECTED:
            found = invigilating.candidates(reading(), self.sitting, self.targets(), clock.now())
        return [each.attempt.id for each in found if each.attempt is not None]

    def page(self, name: str, title: str, **further: Any) -> str:
        """Return the page that asks once more, with the form."""
        return render_template(
            "exams/board/act.html",
            act=name,
            title=title,
            form=self.form,
            sitting=self.sitting,
            exam=self.exam,
            selected=self.selected,
            back=self.back(),
            words=board_words,
            breadcrumbs=doors.sitting_trail(
                self.sitting, self.exam, (_board_of(self.sitting), _("Board")), ("", title)
            ),
            **further,
        )

    def finish(self, done: Done, said: str) -> ResponseReturnValue:
        """Say what was done and what was not, and go back to where the act was chosen."""
        if done.attempt_ids:
            flash(said, "success")
        tell_refusals(done.refused)
        if not done.attempt_ids and not done.refused:
            flash(_("None of them has started; nothing was done."), "warning")
        return redirect(self.back())

    def back(self) -> str:
        """Return where the act was chosen: the board as it was narrowed, or the page of an attempt."""
        target = local_target(request.values.get("back"))
        inside = f"/sittings/{self.sitting.id}/"
        return target if target and target.startswith(inside) else _board_of(self.sitting)


def _board_of(sitting: Sitting) -> str:
    return url_for("exams.board", unsafe_sitting_id=sitting.id)


def tell_refusals(refused: Mapping[ActRefusal, int]) -> None:
    """Say for how many an act was not done, and why."""
    for reason, count in refused.items():
        flash(str(board_words.ACT_REFUSALS[reason]) % {"count": count}, "warning")


def begin(unsafe_sitting_id: int, form: ActForm, names_units: bool = False) -> Act:
    """Return the act that a request is about, or answer that there is no such thing."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    selected = _selected(sitting)
    form.whom.choices = choices_of(_choices(sitting, selected, names_units))
    form.key.data = form.key.data or secrets.token_hex(10)
    return Act(sitting, exam, form, selected)


def begin_with_attempts(unsafe_sitting_id: int, form: ActForm) -> Act:
    """Return an act on these attempts and no others; at first on the last ones of those selected."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    named = _keys("attempt")
    selected = invigilating.attempts_at(reading(), sitting.id, named) if named else _selected(sitting)
    if named and len(selected) != len(named):
        abort(404)
    form.whom.choices = choices_of({SELECTED: _("The %(count)s selected", count=len(selected))})
    form.key.data = form.key.data or secrets.token_hex(10)
    return Act(sitting, exam, form, [each for each in selected if each.attempt is not None])


def _selected(sitting: Sitting) -> list[Candidate]:
    """Return the persons that a request names; one who is not of this sitting is not found."""
    named = _keys("person")
    if not named:
        return []
    whom = [targets.person(key) for key in named]
    found = invigilating.candidates(reading(), sitting, whom, clock.now())
    if len(found) != len(named):
        abort(404)
    return found


def _keys(name: str) -> Collection[int]:
    return {key_from(text) or 0 for text in request.values.getlist(name)}


def _choices(sitting: Sitting, selected: Sequence[Candidate], names_units: bool) -> dict[str, str]:
    found = {} if selected else {"": _("Please choose")}
    if len(selected) == 1:
        found[SELECTED] = selected[0].person.name
    elif selected:
        found[SELECTED] = _("The %(count)s selected", count=len(selected))
    for room in board.rooms_of(reading(), sitting.id):
        found[f"room:{room.name}"] = _("Room %(room)s (%(count)s)", room=room.name, count=room.persons)
    found[EVERYBODY] = _("Everybody at this sitting")
    if names_units:
        for unit in board.units_at(reading(), sitting, clock.now()):
            found[f"unit:{unit.id}"] = "　" * unit.depth + unit.name
    return found
