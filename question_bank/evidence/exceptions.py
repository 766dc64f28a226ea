"""Read the findings that people looked at and let stand, each with its reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from question_bank.bank import BUILT_IN
from question_bank.evidence.findings import Finding
from question_bank.problems import N_, Problem

REVIEWED = BUILT_IN.with_name(f"{BUILT_IN.name}-exceptions.toml")


@dataclass(frozen=True)
class Reviewed:
    """Let a finding of one check on one item stand; ``text`` is the word or text that it names."""

    item: str
    check: str
    text: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Tell whether this is the finding that was looked at."""
        named = self.text in map(str, finding.problem.params.values())
        return (self.item, self.check) == (finding.item, finding.check) and named


def read_reviewed(path: Path = REVIEWED) -> tuple[Reviewed, ...]:
    """Return the exceptions of a file; raise TypeError for one without item, check, text and reason."""
    tables = tomllib.loads(path.read_text(encoding="utf-8")).get("exception", [])
    return tuple(Reviewed(**table) for table in tables)


def without_reviewed(findings: Iterable[Finding], reviewed: Sequence[Reviewed]) -> list[Finding]:
    """Take out what was looked at, and add a finding for each exception that covers nothing any more."""
    left, used = [], set()
    for finding in findings:
        covering = next((each for each in reviewed if each.covers(finding)), None)
        if covering is None:
            left.append(finding)
        else:
            used.add(covering)
    message = N_("The exception for %(check)s, “%(text)s”, is no longer needed.")
    for each in reviewed:
        if each not in used:
            params = {"check": each.check, "text": each.text}
            left.append(Finding(each.item, Problem("exception_unused", "", message, params)))
    return left
