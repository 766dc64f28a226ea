"""Correct an item that learners have met already: what an approved regrade says, as a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from question_bank import items, types
from question_bank.checks import missing, unknown_fields
from question_bank.items import Item
from question_bank.problems import N_, Problem
from question_bank.types.protocol import ItemType, Response


class CorrectionKind(StrEnum):
    """Name what can be done about an item after the fact."""

    CORRECT_KEY = "correct_key"  #: score by another key; what learners were shown stays
    ACCEPT = "accept"  #: take one more response, or part of one, as right
    FULL_MARKS = "full_marks"  #: give all marks to everybody who has it, answered or not
    DROP = "drop"  #: leave it out of the total: the full marks of the paper shrink


_FIELDS = {
    CorrectionKind.CORRECT_KEY: ("content",),
    CorrectionKind.ACCEPT: ("response",),
    CorrectionKind.FULL_MARKS: (),
    CorrectionKind.DROP: (),
}


@dataclass(frozen=True)
class Correction:
    """Hold one correction of one item version."""

    item: int
    kind: CorrectionKind
    content: Mapping[str, Any] | None = None  #: of CORRECT_KEY: the whole content with the right key
    response: Response = None  #: of ACCEPT: in the canonical form of the type


@dataclass(frozen=True)
class Key:
    """Hold what an item is scored by once all its corrections are applied."""

    item: Item
    accepted: tuple[Response, ...] = ()
    ruling: CorrectionKind | None = None  #: FULL_MARKS or DROP, whichever was decided last


def from_dict(mapping: Mapping[str, Any]) -> Correction | list[Problem]:
    """Return the correction that JSON states, or why it states none; problems() says if it fits its item."""
    item, kind = mapping.get("item"), mapping.get("kind")
    if isinstance(item, bool) or not isinstance(item, int):
        return [Problem("item", "item", N_("This value is of the wrong kind."))]
    if kind not in list(CorrectionKind):
        return [Problem("kind", "kind", N_("There is no such correction."))]
    fields = _FIELDS[CorrectionKind(kind)]
    found = unknown_fields(mapping, ("item", "kind", *fields))
    found += [missing(name) for name in fields if mapping.get(name) is None]
    if found:
        return found
    try:
        content = items.plain(mapping["content"]) if "content" in fields else None
    except ValueError:
        content = []
    if content is not None and not isinstance(content, Mapping):
        return [Problem("content", "content", N_("This value is of the wrong kind."))]
    return Correction(item, CorrectionKind(kind), content, mapping.get("response"))


def to_dict(correction: Correction) -> dict[str, Any]:
    """Return the correction as JSON in the form that from_dict reads."""
    values = {"content": correction.content, "response": correction.response}
    return {
        "item": correction.item,
        "kind": correction.kind.value,
        **{name: values[name] for name in _FIELDS[correction.kind]},
    }


def problems(item: Item, correction: Correction) -> list[Problem]:
    """Return why a correction cannot be applied to its item, as its author states it."""
    type_ = types.find(item.type)
    if type_ is None:
        return [Problem("unknown_type", "type", N_("There is no such type of question."))]
    if correction.kind is CorrectionKind.CORRECT_KEY:
        return _key_problems(item, correction.content or {}, type_)
    if correction.kind is CorrectionKind.ACCEPT:
        return _response_problems(item, correction.response, type_)
    return []


def corrected(item: Item, corrections: Iterable[Correction]) -> Key:
    """Return what an item is scored by after its corrections, in the order in which they were approved.

    The last key counts, every accepted response stays accepted, and of the two rulings the last counts.
    """
    key = Key(item)
    for correction in corrections:
        if correction.kind is CorrectionKind.CORRECT_KEY:
            key = replace(key, item=replace(key.item, content=correction.content or {}))
        elif correction.kind is CorrectionKind.ACCEPT:
            key = replace(key, accepted=(*key.accepted, correction.response))
        else:
            key = replace(key, ruling=correction.kind)
    return key


def _key_problems(item: Item, content: Mapping[str, Any], type_: ItemType) -> list[Problem]:
    """Check a corrected content: in order by itself, and the same to whoever has answered already."""
    found = unknown_fields(content, type_.content_fields) + type_.problems(content, item.stem)
    if found:
        return found
    if content == item.content:
        return [Problem("no_change", "content", N_("This is the key that the question has already."))]
    # Either may have parts that the arrangement of the other does not name.
    arrangements = [type_.plain_arrangement(each) for each in (content, item.content)]
    if any(_shown(type_, content, each) != _shown(type_, item.content, each) for each in arrangements):
        message = N_("Only the key can be corrected: what learners have seen has to stay as it was.")
        return [Problem("shown_differs", "content", message)]
    return []


def _shown(type_: ItemType, content: Mapping[str, Any], arrangement: list[Any]) -> object:
    try:
        return type_.present(content, arrangement)
    except (KeyError, IndexError, ValueError):
        return None  # fewer choices than the arrangement names


def _response_problems(item: Item, response: Response, type_: ItemType) -> list[Problem]:
    if not is_response(type_, response):
        return [Problem("response", "response", N_("This is no answer to the question."))]
    before = type_.score(item.content, response)
    after = type_.score(item.content, type_.with_accepted(item.content, response, response))
    if after is None:
        message = N_("People mark this question; they can accept an answer without a correction.")
        return [Problem("marked_by_people", "response", message)]
    if after == before:
        return [Problem("no_change", "response", N_("This answer counts as right already."))]
    return []


def is_response(type_: ItemType, response: Response) -> bool:
    """Tell whether this is a response in the canonical form of the type, not unanswered."""
    try:
        return response is not None and bool(type_.read_response(type_.form_fields(response)) == response)
    except (TypeError, AttributeError, ValueError, KeyError):
        return False  # JSON of another shape than the type writes
