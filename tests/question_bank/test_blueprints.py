"""Blueprints: reading, writing, totals, and which clauses a cell admits."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import blueprints
from question_bank.blueprints import Blueprint, Cell, prefixes_of
from tests.question_bank import samples

CELLS = st.builds(
    Cell,
    clauses=st.lists(st.sampled_from(["0", "3", "3.7", "3.7s2", "3H", "11.1"]), unique=True).map(tuple),
    types=st.lists(st.sampled_from(samples.type_names()), unique=True).map(tuple),
    difficulties=st.lists(st.integers(1, 5), unique=True).map(tuple),
    tags=st.lists(samples.LINES, max_size=3, unique=True).map(tuple),
    count=st.integers(1, 6),
    marks=st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("2.25"), Decimal(10)]),
)
BLUEPRINTS = st.builds(Blueprint, st.lists(CELLS, min_size=1, max_size=8).map(tuple))


@given(BLUEPRINTS)
def test_a_blueprint_is_the_same_after_writing_and_reading(blueprint: Blueprint) -> None:
    assert blueprints.from_dict(json.loads(json.dumps(blueprints.to_dict(blueprint)))) == blueprint


def test_a_cell_without_conditions_asks_for_one_item_of_one_mark() -> None:
    assert blueprints.from_dict({"cells": [{"count": 1}]}) == Blueprint((Cell(),))


def test_totals_count_every_item_with_its_marks() -> None:
    blueprint = Blueprint((Cell(count=20, marks=Decimal("1.5")), Cell(count=3, marks=Decimal(10))))
    assert blueprint.total_items == 23
    assert blueprint.total_marks == Decimal(60)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"clauses": ["3.0"]}, ("clauses", "cells.2.clauses")),
        ({"clauses": ["§3"]}, ("clauses", "cells.2.clauses")),
        ({"clauses": [3]}, ("clauses", "cells.2.clauses")),
        ({"clauses": "3"}, ("clauses", "cells.2.clauses")),
        ({"types": ["nonsense"]}, ("types", "cells.2.types")),
        ({"difficulties": [6]}, ("difficulties", "cells.2.difficulties")),
        ({"difficulties": [True]}, ("difficulties", "cells.2.difficulties")),
        ({"difficulties": [2.0]}, ("difficulties", "cells.2.difficulties")),
        ({"tags": [" "]}, ("tags", "cells.2.tags")),
        ({"count": 0}, ("count", "cells.2.count")),
        ({"count": None}, ("count", "cells.2.count")),
        ({"count": True}, ("count", "cells.2.count")),
        ({"count": 301}, ("count", "cells.2.count")),
        ({"marks": "x"}, ("marks", "cells.2.marks")),
        ({"marks": 0}, ("marks", "cells.2.marks")),
        ({"section": "3"}, ("unknown_field", "cells.2.section")),
    ],
)
def test_problems_say_which_cell(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    found = blueprints.from_dict({"cells": [{"count": 1}, {"count": 1, **changes}]})
    assert isinstance(found, list)
    assert [(each.code, each.where) for each in found] == [problem]


@pytest.mark.parametrize(
    ("mapping", "problem"),
    [
        ({}, ("cells", "cells")),
        ({"cells": []}, ("cells", "cells")),
        ({"cells": {}}, ("cells", "cells")),
        ({"cells": [{"count": 1}] * 51}, ("cells", "cells")),
        ({"cells": [5]}, ("cell", "cells.1")),
        ({"cells": [{"count": 300}, {"count": 1}]}, ("items", "cells")),
        ({"cells": [{"count": 1}], "name": "x"}, ("unknown_field", "name")),
    ],
)
def test_problems_of_the_whole(mapping: dict[str, Any], problem: tuple[str, str]) -> None:
    found = blueprints.from_dict(mapping)
    assert isinstance(found, list)
    assert [(each.code, each.where) for each in found] == [problem]
    assert all(str(each) for each in found)


@pytest.mark.parametrize(
    ("clause", "prefixes"),
    [
        ("3.7s2", {"3", "3.7", "3.7s2"}),
        ("3.7", {"3", "3.7"}),
        ("3H", {"3", "3H"}),
        ("11.12s3", {"11", "11.12", "11.12s3"}),
    ],
)
def test_a_clause_belongs_to_its_section_and_its_paragraph(clause: str, prefixes: set[str]) -> None:
    assert set(prefixes_of(clause)) == prefixes
