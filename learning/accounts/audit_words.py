"""Put the audit log into words: what was done, to what, and the details as they were recorded."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from learning.core.texts import N_

ACTIONS = {
    "account.opened": N_("Account opened"),
    "account.password_changed": N_("Password changed"),
    "account.password_reset": N_("One-time password given"),
    "account.sign_in_failed": N_("Sign-in failed"),
    "account.signed_in": N_("Signed in"),
    "account.switched_off": N_("Account switched off"),
    "account.switched_on": N_("Account switched on"),
    "role.granted": N_("Role granted"),
    "role.revoked": N_("Role revoked"),
    "organisation.added": N_("Organisation added"),
    "organisation.changed": N_("Organisation changed"),
    "organisation.switched_off": N_("Organisation switched off"),
    "organisation.switched_on": N_("Organisation switched on"),
    "system.added": N_("System added"),
    "system.changed": N_("System changed"),
    "person.added": N_("Person added"),
    "person.changed": N_("Person corrected"),
    "person.switched_off": N_("Person switched off"),
    "person.switched_on": N_("Person switched on"),
    "person.taken_in": N_("Person taken in"),
    "appointment.added": N_("Post added"),
    "appointment.corrected": N_("Post corrected"),
    "appointment.ended": N_("Post ended"),
    "appointment.moved": N_("Person moved to another post"),
    "roster.uploaded": N_("List uploaded"),
    "roster.confirmed": N_("List of persons taken in"),
    "roster.passwords_renewed": N_("One-time passwords of a list given again"),
    "edition.published": N_("Edition of a course published"),
    "document.imported": N_("Original document loaded"),
    "module.finished": N_("Module finished"),
    "unit.read": N_("Course unit read"),
    "class_run.recorded": N_("Class run recorded"),
    "class_run.changed": N_("Class run corrected"),
    "class_run.withdrawn": N_("Class run withdrawn"),
    "class_run.roll_saved": N_("Roll of a class run saved"),
    "study_group.set_up": N_("Study group set up"),
    "study_session.recorded": N_("Study session recorded"),
    "study_session.changed": N_("Study session corrected"),
    "study_session.withdrawn": N_("Study session withdrawn"),
    "study_session.roll_saved": N_("Roll of a study session saved"),
    "bank.loaded": N_("Built-in bank loaded"),
    "question.draft_saved": N_("Draft of a question saved"),
    "question.draft_discarded": N_("Draft of a question discarded"),
    "question.published": N_("Question published"),
    "question.retired": N_("Question retired"),
    "question.restored": N_("Question taken up again"),
    "exam.created": N_("Exam set up"),
    "exam.changed": N_("Exam changed"),
    "exam.published": N_("Exam published"),
    "sitting.opened": N_("Sitting announced"),
    "sitting.cancelled": N_("Sitting cancelled"),
    "sitting.started": N_("Sitting or room started by hand"),
    "sitting.extended": N_("More time given at a sitting"),
    "sitting.compensated": N_("Time of an incident given back at a sitting"),
    "attempt.started": N_("Attempt started"),
    "attempt.taken_over": N_("Attempt taken over by another device"),
    "attempt.submitted": N_("Attempt handed in"),
    "attempt.closed": N_("Attempt closed when time was up"),
    "attempt.locked": N_("Attempt locked"),
    "attempt.unlocked": N_("Attempt unlocked"),
    "attempt.noted": N_("Irregularity noted at an attempt"),
    "attempt.ended": N_("Attempt ended by an invigilator"),
    "attempt.voided": N_("Attempt voided"),
    "answer.marked": N_("Answer marked"),
    "answer.decided": N_("Marks of an answer decided"),
    "results.released": N_("Results of a sitting released"),
    "results.exported": N_("Results of a sitting downloaded"),
    "ledger.checkpoint": N_("Checkpoint of the ledger signed"),
    "ledger.verified": N_("Ledger checked"),
    "report.exported": N_("Completion report downloaded"),
}
OBJECTS = {
    "account": N_("Account"),
    "organisation": N_("Organisation"),
    "system": N_("System of mass organisations"),
    "person": N_("Person"),
    "appointment": N_("Post of a person"),
    "roster_import": N_("List of persons"),
    "edition": N_("Edition"),
    "document": N_("Text of the original"),
    "module": N_("Module"),
    "unit": N_("Course unit"),
    "class_run": N_("Class run"),
    "study_group": N_("Study group"),
    "study_session": N_("Study session"),
    "bank": N_("Question bank"),
    "question": N_("Question of the bank"),
    "exam": N_("Exam"),
    "sitting": N_("Sitting"),
    "attempt": N_("Attempt at an exam"),
    "ledger": N_("Ledger"),
    "ledger_checkpoint": N_("Checkpoint of the ledger"),
}
#: What the details are called; the roll of a class or session goes by the number of the person.
NAMES = {
    "name": N_("Name in the log"),
    "title": N_("Title"),
    "code": N_("Reference code"),
    "version": N_("Version"),
    "digest": N_("Digest"),
    "course": N_("Course"),
    "module": N_("Module"),
    "unit": N_("Course unit"),
    "number": N_("Number"),
    "file": N_("File"),
    "slug": N_("Short name"),
    "rows": N_("Rows"),
    "add": N_("New persons"),
    "take_in": N_("Taken in"),
    "move": N_("Moved"),
    "add_post": N_("Posts added"),
    "correct": N_("Corrected"),
    "nothing": N_("Unchanged"),
    "refused": N_("Refused"),
    "accounts": N_("Accounts"),
    "role": N_("Role"),
    "organisation": N_("Organisation"),
    "organisation_id": N_("Organisation"),
    "exam": N_("Exam"),
    "sitting": N_("Sitting"),
    "seed": N_("Seed of the draw"),
    "answers": N_("Answers"),
    "entries": N_("Entries"),
    "slot": N_("Question number"),
    "mark": N_("Marks given"),
    "cause": N_("Cause"),
    "minutes": N_("Minutes"),
    "target": N_("For whom"),
    "person": N_("Person"),
    "room": N_("Room"),
    "change": N_("Number of the change"),
    "incident_from": N_("Incident began"),
    "incident_to": N_("Incident was over"),
    "given_back": N_("Given back to the learner"),
    "topic": N_("Topic"),
    "held_on": N_("Day"),
    "is_on_mass_work": N_("On mass work"),
    "place": N_("Place"),
    "chair_name": N_("Chair"),
    "materials": N_("Materials"),
    "study_group": N_("Study group"),
    "covers_mass_work": N_("Teaches mass work"),
    "training_kind": N_("Kind of training"),
    "delivery_mode": N_("Mode"),
    "starts_on": N_("First day of the class"),
    "ends_on": N_("Last day of the class"),
    "lesson_hours": N_("Lesson hours"),
    "instructor_name": N_("Lecturer"),
    "is_required": N_("Required part of the class"),
    "learner_count": N_("Learners reported"),
    "note": N_("Note"),
    "reason": N_("Reason given"),
    "post": N_("Post held"),
    "leadership_rank": N_("Rank of leadership"),
    "grade": N_("Grade of the post"),
    "tenure_type": N_("Kind of holding"),
    "is_leadership_member": N_("Member of the leading group"),
    "is_principal": N_("Principal head of the unit"),
    "is_primary": N_("Main post"),
    "appointed_on": N_("Appointed on"),
    "appointed_precision": N_("Precision of the day"),
    "left_on": N_("Last day"),
    "staff_number": N_("Staff number"),
    "level": N_("Level"),
    "kind": N_("Kind"),
    "system_id": N_("System"),
    "territorial_parent_id": N_("Stands below"),
    "vertical_parent_id": N_("Led in its system by"),
    "sort_number": N_("Position"),
    "institution_kinds": N_("Kinds of school"),
    "as_of": N_("As of"),
    "form": N_("Form of the file"),
    "from": N_("Post before"),
    "added": N_("Added"),
    "changed": N_("Changed"),
    "retired": N_("Retired questions"),
}


def action_words(action: str) -> str:
    """Return what was done, in the language of the site."""
    return _(ACTIONS[action]) if action in ACTIONS else action


def object_words(object_type: str, object_id: int | None) -> str:
    """Return what it was done to, with its number."""
    kind = _(OBJECTS[object_type]) if object_type in OBJECTS else object_type
    return kind if object_id is None else f"{kind} {object_id}"


def detail_lines(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the details with their names; empty ones are left out."""
    return [(_named(name), _written(value)) for name, value in detail.items() if value not in (None, "", [])]


def _named(name: str) -> str:
    if name.isdecimal():
        return object_words("person", int(name))
    return _(NAMES[name]) if name in NAMES else name


def _written(value: object) -> str:
    """Return a value as text; a pair is what stood there before and what stands there since."""
    if isinstance(value, list | tuple):
        return (" → " if len(value) == 2 else "、").join(_written(each) for each in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value is None or value == "" else str(value)
