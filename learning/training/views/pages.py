"""The overview of the register, and what its pages share."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role, Scope
from learning.core.db import reading
from learning.core.forms import choices_of, text
from learning.core.urls import key_from
from learning.people import queries as people
from learning.people.queries import OrganisationRow
from learning.training import queries, rules
from learning.training.forms import RollForm
from learning.training.queries import RollRow

blueprint = Blueprint("training", __name__)
State = TypeVar("State", bound=StrEnum)


@blueprint.get("/training")
@requires(Role.UNIT_ADMIN)
def records() -> str:
    """Show the latest entries of the register."""
    return render_template(
        "training/records.html",
        runs=queries.runs_in(reading(), scope()),
        sessions=queries.sessions_in(reading(), scope()),
        most=10,
        has_institution=bool(units_of("institution")),
        has_group=bool(units_of("party_committee", "mass_organisation")),
    )


def scope() -> Scope:
    """Return what the signed-in administrator covers."""
    return access.scope_of(Role.UNIT_ADMIN)


def units_of(*kinds: str) -> list[OrganisationRow]:
    """Return the active organisations of these kinds that the administrator covers, in tree order."""
    found = people.organisations_in(reading(), scope())
    return [unit for unit in found if unit.is_active and unit.kind in kinds]


def unit_choices(units: Iterable[OrganisationRow]) -> dict[str, str]:
    """Return units as choices, with the path where two are named alike."""
    paths, units = people.path_names(reading()), list(units)
    names = [unit.name for unit in units]
    return {str(unit.id): unit.name if names.count(unit.name) == 1 else paths[unit.id] for unit in units}


def chosen(units: Iterable[OrganisationRow], unsafe_value: str) -> OrganisationRow | None:
    """Return the unit that a choice names."""
    key = key_from(unsafe_value)
    return next((unit for unit in units if unit.id == key), None)


def page_number() -> int:
    """Return the number of the page asked for."""
    return key_from(request.args.get("page")) or 1


def trail(*links: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the breadcrumbs from the register down to a page."""
    return [(url_for("training.records"), _("Training records")), *links]


# ---- rolls ----


def roll_form(labels: Mapping[State, str]) -> tuple[RollForm, list[rules.Refused]]:
    """Return the form that adds persons to a roll, and the list for lines that will be refused."""
    form = RollForm()
    form.state.choices = choices_of(labels)
    return form, []


def read_states(states: type[State], rows: Sequence[RollRow]) -> dict[int, State | None]:
    """Return the state chosen for each person shown; an empty choice takes off the roll.

    Only persons shown on the page are looked for, so that no other can be smuggled in.
    """
    known = {state.value: state for state in states}
    sent = {row.person_id: request.form.get(f"state-{row.person_id}") for row in rows}
    return {key: known.get(value) for key, value in sent.items() if value == "" or value in known}


def read_lines(form: RollForm, states: type[State]) -> tuple[dict[int, State | None], list[rules.Refused]]:
    """Return the persons whom the lines add with their state, and the lines refused."""
    lines = rules.lines_of(text(form.lines))
    known = queries.known_persons(reading(), scope(), {line.staff_number for line in lines})
    found, refused = rules.sorted_out(lines, known)
    # Only what has to be put right is asked for again.
    form.lines.data = "\n".join(f"{each.line.staff_number} {each.line.name}".strip() for each in refused)
    return {person_id: states(form.state.data) for person_id in found}, refused


def tell_saved(refusal: str | None) -> None:
    """Say that the roll is saved, or why not."""
    flash(_(refusal) if refusal else _("The roll is saved."), "error" if refusal else "success")


def with_members(roll: Sequence[RollRow], members: Sequence[RollRow]) -> list[RollRow]:
    """Return a roll with the members that are not on it yet."""
    standing = {row.person_id for row in roll}
    return [*roll, *(row for row in members if row.person_id not in standing)]


def count_by(rows: Iterable[RollRow], labels: Mapping[State, str]) -> list[tuple[str, int]]:
    """Return how often each state stands on a roll."""
    states = [row.state for row in rows]
    return [(label, states.count(state.value)) for state, label in labels.items()]
