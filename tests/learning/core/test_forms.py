"""What all forms share."""

import pytest
from wtforms import Form
from wtforms.validators import NumberRange

from learning.core.forms import WholeNumberField


class Counting(Form):
    """A form with a bounded number."""

    number = WholeNumberField("number", validators=[NumberRange(1, 20)])


class Sent(dict[str, list[str]]):
    """What a browser sends."""

    def getlist(self, name: str) -> list[str]:
        """Return the values of a field."""
        return self.get(name, [])


@pytest.mark.parametrize(("text", "is_valid"), [("7", True), (" 7 ", True), ("21", False), ("7.5", False)])
def test_a_whole_number_is_read_within_its_bounds(text: str, is_valid: bool) -> None:
    assert Counting(Sent(number=[text])).validate() is is_valid


@pytest.mark.parametrize("text", ["9" * 16, "9" * 400, "9" * 5000, "-" + "9" * 400, "\0", "７" * 400])
def test_a_number_beyond_all_bounds_is_refused_and_raises_nothing(text: str) -> None:
    form = Counting(Sent(number=[text]))
    assert not form.validate()
    assert form.number.errors
