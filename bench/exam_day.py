"""Measure an exam day of many learners, and beside it each act, a bare hello and the floor, taking turns.

python -m bench.exam_day --learners 1000 [--database postgresql://…] [--json FILE]
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import checks, comparisons, day, profiling, report
from bench.acts import Rounds, Site, served
from bench.checks import Findings
from bench.comparisons import Pair
from bench.day import STORM, Day, Plan
from bench.fill import ITEMS
from bench.report import ACTS, Turn


@dataclass(frozen=True)
class Measured:
    """All that was measured."""

    day: Day
    rounds: Sequence[Sequence[Turn]]
    crowds: Sequence[Pair]
    #: Empty where no large bank was asked for.
    starts: Sequence[Pair]
    findings: Findings

    @property
    def errors(self) -> int:
        """Return how many requests did not come out right."""
        pairs = [*self.crowds, *self.starts]
        of_pairs = sum(pair.small.errors + pair.large.errors for pair in pairs)
        return sum(row.errors for row in self.day.rows()) + report.errors(self.rounds) + of_pairs


@dataclass(frozen=True)
class Goal:
    """What should be reached, and what was."""

    text: str
    value: float
    limit: float
    is_least: bool = False

    @property
    def is_reached(self) -> bool:
        """Return whether it was reached."""
        return self.value >= self.limit if self.is_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.is_least else "≤"
        verdict = "reached" if self.is_reached else "MISSED "
        return f"{verdict}  {self.text}: {self.value:.2f} ({sign} {self.limit:g})"


def goals(measured: Measured, answers: int) -> list[Goal]:
    """Return the goals of an exam day with what was measured; ratios are medians over the rounds."""
    rounds, middle = measured.rounds, statistics.median
    rows = {row.act: row for row in measured.day.rows()}
    lost = len(measured.findings.lost)
    found = [Goal("errors", measured.errors, 0), Goal("acknowledged but lost", lost, 0)]
    for act, ratios in report.floor_ratios(rounds).items():
        if act != "save one answer":
            found.append(Goal(f"{act}, × floor", middle(ratios), 1.5))
    found += [
        Goal("whole exam, × floor", middle(report.whole_exam(rounds, answers)), 0.5),
        Goal("rate of saving, × hello", middle(report.save_rates(rounds)), 0.4, is_least=True),
        Goal("p99 of saving, × hello", middle(report.save_tails(rounds)), 4),
        Goal("seconds until all are signed in", measured.day.stages[0].seconds, 60),
    ]
    if STORM in rows:
        found.append(Goal("p99 of a save while all start, s", rows[STORM].p99_ms / 1000, 2))
    rates = [pair.large.per_second / pair.small.per_second for pair in measured.crowds]
    found.append(Goal("rate with many who save, × with few", middle(rates), 1, is_least=True))
    if measured.starts:
        costs = [pair.large.cpu_ms / pair.small.cpu_ms for pair in measured.starts]
        found.append(Goal("start from the large bank, × from the small", middle(costs), 1.2))
    return found


async def _measure(site: Site, options: argparse.Namespace) -> Measured:
    rounds: int = options.rounds
    plan = Plan(options.answers, options.scale, options.wait, options.pace, options.prepare)
    turns = await Rounds(site, options.clients, options.turn_learners, options.answers).run(rounds)
    few, many = options.few, options.many
    crowds = await comparisons.crowds(site, rounds + 1, rounds, few, many, options.saves)
    starts: list[Pair] = []
    if options.bank:
        with comparisons.large_bank(site, options.bank, rounds) as (large, filled):
            starts = await comparisons.starts(site, large, filled, rounds + 3, rounds)
    sitting = rounds + 2
    whole = Day(site, site.learners(options.learners, sitting), site.filled.sitting_ids[sitting], plan)
    await whole.run()
    return Measured(whole, turns, crowds, starts, checks.check(site.url, site.seated))


def printed(measured: Measured, options: argparse.Namespace) -> str:
    """Return all that was measured as text."""
    plan, rows = measured.day.plan, measured.day.rows()
    pairs = [("few and many who save", measured.crowds), ("small and large bank", measured.starts)]
    return "\n".join(
        [
            f"## The day of {options.learners} learners",
            f"One connection each; all start within {day.RUSH:g} s; human pace: {plan.gap:.1f} s between two "
            f"answers, {plan.scale:g} times as fast as people; {measured.day.prepared} papers prepared.\n",
            day.table(rows, measured.day.stages),
            f"\n## Taking turns: {options.rounds} rounds, {options.clients} clients; median [range]\n",
            report.table(measured.rounds, options.answers),
            *(f"\n{name}:\n" + "\n".join(map(_told, several)) for name, several in pairs if several),
            "\n## Afterwards\n" + checks.told(measured.findings),
            checks.trouble(measured.day.site.seated),
            "\n".join(map(str, goals(measured, options.answers))),
        ]
    )


def _told(pair: Pair) -> str:
    return " | ".join(
        f"{each.cpu_ms:.2f} ms CPU, {each.per_second:.0f}/s, p99 {each.p99_ms:.0f} ms, errors {each.errors}"
        for each in (pair.small, pair.large)
    )


def as_json(measured: Measured, facts: dict[str, str], options: argparse.Namespace) -> dict[str, Any]:
    """Return all that was measured as JSON."""
    return {
        "facts": facts,
        "options": {name: str(value) for name, value in vars(options).items()},
        "day": {
            "acts": [asdict(row) for row in measured.day.rows()],
            "stages": [asdict(stage) for stage in measured.day.stages],
            "prepared": measured.day.prepared,
        },
        "rounds": [[asdict(turn) for turn in turns] for turns in measured.rounds],
        "crowds": [asdict(pair) for pair in measured.crowds],
        "starts": [asdict(pair) for pair in measured.starts],
        "findings": asdict(measured.findings),
        "goals": [
            asdict(goal) | {"is_reached": goal.is_reached} for goal in goals(measured, options.answers)
        ],
    }


def options_of(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learners", type=int, default=1000, help="who sit the exam")
    parser.add_argument("--database", default="", help="a PostgreSQL server of this machine; else SQLite")
    parser.add_argument("--json", type=Path, help="where to write all that was measured")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--answers", type=int, default=ITEMS, help="answers saved in each paper")
    parser.add_argument("--pace", choices=["human", "fast", "both"], default="both")
    parser.add_argument("--scale", type=float, default=24, help="how much faster than people, at human pace")
    parser.add_argument("--wait", type=float, default=20, help="seconds in the waiting room")
    parser.add_argument("--prepare", type=float, default=120, help="seconds to prepare papers; 0: not")
    parser.add_argument("--clients", type=int, default=32, help="at once, where acts take turns")
    parser.add_argument("--turn-learners", type=int, default=64, help="learners of one turn")
    parser.add_argument("--few", type=int, default=8, help="who save at once")
    parser.add_argument("--many", type=int, default=128, help="who save at once, compared with the few")
    parser.add_argument("--saves", type=int, default=1280, help="of the few, and of the many")
    parser.add_argument("--bank", type=int, default=500_000, help="questions of the large bank; 0: none")
    parser.add_argument("--profile", metavar="ACT", choices=ACTS, help="say where the time of an act goes")
    return parser.parse_args(words)


def run(options: argparse.Namespace) -> tuple[Measured, dict[str, str]]:
    """Fill, serve and measure; return what came of it and the facts of the machine."""
    load = os.getloadavg()[0]
    # Each learner has a connection here, and the servers, which inherit the limit, have its other end.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    starters = comparisons.starters(options.rounds) if options.bank else 0
    learners = max(options.learners, options.turn_learners, options.many, starters)
    with served(options.database, learners, options.rounds + 4) as site:
        facts = report.facts(load, site.folder) | site.databases.facts()
        return asyncio.run(_measure(site, options)), facts


def main() -> None:
    """Measure and print, or profile one act; end with 1 if a request failed or anything is lost."""
    options = options_of()
    if options.profile:
        print(profiling.profile(options.profile, options.database, options.answers))
        return
    measured, facts = run(options)
    print(report.heading(facts) + "\n\n" + printed(measured, options))
    if options.json:
        text = json.dumps(as_json(measured, facts, options), indent=1, ensure_ascii=False)
        options.json.write_text(text, encoding="utf-8")
    raise SystemExit(1 if measured.errors or not measured.findings.is_sound else 0)


if __name__ == "__main__":
    main()
