"""What is on record up to a day, as the rules see it: plain values without a database."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from learning.people.kinds import DatePrecision, Level, OrganisationKind


@dataclass(frozen=True)
class Unit:
    """An organisation of the report, in tree order; depth counts from the top of the report."""

    id: int
    name: str
    level: Level
    kind: OrganisationKind
    depth: int
    parent_id: int | None
    institution_kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Course:
    """The course as it was taught on the day: its modules by slug, with their titles, in order."""

    title: str
    modules: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Post:
    """An appointment of a person."""

    id: int
    organisation_id: int
    organisation_name: str
    level: Level
    kind: OrganisationKind
    title: str
    appointed_on: date | None
    left_on: date | None = None
    precision: DatePrecision = DatePrecision.DAY
    leadership_rank: str | None = None
    is_leadership_member: bool = False
    tenure_type: str = "full_time"
    #: Whether it is held in the unit of the report or below; posts elsewhere are not shown in it.
    is_inside: bool = True
    is_primary: bool = True

    def is_held_on(self, day: date) -> bool:
        """Return whether the post is held on a day; an unknown beginning lies before it."""
        return (self.appointed_on is None or self.appointed_on <= day) and (
            self.left_on is None or self.left_on >= day
        )


@dataclass(frozen=True)
class FinishedModule:
    """A module of the course that was finished."""

    slug: str
    title: str
    on: date


@dataclass(frozen=True)
class ExamRecord:
    """The result that counts of the exams of one kind, about a module or the whole course."""

    #: Empty: about the whole course.
    module_slug: str | None
    score: Decimal
    max_score: Decimal
    is_passed: bool
    on: date
    attempts: int


@dataclass(frozen=True)
class ClassTaken:
    """A class on whose roll the person stands."""

    title: str
    organisation_name: str
    training_kind: str
    covers_mass_work: bool
    starts_on: date
    ends_on: date
    lesson_hours: Decimal
    outcome: str


def outcome_on(outcome: str, ends_on: date, day: date) -> str:
    """Return how a class had ended for somebody by a day; before its last day that is open."""
    return outcome if ends_on <= day else "pending"


@dataclass(frozen=True)
class SessionAttended:
    """A study session that the person attended or made up for."""

    on: date
    topic: str
    group_name: str
    is_on_mass_work: bool


@dataclass(frozen=True)
class PersonFacts:
    """All that is on record about a person up to the day."""

    id: int
    staff_number: str
    name: str
    posts: tuple[Post, ...]
    finished: tuple[FinishedModule, ...] = ()
    #: Counted study time up to the day, and in the day's calendar year.
    study_seconds: int = 0
    study_seconds_this_year: int = 0
    exams: tuple[ExamRecord, ...] = ()
    classes: tuple[ClassTaken, ...] = ()
    sessions: tuple[SessionAttended, ...] = ()

    def post_on(self, day: date) -> Post | None:
        """Return the post in the unit of the report that places the person there: the main one first."""
        held = [post for post in self.posts if post.is_inside and post.is_held_on(day)]
        return min(held, key=lambda post: (not post.is_primary, post.id), default=None)

    @property
    def final_exam(self) -> ExamRecord | None:
        """Return the result about the whole course."""
        return next((exam for exam in self.exams if exam.module_slug is None), None)


@dataclass(frozen=True)
class RunFacts:
    """A class that an institution held in the year, or began."""

    id: int
    title: str
    covers_mass_work: bool
    starts_on: date
    ends_on: date
    lesson_hours: Decimal
    instructor_name: str
    is_required: bool
    learner_count: int
    #: Persons on the roll, and those of them who completed.
    on_roll: int
    completed: int


@dataclass(frozen=True)
class InstitutionFacts:
    """A school with the classes it held this year."""

    unit: Unit
    runs: tuple[RunFacts, ...] = ()


@dataclass(frozen=True)
class SessionFacts:
    """A session with the counts of its roll."""

    id: int
    on: date
    topic: str
    is_on_mass_work: bool
    chair_name: str
    present: int = 0
    leave: int = 0
    absent: int = 0
    made_up: int = 0
    observers: int = 0

    @property
    def expected(self) -> int:
        """Return how many should have come: all on the roll but observers."""
        return self.present + self.leave + self.absent + self.made_up


@dataclass(frozen=True)
class GroupFacts:
    """The study group that a committee or leading group has or should have, with this year's sessions."""

    unit: Unit
    #: Empty: no session of it was ever recorded up to the day.
    name: str = ""
    sessions: tuple[SessionFacts, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What a judgement depends on beside its subject."""

    as_of: date
    course: Course | None


@dataclass(frozen=True)
class Facts:
    """Everything on record up to a day about a unit and all below it."""

    setting: Setting
    units: tuple[Unit, ...]
    persons: tuple[PersonFacts, ...]
    institutions: tuple[InstitutionFacts, ...]
    groups: tuple[GroupFacts, ...]

    @property
    def as_of(self) -> date:
        """Return the last day of which records count."""
        return self.setting.as_of
