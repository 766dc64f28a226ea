"""The form of a correction; what the correction says stands beside it and belongs to the type."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from learning.core.forms import Form, trimmed

LONGEST = 1000


class CorrectionForm(Form):
    """Why a question is corrected, and what those are told who are answering it."""

    cause = TextAreaField(
        _l("Cause"),
        filters=[trimmed],
        validators=[DataRequired(_l("Please fill in this field.")), Length(max=LONGEST)],
        description=_l("What is wrong with the question, for whoever decides and for the record."),
        render_kw={"rows": 3},
    )
    erratum = TextAreaField(
        _l("Erratum"),
        filters=[trimmed, lambda value: value or ""],
        validators=[Length(max=LONGEST)],
        description=_l(
            "Shown at the question at once to all who are answering it, and in the review. Leave empty if "
            "they need not know."
        ),
        render_kw={"rows": 2},
    )
