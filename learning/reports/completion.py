"""The completion report: facts and verdicts as tables; pure."""

from collections.abc import Mapping
from decimal import Decimal

from learning.core.texts import N_
from learning.reports.bodies import class_runs, groups, institutions, sessions
from learning.reports.tables import Column, ColumnKind, Line, Report, ReportTable, Value
from learning.reports.totals import PERSON_RULES, summary, totals
from learning.requirements.evaluate import Judgement
from learning.requirements.facts import Facts, PersonFacts
from learning.requirements.obligations import BY_CODE
from learning.requirements.verdicts import Message, Verdict

NO_RECORD_NOTE = Message(
    N_("No record does not mean not met: the platform knows only what was entered. Ask before concluding.")
)


def completion(facts: Facts, judgement: Judgement) -> Report:
    """Return the whole report on a unit and all below."""
    return Report(
        title=Message(N_("Completion report")),
        scope=facts.units[0].name if facts.units else "",
        as_of=facts.as_of,
        tables=(
            summary(facts, judgement),
            persons(facts, judgement),
            memberships(facts, judgement),
            verdicts(facts, judgement),
            institutions(facts, judgement),
            class_runs(facts),
            groups(facts, judgement),
            sessions(facts),
            totals(facts, judgement),
        ),
        notes=notes(facts),
    )


def notes(facts: Facts) -> tuple[Message, ...]:
    """Return what a reader must know to read the report aright."""
    return (
        NO_RECORD_NOTE,
        Message(
            N_("Records of events up to and including %(day)s are counted, whenever they were entered."),
            {"day": facts.as_of},
        ),
        Message(N_("Withdrawn entries count on no day.")),
        Message(N_("A person with several posts in the unit is counted once, in the unit of the main post.")),
        Message(N_("T6 counts memberships: a person with two has two lines; one without any has one line.")),
    )


# ---- persons ----


def persons(facts: Facts, judgement: Judgement) -> ReportTable:
    """Return a row for every person who holds a post in the unit or below on the day."""
    total = len(facts.setting.course.modules) if facts.setting.course else 0
    columns = (
        Column(Message(N_("Name"))),
        Column(Message(N_("Staff number"))),
        Column(Message(N_("Organisation"))),
        Column(Message(N_("Post"))),
        Column(Message(N_("Modules of %(total)s"), {"total": total}), ColumnKind.COUNT),
        Column(Message(N_("Study time")), ColumnKind.TIME),
        Column(Message(N_("Final exam")), ColumnKind.WORDS),
        *(Column(Message(code), ColumnKind.STATUSES) for code in PERSON_RULES),
    )
    slugs = {slug for slug, _ in facts.setting.course.modules} if facts.setting.course else set()
    rows = [
        _person(person, facts, judgement, slugs) for person in facts.persons if person.post_on(facts.as_of)
    ]
    return ReportTable("persons", Message(N_("Persons")), columns, rows)


def _person(person: PersonFacts, facts: Facts, judgement: Judgement, slugs: set[str]) -> Line:
    post = person.post_on(facts.as_of)
    assert post is not None, "only persons with a post are listed"
    done = sum(module.slug in slugs for module in person.finished)
    statuses = (tuple(verdict.status for verdict in judgement.of(code, person.id)) for code in PERSON_RULES)
    cells: tuple[Value, ...] = (
        person.name,
        person.staff_number,
        post.organisation_name,
        post.title,
        done,
        person.study_seconds,
        exam_words(person),
        *statuses,
    )
    return Line(cells, person.id)


def exam_words(person: PersonFacts) -> Message:
    """Return the result of the final exam in words; without one, that nothing is recorded."""
    exam = person.final_exam
    if exam is None:
        return Message(N_("no record"))
    params = {"score": plain(exam.score), "max_score": plain(exam.max_score)}
    if exam.is_passed:
        return Message(N_("passed, %(score)s of %(max_score)s"), params)
    return Message(N_("not passed, %(score)s of %(max_score)s"), params)


def plain(number: Decimal) -> str:
    """Return a number without needless zeros: 90 and 7.5, never 9E+1."""
    return f"{number.normalize():f}"


# ---- every membership, every verdict ----


def memberships(facts: Facts, judgement: Judgement) -> ReportTable:
    """Return a row for every membership in a leading group that T6 looks at, former ones too."""
    columns = (
        Column(Message(N_("Name"))),
        Column(Message(N_("Membership")), ColumnKind.MESSAGE),
        Column(Message(N_("Due")), ColumnKind.DAY),
        Column(Message(N_("Status")), ColumnKind.STATUS),
        Column(Message(N_("Reason")), ColumnKind.MESSAGE),
    )
    rows = [
        Line((person.name, verdict.about, verdict.due_on, verdict.status, verdict.reason), person.id)
        for person in facts.persons
        for verdict in judgement.of("T6", person.id)
        if verdict.about
    ]
    return ReportTable("memberships", Message(N_("Members of leading groups (T6)")), columns, rows)


def verdicts(facts: Facts, judgement: Judgement) -> ReportTable:
    """Return a row for every verdict with its clause, reason and day."""
    columns = (
        Column(Message(N_("Subject"))),
        Column(Message(N_("Organisation"))),
        Column(Message(N_("Requirement"))),
        Column(Message(N_("Clause"))),
        Column(Message(N_("Concerning")), ColumnKind.MESSAGE),
        Column(Message(N_("Status")), ColumnKind.STATUS),
        Column(Message(N_("Reason")), ColumnKind.MESSAGE),
        Column(Message(N_("Due")), ColumnKind.DAY),
        Column(Message(N_("Pieces of evidence")), ColumnKind.COUNT),
    )
    units = {unit.id: unit.name for unit in facts.units}
    names = {person.id: person.name for person in facts.persons}
    rows = [_verdict(verdict, units, names) for verdict in judgement.verdicts]
    return ReportTable("verdicts", Message(N_("Verdicts")), columns, rows)


def _verdict(verdict: Verdict, units: Mapping[int, str], names: Mapping[int, str]) -> Line:
    is_person = verdict.code in PERSON_RULES
    cells: tuple[Value, ...] = (
        names[verdict.subject_id] if is_person else units[verdict.subject_id],
        units[verdict.organisation_id],
        verdict.code,
        clause_label(BY_CODE[verdict.code].clause),
        verdict.about,
        verdict.status,
        verdict.reason,
        verdict.due_on,
        len(verdict.evidence),
    )
    return Line(cells, verdict.subject_id)


def clause_label(ref: str) -> str:
    """Return a clause as people write it: §3¶7s1."""
    return "§" + ref.replace(".", "¶")
