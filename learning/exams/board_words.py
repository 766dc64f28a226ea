"""Say in words what invigilators see and do; each is translated where it is shown."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from learning.core.clock import SHANGHAI
from learning.exams.board import Whereabouts
from learning.exams.kinds import EventKind, TimeChangeKind, TimeChangeTarget
from learning.exams.services.invigilating import ActRefusal
from learning.exams.services.time_changes import TimeRefusal

#: The kind of chip of the macro `status`, and its word.
WHEREABOUTS = {
    Whereabouts.NOT_STARTED: ("not_started", _l("Not started")),
    Whereabouts.WAITING: ("pending_review", _l("In the waiting room")),
    Whereabouts.ANSWERING: ("in_progress", _l("Answering")),
    Whereabouts.OFFLINE: ("overdue", _l("Offline")),
    Whereabouts.LOCKED: ("closed", _l("Locked")),
    Whereabouts.HANDED_IN: ("submitted", _l("Handed in")),
    Whereabouts.CLOSED: ("closed", _l("Ended by the server or an invigilator")),
    Whereabouts.ABANDONED: ("absent", _l("Not handed in")),
    Whereabouts.VOIDED: ("exempt", _l("Voided")),
}

EVENTS = {
    EventKind.STARTED: _l("Started the attempt"),
    EventKind.TAKEN_OVER: _l("Went on in another page or on another device"),
    EventKind.FOCUS_LOST: _l("Page lost the focus"),
    EventKind.ADVANCED: _l("Went on to the next question"),
    EventKind.CHECKED: _l("Checked a question"),
    EventKind.EXTENDED: _l("Got more time"),
    EventKind.OVERRIDE_CHANGED: _l("Own terms changed"),
    EventKind.LOCKED: _l("Locked"),
    EventKind.UNLOCKED: _l("Unlocked"),
    EventKind.IRREGULARITY: _l("Irregularity noted"),
    EventKind.SUBMITTED: _l("Handed in"),
    EventKind.CLOSED: _l("Ended; what was saved counts"),
    EventKind.ABANDONED: _l("Ended without being handed in; does not count"),
    EventKind.ENDED: _l("Ended by an invigilator"),
    EventKind.VOIDED: _l("Voided"),
}

TIME_KINDS = {
    TimeChangeKind.EXTENSION: _l("Extension"),
    TimeChangeKind.COMPENSATION: _l("Compensation"),
}

TIME_REFUSALS = {
    TimeRefusal.CANCELLED: _l("This sitting was cancelled."),
    TimeRefusal.RELEASED: _l("The results are released; nobody can be given more time any more."),
    TimeRefusal.NOBODY: _l("There is nobody of this choice at this sitting. Nothing was changed."),
    TimeRefusal.NO_CAUSE: _l("Please state the cause."),
    TimeRefusal.OUT_OF_RANGE: _l("More time can be given from 1 to 600 minutes."),
    TimeRefusal.NOT_OVER: _l(
        "Please enter this once the incident is over; then it is known how long it was."
    ),
}

#: Each with %(count)s: for how many attempts an act was not done.
ACT_REFUSALS = {
    ActRefusal.NO_CAUSE: _l("Please state the cause."),
    ActRefusal.NOT_RUNNING: _l("%(count)s had ended already and stay as they are."),
    ActRefusal.LOCKED: _l("%(count)s had been locked before."),
    ActRefusal.NOT_LOCKED: _l("%(count)s are not locked."),
    ActRefusal.VOIDED: _l("%(count)s had been voided before."),
    ActRefusal.NOTED: _l("%(count)s have this note already; it was not added twice."),
    ActRefusal.CANCELLED: _l("This sitting was cancelled."),
    ActRefusal.NOT_BY_HAND: _l("At this sitting learners start by themselves."),
    ActRefusal.TOO_EARLY: _l("The window of this sitting has not opened yet."),
    ActRefusal.TOO_LATE: _l("This sitting is over."),
    ActRefusal.STARTED: _l("This was started before."),
    ActRefusal.NO_ROOM: _l("Nobody has a seat in this room."),
}


def target_text(target: str, name: str, room: str | None) -> str:
    """Return whom more time was for; `name` is that of the person or unit."""
    if target == TimeChangeTarget.ALL:
        return _("Everybody at this sitting")
    if target == TimeChangeTarget.ROOM:
        return _("Room %(room)s", room=room)
    return _("%(unit)s with all below", unit=name) if target == TimeChangeTarget.ORGANISATION else name


def seconds_text(seconds: int) -> str:
    """Return a length of time such as 5 min 30 s."""
    minutes, rest = divmod(seconds, 60)
    if not rest:
        return _("%(minutes)s min", minutes=minutes)
    if not minutes:
        return _("%(seconds)s s", seconds=rest)
    return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest)


def time_text(moment: datetime | None) -> str:
    """Return the time of day of a moment to the second, in Beijing."""
    return "" if moment is None else moment.astimezone(SHANGHAI).strftime("%H:%M:%S")


def moment_text(moment: datetime | None) -> str:
    """Return day and time of a moment to the second, in Beijing."""
    return "" if moment is None else moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def count_pairs(counts: Mapping[Whereabouts, int]) -> list[tuple[str, int]]:
    """Return how many attempts stand where, in words; those without an attempt are left out."""
    return [
        (word, counts[state])
        for state, (_kind, word) in WHEREABOUTS.items()
        if counts.get(state) and state is not Whereabouts.NOT_STARTED
    ]


def clock_text(seconds: int) -> str:
    """Return a time left such as 1:05:09 or 5:09."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
