"""Sum up samples: medians over the rounds, ratios within a round, with their ranges."""

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from learning.config import ROOT

ACTS = (
    "sign in",
    "content page",
    "start",
    "show the paper",
    "take the place",
    "save one answer",
    "hand in and score",
    "see the result",
)
#: What the floor does not do.
ONLY_HERE = frozenset({"take the place"})
#: How often each act is done in a whole exam; saving, once for each answer.
EXAM = ("start", "show the paper", "take the place", "hand in and score", "see the result")
COLUMNS = (
    "act",
    "CPU ms",
    "floor",
    "× floor",
    "× hello",
    "req/s",
    "floor",
    "p50/p95/p99 ms",
    "floor",
    "errors",
)


@dataclass(frozen=True)
class Sample:
    """One act at one server in one round."""

    requests: int
    errors: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    #: Processor time of all processes of server and database for one request.
    cpu_ms: float
    #: That of the clients, which is no part of it.
    client_cpu_ms: float


@dataclass(frozen=True)
class Turn:
    """One act in one round: at the application, a hello, and at the floor."""

    act: str
    application: Sample
    hello: Sample
    floor: Sample


def sample_of(done: Sequence[tuple[float, bool]], seconds: float, cpu: float, own: float) -> Sample:
    """Return the sample of what was done: how long each request took, and whether it came out right."""
    count, times = max(1, len(done)), sorted(took for took, _ in done)
    return Sample(
        requests=len(done),
        errors=sum(not is_right for _, is_right in done),
        per_second=len(done) / seconds,
        p50_ms=part(times, 0.5) * 1000,
        p95_ms=part(times, 0.95) * 1000,
        p99_ms=part(times, 0.99) * 1000,
        cpu_ms=cpu * 1000 / count,
        client_cpu_ms=own * 1000 / count,
    )


def part(times: Sequence[float], share: float) -> float:
    """Return below what that share of the sorted times lies."""
    return times[min(len(times) - 1, int(len(times) * share))] if times else 0.0


def facts(load: float, folder: Path) -> dict[str, str]:
    """Return when, where and with what this was measured; the folder lies on the disk of the databases."""
    packages = ("flask", "sqlalchemy", "granian", "psycopg")
    words = ["git", "describe", "--always", "--dirty"]
    commit = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    return {
        "moment": time.strftime("%Y-%m-%d %H:%M"),
        "commit": commit,
        "cores": str(os.cpu_count()),
        "processor": models[0].partition(":")[2].strip() if models else platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": ", ".join(f"{name} {version(name)}" for name in packages),
        "load before the run": f"{load:.2f}",
        "fdatasync of 4 KiB": f"{_sync_ms(folder):.2f} ms",
    }


def _sync_ms(folder: Path) -> float:
    """Return the milliseconds, in the middle, that a page takes to the disk: what a commit waits for."""
    times = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(100):
            file.write(bytes(4096))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return _median(times) * 1000


def heading(known: dict[str, str]) -> str:
    """Return the facts in a line."""
    return "; ".join(f"{name}: {value}" for name, value in known.items())


def table(rounds: Sequence[Sequence[Turn]], answers: int) -> str:
    """Return the table, and below it the whole exam and the rate of saving beside that of hello."""
    rows = [_row(act, turns) for act, turns in _by_act(rounds).items()]
    hellos = [turn.hello for turns in rounds for turn in turns]
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *rows, _hello_row(hellos)]
    client = _median(turn.application.client_cpu_ms for turn in _by_act(rounds)["save one answer"])
    return "\n".join(
        [
            *(f"| {' | '.join(line)} |" for line in lines),
            "",
            f"whole exam (start, paper, place, {answers} answers, hand-in, result) / floor's: "
            f"{_ratios(whole_exam(rounds, answers))}",
            f"rate of saving / rate of hello: {_ratios(save_rates(rounds))}",
            f"p99 of saving / p99 of hello: {_ratios(save_tails(rounds))}",
            f"the clients' own processor time for one save: {client:.2f} ms",
        ]
    )


def whole_exam(rounds: Sequence[Sequence[Turn]], answers: int) -> list[float]:
    """Return for each round the processor time of a whole exam as a multiple of the floor's."""
    return [
        _exam(turns, answers, lambda turn: turn.application) / _exam(turns, answers, lambda turn: turn.floor)
        for turns in rounds
    ]


def save_rates(rounds: Sequence[Sequence[Turn]]) -> list[float]:
    """Return for each round the rate of saving as a part of that of hello."""
    saves = _by_act(rounds)["save one answer"]
    return [turn.application.per_second / turn.hello.per_second for turn in saves]


def save_tails(rounds: Sequence[Sequence[Turn]]) -> list[float]:
    """Return for each round the p99 of saving as a multiple of that of hello."""
    return [turn.application.p99_ms / turn.hello.p99_ms for turn in _by_act(rounds)["save one answer"]]


def floor_ratios(rounds: Sequence[Sequence[Turn]]) -> dict[str, list[float]]:
    """Return for each act and round its processor time as a multiple of the floor's."""
    return {
        act: [turn.application.cpu_ms / turn.floor.cpu_ms for turn in turns]
        for act, turns in _by_act(rounds).items()
        if act not in ONLY_HERE
    }


def errors(rounds: Sequence[Sequence[Turn]]) -> int:
    """Return how many requests did not come out right."""
    samples = [
        each for turns in rounds for turn in turns for each in (turn.application, turn.hello, turn.floor)
    ]
    return sum(each.errors for each in samples)


def _by_act(rounds: Sequence[Sequence[Turn]]) -> dict[str, list[Turn]]:
    return {act: [turn for turns in rounds for turn in turns if turn.act == act] for act in ACTS}


def _row(act: str, turns: Sequence[Turn]) -> tuple[str, ...]:
    own, low = [turn.application for turn in turns], [turn.floor for turn in turns]
    is_only_here = act in ONLY_HERE
    return (
        act,
        f"{_median(each.cpu_ms for each in own):.2f}",
        "–" if is_only_here else f"{_median(each.cpu_ms for each in low):.2f}",
        "–" if is_only_here else _ratios([turn.application.cpu_ms / turn.floor.cpu_ms for turn in turns]),
        _ratios([turn.application.cpu_ms / turn.hello.cpu_ms for turn in turns]),
        f"{_median(each.per_second for each in own):.0f}",
        "–" if is_only_here else f"{_median(each.per_second for each in low):.0f}",
        _waits(own),
        "–" if is_only_here else _waits(low),
        f"{sum(each.errors for each in own)}/{sum(each.errors for each in low)}",
    )


def _hello_row(hellos: Sequence[Sample]) -> tuple[str, ...]:
    cpu, rate = _median(each.cpu_ms for each in hellos), _median(each.per_second for each in hellos)
    wrong = sum(each.errors for each in hellos)
    return ("hello", "–", f"{cpu:.2f}", "–", "1", "–", f"{rate:.0f}", "–", _waits(hellos), f"–/{wrong}")


def _exam(turns: Sequence[Turn], answers: int, of: Callable[[Turn], Sample]) -> float:
    """Return the processor milliseconds of a whole exam in one round."""
    times = dict.fromkeys(EXAM, 1) | {"save one answer": answers}
    return sum(of(turn).cpu_ms * times.get(turn.act, 0) for turn in turns if of(turn).requests)


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)


def _ratios(values: Sequence[float]) -> str:
    return f"{_median(values):.2f} [{min(values):.2f}–{max(values):.2f}]"


def _waits(samples: Sequence[Sample]) -> str:
    names = ("p50_ms", "p95_ms", "p99_ms")
    return "/".join(f"{_median(getattr(each, name) for each in samples):.0f}" for name in names)
