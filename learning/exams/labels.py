"""Name the settings of exams and sittings; each is translated where it is shown."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from learning.exams.kinds import (
    Admission,
    Behaviour,
    Counting,
    Navigation,
    Phase,
    ResitFor,
    Shown,
    StartMode,
    TimeOut,
)
from question_bank.blueprints import Blueprint, ItemOrder

BEHAVIOURS = {
    Behaviour.EXAM: _l("Exam: learners hear afterwards whether they are right"),
    Behaviour.PRACTICE: _l("Practice: learners hear it at once; it never counts for a requirement"),
}

NAVIGATIONS = {
    Navigation.FREE: _l("Free: every question can be answered and changed at any time"),
    Navigation.ONE_WAY: _l("One way: one question after the other, none can be changed later"),
}

TIME_OUTS = {
    TimeOut.SUBMIT: _l("What was saved counts"),
    TimeOut.GRACE: _l(
        "For some minutes the attempt can be handed in but no longer changed; otherwise it does not count"
    ),
    TimeOut.DISCARD: _l("An attempt that was not handed in does not count"),
}

RESITS = {
    ResitFor.FAILED: _l("Those who have not passed"),
    ResitFor.ALL: _l("Everybody"),
}

COUNTINGS = {
    Counting.HIGHEST: _l("The highest"),
    Counting.LATEST: _l("The latest"),
    Counting.FIRST: _l("The first"),
    Counting.AVERAGE: _l("The average"),
}

ORDERS = {
    ItemOrder.BY_CELL: _l("Line by line, in each at random"),
    ItemOrder.MIXED: _l("All questions of the section mixed"),
    ItemOrder.FIXED: _l("Line by line, the same for everybody as far as the questions are"),
}

PHASES = {
    Phase.DURING: _l("During the attempt (practice only)"),
    Phase.AFTER: _l("After handing in"),
    Phase.CLOSED: _l("After the sitting has closed"),
    Phase.RELEASED: _l("After the release of the results"),
}

SHOWN = {
    Shown.RESPONSE: _l("Own answers"),
    Shown.CORRECTNESS: _l("Right or wrong"),
    Shown.MARKS: _l("Marks and result"),
    Shown.KEY: _l("Right answers"),
    Shown.EXPLANATION: _l("Explanations"),
}

ADMISSIONS = {
    Admission.ORGANISATION: _l("The unit with all below"),
    Admission.CLASS_RUN: _l("The roll of a class run"),
    Admission.SEATS: _l("Only those who have a seat"),
}

START_MODES = {
    StartMode.SELF: _l("Learners start by themselves, whenever they like within the window"),
    StartMode.BY_HAND: _l("An invigilator starts a room, or all"),
}


def line_names(plan: Blueprint) -> list[str]:
    """Return what each line of a blueprint is called; sections are named where there are several."""
    if len(plan.sections) == 1:
        return [_("line %(line)s", line=line) for line in range(1, len(plan.cells) + 1)]
    return [
        _("section %(section)s, line %(line)s", section=section, line=line)
        for section, cells in enumerate(plan.sections, 1)
        for line in range(1, cells.cells + 1)
    ]
