"""Fill the template database of the tests."""

from learning.core.db import transaction
from tests import cast


def fill() -> cast.Cast:
    """Store the cast, the small course and the small bank; return the keys of the cast."""
    with transaction() as session:
        return cast.assemble(session)
