"""What the completion report says on schools and study groups; pure."""

from learning.core.texts import N_
from learning.reports.tables import Column, ColumnKind, Line, ReportTable
from learning.requirements.evaluate import Judgement
from learning.requirements.facts import Facts, GroupFacts
from learning.requirements.verdicts import Message, Verdict


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
