"""Read the form fields of one slot: the checks that every type begins with."""

from __future__ import annotations

import re

from question_bank.texts import printable
from question_bank.types.protocol import BadResponse, Fields

MOST_FIELDS = 100
NO_NAME = re.compile("")  #: of the field of a type that needs only one
LONGEST_RESPONSE = 20_000  #: characters, all fields together


def read_fields(fields: Fields) -> dict[str, list[str]] | BadResponse:
    """Return the values by field name, cleaned, blank ones left out."""
    if not _are_fields(fields):
        return BadResponse.NOT_FIELDS
    if len(fields) > MOST_FIELDS:
        return BadResponse.TOO_MANY
    if sum(len(name) + len(value) for name, value in fields) > LONGEST_RESPONSE:
        return BadResponse.TOO_LONG
    values: dict[str, list[str]] = {}
    for name, value in fields:
        text = printable(value)
        if text.strip():
            values.setdefault(name, []).append(text)
    return values


def read_single_values(
    fields: Fields, names: re.Pattern[str], values: re.Pattern[str]
) -> dict[str, str] | BadResponse:
    """Return one value for each field, every name and every value of the given form, ordered by name."""
    read = read_fields(fields)
    if isinstance(read, BadResponse):
        return read
    if not all(names.fullmatch(name) for name in read):
        return BadResponse.UNKNOWN_FIELD
    if any(len(several) > 1 for several in read.values()):
        return BadResponse.TWO_VALUES
    if not all(values.fullmatch(value) for (value,) in read.values()):
        return BadResponse.UNKNOWN_VALUE
    return {name: read[name][0] for name in sorted(read, key=lambda name: (len(name), name))}


def _are_fields(fields: object) -> bool:
    """Tell whether these are pairs of texts; fields that came as JSON may be anything."""
    return isinstance(fields, list | tuple) and all(
        isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(text, str) for text in pair)
        for pair in fields
    )
