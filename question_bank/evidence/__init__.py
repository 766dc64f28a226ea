"""Ask of every item whether the clauses it cites support it; what is found is for people to judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from question_bank.evidence import answering, citing, wording
from question_bank.evidence.claims import Claim, claims
from question_bank.evidence.duplicates import duplicates
from question_bank.evidence.exceptions import Reviewed, without_reviewed
from question_bank.evidence.findings import Finding
from question_bank.evidence.sources import Sources
from question_bank.items import Item

Check = Callable[[Claim, Sources], Iterator[Finding]]

#: All that is asked of one claim; what is asked of all items together is in duplicates.
CHECKS: tuple[Check, ...] = (
    citing.unknown_clauses,
    citing.broad_clauses,
    citing.idle_clauses,
    citing.wrong_quotations,
    citing.unquoted_explanations,
    citing.wrong_verdicts,
    answering.blanks,
    answering.shortened_keys,
    answering.unshared_keys,
    answering.disordered_entries,
    answering.supported_distractors,
    wording.key_terms,
    wording.explanation_terms,
    wording.negations,
)


def lint(
    items: Sequence[Item], clauses: Mapping[str, str], reviewed: Sequence[Reviewed] = ()
) -> list[Finding]:
    """Return what is doubtful about items; none of them may have problems().

    ``clauses`` holds the texts of the document: headings "3H", paragraphs "3.7" and sentences "3.7s2".
    """
    sources = Sources(clauses)
    found = [finding for item in items for finding in lint_item(item, sources)]
    return without_reviewed([*found, *duplicates(items)], reviewed)


def lint_item(item: Item, sources: Sources) -> Iterator[Finding]:
    """Yield what is doubtful about one item by itself."""
    for claim in claims(item):
        for check in CHECKS:
            yield from check(claim, sources)
