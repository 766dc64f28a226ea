"""Verify an exported ledger without the site."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from learning.ledger import chain, export
from learning.ledger.chain import Checkpoint, Fault, Sealed

FAULTS = {
    Fault.PLACE: "a place is empty, doubled or out of order",
    Fault.DIGEST: "the content is not what was sealed",
    Fault.CODE: "written or sealed by somebody without the key",
    Fault.CHECKPOINT: "the chain is not the one that was signed at the checkpoint",
    Fault.CUT_OFF: "entries are missing at the end",
    Fault.UNREADABLE: "this entry cannot be read",
}
IN_ORDER, NOT_IN_ORDER, CANNOT_TELL = 0, 1, 2


class CannotTell(Exception):
    """The files given do not allow a verdict; the message says why."""


def main(words: Sequence[str] | None = None) -> int:
    """Verify and say what was found: 0 in order, 1 not in order, 2 cannot tell."""
    parser = argparse.ArgumentParser(prog="python -m learning.ledger_verify", description=__doc__)
    parser.add_argument("file", type=Path, help="an export of the ledger")
    parser.add_argument("--key", type=Path, help="file with the key of the chain, to check the codes too")
    parser.add_argument(
        "--checkpoint", type=Path, action="append", default=[], help="a checkpoint kept elsewhere"
    )
    parser.add_argument("--public-key", default="", help="the site's public key, in hexadecimal")
    options = parser.parse_args(words)
    try:
        return _verify(options.file, options.key, options.checkpoint, options.public_key)
    except CannotTell as reason:
        print(f"cannot tell: {reason}")
        return CANNOT_TELL
    except export.Unreadable as unreadable:
        print(f"line {unreadable.line}: {FAULTS[Fault.UNREADABLE]}")
        return NOT_IN_ORDER


def _verify(path: Path, key_path: Path | None, checkpoint_paths: Sequence[Path], public_key: str) -> int:
    key = _key(key_path) if key_path else None
    # The checkpoints stand at the end of an export, and the chain is checked against them in one pass.
    inside = [value for value in _values(path) if isinstance(value, dict)]
    head = inside[0] if inside else {}
    if head.get("format") != export.FORMAT:
        raise CannotTell(f"{path} is no export of a ledger")
    trusted = public_key or str(head.get("public_key"))
    outside = [value for each in checkpoint_paths for value in _values(each) if isinstance(value, dict)]
    known = [_checked(value, trusted) for value in [*inside[1:], *outside]]
    entries = (each for each in _values(path) if isinstance(each, Sealed))
    found = chain.first_fault(entries, key, known)
    if found:
        print(f"entry {found.seq}: {FAULTS[found.fault]}")
        return NOT_IN_ORDER
    count = sum(isinstance(value, Sealed) for value in _values(path))
    print(f"in order: {count} entries, {len(known)} checkpoints")
    print("codes: checked" if key else "codes: not checked (give --key)")
    if not public_key:
        print("public key: taken from the file itself (give --public-key)")
    if not checkpoint_paths:
        print("a cut off end shows only against a checkpoint kept elsewhere (give --checkpoint)")
    return IN_ORDER


def _values(path: Path) -> Iterator[Sealed | dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            yield from export.read(file)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotTell(f"{path} cannot be read ({type(error).__name__})") from None


def _key(path: Path) -> bytes:
    try:
        return bytes.fromhex(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CannotTell(f"{path} holds no key") from None


def _checked(value: Mapping[str, Any], public_key: str) -> Checkpoint:
    """Return a checkpoint whose signature is that of the site."""
    found = export.checkpoint_in(value)
    if found is None:
        raise CannotTell(f"this is no checkpoint: {json.dumps(value, ensure_ascii=False)[:80]}")
    statement = chain.canonical(
        {"format": export.CHECKPOINT_FORMAT, "seq": found.seq, "digest": found.digest}
    )
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(str(value.get("signature"))), statement)
    except (ValueError, InvalidSignature):
        raise CannotTell(f"the signature of the checkpoint at entry {found.seq} does not fit") from None
    return found


if __name__ == "__main__":
    sys.exit(main())
