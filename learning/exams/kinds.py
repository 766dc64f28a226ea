"""The code lists of exams and attempts."""

from enum import StrEnum


class ExamKind(StrEnum):
    """What an exam is about: one module, or the whole course."""

    MODULE_TEST = "module_test"
    FINAL_EXAM = "final_exam"


class Behaviour(StrEnum):
    """When learners hear whether they are right."""

    #: Afterwards, as the review matrix says.
    EXAM = "exam"
    #: At once, with some tries for each question; never counts for a requirement.
    PRACTICE = "practice"


class Navigation(StrEnum):
    """Whether learners may go back to a question."""

    FREE = "free"
    #: One question after the other; what was left behind can no longer be changed.
    ONE_WAY = "one_way"


class Counting(StrEnum):
    """Which of several attempts is the result."""

    HIGHEST = "highest"
    LATEST = "latest"
    FIRST = "first"
    AVERAGE = "average"


class ResitFor(StrEnum):
    """Who may make a further attempt."""

    FAILED = "failed"
    ALL = "all"


class TimeOut(StrEnum):
    """What becomes of an attempt that was not handed in when its time was over."""

    #: What was saved counts.
    SUBMIT = "submit"
    #: For some minutes it can be handed in, but no longer changed; otherwise it does not count.
    GRACE = "grace"
    #: It does not count.
    DISCARD = "discard"


class Admission(StrEnum):
    """Who may sit an exam at a sitting."""

    #: The members of an organisation and all below.
    ORGANISATION = "organisation"
    #: The roll of a class run.
    CLASS_RUN = "class_run"
    #: Those who have a seat in a room.
    SEATS = "seats"


class StartMode(StrEnum):
    """Who starts the attempts of a sitting."""

    #: Learners, whenever they like within the window.
    SELF = "self"
    #: An invigilator, for a room or for all.
    BY_HAND = "by_hand"


class TimeChangeKind(StrEnum):
    """Why the time of running attempts was made longer."""

    EXTENSION = "extension"
    #: For the part of an incident that fell into each attempt.
    COMPENSATION = "compensation"


class TimeChangeTarget(StrEnum):
    """Whose time was made longer."""

    PERSON = "person"
    ORGANISATION = "organisation"
    ROOM = "room"
    ALL = "all"


class AttemptState(StrEnum):
    """Where an attempt stands."""

    OPEN = "open"
    #: Handed in by the learner.
    SUBMITTED = "submitted"
    #: Closed by the server when its time was over, or by an invigilator; what had been saved counts.
    CLOSED = "closed"
    #: Not handed in though the exam asks for it: it does not count.
    ABANDONED = "abandoned"


class EventKind(StrEnum):
    """What happened to an attempt beside its answers."""

    STARTED = "started"
    TAKEN_OVER = "taken_over"
    #: The page lost the focus; a fact for invigilators, never a verdict.
    FOCUS_LOST = "focus_lost"
    #: The learner went on to another question of a one-way paper.
    ADVANCED = "advanced"
    #: A question of a practice paper was checked.
    CHECKED = "checked"
    EXTENDED = "extended"
    OVERRIDE_CHANGED = "override_changed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    IRREGULARITY = "irregularity"
    SUBMITTED = "submitted"
    CLOSED = "closed"
    ABANDONED = "abandoned"
    #: Ended by an invigilator.
    ENDED = "ended"
    VOIDED = "voided"


class MarkKind(StrEnum):
    """Where a mark comes from."""

    MACHINE = "machine"
    FIRST = "first"
    SECOND = "second"
    #: Agreed after two markers were too far apart, or set by whoever decides.
    AGREED = "agreed"
    REGRADE = "regrade"


class Phase(StrEnum):
    """When a learner looks at an attempt: the columns of the review matrix, in order of time."""

    DURING = "during"
    AFTER = "after"
    CLOSED = "closed"
    RELEASED = "released"


class Shown(StrEnum):
    """What a learner sees of an attempt: the rows of the review matrix."""

    RESPONSE = "response"
    CORRECTNESS = "correctness"
    #: Marks of each question, the total, and whether it is passed.
    MARKS = "marks"
    KEY = "key"
    EXPLANATION = "explanation"
