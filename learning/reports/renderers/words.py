"""Write messages and cells in the language of the reader; a neighbour of the renderers, not one itself."""

from flask_babel import gettext

from learning.core.texts import N_
from learning.reports.tables import Value
from learning.reports.totals import STATUS_WORDS
from learning.requirements.verdicts import Message, Status


def words(message: Message | None) -> str:
    """Return a message in the reader's language."""
    if message is None:
        return ""
    text = gettext(message.text)
    return text % message.params if message.params else text


def status_word(status: Status) -> str:
    """Return a status in the reader's language."""
    return gettext(STATUS_WORDS[status])


def status_words(value: Value) -> str:
    """Return one or several statuses in the reader's language, each once."""
    statuses = value if isinstance(value, tuple) else (value,)
    return "、".join(dict.fromkeys(status_word(each) for each in statuses if isinstance(each, Status)))


def duration(seconds: int) -> str:
    """Return a time as hours and minutes, cut to the minute, never rounded up."""
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}"


def yes_no(value: Value) -> str:
    """Return yes or no in the reader's language."""
    return gettext(N_("yes")) if value else gettext(N_("no"))
