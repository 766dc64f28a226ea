"""T9: cadres of mass organisations keep learning of their own accord (§11¶2s8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from learning.core.texts import N_
from learning.people.kinds import OrganisationKind
from learning.requirements.facts import PersonFacts, Setting
from learning.requirements.periods import year_of
from learning.requirements.rules import evidence
from learning.requirements.verdicts import Basis, Message, Rule, Status, Verdict


@dataclass(frozen=True)
class Parameters:
    """The figures of the rule."""

    hours_a_year: int = 50


PARAMETERS = Parameters()


def judge(person: PersonFacts, setting: Setting, parameters: Parameters = PARAMETERS) -> Sequence[Verdict]:
    """Return one verdict on a person who holds a post in the unit on the day; none on others."""
    place = person.post_on(setting.as_of)
    if place is None:
        return ()
    held = [post for post in person.posts if post.is_held_on(setting.as_of)]
    if not any(post.kind is OrganisationKind.MASS_ORGANISATION for post in held):
        reason = Message(N_("Holds no post in a mass organisation on that day."))
        return (Verdict("T9", person.id, place.organisation_id, Status.NOT_APPLICABLE, reason),)
    first, last = year_of(setting.as_of)
    found = evidence.of_self_study(person, first)
    seconds = person.study_seconds_this_year
    params = {**evidence.hours_and_minutes(seconds), "wanted": parameters.hours_a_year, "year": last.year}
    if seconds >= parameters.hours_a_year * 3600:
        text = N_("Studied here in %(year)s: %(hours)s h %(minutes)s min, at least %(wanted)s hours.")
        status = Status.MET
    elif found:
        text = N_("Studied here in %(year)s: %(hours)s h %(minutes)s min of %(wanted)s hours.")
        status = Status.IN_PROGRESS
    else:
        status, text = Status.NO_RECORD, N_("Nothing is recorded here for %(year)s.")
    return (Verdict("T9", person.id, place.organisation_id, status, Message(text, params), last, found),)


RULE = Rule(
    name="T9",
    counts=N_(
        "Study time on this platform in the calendar year, in hours of the clock. Finished modules and exams "
        "of the year are shown as evidence and make it in progress; classes and sessions are not self-study."
    ),
    bases=(
        Basis(
            Message(
                N_("%(count)s hours of online self-study a year (quoted at second hand)"),
                {"count": PARAMETERS.hours_a_year},
            ),
            "全国干部教育培训规划（2023—2027年）",
        ),
        Basis(
            Message(N_("An hour of the clock counts as one hour; your unit may convert differently.")),
            "",
            is_default=True,
        ),
    ),
    judge=judge,
    readings=(
        N_("Every post in a mass organisation counts, whatever its level, full-time or part-time."),
        N_("Study elsewhere is not seen here; fewer hours are therefore in progress, never overdue."),
    ),
)
