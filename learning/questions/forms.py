"""The form of a question, whatever its type, and the form that searches the bank."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    FieldList,
    HiddenField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, ValidationError

from learning.core.forms import Form, choices_of, optional_text, text, trimmed
from learning.questions.labels import DIFFICULTIES, STATES, USES, place_text, problem_text
from learning.questions.queries import Search
from learning.questions.rules import State, clause_filter, written_clauses
from question_bank import items, types
from question_bank.checks import LONGEST_TEXT
from question_bank.items import Item
from question_bank.marks import print_marks
from question_bank.problems import Problem
from question_bank.texts import printable
from question_bank.types.protocol import ItemType

#: What the fields of a type are called in the page: `content-key`, `content-choice-1`.
CONTENT = "content"
#: Lines for clauses that are always there.
CLAUSE_LINES = 3

_BETWEEN_TAGS = re.compile(r"[、，,;；\s]+")


def _clean(value: Any) -> Any:
    return trimmed(printable(value)) if isinstance(value, str) else value


def _long_text(label: str, description: str = "", is_required: bool = False) -> TextAreaField:
    needed = [DataRequired(_l("Please fill in this field."))] if is_required else []
    return TextAreaField(
        label, validators=[*needed, Length(max=LONGEST_TEXT)], filters=[_clean], description=description
    )


class QuestionForm(Form):
    """What all types have in common; the fields of the type stand beside it and belong to the type."""

    #: Set by the view for a new question where somebody writes for several schools.
    organisation = SelectField(_l("School"), coerce=int)
    use = RadioField(_l("Use"), choices=choices_of(USES), default="exam")
    stem = _long_text(_l("Question"), _l("Ask one thing; blanks are written as ____."), is_required=True)
    clauses = FieldList(
        StringField(_l("Clause"), filters=[_clean]),
        label=_l("Clauses"),
        description=_l("What proves the key, to the sentence if possible: 3.7s2 or §3¶7s2."),
        min_entries=CLAUSE_LINES,
        max_entries=20,
    )
    difficulty = RadioField(_l("Difficulty"), choices=choices_of(DIFFICULTIES), coerce=int, default=2)
    tags = optional_text(_l("Knowledge points"), 200, _l("One to three, separated by commas."))
    explanation = _long_text(
        _l("Explanation"), _l("Which words decide, and why the tempting answer is wrong.")
    )
    marks = optional_text(_l("Marks"), 10, _l("Left empty: what questions of this type are usually worth."))
    #: The digest of what the writer began from.
    seen = HiddenField()


def fill(form: QuestionForm, item: Item, digest: str) -> None:
    """Put what an item says into a form that was not sent yet."""
    form.use.data, form.stem.data = item.use, item.stem
    form.difficulty.data, form.explanation.data = item.difficulty, item.explanation
    form.tags.data = "，".join(item.tags)
    default = types.get(item.type).default_marks(item.content)
    form.marks.data = "" if item.marks == default else print_marks(item.marks)
    form.seen.data = digest
    for line, clause in zip(form.clauses, item.clauses, strict=False):
        line.data = clause
    for clause in item.clauses[CLAUSE_LINES:]:
        form.clauses.append_entry(clause)


def content_fields(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of the type among those that were sent, without their prefix."""
    prefix = f"{CONTENT}-"
    return {name.removeprefix(prefix): value for name, value in sent.items() if name.startswith(prefix)}


def item_from_form(form: QuestionForm, type_: ItemType, fields: Mapping[str, str]) -> Item | list[Problem]:
    """Return the item that a valid form states, or why it cannot even be held."""
    stated: dict[str, Any] = {
        **type_.editor.from_fields(fields),
        "code": "new",
        "type": type_.name,
        "use": form.use.data,
        "clauses": written_clauses(text(line) for line in form.clauses),
        "difficulty": form.difficulty.data,
        "tags": [tag for tag in _BETWEEN_TAGS.split(text(form.tags)) if tag],
        "stem": text(form.stem),
        "explanation": text(form.explanation),
    }
    return items.from_dict(stated | ({"marks": text(form.marks)} if text(form.marks) else {}))


def show_problems(form: QuestionForm, problems: Sequence[Problem]) -> None:
    """Put every problem at its field; those of the type's own fields stand at the head, with their place."""
    for problem in problems:
        head, message = problem.where.split(".")[0], problem_text(problem)
        field: Field | None = form._fields.get(head)
        if field is None:
            words = _("%(field)s: %(error)s", field=place_text(problem.where), error=message)
            form.form_errors.append(words)
        elif message not in field.errors:
            field.errors = [*field.errors, message]


class SearchForm(Form):
    """What the bank is searched by."""

    class Meta:
        """A search changes nothing and needs no token."""

        csrf = False

    clause = StringField(_l("Clause"), filters=[_clean], render_kw={"list": "clause-list", "maxlength": "12"})
    type = SelectField(_l("Type"), default="")
    difficulty = SelectField(
        _l("Difficulty"), default="", choices=choices_of({"": _l("All"), **DIFFICULTIES})
    )
    state = SelectField(
        _l("State"), choices=choices_of({**STATES, "": _l("All")}), default=State.PUBLISHED.value
    )
    use = SelectField(_l("Use"), default="", choices=choices_of({"": _l("All"), **USES}))
    text = SearchField(_l("Words, code or knowledge point"), filters=[_clean], validators=[Length(max=80)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type.choices = choices_of(
            {"": _("All")} | {each.name: _(each.label) for each in types.all_types()}
        )

    def validate_clause(self, field: Field) -> None:
        """Refuse what means no clause, rather than find everything."""
        if field.data and clause_filter(field.data) is None:
            raise ValidationError(_("Write a section, a paragraph or a sentence: 3, 3.7 or 3.7s2."))

    def search(self) -> Search:
        """Return what a valid form asks for."""
        return Search(
            clause=clause_filter(text(self.clause)),
            type=text(self.type),
            difficulty=int(self.difficulty.data) if self.difficulty.data else None,
            state=State(self.state.data) if self.state.data else None,
            text=text(self.text),
            use=text(self.use),
        )
