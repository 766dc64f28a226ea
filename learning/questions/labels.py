"""Name what the pages of the bank show: difficulties, states, fields, refusals."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from learning.questions.rules import PublishRefusal, SaveRefusal, State
from question_bank.problems import Problem

#: What a level asks of the learner; the same words for whoever writes and whoever draws.
DIFFICULTIES = {
    1: _l("1 – recall one phrase"),
    2: _l("2 – recall among near confusions"),
    3: _l("3 – understand subject, duty and force"),
    4: _l("4 – apply to a situation"),
    5: _l("5 – combine several clauses"),
}
STATES = {
    State.PUBLISHED: _l("Published"),
    State.DRAFT: _l("Draft"),
    State.RETIRED: _l("Retired"),
}
USES = {"exam": _l("Exam"), "practice": _l("Practice at the end of a unit")}
FIELDS = {
    "type": _l("Type"),
    "use": _l("Use"),
    "clauses": _l("Clauses"),
    "difficulty": _l("Difficulty"),
    "tags": _l("Knowledge points"),
    "stem": _l("Question"),
    "explanation": _l("Explanation"),
    "marks": _l("Marks"),
    "choices": _l("Choices"),
    "key": _l("Right answer"),
    "left": _l("Left side"),
    "right": _l("Right side"),
    "points": _l("Marking points"),
    "model_answer": _l("Model answer"),
    "stimulus": _l("Situation"),
    "parts": _l("Parts"),
    "text": _l("Text"),
    "exact_numerals": _l("Numerals as written"),
}
PUBLISH_REFUSALS = {
    PublishRefusal.OWN_WORK: _l("A second instructor has to review and publish what you wrote."),
    PublishRefusal.PROBLEMS: _l("This draft has problems; mend them first."),
    PublishRefusal.ALREADY_PUBLISHED: _l("This version is published already."),
    PublishRefusal.RETIRED: _l("This question is retired; put it back first."),
    PublishRefusal.CHANGED: _l("The draft was changed after you opened this page. Look at it again."),
    PublishRefusal.GONE: _l("This draft is no longer there."),
}
SAVE_REFUSALS = {
    SaveRefusal.CHANGED: _l(
        "Somebody else changed this question while you wrote. Your text is kept below; "
        "open the question in another window, take over what is new there, and save again from there."
    ),
    SaveRefusal.RETIRED: _l("This question is retired; put it back first."),
    SaveRefusal.GONE: _l("This question is no longer there."),
}


def problem_text(problem: Problem) -> str:
    """Return what a problem says, in the language of the site."""
    return str(_(problem.message, **problem.params))


def place_text(where: str) -> str:
    """Return where a problem is, in words: `choices.2` is the second of the choices."""
    return " ".join(str(FIELDS.get(part, part)) for part in where.split("."))
