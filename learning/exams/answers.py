"""Read the answers that a page sends: anything may come, nothing but what is listed goes on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

from werkzeug.datastructures import MultiDict

from learning.exams.kinds import EventKind

#: Answers in one request; a page that was offline sends the rest with the next one.
MOST_ENTRIES = 200
#: Bytes of one request: a batch of long texts, and nothing like an attack.
LARGEST_BODY = 2 * 1024 * 1024

_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
#: Names of fields inside a slot: "", "1", "2-1".
_FIELD = re.compile(r"[A-Za-z0-9_-]{0,20}")
_CLIENT_TIME = re.compile(r"[0-9TZ:.+-]{1,40}")
_SLOT_FIELD = re.compile(r"slot-([0-9]{1,4})(?:-(.*))?", re.DOTALL)

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class SentAnswer:
    """One answer as it came: the key the page gave it, its slot, and the form fields of that slot."""

    key: str
    slot: int
    fields: Fields
    client_time: str | None = None


@dataclass(frozen=True)
class SentEvent:
    """Something that the page noted beside answers: that it lost the focus."""

    key: str
    client_time: str | None = None


def read_events(value: object) -> list[SentEvent] | None:
    """Return the events of a request, none where it names none, or None where they are none of ours."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        return None
    events = [event for each in value if (event := _read_event(each)) is not None]
    return events if len(events) == len(value) else None


def _read_event(value: object) -> SentEvent | None:
    if not isinstance(value, dict) or value.get("kind") != EventKind.FOCUS_LOST:
        return None
    key = value.get("key")
    return SentEvent(key, _read_time(value.get("client_time"))) if _is_key(key) else None


def read_entries(value: object) -> list[SentAnswer] | None:
    """Return the answers of a request, or None where it is none of ours: then nothing of it is saved.

    A page with nothing to save sends none, to learn how much time is left and whether it may still write.
    """
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        return None
    entries = [entry for each in value if (entry := _read_entry(each)) is not None]
    return entries if len(entries) == len(value) else None


def _read_entry(value: object) -> SentAnswer | None:
    if not isinstance(value, dict):
        return None
    key, slot, fields = value.get("key"), value.get("slot"), _read_fields(value.get("fields"))
    if not _is_key(key) or fields is None:
        return None
    if not isinstance(slot, int) or isinstance(slot, bool) or not 0 < slot < 10_000:
        return None
    return SentAnswer(key, slot, fields, _read_time(value.get("client_time")))


def _is_key(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(_KEY.fullmatch(value))


def _read_time(value: object) -> str | None:
    return value if isinstance(value, str) and _CLIENT_TIME.fullmatch(value) else None


def _read_fields(value: object) -> Fields | None:
    if not isinstance(value, list):
        return None
    pairs = [pair for pair in value if _is_field(pair)]
    return [(pair[0], pair[1]) for pair in pairs] if len(pairs) == len(value) else None


def _is_field(pair: object) -> bool:
    if not isinstance(pair, list) or len(pair) != 2:
        return False
    name, text = pair
    return isinstance(name, str) and isinstance(text, str) and bool(_FIELD.fullmatch(name))


def read_form(form: MultiDict[str, str]) -> dict[int, Fields]:
    """Return the form fields of each slot that the form contained whole.

    A page that was cut off while loading sends only its first questions. Each question is followed by a
    hidden field that says it was there; a slot without one is left as it is, not emptied.
    """
    shown = {int(number) for number in form.getlist("shown") if re.fullmatch("[0-9]{1,4}", number)}
    found: dict[int, Fields] = {number: [] for number in sorted(shown)}
    for name, text in _pairs(form):
        slot = _SLOT_FIELD.fullmatch(name)
        if slot and int(slot[1]) in found:
            field = slot[2] or ""
            # A name that no page of ours has cannot be kept; the type then refuses the slot.
            found[int(slot[1])].append((field if _FIELD.fullmatch(field) else "?", text))
    return found


def _pairs(form: MultiDict[str, str]) -> Iterable[tuple[str, str]]:
    return form.items(multi=True)
