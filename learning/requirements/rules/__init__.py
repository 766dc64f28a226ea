"""Know the rules by which obligations are counted: each file here is one, found by itself."""

import sys
from functools import cache
from typing import Any

from learning.requirements.verdicts import Rule
from question_bank import discovery


@cache
def _by_code() -> dict[str, Rule[Any]]:
    return discovery.plug_ins(sys.modules[__name__], "RULE")


def all_rules() -> tuple[Rule[Any], ...]:
    """Return every rule in the order of the obligations."""
    return tuple(_by_code().values())


def get(code: str) -> Rule[Any]:
    """Return the rule of an obligation.

    :raises KeyError: where there is none.
    """
    return _by_code()[code]


def find(code: str) -> Rule[Any] | None:
    """Return the rule of an obligation, None where there is none."""
    return _by_code().get(code)
