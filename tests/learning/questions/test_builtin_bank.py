"""The built-in bank is published as its files state it."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from learning.accounts.models import AuditEntry
from learning.accounts.roles import SYSTEM, Scope
from learning.core.db import reading
from learning.questions import queries, services
from learning.questions.models import Question, QuestionVersion
from learning.questions.queries import Search
from learning.questions.rules import State
from learning.questions.services import Loaded
from question_bank import bank, items
from tests.stock import SMALL_BANK

pytestmark = pytest.mark.usefixtures("context")

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the small bank that may be changed."""
    folder = tmp_path / "bank"
    folder.mkdir()
    for path in SMALL_BANK.glob("*.toml"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def change(folder: Path, before: str, after: str) -> None:
    text = (folder / "03.toml").read_text(encoding="utf-8")
    assert before in text
    (folder / "03.toml").write_text(text.replace(before, after), encoding="utf-8")


def question(code: str) -> Question:
    return reading().scalars(select(Question).where(Question.code == code)).one()


def test_every_item_of_the_files_is_published() -> None:
    stated = {item.code: item for item in bank.read_bank(SMALL_BANK).items}
    page = queries.search(reading(), Scope(), Search(), 1)
    found = queries.items_of(reading(), [row.version_id for row in page.rows])
    assert {item.code: item for item in found.values()} == stated
    assert {row.organisation_name for row in page.rows} == {None}
    assert {row.state for row in page.rows} == {State.PUBLISHED}


def test_an_unchanged_bank_is_not_read_again() -> None:
    before = reading().scalar(select(func.count()).select_from(AuditEntry))
    assert services.load_builtin(SYSTEM, NOW, SMALL_BANK) == Loaded()
    assert reading().scalar(select(func.count()).select_from(AuditEntry)) == before


def test_a_changed_item_becomes_a_new_version_and_the_old_one_stays(files: Path) -> None:
    old = question("small-03-001").published_version_id
    change(files, "领导责任由谁承担？", "领导责任由谁来承担？")
    assert services.load_builtin(SYSTEM, NOW, files) == Loaded(changed=1)
    found = question("small-03-001")
    versions = queries.history(reading(), found.id)
    assert [version.number for version in versions] == [2, 1]
    assert [version.item.stem for version in versions] == ["领导责任由谁来承担？", "领导责任由谁承担？"]
    assert found.published_version_id == versions[0].id != old
    assert versions[0].published_at == NOW


def test_a_code_that_vanished_is_retired_and_one_that_returns_is_back(files: Path) -> None:
    (files / "11.toml").rename(files / "11.away")
    assert services.load_builtin(SYSTEM, NOW, files) == Loaded(retired=21)
    assert question("small-11-001").retired_at == NOW
    assert len(queries.candidates(reading(), Scope())) == 20
    (files / "11.away").rename(files / "11.toml")
    assert services.load_builtin(SYSTEM, NOW, files) == Loaded()
    assert question("small-11-001").retired_at is None


def test_a_damaged_file_takes_nothing_out_of_the_bank(files: Path) -> None:
    (files / "11.toml").write_text("[[item]\n", encoding="utf-8")
    change(files, 'code = "small-03-002"', 'code = "small-03-902"')
    loaded = services.load_builtin(SYSTEM, NOW, files)
    assert (loaded.added, loaded.retired) == (1, 0)
    assert [problem.file for problem in loaded.problems] == ["11.toml"]
    assert question("small-11-001").retired_at is None
    assert question("small-03-002").retired_at is None
    assert services.load_builtin(SYSTEM, NOW, files).problems, "what had problems is read again"


def test_an_item_with_a_problem_keeps_its_former_version(files: Path) -> None:
    change(files, 'choices = ["各级党委", "群众代表", "企业负责人", "新闻单位"]', 'choices = ["各级党委"]')
    loaded = services.load_builtin(SYSTEM, NOW, files)
    assert [problem.code for problem in loaded.problems] == ["small-03-001"]
    assert len(queries.history(reading(), question("small-03-001").id)) == 1


def test_a_practice_item_that_becomes_an_exam_item_is_drawn(files: Path) -> None:
    change(files, 'code = "small-03-p01"\nuse = "practice"', 'code = "small-03-p01"\nuse = "exam"')
    services.load_builtin(SYSTEM, NOW, files)
    found = question("small-03-p01")
    assert not found.is_practice
    assert found.published_version_id in {each.id for each in queries.candidates(reading(), Scope())}


def test_the_real_bank_loads_whole_and_an_unchanged_one_is_quick() -> None:
    real = bank.read_bank()
    loaded = services.load_builtin(SYSTEM, NOW)
    assert loaded.problems == ()
    assert loaded.added == len(real.items) >= 100
    stored = select(QuestionVersion.digest).join(
        Question, Question.published_version_id == QuestionVersion.id
    )
    digests = set(reading().scalars(stored.where(Question.retired_at.is_(None))))
    assert digests == {items.digest(item) for item in real.items}
    begin = time.perf_counter()
    assert services.load_builtin(SYSTEM, NOW) == Loaded()
    assert time.perf_counter() - begin < 0.3
