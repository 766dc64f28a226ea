"""The form of an exam: all its settings with the blueprint."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from learning.core.forms import Form, choices_of, required_text, text, trimmed
from learning.exams import labels, review, words
from learning.exams.forms import blueprints as blueprint_fields
from learning.exams.forms.fields import number
from learning.exams.kinds import (
    Behaviour,
    Counting,
    ExamKind,
    Navigation,
    Phase,
    ResitFor,
    Shown,
    TimeOut,
)
from learning.exams.models import Exam
from learning.exams.services.managing import Settings
from question_bank import blueprints
from question_bank.blueprints import Blueprint
from question_bank.marks import print_marks
from question_bank.problems import Problem
from question_bank.types.protocol import Policy

LONGEST_INSTRUCTIONS = 4000
#: Settings whose field has their name and holds them as they are stored.
_TEXTS = ("title", "kind", "behaviour", "navigation", "time_out", "resit_for", "counting", "choice_policy")
_NUMBERS = (
    "time_limit_minutes",
    "attempts_allowed",
    "pass_percent",
    "tries",
    "tolerance_seconds",
    "grace_minutes",
    "delay_minutes",
    "markers",
    "marker_tolerance_percent",
)
#: What a new exam shows: to practice papers all at once, of others the own answers, all once released.
USUAL_REVIEW: review.Matrix = {
    Phase.DURING: review.EVERYTHING,
    Phase.AFTER: frozenset({Shown.RESPONSE}),
    Phase.RELEASED: review.EVERYTHING,
}


def _ticks(matrix: review.Matrix) -> list[str]:
    return [f"{phase}.{shown}" for phase in Phase for shown in Shown if shown in matrix.get(phase, ())]


class ExamForm(Form):
    """All settings of an exam with its blueprint."""

    title = required_text(_l("Title"), 200)
    kind = RadioField(_l("Kind"), choices=choices_of(words.KINDS), default=ExamKind.FINAL_EXAM)
    #: Choices are set by the view.
    module = SelectField(_l("Module"), description=_l("For a module test only."), coerce=str)
    instructions = TextAreaField(
        _l("Instructions"),
        validators=[Length(max=LONGEST_INSTRUCTIONS)],
        filters=[trimmed, lambda value: value or ""],
        render_kw={"rows": 3},
    )
    time_limit_minutes = number(_l("Time limit in minutes"), 1, 600, 60)
    pass_percent = number(_l("Pass mark in percent"), 1, 100, 60)
    sections = blueprint_fields.sections_field()
    difficulty_bound = StringField(
        _l("Papers differ in difficulty by less than"),
        validators=[Length(max=8)],
        filters=[trimmed],
        description=_l(
            "In levels of difficulty, for the mean over the marks of a paper; such as 0.3. Empty: no bound."
        ),
        render_kw={"inputmode": "decimal"},
    )
    exposure_percent = number(
        _l("No question stands in more than this share of the papers, in percent"),
        1,
        100,
        100,
        _l("100 means no limit. A lower share needs more questions in the bank."),
    )
    behaviour = RadioField(_l("Behaviour"), choices=choices_of(labels.BEHAVIOURS), default=Behaviour.EXAM)
    tries = number(_l("Tries at each question"), 1, 10, 1, _l("For a practice paper only."))
    navigation = RadioField(_l("Navigation"), choices=choices_of(labels.NAVIGATIONS), default=Navigation.FREE)
    tolerance_seconds = number(
        _l("Tolerance for a slow last save, in seconds"),
        0,
        120,
        5,
        _l("Answers sent in time that arrive so much later still count."),
    )
    time_out = RadioField(
        _l("When time is over"), choices=choices_of(labels.TIME_OUTS), default=TimeOut.SUBMIT
    )
    grace_minutes = number(
        _l("Minutes for handing in after the time"), 0, 120, 0, _l("Only where handing in is asked for.")
    )
    attempts_allowed = number(
        _l("Attempts allowed"), 1, 20, 2, _l("2 means one resit for those who have not passed.")
    )
    resit_for = RadioField(
        _l("Further attempts are for"), choices=choices_of(labels.RESITS), default=ResitFor.FAILED
    )
    delay_minutes = number(
        _l("Minutes between two attempts"), 0, 525_600, 0, _l("60 is an hour, 1440 a day, 10080 a week.")
    )
    counting = RadioField(
        _l("Of several attempts the result is"),
        choices=choices_of(labels.COUNTINGS),
        default=Counting.HIGHEST,
    )
    choice_policy = RadioField(
        _l("Partly right answers"), choices=choices_of(words.POLICIES), default=Policy.ALL_OR_NOTHING
    )
    markers = number(_l("People who mark each written answer"), 1, 2, 1)
    marker_tolerance_percent = number(
        _l("How far apart two markers may be, in percent of the marks"),
        0,
        100,
        20,
        _l("For two markers only."),
    )
    shown = SelectMultipleField(
        _l("What learners see, and from when on"),
        choices=choices_of({f"{phase}.{shown}": "" for phase in Phase for shown in Shown}),
        default=_ticks(USUAL_REVIEW),
    )

    def validate_module(self, field: Field) -> None:
        """Ask for a module where the exam is about one."""
        if self.kind.data == ExamKind.MODULE_TEST and not field.data:
            raise ValidationError(_l("Please choose the module that the test is about."))

    def validate_grace_minutes(self, field: Field) -> None:
        """Ask for minutes where the attempt has to be handed in after the time."""
        if self.time_out.data == TimeOut.GRACE and field.data == 0:
            raise ValidationError(_l("Please say how many minutes there are for handing in."))

    def validate_shown(self, field: Field) -> None:
        """Ask a practice paper to say whether answers are right."""
        needed = f"{Phase.DURING}.{Shown.CORRECTNESS}"
        if self.behaviour.data == Behaviour.PRACTICE and needed not in (field.data or []):
            raise ValidationError(
                _l("A practice paper has to show during the attempt what is right or wrong.")
            )

    def blueprint(self) -> Blueprint | list[Problem]:
        """Return the blueprint that the sections state, or what is wrong with them."""
        mapping: dict[str, Any] = {
            "sections": [entry.form.to_dict() for entry in self.sections],
            "difficulty_bound": text(self.difficulty_bound) or None,
        }
        if isinstance(self.exposure_percent.data, int):
            mapping["exposure_percent"] = self.exposure_percent.data
        return blueprints.from_dict(mapping)

    def matrix(self) -> review.Matrix:
        """Return the review matrix that is ticked; during an exam nothing is shown but the own answers."""
        ticks = set(self.shown.data or [])
        found = {phase: frozenset(each for each in Shown if f"{phase}.{each}" in ticks) for phase in Phase}
        if self.behaviour.data != Behaviour.PRACTICE:
            del found[Phase.DURING]
        return found

    def settings(self, course_id: int, blueprint: Blueprint) -> Settings:
        """Return what the valid form says."""
        is_module_test = self.kind.data == ExamKind.MODULE_TEST
        stored: dict[str, Any] = {name: self[name].data for name in (*_TEXTS, *_NUMBERS)}
        if self.time_out.data != TimeOut.GRACE:
            stored["grace_minutes"] = 0
        if self.behaviour.data != Behaviour.PRACTICE:
            stored["tries"] = 1
        return Settings(
            course_id=course_id,
            module_slug=str(self.module.data) if is_module_test else None,
            instructions=text(self.instructions),
            blueprint=blueprints.to_dict(blueprint),
            review=review.to_dict(self.matrix()),
            **stored,
        )


def fields_of(exam: Exam, plan: Blueprint) -> dict[str, Any]:
    """Return an exam with its blueprint as the form shows it."""
    bound = plan.difficulty_bound
    return {name: getattr(exam, name) for name in ("instructions", *_TEXTS, *_NUMBERS)} | {
        "module": exam.module_slug or "",
        "sections": blueprint_fields.fields_of(plan),
        "difficulty_bound": print_marks(bound) if bound is not None else "",
        "exposure_percent": plan.exposure_percent,
        "shown": _ticks(review.matrix_of(exam.review)),
    }
