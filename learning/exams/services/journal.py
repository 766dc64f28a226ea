"""Save answers: the only place that writes the journal, and the only one that says "saved"."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, bindparam, insert, update

from learning.core.db import Database, database, reading
from learning.exams import rules
from learning.exams.answers import Fields, SentAnswer, SentEvent
from learning.exams.kinds import EventKind
from learning.exams.models import Attempt, AttemptEvent, JournalEntry
from learning.exams.queries import attempts
from learning.exams.queries import journal as queries
from learning.exams.queries.journal import Frame, Guard
from learning.exams.rules import EntryRefusal, WriteRefusal
from learning.exams.services.writer import GroupWriter
from question_bank import types
from question_bank.types.protocol import BadResponse

#: Losses of focus kept of one attempt: enough for whoever looks into it, and no way to fill the disk.
MOST_FOCUS_LOSSES = 200
#: Seconds for which the number of errata is believed; a page asks every twelve and must tell within 15.
ERRATA_SECONDS = 2.0


@dataclass(frozen=True)
class Save:
    """What one request of an exam page brings, and when it arrived: later is of no consequence."""

    attempt_id: int
    place: str
    answers: Sequence[SentAnswer]
    arrived_at: datetime
    events: Sequence[SentEvent] = ()


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
    #: Corrections of questions that the page has to tell of.
    errata: int = 0


def append(
    attempt_id: int,
    place: str,
    sent: Sequence[SentAnswer],
    now: datetime,
    events: Sequence[SentEvent] = (),
) -> Receipt | None:
    """Journal answers once each, and say which are saved; None where there is no such attempt.

    It returns after the commit. An answer whose key is in the journal is acknowledged whatever happened
    since: the first reply may have been lost on its way. Raises writer.Away where nothing could be stored.
    """
    return _writer().do(Save(attempt_id, place, sent, now, events))


def append_form(
    attempt_id: int, place: str, form: Mapping[int, Fields], request_id: str, now: datetime
) -> Receipt | None:
    """Journal what a form without JavaScript changed; a form sent twice changes nothing the second time."""
    last = attempts.last_answers(reading(), attempt_id)
    kinds = attempts.slot_types(reading(), attempt_id, form.keys())
    changed = [
        SentAnswer(f"form-{request_id}-{slot}", slot, fields)
        for slot, fields in form.items()
        if slot in kinds and _read(kinds[slot], fields) != (last[slot].response if slot in last else None)
    ]
    receipt = append(attempt_id, place, changed, now)
    if receipt is not None:
        slots = {answer.key: answer.slot for answer in changed}
        receipt.refused_slots = {slots[key]: reason for key, reason in receipt.refused.items()}
    return receipt


_WRITERS: WeakKeyDictionary[Database, GroupWriter[Save, Receipt | None]] = WeakKeyDictionary()


def _writer() -> GroupWriter[Save, Receipt | None]:
    """Return the writer of this process and database."""
    # Two first requests at once agree on one: setdefault is a single step.
    return _WRITERS.get(database()) or _WRITERS.setdefault(database(), GroupWriter(_Batch.write))


class _Batch:
    """The saves of one transaction: a fixed number of statements, however many they are."""

    def __init__(self, connection: Connection, saves: Sequence[Save]) -> None:
        ids = {save.attempt_id for save in saves}
        self.connection = connection
        self.guards = queries.guards_of(connection, ids)
        self.frames = queries.frames_of(connection, self.guards.keys())
        self.known = queries.known_entries(connection, _keys(saves))
        self.checked = self._checked()
        self.losses = self._known_losses(saves)
        self.entries: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.seen: dict[int, Guard] = {}

    @classmethod
    def write(cls, connection: Connection, saves: Sequence[Save]) -> list[Receipt | None]:
        """Journal all of them; nothing is on record before the caller has committed."""
        batch = cls(connection, saves)
        receipts = [batch._take(save) for save in saves]
        batch._store()
        return receipts

    def _checked(self) -> Collection[tuple[int, int]]:
        """Return attempt and slot of the practice questions that were checked for the last time."""
        practising = [attempt_id for attempt_id, frame in self.frames.items() if frame.is_practice]
        details = queries.details_of(self.connection, practising, EventKind.CHECKED)
        return {
            (attempt_id, detail["slot"])
            for attempt_id, all_ in details.items()
            for detail in all_
            if detail["is_final"]
        }

    def _known_losses(self, saves: Sequence[Save]) -> dict[int, set[str]]:
        ids = {save.attempt_id for save in saves if save.events}
        details = queries.details_of(self.connection, ids, EventKind.FOCUS_LOST)
        return {attempt_id: {each["key"] for each in all_} for attempt_id, all_ in details.items()}

    def _take(self, save: Save) -> Receipt | None:
        guard = self.guards.get(save.attempt_id)
        if guard is None:
            return None
        refusal = write_refusal(guard, guard.saves_until, save.place, save.arrived_at)
        frame = self.frames.get(save.attempt_id, Frame(0, False, {}))
        receipt = Receipt(guard.journal_length, guard.closes_at, refusal)
        for answer in save.answers:
            self._take_answer(save, guard, frame, answer, receipt)
        if refusal in {None, WriteRefusal.LOCKED}:
            self._note(save, guard, receipt)
        receipt.errata = _errata(self.connection, frame.exam_id)
        return receipt

    def _take_answer(
        self, save: Save, guard: Guard, frame: Frame, answer: SentAnswer, receipt: Receipt
    ) -> None:
        response = _read(frame.types.get(answer.slot), answer.fields)
        name = (save.attempt_id, answer.key)
        if name in self.known:
            # To call another answer saved because its key is known would lose it.
            if self.known[name] == (answer.slot, response):
                receipt.saved.append(answer.key)
            else:
                receipt.refused[answer.key] = EntryRefusal.KEY_REUSED
        elif receipt.refusal is not None:
            return
        elif isinstance(response, EntryRefusal):
            receipt.refused[answer.key] = response
        elif refusal := self._slot_refusal(guard, answer.slot):
            receipt.refused[answer.key] = refusal
        else:
            receipt.seq += 1
            self.known[name] = (answer.slot, response)
            self.entries.append(_entry(save, guard, receipt.seq, answer, response))
            receipt.saved.append(answer.key)

    def _slot_refusal(self, guard: Guard, slot: int) -> EntryRefusal | None:
        if guard.reached and slot != guard.reached:
            return EntryRefusal.NOT_HERE
        return EntryRefusal.CHECKED if (guard.attempt_id, slot) in self.checked else None

    def _note(self, save: Save, guard: Guard, receipt: Receipt) -> None:
        """Note what the attempt's own row says of its page."""
        if receipt.seq > guard.journal_length:
            guard.journal_length, guard.last_saved_at = receipt.seq, save.arrived_at
        guard.last_seen_at = save.arrived_at
        self.seen[guard.attempt_id] = guard
        for event in save.events:
            known = self.losses[save.attempt_id]
            if event.key not in known and guard.focus_losses < MOST_FOCUS_LOSSES:
                known.add(event.key)
                guard.focus_losses += 1
                self.events.append(_event(save, event))

    def _store(self) -> None:
        if self.entries:
            self.connection.execute(_ENTER, self.entries)
        if self.events:
            self.connection.execute(_TELL, self.events)
        if self.seen:
            self.connection.execute(_MARK, [_marks(guard) for guard in self.seen.values()])


_ENTER = insert(JournalEntry.__table__)  # type: ignore[arg-type]  # mypy knows the table as any selectable
_TELL = insert(AttemptEvent.__table__)  # type: ignore[arg-type]
_MARK = (
    update(Attempt.__table__)  # type: ignore[arg-type]
    .where(Attempt.__table__.c.id == bindparam("attempt_id"))
    .values(
        journal_length=bindparam("length"),
        focus_losses=bindparam("losses"),
        last_seen_at=bindparam("seen_at"),
        last_saved_at=bindparam("saved_at"),
    )
)


def _marks(guard: Guard) -> dict[str, Any]:
    return {
        "attempt_id": guard.attempt_id,
        "length": guard.journal_length,
        "losses": guard.focus_losses,
        "seen_at": guard.last_seen_at,
        "saved_at": guard.last_saved_at,
    }


def write_refusal(guard: Guard, until: datetime, place: str, now: datetime) -> WriteRefusal | None:
    """Return why a page at this place may not write into an attempt."""
    if not guard.is_active:
        return WriteRefusal.SWITCHED_OFF
    return rules.write_refusal(guard.state, until, guard.place, place, guard.locked_at is not None, now)


def _read(type_name: str | None, fields: Fields) -> Any:
    """Return the response of a slot's fields, or why it cannot be kept."""
    if type_name is None:
        return EntryRefusal.UNKNOWN_SLOT
    response = types.get(type_name).read_response(fields)
    return EntryRefusal.UNREADABLE if isinstance(response, BadResponse) else response


def _keys(saves: Sequence[Save]) -> dict[int, set[str]]:
    """Return the keys that came for each attempt."""
    keys: dict[int, set[str]] = {}
    for save in saves:
        keys.setdefault(save.attempt_id, set()).update(answer.key for answer in save.answers)
    return keys


def _entry(save: Save, guard: Guard, seq: int, answer: SentAnswer, response: Any) -> dict[str, Any]:
    return {
        "attempt_id": save.attempt_id,
        "seq": seq,
        "key": answer.key,
        "slot_number": answer.slot,
        "response": {"value": response},
        "received_at": save.arrived_at,
        "client_time": answer.client_time,
        "place": save.place,
        "device": guard.browser,
    }


def _event(save: Save, event: SentEvent) -> dict[str, Any]:
    return {
        "attempt_id": save.attempt_id,
        "kind": EventKind.FOCUS_LOST,
        "happened_at": save.arrived_at,
        "cause": "",
        "detail": {"key": event.key, "client_time": event.client_time},
    }


#: By exam: the number of errata, and until when it is believed.
_ERRATA: WeakKeyDictionary[Database, dict[int, tuple[int, float]]] = WeakKeyDictionary()


def _errata(connection: Connection, exam_id: int) -> int:
    """Return how many corrections the pages of an exam have to tell of, at most some seconds old."""
    kept, moment = _ERRATA.setdefault(database(), {}), time.monotonic()
    count, until = kept.get(exam_id, (0, 0.0))
    if moment >= until:
        if len(kept) > 1000:
            kept.clear()
        count = queries.errata_counts(connection, [exam_id])[exam_id]
        kept[exam_id] = count, moment + ERRATA_SECONDS
    return count
