"""The parts of the exam page that are pure, asked in the browser without a page around them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from learning.core.pages import asset
from tests.journeys.faults.conftest import Hall

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]
Run = Callable[[str], Any]


@pytest.fixture(scope="module")
def run(hall: Hall, browser: Browser) -> Iterator[Run]:
    """Return a function that runs code with the parts of the exam page at hand."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{hall.site.url}/help")
    folder = asset("js/exam.js").removesuffix(".js")

    def run_(code: str) -> Any:
        parts = ("queue", "clock", "wire")
        loaded = "".join(f"const {each} = await import('{folder}/{each}.js');" for each in parts)
        return page.evaluate(f"async () => {{ {loaded} {code} }}")

    yield run_
    context.close()


QUEUE = "const q = new queue.Queue(); q.know(1, 'k0', ['old']); q.know(2, '', []);"
KEYS = "q.entries.map((entry) => entry.fields[0])"


def test_a_change_takes_the_place_of_one_that_was_not_sent_and_follows_on_one_that_was(run: Run) -> None:
    assert run(f"{QUEUE} q.change(1, ['a']); q.change(1, ['b']); return {KEYS}") == ["b"]
    assert run(f"{QUEUE} q.change(1, ['a']); q.batch(20); q.change(1, ['b']); return {KEYS}") == ["a", "b"]
    assert run(f"{QUEUE} return q.change(1, ['old'])") is None
    assert run(f"{QUEUE} q.change(1, ['a']); q.change(1, ['b']); return q.entries[0].after") == "k0"


def test_only_what_a_reply_names_leaves_the_queue(run: Run) -> None:
    code = f"{QUEUE} q.change(1, ['a']); q.change(2, ['b']); q.batch(20); const [one, two] = q.entries;"
    assert run(f"{code} q.settle([one.key], {{}}); return [{KEYS}, q.acknowledged]") == [["b"], 1]
    assert run(f"{code} q.settle(['foreign'], {{}}); return [{KEYS}, q.acknowledged]") == [["a", "b"], 0]
    rejected = "q.settle([], { [two.key]: { message: 'too long' } })"
    assert run(f"{code} {rejected}; return [{KEYS}, q.acknowledged, q.latest.get(2).key]") == [["a"], 0, ""]
    assert run(f"{code} {rejected}; return Boolean(q.change(2, ['b']))"), "the same answer may be tried again"


def stored(*entries: tuple[str, int, str, str]) -> str:
    """Return entries as the store keeps them: key, slot, answer, and what they follow on."""
    names = ("key", "slot", "fields", "after")
    return str(
        [dict(zip(names, (key, slot, [text], after), strict=True)) for key, slot, text, after in entries]
    )


@pytest.mark.parametrize(
    ("entries", "resumed", "conflicts", "done"),
    [
        ([("k1", 1, "a", "k0"), ("k2", 1, "b", "k1")], ["k1", "k2"], [], []),
        ([("k0", 1, "old", "x"), ("k1", 1, "a", "k0")], ["k1"], [], ["k0"]),
        ([("k0", 1, "old", "x")], [], [], ["k0"]),
        ([("k1", 1, "a", "x")], [], ["a"], []),
        ([("k1", 1, "a", "x"), ("k2", 1, "b", "k1"), ("k3", 2, "c", "")], ["k3"], ["b"], []),
    ],
)
def test_what_an_earlier_page_left_is_taken_up_only_where_nothing_else_was_saved_since(
    run: Run,
    entries: list[tuple[str, int, str, str]],
    resumed: list[str],
    conflicts: list[str],
    done: list[str],
) -> None:
    found = run(f"{QUEUE} const found = q.recover({stored(*entries)}); return found")
    assert [each["key"] for each in found["resumed"]] == resumed
    assert [each["fields"][0] for each in found["conflicts"]] == conflicts
    assert [each["key"] for each in found["done"]] == done


CLOCK = "let now = 0; const c = new clock.Clock(() => now); const end = '2026-01-01T10:00:00Z';"


def test_the_clock_never_promises_more_than_there_is_and_every_reply_makes_it_better(run: Run) -> None:
    # 100.4 seconds are left; the first reply takes 3 seconds, the second comes at once.
    assert run(f"{CLOCK} now = 3000; c.sync(0, 100, end); return c.msLeft()") == 97_000
    better = "now = 3000; c.sync(0, 100, end); now = 3400; c.sync(3300, 97, end); return c.msLeft();"
    assert run(f"{CLOCK} {better}") == 96_900
    worse = "now = 3400; c.sync(3300, 97, end); now = 9000; c.sync(4000, 96, end); return c.msLeft();"
    assert run(f"{CLOCK} {worse}") == 91_300


def test_the_clock_believes_the_server_after_a_sleep_and_when_the_end_was_moved(run: Run) -> None:
    begun = "c.sync(0, 100, end);"
    assert run(f"{CLOCK} {begun} now = 1000; c.sync(1000, 40, end); return c.msLeft()") == 40_000
    moved = "const moved = c.sync(1000, 399, '2026-01-01T10:05:00Z'); return [moved, c.msLeft()]"
    assert run(f"{CLOCK} {begun} now = 1000; {moved}") == [300, 399_000]
    sooner = "const moved = c.sync(1000, 39, '2026-01-01T09:59:00Z'); return [moved, c.msLeft()]"
    assert run(f"{CLOCK} {begun} now = 1000; {sooner}") == [-60, 39_000]


def test_warnings_come_once_and_again_after_more_time(run: Run) -> None:
    look = "const look = (at) => { now = at; said.push(c.passed([600, 300, 60])); };"
    code = f"{CLOCK} c.sync(0, 601, end); const said = []; {look}"
    assert run(f"{code} [500, 1500, 2000, 302000, 570000, 602000].forEach(look); return said") == [
        *(0, 600, 0, 300, 60, 0)
    ]
    more = "look(2000); now = 2000; c.sync(2000, 900, '2026-01-01T10:05:00Z'); look(303000); return said"
    assert run(f"{code} {more}") == [600, 600]
    assert run(f"{CLOCK} c.sync(0, 250, end); return c.passed([600, 300, 60])") == 0


def test_moments_are_shown_in_beijing_wherever_the_device_is(run: Run) -> None:
    assert run("return clock.beijingTime('2026-03-05T18:30:00+00:00')") == "2026-03-06 02:30"
    assert run("return clock.clockFace(3725)") == "01:02:05"


def test_pauses_double_are_spread_and_never_grow_beyond_their_bound(run: Run) -> None:
    pauses = run("return [1, 2, 3, 4, 5, 9].map((failures) => wire.pauseAfter(failures, 15000, 0.5))")
    assert pauses == [1000, 2000, 4000, 8000, 15_000, 15_000]
    assert run("return [0, 1].map((random) => wire.pauseAfter(3, 15000, random))") == [3000, 5000]
    assert run("return wire.pauseAfter(9, 1000, 1)") == 1250
    # Three minutes without a network: how often a page asks in vain.
    again = "while (ms < 180000) { times += 1; ms += wire.pauseAfter(times, 15000, 0.5); }"
    assert run(f"let ms = 0, times = 0; {again} return times") == 15
