"""The exam day: all sign in, wait, start within the same second, answer, hand in and read their result."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine, func, select, update

from bench import report
from bench.acts import Do, Site, came_out
from bench.clients import AtApplication
from bench.fill import PASSWORD, set_password
from learning.accounts import passwords
from learning.core import clock
from learning.core.db import make_engine
from learning.exams.models import PreparedPaper, Sitting

#: Minutes that people take for a paper.
REAL_MINUTES = 60
#: Seconds between two questions to the waiting room, as the page asks them.
POLL = 5.0
#: Seconds within which all press "start".
RUSH = 1.0
HUMAN, STORM, FAST = "save at a human pace", "save while all start", "save as fast as possible"


@dataclass(frozen=True)
class Plan:
    """How the day goes."""

    answers: int
    #: How much faster than people the learners at a human pace answer.
    scale: float
    #: Seconds in the waiting room after the last sign-in.
    wait: float
    #: Which of the two ways to save are gone through: human, fast or both.
    pace: str
    #: Seconds that the server gets to prepare all papers; 0: they are drawn at the start.
    prepare: float

    @property
    def gap(self) -> float:
        """Return the seconds between two answers at the human pace, in the middle."""
        return REAL_MINUTES * 60 / self.answers / self.scale


@dataclass(frozen=True)
class Row:
    """One act of the day."""

    act: str
    requests: int
    errors: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    longest_ms: float


@dataclass(frozen=True)
class Stage:
    """A part of the day, in which several acts may overlap."""

    name: str
    seconds: float
    #: Processor time of server and database for one learner.
    cpu_ms: float
    client_cpu_ms: float


@dataclass
class Day:
    """The day of some learners at one sitting, and what was noted."""

    site: Site
    learners: Sequence[AtApplication]
    sitting_id: int
    plan: Plan
    stages: list[Stage] = field(default_factory=list)
    prepared: int = 0
    _noted: dict[str, list[tuple[float, float, bool]]] = field(default_factory=dict)

    async def run(self) -> None:
        """Go through the day."""
        engine = make_engine(self.site.url)
        self._move(engine, clock.now() + timedelta(minutes=30))
        set_password(engine, passwords.hash_password(PASSWORD))
        with self._stage("sign in"):
            await self._all(self._arrive)
        self.prepared = await self._papers(engine)
        self._move(engine, clock.now() + timedelta(seconds=self.plan.wait))
        with self._stage("wait"):
            await self._all(self._wait)
        with self._stage("start and answer"):
            await self._all(self._sit)
        if self.plan.pace != "human":
            with self._stage("answer fast"):
                await self._all(self._save_fast)
        with self._stage("hand in and score"):
            await self._all(lambda learner: self._note("hand in and score", learner.hand_in))
        with self._stage("see the result"):
            await self._all(lambda learner: self._note("see the result", learner.result))
        for learner in self.learners:
            learner.browser.wire.close()
        engine.dispose()

    async def _all(self, go: Callable[[AtApplication], Awaitable[object]]) -> None:
        await asyncio.gather(*(go(learner) for learner in self.learners))

    async def _arrive(self, learner: AtApplication) -> None:
        await self._note("open the sign-in page", learner.open_sign_in)
        await self._note("sign in (real hash)", learner.sign_in)
        await self._note("open the exam's page", learner.rules)

    async def _wait(self, learner: AtApplication) -> None:
        seconds = POLL

        async def ask() -> bool:
            nonlocal seconds
            seconds = await learner.seconds_to_wait()
            return True

        await asyncio.sleep(random.uniform(0, min(POLL, self.plan.wait)))
        while await self._note("ask in the waiting room", ask) and seconds:
            await asyncio.sleep(min(seconds, POLL * random.uniform(0.8, 1.2)))

    async def _sit(self, learner: AtApplication) -> None:
        await asyncio.sleep(random.uniform(0, RUSH))
        for act, do in (
            ("start", learner.start),
            ("show the paper", learner.paper),
            ("take the place", learner.enter),
        ):
            await self._note(act, do)
        if self.plan.pace != "fast":
            await self._save(learner, HUMAN, self.plan.gap)

    async def _save_fast(self, learner: AtApplication) -> None:
        await self._save(learner, FAST, 0)

    async def _save(self, learner: AtApplication, act: str, gap: float) -> None:
        for slot in sorted(learner.answers)[: self.plan.answers]:
            if gap:
                await asyncio.sleep(gap * random.uniform(0.5, 1.5))
            await self._note(act, partial(learner.save, slot))

    async def _note(self, act: str, do: Do) -> bool:
        began = time.perf_counter()
        is_right = await came_out(do)
        self._noted.setdefault(act, []).append((began, time.perf_counter() - began, is_right))
        return is_right

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        server, count = self.site.application, len(self.learners)
        began, cpu, own = time.perf_counter(), server.cpu_seconds(), time.process_time()
        yield
        seconds, own = time.perf_counter() - began, time.process_time() - own
        cpu = server.cpu_seconds() - cpu
        self.stages.append(Stage(name, seconds, cpu * 1000 / count, own * 1000 / count))

    def _move(self, engine: Engine, opens_at: datetime) -> None:
        """Move the opening of the sitting; no service lets the opening come to meet the learners."""
        with engine.begin() as connection:
            moved = update(Sitting).where(Sitting.id == self.sitting_id)
            connection.execute(moved.values(opens_at=opens_at, prepares_papers=self.plan.prepare > 0))

    async def _papers(self, engine: Engine) -> int:
        """Wait until the server has prepared all papers, but not for ever; return how many there are."""
        count = select(func.count()).where(PreparedPaper.sitting_id == self.sitting_id)
        prepared, deadline = 0, time.monotonic() + self.plan.prepare
        while prepared < len(self.learners) and time.monotonic() < deadline:
            await asyncio.sleep(1)
            with engine.connect() as connection:
                prepared = connection.scalar(count) or 0
        return prepared

    def rows(self) -> list[Row]:
        """Return the acts as they were noted; saves before the last learner had the paper stand apart."""
        noted = dict(self._noted)
        ready = max(began + took for began, took, _ in noted["take the place"])
        saves = noted.pop(HUMAN, [])
        noted[STORM] = [each for each in saves if each[0] < ready]
        noted[HUMAN] = [each for each in saves if each[0] >= ready]
        order = [act for act in self._noted if act != HUMAN]
        place = order.index("take the place") + 1
        order[place:place] = [STORM, HUMAN]
        return [_row(act, noted[act]) for act in order if noted[act]]


def _row(act: str, noted: Sequence[tuple[float, float, bool]]) -> Row:
    times = sorted(took for _, took, _ in noted)
    first, last = min(began for began, _, _ in noted), max(began + took for began, took, _ in noted)
    p50, p95, p99 = (report.part(times, share) * 1000 for share in (0.5, 0.95, 0.99))
    wrong = sum(not is_right for _, _, is_right in noted)
    return Row(act, len(noted), wrong, len(noted) / (last - first), p50, p95, p99, times[-1] * 1000)


def table(rows: Sequence[Row], stages: Sequence[Stage]) -> str:
    """Return the acts of the day and its stages as tables."""
    lines = ["| act | requests | req/s | p50/p95/p99 ms | longest | errors |", "| --- " * 6 + "|"]
    for row in rows:
        waits = f"{row.p50_ms:.0f}/{row.p95_ms:.0f}/{row.p99_ms:.0f} | {row.longest_ms:.0f}"
        lines.append(f"| {row.act} | {row.requests} | {row.per_second:.0f} | {waits} | {row.errors} |")
    lines += ["", "| stage | seconds | CPU ms a learner | of its clients |", "| --- " * 4 + "|"]
    for stage in stages:
        cpu = f"{stage.cpu_ms:.1f} | {stage.client_cpu_ms:.1f}"
        lines.append(f"| {stage.name} | {stage.seconds:.1f} | {cpu} |")
    return "\n".join(lines)
