"""The demonstration: an invented city with its units, people, records and exams, to try the site with."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from learning.accounts import queries as account_queries
from learning.accounts import services as accounts
from learning.accounts.roles import SYSTEM, Role
from learning.core import clock
from learning.core.db import reading
from learning.exams import review
from learning.exams.kinds import Admission, Behaviour, ExamKind, Phase, ResitFor, StartMode
from learning.exams.seat_lists import read_one
from learning.exams.services import managing as exams
from learning.exams.services import seating, sittings
from learning.exams.services.overrides import OverrideEntry, override
from learning.materials import queries as materials
from learning.people import queries as people_queries
from learning.people.entries import AppointmentEntry, OrganisationEntry
from learning.people.kinds import InstitutionKind, LeadershipRank, Level, OrganisationKind, TenureType
from learning.people.services import organisations, persons
from learning.study import services as study
from learning.training import services as training
from learning.training.entries import RunEntry, SessionEntry
from learning.training.kinds import AttendanceState, ClassOutcome, DeliveryMode, TrainingKind
from question_bank import types

COURSE = "opinion-2015"
#: Where the final exam is sat next week.
ROOMS = ("党校机房一", "党校机房二")
#: The modules that one of the cadres has finished.
STUDIED = frozenset({"preamble", "organisation-leadership", "leadership-and-cadres"})
#: Known to everybody, which is why the demonstration is loaded into empty installations only.
PASSWORD = "Xuexi-Yanshi-2026"  # noqa: S105

#: What to sign in with, and who that is.
SIGN_INS = (
    ("xuexi", "学员（县妇联副主席，兼职）"),
    ("qiuzhi", "学员（县总工会主席）"),
    ("jiaoyuan", "教员（市委党校，组织考试）"),
    ("shenti", "教员（市委党校，审核试题）"),
    ("guanli", "单位管理员（示范县）"),
    ("xiaoban", "单位管理员（市委党校）"),
    ("tongji", "报表查看人（示范县）"),
    ("xitong", "系统管理员"),
    ("shenji", "审计管理员"),
)

SYSTEMS = {"acftu": "工会系统", "cyl": "共青团系统", "acwf": "妇联系统"}

#: key: (name, level, kind, system, territorial parent, vertical parent)
ORGANISATIONS: dict[str, tuple[str, Level, OrganisationKind, str, str, str]] = {
    "province": ("示范省委", Level.PROVINCE, OrganisationKind.PARTY_COMMITTEE, "", "", ""),
    "city": ("示范市委", Level.PREFECTURE, OrganisationKind.PARTY_COMMITTEE, "", "province", ""),
    "city-union": ("示范市总工会", Level.PREFECTURE, OrganisationKind.MASS_ORGANISATION, "acftu", "city", ""),
    "city-women": ("示范市妇联", Level.PREFECTURE, OrganisationKind.MASS_ORGANISATION, "acwf", "city", ""),
    "school": ("示范市委党校", Level.PREFECTURE, OrganisationKind.INSTITUTION, "", "city", ""),
    "county": ("示范县委", Level.COUNTY, OrganisationKind.PARTY_COMMITTEE, "", "city", ""),
    "county-union": (
        "示范县总工会", Level.COUNTY, OrganisationKind.MASS_ORGANISATION, "acftu", "county", "city-union",
    ),
    "county-youth": ("共青团示范县委", Level.COUNTY, OrganisationKind.MASS_ORGANISATION, "cyl", "county", ""),
    "county-women": (
        "示范县妇联", Level.COUNTY, OrganisationKind.MASS_ORGANISATION, "acwf", "county", "city-women",
    ),
    "town": ("城关镇党委", Level.TOWNSHIP, OrganisationKind.PARTY_COMMITTEE, "", "county", ""),
    "town-union": (
        "城关镇工会", Level.TOWNSHIP, OrganisationKind.MASS_ORGANISATION, "acftu", "town", "county-union",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A person of the demonstration with one post; `days` counts from appointment to today."""

    number: str
    name: str
    place: str
    post: str
    rank: LeadershipRank | None = None
    tenure: TenureType = TenureType.FULL_TIME
    is_leader: bool = False
    is_principal: bool = False
    days: int | None = None


MEMBERS = (
    Member("xuexi", "王学习", "county-women", "副主席", None, TenureType.PART_TIME, True, False, 250),
    Member("qiuzhi", "李求知", "county-union", "主席", LeadershipRank.COUNTY_DEPUTY, is_leader=True,
           is_principal=True, days=1200),
    Member("renzhen", "赵认真", "county-youth", "干事"),
    Member("wushi", "钱务实", "county-youth", "书记", LeadershipRank.TOWNSHIP_PRINCIPAL, is_leader=True,
           is_principal=True, days=500),
    Member("lianxi", "孙联系", "county-women", "主席", LeadershipRank.TOWNSHIP_PRINCIPAL, is_leader=True,
           is_principal=True, days=100),
    Member("xiaxiang", "周下乡", "town-union", "主席", is_leader=True, is_principal=True, days=300),
    Member("zhuren", "吴主任", "county", "副书记", LeadershipRank.COUNTY_DEPUTY, is_leader=True, days=900),
    Member("jiaoyuan", "陈讲授", "school", "教研室主任"),
    Member("shenti", "郑审题", "school", "教员"),
)  # fmt: skip

#: sign-in name: (display name, role, organisation of the scope or "" for all)
OFFICES = {
    "guanli": ("示范县单位管理员", Role.UNIT_ADMIN, "county"),
    "xiaoban": ("市委党校单位管理员", Role.UNIT_ADMIN, "school"),
    "tongji": ("示范县报表查看人", Role.REPORT_READER, "county"),
    "xitong": ("系统管理员", Role.SYSTEM_ADMIN, ""),
    "shenji": ("审计管理员", Role.AUDITOR, ""),
}


def is_loaded() -> bool:
    """Return whether this installation holds the demonstration."""
    return account_queries.account_by_name(reading(), SIGN_INS[0][0]) is not None


def load() -> None:
    """Load the demonstration into an installation without accounts."""
    now = clock.now()
    places = _add_organisations(now)
    people = _add_members(places, now)
    _open_offices(places, now)
    _study(people["qiuzhi"], now)
    _record_training(places, people, now)
    _open_exams(places, people, now)


def _add_organisations(now: datetime) -> dict[str, int]:
    for number, (code, name) in enumerate(SYSTEMS.items()):
        organisations.save_system(SYSTEM, None, code, name, number, now)
    systems = {system.code: system.id for system in people_queries.systems(reading())}
    places: dict[str, int] = {}
    for key, (name, level, kind, system, territorial, vertical) in ORGANISATIONS.items():
        kinds = {InstitutionKind.PARTY_SCHOOL, InstitutionKind.ADMIN_COLLEGE} if key == "school" else set()
        entry = OrganisationEntry(
            code=f"SF-{len(places) + 1:02}",
            name=name,
            level=level,
            kind=kind,
            system_id=systems.get(system),
            territorial_parent_id=places.get(territorial),
            vertical_parent_id=places.get(vertical),
            sort_number=len(places),
            institution_kinds=frozenset(kinds),
        )
        added = organisations.add_organisation(SYSTEM, entry, now)
        assert isinstance(added, int), added
        places[key] = added
    return places


def _add_members(places: dict[str, int], now: datetime) -> dict[str, int]:
    people: dict[str, int] = {}
    today = clock.day_of(now)
    for member in MEMBERS:
        entry = AppointmentEntry(
            organisation_id=places[member.place],
            post=member.post,
            leadership_rank=member.rank,
            tenure_type=member.tenure,
            is_leadership_member=member.is_leader,
            is_principal=member.is_principal,
            appointed_on=None if member.days is None else today - timedelta(days=member.days),
        )
        added = persons.add_person(SYSTEM, member.name, member.number, entry, today, now)
        assert isinstance(added, persons.Added), added
        assert added.account is not None
        accounts.change_password(SYSTEM, added.account.account_id, PASSWORD, now)
        if member.place == "school":
            accounts.grant_role(SYSTEM, added.account.account_id, Role.INSTRUCTOR, places["school"], now)
        people[member.number] = added.person_id
    return people


def _open_offices(places: dict[str, int], now: datetime) -> None:
    for name, (display_name, role, scope) in OFFICES.items():
        opened = accounts.open_account(SYSTEM, name, display_name, None, now)
        assert opened is not None, name
        accounts.change_password(SYSTEM, opened.account_id, PASSWORD, now)
        accounts.grant_role(SYSTEM, opened.account_id, role, places.get(scope), now)


def _study(person_id: int, now: datetime) -> None:
    """Let a person have read and practised three modules in the weeks before."""
    edition = materials.current_edition(reading(), COURSE)
    assert edition is not None, "the built-in course is loaded before"
    moment = now - timedelta(days=40)
    for unit in materials.units_of(reading(), edition.id):
        if unit.module_slug in STUDIED:
            page = materials.unit_at(reading(), COURSE, unit.module_slug, unit.key)
            assert page is not None
            moment += timedelta(hours=7)
            _study_unit(person_id, page, moment)


def _study_unit(person_id: int, page: materials.UnitPage, opened_at: datetime) -> None:
    study.open_visit(person_id, page, opened_at)
    finished_at = opened_at + timedelta(minutes=page.reading_minutes[1])
    for item in page.practice:
        response = types.get(item.item.type).right_response(item.item.content)
        study.answer_practice(SYSTEM, person_id, page, item, response, None, finished_at)
    study.mark_read(SYSTEM, person_id, page, finished_at)


def _record_training(places: dict[str, int], people: dict[str, int], now: datetime) -> None:
    """Record a class of the school and two study sessions of the county's committee."""
    today = clock.day_of(now)
    run = training.record_run(
        SYSTEM,
        places["school"],
        RunEntry(
            title="新任群团干部任职培训班",
            covers_mass_work=True,
            training_kind=TrainingKind.APPOINTMENT_TRAINING,
            delivery_mode=DeliveryMode.OFF_JOB,
            starts_on=today - timedelta(days=70),
            ends_on=today - timedelta(days=68),
            lesson_hours=Decimal(18),
            instructor_name="陈讲授",
            learner_count=32,
        ),
        now,
    )
    outcomes = {people["lianxi"]: ClassOutcome.COMPLETED, people["renzhen"]: ClassOutcome.COMPLETED}
    training.save_run_roll(SYSTEM, run.id, outcomes, now)
    for days, topic, is_on_mass_work in ((120, "新形势下党的群团工作", True), (30, "基层治理专题", False)):
        entry = SessionEntry(
            held_on=today - timedelta(days=days),
            topic=topic,
            is_on_mass_work=is_on_mass_work,
            place="县委会议室",
        )
        held = training.record_session(SYSTEM, places["county"], entry, now)
        assert held is not None
        training.save_session_roll(SYSTEM, held.id, {people["zhuren"]: AttendanceState.PRESENT}, now)


def _open_exams(places: dict[str, int], people: dict[str, int], now: datetime) -> None:
    """Open a test, a practice paper and the final exam for the whole city; plan the final exam in rooms."""
    edition = materials.current_edition(reading(), COURSE)
    assert edition is not None
    window = sittings.SittingPlan(places["city"], now - timedelta(hours=1), now + timedelta(days=60))
    for settings in (_module_test(edition.course_id), _practice(edition.course_id)):
        _open(places, _published(places, settings, now), window, now)
    final_id = _published(places, _final_exam(edition.course_id), now)
    _open(places, final_id, window, now)
    _plan_for_rooms(places, people, final_id, now)


def _published(places: dict[str, int], settings: exams.Settings, now: datetime) -> int:
    exam_id = exams.create_exam(SYSTEM, places["school"], settings, now)
    refusal = exams.publish_exam(SYSTEM, exam_id, now)
    assert refusal is None, refusal
    return exam_id


def _open(places: dict[str, int], exam_id: int, plan: sittings.SittingPlan, now: datetime) -> int:
    opened = sittings.open_sitting(SYSTEM, exam_id, plan, now, len(MEMBERS))
    assert opened.id is not None, opened
    return opened.id


def _plan_for_rooms(places: dict[str, int], people: dict[str, int], exam_id: int, now: datetime) -> None:
    """Announce the final exam in two rooms next week, started by hand, with more time for one person."""
    nine = datetime.combine(clock.day_of(now) + timedelta(days=7), time(9), clock.SHANGHAI)
    plan = sittings.SittingPlan(
        organisation_id=places["school"],
        opens_at=nine,
        closes_at=nine + timedelta(minutes=90),
        latest_start_at=nine + timedelta(minutes=30),
        admission=Admission.SEATS,
        start_mode=StartMode.BY_HAND,
        prepares_papers=True,
        access_code="XX2026",
    )
    sitting_id = _open(places, exam_id, plan, now)
    learners = [member.number for member in MEMBERS if member.place != "school"]
    rows = [read_one(each, ROOMS[at % 2], str(1 + at // 2)) for at, each in enumerate(learners)]
    taken = seating.take_in(SYSTEM, sitting_id, rows, False, clock.day_of(now), now)
    assert taken.added == len(learners), taken
    more = OverrideEntry("视力障碍，凭残疾人证申请延长考试时间", extra_time_percent=25)
    refusal = override(SYSTEM, sitting_id, people["xiaxiang"], more, now)
    assert refusal is None, refusal


def _module_test(course_id: int) -> exams.Settings:
    return exams.Settings(
        course_id=course_id,
        kind=ExamKind.MODULE_TEST,
        module_slug="organisation-leadership",
        title="第三部分章节测试：加强党委对群团工作的组织领导",
        instructions="闭卷，独立完成。",
        blueprint={
            "cells": [
                {"clauses": ["3"], "types": ["single_choice"], "count": 4, "marks": "2"},
                {"clauses": ["3"], "types": ["multiple_choice"], "count": 3, "marks": "2"},
                {"clauses": ["3"], "types": ["true_false"], "count": 2, "marks": "1"},
                {"clauses": ["3"], "types": ["fill_blank"], "count": 1, "marks": "2"},
            ]
        },
        time_limit_minutes=20,
        attempts_allowed=2,
        pass_percent=60,
        choice_policy="all_or_nothing",
        review=review.to_dict({Phase.AFTER: review.EVERYTHING}),
    )


def _practice(course_id: int) -> exams.Settings:
    kinds = ("single_choice", "multiple_choice", "true_false")
    return exams.Settings(
        course_id=course_id,
        kind=ExamKind.MODULE_TEST,
        module_slug="organisation-leadership",
        title="第三部分练习卷（不计成绩）",
        instructions="每题可核对两次，核对后显示对错与解析。练习不计入达标要求，可反复参加。",
        blueprint={
            "cells": [{"clauses": ["3"], "types": [kind], "count": 3, "marks": "1"} for kind in kinds]
        },
        behaviour=Behaviour.PRACTICE,
        tries=2,
        time_limit_minutes=30,
        attempts_allowed=20,
        resit_for=ResitFor.ALL,
        pass_percent=60,
        choice_policy="all_or_nothing",
        review=review.to_dict({Phase.DURING: review.EVERYTHING}),
    )


#: Title and instructions of each part of the final exam, with its lines: type, number, marks each.
PARTS = (
    ("一、选择题", "单项选择题只有一个正确选项；多项选择题全部选对才得分。",
     (("single_choice", 15, "2"), ("multiple_choice", 10, "3"))),
    ("二、判断题", "", (("true_false", 10, "1"),)),
    ("三、填空题", "按《意见》原文填写。", (("fill_blank", 5, "2"),)),
    ("四、匹配与排序题", "", (("matching", 2, "3"), ("ordering", 2, "2"))),
    ("五、简答题", "由教员评阅，按要点给分。", (("short_answer", 1, "10"),)),
)  # fmt: skip


def _final_exam(course_id: int) -> exams.Settings:
    parts = [
        {
            "title": title,
            "instructions": instructions,
            "cells": [{"types": [kind], "count": count, "marks": marks} for kind, count, marks in lines],
        }
        for title, instructions, lines in PARTS
    ]
    return exams.Settings(
        course_id=course_id,
        kind=ExamKind.FINAL_EXAM,
        module_slug=None,
        title="《意见》课程结业考试",
        instructions="全部模块，闭卷，独立完成。简答题由教员评阅。",
        blueprint={"sections": parts},
        time_limit_minutes=60,
        attempts_allowed=2,
        pass_percent=60,
        choice_policy="all_or_nothing",
        review=review.to_dict({Phase.RELEASED: review.EVERYTHING}),
    )
