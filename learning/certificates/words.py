"""Say in words what the code lists of certificates mean."""

from flask_babel import lazy_gettext as _l

from learning.certificates.kinds import CertificateKind, ItemState
from learning.certificates.rules import Refusal

KINDS = {
    CertificateKind.CLASS: _l("Certificate of a class"),
    CertificateKind.COURSE: _l("Certificate of a course"),
    CertificateKind.HOURS: _l("Statement of hours"),
}
#: As the papers name them.
MODES = {
    "off_job": _l("Off the job"),
    "intensive": _l("Intensive"),
    "online": _l("Online"),
    "course": _l("Self-study (online course)"),
}
ITEMS = {
    ItemState.WAITING: _l("waiting"),
    ItemState.ISSUED: _l("issued, not printed yet"),
    ItemState.PRINTED: _l("issued and printed"),
    ItemState.REFUSED: _l("not issued"),
    ItemState.FAILED: _l("failed"),
}
#: Which of the states of core/states.py looks like it.
ITEM_SHAPES = {
    ItemState.WAITING: "pending_review",
    ItemState.ISSUED: "in_progress",
    ItemState.PRINTED: "passed",
    ItemState.REFUSED: "absent",
    ItemState.FAILED: "failed",
}
REFUSALS = frozenset(refusal.value for refusal in Refusal)
