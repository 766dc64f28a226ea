"""Forms of the training register."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from learning.core.forms import (
    Form,
    WholeNumberField,
    choices_of,
    optional_text,
    required_text,
    text,
    trimmed,
)
from learning.training import rules
from learning.training.entries import RunEntry, SessionEntry
from learning.training.kinds import DeliveryMode, TrainingKind
from learning.training.labels import DELIVERY_MODES, TRAINING_KINDS

#: The values are what Python writes for what the columns hold.
YES_OR_NO = choices_of({"True": _l("yes"), "False": _l("no")})
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


def required_day(label: str, description: str = "") -> DateField:
    """Return a field for a day of this century that must be filled."""
    return DateField(
        label,
        validators=[InputRequired(_l("Please enter a day, such as 2026-03-05.")), in_this_century],
        description=description,
    )


def in_this_century(_form: Any, field: Field) -> None:
    """Refuse days that can only be slips of the pen."""
    if isinstance(field.data, date) and not EARLIEST <= field.data <= LATEST:
        raise ValidationError(_("Please enter a day between 2000 and 2099."))


def long_text(label: str, longest: int, description: str = "") -> TextAreaField:
    """Return a field of several lines that may stay empty."""
    return TextAreaField(
        label,
        validators=[Length(max=longest), without_control_characters],
        filters=[trimmed, lambda value: value or ""],
        description=description,
        render_kw={"rows": 4},
    )


def without_control_characters(_form: Any, field: Field) -> None:
    """Refuse signs that no keyboard writes and a database may not store."""
    if any(ord(sign) < 32 and sign not in "\t\n\r" for sign in text(field)):
        raise ValidationError(_("This text holds control characters. Please type it anew."))


def plain(field: Any) -> Any:
    """Return a text field that refuses control characters too."""
    field.kwargs["validators"] = [*field.kwargs["validators"], without_control_characters]
    return field


class RunForm(Form):
    """A class run; the institution is chosen once, when it is recorded."""

    title = plain(required_text(_l("Name of the class"), 200))
    covers_mass_work = RadioField(
        _l("Theory and policy of mass work taught in it"),
        choices=YES_OR_NO,
        validators=[InputRequired(_l("Please choose one."))],
        description=_l("Only classes that taught it count for T2. A class on mere working methods does not."),
    )
    training_kind = SelectField(
        _l("Kind of training"),
        choices=choices_of(TRAINING_KINDS),
        default=TrainingKind.IN_SERVICE.value,
        description=_l("Only training on taking office counts for new members of leading groups (T6)."),
    )
    delivery_mode = SelectField(_l("Mode"), choices=choices_of(DELIVERY_MODES))
    starts_on = required_day(_l("Starts on"))
    ends_on = required_day(_l("Ends on"))
    lesson_hours = DecimalField(
        _l("Lesson hours"),
        places=None,
        validators=[
            InputRequired(_l("Please enter a number such as 12 or 7.5.")),
            NumberRange(rules.STEP, rules.MOST_HOURS, _l("Please enter a number from 0.25 to 5000.")),
        ],
        description=_l("In steps of 0.25."),
    )
    instructor_name = plain(optional_text(_l("Main instructor"), 80))
    is_required = BooleanField(_l("Compulsory part of the class"), default=True)
    learner_count = WholeNumberField(
        _l("Number of learners"),
        default=0,
        validators=[
            InputRequired(_l("Please enter a number.")),
            NumberRange(0, 100_000, _l("Please enter a number from 0 to 100000.")),
        ],
        description=_l("As reported by the school; the roll may name fewer."),
    )
    note = long_text(_l("Note"), 2000, _l("Do not enter anything classified."))

    def validate_ends_on(self, field: Field) -> None:
        """Refuse a class that ends before it begins."""
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day lies before the first."))

    def validate_lesson_hours(self, field: Field) -> None:
        """Refuse what is finer than the step."""
        if not field.errors and field.data % rules.STEP:
            raise ValidationError(_("Lesson hours are recorded in steps of 0.25."))

    @property
    def entry(self) -> RunEntry:
        """Return what was entered, once it is valid."""
        return RunEntry(
            title=text(self.title),
            covers_mass_work=self.covers_mass_work.data == "True",
            training_kind=TrainingKind(self.training_kind.data),
            delivery_mode=DeliveryMode(self.delivery_mode.data),
            starts_on=self.starts_on.data,  # type: ignore[arg-type]  # required
            ends_on=self.ends_on.data,  # type: ignore[arg-type]  # required
            lesson_hours=Decimal(str(self.lesson_hours.data)),
            instructor_name=text(self.instructor_name),
            is_required=bool(self.is_required.data),
            learner_count=int(self.learner_count.data or 0),
            note=text(self.note),
        )


class NewRunForm(RunForm):
    """A new class run with its institution."""

    #: Choices are set by the view: the institutions of the scope.
    organisation = SelectField(_l("Institution"))


class SessionForm(Form):
    """A study session; the unit is chosen once, when it is recorded."""

    #: Set by the view.
    today: date
    held_on = required_day(_l("Day"))
    topic = plain(required_text(_l("Topic"), 200))
    is_on_mass_work = RadioField(
        _l("Mass work is a topic named in the programme"),
        choices=YES_OR_NO,
        validators=[InputRequired(_l("Please choose one."))],
        description=_l(
            "Of a party committee's study group only such sessions count (T3). A passing remark is no topic."
        ),
    )
    place = plain(optional_text(_l("Place"), 120))
    chair_name = plain(optional_text(_l("Chair"), 80))
    materials = long_text(
        _l("Study materials"), 4000, _l("Titles only. Do not enter anything classified, nor what was said.")
    )

    def validate_held_on(self, field: Field) -> None:
        """Refuse a session that is still to come."""
        if field.data and field.data > self.today:
            raise ValidationError(_("Only sessions that were held can be recorded."))

    @property
    def entry(self) -> SessionEntry:
        """Return what was entered, once it is valid."""
        return SessionEntry(
            held_on=self.held_on.data,  # type: ignore[arg-type]  # required
            topic=text(self.topic),
            is_on_mass_work=self.is_on_mass_work.data == "True",
            place=text(self.place),
            chair_name=text(self.chair_name),
            materials=text(self.materials),
        )


class NewSessionForm(SessionForm):
    """A new study session with its unit."""

    #: Choices are set by the view: the committees and mass organisations of the scope.
    organisation = SelectField(_l("Organisation"))


class RollForm(Form):
    """Persons to be added to a roll, and the state they get; who stands on it is read apart."""

    lines = TextAreaField(
        _l("Add persons by staff number"),
        validators=[Length(max=20_000), without_control_characters],
        filters=[lambda value: value or ""],
        description=_l(
            "One a line. For persons of other units add the name after the number, such as A0123 张某."
        ),
        render_kw={"rows": 4},
    )
    #: Choices are set by the view.
    state = SelectField(_l("Enter them as"))

    def validate_lines(self, field: Field) -> None:
        """Refuse more than anybody can check at once."""
        if len(rules.lines_of(text(field))) > rules.MOST_LINES:
            message = _("At most %(count)s persons at once.", count=rules.MOST_LINES)
            raise ValidationError(message)


class WithdrawForm(Form):
    """The cause of a withdrawal."""

    reason = StringField(
        _l("Cause"),
        validators=[
            InputRequired(_l("Please say why.")),
            Length(min=2, max=200),
            without_control_characters,
        ],
        filters=[trimmed],
    )
