"""T4: leading groups of mass organisations keep up centre-group study (§11¶1s5)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from learning.core.texts import N_
from learning.people.kinds import COUNTY_AND_ABOVE, OrganisationKind
from learning.requirements.facts import GroupFacts, Setting
from learning.requirements.periods import quarter_of, year_of
from learning.requirements.rules import sessions
from learning.requirements.verdicts import Basis, Message, Rule, Status, Verdict


@dataclass(frozen=True)
class Parameters:
    """The figures of the rule."""

    sessions_a_year: int = 4
    sessions_a_quarter: int = 1
    #: Whether "county level and above" governs this part of the sentence.
    only_county_and_above: bool = True


PARAMETERS = Parameters()


def judge(group: GroupFacts, setting: Setting, parameters: Parameters = PARAMETERS) -> Sequence[Verdict]:
    """Return the one verdict on a mass organisation's leading group for the calendar year of the day."""
    unit = group.unit
    if unit.kind is not OrganisationKind.MASS_ORGANISATION:
        return ()
    if parameters.only_county_and_above and unit.level not in COUNTY_AND_ABOVE:
        reason = Message(N_("Below county level."))
        return (Verdict("T4", unit.id, unit.id, Status.NOT_APPLICABLE, reason),)
    first, last = year_of(setting.as_of)
    held = [session for session in group.sessions if first <= session.on <= setting.as_of]
    params = {"year": last.year, "count": len(held), "wanted": parameters.sessions_a_year}
    missing = _missing([session.on for session in held], setting.as_of, parameters)
    found = tuple(sessions.evidence(session) for session in held)
    if not held:
        status, text = Status.NO_RECORD, N_("No session is recorded for %(year)s.")
    elif not missing:
        status, text = Status.MET, N_("Sessions held in %(year)s: %(count)s, at least one in each quarter.")
    else:
        status, text = Status.IN_PROGRESS, N_("Sessions held in %(year)s: %(count)s of %(wanted)s.")
    return (Verdict("T4", unit.id, unit.id, status, Message(text, params), last, found, missing),)


def _missing(days: list[date], as_of: date, parameters: Parameters) -> tuple[Message, ...]:
    """Return what the figures still ask for: sessions of the year, and of quarters up to the day."""
    by_quarter = Counter(quarter_of(day) for day in days)
    short = [
        Message(N_("No session in quarter %(quarter)s"), {"quarter": quarter})
        for quarter in range(1, quarter_of(as_of) + 1)
        if by_quarter[quarter] < parameters.sessions_a_quarter
    ]
    if len(days) < parameters.sessions_a_year:
        params = {"count": parameters.sessions_a_year - len(days)}
        short.append(Message(N_("Sessions to come up to the figure of the year: %(count)s"), params))
    return tuple(short)


RULE = Rule(
    name="T4",
    counts=N_(
        "Sessions of the leading group's own study group in the calendar year, on whatever topic. "
        "The rate of attendance is shown and has no threshold."
    ),
    bases=(
        Basis(
            Message(
                N_("At least %(count)s sessions a year, %(each)s in each quarter"),
                {"count": PARAMETERS.sessions_a_year, "each": PARAMETERS.sessions_a_quarter},
            ),
            "",
            is_default=True,
        ),
    ),
    judge=judge,
    readings=(
        N_("County level and above is read as governing all three systems of the sentence (T4, T5, T6)."),
        N_("Sessions of a party committee's study group never count here, whoever attends them."),
        N_("The written plan of the year is not kept on this platform yet; sessions alone are counted."),
    ),
)
