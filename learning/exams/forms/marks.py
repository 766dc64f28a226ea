"""The forms by which people mark answers."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, Field, HiddenField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from learning.core.forms import Form, text, trimmed
from learning.exams.services.marking import Given
from question_bank.marks import print_marks
from question_bank.scoring import rounded
from question_bank.types.protocol import MarkingPoint

LONGEST_COMMENT = 1000


class AnswerForm(Form):
    """The marks of an answer: the marking points that are met, or marks as a whole with a comment."""

    seen = HiddenField()
    points = SelectMultipleField(
        _l("Marking points that are met"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        choices=[],
    )
    mark = DecimalField(
        _l("Marks given"),
        places=None,
        validators=[Optional()],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    comment = TextAreaField(
        _l("Comment for the learner"), validators=[Length(max=LONGEST_COMMENT)], render_kw={"rows": 2}
    )
    cause = TextAreaField(
        _l("Why it is marked again"),
        filters=[trimmed],
        validators=[Length(max=LONGEST_COMMENT)],
        render_kw={"rows": 2},
    )

    #: The full marks of the answer and what is looked for; set by `ask`.
    full: Decimal
    looked_for: Sequence[MarkingPoint]
    asks_cause: bool

    def ask(self, full: Decimal, looked_for: Sequence[MarkingPoint], asks_cause: bool) -> None:
        """Make this the form of one answer."""
        self.full, self.looked_for, self.asks_cause = full, looked_for, asks_cause
        self.cause.flags.required = asks_cause
        self.points.choices = [
            SelectChoice(str(at), _named(point, full))
            for at, point in enumerate(looked_for)
            if point.given is None
        ]
        hint = _("From 0 to %(full)s.", full=print_marks(full))
        if self.points.choices:
            hint += " " + _("Left empty: the sum of the points. Other marks need a comment.")
        self.mark.description = hint

    def show(self, points: Sequence[Fraction], mark: Decimal, comment: str) -> None:
        """Fill the form with a mark that was given before."""
        self.points.data = [str(at) for at, share in enumerate(points) if share == 1]
        self.mark.data, self.comment.data = mark, comment

    def validate_mark(self, field: Field) -> None:
        """Refuse what lies outside the marks of the question, and steps finer than a hundredth."""
        mark = field.data
        if mark is None:
            if not self.points.choices:
                raise ValidationError(_("Please enter a number."))
            return
        if not isinstance(mark, Decimal) or not mark.is_finite() or not 0 <= mark <= self.full:
            raise ValidationError(_("Please enter marks between 0 and the full marks."))
        if mark != round(mark, 2):
            raise ValidationError(_("Marks have at most two decimal places."))

    def validate_comment(self, field: Field) -> None:
        """Ask for a comment where the marks are not those of the points."""
        mark = self.mark.data
        is_free = self.points.choices and isinstance(mark, Decimal) and mark != self.sum_of_points()
        if is_free and not text(field).strip():
            raise ValidationError(_("These are not the marks of the points; please say why."))

    def validate_cause(self, field: Field) -> None:
        """Ask why an answer is marked again."""
        if self.asks_cause and not text(field):
            raise ValidationError(_("Please fill in this field."))

    def sum_of_points(self) -> Decimal:
        """Return the marks of all points that are met."""
        return rounded(self._share() * Fraction(self.full))

    def marks_of(self, share: Fraction) -> str:
        """Return what a share of the full marks is in marks, as it is shown."""
        return print_marks(rounded(share * Fraction(self.full)))

    def weights(self) -> dict[str, float]:
        """Return the weight of each point that can be ticked, for the script that adds them up."""
        return {
            str(at): float(point.weight) for at, point in enumerate(self.looked_for) if point.given is None
        }

    def fixed_share(self) -> float:
        """Return the share that the key has given already."""
        return float(sum(point.weight * (point.given or 0) for point in self.looked_for))

    def given(self) -> Given:
        """Return what the valid form says: by the points, exactly, where the marks are theirs."""
        mark = self.mark.data
        comment, cause = text(self.comment), text(self.cause)
        if mark is None or (self.points.choices and mark == self.sum_of_points()):
            return Given(self._share(), comment, self._shares(), cause)
        return Given(Fraction(mark) / Fraction(self.full), comment, cause=cause)

    def _shares(self) -> list[Fraction]:
        met = set(self.points.data or [])
        return [
            Fraction(str(at) in met) if point.given is None else point.given
            for at, point in enumerate(self.looked_for)
        ]

    def _share(self) -> Fraction:
        pairs = zip(self.looked_for, self._shares(), strict=True)
        return sum((point.weight * share for point, share in pairs), Fraction(0))


def _named(point: MarkingPoint, full: Decimal) -> str:
    marks = print_marks(rounded(point.weight * Fraction(full)))
    named = _("%(point)s (marks: %(marks)s)", point=point.text, marks=marks)
    return f"({point.part}) {named}" if point.part else named
