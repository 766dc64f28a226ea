"""Fill the template database of the tests."""

from pathlib import Path

from learning.accounts.roles import SYSTEM
from learning.core.db import transaction
from learning.materials import services as materials
from learning.questions import services as questions
from tests import cast

#: 40 exam items of all types on sections 3 and 11, and a few practice items.
SMALL_BANK = Path(__file__).parent / "data" / "bank"
#: Two modules of two units each, on clauses of the same sections.
SMALL_COURSE = Path(__file__).parent / "data" / "course"


def fill() -> cast.Cast:
    """Store the cast, the small course and the small bank; return the keys of the cast."""
    with transaction() as session:
        assembled = cast.assemble(session)
    published = materials.load_builtin(SYSTEM, cast.LONG_AGO, SMALL_COURSE, SMALL_BANK)
    assert not published.problems, published.problems
    questions.load_builtin(SYSTEM, cast.LONG_AGO, SMALL_BANK)
    return assembled
