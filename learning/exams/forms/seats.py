"""The forms of seats: a list, and one person's."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, TextAreaField
from wtforms.validators import Length, ValidationError

from learning.core.forms import Form, optional_text, required_text, text
from learning.exams.seat_lists import LONGEST_ROOM, LONGEST_SEAT

#: 5,000 rows of usual length; what is longer comes as a file.
LONGEST_LIST = 300_000


class SeatListForm(Form):
    """A list of seats, pasted or as a file."""

    list = TextAreaField(
        _l("Pasted list"),
        validators=[Length(max=LONGEST_LIST)],
        description=_l(
            "One person a line: staff number, room, seat; between tabs, commas or spaces. Copied cells of a "
            "spreadsheet will do; with headings the columns can stand in any order."
        ),
        render_kw={"rows": 8, "spellcheck": "false"},
    )
    file = FileField(_l("Or a file"), description=_l(".xlsx, .csv or .tsv, at most 5,000 rows."))
    removes_others = BooleanField(_l("Who is not in the list loses the seat, unless the person has started"))

    def validate_list(self, field: Field) -> None:
        """Ask for a list in one of the two ways."""
        if not text(field).strip() and not self.file.data:
            raise ValidationError(_l("Please paste a list or choose a file."))


class SeatForm(Form):
    """One person's seat."""

    staff_number = required_text(_l("Staff number"), 60)
    room = required_text(_l("Room"), LONGEST_ROOM)
    seat = optional_text(_l("Seat"), LONGEST_SEAT)
