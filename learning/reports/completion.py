"""The completion report: facts and verdicts as tables; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from learning.core.texts import N_
from learning.reports.tables import Column, ColumnKind, Line, Report, ReportTable, Value
from learning.requirements.evaluate import Judgement, counted
from learning.requirements.facts import Facts, GroupFacts, PersonFacts, Unit
from learning.requirements.obligations import BY_CODE
from learning.requirements.verdicts import Message, Status, Verdict

#: The rules of the report, persons first.
PERSON_RULES = ("T1", "T6", "T9")
UNIT_RULES = ("T2", "T3", "T4")
NO_RECORD_NOTE = Message(
    N_("No record does not mean not met: the platform knows only what was entered. Ask before concluding.")
)
Counts = Mapping[tuple[int, str], Counter[Status]]


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


# ---- schools and study groups ----


def institutions(facts: Facts, judgement: Judgement) -> ReportTable:
    """Return a row for every school with its verdict on T2."""
    columns = (
        Column(Message(N_("Institution"))),
        Column(Message("T2"), ColumnKind.STATUSES),
        Column(Message(N_("Classes on mass work this year")), ColumnKind.COUNT),
        Column(Message(N_("Reason")), ColumnKind.MESSAGE),
    )
    rows = [
        Line(
            (
                institution.unit.name,
                tuple(each.status for each in found),
                sum(run.covers_mass_work for run in institution.runs),
                next((each.reason for each in found), None),
            ),
            institution.unit.id,
        )
        for institution in facts.institutions
        for found in [judgement.of("T2", institution.unit.id)]
    ]
    return ReportTable("institutions", Message(N_("Schools (T2)")), columns, rows)


def class_runs(facts: Facts) -> ReportTable:
    """Return a row for every class of the year."""
    columns = (
        Column(Message(N_("Class")), ColumnKind.WRAP),
        Column(Message(N_("Institution"))),
        Column(Message(N_("Starts on")), ColumnKind.DAY),
        Column(Message(N_("Ends on")), ColumnKind.DAY),
        Column(Message(N_("Lesson hours")), ColumnKind.NUMBER),
        Column(Message(N_("Mass work taught")), ColumnKind.YES_NO),
        Column(Message(N_("Compulsory")), ColumnKind.YES_NO),
        Column(Message(N_("Main instructor"))),
        Column(Message(N_("Number of learners")), ColumnKind.COUNT),
        Column(Message(N_("On the roll")), ColumnKind.COUNT),
        Column(Message(N_("Completed")), ColumnKind.COUNT),
    )
    rows = [
        Line(
            (
                run.title,
                institution.unit.name,
                run.starts_on,
                run.ends_on,
                run.lesson_hours,
                run.covers_mass_work,
                run.is_required,
                run.instructor_name,
                run.learner_count,
                run.on_roll,
                run.completed,
            )
        )
        for institution in facts.institutions
        for run in institution.runs
    ]
    return ReportTable("class_runs", Message(N_("Classes of the year (T2)")), columns, rows)


def groups(facts: Facts, judgement: Judgement) -> ReportTable:
    """Return a row for every study group with its verdict on T3 or T4."""
    columns = (
        Column(Message(N_("Organisation"))),
        Column(Message(N_("Requirement"))),
        Column(Message(N_("Status")), ColumnKind.STATUS),
        Column(Message(N_("Sessions this year")), ColumnKind.COUNT),
        Column(Message(N_("Of them on mass work")), ColumnKind.COUNT),
        Column(Message(N_("Reason")), ColumnKind.MESSAGE),
    )
    rows = [
        Line(
            (
                group.unit.name,
                verdict.code,
                verdict.status,
                len(group.sessions),
                sum(session.is_on_mass_work for session in group.sessions),
                verdict.reason,
            ),
            group.unit.id,
        )
        for group in facts.groups
        for verdict in _of_group(group, judgement)
    ]
    return ReportTable("groups", Message(N_("Study groups (T3, T4)")), columns, rows)


def _of_group(group: GroupFacts, judgement: Judgement) -> tuple[Verdict, ...]:
    return (*judgement.of("T3", group.unit.id), *judgement.of("T4", group.unit.id))


def sessions(facts: Facts) -> ReportTable:
    """Return a row for every session of the year with the counts of its roll."""
    columns = (
        Column(Message(N_("Topic")), ColumnKind.WRAP),
        Column(Message(N_("Study group"))),
        Column(Message(N_("Day")), ColumnKind.DAY),
        Column(Message(N_("On mass work")), ColumnKind.YES_NO),
        Column(Message(N_("Chair"))),
        Column(Message(N_("Expected")), ColumnKind.COUNT),
        Column(Message(N_("Present")), ColumnKind.COUNT),
        Column(Message(N_("On leave")), ColumnKind.COUNT),
        Column(Message(N_("Absent without leave")), ColumnKind.COUNT),
        Column(Message(N_("Made up")), ColumnKind.COUNT),
        Column(Message(N_("Observers")), ColumnKind.COUNT),
    )
    rows = [
        Line(
            (
                session.topic,
                group.name,
                session.on,
                session.is_on_mass_work,
                session.chair_name,
                session.expected,
                session.present,
                session.leave,
                session.absent,
                session.made_up,
                session.observers,
            )
        )
        for group in facts.groups
        for session in group.sessions
    ]
    return ReportTable("sessions", Message(N_("Sessions of the year (T3, T4)")), columns, rows)


# ---- totals ----


def summary(facts: Facts, judgement: Judgement) -> ReportTable:
    """Return the number of verdicts by requirement and status, of the unit and all below."""
    counts = counted(judgement.verdicts)
    everywhere = [unit.id for unit in facts.units]
    rows = [
        Line((code, Message(BY_CODE[code].duty), *_statuses(_sum(counts, everywhere, code))))
        for code in (*PERSON_RULES, *UNIT_RULES)
    ]
    columns = (
        Column(Message(N_("Requirement"))),
        Column(Message(N_("Duty")), ColumnKind.MESSAGE),
        *_status_columns(),
    )
    return ReportTable("summary", Message(N_("Verdicts by requirement")), columns, rows)


def totals(facts: Facts, judgement: Judgement) -> ReportTable:
    """Return for every unit and requirement the number of verdicts, with those of all units below."""
    counts, inside = counted(judgement.verdicts), below(facts.units)
    rows = [
        Line((unit.name, code, *_statuses(_sum(counts, inside[unit.id], code))), unit.id, unit.depth)
        for unit in facts.units
        for code in (*PERSON_RULES, *UNIT_RULES)
    ]
    columns = (
        Column(Message(N_("Unit, with all below"))),
        Column(Message(N_("Requirement"))),
        *_status_columns(),
    )
    return ReportTable("totals", Message(N_("Totals by unit")), columns, rows)


def parts(facts: Facts, judgement: Judgement, code: str) -> ReportTable:
    """Return the verdicts by one requirement: the unit itself, each unit directly below, and the sum."""
    counts, inside = counted(judgement.verdicts), below(facts.units)
    top, *others = facts.units
    rows = [
        Line((Message(N_("%(unit)s itself"), {"unit": top.name}), *_statuses(_sum(counts, [top.id], code)))),
        *(
            Line((unit.name, *_statuses(_sum(counts, inside[unit.id], code))), unit.id)
            for unit in others
            if unit.depth == top.depth + 1
        ),
        Line((Message(N_("Sum")), *_statuses(_sum(counts, inside[top.id], code))), is_sum=True),
    ]
    columns = (Column(Message(N_("Unit, with all below")), ColumnKind.MESSAGE), *_status_columns())
    title = Message(N_("%(code)s by unit"), {"code": code})
    return ReportTable("parts", title, columns, rows)


def below(units: Iterable[Unit]) -> dict[int, list[int]]:
    """Return each unit with all below it; units come in tree order."""
    found: dict[int, list[int]] = {}
    above: list[Unit] = []
    for unit in units:
        above = [each for each in above if each.depth < unit.depth]
        above.append(unit)
        for each in above:
            found.setdefault(each.id, []).append(unit.id)
    return found


#: Statuses that no rule gives yet are left out of the tables.
SHOWN = (
    Status.MET,
    Status.IN_PROGRESS,
    Status.DUE_SOON,
    Status.OVERDUE,
    Status.NO_RECORD,
    Status.NOT_APPLICABLE,
)
STATUS_WORDS = {
    Status.MET: N_("Met"),
    Status.IN_PROGRESS: N_("In progress"),
    Status.DUE_SOON: N_("Due soon"),
    Status.OVERDUE: N_("Overdue"),
    Status.NO_RECORD: N_("No record"),
    Status.NOT_APPLICABLE: N_("Not applicable"),
    Status.EXEMPT: N_("Exempt"),
    Status.PENDING_REVIEW: N_("Pending review"),
}


def _status_columns() -> tuple[Column, ...]:
    return (
        *(Column(Message(STATUS_WORDS[status]), ColumnKind.COUNT) for status in SHOWN),
        Column(Message(N_("All")), ColumnKind.COUNT),
    )


def _statuses(counts: Counter[Status]) -> tuple[int, ...]:
    assert counts.total() == sum(counts[status] for status in SHOWN), "a status has no column"
    return (*(counts[status] for status in SHOWN), counts.total())


def _sum(counts: Counts, organisation_ids: Iterable[int], code: str) -> Counter[Status]:
    whole: Counter[Status] = Counter()
    for key in organisation_ids:
        whole.update(counts.get((key, code), Counter()))
    return whole
