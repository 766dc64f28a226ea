"""What all forms share."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length


class Form(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """A form of this site; its token protects against forged requests."""


def trimmed(value: Any) -> Any:
    """Strip what people paste around a value, full-width and zero-width spaces included."""
    return value.strip(" \t\r\n\u3000\u00a0\u200b\ufeff") if isinstance(value, str) else value


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
