"""Say in words what the code lists of the ledger mean."""

from flask_babel import lazy_gettext as _l

from learning.ledger.chain import Fault
from learning.ledger.kinds import EntryKind

KINDS = {
    EntryKind.MODULE_FINISHED: _l("Module finished"),
    EntryKind.EXAM_RESULT: _l("Exam result"),
    EntryKind.CLASS_OUTCOME: _l("Outcome of a class"),
    EntryKind.ATTENDANCE: _l("Attendance at a study session"),
}

FAULTS = {
    Fault.PLACE: _l("a place is empty, doubled or out of order."),
    Fault.DIGEST: _l("its content is not what was sealed, or an entry before it was changed."),
    Fault.CODE: _l("it was written or sealed by somebody without the key."),
    Fault.CHECKPOINT: _l("the chain is not the one that was signed at this place."),
    Fault.CUT_OFF: _l("from here on entries are missing that a checkpoint tells of."),
    Fault.UNREADABLE: _l("it cannot be read."),
}
