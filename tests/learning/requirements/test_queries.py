"""Facts from the database: of which unit, of which day, and never of anybody else."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from learning.accounts.roles import SYSTEM, Scope
from learning.core.clock import SHANGHAI
from learning.core.db import reading, transaction
from learning.exams.models import Attempt, AttemptResult, Exam, Sitting
from learning.materials.models import Course, Edition, Module, Unit
from learning.people.models import Appointment
from learning.requirements.evaluate import judge
from learning.requirements.facts import Facts, PersonFacts
from learning.requirements.queries import facts_below, facts_of_person, own_facts
from learning.requirements.verdicts import Status
from learning.study.models import ModuleFinish, Visit
from learning.training import services as training
from learning.training.entries import RunEntry, SessionEntry
from learning.training.kinds import AttendanceState, ClassOutcome, DeliveryMode, TrainingKind
from tests.cast import LONG_AGO, Cast

pytestmark = pytest.mark.usefixtures("context")


def moment(day: date, hour: int = 12) -> datetime:
    """Return an hour of a day in Beijing."""
    return datetime.combine(day, time(hour), SHANGHAI)


def run(cast: Cast, first: date, last: date, outcome: ClassOutcome = ClassOutcome.COMPLETED) -> int:
    """Record a class of training on taking office with Wang on its roll."""
    entry = RunEntry(
        f"任职培训班{first}",
        True,
        TrainingKind.APPOINTMENT_TRAINING,
        DeliveryMode.OFF_JOB,
        first,
        last,
        Decimal(30),
    )
    recorded = training.record_run(SYSTEM, cast.organisations["school"], entry, LONG_AGO)
    training.save_run_roll(SYSTEM, recorded.id, {cast.persons["wang"]: outcome}, LONG_AGO)
    return recorded.id


def session(cast: Cast, unit: str, day: date, name: str = "wang", is_on_mass_work: bool = True) -> int:
    """Record a study session with somebody present."""
    entry = SessionEntry(day, f"专题{day}", is_on_mass_work)
    recorded = training.record_session(SYSTEM, cast.organisations[unit], entry, LONG_AGO)
    assert recorded
    training.save_session_roll(SYSTEM, recorded.id, {cast.persons[name]: AttendanceState.PRESENT}, LONG_AGO)
    return recorded.id


def finish(cast: Cast, number: int, day: date, hour: int = 12, name: str = "wang") -> None:
    """Let somebody finish a module of the small course, having read for ten minutes."""
    with transaction() as writing:
        course = writing.scalars(select(Course)).one()
        module = writing.scalars(
            select(Module).join(Edition).where(Edition.course_id == course.id).order_by(Module.number)
        ).all()[number]
        unit = writing.scalars(select(Unit).where(Unit.module_id == module.id)).first()
        assert unit
        at, person_id = moment(day, hour), cast.persons[name]
        writing.add(Visit(person_id=person_id, unit_id=unit.id, opened_at=at, seen_at=at, seconds=600))
        writing.add(
            ModuleFinish(
                person_id=person_id,
                course_id=course.id,
                module_slug=module.slug,
                module_id=module.id,
                finished_at=at,
            )
        )


def sat(cast: Cast, day: date, score: int, name: str = "wang") -> None:
    """Let somebody end a final exam with a score."""
    with transaction() as writing:
        course = writing.scalars(select(Course)).one()
        exam = Exam(
            organisation_id=cast.organisations["school"],
            course_id=course.id,
            kind="final_exam",
            title=f"考试{day}",
            blueprint={},
            time_limit_minutes=60,
            created_at=LONG_AGO,
            published_at=LONG_AGO,
        )
        writing.add(exam)
        writing.flush()
        sitting = Sitting(
            exam_id=exam.id,
            organisation_id=cast.organisations["county"],
            opens_at=moment(day, 8),
            closes_at=moment(day, 18),
            created_at=LONG_AGO,
        )
        writing.add(sitting)
        writing.flush()
        attempt = Attempt(
            sitting_id=sitting.id,
            person_id=cast.persons[name],
            number=1,
            seed="1",
            started_at=moment(day, 9),
            closes_at=moment(day, 10),
            saves_until=moment(day, 10),
            hand_in_until=moment(day, 10),
            state="submitted",
            ended_at=moment(day, 10),
        )
        writing.add(attempt)
        writing.flush()
        writing.add(
            AttemptResult(
                attempt_id=attempt.id,
                score=Decimal(score),
                max_score=Decimal(100),
                is_passed=score >= 60,
                computed_at=moment(day, 11),
            )
        )


def of(known: Facts, cast: Cast, name: str) -> PersonFacts:
    """Return the facts about one of the cast."""
    return next(each for each in known.persons if each.id == cast.persons[name])


def below(cast: Cast, day: date, unit: str = "county") -> Facts:
    """Return the facts about a unit, read anew."""
    reading().expire_all()
    return facts_below(reading(), cast.organisations[unit], day)


def test_as_of_a_day_equals_what_was_known_on_that_day(cast: Cast) -> None:
    acts: list[tuple[date, Callable[[], object]]] = [
        (date(2026, 3, 12), lambda: session(cast, "county", date(2026, 3, 12))),
        (date(2026, 3, 20), lambda: finish(cast, 0, date(2026, 3, 20))),
        (date(2026, 4, 2), lambda: session(cast, "county_women", date(2026, 4, 2), is_on_mass_work=False)),
        (date(2026, 4, 6), lambda: sat(cast, date(2026, 4, 6), 50)),
        (date(2026, 5, 8), lambda: run(cast, date(2026, 5, 8), date(2026, 5, 8))),
        (date(2026, 6, 1), lambda: finish(cast, 1, date(2026, 6, 1))),
        (date(2026, 6, 9), lambda: sat(cast, date(2026, 6, 9), 90)),
    ]
    seen = {}
    for day, act in acts:
        act()
        seen[day] = below(cast, day)
    for day, known in seen.items():
        assert below(cast, day) == known, day
    assert len({repr(known) for known in seen.values()}) == len(acts), "every act shows on its day"


def test_the_day_ends_at_midnight_in_beijing(cast: Cast) -> None:
    finish(cast, 0, date(2026, 3, 31), hour=23)
    finish(cast, 1, date(2026, 4, 1), hour=0)
    person = of(below(cast, date(2026, 3, 31)), cast, "wang")
    assert (len(person.finished), person.study_seconds) == (1, 600)
    person = of(below(cast, date(2026, 4, 1)), cast, "wang")
    assert (len(person.finished), person.study_seconds) == (2, 1200)


def test_study_time_of_the_year_begins_with_the_year(cast: Cast) -> None:
    finish(cast, 0, date(2026, 12, 31), hour=23)
    finish(cast, 1, date(2027, 1, 1), hour=0)
    person = of(below(cast, date(2027, 1, 1)), cast, "wang")
    assert (person.study_seconds, person.study_seconds_this_year) == (1200, 600)


def test_a_class_is_open_until_its_last_day(cast: Cast) -> None:
    run(cast, date(2026, 5, 6), date(2026, 5, 8))
    outcomes = [
        [taken.outcome for taken in of(below(cast, date(2026, 5, day)), cast, "wang").classes]
        for day in (5, 7, 8)
    ]
    assert outcomes == [[], ["pending"], ["completed"]]


def test_withdrawn_entries_count_on_no_day(cast: Cast) -> None:
    day = date(2026, 5, 8)
    empty = below(cast, day, "city")
    run_id, session_id = run(cast, day, day), session(cast, "county", day)
    assert below(cast, day, "city") != empty
    training.withdraw_run(SYSTEM, run_id, "录错", LONG_AGO)
    training.withdraw_session(SYSTEM, session_id, "录错", LONG_AGO)
    assert below(cast, day, "city") == empty


def test_a_session_of_the_party_committee_never_counts_for_the_mass_organisation(cast: Cast) -> None:
    for month in (2, 4, 5, 6):
        session(cast, "county", date(2026, month, 20), "li")
    judgement = judge(below(cast, date(2026, 6, 30)))
    statuses = {each.code: each.status for each in judgement.of("T3", cast.organisations["county"])}
    assert statuses == {"T3": Status.MET}
    for unit in ("county_women", "county_union", "county_youth"):
        (verdict,) = judgement.of("T4", cast.organisations[unit])
        assert verdict.status is Status.NO_RECORD


def test_a_school_elsewhere_can_train_a_member(cast: Cast) -> None:
    run(cast, date(2026, 5, 6), date(2026, 5, 8))
    known = below(cast, date(2026, 6, 30), "county_women")
    assert not known.institutions, "the school is not in the report"
    (verdict,) = judge(known).of("T6", cast.persons["wang"])
    assert (verdict.status, verdict.due_on) == (Status.MET, date(2027, 3, 10))


def test_a_report_on_a_unit_holds_nobody_else(cast: Cast) -> None:
    names = {each.name for each in below(cast, date(2026, 6, 30), "neighbour").persons}
    assert names == {"刘邻县"}


def test_a_former_member_stays_with_the_reason(cast: Cast) -> None:
    with transaction() as writing:
        post = writing.scalars(select(Appointment).where(Appointment.person_id == cast.persons["wang"])).one()
        post.left_on = date(2026, 5, 31)
    known = below(cast, date(2026, 6, 30))
    judgement = judge(known)
    (verdict,) = judgement.of("T6", cast.persons["wang"])
    assert verdict.status is Status.NOT_APPLICABLE
    assert verdict.reason.params["left_on"] == date(2026, 5, 31)
    assert not judgement.of("T1", cast.persons["wang"])
    assert cast.persons["wang"] not in {each.id for each in below(cast, date(2028, 1, 1)).persons}


def test_before_the_course_was_published_there_is_none(cast: Cast) -> None:
    known = below(cast, LONG_AGO.date() - timedelta(days=1), "neighbour_union")
    assert known.setting.course is None
    (verdict,) = judge(known).of("T1", cast.persons["liu"])
    assert verdict.status is Status.NO_RECORD


def test_one_person_shows_within_the_scope_only(cast: Cast) -> None:
    county = Scope(frozenset({cast.organisations["county"]}))
    day = date(2026, 6, 30)
    assert facts_of_person(reading(), county, cast.persons["liu"], day) is None
    known = facts_of_person(reading(), county, cast.persons["wang"], day)
    assert known
    assert known.persons == (of(below(cast, day), cast, "wang"),)
    own = own_facts(reading(), cast.persons["wang"], day)
    assert own
    assert [each.name for each in own.persons] == ["王学习"]


def test_the_best_passed_exam_counts(cast: Cast) -> None:
    for day, score in ((1, 50), (2, 70), (3, 90), (4, 40)):
        sat(cast, date(2026, 6, day), score)
    exam = of(below(cast, date(2026, 6, 30)), cast, "wang").final_exam
    assert exam
    assert (exam.score, exam.is_passed, exam.attempts) == (Decimal(90), True, 4)
