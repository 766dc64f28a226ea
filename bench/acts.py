"""Measure what each act of a learner costs, beside the floor and a bare hello, taking turns.

python -m bench.acts --rounds 4 --clients 8 [--database postgresql://…] [--json FILE]
"""

import argparse
import asyncio
import json
import os
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from bench import checks, floor, report
from bench.clients import AtApplication, AtFloor, Stranger
from bench.databases import Databases
from bench.fill import ITEMS, Filled, fill
from bench.report import ACTS, ONLY_HERE, Sample, Turn, sample_of
from bench.servers import Server
from bench.wire import Connection
from question_bank import types
from question_bank.items import Item

#: How often a learner repeats what can be repeated.
REPEATS = {"content page": 6, "show the paper": 4, "see the result": 2}
#: The hellos of one learner in the turn of an act; among the saves there are as many as saves.
HELLOS = 6

#: One act: returns whether it came out as it must.
Do = Callable[[], Awaitable[bool]]


def deeds(act: str, learner: AtApplication, answers: int) -> list[Do]:
    """Return what a learner does for an act."""
    once: dict[str, Do] = {
        "sign in": learner.sign_in,
        "content page": learner.page,
        "start": learner.start,
        "show the paper": learner.paper,
        "take the place": learner.enter,
        "hand in and score": learner.hand_in,
        "see the result": learner.result,
    }
    if act == "save one answer":
        return [partial(learner.save, slot) for slot in sorted(learner.answers)[:answers]]
    return [once[act]] * REPEATS.get(act, 1)


async def measure(server: Server, work: Sequence[Sequence[Do]]) -> Sample:
    """Let each client do its list of requests one after another, all clients at once."""
    done: list[tuple[float, bool]] = []
    cpu, own = server.cpu_seconds(), time.process_time()
    began = time.perf_counter()
    await asyncio.gather(*(_do(each, done) for each in work))
    seconds = time.perf_counter() - began
    own = time.process_time() - own
    return sample_of(done, seconds, server.cpu_seconds() - cpu, own)


async def _do(work: Sequence[Do], done: list[tuple[float, bool]]) -> None:
    for each in work:
        began = time.perf_counter()
        is_right = await came_out(each)
        done.append((time.perf_counter() - began, is_right))


async def came_out(do: Do) -> bool:
    """Do it, and return whether it came out right."""
    try:
        return await do()
    except (OSError, ValueError, LookupError):
        return False


@dataclass
class Site:
    """The application and the floor, served and filled alike."""

    folder: Path
    databases: Databases
    secret: str
    url: str
    application: Server
    floor: Server
    filled: Filled
    #: Everybody who sat an exam at the application; looked at in the end.
    seated: list[AtApplication] = field(default_factory=list)

    def learners(self, count: int, sitting: int, first: int = 0) -> list[AtApplication]:
        """Return some learners at a sitting of the application, each with a connection of its own."""
        port, people = self.application.port, self.filled.learners[first : first + count]
        here = [AtApplication(Connection(port), each, self.filled, sitting) for each in people]
        self.seated += here
        return here

    def server(self, name: str, url: str) -> Server:
        """Return a server of the application, not yet started, on one of the databases."""
        settings = {"DATABASE_URL": url, "SECRET_KEY": self.secret, "DOCUMENT": ""}
        return Server("learning.serve", self.folder / f"{name}.log", settings, self.databases.pid)


@contextmanager
def served(address: str, learners: int, sittings: int) -> Iterator[Site]:
    """Fill two databases and serve the application and the floor on them."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="learning-bench-")))
        databases, secret = stack.enter_context(Databases(address, folder)), secrets.token_hex(16)
        site_url, floor_url = databases.make("site"), databases.make("floor")
        filled = fill(site_url, secret, learners, sittings)
        accounts = [(each.name, filled.password_hash) for each in filled.learners]
        floor.fill(floor_url, accounts, filled.page_html, [for_floor(each) for each in filled.items])
        low = {"FLOOR_DATABASE": floor_url, "FLOOR_SECRET": secret}
        floor_server = Server("bench.floor", folder / "floor.log", low, databases.pid)
        site = Site(folder, databases, secret, site_url, floor_server, floor_server, filled)
        site.application = site.server("site", site_url)
        for server in (site.application, site.floor):
            stack.enter_context(server)
        for server in (site.application, site.floor):
            server.wait()
        yield site


@dataclass
class Rounds:
    """Who takes turns, and how much is asked of them."""

    site: Site
    clients: int
    learners: int
    answers: int

    async def run(self, rounds: int) -> list[list[Turn]]:
        """Return the turns of each round; the one before the first warms everything up and is not counted."""
        return [await self._turns(number) for number in range(rounds + 1)][1:]

    async def _turns(self, number: int) -> list[Turn]:
        """Go once through all acts with learners who have done nothing yet at this sitting."""
        here = self.site.learners(self.learners, number)
        port, people = self.site.floor.port, self.site.filled.learners[: self.learners]
        there = [AtFloor(Connection(port), each, self.site.filled) for each in people]
        strangers = [Stranger(Connection(port)) for _ in range(self.clients)]
        for learner in (*here, *there):
            await learner.open_sign_in()
        turns = []
        for place, act in enumerate(ACTS):
            turns.append(await self._turn(act, here, there, strangers, (place + number) % 2 == 1))
        browsers = [each.browser for each in (*here, *there)] + [each.browser for each in strangers]
        for browser in browsers:
            browser.wire.close()
        return turns

    async def _turn(
        self,
        act: str,
        here: Sequence[AtApplication],
        there: Sequence[AtFloor],
        strangers: Sequence[Stranger],
        is_floor_first: bool,
    ) -> Turn:
        each = self.answers if act == "save one answer" else HELLOS
        hellos: list[list[Do]] = [
            [stranger.hello] * (each * self.learners // self.clients) for stranger in strangers
        ]
        work: list[tuple[Server, list[list[Do]]]] = [
            (self.site.application, self._dealt(act, here)),
            (self.site.floor, hellos),
            (self.site.floor, [] if act in ONLY_HERE else self._dealt(act, there)),
        ]
        if is_floor_first:
            work.reverse()
        samples = [await measure(server, of_clients) for server, of_clients in work]
        return Turn(act, *(reversed(samples) if is_floor_first else samples))

    def _dealt(self, act: str, learners: Sequence[AtApplication]) -> list[list[Do]]:
        """Return the work of each client: the learners are dealt out to them like cards."""
        return [
            [do for learner in learners[at :: self.clients] for do in deeds(act, learner, self.answers)]
            for at in range(self.clients)
        ]


def for_floor(item: Item) -> dict[str, object]:
    """Return an item as a row of the floor, which knows choices and one line of text."""
    choices = [("true", "正确"), ("false", "错误")] if item.type == "true_false" else []
    for letter, text in zip("ABCDEFGHIJ", item.content.get("choices", []), strict=False):
        choices.append((letter, text))
    right = types.get(item.type).right_response(item.content)
    key = right["1"] if isinstance(right, dict) else right
    return {"type": item.type, "stem": item.stem, "choices": choices, "key": key}


def main() -> None:
    """Measure, print the table, and keep the single samples where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--answers", type=int, default=ITEMS, help="answers saved in each paper")
    parser.add_argument("--database", default="", help="a PostgreSQL server of this machine; else SQLite")
    parser.add_argument("--json", type=Path, help="where to write every sample")
    options = parser.parse_args()
    load, learners = os.getloadavg()[0], options.clients * 2
    with served(options.database, learners, options.rounds + 1) as site:
        turns = asyncio.run(Rounds(site, options.clients, learners, options.answers).run(options.rounds))
        found = checks.check(site.url, site.seated)
        facts = report.facts(load, site.folder) | site.databases.facts()
    print(report.heading(facts), f"{options.rounds} rounds, {options.clients} clients; median [range]\n")
    print(report.table(turns, options.answers))
    print(checks.told(found))
    print(checks.trouble(site.seated), end="")
    if options.json:
        samples = [asdict(turn) for of_round in turns for turn in of_round]
        options.json.write_text(
            json.dumps({"facts": facts, "rounds": samples}, indent=1, ensure_ascii=False), encoding="utf-8"
        )
    raise SystemExit(1 if report.errors(turns) or not found.is_sound else 0)


if __name__ == "__main__":
    main()
