"""Whatever happens to an attempt, in whatever order: what was acknowledged is there, and nothing else counts.

A small model of an attempt lives beside the real one: the moment, the deadline, the journal, the place that
may write. After each step both have to agree.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from learning.accounts.roles import Actor
from learning.exams import targets
from learning.exams.answers import SentAnswer
from learning.exams.kinds import AttemptState
from learning.exams.queries import attempts
from learning.exams.rules import WriteRefusal
from learning.exams.services import (
    closing,
    handing_in,
    invigilating,
    journal,
    places,
    regrading,
    time_changes,
)
from question_bank import types
from question_bank.corrections import Correction, CorrectionKind
from tests.cast import Cast
from tests.learning.exams import stories

LIMIT, TOLERANCE = timedelta(minutes=60), timedelta(seconds=5)
FULL = {"cells": [{"types": ["single_choice"], "count": 4, "marks": "5"}]}
#: How far the clock goes on between two steps: often little, sometimes to the deadline and beyond.
STEPS = st.sampled_from([0, 1, 30, 46, 600, 1800, 3595, 3600, 3606])


class AttemptMachine(RuleBasedStateMachine):
    """One learner at one attempt."""

    cast: Cast

    @initialize()
    def start(self) -> None:
        """Open a sitting of its own and start."""
        self.now = stories.now()
        self.story = stories.sitting(self.cast, FULL, hours=48)
        self.actor = Actor(self.cast.accounts["wang"], "王学习")
        self.id = stories.start(self.cast, self.story, at=self.now)
        self.closes_at = self.now + LIMIT
        self.tabs = {"a": stories.place(self.id)}
        self.active: str | None = "a"
        self.seen_at: datetime | None = None
        self.journal: list[tuple[str, int, Any]] = []
        self.sent: list[tuple[str, SentAnswer]] = []
        self.state = AttemptState.OPEN
        self.is_locked = self.is_voided = False
        self.number = 0
        self.ruled: dict[int, CorrectionKind] = {}
        paper = stories.paper(self.id)
        self.items = {slot.number: item for slot, item in paper}

    def teardown(self) -> None:
        """Leave nothing open that the sweeper of the next run would find."""
        if hasattr(self, "id"):
            invigilating.end_attempts(self.actor, self.story.sitting_id, [self.id], "结束", self.now)

    def key_of(self, slot: int) -> str:
        """Return the right answer of a question."""
        return str(self.items[slot].content["key"])

    @property
    def is_late(self) -> bool:
        """Return whether no answer counts any more."""
        return self.now > self.closes_at + TOLERANCE

    def refusal(self, tab: str) -> WriteRefusal | None:
        """Return why a tab may not write, by the model."""
        if self.state == AttemptState.SUBMITTED:
            return WriteRefusal.SUBMITTED
        if self.state != AttemptState.OPEN or self.is_late:
            return WriteRefusal.TOO_LATE
        if self.is_locked:
            return WriteRefusal.LOCKED
        return None if tab == self.active else WriteRefusal.TAKEN_OVER

    def take_in(self, tab: str, batch: Sequence[SentAnswer]) -> None:
        """Send answers and expect what the model says."""
        receipt = journal.append(self.id, self.tabs[tab], batch, self.now)
        assert receipt is not None
        known = {key for key, _, _ in self.journal}
        refusal = self.refusal(tab)
        expected = [each.key for each in batch if refusal is None or each.key in known]
        assert receipt.saved == expected
        assert receipt.refusal == refusal
        for each in batch:
            if each.key in expected and each.key not in known:
                known.add(each.key)
                value = types.get(self.items[each.slot].type).read_response(each.fields)
                self.journal.append((each.key, each.slot, value))
        assert receipt.seq == len(self.journal)
        if refusal is None:
            self.seen_at = self.now

    @rule(
        tab=st.sampled_from("ab"), slots=st.lists(st.integers(1, 4), min_size=1, max_size=4), data=st.data()
    )
    def answer(self, tab: str, slots: list[int], data: st.DataObject) -> None:
        """Answer some questions in one request."""
        if tab not in self.tabs:
            return
        batch = []
        for slot in slots:
            self.number += 1
            letter = data.draw(st.sampled_from(["", "A", "B", "C", "D"]))
            fields = [("", letter)] if letter else []
            batch.append(SentAnswer(f"key-{self.number}", slot, fields))
        self.sent += [(tab, each) for each in batch]
        self.take_in(tab, batch)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """Send something again, alone or in another order, as a page does that heard no reply."""
        again = data.draw(st.lists(st.sampled_from(self.sent), min_size=1, max_size=5))
        unique = {each.key: (tab, each) for tab, each in again}
        tab = next(iter(unique.values()))[0]
        self.take_in(tab, [each for of, each in unique.values() if of == tab])

    @rule(seconds=STEPS)
    def wait(self, seconds: int) -> None:
        """Let time go by."""
        self.now += timedelta(seconds=seconds)

    @rule(tab=st.sampled_from("ab"), takes_over=st.booleans())
    def open_tab(self, tab: str, takes_over: bool) -> None:
        """Open the page in a tab; another one that is at it is asked for."""
        held = self.tabs.get(tab, "")
        opened = places.enter(self.actor, self.id, f"browser-{tab}", held, "", takes_over, self.now)
        if self.state != AttemptState.OPEN or self.is_late or self.is_locked:
            assert opened.refusal == (self.refusal(self.active or "a"))
            return
        if opened.refusal is None:
            self.tabs[tab], self.active, self.seen_at = opened.place, tab, self.now
        else:
            assert opened.refusal == WriteRefusal.TAKEN_OVER
            assert not takes_over
            assert self.active != tab

    @rule(minutes=st.integers(1, 30), is_person=st.booleans())
    def extend(self, minutes: int, is_person: bool) -> None:
        """Give more time; an attempt that has ended gets none."""
        self.number += 1
        who = targets.person(self.cast.persons["wang"]) if is_person else targets.ALL
        made = time_changes.add_time(
            self.actor, self.story.sitting_id, [who], minutes, "停电", f"form-{self.number}", self.now
        )
        assert made.refusal is None
        if made.attempts:
            assert self.state == AttemptState.OPEN
            self.closes_at += timedelta(minutes=minutes)

    @rule(is_on=st.booleans())
    def lock(self, is_on: bool) -> None:
        """Lock or unlock."""
        do = invigilating.lock if is_on else invigilating.unlock
        done = do(self.actor, self.story.sitting_id, [self.id], "核对身份", self.now)
        if done.attempt_ids:
            assert self.state == AttemptState.OPEN
            assert self.is_locked is not is_on
            self.is_locked = is_on

    @rule()
    def sweep(self) -> None:
        """Let two processes look for attempts whose time is over."""
        closed = closing.close_overdue(self.now) + closing.close_overdue(self.now)
        assert closed == (1 if self.state == AttemptState.OPEN and self.is_late else 0)
        if closed:
            self.state = AttemptState.CLOSED

    @rule(tab=st.sampled_from("ab"), lacks=st.sampled_from([0, 0, 0, 1]))
    def hand_in(self, tab: str, lacks: int) -> None:
        """Hand in, perhaps from a page that does not know of the last save."""
        if tab not in self.tabs:
            return
        expected = self.refusal(tab)
        if expected is None and lacks:
            expected = WriteRefusal.GAP
        seq = len(self.journal) - lacks
        done = handing_in.submit_page(self.actor, self.id, self.tabs[tab], seq, self.now)
        assert done.refusal == expected
        if expected is None:
            self.state = AttemptState.SUBMITTED
        elif expected is WriteRefusal.TOO_LATE and self.state == AttemptState.OPEN:
            self.state = AttemptState.CLOSED

    @rule()
    def end_by_hand(self) -> None:
        """An invigilator ends it."""
        done = invigilating.end_attempts(self.actor, self.story.sitting_id, [self.id], "提前离场", self.now)
        assert bool(done.attempt_ids) is (self.state == AttemptState.OPEN)
        if done.attempt_ids:
            self.state = AttemptState.CLOSED

    @precondition(lambda self: self.state != AttemptState.OPEN)
    @rule()
    def void(self) -> None:
        """Void it."""
        done = invigilating.void(self.actor, self.story.sitting_id, [self.id], "替考", False, self.now)
        assert bool(done.attempt_ids) is not self.is_voided
        self.is_voided = True

    @precondition(lambda self: not self.is_voided)
    @rule(slot=st.integers(1, 4), kind=st.sampled_from([CorrectionKind.FULL_MARKS, CorrectionKind.DROP]))
    def correct(self, slot: int, kind: CorrectionKind) -> None:
        """Find a question faulty: full marks to all, or out of the total, once two have agreed."""
        if slot in self.ruled or (kind is CorrectionKind.DROP and len(self.ruled) >= 3):
            return
        version = stories.paper(self.id)[slot - 1][0].question_version_id
        exam = attempts.exam_of_attempt(stories.looking(), self.id)
        other = Actor(self.cast.accounts["zhou"], "周审题")
        made = regrading.propose(self.actor, exam, Correction(version, kind), "题有误", "", self.now)
        assert made.regrade_id is not None, made.refusal
        assert regrading.approve(other, made.regrade_id, self.now) is None
        self.ruled[slot] = kind

    @invariant()
    def both_agree(self) -> None:
        """Compare the attempt with the model."""
        attempt = stories.attempt(self.id)
        assert attempt.state == self.state
        assert attempt.closes_at == self.closes_at
        assert attempt.journal_length == len(self.journal)
        entries = stories.journal(self.id)
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        got = [(entry.key, entry.slot_number, entry.response["value"]) for entry in entries]
        assert got == self.journal

    @invariant()
    def the_score_follows_from_what_was_acknowledged(self) -> None:
        """Score the model's journal by hand and compare."""
        result = attempts.last_result(stories.looking(), self.id)
        if self.state == AttemptState.OPEN:
            assert result is None
            return
        last = {slot: value for _, slot, value in self.journal}
        kept = [slot for slot in self.items if self.ruled.get(slot) is not CorrectionKind.DROP]
        right = [slot for slot in kept if slot in self.ruled or last.get(slot) == self.key_of(slot)]
        assert result is not None
        assert (result.score, result.max_score) == (Decimal(5 * len(right)), Decimal(5 * len(kept)))
        assert len(attempts.last_marks(stories.looking(), self.id)) == len(self.items)


@pytest.mark.usefixtures("context")
def test_an_attempt_never_parts_from_its_model(app: Flask, cast: Cast) -> None:
    class Machine(AttemptMachine):
        """The machine with the cast of this test."""

    Machine.cast = cast
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
