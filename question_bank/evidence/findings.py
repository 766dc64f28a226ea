"""Say what the linter found, as a value that a page can translate."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.problems import Problem


@dataclass(frozen=True)
class Finding:
    """Hold one doubt about one item; the code of the problem names the check, ``where`` the field."""

    item: str
    problem: Problem

    @property
    def check(self) -> str:
        """Return the name of the check that found it."""
        return self.problem.code

    def __str__(self) -> str:
        return f"{self.item} [{self.check}] {self.problem}"
