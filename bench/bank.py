"""Grow a bank to any size: the built-in questions again and again, each with a number of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select

from learning.core import clock
from learning.questions.models import Question, QuestionClause, QuestionTag, QuestionVersion
from learning.questions.rules import clause_refs
from question_bank import items as formats
from question_bank.items import Item

#: Questions of one transaction.
BATCH = 5_000


@dataclass
class _Rows:
    """The rows of some questions, by table."""

    questions: list[dict[str, Any]] = field(default_factory=list)
    versions: list[dict[str, Any]] = field(default_factory=list)
    clauses: list[dict[str, Any]] = field(default_factory=list)
    tags: list[dict[str, Any]] = field(default_factory=list)

    def add(self, item: Item, question_id: int, version_id: int) -> None:
        """Add one published question."""
        now = clock.now()
        self.questions.append(
            {"id": question_id, "code": item.code, "published_version_id": version_id, "created_at": now}
        )
        self.versions.append(
            {
                "id": version_id,
                "question_id": question_id,
                "number": 1,
                "type": item.type,
                "difficulty": item.difficulty,
                "stem": item.stem,
                "item": formats.to_dict(item),
                "digest": formats.digest(item),
                "written_at": now,
                "published_at": now,
            }
        )
        self.clauses += [
            {"version_id": version_id, "ref": str(ref), "section": ref.section, "paragraph": ref.paragraph}
            for ref in clause_refs(item.clauses)
        ]
        self.tags += [{"version_id": version_id, "tag": tag} for tag in item.tags]

    def insert(self, connection: Connection) -> None:
        """Insert them all."""
        connection.execute(insert(Question), self.questions)
        connection.execute(insert(QuestionVersion), self.versions)
        for table, rows in ((QuestionClause, self.clauses), (QuestionTag, self.tags)):
            if rows:
                connection.execute(insert(table), rows)


def grow(engine: Engine, items: Sequence[Item], size: int) -> None:
    """Add questions until the bank holds `size` of them; no service publishes so many at once."""
    with engine.begin() as connection:
        present = connection.scalar(select(func.count()).select_from(Question)) or 0
        first_question = (connection.scalar(select(func.max(Question.id))) or 0) + 1
        first_version = (connection.scalar(select(func.max(QuestionVersion.id))) or 0) + 1
    for start in range(0, size - present, BATCH):
        rows = _Rows()
        for number in range(start, min(start + BATCH, size - present)):
            item = items[number % len(items)]
            copy = replace(item, code=f"{item.code}-{number}", stem=f"{item.stem}（{number}）")
            rows.add(copy, first_question + number, first_version + number)
        with engine.begin() as connection:
            rows.insert(connection)
