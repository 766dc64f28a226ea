"""Two comparisons of the application with itself: few and many who save, a small and a large bank."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from bench.acts import Do, Site, measure
from bench.clients import AtApplication
from bench.fill import Filled, fill
from bench.report import Sample
from bench.servers import Server
from bench.wire import Connection

#: Starts of one measurement, and how many at once.
STARTS, HANDS = 32, 4


@dataclass(frozen=True)
class Pair:
    """The same act measured twice in one round."""

    small: Sample
    large: Sample


async def crowds(site: Site, sitting: int, rounds: int, few: int, many: int, saves: int) -> list[Pair]:
    """Return how saving goes with few and with many clients, who send as many answers together."""
    learners = site.learners(many, sitting)
    await measure(site.application, [_way_in(learners[at::few]) for at in range(few)])
    pairs = []
    for number in range(rounds + 1):
        sides = [learners[:few], learners]
        samples = [
            await measure(site.application, [_saves(each, saves // len(side)) for each in side])
            for side in (sides if number % 2 else reversed(sides))
        ]
        pairs.append(Pair(*(samples if number % 2 else reversed(samples))))
    for learner in learners:
        learner.browser.wire.close()
    return pairs[1:]


def _way_in(learners: Sequence[AtApplication]) -> list[Do]:
    """Return all that has to be done before the first answer."""
    return [
        do
        for here in learners
        for do in (here.open_sign_in, here.sign_in, here.rules, here.start, here.paper, here.enter)
    ]


def _saves(learner: AtApplication, count: int) -> list[Do]:
    slots = sorted(learner.answers)
    return [partial(learner.save, slots[at % len(slots)]) for at in range(count)]


@contextmanager
def large_bank(site: Site, size: int, rounds: int) -> Iterator[tuple[Server, Filled]]:
    """Serve the application on one more database, whose bank has `size` questions."""
    url = site.databases.make("bank")
    filled = fill(url, site.secret, starters(rounds), 1, size)
    with site.server("bank", url) as server:
        server.wait()
        yield server, filled


def starters(rounds: int) -> int:
    """Return how many learners start papers of either bank; the round that warms up is one more."""
    return STARTS * (rounds + 1)


async def starts(site: Site, large: Server, filled: Filled, sitting: int, rounds: int) -> list[Pair]:
    """Return how starting a paper goes with the built-in bank and with the large one."""
    pairs = []
    for number in range(rounds + 1):
        here = site.learners(STARTS, sitting, number * STARTS)
        people = filled.learners[number * STARTS : (number + 1) * STARTS]
        there = [AtApplication(Connection(large.port), each, filled) for each in people]
        sides = [(site.application, here), (large, there)]
        samples = [await _starts(*side) for side in (sides if number % 2 else reversed(sides))]
        pairs.append(Pair(*(samples if number % 2 else reversed(samples))))
    return pairs[1:]


async def _starts(server: Server, learners: Sequence[AtApplication]) -> Sample:
    await asyncio.gather(*(learner.open_sign_in() for learner in learners))
    await asyncio.gather(*(learner.sign_in() for learner in learners))
    await asyncio.gather(*(learner.rules() for learner in learners))
    hands = [learners[at::HANDS] for at in range(HANDS)]
    sample = await measure(server, [[learner.start for learner in hand] for hand in hands])
    for learner in learners:
        learner.browser.wire.close()
    return sample
