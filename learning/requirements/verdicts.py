"""The words in which a judgement is given: status, evidence, basis, rule, verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

from learning.requirements.facts import Setting

Subject = TypeVar("Subject")


class Status(StrEnum):
    """Where a subject stands with a requirement; one vocabulary everywhere."""

    MET = "met"
    IN_PROGRESS = "in_progress"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    #: Nothing was entered. The platform knows only what was entered, so this is never a failure.
    NO_RECORD = "no_record"
    NOT_APPLICABLE = "not_applicable"
    EXEMPT = "exempt"
    PENDING_REVIEW = "pending_review"


@dataclass(frozen=True)
class Message:
    """An English message id with what is put into it; translated where it is shown."""

    text: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """A dated record that bears on a verdict; without a day where none was recorded."""

    on: date | None
    what: Message


@dataclass(frozen=True)
class Basis:
    """Where a figure of a rule comes from; a default of this system says so."""

    #: What is fixed, such as the deadline.
    figure: Message
    source: str
    is_default: bool = False


@dataclass(frozen=True)
class Verdict:
    """Where one subject stands with one requirement, and why."""

    #: The code of rule and obligation, such as T6.
    code: str
    subject_id: int
    #: The organisation in whose line of a report it is counted.
    organisation_id: int
    status: Status
    reason: Message
    due_on: date | None = None
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[Message, ...] = ()
    #: What was judged, where a subject has several: the post of a membership.
    about: Message | None = None


@dataclass(frozen=True)
class Rule(Generic[Subject]):
    """How an obligation is counted: what counts, the figures and their basis, and the judgement."""

    #: The code of the obligation it counts.
    name: str
    #: What counts, in a sentence.
    counts: str
    bases: tuple[Basis, ...]
    judge: Callable[[Subject, Setting], Sequence[Verdict]]
    #: Readings that are ours, not the text's.
    readings: tuple[str, ...] = ()
    #: Whether records for it can be entered at all by now.
    is_recorded: bool = True

    @property
    def is_default(self) -> bool:
        """Return whether a default of this system takes part in the verdict."""
        return any(basis.is_default for basis in self.bases)
