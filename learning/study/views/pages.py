"""What the pages of the learner share: where they are and the way back."""

from typing import Any

from flask import Blueprint, abort, url_for
from flask_babel import gettext as _

from learning.core.db import snapshot
from learning.materials import queries as materials
from learning.materials.queries import EditionRow, UnitPage

blueprint = Blueprint("study", __name__)


def edition_or_404(unsafe_course: str) -> EditionRow:
    """Return the edition that is taught."""
    return materials.current_edition(snapshot(), unsafe_course) or abort(404)


def unit_or_404(unsafe_course: str, unsafe_module: str, unsafe_unit: str) -> UnitPage:
    """Return a unit of the edition that is taught."""
    return materials.unit_at(snapshot(), unsafe_course, unsafe_module, unsafe_unit) or abort(404)


def module_url(edition: EditionRow, slug: str) -> str:
    """Return the address of a module."""
    return url_for("study.module", unsafe_course=edition.course_slug, unsafe_module=slug)


def place_of(page: UnitPage) -> dict[str, Any]:
    """Return what the address of a unit is made of."""
    return {
        "unsafe_course": page.edition.course_slug,
        "unsafe_module": page.module.slug,
        "unsafe_unit": page.unit.key,
    }


def unit_url(page: UnitPage, key: str = "", anchor: str | None = None) -> str:
    """Return the address of a unit of the module of this page; of the page's own where no key is given."""
    place = place_of(page)
    return url_for("study.unit", _anchor=anchor, **place | {"unsafe_unit": key or page.unit.key})


def trail(edition: EditionRow) -> list[tuple[str, str]]:
    """Return the way from the learner's courses to this one."""
    return [
        (url_for("study.courses"), _("My courses")),
        (url_for("study.course", unsafe_course=edition.course_slug), edition.title),
    ]
