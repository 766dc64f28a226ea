"""The exam stories that an instructor can read: tables/*.csv."""

from pathlib import Path

import pytest

from tests.cast import Cast
from tests.learning.exams import telling

TABLES = list(telling.tables())


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("path", TABLES, ids=[path.stem for path in TABLES])
def test_a_story_comes_out_as_its_table_says(path: Path, cast: Cast) -> None:
    telling.Play(cast, telling.read_table(path)).run()


def test_every_table_is_named_by_a_sentence_and_ends_with_something_that_is_looked_at() -> None:
    for path in TABLES:
        text = path.read_text(encoding="utf-8")
        assert [line for line in text.splitlines() if line.startswith("#") and "设定" not in line], path.name
        assert telling.read_table(path).steps[-1].expected, path.name


def test_every_verb_of_the_tables_is_played_in_some_story() -> None:
    played = {step.does for path in TABLES for step in telling.read_table(path).steps}
    assert played == set(telling.VERBS)
