"""Fill a database with what is measured: the built-in course and bank, learners, and sittings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, update

from bench import bank as larger
from learning import installation
from learning.accounts import passwords
from learning.accounts.models import Account
from learning.accounts.roles import SYSTEM
from learning.app import create_app
from learning.core import clock
from learning.core.db import database, reading
from learning.exams import review
from learning.exams.kinds import ExamKind, Phase, Shown
from learning.exams.services import managing as exams
from learning.exams.services.sittings import SittingPlan, open_sitting
from learning.materials import queries as materials
from learning.people.entries import AppointmentEntry, OrganisationEntry
from learning.people.kinds import InstitutionKind, Level, OrganisationKind, TenureType
from learning.people.services import organisations, persons
from question_bank import bank
from question_bank.items import Item

#: Types that a machine marks and a choice or a line of text answers, with how many of them a paper has.
PAPER = {"single_choice": 25, "multiple_choice": 12, "true_false": 8, "fill_blank": 5}
ITEMS = sum(PAPER.values())
#: Everybody's, so that it is hashed once.
PASSWORD = "bench-only-7391"


@dataclass(frozen=True)
class Learner:
    """Somebody who can sign in."""

    name: str
    password: str


@dataclass(frozen=True)
class Filled:
    """What was filled in, as far as clients and the floor need it."""

    learners: Sequence[Learner]
    #: Of the password of all: a quick one, so that signing in is not all hashing.
    password_hash: str
    #: One sitting for each round, of exams of their own.
    sitting_ids: Sequence[int]
    page_url: str
    page_html: str
    items: Sequence[Item]


def fill(url: str, secret: str, learners: int, sittings: int = 1, bank_size: int = 0) -> Filled:
    """Fill the empty database at `url`, its bank up to a size, and return what is in it."""
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": secret, "RUN_JOBS": False})
    with app.app_context():
        installation.upgrade()
        unit_id, school_id = _add_organisations()
        people = [_add_learner(unit_id, number) for number in range(1, learners + 1)]
        password_hash = passwords.hash_one_time(PASSWORD)
        set_password(database().engine, password_hash)
        page_url, page_html = _page()
        items = [item for item in bank.read_bank().items if item.use == "exam" and item.type in PAPER]
        if bank_size:
            larger.grow(database().engine, items, bank_size)
        opened = [_open_sitting(school_id, unit_id, number) for number in range(1, sittings + 1)]
        database().engine.dispose()
    return Filled(people, password_hash, opened, page_url, page_html, items)


def set_password(engine: Engine, password_hash: str) -> None:
    """Give everybody one password that need not be changed; no service does this."""
    with engine.begin() as connection:
        changed = {"password_hash": password_hash, "must_change_password": False}
        connection.execute(update(Account).values(changed))


def _add_organisations() -> tuple[int, int]:
    """Return the unit that the learners belong to, and the school that examines them."""
    unit_id = _add_organisation("unit", "量测单位", OrganisationKind.PARTY_COMMITTEE, None)
    return unit_id, _add_organisation("school", "量测党校", OrganisationKind.INSTITUTION, unit_id)


def _add_organisation(code: str, name: str, kind: OrganisationKind, above_id: int | None) -> int:
    is_school = kind is OrganisationKind.INSTITUTION
    entry = OrganisationEntry(
        code=code,
        name=name,
        level=Level.PREFECTURE,
        kind=kind,
        system_id=None,
        territorial_parent_id=above_id,
        vertical_parent_id=None,
        sort_number=0,
        institution_kinds=frozenset({InstitutionKind.PARTY_SCHOOL} if is_school else ()),
    )
    added = organisations.add_organisation(SYSTEM, entry, clock.now())
    assert isinstance(added, int), added
    return added


def _add_learner(unit_id: int, number: int) -> Learner:
    entry = AppointmentEntry(
        organisation_id=unit_id,
        post="干事",
        leadership_rank=None,
        tenure_type=TenureType.FULL_TIME,
        is_leadership_member=False,
        is_principal=False,
        appointed_on=None,
    )
    name = f"learner{number:05}"
    added = persons.add_person(SYSTEM, f"量测学员{number}", name, entry, clock.today(), clock.now())
    assert isinstance(added, persons.Added), added
    return Learner(name, PASSWORD)


def _page() -> tuple[str, str]:
    """Return address and text of the unit of middling length."""
    edition = materials.current_edition(reading(), installation.COURSE)
    assert edition is not None
    units = sorted(materials.units_of(reading(), edition.id), key=lambda unit: unit.characters)
    middle = units[len(units) // 2]
    page = materials.unit_at(reading(), installation.COURSE, middle.module_slug, middle.key)
    assert page is not None
    return f"/courses/{installation.COURSE}/{middle.module_slug}/{middle.key}", page.html


def _open_sitting(school_id: int, unit_id: int, number: int) -> int:
    edition = materials.current_edition(reading(), installation.COURSE)
    assert edition is not None
    now = clock.now()
    exam_id = exams.create_exam(SYSTEM, school_id, _settings(edition.course_id, number), now)
    refusal = exams.publish_exam(SYSTEM, exam_id, now)
    assert refusal is None, refusal
    plan = SittingPlan(unit_id, now - timedelta(hours=1), now + timedelta(days=1))
    opened = open_sitting(SYSTEM, exam_id, plan, now)
    assert opened.id is not None, opened.refusal
    return opened.id


def _settings(course_id: int, number: int) -> exams.Settings:
    cells = [{"types": [type_], "count": count, "marks": "2"} for type_, count in PAPER.items()]
    return exams.Settings(
        course_id=course_id,
        kind=ExamKind.FINAL_EXAM,
        module_slug=None,
        title=f"量测 {number}",
        instructions="",
        blueprint={"cells": cells},
        time_limit_minutes=600,
        attempts_allowed=1,
        pass_percent=60,
        choice_policy="all_or_nothing",
        # What the floor shows as well: the score, as soon as the paper is handed in.
        review=review.to_dict({Phase.AFTER: frozenset({Shown.MARKS})}),
    )
