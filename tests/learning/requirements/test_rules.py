"""The frozen layer, and rules on what no table of cases shows."""

import os
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.people.kinds import DatePrecision, Level, OrganisationKind
from learning.requirements import rules
from learning.requirements.evaluate import counted, judge
from learning.requirements.facts import (
    ClassTaken,
    Course,
    Facts,
    FinishedModule,
    PersonFacts,
    Post,
    Setting,
    Unit,
)
from learning.requirements.obligations import BY_CODE, OBLIGATIONS, Frequency
from learning.requirements.periods import months_later, quarter_of
from learning.requirements.rules import t6
from learning.requirements.verdicts import Status

ORIGINAL = Path(__file__).parents[4] / "shared" / "opinion.txt"
COURSE = Course("课程", (("m1", "模块一"),))


def member(**changes: object) -> Post:
    """Return a membership in the leading group of a county's mass organisation."""
    values: dict[str, object] = {
        "id": 1,
        "organisation_id": 7,
        "organisation_name": "某县妇联",
        "level": Level.COUNTY,
        "kind": OrganisationKind.MASS_ORGANISATION,
        "title": "副主席",
        "appointed_on": date(2026, 3, 10),
        "is_leadership_member": True,
    }
    return Post(**(values | changes))  # type: ignore[arg-type]


def person(*posts: Post, **changes: object) -> PersonFacts:
    """Return a person with these posts."""
    return PersonFacts(1, "A1", "某人", posts, **changes)  # type: ignore[arg-type]


def test_every_quotation_stands_in_the_original() -> None:
    if not ORIGINAL.exists():
        assert os.environ.get("CI") != "true"
        pytest.skip("the original is not beside the checkout")
    original = "".join(ORIGINAL.read_text(encoding="utf-8").split())
    for obligation in OBLIGATIONS:
        for words in (obligation.key_words, obligation.force_word, obligation.frequency_word):
            assert words in original, (obligation.code, words)


def test_the_text_itself_has_two_figures_only() -> None:
    figures = {
        each.code for each in OBLIGATIONS if each.frequency in {Frequency.EVERY_YEAR, Frequency.ONCE_A_TERM}
    }
    assert figures == {"N2", "N4"}


def test_every_rule_counts_an_obligation_and_names_the_basis_of_its_figures() -> None:
    assert {rule.name for rule in rules.all_rules()} == {"T1", "T2", "T3", "T4", "T5", "T6", "T9"}
    for rule in rules.all_rules():
        assert rule.name in BY_CODE
        assert rule.counts
        assert rule.bases
        for basis in rule.bases:
            assert basis.is_default != bool(basis.source), "a figure has a source or is a default"
            assert "%(" not in basis.figure.text % basis.figure.params


def test_no_verdict_is_given_on_what_cannot_be_recorded_yet() -> None:
    assert not rules.get("T5").is_recorded


def test_two_memberships_get_two_verdicts_and_one_training_serves_both() -> None:
    taken = ClassTaken(
        "某班",
        "某党校",
        "appointment_training",
        True,
        date(2026, 4, 1),
        date(2026, 4, 3),
        Decimal(20),
        "completed",
    )
    whole = person(member(), member(id=2, organisation_id=8, appointed_on=date(2025, 9, 1)), classes=(taken,))
    verdicts = t6.judge(whole, Setting(date(2026, 6, 30), COURSE))
    assert [(each.organisation_id, each.status) for each in verdicts] == [(7, Status.MET), (8, Status.MET)]


def test_a_membership_elsewhere_is_not_judged_here() -> None:
    elsewhere = person(member(is_inside=False))
    assert not t6.judge(elsewhere, Setting(date(2026, 6, 30), COURSE))


def test_a_former_member_is_listed_until_the_window_has_left_the_year() -> None:
    former = person(member(appointed_on=date(2024, 5, 1), left_on=date(2024, 9, 1)))
    on_record = [bool(t6.judge(former, Setting(date(year, 6, 1), COURSE))) for year in (2024, 2025, 2026)]
    assert on_record == [True, True, False]


def test_a_future_member_is_not_judged_yet() -> None:
    assert not t6.judge(person(member()), Setting(date(2026, 3, 9), COURSE))


def test_of_a_month_alone_no_day_is_claimed() -> None:
    (verdict,) = t6.judge(
        person(member(precision=DatePrecision.MONTH, appointed_on=date(2026, 3, 1))),
        Setting(date(2026, 6, 30), COURSE),
    )
    assert verdict.about is not None
    assert verdict.about.params["day"] == "2026-03"


def test_the_course_counts_as_training_only_where_that_is_switched_on() -> None:
    whole = person(member(), finished=(FinishedModule("m1", "模块一", date(2026, 5, 1)),))
    setting = Setting(date(2026, 6, 30), COURSE)
    statuses = [
        t6.judge(whole, setting, t6.Parameters(course_counts=counts))[0].status for counts in (False, True)
    ]
    assert statuses == [Status.NO_RECORD, Status.MET]


def test_below_county_level_can_be_switched_on() -> None:
    below = person(member(level=Level.TOWNSHIP))
    (verdict,) = t6.judge(
        below, Setting(date(2026, 6, 30), COURSE), t6.Parameters(only_county_and_above=False)
    )
    assert verdict.status is Status.NO_RECORD


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(-24, 24))
def test_months_are_counted_to_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and later.day >= 28)


def test_quarters() -> None:
    assert [quarter_of(date(2026, month, 1)) for month in (1, 3, 4, 6, 7, 9, 10, 12)] == [
        1,
        1,
        2,
        2,
        3,
        3,
        4,
        4,
    ]


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.lists(st.dates(date(2023, 1, 1), date(2028, 1, 1))))
def test_a_training_once_met_stays_met_as_days_go_by(appointed_on: date, days: list[date]) -> None:
    taken = ClassTaken(
        "某班", "某党校", "appointment_training", True, appointed_on, appointed_on, Decimal(6), "completed"
    )
    whole = person(member(appointed_on=appointed_on), classes=(taken,))
    for as_of in (each for each in days if each >= appointed_on):
        assert t6.judge(whole, Setting(as_of, COURSE))[0].status is Status.MET


def test_an_untrained_member_passes_through_the_states_in_order() -> None:
    order = [Status.NO_RECORD, Status.DUE_SOON, Status.OVERDUE]
    seen = [
        t6.judge(person(member()), Setting(date.fromordinal(day), COURSE))[0].status
        for day in range(date(2026, 3, 10).toordinal(), date(2027, 6, 1).toordinal())
    ]
    assert [new for old, new in pairwise([None, *seen]) if new != old] == order


def test_every_verdict_is_counted_once() -> None:
    units = tuple(
        Unit(key, f"单位{key}", Level.COUNTY, OrganisationKind.MASS_ORGANISATION, 0, None) for key in (7, 8)
    )
    people = (
        PersonFacts(1, "A1", "甲", (member(), member(id=2, organisation_id=8))),
        PersonFacts(2, "A2", "乙", (member(id=3, is_leadership_member=False),)),
    )
    judgement = judge(Facts(Setting(date(2026, 6, 30), COURSE), units, people, (), ()))
    counts = counted(judgement.verdicts)
    assert sum(count.total() for count in counts.values()) == len(judgement.verdicts)
    assert counts[7, "T6"] == {Status.NO_RECORD: 1, Status.NOT_APPLICABLE: 1}
    assert counts[8, "T6"] == {Status.NO_RECORD: 1}
    assert sum(counts.get((key, "T1"), {}).get(Status.NO_RECORD, 0) for key in (7, 8)) == 1
