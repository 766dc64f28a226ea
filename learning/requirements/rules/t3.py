"""T3: centre groups of party committees make mass work a topic of study (§3¶7s3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from learning.core.texts import N_
from learning.people.kinds import OrganisationKind
from learning.requirements.facts import GroupFacts, Setting
from learning.requirements.periods import year_of
from learning.requirements.rules import sessions
from learning.requirements.verdicts import Basis, Message, Rule, Status, Verdict


@dataclass(frozen=True)
class Parameters:
    """The figures of the rule."""

    sessions_a_year: int = 1


PARAMETERS = Parameters()


def judge(group: GroupFacts, setting: Setting, parameters: Parameters = PARAMETERS) -> Sequence[Verdict]:
    """Return the one verdict on a party committee's group for the calendar year of the day."""
    if group.unit.kind is not OrganisationKind.PARTY_COMMITTEE:
        return ()
    first, last = year_of(setting.as_of)
    held = [session for session in group.sessions if first <= session.on <= setting.as_of]
    fitting = [session for session in held if session.is_on_mass_work]
    wanted = parameters.sessions_a_year
    params = {"year": last.year, "count": len(fitting), "wanted": wanted, "others": len(held) - len(fitting)}
    if len(fitting) >= wanted:
        status, text = Status.MET, N_("Sessions on mass work held in %(year)s: %(count)s.")
    elif fitting:
        # Short of a figure of our own: shown as such, never as a failure.
        status, text = Status.IN_PROGRESS, N_("Sessions on mass work in %(year)s: %(count)s of %(wanted)s.")
    elif held:
        status = Status.NO_RECORD
        text = N_("Sessions recorded for %(year)s: %(others)s, none of them on mass work.")
    elif group.name:
        status, text = Status.NO_RECORD, N_("No session is recorded for %(year)s.")
    else:
        status = Status.NO_RECORD
        text = N_("No study group is entered for this committee; whether it has one is not known here.")
    found = tuple(sessions.evidence(session) for session in fitting)
    return (Verdict("T3", group.unit.id, group.unit.id, status, Message(text, params), last, found),)


RULE = Rule(
    name="T3",
    counts=N_("Sessions of the calendar year that are marked as on mass work."),
    bases=(
        Basis(
            Message(
                N_("At least %(count)s session on mass work a year"), {"count": PARAMETERS.sessions_a_year}
            ),
            "",
            is_default=True,
        ),
    ),
    judge=judge,
    readings=(
        N_("It holds for every party committee that has a study group, whatever its level."),
        N_("Discussing mass work in the standing committee (N4) is another matter and does not count."),
    ),
)
