"""Forms about certificates."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from learning.certificates.sources import HoursSource
from learning.core.forms import Form, trimmed

EARLIEST = date(2000, 1, 1)


def required_day(label: str) -> DateField:
    """Return a field for a day that must be filled."""
    return DateField(label, validators=[InputRequired(_l("Please enter a day, such as 2026-03-05."))])


class HoursForm(Form):
    """Whose hours are stated, and of which days."""

    unit = SelectField(
        _l("Unit that issues"), description=_l("The unit issues to those who hold a post in it or below.")
    )
    since = required_day(_l("First day of the period"))
    until = required_day(_l("Last day of the period"))
    #: Set by the view: nothing is stated of days that are not over.
    today: date = EARLIEST

    @property
    def source(self) -> HoursSource:
        """Return what the form asks about, once it is valid."""
        assert self.since.data is not None, "the form is valid"
        assert self.until.data is not None, "the form is valid"
        return HoursSource(int(self.unit.data), self.since.data, self.until.data)

    def validate_since(self, field: Field) -> None:
        """Refuse days before any record."""
        if isinstance(field.data, date) and field.data < EARLIEST:
            raise ValidationError(_("Please enter a day after 2000."))

    def validate_until(self, field: Field) -> None:
        """Refuse a period that runs backwards or is not over."""
        if not isinstance(field.data, date):
            return
        if field.data > self.today:
            raise ValidationError(_("Please enter a day that is not after today."))
        if isinstance(self.since.data, date) and field.data < self.since.data:
            raise ValidationError(_("The period must not end before it begins."))


def without_control_characters(_form: Any, field: Field) -> None:
    """Refuse what no keyboard writes."""
    if any(ord(character) < 32 for character in field.data or ""):
        raise ValidationError(_("Please write plain text on one line."))


class RevokeForm(Form):
    """The cause of a revocation."""

    cause = StringField(
        _l("Cause of the revocation"),
        validators=[
            InputRequired(_l("Please say why.")),
            Length(min=2, max=200),
            without_control_characters,
        ],
        filters=[trimmed],
        description=_l("The holder is told of it; the public page shows only the day."),
    )
