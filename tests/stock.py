"""Fill the template database of the tests."""

from pathlib import Path

from learning.accounts.roles import SYSTEM
from learning.core.db import transaction
from learning.questions import services as questions
from tests import cast

#: 40 exam items of all types on sections 3 and 11, and a few practice items.
SMALL_BANK = Path(__file__).parent / "data" / "bank"


def fill() -> cast.Cast:
    """Store the cast, the small course and the small bank; return the keys of the cast."""
    with transaction() as session:
        assembled = cast.assemble(session)
    questions.load_builtin(SYSTEM, cast.LONG_AGO, SMALL_BANK)
    return assembled
