"""What a process keeps of what cannot change in the database."""

from collections.abc import Callable

import pytest
from flask import Flask

from learning.core.db import Database
from learning.core.kept import Kept

pytestmark = pytest.mark.usefixtures("context")


def loader(asked: list[list[int]]) -> Callable[[list[int]], dict[int, str]]:
    """Return a way of loading that notes what it was asked for."""

    def load(keys: list[int]) -> dict[int, str]:
        asked.append(sorted(keys))
        return {key: f"value {key}" for key in keys if key < 100}

    return load


def test_only_what_is_not_here_yet_is_loaded_and_at_once() -> None:
    kept, asked = Kept[int, str](10), list[list[int]]()
    assert kept.get([1, 2], loader(asked)) == {1: "value 1", 2: "value 2"}
    assert kept.get([2, 3, 1], loader(asked))[3] == "value 3"
    assert kept.get([1, 2, 3], loader(asked)).keys() == {1, 2, 3}
    assert asked == [[1, 2], [3]]


def test_what_is_not_there_is_not_kept_and_asked_for_again() -> None:
    kept, asked = Kept[int, str](10), list[list[int]]()
    assert kept.get([100], loader(asked)) == {}
    assert kept.get([100], loader(asked)) == {}
    assert asked == [[100], [100]]


def test_no_more_is_kept_than_was_said_and_the_newest_stays() -> None:
    kept, asked = Kept[int, str](8), list[list[int]]()
    for key in range(50):
        kept.get([key], loader(asked))
    asked.clear()
    kept.get([49], loader(asked))
    assert asked == []
    kept.get([0], loader(asked))
    assert asked == [[0]]
    (values,) = kept._of.values()
    assert len(values) <= 8


def test_a_single_value_is_made_once() -> None:
    kept, made = Kept[str, int](4), list[int]()
    for _ in range(3):
        assert kept.one("a", lambda: made.append(1) or 7) == 7
    assert made == [1]


def test_another_database_has_nothing_of_what_was_kept(app: Flask) -> None:
    kept, asked = Kept[int, str](10), list[list[int]]()
    kept.get([1], loader(asked))
    app.extensions["database"] = Database("sqlite://")
    kept.get([1], loader(asked))
    assert asked == [[1], [1]]


def test_what_cannot_be_loaded_leaves_nothing_behind() -> None:
    kept, asked = Kept[int, str](10), list[list[int]]()

    def fail(_keys: list[int]) -> dict[int, str]:
        raise ValueError("away")

    with pytest.raises(ValueError, match="away"):
        kept.get([1], fail)
    assert kept.get([1], loader(asked)) == {1: "value 1"}
