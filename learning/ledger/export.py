"""Write the ledger into a file of its own and read such a file: one JSON object a line."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from learning.ledger.chain import Checkpoint, Sealed

FORMAT = "ledger/1"
CHECKPOINT_FORMAT = "ledger-checkpoint/1"
#: Characters of one line; longer ones were not written here.
LONGEST_LINE = 1_000_000


class Unreadable(Exception):
    """A line of a file that is no line of an exported ledger; holds its number."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def lines(
    public_key: str, chain: Iterable[Sealed], checkpoints: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield the lines of an export: a head, every entry, every signed checkpoint."""
    yield _line({"format": FORMAT, "public_key": public_key})
    for entry in chain:
        yield _line(
            {
                "seq": entry.seq,
                "content": entry.content,
                "code": entry.code,
                "digest": entry.digest,
                "seal": entry.seal,
            }
        )
    for checkpoint in checkpoints:
        yield _line(checkpoint)


def checkpoint_line(seq: int, digest: str, made_at: str, signature: str, public_key: str) -> dict[str, Any]:
    """Return a signed checkpoint as it is exported or sent to the unit above."""
    return {
        "format": CHECKPOINT_FORMAT,
        "seq": seq,
        "digest": digest,
        "made_at": made_at,
        "signature": signature,
        "public_key": public_key,
    }


def read(text: Iterable[str]) -> Iterator[Sealed | dict[str, Any]]:
    """Yield entries, and as they are all other objects of a file.

    :raises Unreadable: at the first line that is neither.
    """
    for number, line in enumerate(text, 1):
        if line.strip():
            yield _read(line, number)


def _read(line: str, number: int) -> Sealed | dict[str, Any]:
    try:
        value = json.loads(line) if len(line) <= LONGEST_LINE else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Unreadable(number)
    if "format" in value:
        return value
    if not isinstance(value.get("seq"), int) or not isinstance(value.get("content"), dict):
        raise Unreadable(number)
    texts = [value.get(name) for name in ("code", "digest", "seal")]
    if not all(isinstance(text, str) and text.isascii() for text in texts):
        raise Unreadable(number)
    return Sealed(value["seq"], value["content"], *map(str, texts))


def checkpoint_in(value: Mapping[str, Any]) -> Checkpoint | None:
    """Return what a checkpoint says, None where the object is none."""
    seq, digest = value.get("seq"), value.get("digest")
    is_one = value.get("format") == CHECKPOINT_FORMAT and isinstance(seq, int) and isinstance(digest, str)
    return Checkpoint(int(seq or 0), str(digest)) if is_one and str(digest).isascii() else None


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n"
