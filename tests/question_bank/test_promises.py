"""What is promised of a pool before an exam, against brute force: exposure, resits, cost."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from random import Random
from types import FrameType
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from question_bank import feasibility
from question_bank.blueprints import Blueprint, Cell
from question_bank.draw import Draw, draw
from question_bank.feasibility import Feasibility, Shortfall
from question_bank.pool import FEWEST, MOST_TIMES, Candidate, Pool, exposure_cap, needed
from tests.question_bank.test_draw import BLUEPRINTS, CANDIDATES, IDS, admits, candidate, fitting, subsets

PERCENT = st.sampled_from([1, 10, 34, 50, 67, 99, 100])


def drawn_from(pool: Pool, seed: object, *excluded: Collection[int]) -> Draw:
    result = draw(pool, f"{seed}", *excluded)
    assert isinstance(result, Draw), result
    return result


def ids_of(paper: Draw) -> list[int]:
    return [id_ for ids in paper.cells for id_ in ids]


def never_stuck(size: int, count: int, papers: int, cap: int, attempts: int) -> bool:
    """Tell, by trying every course of a sitting, whether somebody can always sit so many papers.

    There are ``size`` candidates for one cell. Others draw whatever is not barred; the person draws nothing
    twice.
    """

    @cache
    def holds(used: tuple[int, ...], own: frozenset[int], others: int, mine: int) -> bool:
        open_ = [id_ for id_ in range(size) if used[id_] < cap]
        free = [id_ for id_ in open_ if id_ not in own]
        if len(free) < count:
            return False
        if mine == 1 and not others:
            return True

        def after(paper: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(times + (id_ in paper) for id_, times in enumerate(used))

        return all(
            holds(after(paper), own, others - 1, mine) for paper in combinations(open_, count) if others
        ) and all(
            holds(after(paper), own | {*paper}, others, mine - 1)
            for paper in combinations(free, count)
            if mine > 1
        )

    return holds((0,) * size, frozenset(), papers - attempts, attempts)


@pytest.mark.parametrize("attempts", [1, 2])
@pytest.mark.parametrize(
    ("count", "papers", "cap"), [case for case in product((1, 2), (2, 3, 4), (1, 2, 3)) if case[2] <= case[1]]
)
def test_a_cell_needs_exactly_as_many_candidates_as_no_course_of_events_can_exhaust(
    count: int, papers: int, cap: int, attempts: int
) -> None:
    least = needed(count, papers, cap, attempts)
    assume_small = range(max(1, least - 2), min(least + 1, 7))
    for size in assume_small:
        assert never_stuck(size, count, papers, cap, attempts) == (size >= least), size


@given(BLUEPRINTS, CANDIDATES, PERCENT, st.integers(1, 6), st.integers(1, 3))
def test_shortfalls_under_a_cap_and_of_resits_are_those_that_brute_force_finds(
    blueprint: Blueprint, rows: list[Candidate], percent: int, papers: int, attempts: int
) -> None:
    blueprint = replace(blueprint, exposure_percent=percent)
    found = feasibility.check(Pool(blueprint, rows), papers, attempts)
    cap = exposure_cap(blueprint, papers)
    for reported, times in ((found.shortfalls, 1), (found.resit_shortfalls, attempts)):
        needs = [needed(cell.count, papers, cap, times) for cell in blueprint.cells]
        short = [
            cells
            for cells in subsets(range(len(needs)))
            if sum(needs[cell] for cell in cells) > fitting([blueprint.cells[cell] for cell in cells], rows)
        ]
        if reported is found.resit_shortfalls and attempts == 1:
            assert reported == ()
            continue
        assert bool(reported) == bool(short)
        for shortfall in reported:
            assert shortfall.cells in short
            assert not any(set(smaller) < set(shortfall.cells) for smaller in short)
            assert shortfall.needed == sum(needs[cell] for cell in shortfall.cells)
        named = {cell for shortfall in reported for cell in shortfall.cells}
        assert all(named & set(cells) for cells in short)


#: Few cells, many candidates: enough of these can be drawn again and again.
ROOMY = st.builds(
    Blueprint,
    st.lists(
        st.builds(
            Cell,
            st.sampled_from([("3",), ("4",), ("3", "4"), ()]),
            count=st.integers(1, 2),
            types=st.just(()),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
)
MANY = st.lists(
    st.builds(candidate, IDS, st.sampled_from(["3.7", "4.1", "5.1"])),
    min_size=15,
    unique_by=lambda row: row.id,
)


def disjoint_papers(blueprint: Blueprint, rows: list[Candidate]) -> bool:
    """Tell, by trying every way, whether there are two papers without a common item."""
    places = [cell for cell in blueprint.cells for _ in range(2 * cell.count)]

    @cache
    def fill(at: int, used: frozenset[int]) -> bool:
        return at == len(places) or any(
            fill(at + 1, used | {row.id}) for row in rows if row.id not in used and admits(places[at], row)
        )

    return fill(0, frozenset())


@given(ROOMY, MANY.map(lambda rows: rows[:9]), st.integers())
def test_every_resit_is_free_of_repeated_items_exactly_where_that_was_stated(
    blueprint: Blueprint, rows: list[Candidate], seed: int
) -> None:
    pool = Pool(blueprint, rows)
    found = feasibility.check(pool, attempts=2)
    assume(found.is_feasible)
    if found.resit_shortfalls:
        assert not disjoint_papers(blueprint, rows)
        return
    frozen = pool.limited(0, attempts=2)
    first = drawn_from(frozen, seed)
    again = drawn_from(frozen, f"{seed}/2", ids_of(first))
    assert not set(ids_of(first)) & set(ids_of(again))


@given(ROOMY, MANY, st.sampled_from([34, 50, 67, 99]), st.integers(2, 7), st.integers())
def test_no_paper_is_refused_and_no_item_stands_in_more_papers_than_the_cap(
    blueprint: Blueprint, rows: list[Candidate], percent: int, papers: int, seed: int
) -> None:
    blueprint = replace(blueprint, exposure_percent=percent)
    pool = Pool(blueprint, rows)
    assume(feasibility.check(pool, papers).is_feasible)
    frozen, cap = pool.limited(seed, papers), exposure_cap(blueprint, papers)
    used: Counter[int] = Counter()
    for number in range(papers):
        barred = [id_ for id_, times in used.items() if times >= cap]
        used.update(ids_of(drawn_from(frozen, f"{seed}/{number}", (), barred)))
    assert max(used.values()) <= cap


@given(BLUEPRINTS, CANDIDATES, st.sets(IDS), st.sets(IDS), st.integers())
def test_what_is_barred_is_not_used_at_all_and_a_refusal_tells_what_is_left(
    blueprint: Blueprint, rows: list[Candidate], avoid: set[int], barred: set[int], seed: int
) -> None:
    left = [row for row in rows if row.id not in barred]
    result = draw(Pool(blueprint, rows), seed, avoid, barred)
    if isinstance(result, Feasibility):
        assert result == feasibility.check(Pool(blueprint, left))
        assert not result.is_feasible
    else:
        assert not set(ids_of(result)) & barred
        # Barring is leaving out: nothing else about the draw is different.
        assert result == draw(Pool(blueprint, left), seed, avoid)


@given(BLUEPRINTS, CANDIDATES, PERCENT, st.integers(1, 8), st.integers(1, 3), st.integers())
def test_freezing_keeps_every_promise_and_gives_each_candidate_to_one_cell(
    blueprint: Blueprint, rows: list[Candidate], percent: int, papers: int, attempts: int, seed: int
) -> None:
    blueprint = replace(blueprint, exposure_percent=percent, difficulty_bound=Decimal("0.5"))
    pool = Pool(blueprint, rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("question_bank.pool.FEWEST", 1)  # so that no more is frozen than was promised
        frozen = pool.limited(seed, papers, attempts, most=1)
        again = frozen.limited(seed + 1, papers, attempts, most=1)
    before, after = (feasibility.check(each, papers, attempts) for each in (pool, frozen))
    assert bool(before.shortfalls) == bool(after.shortfalls)
    assert before.least_bound == after.least_bound
    if before.is_feasible:
        assert bool(before.resit_shortfalls) == bool(after.resit_shortfalls)
    by_id = {row.id: row for row in rows}
    stated = list(frozen.rows())
    assert len({id_ for _, id_, _ in stated}) == len(stated)
    assert all(admits(blueprint.cells[cell], by_id[id_]) for cell, id_, _ in stated)
    assert all(level == by_id[id_].difficulty for _, id_, level in stated)
    assert Pool.of_rows(blueprint, stated).groups == frozen.groups
    assert sorted(Pool.of_rows(blueprint, stated[::-1]).rows()) == sorted(stated)
    assert again.groups == frozen.groups


@given(BLUEPRINTS, CANDIDATES)
def test_freezing_loses_nothing_of_a_small_bank(blueprint: Blueprint, rows: list[Candidate]) -> None:
    pool = Pool(blueprint, rows)
    frozen = pool.limited(0)
    assert {id_ for _, id_, _ in frozen.rows()} == {id_ for _, id_, _ in pool.rows()}
    assert frozen.groups == pool.limited(99).groups


def levelled(cell: int, size: int, rng: Random, first: int) -> list[Candidate]:
    return [
        Candidate(first + at, (f"{cell}.1",), "true_false", rng.choice([1, 1, 2, 2, 2, 3, 5]), ())
        for at in range(size)
    ]


THREE = Blueprint(
    (Cell(("1",), count=4), Cell(("2",), count=3, marks=Decimal(2)), Cell(("3",), marks=Decimal(5)))
)


def bank(size: int) -> list[Candidate]:
    rng = Random(7)
    return [row for cell in (1, 2, 3) for row in levelled(cell, size, rng, cell * 1_000_000)]


def test_a_large_bank_is_frozen_as_a_sample_of_bounded_size_with_the_levels_in_proportion() -> None:
    pool = Pool(THREE, bank(9_000))
    frozen = pool.limited("a")
    times = max(MOST_TIMES, -(-FEWEST // THREE.total_items))
    assert [len(ids) for ids in frozen.groups.values()] == [cell.count * times for cell in THREE.cells]
    for before, after in zip(pool.levels, frozen.levels, strict=True):
        size, kept = (sum(map(len, levels.values())) for levels in (before, after))
        for level, ids in before.items():
            assert abs(len(after[level]) - len(ids) * kept / size) <= 1
    other = pool.limited("b")
    assert other.groups != frozen.groups
    assert [{level: len(ids) for level, ids in levels.items()} for levels in other.levels] == [
        {level: len(ids) for level, ids in levels.items()} for levels in frozen.levels
    ]


def test_cells_that_share_candidates_get_the_easy_and_the_difficult_in_equal_parts() -> None:
    rows = levelled(1, 90, Random(3), 1)
    frozen = Pool(Blueprint((Cell(count=2), Cell(count=2), Cell(count=4))), rows).limited(0)
    levels = Counter(row.difficulty for row in rows)
    for cell, part in zip(frozen.levels, (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)), strict=True):
        for level, number in levels.items():
            assert abs(len(cell.get(level, [])) - number * part) <= 1


def test_a_cap_that_needs_more_candidates_than_usual_gets_them() -> None:
    blueprint = replace(THREE, exposure_percent=1)
    pool = Pool(blueprint, bank(3_000))
    frozen = pool.limited("a", papers=199)
    assert feasibility.check(pool, 199).is_feasible
    assert feasibility.check(frozen, 199).is_feasible
    assert len(next(iter(frozen.groups.values()))) == 199 * 4


def executed_lines(act: Callable[[], object]) -> int:
    """Return how many lines of Python an act takes."""
    lines = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return lines


def test_a_draw_from_a_hundred_times_the_bank_takes_no_more_steps() -> None:
    """Counted, not timed: lines executed, and how long the lists are that they go through."""
    blueprint = replace(THREE, difficulty_bound=Decimal("0.4"))
    small, large = (Pool(blueprint, bank(size)).limited("a") for size in (600, 60_000))
    assert sum(large.sizes.values()) == sum(small.sizes.values())
    avoid = set(range(1_000_000, 1_000_400))

    def lines(pool: Pool) -> int:
        return executed_lines(lambda: [draw(pool, seed, avoid) for seed in range(20)])

    lines(small), lines(large)  # what is worked out once for a pool
    assert lines(large) < 1.1 * lines(small)


def test_a_resit_that_has_to_repeat_items_names_the_cells() -> None:
    blueprint = Blueprint((Cell(("3",), count=2), Cell(("4",)), Cell(("3", "5"))))
    rows = [
        candidate(1),
        candidate(2),
        candidate(3),
        candidate(4, "5.1"),
        candidate(5, "4.1"),
        candidate(6, "4.1"),
    ]
    found = feasibility.check(Pool(blueprint, rows), attempts=2)
    assert found.is_feasible
    assert found.resit_shortfalls == (Shortfall((0,), 4, 3),)


def test_a_cap_counts_at_least_one_paper_and_whole_papers_only() -> None:
    capped = replace(THREE, exposure_percent=40)
    assert [exposure_cap(capped, papers) for papers in (1, 2, 3, 5, 7, 1_000)] == [1, 1, 1, 2, 2, 400]
    assert exposure_cap(THREE, 30) == 30
    assert needed(5, 1_000, 400) == 5 + 999 * 5 // 400
    assert needed(5, 30, 30) == 5
