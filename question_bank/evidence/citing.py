"""Check citations and quotations: they exist, go to the sentence, are argued from, and are verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterator

from question_bank.evidence.claims import Claim
from question_bank.evidence.findings import Finding
from question_bank.evidence.sources import Sources, cited, paragraph_of, quoted
from question_bank.problems import N_, Problem

_VERDICT = re.compile("(不?)(?:正确|符合|成立|全面|一致)[。，：]")


def unknown_clauses(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find citations of clauses that the document does not have."""
    message = N_("The document has no clause %(clause)s.")
    places = (("clauses", claim.clauses), ("explanation", cited(claim.explanation)))
    for where, clauses in places:
        for clause in dict.fromkeys(clauses):
            if not sources.text(clause):
                yield _finding(claim, "clause_unknown", where, message, clause=clause)


def broad_clauses(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find citations of a whole paragraph that has several sentences."""
    message = N_("%(clause)s is a whole paragraph: cite the sentences that decide.")
    for clause in claim.clauses:
        if "s" not in clause and f"{clause}s2" in sources.texts:
            yield _finding(claim, "clause_broad", "clauses", message, clause=clause)


def idle_clauses(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find clauses of the item that its explanation does not argue from."""
    argued = cited(claim.explanation)
    near = {paragraph_of(clause) for clause in argued if "s" in clause}
    message = N_("The explanation does not argue from %(clause)s.")
    for clause in claim.clauses:
        if clause not in argued and paragraph_of(clause) not in argued and clause not in near:
            yield _finding(claim, "clause_idle", "clauses", message, clause=clause)


def wrong_quotations(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find quotations that do not stand word for word in the clause cited after them."""
    message = N_("“%(text)s” is not in %(clauses)s.")
    texts = [("explanation", claim.explanation), ("stem", claim.stem), *_bare(claim)]
    for where, text in texts:
        for quotation, clause in quoted(text):
            said = [clause] if clause else list(claim.clauses)
            if not any(quotation in sources.text(each) for each in said):
                yield _finding(claim, "quotation", where, message, text=quotation, clauses="、".join(said))


def unquoted_explanations(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find explanations that neither quote the deciding words nor cite where they stand."""
    if claim.explanation and not cited(claim.explanation):
        message = N_("The explanation cites no clause.")
        yield _finding(claim, "no_citation", "explanation", message)


def wrong_verdicts(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find true-or-false questions whose explanation does not open with the verdict that the key gives."""
    if claim.type != "true_false":
        return
    verdict = _VERDICT.match(claim.explanation)
    if verdict is None or (verdict[1] == "") is not claim.content.get("key"):
        message = N_("The explanation has to open with 正确 or 不正确, in agreement with the key.")
        yield _finding(claim, "verdict", "key", message)


def _bare(claim: Claim) -> list[tuple[str, str]]:
    """Return the places of key and distractors as seen from the claim."""
    return [(where.removeprefix(claim.prefix), text) for where, text in (*claim.keys, *claim.wrong)]


def _finding(claim: Claim, code: str, where: str, message: str, **params: str) -> Finding:
    return Finding(claim.item, Problem(code, f"{claim.prefix}{where}", message, params))
