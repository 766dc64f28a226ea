"""Chain entries so that any later change shows: pure, and all that a verifier needs.

Each entry gets a keyed code over its own content when it is written, and a seal later: its place, a digest
over the seal before it and its content, and a keyed code over that digest. Who can write into the database
but has not the key can forge neither. Cutting off the end leaves a chain that is in order; only a checkpoint,
a signed digest kept elsewhere, tells of that.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

#: Before the first entry.
NOTHING = "0" * 64


class Fault(StrEnum):
    """What is wrong with an entry."""

    #: A place is empty, doubled or out of order.
    PLACE = "place"
    #: The content is not what was sealed, or the entry before it is not.
    DIGEST = "digest"
    #: A keyed code does not fit: written or sealed by somebody without the key.
    CODE = "code"
    #: The digest at a checkpoint is not the one that was signed.
    CHECKPOINT = "checkpoint"
    #: There are fewer entries than a checkpoint tells of.
    CUT_OFF = "cut_off"
    #: An entry cannot be read.
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Sealed:
    """An entry with its seal."""

    #: From 1, without a gap.
    seq: int
    content: Mapping[str, Any]
    code: str
    digest: str
    seal: str


@dataclass(frozen=True)
class Checkpoint:
    """A digest that was signed and kept elsewhere."""

    seq: int
    digest: str


@dataclass(frozen=True)
class Found:
    """The first entry that is not in order."""

    seq: int
    fault: Fault


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the one form in which a content is digested."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def code_of(key: bytes, content: Mapping[str, Any]) -> str:
    """Return the keyed code of an entry's own content (HMAC-SHA-256)."""
    return hmac.digest(key, b"entry\0" + canonical(content), "sha256").hex()


def digest_of(previous: str, seq: int, content: Mapping[str, Any]) -> str:
    """Return the digest of an entry at its place in the chain (SHA-256)."""
    return hashlib.sha256(f"{previous}\0{seq}\0".encode() + canonical(content)).hexdigest()


def seal_of(key: bytes, digest: str) -> str:
    """Return the keyed code of a digest (HMAC-SHA-256)."""
    return hmac.digest(key, b"seal\0" + digest.encode(), "sha256").hex()


def sealed(
    key: bytes, previous: str, first: int, entries: Iterable[tuple[Mapping[str, Any], str]]
) -> Iterator[Sealed]:
    """Yield the entries with their seals, going on from a digest; each comes with its own code."""
    for seq, (content, code) in enumerate(entries, first):
        previous = digest_of(previous, seq, content)
        yield Sealed(seq, content, code, previous, seal_of(key, previous))


def first_fault(
    entries: Iterable[Sealed], key: bytes | None = None, checkpoints: Iterable[Checkpoint] = ()
) -> Found | None:
    """Return the first entry that is not in order, None where all are; in one pass, in constant memory.

    Without the key the codes are not looked at.
    """
    expected = {checkpoint.seq: checkpoint.digest for checkpoint in checkpoints}
    seq, previous = 0, NOTHING
    for entry in entries:
        seq += 1
        fault = _fault(entry, seq, previous, key) or _at_checkpoint(entry, expected)
        if fault is not None:
            return Found(seq, fault)
        previous = entry.digest
    last = max(expected, default=0)
    return Found(seq + 1, Fault.CUT_OFF) if last > seq else None


def _fault(entry: Sealed, seq: int, previous: str, key: bytes | None) -> Fault | None:
    if entry.seq != seq:
        return Fault.PLACE
    if not hmac.compare_digest(entry.digest, digest_of(previous, seq, entry.content)):
        return Fault.DIGEST
    if key is None:
        return None
    codes = (entry.code, code_of(key, entry.content)), (entry.seal, seal_of(key, entry.digest))
    return None if all(hmac.compare_digest(*pair) for pair in codes) else Fault.CODE


def _at_checkpoint(entry: Sealed, expected: Mapping[int, str]) -> Fault | None:
    known = expected.get(entry.seq)
    return None if known is None or hmac.compare_digest(known, entry.digest) else Fault.CHECKPOINT
