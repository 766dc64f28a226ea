"""What is shown as evidence by several rules; a neighbour of the rules, not one itself."""

from datetime import date

from learning.core.texts import N_
from learning.requirements.facts import ClassTaken, ExamRecord, PersonFacts, SessionAttended
from learning.requirements.verdicts import Evidence, Message


def of_study(person: PersonFacts) -> tuple[Evidence, ...]:
    """Return what shows that a person studied mass work, by whatever way, earliest first."""
    taught = [
        of_class(taken) for taken in person.classes if taken.covers_mass_work and taken.outcome == "completed"
    ]
    met = [of_session(session) for session in person.sessions if session.is_on_mass_work]
    return (*_in_order([*_of_course(person), *taught, *met]), *of_time(person.study_seconds))


def of_self_study(person: PersonFacts, since: date) -> tuple[Evidence, ...]:
    """Return what a person studied alone from a day of this year on; classes and sessions are not that."""
    recent = [each for each in _of_course(person) if each.on and each.on >= since]
    return (*_in_order(recent), *of_time(person.study_seconds_this_year))


def _of_course(person: PersonFacts) -> list[Evidence]:
    finished = [
        Evidence(module.on, Message(N_("Finished module: %(title)s"), {"title": module.title}))
        for module in person.finished
    ]
    return [*finished, *(of_exam(exam) for exam in person.exams)]


def _in_order(evidence: list[Evidence]) -> list[Evidence]:
    return sorted(evidence, key=lambda each: each.on or date.min)


def of_session(session: SessionAttended) -> Evidence:
    """Return a study session that was attended as evidence."""
    params = {"group": session.group_name, "topic": session.topic}
    return Evidence(session.on, Message(N_("Study session on mass work of %(group)s: %(topic)s"), params))


def of_time(seconds: int) -> tuple[Evidence, ...]:
    """Return study time as evidence, if there is any; it has no single day."""
    if not seconds:
        return ()
    text = N_("Counted study time: %(hours)s h %(minutes)s min")
    return (Evidence(None, Message(text, hours_and_minutes(seconds))),)


def hours_and_minutes(seconds: int) -> dict[str, int]:
    """Return study time in whole hours and minutes, cut, never rounded up."""
    return {"hours": seconds // 3600, "minutes": seconds % 3600 // 60}


def of_exam(exam: ExamRecord) -> Evidence:
    """Return an exam as evidence."""
    params = {"score": f"{exam.score.normalize():f}", "max_score": f"{exam.max_score.normalize():f}"}
    if exam.module_slug is not None:
        text = (
            N_("Module test passed, %(score)s of %(max_score)s")
            if exam.is_passed
            else N_("Module test not passed, %(score)s of %(max_score)s")
        )
    elif exam.is_passed:
        text = N_("Final exam passed, %(score)s of %(max_score)s")
    else:
        text = N_("Final exam not passed, %(score)s of %(max_score)s")
    return Evidence(exam.on, Message(text, params))


def of_class(taken: ClassTaken) -> Evidence:
    """Return a class as evidence, dated by its last day."""
    texts = {
        "completed": N_("Class completed: %(title)s (%(organisation)s, %(hours)s lesson hours)"),
        "not_completed": N_("Class not completed: %(title)s (%(organisation)s, %(hours)s lesson hours)"),
        "pending": N_("On the roll of the class: %(title)s (%(organisation)s, %(hours)s lesson hours)"),
    }
    hours = f"{taken.lesson_hours.normalize():f}"
    params = {"title": taken.title, "organisation": taken.organisation_name, "hours": hours}
    return Evidence(taken.ends_on, Message(texts[taken.outcome], params))
