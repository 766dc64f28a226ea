"""Play the exam stories in tables/*.csv: a step names who does what, and what has to come of it.

The words of the tables are those of an instructor; here they are put into calls of the services, each with
the moment that the table gives, so that no story waits.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from learning.accounts import services as accounts
from learning.accounts.roles import Actor
from learning.core.clock import SHANGHAI
from learning.core.db import reading, transaction
from learning.exams import targets
from learning.exams.answers import SentAnswer
from learning.exams.corrections import RegradeRefusal
from learning.exams.kinds import AttemptState
from learning.exams.models import Attempt, Seat
from learning.exams.queries import attempts, results
from learning.exams.rules import EntryRefusal, StartRefusal, WriteRefusal
from learning.exams.services import (
    closing,
    handing_in,
    invigilating,
    journal,
    managing,
    marking,
    overrides,
    places,
    regrading,
    steps,
    taking,
    time_changes,
)
from learning.exams.services import sittings as opening
from question_bank import types
from question_bank.corrections import Correction, CorrectionKind
from question_bank.types.protocol import Policy
from tests.cast import Cast
from tests.learning.exams import stories

DAY = "2026-09-01"
TABLES = Path(__file__).parent / "tables"

PEOPLE = {"学员王": "wang", "学员赵": "zhao"}
OFFICES = {"教员": "chen", "审题": "zhou", "校委": "he", "监考": "chen", "管理": "zheng"}

BLUEPRINTS = {
    "单选": {"cells": [{"types": ["single_choice"], "count": 4, "marks": "5"}]},
    "多选": {"cells": [{"types": ["multiple_choice"], "count": 3, "marks": "5"}]},
    "简答": {"cells": [{"types": ["short_answer"], "count": 1, "marks": "5"}]},
}

STATES = {
    "作答中": AttemptState.OPEN,
    "已交卷": AttemptState.SUBMITTED,
    "到时收卷": AttemptState.CLOSED,
    "未交卷不计": AttemptState.ABANDONED,
}
REFUSALS: dict[Any, str] = {
    None: "好",
    StartRefusal.WRONG_CODE: "口令不对",
    StartRefusal.WRONG_NETWORK: "网络不对",
    StartRefusal.NOT_STARTED: "等待开考",
    StartRefusal.NO_ATTEMPT_LEFT: "次数用完",
    StartRefusal.RESULT_PENDING: "成绩未公布",
    StartRefusal.ALREADY_PASSED: "已及格",
    StartRefusal.TOO_SOON: "间隔未到",
    StartRefusal.CANCELLED: "场次已撤销",
    WriteRefusal.TOO_LATE: "超时",
    WriteRefusal.SUBMITTED: "已交卷",
    WriteRefusal.TAKEN_OVER: "已在别处打开",
    WriteRefusal.LOCKED: "已锁定",
    WriteRefusal.GAP: "有缺口",
    WriteRefusal.SWITCHED_OFF: "账号停用",
    EntryRefusal.NOT_HERE: "不在当前题",
    EntryRefusal.CHECKED: "已核对",
}


@dataclass(frozen=True)
class Step:
    """A line of a table."""

    moment: datetime
    who: str
    does: str
    what: str
    expected: str
    state: str
    score: str
    passed: str
    closes: str


@dataclass(frozen=True)
class Table:
    """A story: its settings, by name, and its steps."""

    name: str
    settings: dict[str, str]
    steps: list[Step]


def moment_of(text: str) -> datetime:
    """Return a time of day of the story, in Beijing, such as 10:00 or 10:00:30."""
    return datetime.fromisoformat(f"{DAY}T{text if text.count(':') == 2 else f'{text}:00'}").replace(
        tzinfo=SHANGHAI
    )


def read_table(path: Path) -> Table:
    """Read a table: notes and settings behind #, then a head, then a step a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    notes = [line.lstrip("# ") for line in lines if line.startswith("#")]
    stated = [note.removeprefix("设定：") for note in notes if note.startswith("设定：")]
    settings = dict(re.split("=", each, maxsplit=1) for note in stated for each in re.split("[；;]", note))
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    steps, clock = [], moment_of("10:00")
    for row in rows:
        clock = moment_of(row["时刻"]) if row["时刻"] else clock
        columns = ("谁", "做什么", "内容", "应得", "状态", "得分", "及格", "截止")
        steps.append(Step(clock, *(row[column] for column in columns)))
    return Table(path.stem, settings, steps)


def tables() -> Iterator[Path]:
    """Yield the tables in order."""
    yield from sorted(TABLES.glob("*.csv"))


@dataclass
class Play:
    """A story while it is played."""

    cast: Cast
    table: Table
    exam_id: int = 0
    sitting_id: int = 0
    attempt_ids: dict[str, int] = field(default_factory=dict)
    #: The place that each tab holds, and what was sent last.
    held: dict[str, str] = field(default_factory=dict)
    last_sent: tuple[str, list[SentAnswer]] = ("", [])
    last_form: str = ""
    proposal_id: int = 0
    number: int = 0

    def run(self) -> None:
        """Play all steps, and compare each with what has to come of it."""
        self._set_up()
        for number, step in enumerate(self.table.steps, 1):
            where = f"{self.table.name}, step {number}: {step.who} {step.does} {step.what}"
            got = VERBS[step.does](self, step)
            if step.expected:
                assert got == step.expected, f"{where}: {got}, not {step.expected}"
            self._compare(step, where)

    def _set_up(self) -> None:
        said, morning = self.table.settings, moment_of("08:00")
        changed = {name: read(said[word]) for word, (name, read) in EXAM_SETTINGS.items() if word in said}
        if "宽限" in said.get("超时处理", ""):
            changed["grace_minutes"] = int(re.findall("[0-9]+", said["超时处理"])[0])
        blueprint = BLUEPRINTS[said.get("题型", "单选")]
        settings = stories.settings(blueprint, **{"review": stories.RELEASED, **changed})
        self.exam_id = managing.create_exam(
            self.actor("教员"), self.cast.organisations["school"], settings, morning
        )
        assert managing.publish_exam(self.actor("教员"), self.exam_id, morning) is None
        plan = opening.SittingPlan(
            organisation_id=self.cast.organisations["county"],
            opens_at=moment_of("09:00"),
            closes_at=moment_of(said.get("结束", "12:30")),
            latest_start_at=moment_of(said["最晚入场"]) if "最晚入场" in said else None,
            start_mode="by_hand" if said.get("开考方式") == "统一" else "self",
            access_code=said.get("口令", ""),
            address_ranges=said.get("网段", ""),
        )
        opened = opening.open_sitting(self.actor("教员"), self.exam_id, plan, morning)
        assert opened.id is not None, opened.refusal
        self.sitting_id = opened.id
        for line in re.split("[，,]", said.get("座位", "")):
            if line:
                who, room = line.split()
                self._seat(who, room)
        if "照顾" in said:
            self._override(said["照顾"], morning)

    def _seat(self, who: str, room: str) -> None:
        with transaction() as session:
            person_id = self.cast.persons[PEOPLE[who]]
            session.add(Seat(sitting_id=self.sitting_id, person_id=person_id, room=room))

    def _override(self, text: str, now: datetime) -> None:
        who, extra = re.fullmatch("(\\S+) 加时([0-9]+)", text).groups()  # type: ignore[union-attr]
        entry = overrides.OverrideEntry("证明材料已核", extra_time_percent=int(extra))
        person_id = self.cast.persons[PEOPLE[who]]
        assert overrides.override(self.actor("监考"), self.sitting_id, person_id, entry, now) is None

    def actor(self, who: str) -> Actor:
        """Return who acts, with the account of the cast."""
        return Actor(self.cast.accounts[PEOPLE.get(who) or OFFICES[who]], who)

    def person(self, who: str) -> int:
        """Return the key of a learner."""
        return self.cast.persons[PEOPLE[who]]

    def attempt(self, who: str) -> Attempt:
        """Return the newest attempt of a learner as it stands."""
        return stories.attempt(self.attempt_ids[who])

    def fresh(self) -> str:
        """Return a key that was not used before."""
        self.number += 1
        return f"key-{self.number}"

    def _compare(self, step: Step, where: str) -> None:
        who = step.who if step.who in PEOPLE else self._named(step)
        if who not in self.attempt_ids:
            assert [step.state, step.score, step.closes] == [""] * 3, f"{where}: nobody has an attempt"
            return
        attempt = self.attempt(who)
        if step.state:
            voided = attempt.voided_at is not None
            assert voided if step.state == "已作废" else attempt.state == STATES[step.state], (
                f"{where}: {attempt.state}"
            )
        if step.closes:
            assert attempt.closes_at == moment_of(step.closes), f"{where}: {attempt.closes_at}"
        if step.does != "计入成绩":
            self._compare_result(attempt, step, where)

    def _named(self, step: Step) -> str:
        return next((who for who in PEOPLE if who in step.what), "学员王")

    def _compare_result(self, attempt: Attempt, step: Step, where: str) -> None:
        result = attempts.last_result(stories.looking(), attempt.id)
        counts = result if attempt.voided_at is None else None
        if step.score == "无":
            assert counts is None, f"{where}: {counts and counts.score}"
        elif step.score == "部分":
            assert counts is not None, f"{where}: there is no result"
            assert 5 < counts.score < 10, f"{where}: {counts.score}"
        elif step.score:
            score, _, full = step.score.partition("/")
            assert counts is not None, f"{where}: there is no result"
            assert counts.score == Decimal(score), f"{where}: {counts.score}"
            assert not full or counts.max_score == Decimal(full), f"{where}: of {counts.max_score}"
        if step.passed in {"是", "否"}:
            assert counts is not None, f"{where}: there is no result"
            assert counts.is_passed is (step.passed == "是"), f"{where}: {counts.is_passed}"


EXAM_SETTINGS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "超时处理": ("time_out", lambda text: "discard" if text == "不计" else "grace"),
    "次数": ("attempts_allowed", int),
    "再考": ("resit_for", lambda text: "all" if text == "所有人" else "failed"),
    "计分": (
        "counting",
        {"平均": "average", "最后": "latest", "首次": "first", "最高": "highest"}.__getitem__,
    ),
    "间隔": ("delay_minutes", int),
    "多选": ("choice_policy", lambda _: Policy.PARTIAL),
    "阅卷人": ("markers", int),
    "作答顺序": ("navigation", lambda _: "one_way"),
    "方式": ("behaviour", lambda _: "practice"),
    "机会": ("tries", int),
}


def start(play: Play, step: Step) -> str:
    """开考."""
    word, _, value = step.what.partition(" ")
    arrival = taking.Arrival(
        code=value if word == "口令" else "",
        address=value if word == "地址" else "192.0.2.1",
        url="",
        config_key="",
    )
    begun = taking.start(
        play.actor(step.who), play.person(step.who), play.sitting_id, step.who, step.moment, arrival
    )
    if begun.attempt_id is None:
        return REFUSALS[begun.refusal]
    is_same = play.attempt_ids.get(step.who) == begun.attempt_id
    play.attempt_ids[step.who] = begun.attempt_id
    play.held[step.who] = play.attempt(step.who).place
    return "同一份" if is_same else "好"


def open_page(play: Play, step: Step, takes_over: bool = False) -> str:
    """打开 a tab."""
    opened = places.enter(
        play.actor(step.who), play.attempt_ids[step.who], step.who, "", "", takes_over, step.moment
    )
    if opened.refusal is None:
        play.held[step.what] = opened.place
    return REFUSALS[opened.refusal]


def take_over(play: Play, step: Step) -> str:
    """接管."""
    return open_page(play, step, takes_over=True)


def answer(play: Play, step: Step) -> str:
    """作答: 1对 2错 3空 4半."""
    tab, _, text = step.what.rpartition("：")
    paper = {slot.number: item for slot, item in stories.paper(play.attempt_ids[step.who])}
    sent = []
    for number, how in re.findall("([0-9]+)([对错空半])", text):
        fields = [(name, value) for name, value in response(paper[int(number)], how)]
        sent.append(SentAnswer(play.fresh(), int(number), fields))
    play.last_sent = (play.held[tab or step.who], sent)
    return send(play, step)


def response(item: Any, how: str) -> list[tuple[str, str]]:
    """Return the fields of a right, wrong, empty or partly right answer."""
    type_ = types.get(item.type)
    right = type_.right_response(item.content)
    if how == "空":
        return []
    if how == "对":
        return type_.form_fields(right)
    letters = "ABCDEF"[: len(item.content["choices"])]
    if how == "半":
        return type_.form_fields(right[:-1])
    wrong = "".join(letter for letter in letters if letter not in right)[:1] or letters[0]
    return type_.form_fields(wrong)


def send(play: Play, step: Step) -> str:
    """重发, and every first sending."""
    place, sent = play.last_sent
    receipt = journal.append(play.attempt_ids[step.who], place, sent, step.moment)
    if receipt is None:
        return "账号停用"
    if receipt.refusal is not None:
        return REFUSALS[receipt.refusal]
    if receipt.refused:
        return REFUSALS[next(iter(receipt.refused.values()))]
    return "已保存" if receipt.saved == [each.key for each in sent] else "漏了"


def hand_in(play: Play, step: Step) -> str:
    """交卷, from a tab, perhaps from one that does not know of everything that was saved."""
    attempt = play.attempt(step.who)
    known = re.findall("只知道([0-9]+)", step.what)
    seq = int(known[0]) if known else attempt.journal_length
    place = play.held.get(step.what) or play.held[step.who]
    done = handing_in.submit_page(play.actor(step.who), attempt.id, place, seq, step.moment)
    return REFUSALS[done.refusal]


def sweep(play: Play, step: Step) -> str:
    """收卷 by the sweeper; several processes may be at it."""
    return str(closing.close_overdue(step.moment) + closing.close_overdue(step.moment))


def length(play: Play, step: Step) -> str:
    """日志: the number of entries."""
    entries = stories.journal(play.attempt_ids[step.who])
    return "好" if len(entries) == int(step.what) else str(len(entries))


def look(play: Play, step: Step) -> str:
    """看: do nothing."""
    return "好"


def target_of(play: Play, word: str) -> targets.Target:
    """Return whom more time is for."""
    if word == "全体":
        return targets.ALL
    return targets.person(play.person(word)) if word in PEOPLE else targets.room(word)


def extend(play: Play, step: Step) -> str:
    """延时."""
    play.last_form = play.fresh()
    return extend_again(play, step, step.what)


def extend_again(play: Play, step: Step, what: str = "全体 10") -> str:
    """再次提交延时: the same form once more."""
    who, minutes = what.split()
    target = target_of(play, who)
    made = time_changes.add_time(
        play.actor(step.who), play.sitting_id, [target], int(minutes), "停电", play.last_form, step.moment
    )
    return "好" if made.refusal is None else made.refusal


def compensate(play: Play, step: Step) -> str:
    """补偿."""
    who, from_, to = step.what.split()
    made = time_changes.compensate(
        play.actor(step.who), play.sitting_id, [target_of(play, who)], moment_of(from_), moment_of(to),
        "停网", play.fresh(), step.moment,
    )  # fmt: skip
    return "好" if made.refusal is None else made.refusal


def make_different(play: Play, step: Step) -> str:
    """照顾."""
    play._override(step.what, step.moment)
    return "好"


def start_room(play: Play, step: Step) -> str:
    """宣布开考."""
    refusal = invigilating.start_by_hand(play.actor(step.who), play.sitting_id, step.what, step.moment)
    return "好" if refusal is None else refusal


def act(name: str) -> Callable[[Play, Step], str]:
    """Return an act of an invigilator on the attempt of somebody, with its cause."""

    def do(play: Play, step: Step) -> str:
        who, _, cause = step.what.partition(" ")
        ids = [play.attempt_ids[who]]
        actor, now = play.actor(step.who), step.moment
        if name in {"void", "void_and_give_back"}:
            gives_back = name == "void_and_give_back"
            done = invigilating.void(actor, play.sitting_id, ids, cause, gives_back, now)
        else:
            done = getattr(invigilating, name)(actor, play.sitting_id, ids, cause, now)
        return "好" if list(done.attempt_ids) == ids else str(done.refused)

    return do


def release(play: Play, step: Step) -> str:
    """公布成绩."""
    refusal = managing.release_results(play.actor(step.who), play.sitting_id, step.moment)
    return "好" if refusal is None else refusal


def cancel(play: Play, step: Step) -> str:
    """撤销场次."""
    refusal = opening.cancel_sitting(play.actor(step.who), play.sitting_id, step.moment)
    return "好" if refusal is None else refusal


def counting(play: Play, step: Step) -> str:
    """计入成绩: the result at the exam, whichever attempts it follows from."""
    made = attempts.attempts_at(stories.looking(), play.person(step.who), play.exam_id)
    exam = attempts.exam_of_attempt(reading(), made[0].attempt.id)
    found = results.counted_of(exam, made)
    if found is None:
        return "无"
    assert step.passed in {"", "是" if found.is_passed else "否"}, found
    return f"{found.score.normalize():f}"


def propose(play: Play, step: Step) -> str:
    """提议更正 a question of the learner's paper."""
    number, _, how = step.what.partition(" ")
    slot, item = stories.paper(play.attempt_ids["学员王"])[int(number) - 1]
    correction = corrected(play, slot.number, slot.question_version_id, item, how)
    exam = attempts.exam_of_attempt(stories.looking(), play.attempt_ids["学员王"])
    made = regrading.propose(play.actor(step.who), exam, correction, "答案有误", "", step.moment)
    play.proposal_id = made.regrade_id or 0
    return "好" if made.refusal is None else made.refusal


def corrected(play: Play, number: int, version_id: int, item: Any, how: str) -> Any:
    """Return the correction in the form of question_bank.corrections."""
    if how == "全员给分":
        return Correction(version_id, CorrectionKind.FULL_MARKS)
    if how == "不计入总分":
        return Correction(version_id, CorrectionKind.DROP)
    given = attempts.last_answers(stories.looking(), play.attempt_ids["学员王"])[number].response
    return Correction(version_id, CorrectionKind.CORRECT_KEY, content={**item.content, "key": given})


def approve(play: Play, step: Step) -> str:
    """批准."""
    refusal = regrading.approve(play.actor(step.who), play.proposal_id, step.moment)
    return "须由他人" if refusal is RegradeRefusal.OWN_PROPOSAL else refusal or "好"


def reject(play: Play, step: Step) -> str:
    """驳回."""
    return regrading.reject(play.actor(step.who), play.proposal_id, step.moment) or "好"


def mark(play: Play, step: Step) -> str:
    """阅卷."""
    return give(play, step, marking.mark_answer)


def settle(play: Play, step: Step) -> str:
    """裁定."""
    return give(play, step, marking.decide)


def give(play: Play, step: Step, by: Callable[..., Any]) -> str:
    """Give marks of five."""
    who, number, marks = step.what.split()
    attempt_id = play.attempt_ids[who]
    last = attempts.last_marks(stories.looking(), attempt_id).get(int(number))
    seen = last.id if last is not None and by is marking.decide else None
    share = Fraction(int(marks.removesuffix("分")), 5)
    given = marking.Given(share, cause="两位阅卷人意见不一" if by is marking.decide else "")
    refusal = by(play.actor(step.who), attempt_id, int(number), given, seen, step.moment)
    return "好" if refusal is None else refusal


def advance(play: Play, step: Step) -> str:
    """下一题."""
    place = play.held[step.who]
    done = steps.advance(play.actor(step.who), play.attempt_ids[step.who], place, int(step.what), step.moment)
    return REFUSALS[done.refusal]


def check(play: Play, step: Step) -> str:
    """核对 a question of a practice paper."""
    place = play.held[step.who]
    found = steps.check(play.actor(step.who), play.attempt_ids[step.who], place, int(step.what), step.moment)
    if found.share == 1:
        return "对"
    return f"错，还剩{found.tries_left}次"


def switch_off(play: Play, step: Step) -> str:
    """停用账号."""
    accounts.set_active(play.actor(step.who), play.cast.accounts[PEOPLE[step.what]], False, step.moment)
    return "好"


VERBS: dict[str, Callable[[Play, Step], str]] = {
    "开考": start,
    "打开": open_page,
    "接管": take_over,
    "作答": answer,
    "重发": send,
    "交卷": hand_in,
    "收卷": sweep,
    "日志": length,
    "看": look,
    "延时": extend,
    "再次提交延时": extend_again,
    "补偿": compensate,
    "照顾": make_different,
    "宣布开考": start_room,
    "锁定": act("lock"),
    "解锁": act("unlock"),
    "强制交卷": act("end_attempts"),
    "作废": act("void"),
    "作废并退还": act("void_and_give_back"),
    "公布成绩": release,
    "撤销场次": cancel,
    "计入成绩": counting,
    "提议更正": propose,
    "批准": approve,
    "驳回": reject,
    "阅卷": mark,
    "裁定": settle,
    "下一题": advance,
    "核对": check,
    "停用账号": switch_off,
}
