"""Measure what each act of a learner costs, beside the floor and a bare hello, taking turns.

python -m bench.acts --rounds 4 --clients 8 [--json FILE]
"""

import argparse
import json
import os
import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import floor, report
from bench.clients import AtApplication, AtFloor
from bench.fill import ITEMS, Filled, fill
from bench.report import ACTS, Sample, Turn
from bench.servers import Server
from question_bank import types
from question_bank.items import Item

#: Learners of one client in one round: each sits one exam.
LEARNERS_PER_CLIENT = 2
#: How often a learner repeats what can be repeated.
REPEATS = {"content page": 6, "show the paper": 4, "hello": 6}

#: One request: returns whether it came out as it must.
Request = Callable[[], bool]


def requests_of(act: str, learner: AtApplication, answers: int) -> list[Request]:
    """Return the requests by which a learner does an act."""
    once: dict[str, Request] = {
        "sign in": learner.sign_in,
        "content page": learner.page,
        "start": learner.start,
        "show the paper": learner.paper,
        "hand in and score": learner.hand_in,
        "hello": learner.hello,
    }
    if act == "save one answer":
        return [lambda slot=slot: learner.save(slot) for slot in sorted(learner.answers)[:answers]]  # type: ignore[misc]
    return [once[act]] * REPEATS.get(act, 1)


def measure(server: Server, work: Sequence[Sequence[Request]]) -> Sample:
    """Let each client do its list of requests one after another, all clients at once."""
    with ThreadPoolExecutor(len(work)) as pool:
        cpu, began = server.cpu_seconds(), time.perf_counter()
        done = [each for of_client in pool.map(_do, work) for each in of_client]
        seconds, cpu = time.perf_counter() - began, server.cpu_seconds() - cpu
    times = sorted(took for took, _ in done)
    return Sample(
        requests=len(done),
        errors=sum(not is_right for _, is_right in done),
        per_second=len(done) / seconds,
        p50_ms=statistics.median(times) * 1000,
        p95_ms=times[int(len(times) * 0.95)] * 1000,
        cpu_ms=cpu * 1000 / len(done),
    )


def _do(requests: Sequence[Request]) -> list[tuple[float, bool]]:
    done = []
    for request in requests:
        began = time.perf_counter()
        try:
            is_right = request()
        except (OSError, ValueError, LookupError):
            is_right = False
        done.append((time.perf_counter() - began, is_right))
    return done


@dataclass
class Bench:
    """Both servers, filled alike, and how much is asked of them."""

    application: Server
    floor: Server
    filled: Filled
    clients: int
    answers: int
    acknowledged: int = 0
    handed_in: int = 0

    def turns(self, number: int) -> Iterator[Turn]:
        """Go once through all acts with learners who have done nothing yet."""
        count = self.clients * LEARNERS_PER_CLIENT
        people = self.filled.learners[number * count : (number + 1) * count]
        here = [AtApplication(self.application.port, each, self.filled) for each in people]
        there = [AtFloor(self.floor.port, each, self.filled) for each in people]
        for learner in (*here, *there):
            learner.open_sign_in()
        for place, act in enumerate(ACTS):
            yield self._turn(act, here, there, is_floor_first=(place + number) % 2 == 1)
        self.acknowledged += sum(learner.acknowledged for learner in here)
        self.handed_in += len(here)
        for learner in (*here, *there):
            learner.browser.close()

    def _turn(
        self, act: str, here: Sequence[AtApplication], there: Sequence[AtFloor], is_floor_first: bool
    ) -> Turn:
        turns = [(self.application, act, here), (self.floor, "hello", there), (self.floor, act, there)]
        samples = [self._sample(*turn) for turn in (reversed(turns) if is_floor_first else turns)]
        return Turn(act, *(reversed(samples) if is_floor_first else samples))

    def _sample(self, server: Server, act: str, learners: Sequence[AtApplication]) -> Sample:
        def of_client(at: int) -> list[Request]:
            mine = learners[at :: self.clients]
            return [each for learner in mine for each in requests_of(act, learner, self.answers)]

        return measure(server, [of_client(at) for at in range(self.clients)])


def run(rounds: int, clients: int, answers: int) -> tuple[list[list[Turn]], int]:
    """Measure; return the turns of each round, and how much that was acknowledged is not in the database."""
    with tempfile.TemporaryDirectory(prefix="learning-bench-") as name, ExitStack() as stack:
        folder, secret = Path(name), secrets.token_hex(16)
        # The round before the first warms everything up and is not counted.
        filled = fill(f"sqlite:///{folder}/site.db", secret, (rounds + 1) * clients * LEARNERS_PER_CLIENT)
        accounts = [(each.name, each.password_hash) for each in filled.learners]
        floor.fill(
            f"{folder}/floor.db", accounts, filled.page_html, [for_floor(each) for each in filled.items]
        )
        site = {"DATABASE_URL": f"sqlite:///{folder}/site.db", "SECRET_KEY": secret, "DOCUMENT": ""}
        low = {"FLOOR_DATABASE": f"{folder}/floor.db", "FLOOR_SECRET": secret}
        site_server = stack.enter_context(Server("learning.serve", folder / "site.log", site))
        floor_server = stack.enter_context(Server("bench.floor", folder / "floor.log", low))
        for server in (site_server, floor_server):
            server.wait()
        bench = Bench(site_server, floor_server, filled, clients, answers)
        turns = [list(bench.turns(number)) for number in range(rounds + 1)][1:]
        return turns, bench.acknowledged + bench.handed_in - stored(folder / "site.db")


def for_floor(item: Item) -> dict[str, object]:
    """Return an item as a row of the floor, which knows choices and one line of text."""
    choices = [("true", "正确"), ("false", "错误")] if item.type == "true_false" else []
    for letter, text in zip("ABCDEFGHIJ", item.content.get("choices", []), strict=False):
        choices.append((letter, text))
    right = types.get(item.type).right_response(item.content)
    key = right["1"] if isinstance(right, dict) else right
    return {"type": item.type, "stem": item.stem, "choices": choices, "key": key}


def stored(path: Path) -> int:
    """Return how many answers and results the database of the application holds."""
    with closing(sqlite3.connect(path)) as connection:
        counts = "SELECT (SELECT count(*) FROM journal_entry) + (SELECT count(*) FROM attempt_result)"
        return int(connection.execute(counts).fetchone()[0])


def main() -> None:
    """Measure, print the table, and keep the single samples where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--answers", type=int, default=ITEMS, help="answers saved in each paper")
    parser.add_argument("--json", type=Path, help="where to write every sample")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    turns, missing = run(options.rounds, options.clients, options.answers)
    print(report.heading(options.rounds, options.clients, load))
    print(report.table(turns, options.answers))
    print(f"acknowledged but not stored: {missing}")
    if options.json:
        samples = [asdict(turn) for of_round in turns for turn in of_round]
        options.json.write_text(json.dumps(samples, indent=1, ensure_ascii=False), encoding="utf-8")
    errors = sum(turn.application.errors + turn.floor.errors for of_round in turns for turn in of_round)
    raise SystemExit(1 if errors or missing else 0)


if __name__ == "__main__":
    main()
