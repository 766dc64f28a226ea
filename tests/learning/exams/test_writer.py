"""Many requests in one transaction: each gets its own outcome, none is lost, none spoils another."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import Connection, event, update
from sqlalchemy.exc import IntegrityError, OperationalError

from learning.accounts.models import Account
from learning.core.db import transaction, writing
from learning.exams.answers import SentAnswer
from learning.exams.rules import WriteRefusal
from learning.exams.services import closing, journal, writer
from learning.exams.services.journal import Receipt
from learning.exams.services.writer import Away, GroupWriter
from tests.cast import Cast
from tests.learning.exams import stories

pytestmark = pytest.mark.usefixtures("context")
Result = TypeVar("Result")


def together(app: Flask, acts: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Let each act run in a thread of its own, all at the same moment; return what came of each."""
    gate, results = threading.Barrier(len(acts)), dict[int, Result | Exception]()

    def run(at: int, act: Callable[[], Result]) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[at] = act()
            except Exception as error:
                results[at] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == len(acts)
    return [results[at] for at in range(len(acts))]


def test_sixteen_threads_that_save_repeat_and_reorder_leave_exactly_the_right_journal(
    app: Flask, cast: Cast
) -> None:
    story = stories.sitting(cast)
    ids = [stories.start(cast, story, name) for name in ("wang", "li")]
    places = {attempt_id: stories.place(attempt_id) for attempt_id in ids}
    stories.looking().rollback()
    sent = {
        attempt_id: [SentAnswer(f"k{n}", 1 + n % 3, [("", "ABCD"[n % 4])]) for n in range(60)]
        for attempt_id in ids
    }
    acknowledged: list[tuple[int, str, int]] = []

    def save_some(thread: int) -> None:
        rng, attempt_id = random.Random(thread), ids[thread % 2]
        # Every answer is sent by several threads, in batches of any size, in any order, some twice.
        work = sent[attempt_id] * 2
        rng.shuffle(work)
        while work:
            batch, work = work[: (size := rng.randint(1, 9))], work[size:]
            receipt = journal.append(attempt_id, places[attempt_id], batch, stories.now())
            assert receipt is not None
            assert receipt.saved == [answer.key for answer in batch]
            acknowledged.extend((attempt_id, key, receipt.seq) for key in receipt.saved)

    results = together(app, [lambda thread=n: save_some(thread) for n in range(16)])  # type: ignore[misc]
    assert results == [None] * 16
    for attempt_id in ids:
        entries = stories.journal(attempt_id)
        assert [entry.seq for entry in entries] == list(range(1, 61))
        stored = {entry.key: (entry.slot_number, entry.response["value"], entry.seq) for entry in entries}
        assert {key: each[:2] for key, each in stored.items()} == {
            answer.key: (answer.slot, answer.fields[0][1]) for answer in sent[attempt_id]
        }
        assert stories.attempt(attempt_id).journal_length == 60
        mine = [(key, seq) for of, key, seq in acknowledged if of == attempt_id]
        assert all(stored[key][2] <= seq <= 60 for key, seq in mine)


def test_saves_that_meet_the_end_of_an_attempt_are_in_the_journal_exactly_if_they_were_acknowledged(
    app: Flask, cast: Cast
) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast))
    place, ends = stories.place(attempt_id), stories.attempt(attempt_id).hand_in_until
    stories.looking().rollback()

    def save(number: int) -> Receipt | None:
        answers = [SentAnswer(f"k{number}", 1, [("", "A")])]
        return journal.append(attempt_id, place, answers, ends)

    def close() -> bool:
        return closing.close_attempt(attempt_id, ends.replace(year=ends.year + 1))

    acts: list[Callable[[], object]] = [lambda n=n: save(n) for n in range(15)]  # type: ignore[misc]
    results = together(app, [*acts[:7], close, *acts[7:]])
    receipts = [each for each in results if isinstance(each, Receipt)]
    assert len(receipts) == 15
    saved = {key for receipt in receipts for key in receipt.saved}
    assert {entry.key for entry in stories.journal(attempt_id)} == saved
    assert all((receipt.refusal is None) == bool(receipt.saved) for receipt in receipts)


def slow_writer(
    write: Callable[[Sequence[str]], Sequence[str]],
) -> tuple[GroupWriter[str, str], threading.Event, list[int]]:
    """Return a writer whose first transaction lasts until the event is set, and the sizes of all."""
    released, sizes = threading.Event(), list[int]()

    def patient(_connection: Connection, works: Sequence[str]) -> Sequence[str]:
        sizes.append(len(works))
        if len(sizes) == 1:
            released.wait(10)
        return write(works)

    return GroupWriter(patient), released, sizes


def let_queue_grow(app: Flask, group: GroupWriter[str, str], works: Sequence[str]) -> list[str | Exception]:
    """Let one request write while the others queue up behind it."""
    results = dict[int, str | Exception]()

    def do(at: int, work: str) -> None:
        with app.app_context():
            try:
                results[at] = group.do(work)
            except Exception as error:
                results[at] = error

    threads = [threading.Thread(target=do, args=each) for each in enumerate(works)]
    threads[0].start()
    while not group._is_led or group._queue:
        time.sleep(0.005)
    for thread in threads[1:]:
        thread.start()
    while len(group._queue) < len(works) - 1:
        time.sleep(0.005)
    RELEASE.pop()()
    for thread in threads:
        thread.join(20)
    return [results[at] for at in range(len(works))]


RELEASE: list[Callable[[], None]] = []


def test_whoever_waits_is_written_together_and_everybody_hears_the_own_outcome(app: Flask) -> None:
    group, released, sizes = slow_writer(lambda works: [f"{work}!" for work in works])
    RELEASE.append(released.set)
    works = [f"w{n}" for n in range(12)]
    assert let_queue_grow(app, group, works) == [f"w{n}!" for n in range(12)]
    assert sizes == [1, 11]


def test_one_that_cannot_be_written_spoils_none_of_the_others(app: Flask) -> None:
    def write(works: Sequence[str]) -> Sequence[str]:
        if "bad" in works:
            raise IntegrityError("INSERT", {}, Exception("bad"))
        if "wrong" in works:
            raise ValueError("wrong")
        return works

    group, released, sizes = slow_writer(write)
    RELEASE.append(released.set)
    results = let_queue_grow(app, group, ["first", "a", "bad", "b", "wrong", "c"])
    assert [each for each in results if isinstance(each, str)] == ["first", "a", "b", "c"]
    assert isinstance(results[2], Away)
    assert isinstance(results[4], ValueError)
    assert sizes == [1, 5, 1, 1, 1, 1, 1]


def test_where_the_database_fails_everybody_who_waits_is_told_so_without_trying_one_by_one(
    app: Flask,
) -> None:
    def write(works: Sequence[str]) -> Sequence[str]:
        if "first" not in works:
            raise OperationalError("INSERT", {}, Exception("disk full"))
        return works

    group, released, sizes = slow_writer(write)
    RELEASE.append(released.set)
    results = let_queue_grow(app, group, ["first", "a", "b", "c"])
    assert results[0] == "first"
    assert all(isinstance(each, Away) for each in results[1:])
    assert sizes == [1, 3]
    assert group.do("first") == "first"


def test_a_queue_that_is_full_refuses_and_goes_on_afterwards(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "LONGEST_QUEUE", 3)
    group, released, _sizes = slow_writer(lambda works: works)
    refused: list[Exception] = []

    def one_too_many() -> None:
        with pytest.raises(Away) as raised:
            group.do("fourth")
        refused.append(raised.value)
        released.set()

    RELEASE.append(one_too_many)
    assert let_queue_grow(app, group, ["first", "a", "b", "c"]) == ["first", "a", "b", "c"]
    assert len(refused) == 1
    assert group.do("later") == "later"


def test_who_waits_too_long_is_told_so_and_the_next_one_still_gets_the_turn(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PATIENCE", 0.2)
    group, released, sizes = slow_writer(lambda works: works)
    waited = threading.Event()
    RELEASE.append(lambda: waited.wait(0.6) or released.set())
    results = let_queue_grow(app, group, ["first", "a", "b"])
    assert results[0] == "first"
    assert all(isinstance(each, Away) for each in results[1:])
    assert sizes == [1]
    assert group.do("later") == "later"


def test_an_account_that_is_switched_off_during_the_exam_can_no_longer_save(cast: Cast) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast))
    place = stories.place(attempt_id)
    with transaction() as session:
        off = update(Account).where(Account.id == cast.accounts["wang"]).values(is_active=False)
        session.execute(off)
    receipt = journal.append(attempt_id, place, [SentAnswer("k1", 1, [("", "A")])], stories.now())
    assert receipt is not None
    assert (receipt.refusal, receipt.saved) == (WriteRefusal.SWITCHED_OFF, [])
    assert stories.journal(attempt_id) == []


def test_a_save_that_arrived_in_time_counts_however_long_it_waited_for_its_turn(
    app: Flask, cast: Cast
) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast))
    place, until = stories.place(attempt_id), stories.attempt(attempt_id).saves_until
    receipt = journal.append(attempt_id, place, [SentAnswer("k1", 1, [("", "A")])], until)
    assert receipt is not None
    assert receipt.saved == ["k1"]
    assert stories.journal(attempt_id)[0].received_at == until


def test_a_batch_of_saves_takes_a_fixed_number_of_statements(
    app: Flask, cast: Cast, queries: list[str]
) -> None:
    story = stories.sitting(cast)
    ids = [stories.start(cast, story, name) for name in ("wang", "li")]
    places = [stories.place(attempt_id) for attempt_id in ids]
    saves = [
        journal.Save(attempt_id, place, [SentAnswer(f"k{n}", 1, [("", "A")])], stories.now())
        for n in range(20)
        for attempt_id, place in zip(ids, places, strict=True)
    ]
    journal.append(ids[0], places[0], [], stories.now())
    queries.clear()
    with writing() as connection:
        receipts = journal._Batch.write(connection, saves)
    # Guard, keys, types of the one attempt that this process had not met, entries, marks.
    assert len(queries) == 5
    assert [receipt.seq for receipt in receipts if receipt] == [n for n in range(1, 21) for _ in ids]


@pytest.mark.sqlite_only
def test_saving_never_reads_the_whole_journal(app: Flask, cast: Cast, queries: list[str]) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast))
    place = stories.place(attempt_id)
    answers = [SentAnswer(f"k{n}", 1, [("", "A")]) for n in range(3)]
    queries.clear()
    journal.append(attempt_id, place, answers, stories.now())
    asked = [statement for statement in queries if statement.startswith("SELECT")]
    with writing() as connection:
        for statement in asked:
            plan = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", tuple("1" for _ in range(statement.count("?")))
            ).all()
            assert not [step for step in plan if step[3].startswith("SCAN journal_entry")], statement


def test_a_page_that_was_offline_for_long_sends_two_hundred_answers_at_once(cast: Cast) -> None:
    story = stories.sitting(cast)
    for name in ("wang", "li"):
        attempt_id = stories.start(cast, story, name)
        place = stories.place(attempt_id)
        answers = [SentAnswer(f"k{n}", 1 + n % 3, [("", "ABCD"[n % 4])]) for n in range(200)]
        for _ in range(2):
            receipt = journal.append(attempt_id, place, answers, stories.now())
            assert receipt is not None
            assert receipt.saved == [answer.key for answer in answers]
        assert len(stories.journal(attempt_id)) == 200


def test_errors_of_the_database_never_look_like_saved(app: Flask, cast: Cast) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast))
    place, engine = stories.place(attempt_id), app.extensions["database"].engine
    stories.looking().rollback()

    def fail(*_arguments: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    event.listen(engine, "commit", fail)
    answers = [SentAnswer("k1", 1, [("", "A")])]
    with pytest.raises(Away):
        journal.append(attempt_id, place, answers, stories.now())
    event.remove(engine, "commit", fail)
    assert stories.journal(attempt_id) == []
    receipt = journal.append(attempt_id, place, answers, stories.now())
    assert receipt is not None
    assert receipt.saved == ["k1"]
