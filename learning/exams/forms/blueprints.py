"""The part of the exam form that states the blueprint: sections of lines."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from learning.core.forms import WholeNumberField, choices_of, text, trimmed
from learning.exams import labels
from learning.exams.forms.fields import options
from question_bank import types
from question_bank.blueprints import (
    LONGEST_INSTRUCTIONS,
    LONGEST_TITLE,
    MOST_CELLS,
    MOST_SECTIONS,
    Blueprint,
    ItemOrder,
)
from question_bank.items import DIFFICULTIES
from question_bank.marks import print_marks
from question_bank.problems import Problem

_COMMAS = str.maketrans("，、；;　\t", ",,,,  ")


class CellForm(Form):
    """A line of the blueprint: which questions, how many, for how many marks each."""

    clauses = StringField(_l("Clauses"), validators=[Length(max=200)], filters=[trimmed])
    count = WholeNumberField(_l("Number of questions"), default=1, render_kw={"inputmode": "numeric"})
    marks = StringField(
        _l("Marks each"),
        default="2",
        validators=[Length(max=8)],
        filters=[trimmed],
        render_kw={"inputmode": "decimal"},
    )
    types = options(_l("Types"), {type_.name: _l(type_.label) for type_ in types.all_types()})
    difficulties = options(_l("Difficulties"), {str(level): str(level) for level in DIFFICULTIES})
    tags = StringField(_l("Knowledge points"), validators=[Length(max=400)], filters=[trimmed])

    def to_dict(self) -> dict[str, Any]:
        """Return the line as question_bank.blueprints reads it."""
        return {
            "clauses": _listed(text(self.clauses).replace("§", "").replace("¶", ".").replace(" ", ",")),
            "types": list(self.types.data or []),
            "difficulties": [int(level) for level in self.difficulties.data or [] if level.isdigit()],
            "tags": _listed(text(self.tags)),
            "count": self.count.data,
            "marks": text(self.marks),
        }


def _listed(written: str) -> list[str]:
    """Return what stands between commas, of whatever kind."""
    return [part.strip() for part in written.translate(_COMMAS).split(",") if part.strip()]


class SectionForm(Form):
    """A section of the paper with its lines."""

    title = StringField(_l("Title of the section"), validators=[Length(max=LONGEST_TITLE)], filters=[trimmed])
    instructions = TextAreaField(
        _l("Instructions of the section"),
        validators=[Length(max=LONGEST_INSTRUCTIONS)],
        filters=[trimmed],
        render_kw={"rows": 2},
    )
    order = SelectField(
        _l("Order of the questions"), choices=choices_of(labels.ORDERS), default=ItemOrder.BY_CELL
    )
    shuffle_choices = BooleanField(_l("Shuffle the choices of each question"), default=True)
    cells = FieldList(FormField(CellForm), _l("Lines"), min_entries=1, max_entries=MOST_CELLS)

    def to_dict(self) -> dict[str, Any]:
        """Return the section as question_bank.blueprints reads it."""
        return {
            "title": text(self.title),
            "instructions": text(self.instructions).replace("\r\n", "\n"),
            "order": text(self.order),
            "shuffle_choices": bool(self.shuffle_choices.data),
            "cells": [entry.form.to_dict() for entry in self.cells],
        }


def sections_field() -> "FieldList[Any]":
    """Return the field of all sections."""
    return FieldList(FormField(SectionForm), _l("Blueprint"), min_entries=1, max_entries=MOST_SECTIONS)


def fields_of(plan: Blueprint) -> list[dict[str, Any]]:
    """Return the sections of a blueprint as the form shows them."""
    return [
        {
            "title": section.title,
            "instructions": section.instructions,
            "order": section.order.value,
            "shuffle_choices": section.shuffle_choices,
            "cells": [_cell_fields(plan, cell) for cell in cells],
        }
        for section, cells in zip(plan.sections, plan.cells_of_sections, strict=True)
    ]


def _cell_fields(plan: Blueprint, at: int) -> dict[str, Any]:
    cell = plan.cells[at]
    return {
        "clauses": "，".join(cell.clauses),
        "types": list(cell.types),
        "difficulties": [str(level) for level in cell.difficulties],
        "tags": "，".join(cell.tags),
        "count": cell.count,
        "marks": print_marks(cell.marks),
    }


# ---- buttons that change the form and save nothing ----


def change_by_button(sections: "FieldList[Any]", pressed: str) -> bool:
    """Add or remove a section or a line as a button says; return whether there is such a button.

    `pressed` is "add-section", "remove-section.1", "add-cell.0" or "remove-cell.0.2", places from 0.
    """
    act, *at = pressed.split(".")
    places = [int(place) for place in at if place.isascii() and place.isdigit() and len(place) < 4]
    if len(places) < len(at) or (places and places[0] >= len(sections)):
        return False
    cells = sections[places[0]].form.cells if places else sections
    if (act, len(places)) == ("add-section", 0):
        _append(sections, MOST_SECTIONS)
    elif (act, len(places)) == ("remove-section", 1):
        _remove(sections, places[0])
    elif (act, len(places)) == ("add-cell", 1):
        _append(cells, MOST_CELLS)
    elif (act, len(places)) == ("remove-cell", 2):
        _remove(cells, places[1])
    else:
        return False
    return True


def _append(entries: "FieldList[Any]", most: int) -> None:
    if len(entries) < most:
        entries.append_entry()


def _remove(entries: "FieldList[Any]", at: int) -> None:
    """Take an entry out, keeping one."""
    kept = [entry.data for entry in entries]
    if len(kept) > 1 and at < len(kept):
        del kept[at]
        while len(entries):
            entries.pop_entry()
        for each in kept:
            entries.append_entry(each)


# ---- problems ----


class Told(NamedTuple):
    """A problem in words, with the field that it belongs to."""

    message: str
    field_id: str


def tell_problems(form: Form, problems: Sequence[Problem]) -> list[Told]:
    """Show each problem at its field; return all of them with the places in words."""
    return [_told(form, problem) for problem in problems]


def _told(form: Form, problem: Problem) -> Told:
    message = _(problem.message) % problem.params
    field = _field_at(form, problem.where.split("."))
    if field is None or isinstance(field, FieldList):
        return Told(_placed(problem.where, message), "cells")
    field.errors = [*field.errors, message]
    first = f"{field.id}-0" if field.type == "SelectMultipleField" else field.id
    return Told(_placed(problem.where, message), first)


def _field_at(form: Form, path: Iterable[str]) -> Field | None:
    """Return the field that a path such as sections.2.cells.1.count names, as far as there is one."""
    found: Any = form
    for part in path:
        if part.isdigit():
            if not 1 <= int(part) <= len(found):
                return None
            found = found[int(part) - 1].form
        else:
            fields = getattr(found, "_fields", {})
            if part not in fields:
                return None
            found = fields[part]
    return found if isinstance(found, Field) else None


def _placed(where: str, message: str) -> str:
    """Return a message with the section and the line that it is about."""
    path = where.split(".")
    if len(path) > 3 and path[0] == "sections" and path[2] == "cells":
        return _(
            "Section %(section)s, line %(line)s: %(problem)s", section=path[1], line=path[3], problem=message
        )
    if len(path) > 1 and path[0] == "sections":
        return _("Section %(section)s: %(problem)s", section=path[1], problem=message)
    return message
