"""Kill workers and whole servers while learners answer; what was acknowledged must be there afterwards.

python -m bench.crash --kills 100 --attempts 200 [--database postgresql://…] [--seed N]
"""

import argparse
import asyncio
import os
import random
import secrets
import signal
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import checks
from bench.checks import Findings
from bench.clients import AtApplication
from bench.databases import Databases
from bench.fill import fill
from bench.servers import Server
from bench.wire import Connection

#: Seconds that a page waits for a reply before it sends again.
PATIENCE = 5.0
#: Answers sent together at most; while the server is away they pile up.
BATCH = 50
#: Seconds between two answers of one learner.
GAP = 0.3
#: Starts after which a server that does not answer is given up.
TRIES = 5
#: Learners who sign in at the same time.
AT_THE_DOOR = 8


@dataclass
class Persistence:
    """A learner whose page keeps every answer until the server has acknowledged it, as the real one does."""

    learner: AtApplication
    queue: list[dict[str, Any]] = field(default_factory=list)
    #: Requests by the status of their reply, 0 where there was none.
    replies: Counter[int] = field(default_factory=Counter)
    #: What the server refused, which it never should here.
    refused: list[str] = field(default_factory=list)

    async def come_in(self, door: asyncio.Semaphore) -> None:
        """Sign in and start, before anything is killed."""
        async with door:
            here = self.learner
            for do in (here.open_sign_in, here.sign_in, here.rules, here.start, here.paper, here.enter):
                if not await do():
                    raise RuntimeError(f"{here.learner.name} could not {do.__name__}")

    async def answer(self, is_over: asyncio.Event) -> None:
        """Answer one question after the other until it is over and everything is acknowledged."""
        slots = sorted(self.learner.answers)
        while self.queue or not is_over.is_set():
            if not is_over.is_set():
                self.queue.append(self.learner.entry(random.choice(slots)))
            await self._send()
            await asyncio.sleep(GAP * random.uniform(0.5, 1.5))

    async def _send(self) -> None:
        try:
            reply = await self.learner.send(self.queue[:BATCH])
        except (OSError, ValueError):
            self.replies[0] += 1
            return
        self.replies[reply.status] += 1
        if reply.status not in {200, 503}:
            self.refused.append(f"{reply.status} {reply.text[:200]}")
        self.queue = [entry for entry in self.queue if entry["key"] not in self.learner.acknowledged]

    async def hand_in(self) -> None:
        """Hand in; the server refuses where its journal is not as long as the page's."""
        if not await self.learner.hand_in():
            self.refused.append(f"attempt {self.learner.attempt_id} could not be handed in")
        self.learner.browser.wire.close()


@dataclass
class Killer:
    """Who kills, and what came of it."""

    server: Server
    chance: random.Random
    of_workers: int = 0
    of_servers: int = 0
    #: Starts, after a kill of the whole server or because it gave up after several kills of workers.
    restarts: int = 0

    async def kill(self) -> None:
        """Kill a worker or the whole server at some moment; it answers again when this returns."""
        await asyncio.sleep(self.chance.uniform(0.1, 1.5))
        workers = self.server.workers() if self.server.is_running else []
        if workers and self.chance.random() < 0.5:
            os.kill(self.chance.choice(workers), signal.SIGKILL)
            self.of_workers += 1
            await asyncio.sleep(0.2)
        else:
            self.server.kill()
            self.of_servers += 1
        for _ in range(TRIES):
            if await self._answers():
                return
        raise RuntimeError("the server does not come back")

    async def _answers(self) -> bool:
        """Start the server where it has ended, and return whether it answers."""
        if not self.server.is_running:
            self.server.start()
            self.restarts += 1
        try:
            await asyncio.to_thread(self.server.wait)
        except RuntimeError:
            # It ends by itself where workers die one after the other; whoever supervises it starts it again.
            return False
        return True


@dataclass(frozen=True)
class Outcome:
    """What came of it all."""

    killer: Killer
    #: By status, 0 where there was none.
    replies: Counter[int]
    refused: Sequence[str]
    findings: Findings

    def __str__(self) -> str:
        refused = "".join(f"\n  {each}" for each in self.refused[:5])
        return (
            f"killed {self.killer.of_workers} workers and {self.killer.of_servers} servers, "
            f"{self.killer.restarts} restarts; replies by status {dict(sorted(self.replies.items()))}, "
            f"refused {len(self.refused)}{refused}\n{checks.told(self.findings)}"
        )


def crash(address: str, kills: int, attempts: int, seed: int) -> Outcome:
    """Kill a server so many times during so many attempts."""
    with tempfile.TemporaryDirectory(prefix="learning-crash-") as name, Databases(address, Path(name)) as at:
        url, secret = at.make("crash"), secrets.token_hex(16)
        filled = fill(url, secret, attempts)
        settings = {"DATABASE_URL": url, "SECRET_KEY": secret, "DOCUMENT": ""}
        with Server("learning.serve", Path(name) / "server.log", settings) as server:
            server.wait()
            people = [
                Persistence(AtApplication(Connection(server.port, PATIENCE), learner, filled))
                for learner in filled.learners
            ]
            killer = Killer(server, random.Random(seed))
            asyncio.run(_go(people, killer, kills))
        found = checks.check(url, [person.learner for person in people])
    replies = sum((person.replies for person in people), Counter[int]())
    return Outcome(killer, replies, [why for person in people for why in person.refused], found)


async def _go(people: Sequence[Persistence], killer: Killer, kills: int) -> None:
    door, is_over = asyncio.Semaphore(AT_THE_DOOR), asyncio.Event()
    await asyncio.gather(*(person.come_in(door) for person in people))
    answering = asyncio.gather(*(person.answer(is_over) for person in people))
    for _ in range(kills):
        await killer.kill()
    is_over.set()
    await answering
    for person in people:
        await person.hand_in()


def main() -> None:
    """Kill, and end with 1 if anything acknowledged is lost or anything else is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--attempts", type=int, default=200)
    parser.add_argument("--database", default="", help="a PostgreSQL server of this machine; else SQLite")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of the kills")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    outcome = crash(options.database, options.kills, options.attempts, options.seed)
    print(outcome)
    raise SystemExit(0 if outcome.findings.is_sound and not outcome.refused else 1)


if __name__ == "__main__":
    main()
