"""Read a bundle that may be damaged or made up: the right kinds of values, or the path of a wrong one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from question_bank import blueprints, corrections, items
from question_bank.blueprints import Blueprint
from question_bank.bundles import FORMAT
from question_bank.corrections import Correction
from question_bank.items import Item
from question_bank.paper import Placed
from question_bank.types.protocol import Policy

T = TypeVar("T")
_Reader = Callable[[Any, str], T]  #: of a value and its path; raises Unreadable with the path
_NEEDED: Any = object()


class Unreadable(Exception):
    """Say where a bundle cannot be read."""


class Answered(NamedTuple):
    """Hold an entry of the journal."""

    seq: int
    key: str
    slot: int
    response: Any
    received_at: datetime


class Given(NamedTuple):
    """Hold a mark."""

    slot: int
    kind: str
    share: Fraction
    mark: Decimal
    is_dropped: bool


class Result(NamedTuple):
    """Hold a result."""

    score: Decimal
    full_marks: Decimal
    is_passed: bool


@dataclass(frozen=True)
class Evidence:
    """Hold what a bundle says, as far as it can be checked."""

    scorer: str
    blueprint: Blueprint
    policy: Policy
    pass_percent: int
    markers: int
    tolerance_percent: int  #: how far apart two markers may be
    tolerance_seconds: int  #: for a slow last save
    seed: str
    avoided: list[int] | None  #: None: not recorded
    barred: list[int]
    started_at: datetime
    closes_at: datetime
    ended_at: datetime | None
    pool: list[tuple[int, int, int]]
    items: dict[int, Item]
    digests: dict[int, str]
    slots: list[Placed]
    journal: list[Answered]
    corrections: list[Correction]
    marks: list[Given]
    results: list[Result]


def loaded(data: bytes) -> dict[str, Any]:
    """Return the JSON object of a file.

    :raises Unreadable: where it is none, or none that states to be such evidence.
    """
    try:
        bundle = json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"this is no JSON: {error}") from None
    if not isinstance(bundle, dict) or bundle.get("format") != FORMAT:
        raise Unreadable(f"this is no evidence in the form {FORMAT}")
    return bundle


def evidence(bundle: Mapping[str, Any]) -> Evidence:
    """Return what a bundle says.

    :raises Unreadable: with the path of the first value that is missing or of the wrong kind.
    """
    exam, attempt = _field(bundle, "", "exam", _mapping), _field(bundle, "", "attempt", _mapping)
    stated = {_id(id_, f"items.{id_}"): each for id_, each in _field(bundle, "", "items", _mapping).items()}
    return Evidence(
        scorer=_field(bundle, "", "scorer", _text),
        blueprint=_field(exam, "exam", "blueprint", _blueprint),
        policy=_field(exam, "exam", "choice_policy", _policy),
        pass_percent=_field(exam, "exam", "pass_percent", _number),
        markers=_field(exam, "exam", "markers", _number, 1),
        tolerance_percent=_field(exam, "exam", "marker_tolerance_percent", _number, 0),
        tolerance_seconds=_field(exam, "exam", "tolerance_seconds", _number, 0),
        seed=_field(attempt, "attempt", "seed", _text),
        avoided=_field(attempt, "attempt", "avoided", _optional(_list(_number)), None),
        barred=_field(attempt, "attempt", "barred", _list(_number), []),
        started_at=_field(attempt, "attempt", "started_at", _moment),
        closes_at=_field(attempt, "attempt", "closes_at", _moment),
        ended_at=_field(attempt, "attempt", "ended_at", _optional(_moment)),
        pool=_field(bundle, "", "pool", _list(_row)),
        items={id_: _field(each, f"items.{id_}", "item", _item) for id_, each in stated.items()},
        digests={id_: _field(each, f"items.{id_}", "digest", _text) for id_, each in stated.items()},
        slots=_field(bundle, "", "slots", _list(_slot)),
        journal=_field(bundle, "", "journal", _list(_entry)),
        corrections=_field(bundle, "", "corrections", _list(_correction)),
        marks=_field(bundle, "", "marks", _list(_mark)),
        results=_field(bundle, "", "results", _list(_result)),
    )


def _field(value: Any, where: str, name: str, reader: _Reader[T], default: Any = _NEEDED) -> T:
    """Return one value of a JSON object, read by its reader."""
    path = f"{where}.{name}" if where else name
    mapping = _mapping(value, where)
    if name not in mapping and default is not _NEEDED:
        return default  # type: ignore[no-any-return]
    return reader(mapping.get(name), path)


def _list(reader: _Reader[T]) -> _Reader[list[T]]:
    def read(value: Any, where: str) -> list[T]:
        if not isinstance(value, list):
            raise Unreadable(where)
        return [reader(each, f"{where}.{at}") for at, each in enumerate(value, 1)]

    return read


def _optional(reader: _Reader[T]) -> _Reader[T | None]:
    return lambda value, where: None if value is None else reader(value, where)


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Unreadable(where)
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise Unreadable(where)
    return value


def _number(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise Unreadable(where)
    return value


def _yes_or_no(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise Unreadable(where)
    return value


def _id(value: Any, where: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,17}", _text(value, where), re.ASCII):
        raise Unreadable(where)
    return int(value)


def _moment(value: Any, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, where))
    except ValueError:
        raise Unreadable(where) from None
    if moment.tzinfo is None:
        raise Unreadable(where)
    return moment


def _decimal(value: Any, where: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,2})?", _text(value, where), re.ASCII):
        raise Unreadable(where)
    return Decimal(value)


def _share(value: Any, where: str) -> Fraction:
    """Read a share: 0, 1 or 3/4; what is no share of a whole is for the checks to find."""
    if not re.fullmatch("-?[0-9]{1,30}(/[1-9][0-9]{0,30})?", _text(value, where), re.ASCII):
        raise Unreadable(where)
    return Fraction(value)


def _policy(value: Any, where: str) -> Policy:
    if value not in list(Policy):
        raise Unreadable(where)
    return Policy(value)


def _blueprint(value: Any, where: str) -> Blueprint:
    read = blueprints.from_dict(_mapping(value, where))
    if not isinstance(read, Blueprint):
        raise Unreadable(f"{where}.{read[0].where}")
    return read


def _item(value: Any, where: str) -> Item:
    read = items.from_dict(_mapping(value, where))
    if not isinstance(read, Item):
        raise Unreadable(f"{where}.{read[0].where}")
    return read


def _row(value: Any, where: str) -> tuple[int, int, int]:
    cell, id_, difficulty = _several(value, where, 3)
    return cell, id_, difficulty


def _several(value: Any, where: str, size: int) -> list[int]:
    numbers = _list(_number)(value, where)
    if len(numbers) != size:
        raise Unreadable(where)
    return numbers


def _slot(value: Any, where: str) -> Placed:
    return Placed(
        _field(value, where, "number", _number),
        _field(value, where, "section", _number),
        _field(value, where, "item", _number),
        _field(value, where, "max_mark", _decimal),
        _field(value, where, "arrangement", _list(lambda each, _: each)),
    )


def _entry(value: Any, where: str) -> Answered:
    return Answered(
        _field(value, where, "seq", _number),
        _field(value, where, "key", _text),
        _field(value, where, "slot", _number),
        _field(value, where, "response", lambda each, _: each),
        _field(value, where, "received_at", _moment),
    )


def _correction(value: Any, where: str) -> Correction:
    read = corrections.from_dict(_field(value, where, "correction", _mapping))
    if not isinstance(read, Correction):
        raise Unreadable(f"{where}.correction.{read[0].where}")
    return read


def _mark(value: Any, where: str) -> Given:
    return Given(
        _field(value, where, "slot", _number),
        _field(value, where, "kind", _text),
        _field(value, where, "fraction", _share),
        _field(value, where, "mark", _decimal),
        _field(value, where, "is_dropped", _yes_or_no, False),
    )


def _result(value: Any, where: str) -> Result:
    return Result(
        _field(value, where, "score", _decimal),
        _field(value, where, "max_score", _decimal),
        _field(value, where, "is_passed", _yes_or_no),
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; one name twice could be read in two ways."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return dict(pairs)


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")
