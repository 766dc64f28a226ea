"""What the evidence linter finds in the built-in bank, and of the faults planted in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from courses.clauses import sentences
from courses.documents import read
from question_bank.bank import read_bank
from question_bank.evidence import lint
from question_bank.evidence.exceptions import read_reviewed
from question_bank.evidence.faults import FAULTS, plant
from question_bank.evidence.measure import EACH, Measurement, measure
from question_bank.items import Item
from question_bank.items import problems as item_problems

ORIGINAL = Path(__file__).parents[3] / "shared" / "opinion.txt"
DOCUMENTED = Path(__file__).parents[2] / "docs" / "evidence.md"


@pytest.fixture(scope="module")
def clauses() -> Mapping[str, str]:
    """The texts of the original, which is not in the repository."""
    if not ORIGINAL.exists():
        reason = "the original does not lie in ../shared/opinion.txt"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    document = read(ORIGINAL.name, ORIGINAL.read_bytes()).document
    assert document is not None
    texts = {str(clause.ref): clause.text for clause in document.paragraphs}
    for clause in document.paragraphs:
        texts |= {f"{clause.ref}s{at}": text for at, text in enumerate(sentences(clause.text), 1)}
    return texts


@pytest.fixture(scope="module")
def bank() -> tuple[Item, ...]:
    """The built-in bank."""
    return read_bank().items


@pytest.fixture(scope="module")
def measured(bank: tuple[Item, ...], clauses: Mapping[str, str]) -> Measurement:
    """What came of planting the faults."""
    return measure(bank, clauses, read_reviewed())


def test_nothing_is_found_in_the_reviewed_bank(bank: tuple[Item, ...], clauses: Mapping[str, str]) -> None:
    assert [str(finding) for finding in lint(bank, clauses, read_reviewed())] == []


def test_of_each_kind_the_same_number_is_planted(measured: Measurement) -> None:
    assert {kind: measured.counts(kind)[1] for kind in FAULTS} == dict.fromkeys(FAULTS, EACH)


def test_the_planted_faults_are_found(measured: Measurement) -> None:
    assert measured.recall >= 0.95
    assert min(measured.counts(kind)[0] for kind in FAULTS) >= 0.85 * EACH


def test_the_figures_in_the_documentation_are_those_measured(measured: Measurement) -> None:
    assert "\n".join(measured.lines()) in DOCUMENTED.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", list(FAULTS))
def test_a_planted_fault_changes_the_item_and_leaves_it_publishable(
    kind: str, bank: tuple[Item, ...], clauses: Mapping[str, str]
) -> None:
    planted = [(item, plant(item, kind, Random(at), clauses)) for at, item in enumerate(bank[::20])]
    changed = [(item, bad) for item, bad in planted if bad is not None]
    assert changed
    assert all(bad != item and item_problems(bad) == [] for item, bad in changed)
