"""The forms of what invigilators do; each asks for the cause and is confirmed on a page of its own."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, Field, HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from learning.core.forms import Form, trimmed
from learning.exams.forms.fields import moment_of, number
from learning.exams.services.time_changes import MOST_MINUTES

LONGEST_CAUSE = 500


class ActForm(Form):
    """For whom, and why."""

    #: Choices are set by the view.
    whom = SelectField(_l("For whom"), coerce=str, validators=[DataRequired(_l("Please choose for whom."))])
    cause = TextAreaField(
        _l("Cause"),
        validators=[DataRequired(_l("Please state the cause.")), Length(max=LONGEST_CAUSE)],
        filters=[trimmed],
        description=_l("It goes into the record of the sitting and into the audit log."),
        render_kw={"rows": 2},
    )
    #: Chosen when the form was shown, so that one that is sent twice counts once.
    key = HiddenField(validators=[DataRequired(), Length(max=40)])


class UnlockForm(ActForm):
    """Unlocking needs no cause; it may have one."""

    cause = TextAreaField(
        _l("Cause"), validators=[Length(max=LONGEST_CAUSE)], filters=[trimmed], render_kw={"rows": 2}
    )


class ExtendForm(ActForm):
    """Some minutes more."""

    minutes = number(_l("Minutes"), 1, MOST_MINUTES, 10)


class CompensateForm(ActForm):
    """When an incident began and when it was over."""

    begins = DateTimeLocalField(
        _l("Incident began (Beijing time)"),
        format=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
        validators=[InputRequired(_l("Please enter day and time."))],
        render_kw={"step": "1"},
    )
    ends = DateTimeLocalField(
        _l("Incident was over (Beijing time)"),
        format=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
        validators=[InputRequired(_l("Please enter day and time."))],
        render_kw={"step": "1"},
        description=_l("Each attempt that runs gets back the part of the incident that fell into it."),
    )

    def validate_ends(self, field: Field) -> None:
        """Refuse an incident that ends before it begins, or that lasted longer than can be given back."""
        if field.errors or field.data is None or self.begins.data is None:
            return
        if not 2000 <= self.begins.data.year <= 2200 or not 2000 <= field.data.year <= 2200:
            raise ValidationError(_l("Please enter day and time."))
        length = moment_of(field.data) - moment_of(self.begins.data)
        if not timedelta() < length <= timedelta(minutes=MOST_MINUTES):
            raise ValidationError(_l("An incident ends after it began, and within ten hours."))


class VoidForm(ActForm):
    """Whether the learners may sit again."""

    gives_back = BooleanField(
        _l("Give the attempt back: it does not count among the attempts, and the learner may sit again"),
        description=_l("Whoever sits again needs a window that is open: extend it, or set an own window."),
    )


class StartForm(Form):
    """Which room starts."""

    #: Choices are set by the view.
    room = SelectField(_l("Start"), coerce=str)
