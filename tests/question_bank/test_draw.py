"""Feasibility and draws, against brute force on small banks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from decimal import Decimal
from itertools import chain, combinations
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from question_bank import feasibility
from question_bank.bank import read_bank
from question_bank.blueprints import Blueprint, Cell
from question_bank.draw import Draw, draw
from question_bank.feasibility import Feasibility, Shortfall
from question_bank.pool import Candidate, Pool

TYPES = ("single_choice", "true_false")
#: Far apart, so that a set of them has no order that looks like one.
IDS = st.integers(1, 40).map(lambda number: number * 7_919_021)


def _some(*values: object) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=len(values)).map(tuple)


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        id=IDS,
        clauses=_some("3.7s2", "3.70", "3.7", "4.1"),
        type=st.sampled_from(TYPES),
        difficulty=st.integers(1, 3),
        tags=_some("甲", "乙"),
    ),
    max_size=12,
    unique_by=lambda candidate: candidate.id,
)
CELLS = st.builds(
    Cell,
    clauses=_some("3", "3.7", "4"),
    types=_some(*TYPES),
    difficulties=_some(1, 2),
    tags=_some("甲", "乙"),
    count=st.integers(1, 3),
)
BLUEPRINTS = st.builds(Blueprint, st.lists(CELLS, min_size=1, max_size=4).map(tuple))


def candidate(
    id_: int, clause: str = "3.7s2", type_: str = "single_choice", difficulty: int = 1
) -> Candidate:
    return Candidate(id_, (clause,), type_, difficulty, ())


def admits(cell: Cell, row: Candidate) -> bool:
    """Say once more, in the plainest words, what a cell admits."""
    by_clause = any(
        clause == prefix or clause.startswith((f"{prefix}.", f"{prefix}s", f"{prefix}H"))
        for clause in row.clauses
        for prefix in cell.clauses
    )
    return (
        (not cell.clauses or by_clause)
        and (not cell.types or row.type in cell.types)
        and (not cell.difficulties or row.difficulty in cell.difficulties)
        and (not cell.tags or bool(set(cell.tags) & set(row.tags)))
    )


def fitting(cells: Collection[Cell], rows: Collection[Candidate]) -> int:
    return sum(any(admits(cell, row) for cell in cells) for row in rows)


def falls_short(cells: Collection[Cell], rows: Collection[Candidate]) -> bool:
    return sum(cell.count for cell in cells) > fitting(cells, rows)


def subsets(cells: Collection[int]) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(cells, size) for size in range(1, len(cells) + 1))


def fewest_avoided(blueprint: Blueprint, rows: list[Candidate], avoid: Collection[int]) -> int:
    """Return, by trying every way, how many of the ids to avoid a draw cannot do without."""
    places = [cell for cell in blueprint.cells for _ in range(cell.count)]

    def best(at: int, used: frozenset[int]) -> float:
        if at == len(places):
            return 0
        ways = (
            (row.id in avoid) + best(at + 1, used | {row.id})
            for row in rows
            if row.id not in used and admits(places[at], row)
        )
        return min(ways, default=float("inf"))

    return int(best(0, frozenset()))


@given(BLUEPRINTS, CANDIDATES)
def test_shortfalls_are_found_exactly_where_brute_force_finds_them(
    blueprint: Blueprint, rows: list[Candidate]
) -> None:
    found = feasibility.check(Pool(blueprint, rows))
    short = [
        cells
        for cells in subsets(range(len(blueprint.cells)))
        if falls_short([blueprint.cells[cell] for cell in cells], rows)
    ]
    assert found.is_feasible == (not short)
    assert found.available == tuple(fitting([cell], rows) for cell in blueprint.cells)
    for shortfall in found.shortfalls:
        cells = [blueprint.cells[cell] for cell in shortfall.cells]
        assert shortfall.cells in short
        assert not any(set(smaller) < set(shortfall.cells) for smaller in short)
        assert shortfall.needed == sum(cell.count for cell in cells)
        assert shortfall.available == fitting(cells, rows)
    reported = {cell for shortfall in found.shortfalls for cell in shortfall.cells}
    assert all(reported & set(cells) for cells in short)


@given(BLUEPRINTS, CANDIDATES, st.integers(), st.sets(IDS))
def test_a_draw_fails_only_if_it_is_not_feasible_and_keeps_to_the_blueprint(
    blueprint: Blueprint, rows: list[Candidate], seed: int, avoid: set[int]
) -> None:
    pool = Pool(blueprint, rows)
    drawn = draw(pool, seed, avoid)
    if isinstance(drawn, Feasibility):
        assert drawn == feasibility.check(pool)
        assert not drawn.is_feasible
        return
    assert feasibility.check(pool).is_feasible
    by_id = {row.id: row for row in rows}
    for cell, ids in zip(blueprint.cells, drawn.cells, strict=True):
        assert len(ids) == cell.count
        assert all(admits(cell, by_id[id_]) for id_ in ids)
    everything = [id_ for ids in drawn.cells for id_ in ids]
    assert len(set(everything)) == len(everything)


SMALL = st.builds(Blueprint, st.lists(CELLS, min_size=1, max_size=2).map(tuple))


@given(SMALL, CANDIDATES.map(lambda rows: rows[:7]), st.integers(), st.sets(IDS, max_size=20))
@example(
    Blueprint((Cell(clauses=("3",)), Cell())), [candidate(1), candidate(2), candidate(3, "4.1")], 0, {2, 3}
)
def test_a_draw_contains_as_few_as_possible_of_what_it_should_avoid(
    blueprint: Blueprint, rows: list[Candidate], seed: int, avoid: set[int]
) -> None:
    drawn = draw(Pool(blueprint, rows), seed, avoid)
    if isinstance(drawn, Draw):
        used = sum(id_ in avoid for ids in drawn.cells for id_ in ids)
        assert used == fewest_avoided(blueprint, rows, avoid)


@given(BLUEPRINTS, CANDIDATES, st.integers(), st.sets(IDS), st.randoms(use_true_random=False))
def test_a_draw_depends_on_seed_and_bank_and_not_on_the_order_of_the_rows(
    blueprint: Blueprint, rows: list[Candidate], seed: int, avoid: set[int], rng: Random
) -> None:
    drawn = draw(Pool(blueprint, rows), seed, avoid)
    shuffled = rng.sample(rows, len(rows))
    assert draw(Pool(blueprint, shuffled), seed, avoid) == drawn
    assert draw(Pool(blueprint, shuffled + rows), f"{seed}", avoid) == drawn


def test_a_recorded_seed_draws_the_same_next_year() -> None:
    blueprint = Blueprint((Cell(clauses=("3",), count=3), Cell(types=("true_false",), count=2)))
    rows = [candidate(number, f"{number % 4}.1", TYPES[number % 3 == 0]) for number in range(1, 60)]
    assert draw(Pool(blueprint, rows), 20150709) == Draw(((3, 55, 19), (24, 27)))


def test_every_candidate_of_a_cell_is_equally_likely() -> None:
    pool = Pool(Blueprint((Cell(count=2),)), [candidate(id_, f"{id_}.1") for id_ in range(1, 7)])
    drawn: Counter[int] = Counter()
    orders: Counter[bool] = Counter()
    for seed in range(3_000):
        result = draw(pool, seed)
        assert isinstance(result, Draw)
        drawn.update(result.cells[0])
        orders[result.cells[0][0] < result.cells[0][1]] += 1
    assert all(900 <= count <= 1_100 for count in drawn.values())
    assert 1_400 <= orders[True] <= 1_600


def test_where_cells_overlap_every_candidate_still_has_a_chance() -> None:
    blueprint = Blueprint((Cell(clauses=("3",)), Cell(count=2), Cell(types=("true_false",))))
    rows = [
        candidate(1),
        candidate(2),
        candidate(3, "4.1", "true_false"),
        candidate(4, "3.1", "true_false"),
        candidate(5, "5.1"),
    ]
    results = [draw(Pool(blueprint, rows), seed) for seed in range(400)]
    drawn = Counter(
        id_ for result in results if isinstance(result, Draw) for ids in result.cells for id_ in ids
    )
    assert sum(drawn.values()) == 1_600
    assert min(drawn[row.id] for row in rows) > 200


def test_cells_that_share_candidates_are_reported_together() -> None:
    blueprint = Blueprint(
        (
            Cell(clauses=("3",), count=2),
            Cell(types=("true_false",), count=1),
            Cell(clauses=("3",), types=("true_false",), count=1),
            Cell(clauses=("9",), count=4),
        )
    )
    rows = [candidate(1, type_="true_false"), candidate(2), candidate(3), candidate(4), candidate(5, "9.1")]
    assert feasibility.check(Pool(blueprint, rows)) == Feasibility(
        available=(4, 1, 1, 1), shortfalls=(Shortfall((1, 2), 2, 1), Shortfall((3,), 4, 1))
    )


def test_a_cell_that_falls_short_by_itself_is_reported_by_itself() -> None:
    blueprint = Blueprint((Cell(tags=("甲",)), Cell(tags=("乙",)), Cell(tags=("甲", "乙", "丙"), count=5)))
    rows = [Candidate(at, ("3.1",), "true_false", 1, (tag,)) for at, tag in enumerate("甲乙丙")]
    assert feasibility.check(Pool(blueprint, rows)).shortfalls == (Shortfall((2,), 5, 3),)


def test_making_room_may_take_a_chain_of_cells() -> None:
    """Cell n fits candidates n and n + 1, the last cell only candidate 0: all others may have to move."""
    size = 40
    tags = [(f"{n}", f"{n + 1}") for n in range(size)]
    cells = [Cell(tags=pair) for pair in tags] + [Cell(tags=("0",))]
    rows = [Candidate(n, ("3.1",), "true_false", 1, (f"{n}",)) for n in range(size + 1)]
    for seed in range(20):
        result = draw(Pool(Blueprint(tuple(cells)), rows), seed)
        assert result == Draw((*((n + 1,) for n in range(size)), (0,)))


def test_many_candidates_are_sorted_into_few_groups() -> None:
    """Fifty thousand are enough here: what counts is that the groups are no more for more candidates."""
    rng = Random(1)
    rows = [
        candidate(id_, f"{rng.randint(0, 11)}.{rng.randint(1, 9)}s1", rng.choice(TYPES), rng.randint(1, 5))
        for id_ in range(50_000)
    ]
    cells = tuple(Cell(clauses=(f"{section}",), difficulties=(2, 3), count=5) for section in range(12))
    pool = Pool(Blueprint(cells), rows)
    assert len(pool.sizes) == 12
    assert feasibility.check(pool).is_feasible


@pytest.mark.parametrize("seed", range(5))
def test_the_built_in_bank_fills_a_final_exam(seed: int) -> None:
    items = [item for item in read_bank().items if item.use == "exam"]
    rows = [
        Candidate(at, item.clauses, item.type, item.difficulty, item.tags) for at, item in enumerate(items)
    ]
    blueprint = Blueprint(
        (
            *(Cell(clauses=(f"{section}",), types=("single_choice",), count=2) for section in range(12)),
            Cell(types=("multiple_choice",), count=10, marks=Decimal(2)),
            Cell(types=("true_false",), difficulties=(1, 2, 3), count=10),
            Cell(clauses=("3", "11"), types=("case_analysis",), count=2, marks=Decimal(5)),
        )
    )
    drawn = draw(Pool(blueprint, rows), seed)
    assert isinstance(drawn, Draw)
    assert {items[id_].type for id_ in drawn.cells[12]} == {"multiple_choice"}
