"""What is entered about a class run or a study session, before it is stored."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from learning.training.kinds import DeliveryMode, TrainingKind


@dataclass(frozen=True)
class RunEntry:
    """A class run as entered; the names are those of its columns."""

    title: str
    covers_mass_work: bool
    training_kind: TrainingKind
    delivery_mode: DeliveryMode
    starts_on: date
    ends_on: date
    lesson_hours: Decimal
    instructor_name: str = ""
    is_required: bool = True
    learner_count: int = 0
    note: str = ""


@dataclass(frozen=True)
class SessionEntry:
    """A study session as entered; the names are those of its columns."""

    held_on: date
    topic: str
    is_on_mass_work: bool
    place: str = ""
    chair_name: str = ""
    materials: str = ""
