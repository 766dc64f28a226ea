"""T1: leading cadres study the theory and policy of mass work (§3¶7s1)."""

from collections.abc import Sequence

from learning.core.texts import N_
from learning.requirements.facts import PersonFacts, Post, Setting
from learning.requirements.rules import evidence
from learning.requirements.verdicts import Basis, Message, Rule, Status, Verdict


def judge(person: PersonFacts, setting: Setting) -> Sequence[Verdict]:
    """Return one verdict on a person who holds a post in the unit on the day; none on others."""
    place = person.post_on(setting.as_of)
    if place is None:
        return ()
    if not any(is_leading(post) for post in person.posts if post.is_held_on(setting.as_of)):
        reason = Message(N_("Neither member of a leading group nor holder of a leadership rank on that day."))
        return (Verdict("T1", person.id, place.organisation_id, Status.NOT_APPLICABLE, reason),)
    status, reason, missing = _standing(person, setting)
    found = evidence.of_study(person)
    return (Verdict("T1", person.id, place.organisation_id, status, reason, None, found, missing),)


def is_leading(post: Post) -> bool:
    """Return whether a post makes its holder a leading cadre in the sense of this rule."""
    return post.is_leadership_member or post.leadership_rank is not None


def _standing(person: PersonFacts, setting: Setting) -> tuple[Status, Message, tuple[Message, ...]]:
    if setting.course is None:
        status = Status.IN_PROGRESS if evidence.of_study(person) else Status.NO_RECORD
        return status, Message(N_("No course was published by that day.")), ()
    done = {module.slug for module in person.finished}
    missing = tuple(
        Message(N_("Module not finished: %(title)s"), {"title": title})
        for slug, title in setting.course.modules
        if slug not in done
    )
    modules = setting.course.modules
    count = {"done": len(modules) - len(missing), "total": len(modules)}
    if modules and not missing:
        return Status.MET, Message(N_("All %(total)s modules of the course are finished."), count), ()
    if evidence.of_study(person):
        return Status.IN_PROGRESS, Message(N_("%(done)s of %(total)s modules are finished."), count), missing
    return Status.NO_RECORD, Message(N_("Nothing is recorded up to that day.")), missing


RULE = Rule(
    name="T1",
    counts=N_(
        "All modules of the course are finished, at any time up to the day. Study time, exams, classes and "
        "study sessions on mass work are shown as evidence and make it in progress."
    ),
    bases=(
        Basis(
            Message(N_("Finishing the course once counts; there is no yearly period.")), "", is_default=True
        ),
        Basis(
            Message(N_("Leading cadre: member of a leading group, or holder of a leadership rank.")),
            "",
            is_default=True,
        ),
    ),
    judge=judge,
    readings=(N_("Online study counts; the text does not say whether it does."),),
)
