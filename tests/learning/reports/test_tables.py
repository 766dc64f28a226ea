"""Sums are the sums of their leaves, on any tree; and every cell can be written."""

import io
from collections import Counter
from datetime import date

import openpyxl
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.people.kinds import Level, OrganisationKind
from learning.reports import basis, completion, renderers, totals
from learning.reports.tables import Line, ReportTable
from learning.requirements.evaluate import Judgement, judge
from learning.requirements.facts import (
    Course,
    Facts,
    GroupFacts,
    InstitutionFacts,
    PersonFacts,
    Post,
    Setting,
    Unit,
)
from learning.requirements.obligations import OBLIGATIONS
from learning.requirements.verdicts import Status

AS_OF = date(2026, 6, 30)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Draw a tree of units with persons in them."""
    depths = [0]
    for _ in range(draw(st.integers(0, 12))):
        depths.append(draw(st.integers(1, depths[-1] + 1)))
    units = []
    for key, depth in enumerate(depths):
        kind = draw(st.sampled_from(OrganisationKind))
        level = draw(st.sampled_from(Level))
        kinds = frozenset(draw(st.sampled_from([(), ("party_school",)])))
        units.append(Unit(key, f"单位{key}", level, kind, depth, None, kinds))
    people = [draw(person(number, units)) for number in range(draw(st.integers(0, 15)))]
    institutions = [InstitutionFacts(each) for each in units if each.kind is OrganisationKind.INSTITUTION]
    groups = [
        GroupFacts(each)
        for each in units
        if each.kind in {OrganisationKind.PARTY_COMMITTEE, OrganisationKind.MASS_ORGANISATION}
    ]
    setting = Setting(AS_OF, Course("课程", (("m1", "模块一"),)))
    return Facts(setting, tuple(units), tuple(people), tuple(institutions), tuple(groups))


@st.composite
def person(draw: st.DrawFn, number: int, units: list[Unit]) -> PersonFacts:
    """Draw a person with one to three posts, held or left."""
    posts = []
    for key in range(draw(st.integers(1, 3))):
        unit = draw(st.sampled_from(units))
        appointed_on = draw(st.dates(date(2023, 1, 1), AS_OF))
        left_on = draw(st.none() | st.dates(appointed_on, date(2027, 1, 1)))
        posts.append(
            Post(
                number * 10 + key,
                unit.id,
                unit.name,
                unit.level,
                unit.kind,
                "职务",
                appointed_on,
                left_on,
                is_leadership_member=draw(st.booleans()),
                is_primary=draw(st.booleans()),
            )
        )
    return PersonFacts(number, f"A{number}", f"某{number}", tuple(posts))


def numbers(row: Line, skip: int) -> tuple[int, ...]:
    """Return the counts of a row."""
    return tuple(int(str(cell)) for cell in row.cells[skip:])


def added(rows: list[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the sums of rows."""
    return tuple(sum(column) for column in zip(*rows, strict=True))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(facts())
def test_the_sum_is_the_sum_of_the_parts_and_of_all_leaves(known: Facts) -> None:
    judgement = judge(known)
    summary = {row.cells[0]: numbers(row, 2) for row in totals.summary(known, judgement).rows}
    by_unit = totals.totals(known, judgement).rows
    for code in (*totals.PERSON_RULES, *totals.UNIT_RULES):
        *parts, whole = totals.parts(known, judgement, code).rows
        assert added([numbers(row, 1) for row in parts]) == numbers(whole, 1) == summary[code]
        top = next(row for row in by_unit if row.subject_id == 0 and row.cells[1] == code)
        assert numbers(top, 2) == summary[code]
        leaves = Counter(each.status for each in judgement.verdicts if each.code == code)
        assert numbers(whole, 1) == (*(leaves[status] for status in totals.SHOWN), leaves.total())


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(facts())
def test_everybody_with_a_post_is_listed_once_and_judged_by_every_rule(known: Facts) -> None:
    judgement = judge(known)
    here = {each.id for each in known.persons if each.post_on(AS_OF)}
    listed = [row.subject_id for row in completion.persons(known, judgement).rows]
    assert sorted(listed, key=str) == sorted(here, key=str)
    for key in here:
        assert len(judgement.of("T1", key)) == len(judgement.of("T9", key)) == 1
        assert judgement.of("T6", key)


def test_no_record_is_never_counted_as_overdue() -> None:
    unit = Unit(1, "某县妇联", Level.COUNTY, OrganisationKind.MASS_ORGANISATION, 0, None)
    post = Post(1, 1, unit.name, unit.level, unit.kind, "干事", None)
    known = Facts(
        Setting(date(2026, 12, 31), None),
        (unit,),
        (PersonFacts(1, "A1", "某人", (post,)),),
        (),
        (GroupFacts(unit),),
    )
    assert {each.status for each in judge(known).verdicts} == {Status.NOT_APPLICABLE, Status.NO_RECORD}


def test_a_unit_without_anybody_gives_empty_tables() -> None:
    unit = Unit(1, "某单位", Level.COUNTY, OrganisationKind.OTHER, 0, None)
    report = completion.completion(Facts(Setting(AS_OF, None), (unit,), (), (), ()), Judgement(()))
    assert not report.table("persons").rows
    with pytest.raises(KeyError):
        report.table("nothing")


def widths(table: ReportTable) -> set[int]:
    """Return the numbers of cells of the rows, with that of the columns."""
    return {len(table.columns), *(len(row.cells) for row in table.rows)}


@settings(max_examples=10, suppress_health_check=list(HealthCheck), deadline=None)
@given(known=facts())
def test_every_form_can_write_every_report(app: Flask, known: Facts) -> None:
    report = completion.completion(known, judge(known))
    assert all(len(widths(table)) == 1 for table in report.tables)
    with app.test_request_context():
        for renderer in renderers.downloads():
            assert renderer.write(report, {})
        book = openpyxl.load_workbook(io.BytesIO(renderers.get("workbook").write(report, {})))
    assert len(book.sheetnames) == len(report.tables) + 2


def test_the_basis_names_every_obligation_with_its_clause() -> None:
    rows = basis.obligations_table().rows
    assert [row.cells[0] for row in rows] == [each.code for each in OBLIGATIONS]
    assert all(str(row.cells[1]).startswith("§") for row in rows)
    counted = {row.cells[0] for row in rows if row.cells[-1]}
    assert counted == {"T1", "T2", "T3", "T4", "T6", "T9"}
