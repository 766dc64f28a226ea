"""Sum up samples: medians over the rounds, ratios within a round, with their ranges."""

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ACTS = ("sign in", "content page", "start", "show the paper", "save one answer", "hand in and score")
COLUMNS = (
    "act",
    "CPU ms",
    "floor",
    "× floor",
    "× hello",
    "req/s",
    "floor",
    "p50/p95 ms",
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
    #: Processor time of all processes of the server for one request.
    cpu_ms: float


@dataclass(frozen=True)
class Turn:
    """One act in one round: at the application, a hello, and at the floor."""

    act: str
    application: Sample
    hello: Sample
    floor: Sample


def heading(rounds: int, clients: int, load: float) -> str:
    """Return when and where this was measured."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"{machine}; load before the run {load:.1f}; {rounds} rounds, {clients} clients; median [range]\n"


def table(rounds: Sequence[Sequence[Turn]], answers: int) -> str:
    """Return the table, and below it the whole exam and the rate of saving beside that of hello."""
    by_act = {act: [turn for turns in rounds for turn in turns if turn.act == act] for act in ACTS}
    rows = [_row(act, turns) for act, turns in by_act.items()]
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *rows]
    exams = [(_exam(turns, answers, True), _exam(turns, answers, False)) for turns in rounds]
    saves = [turn.application.per_second / turn.hello.per_second for turn in by_act["save one answer"]]
    whole = f"whole exam (start, paper, {answers} answers, hand-in)"
    own, low = _median(own for own, _ in exams), _median(low for _, low in exams)
    return "\n".join(
        [
            *(f"| {' | '.join(line)} |" for line in lines),
            "",
            f"{whole}: {own:.0f} ms, floor {low:.0f} ms, × {_ratios([own / low for own, low in exams])}",
            f"rate of saving / rate of hello: {_ratios(saves)}",
        ]
    )


def _row(act: str, turns: Sequence[Turn]) -> tuple[str, ...]:
    own, low = [turn.application for turn in turns], [turn.floor for turn in turns]
    return (
        act,
        f"{_median(each.cpu_ms for each in own):.1f}",
        f"{_median(each.cpu_ms for each in low):.1f}",
        _ratios([turn.application.cpu_ms / turn.floor.cpu_ms for turn in turns]),
        _ratios([turn.application.cpu_ms / turn.hello.cpu_ms for turn in turns]),
        f"{_median(each.per_second for each in own):.0f}",
        f"{_median(each.per_second for each in low):.0f}",
        _waits(own),
        _waits(low),
        f"{sum(each.errors for each in own)}/{sum(each.errors for each in low)}",
    )


def _exam(turns: Sequence[Turn], answers: int, is_own: bool) -> float:
    """Return the processor milliseconds of a whole exam in one round, of the application or of the floor."""
    times = {"start": 1, "show the paper": 1, "save one answer": answers, "hand in and score": 1}
    return sum((turn.application if is_own else turn.floor).cpu_ms * times.get(turn.act, 0) for turn in turns)


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)


def _ratios(values: Sequence[float]) -> str:
    return f"{_median(values):.2f} [{min(values):.2f}–{max(values):.2f}]"


def _waits(samples: Sequence[Sample]) -> str:
    return f"{_median(each.p50_ms for each in samples):.0f}/{_median(each.p95_ms for each in samples):.0f}"
