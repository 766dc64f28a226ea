"""Measure the linter: of planted faults, how many it finds; of a reviewed bank, what it finds at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from question_bank.evidence import lint, lint_item
from question_bank.evidence.duplicates import duplicates
from question_bank.evidence.exceptions import Reviewed
from question_bank.evidence.faults import DUPLICATE, FAULTS, plant
from question_bank.evidence.findings import Finding
from question_bank.evidence.sources import Sources
from question_bank.items import Item

SEED = 2015
EACH = 25  #: faults planted of each kind


@dataclass(frozen=True)
class Planted:
    """Hold one planted fault and whether it was found."""

    kind: str
    item: Item
    is_found: bool


@dataclass(frozen=True)
class Measurement:
    """Hold what was planted, and what the linter says of the bank as it is."""

    planted: tuple[Planted, ...]
    false_alarms: tuple[Finding, ...]
    reviewed: int

    def counts(self, kind: str) -> tuple[int, int]:
        """Return how many faults of a kind were found, and how many were planted."""
        found = [each.is_found for each in self.planted if each.kind == kind]
        return sum(found), len(found)

    @property
    def recall(self) -> float:
        """Return the share of all planted faults that was found, 0 to 1."""
        return sum(each.is_found for each in self.planted) / max(1, len(self.planted))

    def lines(self) -> Iterator[str]:
        """Yield the figures as a Markdown table."""
        yield "| planted fault | found | planted |"
        yield "|---|---|---|"
        for kind in FAULTS:
            found, planted = self.counts(kind)
            yield f"| {kind} | {found} | {planted} |"
        found = sum(each.is_found for each in self.planted)
        yield f"| in all | {found} | {len(self.planted)} |"
        yield ""
        yield f"Recall: {self.recall:.1%}. False alarms on the reviewed bank: {len(self.false_alarms)}."
        yield f"Reviewed exceptions: {self.reviewed}."


def measure(
    bank: Sequence[Item],
    clauses: Mapping[str, str],
    reviewed: Sequence[Reviewed] = (),
    seed: int = SEED,
    each: int = EACH,
) -> Measurement:
    """Plant faults of every kind, each in an item of its own, and count which the linter finds.

    A fault counts as found if the item then has a finding that it did not have before.
    """
    rng, sources = Random(seed), Sources(clauses)  # noqa: S311 - to be repeatable, not to be secret
    in_order = dict(sorted(clauses.items()))
    planted = tuple(_judged(*fault, bank, sources) for fault in _planted(bank, rng, in_order, each))
    return Measurement(planted, tuple(lint(bank, clauses, reviewed)), len(reviewed))


def _planted(
    bank: Sequence[Item], rng: Random, clauses: Mapping[str, str], each: int
) -> Iterator[tuple[str, Item, Item]]:
    for kind in FAULTS:
        count = 0
        for item in rng.sample(bank, len(bank)):
            bad = plant(item, kind, rng, clauses) if count < each else None
            if bad is not None:
                count += 1
                yield kind, item, bad


def _judged(kind: str, item: Item, bad: Item, bank: Sequence[Item], sources: Sources) -> Planted:
    if kind == DUPLICATE:
        copy = replace(bad, code=f"{item.code}-copy")
        return Planted(kind, bad, any(each.item == copy.code for each in duplicates([*bank, copy])))
    before = {str(finding) for finding in lint_item(item, sources)}
    return Planted(kind, bad, any(str(each) not in before for each in lint_item(bad, sources)))
