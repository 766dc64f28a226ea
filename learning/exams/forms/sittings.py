"""The form of a sitting: its window, whom it admits, how it starts, and its door."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from learning.core.clock import SHANGHAI
from learning.core.forms import Form, WholeNumberField, choices_of, text, trimmed
from learning.exams import admission, labels
from learning.exams.forms.fields import moment_of
from learning.exams.kinds import Admission, StartMode
from learning.exams.models import Sitting
from learning.exams.services.sittings import SittingPlan

#: No sitting is planned further ahead; a year beyond what a calendar can hold would fail in arithmetic.
LONGEST_AHEAD = timedelta(days=3 * 366)
MOST_LINES = 100
MOST_LEARNERS = 100_000
_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


def moment_field(label: str, description: str = "", is_required: bool = True) -> DateTimeLocalField:
    """Return a field for day and time in Beijing."""
    needed = InputRequired(_l("Please enter day and time."))
    return DateTimeLocalField(
        label,
        format=_FORMATS,
        validators=[needed if is_required else Optional()],
        description=description,
    )


def check_year(field: Field) -> None:
    """Refuse a day that no calendar arithmetic can hold."""
    if field.data is not None and not 2000 <= field.data.year <= 2200:
        raise ValidationError(_l("Please enter day and time."))


class DoorForm(Form):
    """What can be changed about a sitting while people sit: who comes in, and who starts."""

    access_code = StringField(
        _l("Password of the sitting"),
        validators=[Length(max=40)],
        filters=[trimmed, lambda value: value or ""],
        description=_l("Told to those present and asked for at the start. Empty: none."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    address_ranges = TextAreaField(
        _l("Networks"),
        validators=[Length(max=4000)],
        description=_l("Where the exam can be taken, one a line, such as 192.0.2.0/24. Empty: anywhere."),
        render_kw={"rows": 3, "spellcheck": "false", "autocomplete": "off"},
    )
    browser_keys = TextAreaField(
        _l("Config keys of the Safe Exam Browser"),
        validators=[Length(max=8000)],
        description=_l(
            "64 hexadecimal digits, one key a line, for each set of settings. Empty: any browser."
        ),
        render_kw={"rows": 2, "spellcheck": "false", "autocomplete": "off"},
    )
    start_mode = RadioField(_l("Start"), choices=choices_of(labels.START_MODES), default=StartMode.SELF)

    def validate_address_ranges(self, field: Field) -> None:
        """Refuse lines that name no network."""
        _check_lines(field, admission.network, _l("Line %(line)s is no network and no address: %(value)s"))

    def validate_browser_keys(self, field: Field) -> None:
        """Refuse lines that hold no config key."""
        _check_lines(field, admission.browser_key, _l("Line %(line)s is no config key: %(value)s"))

    def door(self) -> dict[str, Any]:
        """Return what the valid form says about the door."""
        ranges = (admission.network(line) for line in admission.lines_of(text(self.address_ranges)))
        keys = (admission.browser_key(line) for line in admission.lines_of(text(self.browser_keys)))
        return {
            "access_code": text(self.access_code),
            "address_ranges": "\n".join(str(each) for each in ranges if each),
            "browser_keys": "\n".join(each for each in keys if each),
            "start_mode": text(self.start_mode),
        }


def _check_lines(field: Field, read: Callable[[str], object], message: str) -> None:
    lines = admission.lines_of(text(field))
    if len(lines) > MOST_LINES:
        raise ValidationError(_("At most %(most)s lines, please.", most=MOST_LINES))
    for number, line in enumerate(lines, 1):
        if read(line) is None:
            raise ValidationError(str(message) % {"line": number, "value": line[:40]})


class SittingForm(DoorForm):
    """All that is decided about a sitting."""

    admission = RadioField(
        _l("Who may sit"), choices=choices_of(labels.ADMISSIONS), default=Admission.ORGANISATION
    )
    #: Choices are set by the view.
    organisation = SelectField(_l("Unit for which it is held"), coerce=str)
    class_run = SelectField(
        _l("Class run"), coerce=str, description=_l("Only where the roll of a class run is admitted.")
    )
    opens = moment_field(_l("Opens (Beijing time)"))
    latest_start = moment_field(
        _l("Latest start (Beijing time)"), _l("After it nobody may start. Empty: until the end."), False
    )
    closes = moment_field(
        _l("Closes (Beijing time)"), _l("The hard end: no attempt runs beyond it, whatever its time limit.")
    )
    prepares_papers = BooleanField(
        _l("Draw the papers before the start"),
        description=_l("For all who are admitted, within the hour before it opens; for large sittings."),
    )
    learners = WholeNumberField(
        _l("Learners expected"),
        validators=[
            Optional(),
            NumberRange(
                1,
                MOST_LEARNERS,
                _l("Please enter a whole number from %(least)s to %(most)s.", least=1, most=MOST_LEARNERS),
            ),
        ],
        description=_l("For the proof that the bank suffices. Empty: all who are admitted now."),
        render_kw={"inputmode": "numeric"},
    )
    #: Set by the view.
    now: datetime

    def validate_opens(self, field: Field) -> None:
        """Refuse a day that no calendar arithmetic can hold."""
        check_year(field)

    def validate_latest_start(self, field: Field) -> None:
        """Refuse a latest start outside the window."""
        check_year(field)
        if field.data is None or self.opens.data is None:
            return
        if field.data <= self.opens.data:
            raise ValidationError(_l("The latest start has to come after the opening."))
        if self.closes.data is not None and field.data > self.closes.data:
            raise ValidationError(_l("The latest start cannot come after the end."))

    def validate_closes(self, field: Field) -> None:
        """Refuse a window that is empty, over, or beyond all planning."""
        if field.errors or self.opens.data is None or field.data is None:
            return
        if field.data <= self.opens.data:
            raise ValidationError(_l("A sitting has to close after it opens."))
        check_year(field)
        if not self.now < moment_of(field.data) < self.now + LONGEST_AHEAD:
            raise ValidationError(_l("A sitting has to close in the future, within three years."))

    def validate_class_run(self, field: Field) -> None:
        """Ask for a class run where its roll is admitted."""
        if self.admission.data == Admission.CLASS_RUN and not field.data:
            raise ValidationError(_l("Please choose the class run whose roll is admitted."))

    def plan(self) -> SittingPlan:
        """Return what the valid form says."""
        is_run = self.admission.data == Admission.CLASS_RUN
        latest = self.latest_start.data
        return SittingPlan(
            organisation_id=int(self.organisation.data),
            opens_at=moment_of(self.opens.data),
            closes_at=moment_of(self.closes.data),
            latest_start_at=moment_of(latest) if latest else None,
            admission=str(self.admission.data),
            class_run_id=int(self.class_run.data) if is_run else None,
            prepares_papers=bool(self.prepares_papers.data),
            **self.door(),
        )


def fields_of(sitting: Sitting, with_window: bool = True) -> dict[str, Any]:
    """Return a sitting as the form shows it."""
    same = ("admission", "prepares_papers", "access_code", "address_ranges", "browser_keys", "start_mode")
    shown: dict[str, Any] = {name: getattr(sitting, name) for name in same}
    shown |= {"organisation": str(sitting.organisation_id), "class_run": str(sitting.class_run_id or "")}
    if with_window:
        shown |= {
            "opens": local(sitting.opens_at),
            "latest_start": local(sitting.latest_start_at),
            "closes": local(sitting.closes_at),
        }
    return shown


def local(moment: datetime | None) -> datetime | None:
    """Return day and time in Beijing, as the fields show them."""
    return moment.astimezone(SHANGHAI).replace(tzinfo=None) if moment else None
