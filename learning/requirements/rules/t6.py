"""T6: new members of leading groups are trained on taking office (§11¶1s5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from learning.core.texts import N_
from learning.people.kinds import COUNTY_AND_ABOVE, DatePrecision, OrganisationKind
from learning.requirements.facts import PersonFacts, Post, Setting
from learning.requirements.periods import months_later, year_of
from learning.requirements.rules import evidence
from learning.requirements.verdicts import Basis, Evidence, Message, Rule, Status, Verdict


@dataclass(frozen=True)
class Parameters:
    """The figures of the rule."""

    #: Civil Servants Law, article 67: before taking office, or within a year after it.
    months_after: int = 12
    #: The law does not say how long before; a default.
    months_before: int = 12
    due_soon_days: int = 60
    only_county_and_above: bool = True
    #: Whether finishing the whole course counts like a class of training on taking office.
    course_counts: bool = False


PARAMETERS = Parameters()


@dataclass(frozen=True)
class Window:
    """The days within which the training must be completed."""

    earliest_on: date
    appointed_on: date
    due_on: date


def judge(person: PersonFacts, setting: Setting, parameters: Parameters = PARAMETERS) -> Sequence[Verdict]:
    """Return a verdict on each membership in a leading group; one that nothing applies where there is none.

    Each membership that is held on the day counts, and a former one as long as its window or its end
    reaches into the calendar year of the day.
    """
    memberships = [post for post in person.posts if is_membership(post) and _shows(post, setting, parameters)]
    if memberships:
        return [_of_membership(person, post, setting, parameters) for post in memberships]
    place = person.post_on(setting.as_of)
    if place is None:
        return ()
    reason = Message(N_("No member of a leading group of a mass organisation in this unit."))
    return (Verdict("T6", person.id, place.organisation_id, Status.NOT_APPLICABLE, reason),)


def is_membership(post: Post) -> bool:
    """Return whether a post is a membership in the leading group of a mass organisation in the report."""
    return post.is_inside and post.is_leadership_member and post.kind is OrganisationKind.MASS_ORGANISATION


def _shows(post: Post, setting: Setting, parameters: Parameters) -> bool:
    if post.appointed_on and post.appointed_on > setting.as_of:
        return False
    if post.is_held_on(setting.as_of):
        return True
    first, _last = year_of(setting.as_of)
    due_on = months_later(post.appointed_on, parameters.months_after) if post.appointed_on else date.min
    return max(due_on, post.left_on or date.min) >= first


def _of_membership(person: PersonFacts, post: Post, setting: Setting, parameters: Parameters) -> Verdict:
    def verdict(
        status: Status,
        reason: Message,
        due_on: date | None = None,
        found: tuple[Evidence, ...] = (),
        missing: tuple[Message, ...] = (),
    ) -> Verdict:
        return Verdict(
            "T6", person.id, post.organisation_id, status, reason, due_on, found, missing, _about(post)
        )

    if parameters.only_county_and_above and post.level not in COUNTY_AND_ABOVE:
        return verdict(Status.NOT_APPLICABLE, Message(N_("Below county level.")))
    if post.appointed_on is None:
        text = N_("The day of appointment is not recorded, so that no deadline can be counted.")
        return verdict(Status.NO_RECORD, Message(text), missing=(Message(N_("Day of appointment")),))
    window = Window(
        months_later(post.appointed_on, -parameters.months_before),
        post.appointed_on,
        months_later(post.appointed_on, parameters.months_after),
    )
    found = _trainings(person, window, setting, parameters)
    status, reason = _standing(found, post, window, setting, parameters)
    missing = () if status in {Status.MET, Status.NOT_APPLICABLE} else (_wanted(window),)
    return verdict(status, reason, window.due_on, tuple(each for each, _ in found), missing)


def _about(post: Post) -> Message:
    params = {
        "organisation": post.organisation_name,
        "post": post.title,
        "day": _day_of_appointment(post),
    }
    return Message(N_("%(organisation)s, %(post)s, since %(day)s"), params)


def _day_of_appointment(post: Post) -> str:
    """Return the day as it is known; of a month alone no day is claimed."""
    if post.appointed_on is None:
        return "–"
    if post.precision is DatePrecision.MONTH:
        return f"{post.appointed_on:%Y-%m}"
    return post.appointed_on.isoformat()


def _wanted(window: Window) -> Message:
    text = N_("Training on taking office, completed between %(first)s and %(last)s")
    return Message(text, {"first": window.earliest_on, "last": window.due_on})


def _trainings(
    person: PersonFacts, window: Window, setting: Setting, parameters: Parameters
) -> list[tuple[Evidence, date | None]]:
    """Return what bears on the training, each with the day of completion or None, earliest first."""
    found: list[tuple[Evidence, date | None]] = []
    for taken in person.classes:
        if taken.training_kind == "appointment_training" and taken.ends_on >= window.earliest_on:
            completed_on = taken.ends_on if taken.outcome == "completed" else None
            found.append((evidence.of_class(taken), completed_on))
    course = setting.course
    if parameters.course_counts and course and course.modules:
        days = {module.slug: module.on for module in person.finished}
        last = max(days.values(), default=date.min)
        if all(slug in days for slug, _ in course.modules) and last >= window.earliest_on:
            found.append((Evidence(last, Message(N_("Whole course finished"))), last))
    return sorted(found, key=lambda each: each[0].on or date.max)


def _standing(
    found: list[tuple[Evidence, date | None]],
    post: Post,
    window: Window,
    setting: Setting,
    parameters: Parameters,
) -> tuple[Status, Message]:
    as_of, due_on = setting.as_of, window.due_on
    completed_on = min((day for _, day in found if day), default=None)
    params = {"completed_on": completed_on, "due_on": due_on, "left_on": post.left_on}
    if completed_on and completed_on < window.appointed_on:
        return Status.MET, Message(N_("Completed before the appointment, on %(completed_on)s."), params)
    if completed_on and completed_on <= due_on:
        return Status.MET, Message(N_("Completed on %(completed_on)s, by the deadline %(due_on)s."), params)
    if post.left_on and post.left_on < as_of and post.left_on < due_on:
        text = N_("Left the post on %(left_on)s, before the deadline %(due_on)s.")
        return Status.NOT_APPLICABLE, Message(text, params)
    if completed_on:
        text = N_("Completed on %(completed_on)s, after the deadline %(due_on)s.")
        return Status.OVERDUE, Message(text, params)
    if as_of > due_on:
        return Status.OVERDUE, Message(N_("Nothing completed by the deadline %(due_on)s."), params)
    if due_on - as_of <= timedelta(days=parameters.due_soon_days):
        return Status.DUE_SOON, Message(N_("Nothing completed yet; the deadline is %(due_on)s."), params)
    if found:
        return Status.IN_PROGRESS, Message(N_("In training; the deadline is %(due_on)s."), params)
    return Status.NO_RECORD, Message(N_("Nothing is recorded yet; the deadline is %(due_on)s."), params)


RULE = Rule(
    name="T6",
    counts=N_(
        "One line for each membership. A completed class of the kind training on taking office, whose last "
        "day lies within the window; online study alone does not count."
    ),
    bases=(
        Basis(
            Message(N_("Before taking office or within one year after it")),
            "公务员法第六十七条",
        ),
        Basis(
            Message(N_("Same deadline for members who are not civil servants (part-time, hired)")),
            "",
            is_default=True,
        ),
        Basis(
            Message(N_("At most %(count)s months before taking office"), {"count": PARAMETERS.months_before}),
            "",
            is_default=True,
        ),
        Basis(
            Message(
                N_("Due soon from %(count)s days before the deadline"), {"count": PARAMETERS.due_soon_days}
            ),
            "",
            is_default=True,
        ),
    ),
    judge=judge,
    readings=(
        N_("County level and above is read as governing all three systems of the sentence (T4, T5, T6)."),
        N_("Part-time and seconded members count like all others, with or without a rank."),
        N_("Within one year: up to the same day of the next year, included; for 29 February the 28th."),
        N_("Training completed after the deadline stays overdue and is shown with its day."),
    ),
)
