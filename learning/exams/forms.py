"""Forms of exams, sittings and marks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateTimeLocalField,
    DecimalField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from learning.core.clock import SHANGHAI
from learning.core.forms import Form, choices_of, required_text, text, trimmed
from learning.exams import review, words
from learning.exams.kinds import ExamKind, Phase
from learning.exams.models import Exam
from learning.exams.services.managing import Settings
from learning.exams.words import KINDS, POLICIES, RELEASE_MODES
from question_bank import blueprints, types
from question_bank.blueprints import MOST_CELLS, Blueprint
from question_bank.items import DIFFICULTIES
from question_bank.marks import print_marks
from question_bank.problems import Problem
from question_bank.types.protocol import Policy

LONGEST_INSTRUCTIONS = 4000
#: No sitting is planned further ahead; a year beyond what a calendar can hold would fail in arithmetic.
LONGEST_AHEAD = timedelta(days=3 * 366)


def _options(label: str, choices: Mapping[str, str]) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        choices=choices_of(choices),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def _number(label: str, least: int, most: int, default: int, description: str = "") -> IntegerField:
    return IntegerField(
        label,
        validators=[
            InputRequired(_l("Please enter a number.")),
            NumberRange(
                least,
                most,
                _l("Please enter a whole number from %(least)s to %(most)s.", least=least, most=most),
            ),
        ],
        default=default,
        description=description,
        render_kw={"inputmode": "numeric"},
    )


class CellForm(PlainForm):
    """A line of the blueprint: which questions, how many, for how many marks each."""

    clauses = StringField(_l("Clauses"), validators=[Length(max=200)], filters=[trimmed])
    types = _options(_l("Types"), {type_.name: _l(type_.label) for type_ in types.all_types()})
    difficulties = _options(_l("Difficulties"), {str(level): str(level) for level in DIFFICULTIES})
    count = IntegerField(_l("Number of questions"), default=1, render_kw={"inputmode": "numeric"})
    marks = StringField(
        _l("Marks each"),
        default="2",
        validators=[Length(max=8)],
        filters=[trimmed],
        render_kw={"inputmode": "decimal"},
    )

    def to_dict(self) -> dict[str, Any]:
        """Return the line as question_bank.blueprints reads it."""
        written = text(self.clauses).replace("§", "").replace("¶", ".")
        for mark in "，、；;　":
            written = written.replace(mark, " ")
        return {
            "clauses": written.replace(",", " ").split(),
            "types": list(self.types.data or []),
            "difficulties": [int(level) for level in self.difficulties.data or [] if level.isdigit()],
            "count": self.count.data,
            "marks": text(self.marks),
        }


class ExamForm(Form):
    """All settings of an exam with its blueprint."""

    title = required_text(_l("Title"), 200)
    kind = RadioField(_l("Kind"), choices=choices_of(KINDS), default=ExamKind.FINAL_EXAM)
    #: Choices are set by the view.
    module = SelectField(_l("Module"), description=_l("For a module test only."), coerce=str)
    instructions = TextAreaField(
        _l("Instructions"), validators=[Length(max=LONGEST_INSTRUCTIONS)], render_kw={"rows": 3}
    )
    time_limit_minutes = _number(_l("Time limit in minutes"), 1, 600, 60)
    attempts_allowed = _number(
        _l("Attempts allowed"), 1, 20, 2, _l("2 means one resit for those who have not passed.")
    )
    pass_percent = _number(_l("Pass mark in percent"), 1, 100, 60)
    choice_policy = RadioField(
        _l("Several right choices"), choices=choices_of(POLICIES), default=Policy.ALL_OR_NOTHING
    )
    release_mode = RadioField(
        _l("Results and explanations can be seen"),
        choices=choices_of(RELEASE_MODES),
        default=Phase.RELEASED,
        description=_l(
            "With the review learners see all right answers. As long as others can still start, they may "
            "hear them."
        ),
    )
    cells = FieldList(FormField(CellForm), _l("Blueprint"), min_entries=1, max_entries=MOST_CELLS)

    def validate_module(self, field: Field) -> None:
        """Ask for a module where the exam is about one."""
        if self.kind.data == ExamKind.MODULE_TEST and not field.data:
            raise ValidationError(_l("Please choose the module that the test is about."))

    def blueprint(self) -> Blueprint | list[Problem]:
        """Return the blueprint that the lines state, or what is wrong with them."""
        return blueprints.from_dict({"cells": [entry.form.to_dict() for entry in self.cells]})

    def settings(self, course_id: int, blueprint: Blueprint) -> Settings:
        """Return what the valid form says."""
        is_module_test = self.kind.data == ExamKind.MODULE_TEST
        return Settings(
            course_id=course_id,
            kind=str(self.kind.data),
            module_slug=str(self.module.data) if is_module_test else None,
            title=text(self.title),
            instructions=text(self.instructions),
            blueprint=blueprints.to_dict(blueprint),
            time_limit_minutes=int(self.time_limit_minutes.data or 0),
            attempts_allowed=int(self.attempts_allowed.data or 0),
            pass_percent=int(self.pass_percent.data or 0),
            choice_policy=str(self.choice_policy.data),
            review=review.to_dict({Phase(self.release_mode.data): review.EVERYTHING}),
        )

    def add_cell(self) -> None:
        """Add an empty line to the blueprint."""
        if len(self.cells) < MOST_CELLS:
            self.cells.append_entry()

    def remove_cell(self, number: int) -> None:
        """Take a line out of the blueprint, keeping one."""
        lines = [entry.data for entry in self.cells]
        if len(lines) > 1 and 0 <= number < len(lines):
            del lines[number]
            while len(self.cells):
                self.cells.pop_entry()
            for line in lines:
                self.cells.append_entry(line)


def fields_of(exam: Exam, plan: Blueprint) -> dict[str, Any]:
    """Return an exam with its blueprint as the form shows it."""
    names = (
        "title",
        "kind",
        "instructions",
        "time_limit_minutes",
        "attempts_allowed",
        "pass_percent",
        "choice_policy",
    )
    cells = [
        {
            "clauses": "，".join(cell.clauses),
            "types": list(cell.types),
            "difficulties": [str(level) for level in cell.difficulties],
            "count": cell.count,
            "marks": print_marks(cell.marks),
        }
        for cell in plan.cells
    ]
    return {name: getattr(exam, name) for name in names} | {
        "module": exam.module_slug or "",
        "cells": cells,
        "release_mode": words.released_in(exam),
    }


class SittingForm(Form):
    """The window of a sitting and who may take part."""

    #: Choices are set by the view.
    organisation = SelectField(_l("For (with all below)"), coerce=str)
    opens = DateTimeLocalField(
        _l("Opens (Beijing time)"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[InputRequired(_l("Please enter day and time."))],
    )
    closes = DateTimeLocalField(
        _l("Closes (Beijing time)"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[InputRequired(_l("Please enter day and time."))],
        description=_l("The hard end: no attempt runs beyond it, whatever its time limit."),
    )
    #: Set by the view.
    now: datetime

    def validate_closes(self, field: Field) -> None:
        """Refuse a window that is empty, over, or beyond all planning."""
        if field.errors or self.opens.data is None or field.data is None:
            return
        if field.data <= self.opens.data:
            raise ValidationError(_l("A sitting has to close after it opens."))
        if not self.now < moment_of(field.data) < self.now + LONGEST_AHEAD:
            raise ValidationError(_l("A sitting has to close in the future, within three years."))

    def validate_opens(self, field: Field) -> None:
        """Refuse a day that no calendar arithmetic can hold."""
        if field.data is not None and not 2000 <= field.data.year <= 2200:
            raise ValidationError(_l("Please enter day and time."))


def moment_of(local: datetime | None) -> datetime:
    """Return the moment that a valid day and time in Beijing stand for."""
    if local is None:
        raise TypeError("only a form that was found valid states a moment")
    return local.replace(tzinfo=SHANGHAI)


class MarkForm(Form):
    """A mark with a comment for an answer."""

    attempt = HiddenField()
    slot = HiddenField()
    seen = HiddenField()
    mark = DecimalField(
        _l("Marks given"),
        places=None,
        validators=[InputRequired(_l("Please enter a number."))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    comment = TextAreaField(
        _l("Comment for the learner"), validators=[Length(max=1000)], render_kw={"rows": 2}
    )
    #: The full marks of the answer; set by the view.
    full: Decimal = Decimal(0)

    def validate_mark(self, field: Field) -> None:
        """Refuse what lies outside the marks of the question, and steps finer than a hundredth."""
        mark = field.data
        if not isinstance(mark, Decimal) or not mark.is_finite() or not 0 <= mark <= self.full:
            raise ValidationError(_l("Please enter marks between 0 and the full marks."))
        if mark != round(mark, 2):
            raise ValidationError(_l("Marks have at most two decimal places."))
