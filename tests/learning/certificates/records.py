"""What is on record before certificates are issued: a class of the school with its roll, a course studied."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from learning.accounts.roles import SYSTEM
from learning.certificates.models import Certificate
from learning.certificates.services import batches
from learning.certificates.sources import ClassSource, CourseSource, Source
from learning.core import clock
from learning.core.db import reading, transaction
from learning.exams.models import Attempt, AttemptResult, Exam, Sitting
from learning.materials.models import Course, Edition, Module
from learning.people.models import Appointment, Person
from learning.study.models import ModuleFinish
from learning.training import services as training
from learning.training.entries import RunEntry
from learning.training.kinds import ClassOutcome, DeliveryMode, TrainingKind
from tests.cast import LONG_AGO, Cast

FIRST, LAST = date(2026, 4, 6), date(2026, 4, 10)
BASE_URL = "https://xuexi.example"


def class_run(cast: Cast, outcomes: Mapping[int, ClassOutcome], hours: str = "30") -> ClassSource:
    """Record a class of the school with its roll."""
    entry = RunEntry(
        "群团干部专题培训班",
        True,
        TrainingKind.THEME_CLASS,
        DeliveryMode.OFF_JOB,
        FIRST,
        LAST,
        Decimal(hours),
    )
    recorded = training.record_run(SYSTEM, cast.organisations["school"], entry, LONG_AGO)
    training.save_run_roll(SYSTEM, recorded.id, dict(outcomes), LONG_AGO)
    return ClassSource(recorded.id)


def completed(cast: Cast, *names: str) -> ClassSource:
    """Record a class that these people completed."""
    return class_run(cast, {cast.persons[name]: ClassOutcome.COMPLETED for name in names})


def crowd(cast: Cast, count: int) -> list[int]:
    """Add persons with posts in the county's union; return their keys."""
    with transaction() as session:
        persons = [
            Person(staff_number=f"QZ{number:04}", name=f"群众{number:04}", created_at=LONG_AGO)
            for number in range(count)
        ]
        session.add_all(persons)
        session.flush()
        union = cast.organisations["county_union"]
        session.add_all(
            Appointment(person_id=each.id, organisation_id=union, post="干事") for each in persons
        )
        return [each.id for each in persons]


def renamed(person_id: int, name: str) -> None:
    """Give somebody another name."""
    with transaction() as session:
        session.get_one(Person, person_id).name = name


def course_source(cast: Cast) -> CourseSource:
    """Return the small course as the school examines it."""
    return CourseSource(cast.organisations["school"], reading().scalars(select(Course.slug)).one())


def finish_modules(person_id: int, until: int | None = None, day: date = LAST) -> None:
    """Let somebody finish the modules of the course, or the first of them."""
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    with transaction() as session:
        course_id = session.scalars(select(Course.id)).one()
        modules = session.scalars(
            select(Module).join(Edition).where(Edition.course_id == course_id).order_by(Module.number)
        ).all()
        for module in modules[:until]:
            session.add(
                ModuleFinish(
                    person_id=person_id,
                    course_id=course_id,
                    module_slug=module.slug,
                    module_id=module.id,
                    finished_at=at,
                )
            )


def sit_final_exam(cast: Cast, person_id: int, score: int) -> None:
    """Let somebody end the final exam of the school with a score."""
    at = datetime(2026, 4, 20, 4, tzinfo=UTC)
    with transaction() as session:
        exam = Exam(
            organisation_id=cast.organisations["school"],
            course_id=session.scalars(select(Course.id)).one(),
            kind="final_exam",
            title="结业考试",
            blueprint={},
            time_limit_minutes=60,
            created_at=LONG_AGO,
            published_at=LONG_AGO,
        )
        session.add(exam)
        session.flush()
        sitting = Sitting(
            exam_id=exam.id,
            organisation_id=cast.organisations["county"],
            opens_at=at,
            closes_at=at + timedelta(hours=8),
            created_at=LONG_AGO,
        )
        session.add(sitting)
        session.flush()
        attempt = Attempt(
            sitting_id=sitting.id,
            person_id=person_id,
            number=1,
            seed="1",
            started_at=at,
            closes_at=at + timedelta(hours=1),
            saves_until=at + timedelta(hours=1),
            hand_in_until=at + timedelta(hours=1),
            ended_at=at + timedelta(minutes=30),
            state="submitted",
        )
        session.add(attempt)
        session.flush()
        session.add(
            AttemptResult(
                attempt_id=attempt.id,
                score=Decimal(score),
                max_score=Decimal(100),
                is_passed=score >= 60,
                computed_at=at + timedelta(minutes=31),
            )
        )


def issue(cast: Cast, source: Source, *person_ids: int, unit: str = "school") -> list[Certificate]:
    """Issue to persons, and return what is on record of the source then."""
    now = clock.now()
    batch_id = batches.request(SYSTEM, source, cast.organisations[unit], person_ids, BASE_URL, now)
    while batches.take_turn(now, batch_id):
        pass
    query = select(Certificate).where(Certificate.source == str(source)).order_by(Certificate.id)
    return list(reading().scalars(query))
