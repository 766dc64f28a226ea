"""Fields that the forms of exams share."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from learning.core.clock import SHANGHAI
from learning.core.forms import WholeNumberField, choices_of


def options(label: str, choices: Mapping[str, str]) -> SelectMultipleField:
    """Return a field of choices that are ticked."""
    return SelectMultipleField(
        label,
        choices=choices_of(choices),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def number(label: str, least: int, most: int, default: int, description: str = "") -> WholeNumberField:
    """Return a field for a whole number within bounds."""
    return WholeNumberField(
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


def moment_of(local: datetime | None) -> datetime:
    """Return the moment that a valid day and time in Beijing stand for."""
    if local is None:
        raise TypeError("only a form that was found valid states a moment")
    return local.replace(tzinfo=SHANGHAI)
