"""The basis of every figure: obligations as the text states them, and the rules that count them; pure."""

from courses.clauses import ClauseRef
from learning.core.texts import N_
from learning.reports.completion import clause_label
from learning.reports.tables import Column, ColumnKind, Line, ReportTable
from learning.requirements import rules
from learning.requirements.obligations import OBLIGATIONS, Force, Frequency, SubjectKind
from learning.requirements.verdicts import Basis, Message, Status

SUBJECTS = {
    SubjectKind.PERSON: N_("each person"),
    SubjectKind.GROUP: N_("each group"),
    SubjectKind.INSTITUTION: N_("each school"),
    SubjectKind.COMMITTEE: N_("each committee"),
    SubjectKind.CELL: N_("each level of each system"),
}
FORCES = {
    Force.SHALL: N_("duty (shall)"),
    Force.SHOULD: N_("duty (should)"),
    Force.USUALLY: N_("as a rule"),
    Force.BY_CONSTITUTION: N_("as the party constitution provides"),
    Force.MAY: N_("permission; never a shortfall"),
    Force.DIRECT: N_("task set by its verb, no word of force"),
}
FREQUENCIES = {
    Frequency.NONE: N_("none"),
    Frequency.EVERY_YEAR: N_("every year"),
    Frequency.ONCE_A_TERM: N_("once a term"),
    Frequency.REGULARLY: N_("regularly, no number"),
}
#: What each status says, in the order in which they are explained.
STATUSES = {
    Status.MET: N_("What the rule asks for is on record."),
    Status.IN_PROGRESS: N_("Something is on record, but not yet all that the rule asks for."),
    Status.DUE_SOON: N_("The deadline is near and nothing complete is on record."),
    Status.OVERDUE: N_("The deadline has passed and nothing completed by then is on record."),
    Status.NO_RECORD: N_(
        "Nothing was entered. This is not the same as not met: the platform knows only what was entered."
    ),
    Status.NOT_APPLICABLE: N_("The requirement does not concern this person or unit; the reason is given."),
    Status.EXEMPT: N_("Exempted by decision, with approver and reason (not in use yet)."),
    Status.PENDING_REVIEW: N_("Entered and waiting for review (not in use yet)."),
}
#: What the text leaves open; whoever reads a figure should know that it is not the text's.
SILENCES = (
    N_("The Opinion gives no hours, credits, pass marks, numbers of sessions or rates of attendance."),
    N_(
        "It does not define leading cadre, new member or cadre of a mass organisation; nor does it "
        "list the mass organisations."
    ),
    N_("It does not say whether online study counts, nor whether part-time members are exempt."),
    N_("Only two duties have a time of their own: once a term (N2) and every year (N4)."),
)
#: How the whole report counts.
COUNTING = (
    N_("Records count by the day of the event, not by the day on which they were entered."),
    N_("Days and years are those of Beijing time."),
    N_("Study time is what the server saw; it is cut to whole minutes, never rounded up."),
    N_("Study time counts from the day on which the page was opened."),
    N_("Module finishes count for the course as taught on the day, whatever edition was studied."),
    N_("Of the final exam the best passed result counts, else the latest; results without all marks do not."),
    N_(
        "A former member of a leading group is listed while the year from appointment or the end of the "
        "membership reaches into the calendar year."
    ),
    N_(
        "Falling short of a yearly number that is only a default of this system is shown as in progress, "
        "never as overdue."
    ),
)


def obligations_table() -> ReportTable:
    """Return the frozen layer: every duty with clause, words, subject, force, frequency in the text."""
    columns = (
        Column(Message(N_("Number"))),
        Column(Message(N_("Clause"))),
        Column(Message(N_("Key words of the original"))),
        Column(Message(N_("Obliged")), ColumnKind.MESSAGE),
        Column(Message(N_("Counted for")), ColumnKind.MESSAGE),
        Column(Message(N_("Force")), ColumnKind.MESSAGE),
        Column(Message(N_("Word of the original"))),
        Column(Message(N_("How often, in the text")), ColumnKind.MESSAGE),
        Column(Message(N_("Counted on this platform")), ColumnKind.YES_NO),
    )
    rows = [
        Line(
            (
                each.code,
                clause_label(each.clause),
                f"“{each.key_words}”",
                Message(each.obliged),
                Message(SUBJECTS[each.subject]),
                Message(FORCES[each.force]),
                f"“{each.force_word}”",
                Message(FREQUENCIES[each.frequency]),
                _is_counted(each.code),
            )
        )
        for each in OBLIGATIONS
    ]
    return ReportTable("obligations", Message(N_("What the text obliges to")), columns, rows)


def _is_counted(code: str) -> bool:
    rule = rules.find(code)
    return rule is not None and rule.is_recorded


def rules_table() -> ReportTable:
    """Return the configurable layer: every figure of every rule with its source."""
    columns = (
        Column(Message(N_("Requirement"))),
        Column(Message(N_("Figure or definition")), ColumnKind.MESSAGE),
        Column(Message(N_("Basis")), ColumnKind.MESSAGE),
        Column(Message(N_("Default of this system")), ColumnKind.YES_NO),
    )
    rows = [
        Line((rule.name, basis.figure, source_of(basis), basis.is_default))
        for rule in rules.all_rules()
        for basis in rule.bases
    ]
    return ReportTable("rules", Message(N_("Where the figures come from")), columns, rows)


def source_of(basis: Basis) -> Message:
    """Return where a figure comes from; a default says that the text does not set it."""
    if basis.is_default:
        return Message(N_("system default; the Opinion does not set it"))
    return Message(N_("%(source)s"), {"source": basis.source})


def codes_by_paragraph() -> dict[str, list[str]]:
    """Return the codes of the obligations that each paragraph holds, in order."""
    found: dict[str, list[str]] = {}
    for obligation in OBLIGATIONS:
        paragraph = str(ClauseRef.parse(obligation.clause).paragraph_ref)
        found.setdefault(paragraph, []).append(obligation.code)
    return found
