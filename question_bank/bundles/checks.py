"""Check the evidence of an attempt: signature, questions, draw, journal, marks and result, each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from question_bank import items, paper, scoring, types
from question_bank.bundles import ALGORITHM, signed_part
from question_bank.bundles.reading import Answered, Evidence, Given, Unreadable, evidence
from question_bank.corrections import is_response
from question_bank.draw import Draw, draw
from question_bank.pool import Pool
from question_bank.scoring import SCORER, Entry, Marks, Place, rounded

#: Of the marks, those that follow from key and corrections, and those that people gave.
BY_KEY, BY_PEOPLE = ("machine", "regrade"), ("first", "second", "agreed")


class Outcome(StrEnum):
    """Name what a check came to."""

    OK = "ok"
    WRONG = "wrong"
    NOTE = "note"  #: nothing is wrong, but whoever reads the report has to know


@dataclass(frozen=True)
class Finding:
    """Hold what one check found, in a few words for whoever reads the report."""

    check: str
    outcome: Outcome
    words: str


def check(bundle: Mapping[str, Any], key: str | None = None) -> list[Finding]:
    """Return the report on a bundle; it is genuine and right if nothing in it is wrong.

    ``key`` is the public key of the installation in hexadecimal. Without it only that the bundle is
    unchanged since it was signed can be told, not by whom.
    """
    found = _guarded("signature", lambda: _signature(bundle, key))
    try:
        said = evidence(bundle)
    except Unreadable as error:
        return [*found, Finding("form", Outcome.WRONG, f"cannot be read at {error}")]
    if said.scorer != SCORER:
        words = f"scored by {said.scorer}, checked by {SCORER}: results may differ"
        found.append(Finding("scorer", Outcome.NOTE, words))
    for name, one in _CHECKS.items():
        found += _guarded(name, lambda one=one: one(said))  # type: ignore[misc]
    return found


def _guarded(name: str, one: Callable[[], Iterator[tuple[Outcome, str]]]) -> list[Finding]:
    """Return what a check found; values that no honest bundle has may be beyond what the rules can take."""
    try:
        found = [Finding(name, *each) for each in one()]
        is_wrong = any(each.outcome is Outcome.WRONG for each in found)
        return [each for each in found if not (is_wrong and each.outcome is Outcome.OK)]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        return [Finding(name, Outcome.WRONG, f"cannot be checked: {type(error).__name__} {error}"[:200])]


def _signature(bundle: Mapping[str, Any], key: str | None) -> Iterator[tuple[Outcome, str]]:
    signature = bundle.get("signature")
    if not isinstance(signature, Mapping):
        yield Outcome.WRONG, "is missing"
        return
    stated, value = signature.get("public_key"), signature.get("value")
    if signature.get("algorithm") != ALGORITHM or not isinstance(stated, str) or not isinstance(value, str):
        yield Outcome.WRONG, f"is no {ALGORITHM} signature"
        return
    if key is not None and stated.lower() != key.lower():
        yield Outcome.WRONG, f"was made with another key: {stated[:80]}"
        return
    try:
        public_key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(stated))
        public_key.verify(bytes.fromhex(value), signed_part(bundle))
    except (InvalidSignature, ValueError):
        yield Outcome.WRONG, "does not belong to this content: something was changed after signing"
        return
    yield Outcome.OK, "the content is as it was signed"
    if key is None:
        words = f"the key is taken from the bundle itself: compare it with that of the installation: {stated}"
        yield Outcome.NOTE, words


def _items(said: Evidence) -> Iterator[tuple[Outcome, str]]:
    for id_, item in said.items.items():
        if items.digest(item) != said.digests[id_]:
            yield Outcome.WRONG, f"item {id_} is not the one that its digest names"
    missing = {slot.item for slot in said.slots} - set(said.items)
    if missing:
        yield Outcome.WRONG, f"items of the paper are missing: {_listed(missing)}"
    yield Outcome.OK, f"{len(said.items)} items with their digests"


def _paper(said: Evidence) -> Iterator[tuple[Outcome, str]]:
    """Draw the paper again from pool and seed."""
    if said.avoided is None:
        yield Outcome.NOTE, "what the draw had to avoid was not recorded, so that it cannot be repeated"
        return
    if any(cell >= len(said.blueprint.cells) for cell, _, _ in said.pool):
        yield Outcome.WRONG, "the pool names a cell that the blueprint does not have"
        return
    pool = Pool.of_rows(said.blueprint, said.pool)
    drawn = draw(pool, said.seed, said.avoided, said.barred)
    if not isinstance(drawn, Draw):
        yield Outcome.WRONG, "the pool does not fill the blueprint"
    elif list(paper.assemble(said.blueprint, drawn, said.seed, said.items)) != said.slots:
        yield Outcome.WRONG, "pool and seed give another paper than the slots state"
    else:
        yield Outcome.OK, f"{len(said.slots)} slots are what pool and seed give"


def _journal(said: Evidence) -> Iterator[tuple[Outcome, str]]:
    seqs = [entry.seq for entry in said.journal]
    if seqs != list(range(1, len(seqs) + 1)):
        yield Outcome.WRONG, "entries are missing, or not in order"
    if len({entry.key for entry in said.journal}) < len(seqs):
        yield Outcome.WRONG, "one key stands at two entries"
    type_of = {slot.number: types.get(said.items[slot.item].type) for slot in said.slots}
    for entry in said.journal:
        if entry.slot not in type_of:
            yield Outcome.WRONG, f"entry {entry.seq} answers slot {entry.slot}, which the paper does not have"
        elif entry.response is not None and not is_response(type_of[entry.slot], entry.response):
            yield Outcome.WRONG, f"entry {entry.seq} is no answer to a question of its type"
        if not _is_in_time(said, entry):
            yield Outcome.WRONG, f"entry {entry.seq} was received before the start or after the end"
    yield Outcome.OK, f"{len(seqs)} entries without a gap, all in time"


def _is_in_time(said: Evidence, entry: Answered) -> bool:
    end = said.closes_at + timedelta(seconds=said.tolerance_seconds)
    if said.ended_at is not None and said.ended_at < said.closes_at:
        end = said.ended_at
    return said.started_at <= entry.received_at <= end


def _scores(said: Evidence) -> Iterator[tuple[Outcome, str]]:
    """Score again whatever follows from key and corrections, as it was each time it was marked."""
    stages = [_marks(said, number, {}) for number in range(len(said.corrections) + 1)]
    for at, slot in enumerate(stages[-1].slots):
        given = [(mark.share, mark.is_dropped) for mark in said.marks if _is_by_key(mark, slot.number)]
        known = [(stage.slots[at].share, stage.slots[at].is_dropped) for stage in stages]
        if any(each not in known for each in given):
            yield Outcome.WRONG, f"a mark of slot {slot.number} is not what answer and key give"
        elif given and given[-1] != known[-1]:
            yield Outcome.WRONG, f"the last mark of slot {slot.number} is not by the last correction"
    full = {slot.number: slot.marks for slot in said.slots}
    for mark in said.marks:
        if mark.slot not in full:
            yield Outcome.WRONG, f"slot {mark.slot} has a mark and is not in the paper"
        elif mark.kind not in BY_KEY + BY_PEOPLE:
            yield Outcome.WRONG, f"slot {mark.slot} has a mark of an unknown kind"
        elif not 0 <= mark.share <= 1:
            yield Outcome.WRONG, f"a mark of slot {mark.slot} is out of range"
        elif mark.mark != rounded(mark.share * Fraction(full[mark.slot])):
            yield Outcome.WRONG, f"mark and share of slot {mark.slot} do not agree"
    by_people = sum(mark.kind in BY_PEOPLE for mark in said.marks)
    words = f"{len(said.marks) - by_people} marks follow from answers and keys, {by_people} are by people"
    yield Outcome.OK, words


def _is_by_key(mark: Given, slot: int) -> bool:
    return mark.slot == slot and mark.kind in BY_KEY


def _total(said: Evidence) -> Iterator[tuple[Outcome, str]]:
    marks = _marks(said, len(said.corrections), _given(said))
    if not said.results:
        if said.ended_at is not None and marks.score is not None:
            yield Outcome.NOTE, f"no result is on record; answers and marks give {marks.score}"
        else:
            yield Outcome.OK, "there is no result yet"
        return
    last = said.results[-1]
    if (last.score, last.full_marks, last.is_passed) != (marks.score, marks.full_marks, marks.is_passed):
        found = f"{marks.score} of {marks.full_marks}, passed: {marks.is_passed}"
        yield Outcome.WRONG, f"the last result is not what answers and marks give: {found}"
    else:
        yield Outcome.OK, f"{last.score} of {last.full_marks}, passed: {last.is_passed}"


_CHECKS: dict[str, Callable[[Evidence], Iterator[tuple[Outcome, str]]]] = {
    "items": _items,
    "paper": _paper,
    "journal": _journal,
    "scores": _scores,
    "result": _total,
}


def _marks(said: Evidence, corrections: int, given: Mapping[int, Fraction]) -> Marks:
    """Return the marks by the first so many corrections and the shares that people gave."""
    return scoring.score(
        [Place(slot.number, slot.item, slot.marks) for slot in said.slots],
        [Entry(entry.seq, entry.slot, entry.response) for entry in said.journal],
        said.items,
        said.policy,
        said.corrections[:corrections],
        given,
        said.pass_percent,
    )


def _given(said: Evidence) -> dict[int, Fraction]:
    """Return the shares that people agree on, by slot: what was agreed, else the markers' mean."""
    by_slot: dict[int, dict[str, Given]] = {}
    for mark in said.marks:
        by_slot.setdefault(mark.slot, {})[mark.kind] = mark
    shares = {slot: _agreed(said, kinds) for slot, kinds in by_slot.items()}
    return {slot: share for slot, share in shares.items() if share is not None}


def _agreed(said: Evidence, kinds: Mapping[str, Given]) -> Fraction | None:
    if "agreed" in kinds:
        return kinds["agreed"].share
    several = [kinds[kind].share for kind in ("first", "second")[: said.markers] if kind in kinds]
    if len(several) < said.markers or max(several) - min(several) > Fraction(said.tolerance_percent, 100):
        return None
    return sum(several, Fraction(0)) / len(several)


def _listed(ids: set[int]) -> str:
    return ", ".join(map(str, sorted(ids)[:10]))
