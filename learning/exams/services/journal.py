"""Save answers: the only place that writes the journal, and the only one that says "saved"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learning.core.db import transaction
from learning.exams import rules
from learning.exams.answers import Fields, SentAnswer
from learning.exams.models import Attempt, JournalEntry
from learning.exams.queries import attempts
from learning.exams.rules import EntryRefusal, WriteRefusal
from question_bank import types
from question_bank.types.protocol import BadResponse


@dataclass
class Receipt:
    """What became of the answers sent: a key stands in `saved` only if its answer is in the journal."""

    seq: int
    closes_at: datetime
    #: Why nothing more could be written; what stands in `saved` was saved before.
    refusal: WriteRefusal | None
    saved: list[str] = field(default_factory=list)
    #: By key.
    refused: dict[str, EntryRefusal] = field(default_factory=dict)
    #: By slot, for a form without JavaScript.
    refused_slots: dict[int, EntryRefusal] = field(default_factory=dict)


def append(attempt_id: int, place: str, sent: Sequence[SentAnswer], now: datetime) -> Receipt | None:
    """Journal answers once each, and say which are saved; None where there is no such attempt.

    The caller acknowledges only after this returned, that is after the commit. An answer whose key is in
    the journal is acknowledged whatever happened since: the first reply may have been lost on its way.
    """
    with transaction() as session:
        attempt = attempts.locked_attempt(session, attempt_id)
        return _append(session, attempt, place, sent, now) if attempt else None


def append_form(
    attempt_id: int, place: str, form: Mapping[int, Fields], request_id: str, now: datetime
) -> Receipt | None:
    """Journal what a form without JavaScript changed; a form sent twice changes nothing the second time."""
    with transaction() as session:
        attempt = attempts.locked_attempt(session, attempt_id)
        if attempt is None:
            return None
        last = attempts.last_answers(session, attempt_id)
        kinds = attempts.slot_types(session, attempt_id, form.keys())
        changed = [
            SentAnswer(f"form-{request_id}-{slot}", slot, fields)
            for slot, fields in form.items()
            if slot in kinds and _read(kinds[slot], fields) != (last[slot].response if slot in last else None)
        ]
        receipt = _append(session, attempt, place, changed, now)
        slots = {answer.key: answer.slot for answer in changed}
        receipt.refused_slots = {slots[key]: reason for key, reason in receipt.refused.items()}
        return receipt


def _append(
    session: Session, attempt: Attempt, place: str, sent: Sequence[SentAnswer], now: datetime
) -> Receipt:
    is_locked = attempt.locked_at is not None
    refusal = rules.write_refusal(attempt.state, attempt.saves_until, attempt.place, place, is_locked, now)
    known = attempts.entries_by_key(session, attempt.id, [answer.key for answer in sent])
    kinds = attempts.slot_types(session, attempt.id, {answer.slot for answer in sent})
    receipt = Receipt(attempt.journal_length, attempt.closes_at, refusal)
    for answer in sent:
        response = _read(kinds.get(answer.slot), answer.fields)
        if answer.key in known:
            _acknowledge_again(receipt, known[answer.key], answer, response)
        elif refusal is not None:
            continue
        elif isinstance(response, EntryRefusal):
            receipt.refused[answer.key] = response
        else:
            receipt.seq += 1
            known[answer.key] = _entry(attempt, receipt.seq, answer, response, place, now)
            session.add(known[answer.key])
            receipt.saved.append(answer.key)
    attempt.journal_length = receipt.seq
    return receipt


def _acknowledge_again(receipt: Receipt, entry: JournalEntry, answer: SentAnswer, response: Any) -> None:
    if entry.slot_number == answer.slot and entry.response["value"] == response:
        receipt.saved.append(answer.key)
    else:
        # To call another answer saved because its key is known would lose it.
        receipt.refused[answer.key] = EntryRefusal.KEY_REUSED


def _read(type_name: str | None, fields: Fields) -> Any:
    """Return the response of a slot's fields, or why it cannot be kept."""
    if type_name is None:
        return EntryRefusal.UNKNOWN_SLOT
    response = types.get(type_name).read_response(fields)
    return EntryRefusal.UNREADABLE if isinstance(response, BadResponse) else response


def _entry(
    attempt: Attempt, seq: int, answer: SentAnswer, response: Any, place: str, now: datetime
) -> JournalEntry:
    return JournalEntry(
        attempt_id=attempt.id,
        seq=seq,
        key=answer.key,
        slot_number=answer.slot,
        response={"value": response},
        received_at=now,
        client_time=answer.client_time,
        place=place,
    )
