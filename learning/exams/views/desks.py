"""What somebody who marks has before them: the answers to one question of a sitting, without names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, url_for
from flask_babel import gettext as _
from flask_login import current_user

from learning.core.db import reading
from learning.exams import anonymous
from learning.exams.forms.marks import AnswerForm
from learning.exams.models import Exam, Sitting
from learning.exams.queries import marking
from learning.exams.queries.marking import AnswerRow, AnswerToMark, Asking
from learning.exams.views import doors
from question_bank import types
from question_bank.types.protocol import MarkedByPeople, MarkingPoint, Policy

Coded = tuple[str, AnswerRow]


@dataclass(frozen=True)
class Desk:
    """The answers to a question of a sitting in the order of one marker, by the codes of that marker."""

    sitting: Sitting
    exam: Exam
    version_id: int
    who: Asking
    rows: Sequence[Coded]

    def at(self, unsafe_code: str) -> Coded:
        """Return the answer of a code, or answer that there is none."""
        return next((each for each in self.rows if each[0] == unsafe_code), None) or abort(404)

    @property
    def own(self) -> list[str]:
        """Return the codes of the answers that are this marker's: marked already, or to be marked."""
        return [code for code, row in self.rows if marking.is_seen_by(row, self.exam, self.who)]

    def next_after(self, code: str) -> str:
        """Return the code of the next answer that waits for this marker, empty where there is none."""
        waiting = [each for each, row in self.rows if marking.is_to_mark_by(row, self.exam, self.who)]
        return next((each for each in waiting if each > code), waiting[0] if waiting else "")

    def next_to_reconcile(self, able: int) -> str:
        """Return the code of an answer whose markers disagree and that this person may decide about."""
        found = (code for code, row in self.rows if marking.is_to_decide_by(row, self.exam, self.who, able))
        return next(found, "")

    def address(self, endpoint: str, code: str) -> str:
        """Return the address of a page about an answer."""
        return url_for(
            endpoint, unsafe_sitting_id=self.sitting.id, unsafe_version_id=self.version_id, unsafe_code=code
        )


@dataclass(frozen=True)
class Opened:
    """An answer that lies open before a marker."""

    desk: Desk
    code: str
    answer: AnswerToMark

    @property
    def row(self) -> AnswerRow:
        """Return the answer with its marks."""
        return self.answer.row

    def form(self, asks_cause: bool) -> AnswerForm:
        """Return the form of the marks of the answer."""
        form = AnswerForm()
        form.ask(self.row.max_mark, looked_for(self.desk.exam, self.answer), asks_cause)
        return form

    def address(self, endpoint: str) -> str:
        """Return the address of another page about the answer."""
        return self.desk.address(endpoint, self.code)


def who() -> Asking:
    """Return who looks."""
    return Asking(current_user.account_id, current_user.person_id)


def desk_or_404(unsafe_sitting_id: int, unsafe_version_id: int) -> Desk:
    """Return the answers to a question that people mark; nobody is shown an answer of their own."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    rows = marking.answers_at(reading(), sitting.id, unsafe_version_id)
    if not rows:
        abort(404)
    seen = [row for row in rows if row.person_id != current_user.person_id]
    secret = current_app.config["SECRET_KEY"]
    ordered = anonymous.in_order(seen, secret, current_user.account_id)
    return Desk(sitting, exam, rows[0].version_id, who(), ordered)


def open_answer(unsafe_sitting_id: int, unsafe_version_id: int, unsafe_code: str) -> Opened:
    """Return an answer by the code that this marker has for it."""
    desk = desk_or_404(unsafe_sitting_id, unsafe_version_id)
    code, row = desk.at(unsafe_code)
    return Opened(desk, code, marking.with_answer(reading(), row))


def looked_for(exam: Exam, answer: AnswerToMark) -> list[MarkingPoint]:
    """Return what is looked for in an answer."""
    type_ = types.get(answer.item.type)
    if not isinstance(type_, MarkedByPeople):
        return []
    return type_.marking_points(answer.item.content, answer.response, Policy(exam.choice_policy))


def shown_of(answer: AnswerToMark) -> Mapping[str, Any]:
    """Return what review.html of the type needs; the marking points stand in the form instead."""
    type_ = types.get(answer.item.type)
    return _without_points(type_.review(answer.item.content, answer.arrangement, answer.response))


def _without_points(shown: Mapping[str, Any]) -> dict[str, Any]:
    bare = {name: value for name, value in shown.items() if name != "points"}
    if "shown" in bare:
        bare["shown"] = _without_points(bare["shown"])
    if "parts" in bare:
        bare["parts"] = [_without_points(part) for part in bare["parts"]]
    return bare


def trail(sitting: Sitting, exam: Exam, title: str = "") -> list[tuple[str, str]]:
    """Return the way to the marking of a sitting, or to a page of that title below it."""
    if not title:
        return doors.sitting_trail(sitting, exam, ("", _("Marking")))
    overview = url_for("exams.marking_overview", unsafe_sitting_id=sitting.id)
    return doors.sitting_trail(sitting, exam, (overview, _("Marking")), ("", title))
