"""The code lists of the ledger."""

from enum import StrEnum
from typing import NamedTuple


class EntryKind(StrEnum):
    """What an entry is about."""

    MODULE_FINISHED = "module_finished"
    EXAM_RESULT = "exam_result"
    CLASS_OUTCOME = "class_outcome"
    ATTENDANCE = "attendance"


class SubjectKind(StrEnum):
    """Whose record an entry belongs to."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Subject(NamedTuple):
    """Somebody or something that has a record."""

    kind: SubjectKind
    id: int


def person(id_: int) -> Subject:
    """Return a person as a subject."""
    return Subject(SubjectKind.PERSON, id_)
