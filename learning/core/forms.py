"""What all forms share."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length


class Form(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """A form of this site; its token protects against forged requests."""


def trimmed(value: Any) -> Any:
    """Strip what people paste around a value, full-width and zero-width spaces included.

    The character of code 0, which PostgreSQL holds in no text, goes wherever it stands.
    """
    if not isinstance(value, str):
        return value
    return value.replace("\0", "").strip(" \t\r\n\u3000\u00a0\u200b\ufeff")


class WholeNumberField(IntegerField):
    """A whole number; of more digits than anything here can have, none is read.

    The validators of bounds would turn it into a floating point number and fail.
    """

    most_digits = 15

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        if valuelist and len(valuelist[0].strip()) > self.most_digits:
            self.data = None
            raise ValueError(_l("Please enter a whole number."))
        super().process_formdata(valuelist)


def text(field: Field) -> str:
    """Return what a text field holds as text, empty where nothing came."""
    return str(field.data or "")


def choices_of(labels: Mapping[Any, str]) -> list[SelectChoice]:
    """Return the choices of a select field: its values with their labels."""
    return [SelectChoice(str(getattr(value, "value", value)), label) for value, label in labels.items()]


def required_text(label: str, longest: int, description: str = "") -> StringField:
    """Return a one-line text field that must be filled."""
    return StringField(
        label,
        validators=[DataRequired(_l("Please fill in this field.")), Length(max=longest)],
        filters=[trimmed],
        description=description,
    )


def optional_text(label: str, longest: int, description: str = "") -> StringField:
    """Return a one-line text field that may stay empty."""
    return StringField(
        label,
        validators=[Length(max=longest)],
        filters=[trimmed, lambda value: value or ""],
        description=description,
    )
