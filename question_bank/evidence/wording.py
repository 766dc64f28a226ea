"""Check the words that must not be blurred: organs, force, frequency, numbers, negation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from question_bank.evidence.claims import Claim
from question_bank.evidence.findings import Finding
from question_bank.evidence.sources import Sources, cited, unquoted, words
from question_bank.evidence.terms import (
    KINDS,
    MEMBERS,
    NEGATION,
    OF_MEMBERS,
    ORDINARY_DENIAL,
    ORGANS,
    PLAIN_WORDS,
    terms,
)
from question_bank.problems import N_, Problem

_SEGMENT = re.compile("[，。；：、]")
# A plain word that the explanation names as the word of force: 力度词是要。
_NAMED = re.compile("(?<=[是为用])(可以|要|可)(?=[，。；、（]|$)")
_MESSAGE = N_("“%(word)s” is in none of the clauses it has to come from.")


def key_terms(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find organs, force words, frequencies and numbers of the key that the cited clauses do not have."""
    own = sources.together((*claim.clauses, *cited(claim.explanation)))
    for kind in KINDS:
        known = _known(claim, kind, own, sources)
        for where, text in _held_right(claim):
            plain = unquoted(text)
            for word in sorted(_strange(terms(plain, kind), known, claim, own)):
                if word not in PLAIN_WORDS or _stands_without(plain, word, own):
                    yield _finding(claim, f"key_{kind}", where, word)


def _held_right(claim: Claim) -> list[tuple[str, str]]:
    if claim.type == "true_false" and claim.content.get("key") is True:
        return [(f"{claim.prefix}stem", claim.stem)]
    return list(claim.keys)


def _known(claim: Claim, kind: str, own: str, sources: Sources) -> set[str]:
    """Return the words that the clauses have, or the question where it does not itself hold the claim."""
    known = terms(own, kind) | terms(claim.stimulus, kind)
    if claim.type != "true_false":
        known |= terms(claim.stem, kind)
    if kind == "organ" and not terms(sources.together(claim.clauses), kind):
        known |= terms(sources.paragraphs(claim.clauses), kind)  # the subject stands in a sentence before
    return known


def _strange(found: set[str], known: set[str], claim: Claim, own: str) -> set[str]:
    """Take out what is known or named in short, and members of a kind where the kind is meant."""
    strange = _unknown(found, known)
    return strange - MEMBERS if claim.is_applied and any(kind in own for kind in OF_MEMBERS) else strange


def _unknown(found: set[str], known: set[str]) -> set[str]:
    """Take out the words that are known, or name in short an organ that is: 常委会 for 党委常委会."""
    short = {word for word in found & set(ORGANS) if any(each.endswith(word) for each in known)}
    return found - known - short


def _stands_without(text: str, word: str, own: str) -> bool:
    """Tell whether a part of the text is the clause's own words but for this one word."""
    plain = words(own)
    for segment in map(words, _SEGMENT.split(text)):
        bare = segment.replace(word, "", 1)
        if word in segment and len(bare) >= 2 and bare in plain and segment not in plain:
            return True
    return any(words(segment) == word for segment in _SEGMENT.split(text))


def explanation_terms(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find such words in the explanation, outside quotations, that nothing it speaks of has."""
    spoken_of = (*claim.clauses, *cited(claim.explanation))
    around = f"{sources.paragraphs(spoken_of)}\n{claim.asked}\n{claim.offered}"
    for kind in KINDS:
        found = terms(unquoted(claim.explanation), kind) - PLAIN_WORDS
        found |= set(_NAMED.findall(claim.explanation)) if kind == "force" else set()
        for word in sorted(_unknown(found, terms(around, kind))):
            yield _finding(claim, f"explanation_{kind}", f"{claim.prefix}explanation", word)


def negations(claim: Claim, sources: Sources) -> Iterator[Finding]:
    """Find keys that deny what the clause says in the same words."""
    if claim.type not in {"single_choice", "multiple_choice"}:
        return
    own = words(sources.together(claim.clauses))
    ground = own + words(claim.explanation) + words(claim.asked)
    message = N_("“%(text)s” denies what the clauses say, or says what they deny.")
    for where, text in claim.keys:
        judged = ORDINARY_DENIAL.sub("", words(text)) if claim.is_applied else words(text)
        if _denies(text, own) or _is_denied_nowhere(judged, ground):
            yield Finding(claim.item, Problem("negation", where, message, {"text": text}))


def _denies(text: str, own: str) -> bool:
    """Tell whether a part of the text becomes the words of the clause when its negation is taken out."""
    for segment in map(words, _SEGMENT.split(text)):
        bare = NEGATION.sub("", segment, count=1)
        if bare != segment and len(bare) >= 2 and bare in own and segment not in own:
            return True
    return False


def _is_denied_nowhere(text: str, ground: str) -> bool:
    """Tell whether the text denies something that neither clauses nor explanation nor question deny."""
    return any(text[match.start() : match.end() + 1] not in ground for match in NEGATION.finditer(text))


def _finding(claim: Claim, code: str, where: str, word: str) -> Finding:
    return Finding(claim.item, Problem(code, where, _MESSAGE, {"word": word}))
