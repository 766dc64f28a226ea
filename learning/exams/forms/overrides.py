"""The form of what is different for one person at a sitting."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from learning.core.forms import Form, WholeNumberField, required_text, text, trimmed
from learning.exams.forms.fields import moment_of, number
from learning.exams.forms.sittings import LONGEST_AHEAD, check_year, local, moment_field
from learning.exams.models import SittingOverride
from learning.exams.services.overrides import OverrideEntry


class OverrideForm(Form):
    """More time, another window, or more attempts for one person."""

    staff_number = required_text(_l("Staff number"), 60)
    extra_time_percent = number(
        _l("Extra time in percent of the time limit"), 0, 300, 0, _l("25 makes 60 minutes 75. 0: none.")
    )
    opens = moment_field(_l("Own opening (Beijing time)"), _l("Empty: as for all."), False)
    latest_start = moment_field(_l("Own latest start (Beijing time)"), _l("Empty: as for all."), False)
    closes = moment_field(
        _l("Own end (Beijing time)"),
        _l("Empty: as for all. Extra time beyond the end of the sitting needs an own end."),
        False,
    )
    attempts_allowed = WholeNumberField(
        _l("Attempts allowed"),
        validators=[
            Optional(),
            NumberRange(
                1, 20, _l("Please enter a whole number from %(least)s to %(most)s.", least=1, most=20)
            ),
        ],
        description=_l("Empty: as for all."),
        render_kw={"inputmode": "numeric"},
    )
    cause = TextAreaField(
        _l("Cause"),
        validators=[DataRequired(_l("Please fill in this field.")), Length(max=500)],
        filters=[trimmed],
        description=_l("Kept with your name in the record of the sitting."),
        render_kw={"rows": 2},
    )
    #: Set by the view.
    now: datetime

    def validate_opens(self, field: Field) -> None:
        """Refuse a day that no calendar arithmetic can hold."""
        check_year(field)

    def validate_latest_start(self, field: Field) -> None:
        """Refuse a day that no calendar arithmetic can hold."""
        check_year(field)

    def validate_closes(self, field: Field) -> None:
        """Refuse an end that is over, or beyond all planning."""
        check_year(field)
        if field.data is not None and not self.now < moment_of(field.data) < self.now + LONGEST_AHEAD:
            raise ValidationError(_l("The own end has to lie in the future, within three years."))

    def entry(self) -> OverrideEntry:
        """Return what the valid form says."""
        opens, latest, closes = self.opens.data, self.latest_start.data, self.closes.data
        return OverrideEntry(
            cause=text(self.cause),
            extra_time_percent=int(self.extra_time_percent.data or 0),
            opens_at=moment_of(opens) if opens else None,
            latest_start_at=moment_of(latest) if latest else None,
            closes_at=moment_of(closes) if closes else None,
            attempts_allowed=self.attempts_allowed.data,
        )


def fields_of(staff_number: str, override: SittingOverride | None) -> dict[str, Any]:
    """Return what holds for a person as the form shows it."""
    if override is None:
        return {"staff_number": staff_number}
    return {
        "staff_number": staff_number,
        "extra_time_percent": override.extra_time_percent,
        "opens": local(override.opens_at),
        "latest_start": local(override.latest_start_at),
        "closes": local(override.closes_at),
        "attempts_allowed": override.attempts_allowed,
    }
