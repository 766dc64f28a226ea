"""Check answers: the words of the key stand in the cited clauses, and those of no distractor do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from question_bank.evidence.claims import Claim
from question_bank.evidence.findings import Finding
from question_bank.evidence.sources import Sources, cited, quoted, unquoted, words
from question_bank.problems import N_, Problem

SHORTEST_SUPPORT = 2  #: characters of a distractor in the cited clause that support it
SHORTEST_SUPPORT_ELSEWHERE = 5  #: the same anywhere in the document, where shorter words stand everywhere
LEAST_SHARED = 0.5  #: of the pairs of characters of a key that recalls the text
LONGEST_GAP = 8

_BLANK = re.compile("_{4,}")
_WHICH = re.compile("哪(?!里)|下列|以下")


def blanks(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find keys of blanks that, put between the words around the blank, do not read as the clause does."""
    if claim.type != "fill_blank":
        return
    own = words(sources.together(claim.clauses))
    parts = [words(part) for part in _BLANK.split(claim.stem)]
    for at, variants in enumerate(claim.content.get("key", [])):
        before, after = parts[at][-2:], parts[at + 1][:2] if at + 1 < len(parts) else ""
        if variants and not _reads(own, before, words(variants[0]), after):
            message = N_("“%(text)s” does not complete the words of the clause.")
            yield _finding(claim, "key_blank", f"{claim.prefix}key.{at + 1}", message, text=variants[0])


def _reads(own: str, before: str, key: str, after: str) -> bool:
    """Tell whether the key stands in the clause next to the words around the blank, where those are its."""
    left = before + key in own if len(before) == 2 and before in own else key in own
    right = key + after in own if len(after) == 2 and after in own else key in own
    return left and right and key in own


def shortened_keys(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find keys that are the words of the clause but for some left out in the middle."""
    if claim.type not in {"single_choice", "multiple_choice"}:
        return
    for where, text in claim.keys:
        for clause in claim.clauses:
            left_out = _left_out(words(text), words(sources.text(clause)))
            # A word the question quotes (用的是“应该”) is taken out of the choices on purpose.
            if left_out and f"“{left_out}”" not in claim.stem:
                message = N_("“%(text)s” leaves out “%(left_out)s”, which stands in %(clause)s.")
                params = {"text": text, "left_out": left_out, "clause": clause}
                yield _finding(claim, "key_shortened", where, message, **params)


def _left_out(key: str, own: str) -> str:
    if key in own:
        return ""
    for cut in range(2, len(key) - 1):
        gap = re.search(f"{key[:cut]}(.{{1,{LONGEST_GAP}}}?){key[cut:]}", own)
        if gap:
            return gap[1]
    return ""


def unshared_keys(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find keys that recall the text in words that neither the clauses nor the explanation have."""
    if claim.is_applied or claim.type not in {"single_choice", "multiple_choice", "matching", "ordering"}:
        return
    known = _pairs(sources.paragraphs(claim.clauses) + sources.together(cited(claim.explanation)))
    known |= _pairs(claim.explanation) | _pairs(claim.asked)
    for where, text in claim.keys:
        pairs = _pairs(text)
        if pairs and len(pairs & known) < LEAST_SHARED * len(pairs):
            message = N_("“%(text)s” shares too few words with the clauses and the explanation.")
            yield _finding(claim, "key_words", where, message, text=text)


def _pairs(text: str) -> set[str]:
    plain = words(text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def disordered_entries(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find entries to be ordered that stand in the clause in another order."""
    if claim.type != "ordering":
        return
    own, reached = words(sources.together(claim.clauses)), -1
    for where, text in claim.keys:
        place = own.find(words(text))
        if 0 <= place < reached:
            message = N_("“%(text)s” stands in the clause before the entry above it.")
            yield _finding(claim, "order", where, message, text=text)
        reached = max(reached, place)


def supported_distractors(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find wrong choices that stand in the text word for word and that the explanation does not deal with.

    The cited clauses support a choice always, any other clause where the stem asks which of these is right.
    """
    if claim.type not in {"single_choice", "multiple_choice"}:
        return
    message = N_("“%(text)s” counts as wrong but stands in %(clause)s; the explanation has to deal with it.")
    for where, text in claim.wrong:
        if not _is_dealt_with(claim, text) and (clause := _support(claim, text, sources)):
            yield _finding(claim, "distractor", where, message, text=text, clause=clause)


def _is_dealt_with(claim: Claim, text: str) -> bool:
    """Tell whether the explanation names a wrong choice other than in the quotation for the key."""
    plain, keys = words(text), [words(key) for _, key in claim.keys]
    quotations = [words(quotation) for quotation, _ in quoted(claim.explanation)]
    apart = [quotation for quotation in quotations if not any(key in quotation for key in keys)]
    return any(plain in named for named in (words(unquoted(claim.explanation)), *apart))


def _support(claim: Claim, text: str, sources: Sources) -> str:
    plain, argued = words(text), cited(claim.explanation)
    for clause in claim.clauses:
        if len(plain) >= SHORTEST_SUPPORT and plain in words(sources.text(clause)):
            return clause
    if len(plain) < SHORTEST_SUPPORT_ELSEWHERE or not _WHICH.search(claim.stem):
        return ""
    found = [clause for clause, said in sources.sentences.items() if plain in said]
    # An explanation that names the place of a wrong choice has dealt with it.
    return found[0] if found and not set(found) & set(argued) else ""


def _finding(claim: Claim, code: str, where: str, message: str, **params: str) -> Finding:
    return Finding(claim.item, Problem(code, where, message, params))
