"""Put all that an attempt and its score follow from into one signed file, which anybody can check.

The file is JSON in one canonical form. It names no person: whoever knows the attempt knows whose it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from question_bank import items as question_items
from question_bank.corrections import Correction
from question_bank.corrections import to_dict as correction_to_dict
from question_bank.items import Item
from question_bank.marks import print_marks
from question_bank.paper import Placed
from question_bank.scoring import SCORER

FORMAT = "attempt-evidence/1"
ALGORITHM = "Ed25519"

Facts = Mapping[str, object]  #: of JSON values, moments, decimals, fractions and members of enumerations


def build(
    *,
    exam: Facts,
    sitting: Facts,
    attempt: Facts,
    pool: Iterable[tuple[int, int, int]],
    items: Mapping[int, Item],
    slots: Iterable[Placed],
    journal: Iterable[Facts],
    events: Iterable[Facts] = (),
    time_changes: Iterable[Facts] = (),
    corrections: Iterable[tuple[Correction, Facts]] = (),
    marks: Iterable[Facts] = (),
    results: Iterable[Facts] = (),
) -> dict[str, Any]:
    """Return the evidence of an attempt, still without a signature.

    What each part has to state is checked by question_bank.bundles.reading; whatever it states beyond that
    is kept as it is. ``corrections`` are the approved ones in the order of their approval, each with when
    and why; ``items`` are those of the slots as learners met them.
    """
    bundle: dict[str, Any] = _plain(
        {
            "format": FORMAT,
            "scorer": SCORER,
            "exam": exam,
            "sitting": sitting,
            "attempt": attempt,
            "pool": sorted(pool),
            "items": {
                str(id_): {"digest": question_items.digest(item), "item": question_items.to_dict(item)}
                for id_, item in items.items()
            },
            "slots": [
                {
                    "number": placed.number,
                    "section": placed.section,
                    "item": placed.item,
                    "max_mark": print_marks(placed.marks),
                    "arrangement": placed.arrangement,
                }
                for placed in slots
            ],
            "journal": list(journal),
            "events": list(events),
            "time_changes": list(time_changes),
            "corrections": [
                {**facts, "correction": correction_to_dict(correction)} for correction, facts in corrections
            ],
            "marks": list(marks),
            "results": list(results),
        }
    )
    return bundle


def signed(bundle: Mapping[str, Any], public_key: str, sign: Callable[[bytes], str]) -> bytes:
    """Return the file: the evidence with its signature, both in hexadecimal as the key is."""
    signature = {"algorithm": ALGORITHM, "public_key": public_key, "value": sign(signed_part(bundle))}
    return canonical({**bundle, "signature": signature})


def signed_part(bundle: Mapping[str, Any]) -> bytes:
    """Return what the signature is of: everything but itself."""
    return canonical({name: value for name, value in bundle.items() if name != "signature"})


def canonical(value: Any) -> bytes:
    """Return JSON in the one form in which equal values are equal bytes.

    :raises ValueError: for what JSON cannot say.
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _plain(value: Any) -> Any:
    """Return a value as JSON: moments in ISO form, decimals and fractions as text, never as float."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
