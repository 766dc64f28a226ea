"""Plant faults in a copy of a bank, to measure what the linter finds of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any

from question_bank import items
from question_bank.evidence.claims import Claim, claims
from question_bank.evidence.sources import words
from question_bank.evidence.terms import FORCES, FREQUENCIES, ORGANS, PLAIN_WORDS, terms
from question_bank.items import Item

#: Change one claim of an item, or return None where it offers nothing to change.
Fault = Callable[[dict[str, Any], Claim, Random, Mapping[str, str]], "dict[str, Any] | None"]

_NUMBERED = re.compile(r"(?:.*\.)?([a-z]+)\.([0-9]+)")
_PHRASE = re.compile(r"(?<![^\W_])[^\W_]{5,16}(?![^\W_])")  # whole, from one mark to the next


def plant(item: Item, kind: str, rng: Random, clauses: Mapping[str, str]) -> Item | None:
    """Return the item with one fault of a kind in it, None where it has no place for one."""
    for claim in rng.sample(found := list(claims(item)), len(found)):
        plain = deepcopy(items.to_dict(item))
        target = plain["parts"][int(claim.prefix.split(".")[1]) - 1] if claim.prefix else plain
        if FAULTS[kind](target, claim, rng, clauses) is not None:
            read = items.from_dict(plain)
            if isinstance(read, Item) and not items.problems(read) and read != item:
                return read
    return None


# ---- places ----


def _texts(target: dict[str, Any], claim: Claim) -> Iterator[tuple[str, Callable[[str], None]]]:
    """Yield each text that states the key or explains it, with the way to replace it."""
    for where, text in claim.keys:
        yield text, _replacer(target, where)
    if claim.explanation:
        yield claim.explanation, _replacer(target, "explanation")


def _replacer(target: dict[str, Any], where: str) -> Callable[[str], None]:
    numbered = _NUMBERED.fullmatch(where)

    def replace(text: str) -> None:
        if numbered is None:
            target[where] = text
        elif numbered[1] == "points":
            target["points"][int(numbered[2]) - 1]["text"] = text
        elif numbered[1] == "key":
            target["key"][int(numbered[2]) - 1] = [text]
        else:
            target[numbered[1]][int(numbered[2]) - 1] = text

    return replace


def _swapped(vocabulary: Sequence[str], kind: str) -> Fault:
    """Return a fault that puts another word of the same kind for one in the key or the explanation."""

    def fault(
        target: dict[str, Any], claim: Claim, rng: Random, clauses: Mapping[str, str]
    ) -> dict[str, Any] | None:
        places = [
            (text, replace, word)
            for text, replace in _texts(target, claim)
            for word in sorted(terms(text, kind))
            # 要 and 可 in our own prose are no words of the text: only quoted, or as an answer.
            if word not in PLAIN_WORDS or text != claim.explanation or f"“{word}" in text
        ]
        if not places:
            return None
        text, replace, word = rng.choice(places)
        others = [other for other in vocabulary if other not in word and word not in other]
        replace(text.replace(word, rng.choice(others), 1))
        return target

    return fault


# ---- the kinds ----


def _copy_distractor(
    target: dict[str, Any], claim: Claim, rng: Random, clauses: Mapping[str, str]
) -> dict[str, Any] | None:
    """Put a phrase of the document in the place of a distractor: it is then right as well."""
    if claim.type not in {"single_choice", "multiple_choice"} or "哪" not in claim.stem:
        return None
    phrases = [found for text in clauses.values() for found in _PHRASE.findall(text)]
    _replacer(target, rng.choice(claim.wrong)[0])(rng.choice(phrases))
    return target


def _miscite(
    target: dict[str, Any], claim: Claim, rng: Random, clauses: Mapping[str, str]
) -> dict[str, Any] | None:
    """Cite another sentence, in the item or in its explanation."""
    sentences = [clause for clause in clauses if "s" in clause and clause not in claim.clauses]
    other = rng.choice(sentences)
    if rng.random() < 0.5 and "§" in claim.explanation:
        shown = "§" + other.replace(".", "¶")
        target["explanation"] = re.sub("§[0-9¶sH]+", shown, claim.explanation, count=1)
    else:
        target["clauses"] = [other, *claim.clauses[1:]]
    return target


def _negate(
    target: dict[str, Any], claim: Claim, rng: Random, clauses: Mapping[str, str]
) -> dict[str, Any] | None:
    """Turn the key into its opposite."""
    if claim.type == "true_false":
        target["key"] = not target["key"]
        return target
    if claim.type not in {"single_choice", "multiple_choice"}:
        return None
    where, text = rng.choice(claim.keys)
    _replacer(target, where)(rng.choice(["不", "没有", "未"]) + text)
    return target


def _lose_word(
    target: dict[str, Any], claim: Claim, rng: Random, clauses: Mapping[str, str]
) -> dict[str, Any] | None:
    """Leave out of a key that is in the words of the clause some of these words."""
    own = words("\n".join(clauses.get(clause, "") for clause in claim.clauses))
    if claim.type == "fill_blank":
        first = dict(reversed(claim.keys))  # of the variants accepted in a blank
        long = [(where, text) for where, text in first.items() if len(text) >= 3]
    else:
        long = [(where, text) for where, text in claim.keys if len(text) >= 7 and words(text) in own]
    if not long or claim.type not in {"single_choice", "multiple_choice", "fill_blank"}:
        return None
    where, text = rng.choice(long)
    lost = rng.randint(1, 2) if len(text) < 7 else rng.randint(2, 3)
    edge = 0 if claim.type == "fill_blank" else 2
    start = rng.randint(edge, len(text) - lost - edge)
    _replacer(target, where)(text[:start] + text[start + lost :])
    return target


def _duplicate(
    target: dict[str, Any], claim: Claim, rng: Random, clauses: Mapping[str, str]
) -> dict[str, Any] | None:
    """Ask the same again in a slightly different way."""
    opening = rng.choice(["请问，", "按照原文，", "根据文件，", "关于这一问题，"])
    target["stem"] = opening + claim.stem
    return target


DUPLICATE = "duplicate"
FAULTS: dict[str, Fault] = {
    "swapped organ": _swapped(ORGANS, "organ"),
    "changed force word": _swapped(FORCES, "force"),
    "distractor copied from a clause": _copy_distractor,
    "wrong frequency": _swapped(FREQUENCIES, "frequency"),
    "wrong citation": _miscite,
    "negated key": _negate,
    "missing key word": _lose_word,
    DUPLICATE: _duplicate,
}
