"""T2: the four kinds of school offer a course on mass work (§3¶7s2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from learning.core.texts import N_
from learning.requirements.facts import InstitutionFacts, RunFacts, Setting
from learning.requirements.periods import year_of
from learning.requirements.verdicts import Basis, Evidence, Message, Rule, Status, Verdict

#: The kinds of school that §3¶7s2 names.
NAMED_KINDS = frozenset({"party_school", "admin_college", "cadre_college", "socialism_college"})


@dataclass(frozen=True)
class Parameters:
    """The figures of the rule."""

    classes_a_year: int = 1


PARAMETERS = Parameters()


def judge(
    institution: InstitutionFacts, setting: Setting, parameters: Parameters = PARAMETERS
) -> Sequence[Verdict]:
    """Return the one verdict on a school for the calendar year of the day."""
    unit = institution.unit
    if not unit.institution_kinds & NAMED_KINDS:
        reason = Message(N_("None of the four kinds of school that the clause names."))
        return (Verdict("T2", unit.id, unit.id, Status.NOT_APPLICABLE, reason),)
    first, last = year_of(setting.as_of)
    fitting = [run for run in institution.runs if run.covers_mass_work and run.starts_on <= setting.as_of]
    held = [run for run in fitting if first <= run.ends_on <= setting.as_of]
    running = [run for run in fitting if run.ends_on > setting.as_of]
    status, reason = _standing(len(held), len(running), parameters, last.year)
    found = tuple(Evidence(run.ends_on, _words(run)) for run in [*held, *running])
    return (Verdict("T2", unit.id, unit.id, status, reason, last, found),)


def _standing(held: int, running: int, parameters: Parameters, year: int) -> tuple[Status, Message]:
    params = {"count": held, "wanted": parameters.classes_a_year, "year": year}
    if held >= parameters.classes_a_year:
        return Status.MET, Message(N_("Classes on mass work held in %(year)s: %(count)s."), params)
    if held or running:
        text = N_("A class on mass work is running; held in %(year)s so far: %(count)s of %(wanted)s.")
        return Status.IN_PROGRESS, Message(text, params)
    return Status.NO_RECORD, Message(N_("No class on mass work is recorded for %(year)s."), params)


def _words(run: RunFacts) -> Message:
    text = N_("%(title)s, %(starts_on)s to %(ends_on)s, %(hours)s lesson hours, %(count)s learners")
    return Message(
        text,
        {
            "title": run.title,
            "starts_on": run.starts_on,
            "ends_on": run.ends_on,
            "hours": f"{run.lesson_hours.normalize():f}",
            "count": run.learner_count,
        },
    )


RULE = Rule(
    name="T2",
    counts=N_(
        "Classes that taught the theory and policy of mass work and ended in the calendar year, by the day. "
        "A course that only stands in a catalogue does not count as offered."
    ),
    bases=(
        Basis(
            Message(N_("At least %(count)s class a year"), {"count": PARAMETERS.classes_a_year}),
            "",
            is_default=True,
        ),
    ),
    judge=judge,
    readings=(
        N_("The duty lies with the school, once for each school, though it may be of several kinds."),
        N_("Offered means taught: a class was held, not only announced."),
    ),
)
