"""Find items that ask nearly the same in nearly the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from question_bank.evidence.claims import claims
from question_bank.evidence.findings import Finding
from question_bank.evidence.sources import words
from question_bank.items import Item
from question_bank.problems import N_, Problem

SHINGLE = 3
ALIKE = 0.6  #: share of the shingles of both that the two have in common


def duplicates(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield each item that is very like an earlier one."""
    shingles = [_shingles(item) for item in items]
    message = N_("This is very like %(other)s.")
    for first, second in combinations(range(len(items)), 2):
        if _alike(shingles[first], shingles[second]):
            other = {"other": items[first].code}
            yield Finding(items[second].code, Problem("duplicate", "stem", message, other))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if not one or not other or min(len(one), len(other)) < ALIKE * max(len(one), len(other)):
        return False
    common = len(one & other)
    return common >= ALIKE * (len(one) + len(other) - common)


def _shingles(item: Item) -> frozenset[str]:
    """Return the runs of three characters of all that a learner reads, whatever the order of the choices."""
    texts = [item.content.get("stimulus", "")]
    for claim in claims(item):
        texts += [claim.stem, *claim.content.get("left", [])]
        if claim.type not in {"fill_blank", "short_answer"}:
            texts += [text for _, text in (*claim.keys, *claim.wrong)]
    plain = [words(text) for text in texts]
    return frozenset(text[at : at + SHINGLE] for text in plain for at in range(len(text) - SHINGLE + 1))
