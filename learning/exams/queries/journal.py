"""Read what the writing of the journal has to know, for many attempts at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from learning.accounts.models import Account
from learning.accounts.roles import Actor
from learning.core.db import Reads
from learning.core.kept import Kept
from learning.exams.kinds import Behaviour, EventKind
from learning.exams.models import Attempt, AttemptEvent, Exam, JournalEntry, Regrade, Sitting, Slot
from learning.questions.models import QuestionVersion


@dataclass
class Guard:
    """What decides whether an attempt may be written to, read and locked inside the write."""

    attempt_id: int
    state: str
    place: str
    browser: str
    closes_at: datetime
    saves_until: datetime
    hand_in_until: datetime
    locked_at: datetime | None
    journal_length: int
    reached: int
    focus_losses: int
    last_seen_at: datetime | None
    last_saved_at: datetime | None
    #: Of its person: the account, and whether it can still sign in; None where there is none.
    account_id: int | None
    account_name: str | None
    is_active: bool | None

    def acting(self, origin: Actor) -> Actor:
        """Return the learner as who acts, signed in or not; `origin` says from where the request came."""
        return replace(origin, account_id=self.account_id, name=self.account_name or "")


@dataclass(frozen=True)
class Frame:
    """What never changes about an attempt: whose exam it is of, and the type of question in each slot."""

    exam_id: int
    is_practice: bool
    types: dict[int, str]


_GUARDS = (
    select(
        Attempt.id,
        Attempt.state,
        Attempt.place,
        Attempt.browser,
        Attempt.closes_at,
        Attempt.saves_until,
        Attempt.hand_in_until,
        Attempt.locked_at,
        Attempt.journal_length,
        Attempt.reached,
        Attempt.focus_losses,
        Attempt.last_seen_at,
        Attempt.last_saved_at,
        Account.id,
        Account.display_name,
        Account.is_active,
    )
    .outerjoin(Account, Account.person_id == Attempt.person_id)
    .where(Attempt.id.in_(bindparam("ids", expanding=True)))
    # In one order everywhere: two processes that lock several attempts never wait for each other in a ring.
    .order_by(Attempt.id)
    .with_for_update(of=Attempt)
)
_FRAMES = (
    select(Slot.attempt_id, Exam.id, Exam.behaviour, Slot.number, QuestionVersion.type)
    .join(QuestionVersion, QuestionVersion.id == Slot.question_version_id)
    .join(Attempt, Attempt.id == Slot.attempt_id)
    .join(Sitting, Sitting.id == Attempt.sitting_id)
    .join(Exam, Exam.id == Sitting.exam_id)
    .where(Slot.attempt_id.in_(bindparam("ids", expanding=True)))
)
# Not by pairs: for (attempt_id, key) IN (…) SQLite reads the whole journal.
_KNOWN = select(
    JournalEntry.attempt_id, JournalEntry.key, JournalEntry.slot_number, JournalEntry.response
).where(
    JournalEntry.attempt_id.in_(bindparam("ids", expanding=True)),
    JournalEntry.key.in_(bindparam("keys", expanding=True)),
)
#: Keys asked for at once: every key is looked up in every attempt.
_MOST_KEYS = 64
_EVENTS = (
    select(AttemptEvent.attempt_id, AttemptEvent.detail)
    .where(
        AttemptEvent.attempt_id.in_(bindparam("ids", expanding=True)), AttemptEvent.kind == bindparam("kind")
    )
    .order_by(AttemptEvent.id)
)
_ERRATA = (
    select(Regrade.exam_id, func.count())
    .where(
        Regrade.exam_id.in_(bindparam("ids", expanding=True)),
        Regrade.is_approved.is_(True),
        Regrade.erratum != "",
    )
    .group_by(Regrade.exam_id)
)

#: Slots are append-only, and an exam with a sitting is frozen: no attempt ever changes its frame.
_KEPT_FRAMES: Kept[int, Frame] = Kept(4096)


def guards_of(reads: Reads, attempt_ids: Collection[int]) -> dict[int, Guard]:
    """Return what guards these attempts, and keep other writers away from them; one query."""
    rows: Iterable[Any] = reads.execute(_GUARDS, {"ids": sorted(attempt_ids)})
    return {row[0]: Guard(*row) for row in rows}


def frames_of(reads: Reads, attempt_ids: Collection[int]) -> dict[int, Frame]:
    """Return the frames of these attempts, asking only for those that this process has not met."""
    return _KEPT_FRAMES.get(attempt_ids, lambda missing: _load_frames(reads, missing))


def _load_frames(reads: Reads, attempt_ids: Collection[int]) -> dict[int, Frame]:
    found: dict[int, Frame] = {}
    for attempt_id, exam_id, behaviour, number, type_ in reads.execute(_FRAMES, {"ids": list(attempt_ids)}):
        frame = found.setdefault(attempt_id, Frame(exam_id, behaviour == Behaviour.PRACTICE, {}))
        frame.types[number] = type_
    return found


def known_entries(
    reads: Reads, keys: Mapping[int, Collection[str]]
) -> dict[tuple[int, str], tuple[int, Any]]:
    """Return slot and response of those entries that are in the journal, by attempt and key.

    One query for what usually comes, one for each attempt where pages bring much at once.
    """
    found: dict[tuple[int, str], tuple[int, Any]] = {}
    all_keys = {key for several in keys.values() for key in several}
    if len(all_keys) > _MOST_KEYS:
        asked = [([attempt_id], list(several)) for attempt_id, several in keys.items()]
    else:
        asked = [(list(keys), list(all_keys))] if all_keys else []
    for ids, several in asked:
        rows = reads.execute(_KNOWN, {"ids": ids, "keys": several})
        found.update({(row[0], row[1]): (row[2], row[3]["value"]) for row in rows})
    return found


def details_of(
    reads: Reads, attempt_ids: Collection[int], kind: EventKind
) -> dict[int, list[dict[str, Any]]]:
    """Return the details of all events of a kind, by attempt, in order."""
    found: dict[int, list[dict[str, Any]]] = {attempt_id: [] for attempt_id in attempt_ids}
    if attempt_ids:
        for attempt_id, detail in reads.execute(_EVENTS, {"ids": list(attempt_ids), "kind": kind}):
            found[attempt_id].append(detail)
    return found


def errata_counts(reads: Reads, exam_ids: Collection[int]) -> dict[int, int]:
    """Return how many corrections with a word to those who answer were approved for these exams."""
    counts = dict.fromkeys(exam_ids, 0)
    for exam_id, count in reads.execute(_ERRATA, {"ids": list(exam_ids)}):
        counts[exam_id] = count
    return counts
