"""The bound on how far papers differ in difficulty, against all seeds that were tried."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as st

from question_bank import balance, feasibility
from question_bank.blueprints import Blueprint, Cell
from question_bank.draw import Draw, draw
from question_bank.pool import Candidate, Pool
from tests.question_bank.test_draw import IDS, admits, candidate
from tests.question_bank.test_promises import THREE, bank, drawn_from, ids_of

LEVELLED = st.lists(
    st.builds(
        Candidate,
        id=IDS,
        clauses=st.sampled_from([("3.7",), ("4.1",), ("3.7", "4.1"), ("5.1",)]),
        type=st.just("true_false"),
        difficulty=st.integers(1, 5),
        tags=st.just(()),
    ),
    min_size=4,
    max_size=30,
    unique_by=lambda row: row.id,
)
BOUNDED = st.builds(
    Blueprint,
    st.lists(
        st.builds(
            Cell,
            clauses=st.sampled_from([("3",), ("4",), ("5",), ("3", "4"), ()]),
            count=st.integers(1, 4),
            marks=st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(2), Decimal(5)]),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    difficulty_bound=st.just(Decimal(4)),
)


@given(BOUNDED, LEVELLED)
@example(
    Blueprint((Cell(),), difficulty_bound=Decimal(4)),
    [candidate(1, difficulty=1), candidate(2, difficulty=5)],
)
def test_papers_differ_by_less_than_the_least_bound_and_a_smaller_one_is_refused(
    blueprint: Blueprint, rows: list[Candidate]
) -> None:
    pool = Pool(blueprint, rows)
    assume(not feasibility.check(pool).shortfalls)
    least = balance.least_bound(pool.limited(""))
    smaller = least - Decimal("0.01")
    if smaller:
        refused = feasibility.check(Pool(replace(blueprint, difficulty_bound=smaller), rows))
        assert (refused.is_feasible, refused.least_bound) == (False, least)
    bounded = Pool(replace(blueprint, difficulty_bound=least), rows)
    assert feasibility.check(bounded).is_feasible
    frozen = bounded.limited("")
    found = [balance.difficulty(frozen, drawn_from(bounded, seed).cells) for seed in range(25)]
    assert max(found) - min(found) < Fraction(least)
    assert all(abs(each - balance.target(frozen)) <= Fraction(least) / 2 for each in found)


@given(BOUNDED, LEVELLED, st.integers(), st.sets(IDS), st.sets(IDS))
def test_a_bounded_draw_keeps_to_its_cells_and_repeats_no_more_than_it_must(
    blueprint: Blueprint, rows: list[Candidate], seed: int, avoid: set[int], barred: set[int]
) -> None:
    bound = Decimal("0.3")
    pool = Pool(replace(blueprint, difficulty_bound=bound), rows).limited("")
    plain = Pool.of_rows(blueprint.__class__(blueprint.cells), pool.rows())
    result, free = draw(pool, seed, avoid, barred), draw(plain, seed, avoid, barred)
    assert isinstance(result, Draw) == isinstance(free, Draw)
    assume(isinstance(result, Draw) and isinstance(free, Draw))
    assert isinstance(result, Draw)
    assert isinstance(free, Draw)
    assert draw(pool, seed, avoid, barred) == result
    assert not barred.intersection(ids_of(result))
    by_id = {row.id: row for row in rows}
    assert [len(ids) for ids in result.cells] == [cell.count for cell in blueprint.cells]
    assert all(
        admits(cell, by_id[id_])
        for cell, ids in zip(blueprint.cells, result.cells, strict=True)
        for id_ in ids
    )
    assert len(set(ids_of(result))) == len(ids_of(result))
    assert len(avoid.intersection(ids_of(result))) == len(avoid.intersection(ids_of(free)))
    before, after = (
        abs(balance.difficulty(pool, each.cells) - balance.target(pool)) for each in (free, result)
    )
    assert after <= max(before, Fraction(bound) / 2)


def test_a_bound_leaves_a_paper_alone_that_keeps_it_already() -> None:
    rows = bank(40)
    bounded, free = (Pool(replace(THREE, difficulty_bound=bound), rows) for bound in (Decimal("4.99"), None))
    for seed in range(10):
        assert drawn_from(bounded.limited(""), seed) == drawn_from(free.limited(""), seed)


def test_a_bound_lets_every_candidate_be_drawn() -> None:
    blueprint = Blueprint(tuple(replace(cell, count=4, marks=Decimal(1)) for cell in THREE.cells))
    pool = Pool(replace(blueprint, difficulty_bound=Decimal("0.4")), bank(20)).limited("")
    drawn = Counter(id_ for seed in range(200) for id_ in ids_of(drawn_from(pool, seed)))
    assert len(drawn) == 60
