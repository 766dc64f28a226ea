"""Say where things of a course are: clauses beside a text or on their own page, figures of an edition."""

import re
import secrets
from collections.abc import Callable, Sequence
from functools import lru_cache

from flask import url_for
from markupsafe import Markup

from courses.clauses import ClauseRef
from courses.rendering import render_people_text
from learning.materials.queries import EditionRow
from learning.materials.rules import Passage, with_addresses


def clause_href(course_slug: str, beside: Sequence[Passage] = ()) -> Callable[[ClauseRef | str], str]:
    """Return where a clause is found: beside the text if its paragraph stands there, else on its own page."""
    here = {str(passage.ref) for passage in beside}

    def href(ref: ClauseRef | str) -> str:
        if str(ClauseRef.parse(str(ref)).paragraph_ref) in here:
            return f"#clause-{ref}"
        return url_for("materials.clause", unsafe_course=course_slug, unsafe_ref=str(ref))

    return href


def linked(text: str, href: Callable[[ClauseRef | str], str]) -> Markup:
    """Return a text of the bank, such as an explanation, with its clauses as links."""
    html = _MARKED.sub(lambda found: href(found[1]), _rendered(text))
    return Markup(html)  # noqa: S704 - cleaned by courses.rendering


#: Stands for the address of a clause in a text that is kept for all pages; random: no text can hold it.
_MARK = f"#{secrets.token_hex(8)}-"
_MARKED = re.compile(f"{_MARK}([0-9.Hs]+)")


# Never stale: a text is always rendered alike. A result shows fifty explanations, of a millisecond each.
@lru_cache(maxsize=2048)
def _rendered(text: str) -> str:
    return render_people_text(text, lambda ref: _MARK + str(ref))


def addressed(edition: EditionRow, html: str, beside: Sequence[Passage] = ()) -> str:
    """Return stored text with the addresses of its clauses and figures."""

    def src(name: str) -> str:
        return url_for("materials.figure", unsafe_edition_id=edition.id, unsafe_name=name)

    return with_addresses(html, clause_href(edition.course_slug, beside), src)
