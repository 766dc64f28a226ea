"""Forms of course content."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from learning.core.forms import Form


class DocumentForm(Form):
    """A file with the original document."""

    file = FileField(
        _l("File with the original"),
        validators=[FileRequired(_l("Please choose a file."))],
        description=_l(
            "Plain text (.txt), at most 2 MB. Line wraps and page breaks are put right by themselves."
        ),
    )
