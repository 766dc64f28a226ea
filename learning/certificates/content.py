"""Write down what a certificate says, once and for all: a value of texts, lists and whole numbers."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from learning.certificates.kinds import CertificateKind
from learning.certificates.rules import Draft, HoursLine, grouped

FORMAT = "certificate/1"


@dataclass(frozen=True)
class Holder:
    """Whom a certificate is for."""

    name: str
    unit: str
    post: str


@dataclass(frozen=True)
class Issuer:
    """The organisation that issues."""

    code: str
    name: str


@dataclass(frozen=True)
class Mark:
    """What is given to a certificate when it is issued."""

    number: str
    code: str
    issued_on: date
    verify_url: str
    #: The number of the revoked certificate that this one replaces.
    replaces: str = ""


def content_of(
    kind: CertificateKind, issuer: Issuer, holder: Holder, draft: Draft, mark: Mark
) -> dict[str, Any]:
    """Return the frozen content: all that the paper, the public page and the files are made of."""
    is_statement = kind is CertificateKind.HOURS
    return {
        "format": FORMAT,
        "kind": kind.value,
        "number": mark.number,
        "code": grouped(mark.code),
        "verify_url": mark.verify_url,
        "replaces": mark.replaces,
        "issuer": {"code": issuer.code, "name": issuer.name},
        "issued_on": mark.issued_on.isoformat(),
        "person": {"name": holder.name, "unit": holder.unit, "post": holder.post},
        "title": draft.title,
        "starts_on": draft.starts_on.isoformat(),
        "ends_on": draft.ends_on.isoformat(),
        "modules": draft.modules,
        "total_hours": number_text(draft.hours),
        "hours": [{"kind": kind, "hours": number_text(hours)} for kind, hours in draft.hours_by_kind.items()],
        "records": [_record(line) for line in draft.lines] if is_statement else [],
        "clauses": list(draft.clauses),
    }


def _record(line: HoursLine) -> dict[str, str]:
    return {
        "kind": line.kind,
        "title": line.title,
        "by": line.by,
        "starts_on": line.starts_on.isoformat(),
        "ends_on": line.ends_on.isoformat(),
        "hours": number_text(line.hours),
    }


def number_text(number: Decimal) -> str:
    """Return a number of hours without needless zeros, such as 12.5."""
    return f"{number.normalize():f}"


def characters_of(content: Mapping[str, Any]) -> frozenset[str]:
    """Return every character that the paper shows of a content."""
    return frozenset("".join(_texts(content)))


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def as_text(file: Mapping[str, Any]) -> str:
    """Return a file for people's hands as text."""
    return json.dumps(file, ensure_ascii=False, indent=2) + "\n"
