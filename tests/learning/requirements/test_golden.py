"""The golden tables: cases an instructor can read, each with the verdict it must get."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from learning.people.kinds import Level, OrganisationKind
from learning.requirements import rules
from learning.requirements.facts import (
    ClassTaken,
    Course,
    ExamRecord,
    FinishedModule,
    GroupFacts,
    InstitutionFacts,
    PersonFacts,
    Post,
    RunFacts,
    SessionAttended,
    SessionFacts,
    Setting,
    Unit,
    outcome_on,
)
from learning.requirements.verdicts import Verdict

FOLDER = Path(__file__).parent / "golden"
MODULES = (("m1", "模块一"), ("m2", "模块二"), ("m3", "模块三"))


def cases(name: str) -> list[object]:
    """Return the rows of a table as test parameters."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return [pytest.param(row, id=row["case"]) for row in csv.DictReader(file)]


def day(text: str) -> date | None:
    """Return a day, None for an empty cell."""
    return date.fromisoformat(text) if text else None


def setting(row: dict[str, str]) -> Setting:
    """Return the day and the course of a case."""
    return Setting(date.fromisoformat(row["as_of"]), Course("课程", MODULES))


def unit(row: dict[str, str], kinds: str = "") -> Unit:
    """Return the organisation of a case."""
    kind = OrganisationKind(row.get("kind", "institution"))
    level = Level(row.get("level", "county"))
    return Unit(7, "某单位", level, kind, 0, None, frozenset(filter(None, kinds.split("+"))))


def post(row: dict[str, str], **changes: object) -> Post:
    """Return the post of a case."""
    place = unit({"kind": "mass_organisation"} | row)
    values: dict[str, object] = {
        "id": 1,
        "organisation_id": place.id,
        "organisation_name": place.name,
        "level": place.level,
        "kind": place.kind,
        "title": "副主席",
        "appointed_on": date(2020, 1, 1),
    }
    return Post(**(values | changes))  # type: ignore[arg-type]


def judged(code: str, subject: object, row: dict[str, str]) -> Verdict:
    """Return the one verdict on a subject."""
    (verdict,) = rules.get(code).judge(subject, setting(row))
    return verdict


@pytest.mark.parametrize("row", cases("t1.csv"))
def test_t1(row: dict[str, str]) -> None:
    held = post(
        row, is_leadership_member=row["leadership_member"] == "yes", leadership_rank=row["rank"] or None
    )
    finished = [
        FinishedModule(slug, title, date.fromisoformat(row["finished_on"]))
        for slug, title in MODULES[: int(row["modules_finished"])]
    ]
    exams = [
        ExamRecord(None, Decimal(50), Decimal(100), row["exam"] == "passed", date(2026, 2, 2), 1)
        for _ in range(bool(row["exam"]))
    ]
    sessions = [
        SessionAttended(date(2026, 5, 1), "群团专题", "某中心组", True)
        for _ in range(row["session_on_mass_work"] == "yes")
    ]
    person = PersonFacts(
        1,
        "A1",
        "某人",
        (held,),
        tuple(finished),
        study_seconds=int(row["study_minutes"]) * 60,
        exams=tuple(exams),
        sessions=tuple(sessions),
    )
    verdict = judged("T1", person, row)
    assert (verdict.status, len(verdict.missing)) == (row["status"], int(row["missing"]))


def runs(text: str) -> list[RunFacts]:
    """Return the classes of a cell such as `mass 2026-03-02..2026-03-06`."""
    found = []
    for number, each in enumerate(filter(None, text.split("; "))):
        what, days = each.split(" ")
        first, last = (date.fromisoformat(part) for part in days.split(".."))
        found.append(RunFacts(number, "某班", what == "mass", first, last, Decimal(6), "", True, 40, 0, 0))
    return found


@pytest.mark.parametrize("row", cases("t2.csv"))
def test_t2(row: dict[str, str]) -> None:
    institution = InstitutionFacts(unit({}, row["kinds"]), tuple(runs(row["runs"])))
    assert judged("T2", institution, row).status == row["status"]


@pytest.mark.parametrize("row", cases("t3_t4.csv"))
def test_t3_and_t4(row: dict[str, str]) -> None:
    held = [each.split(" ") for each in filter(None, row["sessions"].split("; "))]
    sessions = tuple(
        SessionFacts(number, date.fromisoformat(on), "某专题", what == "mass", "")
        for number, (what, on) in enumerate(held)
    )
    group = GroupFacts(unit(row), "某中心组" if row["group_entered"] == "yes" else "", sessions)
    assert judged(row["rule"], group, row).status == row["status"]
    other = {"T3": "T4", "T4": "T3"}[row["rule"]]
    assert not rules.get(other).judge(group, setting(row)), "a session never counts for the other subject"


def classes(text: str, as_of: date) -> tuple[ClassTaken, ...]:
    """Return the classes of a cell such as `appointment_training completed 2026-03-02..2026-03-06`."""
    found = []
    for each in filter(None, text.split("; ")):
        kind, outcome, days = each.split(" ")
        first, last = (date.fromisoformat(part) for part in days.split(".."))
        found.append(
            ClassTaken(
                "某班", "某党校", kind, True, first, last, Decimal(30), outcome_on(outcome, last, as_of)
            )
        )
    return tuple(found)


@pytest.mark.parametrize("row", cases("t6.csv"))
def test_t6(row: dict[str, str]) -> None:
    as_of = date.fromisoformat(row["as_of"])
    held = post(
        row,
        appointed_on=day(row["appointed_on"]),
        left_on=day(row["left_on"]),
        tenure_type=row["tenure"],
        is_leadership_member=True,
    )
    person = PersonFacts(1, "A1", "某人", (held,), classes=classes(row["classes"], as_of))
    verdict = judged("T6", person, row)
    assert (verdict.status, verdict.due_on) == (row["status"], day(row["due_on"]))
    assert row["reason"] in verdict.reason.text


@pytest.mark.parametrize("row", cases("t9.csv"))
def test_t9(row: dict[str, str]) -> None:
    finished = [
        FinishedModule("m1", "模块一", date.fromisoformat(text))
        for text in [row["module_finished_on"]]
        if text
    ]
    person = PersonFacts(
        1,
        "A1",
        "某人",
        (post(row),),
        tuple(finished),
        study_seconds_this_year=int(row["minutes_this_year"]) * 60,
        classes=classes("in_service completed 2026-03-02..2026-03-06", date.fromisoformat(row["as_of"]))
        if row["class_on_mass_work"] == "yes"
        else (),
    )
    assert judged("T9", person, row).status == row["status"]
