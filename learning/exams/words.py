"""Say in words what the code lists and refusals mean; each is translated where it is shown."""

from flask_babel import lazy_gettext as _l

from learning.exams import review
from learning.exams.kinds import AttemptState, Counting, ExamKind, Phase, Shown
from learning.exams.models import Exam
from learning.exams.rules import EntryRefusal, Standing, StartRefusal, WriteRefusal
from learning.exams.services.managing import ManagingRefusal
from learning.exams.services.overrides import OverrideRefusal
from question_bank.types import all_types
from question_bank.types.protocol import Policy

KINDS = {ExamKind.MODULE_TEST: _l("Module test"), ExamKind.FINAL_EXAM: _l("Final exam")}

RELEASE_MODES = {
    Phase.RELEASED: _l("When an instructor releases them"),
    Phase.CLOSED: _l("When the sitting has closed"),
    Phase.AFTER: _l("At once when handed in (whoever sits later may hear the answers)"),
}

#: The same to learners, whom the warning does not concern.
RELEASE_TIMES = RELEASE_MODES | {Phase.AFTER: _l("At once when handed in")}


def released_in(exam: Exam) -> Phase:
    """Return the first phase in which the marks of an attempt are shown."""
    matrix = review.matrix_of(exam.review)
    return next((phase for phase in Phase if Shown.MARKS in matrix[phase]), Phase.RELEASED)


POLICIES = {
    Policy.ALL_OR_NOTHING: _l("Full marks only for exactly the right choices"),
    Policy.PARTIAL: _l("Part of the marks where some are missed and none is wrong"),
}

COUNTED_AS = {
    Counting.HIGHEST: _l("Result of the exam (the best attempt counts)"),
    Counting.LATEST: _l("Result of the exam (the last attempt counts)"),
    Counting.FIRST: _l("Result of the exam (the first attempt counts)"),
    Counting.AVERAGE: _l("Result of the exam (the average of the attempts counts)"),
}

#: English message ids, translated where they are shown.
TYPES = {type_.name: type_.label for type_ in all_types()}

#: The kind of chip of the macro `status`, and its word.
STANDINGS = {
    Standing.CANCELLED: ("closed", _l("Cancelled")),
    Standing.COMING: ("not_started", _l("Not open yet")),
    Standing.OPEN: ("due_soon", _l("Open now")),
    Standing.RUNNING: ("in_progress", _l("In progress")),
    Standing.SUBMITTED: ("submitted", _l("Handed in")),
    Standing.WAITING_FOR_MARKS: ("pending_review", _l("Waiting for marks")),
    Standing.PASSED: ("passed", _l("Passed")),
    Standing.FAILED: ("failed", _l("Not passed")),
    Standing.MISSED: ("absent", _l("Not taken")),
    Standing.ABANDONED: ("absent", _l("Not handed in, does not count")),
    Standing.VOIDED: ("closed", _l("Voided")),
}

ATTEMPT_STATES = {
    AttemptState.OPEN: ("in_progress", _l("Answering")),
    AttemptState.SUBMITTED: ("submitted", _l("Handed in")),
    AttemptState.CLOSED: ("closed", _l("Closed by the server when time was over")),
    AttemptState.ABANDONED: ("absent", _l("Not handed in, does not count")),
}

START_REFUSALS = {
    StartRefusal.CANCELLED: _l("This sitting was cancelled."),
    StartRefusal.TOO_EARLY: _l("This sitting is not open yet."),
    StartRefusal.TOO_LATE: _l("This sitting is over; no attempt can be started any more."),
    StartRefusal.OTHER_OPEN: _l("You have an attempt at this exam running. Finish it first."),
    StartRefusal.NO_ATTEMPT_LEFT: _l("You have used all attempts at this exam."),
    StartRefusal.RESULT_PENDING: _l(
        "Whether you may take a resit is known once the result of your last attempt is released."
    ),
    StartRefusal.ALREADY_PASSED: _l("You have passed this exam; a resit is for those who have not."),
    StartRefusal.TOO_SOON: _l("There has to be some time between two attempts. Please come back later."),
    StartRefusal.NOT_STARTED: _l("An invigilator starts this exam. Please wait on this page."),
    StartRefusal.WRONG_CODE: _l("This is not the password of the sitting. It is told by the invigilator."),
    StartRefusal.WRONG_NETWORK: _l("This exam can only be taken in the network of the exam room."),
    StartRefusal.WRONG_BROWSER: _l("This exam can only be taken in the Safe Exam Browser set up for it."),
}

WRITE_REFUSALS = {
    WriteRefusal.SUBMITTED: _l("This attempt has been handed in. Nothing can be changed any more."),
    WriteRefusal.TOO_LATE: _l(
        "Time is over. What reached the server after the deadline does not count; all that was shown as "
        "saved does."
    ),
    WriteRefusal.TAKEN_OVER: _l(
        "This exam was opened on another page, which has taken its place. Nothing more can be saved from "
        "here."
    ),
    WriteRefusal.LOCKED: _l("An invigilator has locked this attempt for now. Please wait."),
    WriteRefusal.SWITCHED_OFF: _l("This account has been switched off. Please ask the invigilator."),
    WriteRefusal.GAP: _l(
        "The answers on the server are not those your page knew of. Please look at the summary again before "
        "you hand in."
    ),
}

ENTRY_REFUSALS = {
    EntryRefusal.UNKNOWN_SLOT: _l("There is no such question in your paper."),
    EntryRefusal.UNREADABLE: _l("This answer cannot be saved as it is: it is too long or of the wrong kind."),
    EntryRefusal.NOT_HERE: _l("This question is not the one that is open now."),
    EntryRefusal.CHECKED: _l("This question has been checked and can no longer be changed."),
    EntryRefusal.KEY_REUSED: _l("Another answer was saved under the same mark. Please reload the page."),
}

#: Why a page cannot go on to a question, or check one.
STEP_REFUSALS = {
    EntryRefusal.UNKNOWN_SLOT: _l("There is no such question in your paper."),
    EntryRefusal.UNREADABLE: _l("Please answer this question first; then it can be checked."),
    EntryRefusal.NOT_HERE: _l("This question is not the one that is open now."),
    EntryRefusal.CHECKED: _l("This question has been checked and can no longer be changed."),
    EntryRefusal.KEY_REUSED: _l("Another answer was saved under the same mark. Please reload the page."),
}


def step_refusal(refusal: WriteRefusal | EntryRefusal) -> str:
    """Say why a page could not go on to a question, or check one."""
    return WRITE_REFUSALS[refusal] if isinstance(refusal, WriteRefusal) else STEP_REFUSALS[refusal]


MANAGING_REFUSALS = {
    ManagingRefusal.PUBLISHED: _l("This exam is published and stays as it is."),
    ManagingRefusal.CHANGED: _l("Somebody has changed this exam meanwhile. Please look at it again."),
    ManagingRefusal.NOT_PUBLISHED: _l("Publish the exam first; then sittings can be opened."),
    ManagingRefusal.NOT_FEASIBLE: _l(
        "The bank cannot fill this exam. See below which lines fall short and by how much."
    ),
    ManagingRefusal.CANCELLED: _l("This sitting is cancelled already."),
    ManagingRefusal.HAS_ATTEMPTS: _l("Somebody has started already; the sitting can no longer be cancelled."),
    ManagingRefusal.HAS_BEGUN: _l(
        "Somebody has started already; only password, networks, browser keys and the way of starting can "
        "still be changed."
    ),
    ManagingRefusal.NOBODY_EXPECTED: _l(
        "Nobody is admitted yet, but the exam promises a share of the papers. Please say how many learners "
        "are expected."
    ),
    ManagingRefusal.MORE_LEARNERS: _l(
        "The questions of this sitting were fixed for fewer learners, and the exam limits the share of "
        "papers that a question stands on. Copy the sitting and cancel this one."
    ),
    ManagingRefusal.RELEASED: _l("The results are released already."),
}

OVERRIDE_REFUSALS = {
    OverrideRefusal.CANCELLED: _l("This sitting is cancelled already."),
    OverrideRefusal.RELEASED: _l("The results are released already."),
    OverrideRefusal.WINDOW: _l("Together with the window of the sitting there would be no time to sit."),
    OverrideRefusal.ENDS_ATTEMPT: _l(
        "This would end the running attempt at once. If that is meant, end it on the board."
    ),
}
