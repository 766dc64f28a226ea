"""What must be true afterwards: every acknowledged answer is in its journal, and every score is right."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bench.clients import AtApplication
from learning.core.db import make_engine
from learning.exams.models import Attempt, AttemptResult, Exam, JournalEntry, Sitting, Slot
from learning.questions.models import QuestionVersion
from learning.questions.queries.versions import item_from
from question_bank import scoring, types
from question_bank.items import Item
from question_bank.scoring import Entry, Place
from question_bank.types.protocol import Policy


@dataclass(frozen=True)
class Findings:
    """What was looked at and what is wrong; each wrong thing in a few words."""

    acknowledged: int
    entries: int
    results: int
    #: Acknowledged and not stored, or stored with another answer.
    lost: Sequence[str]
    #: Stored twice, or under a key that nobody sent.
    surplus: Sequence[str]
    #: Journals that are not numbered from 1 without a gap.
    gaps: Sequence[str]
    #: Results that differ from what the scorer makes of paper and journal, or that are missing.
    wrong_scores: Sequence[str]

    @property
    def is_sound(self) -> bool:
        """Return whether nothing is wrong."""
        return not (self.lost or self.surplus or self.gaps or self.wrong_scores)


@dataclass(frozen=True)
class _Stored:
    """All that the database holds about some attempts, by attempt."""

    papers: Mapping[int, Sequence[Place]]
    journals: Mapping[int, Sequence[Any]]
    lengths: Mapping[int, int]
    exams: Mapping[int, Any]
    results: Mapping[int, Any]
    items: Mapping[int, Item]


def check(url: str, learners: Iterable[AtApplication]) -> Findings:
    """Compare what learners were told with what the database holds."""
    sat = {learner.attempt_id: learner for learner in learners if learner.paper_url}
    engine = make_engine(url)
    with engine.connect() as connection:
        stored = _read(connection)
    engine.dispose()
    lost = [each for attempt, learner in sat.items() for each in _lost(stored, attempt, learner)]
    surplus = [each for attempt, learner in sat.items() for each in _surplus(stored, attempt, learner)]
    return Findings(
        acknowledged=sum(len(learner.acknowledged) for learner in sat.values()),
        entries=sum(len(stored.journals[attempt]) for attempt in sat),
        results=sum(attempt in stored.results for attempt in sat),
        lost=lost,
        surplus=surplus,
        gaps=[f"attempt {attempt}" for attempt in sat if _has_gap(stored, attempt)],
        wrong_scores=[each for attempt, learner in sat.items() for each in _wrong(stored, attempt, learner)],
    )


def told(found: Findings) -> str:
    """Return in a line what was found, with some examples of what is wrong."""
    wrong = [*found.lost[:3], *found.surplus[:3], *found.gaps[:3], *found.wrong_scores[:3]]
    return (
        f"acknowledged {found.acknowledged}, of them lost {len(found.lost)}; stored {found.entries}, of them "
        f"twice or unknown {len(found.surplus)}; journals with gaps {len(found.gaps)}; "
        f"results {found.results}, wrong or missing {len(found.wrong_scores)}"
        + "".join(f"\n  {each}" for each in wrong)
    )


def trouble(learners: Iterable[AtApplication], most: int = 5) -> str:
    """Return some of the requests that went wrong, nothing where there are none."""
    told = [line for learner in learners for line in learner.browser.trouble]
    return "".join(f"went wrong: {line}\n" for line in told[:most])


def _read(connection: Connection) -> _Stored:
    papers, journals = defaultdict[int, list[Place]](list), defaultdict[int, list[Any]](list)
    slots = select(Slot.attempt_id, Slot.number, Slot.question_version_id, Slot.max_mark)
    for row in connection.execute(slots.order_by(Slot.attempt_id, Slot.number)):
        papers[row.attempt_id].append(Place(row.number, row.question_version_id, row.max_mark))
    entries = select(
        JournalEntry.attempt_id,
        JournalEntry.seq,
        JournalEntry.key,
        JournalEntry.slot_number,
        JournalEntry.response,
    )
    for row in connection.execute(entries.order_by(JournalEntry.attempt_id, JournalEntry.seq)):
        journals[row.attempt_id].append(row)
    exams = (
        select(Attempt.id, Exam.choice_policy, Exam.pass_percent)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Exam, Exam.id == Sitting.exam_id)
    )
    results = select(
        AttemptResult.attempt_id, AttemptResult.score, AttemptResult.max_score, AttemptResult.is_passed
    )
    drawn = select(QuestionVersion.id, QuestionVersion.item).where(
        QuestionVersion.id.in_(select(Slot.question_version_id))
    )
    return _Stored(
        papers,
        journals,
        dict(iter(connection.execute(select(Attempt.id, Attempt.journal_length)))),
        {row.id: row for row in connection.execute(exams)},
        {row.attempt_id: row for row in connection.execute(results)},
        {id_: item_from(item) for id_, item in connection.execute(drawn)},
    )


def _lost(stored: _Stored, attempt: int, learner: AtApplication) -> list[str]:
    entries = {entry.key: entry for entry in stored.journals[attempt]}
    kinds = {place.number: stored.items[place.item].type for place in stored.papers[attempt]}
    found = []
    for key, (slot, fields) in learner.acknowledged.items():
        entry = entries.get(key)
        response = types.get(kinds[slot]).read_response([(name, value) for name, value in fields])
        if entry is None:
            found.append(f"{key} is not stored")
        elif (entry.slot_number, entry.response["value"]) != (slot, response):
            found.append(f"{key} is stored as {entry.slot_number} {entry.response}, not {slot} {response}")
    return found


def _surplus(stored: _Stored, attempt: int, learner: AtApplication) -> list[str]:
    times = Counter(entry.key for entry in stored.journals[attempt])
    return [f"{key} × {count}" for key, count in times.items() if count > 1 or not learner.has_sent(key)]


def _has_gap(stored: _Stored, attempt: int) -> bool:
    numbers = [entry.seq for entry in stored.journals[attempt]]
    return numbers != list(range(1, stored.lengths[attempt] + 1))


def _wrong(stored: _Stored, attempt: int, learner: AtApplication) -> list[str]:
    """Return what is wrong with the score of whoever handed in."""
    result, exam = stored.results.get(attempt), stored.exams[attempt]
    if not learner.receipt:
        return []
    if result is None:
        return [f"attempt {attempt} has no result"]
    journal = [Entry(each.seq, each.slot_number, each.response["value"]) for each in stored.journals[attempt]]
    policy, percent = Policy(exam.choice_policy), exam.pass_percent
    marks = scoring.score(stored.papers[attempt], journal, stored.items, policy, pass_percent=percent)
    right = (marks.score, marks.full_marks, marks.is_passed)
    kept = (result.score, result.max_score, result.is_passed)
    return [] if kept == right else [f"attempt {attempt} has {kept}, not {right}"]
