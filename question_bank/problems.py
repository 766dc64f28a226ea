"""Describe what is wrong as a value that a page can translate and point at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


def N_(message: str) -> str:  # noqa: N802 - the name by which Babel finds texts to be translated later
    """Mark an English message id for the catalogue and return it unchanged."""
    return message


@dataclass(frozen=True)
class Problem:
    """Hold one thing that is wrong, where it is, and the words for it.

    ``where`` is a dotted path into the item with entries counted from 1: ``choices.2``, ``parts.1.key``.
    ``message`` is an English message id with ``%(name)s`` places for ``params``.
    """

    code: str
    where: str
    message: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def below(self, outer: str) -> Problem:
        """Return the same problem as seen from the thing that contains this one."""
        return replace(self, where=f"{outer}.{self.where}" if self.where else outer)

    def __str__(self) -> str:
        return f"{self.where}: {self.message % self.params}"
