"""T5: democratic-life meetings of leading cadres who are party members (§11¶1s5)."""

from learning.core.texts import N_
from learning.requirements.facts import GroupFacts
from learning.requirements.verdicts import Basis, Message, Rule

MEETINGS_A_YEAR = 1

#: Nothing is judged before meetings can be entered: it would read as if nothing had been held.
RULE: Rule[GroupFacts] = Rule(
    name="T5",
    counts=N_(
        "Only day, theme and attendance, study before the meeting, and whether a list of improvements "
        "exists; never what was said."
    ),
    bases=(Basis(Message(N_("%(count)s meeting a year"), {"count": MEETINGS_A_YEAR}), "", is_default=True),),
    judge=lambda _group, _setting: (),
    readings=(
        N_("County level and above is read as governing all three systems of the sentence (T4, T5, T6)."),
    ),
    is_recorded=False,
)
