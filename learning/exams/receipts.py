"""Make the short code that a learner sees after handing in, by which anyone can ask the server about it."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

#: Crockford's base 32: no I, L, O and U, which people take for something else.
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: What people write for a digit, as Crockford reads it.
_READ = str.maketrans({"I": "1", "L": "1", "O": "0"})
#: Bits of the seal; whoever tries out codes has to be signed in.
SEAL_BITS = 40
GROUP = 4


@dataclass(frozen=True)
class HandedIn:
    """What a code stands for: an attempt with its end and the answers that count."""

    attempt_id: int
    ended_at: datetime
    entries: int
    #: Slot, place in the journal and response of each answer that counts.
    answers: Iterable[tuple[int, int, Any]]


def code_of(handed_in: HandedIn) -> str:
    """Return the code, in groups of four; any change of what it stands for makes it another."""
    number = handed_in.attempt_id << SEAL_BITS | _seal(handed_in)
    digits = ""
    while number or len(digits) % GROUP:
        digits, number = DIGITS[number & 31] + digits, number >> 5
    return "-".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def attempt_id_in(code: str) -> int | None:
    """Return the attempt that a code names, rightly or not, or None where it is no code at all."""
    digits = "".join(code.upper().split()).replace("-", "").translate(_READ)
    if not 0 < len(digits) <= 24 or not set(digits) <= set(DIGITS):
        return None
    number = 0
    for digit in digits:
        number = number << 5 | DIGITS.index(digit)
    attempt_id = number >> SEAL_BITS
    return attempt_id if 0 < attempt_id < 2**63 else None


def is_right(code: str, handed_in: HandedIn) -> bool:
    """Return whether the code is the one of what was handed in."""
    digits = "".join(code.upper().split()).replace("-", "").translate(_READ)
    return hmac.compare_digest(digits, code_of(handed_in).replace("-", ""))


def _seal(handed_in: HandedIn) -> int:
    said = [
        handed_in.attempt_id,
        handed_in.ended_at.isoformat(),
        handed_in.entries,
        sorted(handed_in.answers, key=lambda answer: answer[0]),
    ]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    secret = f"exam receipt\0{current_app.config['SECRET_KEY']}".encode()
    digest = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[: SEAL_BITS // 8], "big")
