"""The code lists of certificates."""

from enum import StrEnum


class CertificateKind(StrEnum):
    """What a certificate says."""

    #: Somebody completed a class run of an institution.
    CLASS = "class_completion"
    #: Somebody finished all modules of a course and passed its final exam.
    COURSE = "course_completion"
    #: The hours that are on record of somebody in a period.
    HOURS = "hours_statement"


class ItemState(StrEnum):
    """How far one person of a batch is."""

    WAITING = "waiting"
    #: The certificate is issued; its paper is not printed yet.
    ISSUED = "issued"
    PRINTED = "printed"
    #: It was not issued, for a reason that is in the record.
    REFUSED = "refused"
    #: The system could not do it; it can be tried again.
    FAILED = "failed"


#: The states in which the job still has something to do.
OPEN = (ItemState.WAITING, ItemState.ISSUED)
