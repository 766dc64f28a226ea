"""How often each status was given, by requirement and unit; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from learning.core.texts import N_
from learning.reports.tables import Column, ColumnKind, Line, ReportTable
from learning.requirements.evaluate import Judgement, counted
from learning.requirements.facts import Facts, Unit
from learning.requirements.obligations import BY_CODE
from learning.requirements.verdicts import Message, Status

#: The rules of the report, persons first.
PERSON_RULES = ("T1", "T6", "T9")
UNIT_RULES = ("T2", "T3", "T4")
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
Counts = Mapping[tuple[int, str], Counter[Status]]


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
