"""The states that pages show: each a shape and a word, never a colour alone."""

from typing import NamedTuple

from learning.core.texts import N_


class State(NamedTuple):
    """How a state looks, and its word as an English message id."""

    tone: str
    shape: str
    word: str


STATES = {
    "met": State("good", "check", N_("Met")),
    "in_progress": State("active", "half", N_("In progress")),
    "due_soon": State("soon", "clock", N_("Due soon")),
    "overdue": State("bad", "warning", N_("Overdue")),
    "not_met": State("bad", "cross", N_("Not met")),
    "no_record": State("blank", "ring", N_("No record")),
    "not_applicable": State("plain", "dash", N_("Not applicable")),
    "exempt": State("plain", "bar", N_("Exempt")),
    "pending_review": State("soon", "wait", N_("Pending review")),
    "not_started": State("blank", "ring", N_("Not started")),
    "submitted": State("active", "check", N_("Handed in")),
    "passed": State("good", "check", N_("Passed")),
    "failed": State("bad", "cross", N_("Not passed")),
    "absent": State("plain", "dash", N_("Absent")),
    "draft": State("plain", "pen", N_("Draft")),
    "published": State("good", "check", N_("Published")),
    "closed": State("plain", "lock", N_("Closed")),
}
