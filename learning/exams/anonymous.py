"""Name answers to markers by codes that tell neither whose they are nor when they were written.

Every marker has codes of the own, and sees the answers in the order of these codes: it follows nothing, and
no two markers begin with the same answer.
"""

import hmac
from collections.abc import Iterable, Sequence

from learning.exams.queries.marking import AnswerRow

_LENGTH = 16


def in_order(
    rows: Iterable[AnswerRow], secret: str, account_id: int | None
) -> Sequence[tuple[str, AnswerRow]]:
    """Return the answers with their codes, as this marker sees them."""
    named = [(code_of(row, secret, account_id), row) for row in rows]
    return sorted(named, key=lambda each: each[0])


def code_of(row: AnswerRow, secret: str, account_id: int | None) -> str:
    """Return the code of an answer for a marker."""
    text = f"marking {account_id} {row.version_id} {row.attempt_id} {row.slot_number}"
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()[:_LENGTH]
