"""Write the documents that follow from the code: `./manage docs`."""

import importlib
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from courses import packages
from courses.clauses import ClauseRef
from courses.coverage import coverage
from courses.modules import Course
from learning.core import migrations
from learning.core.db import make_engine
from learning.requirements import rules
from learning.requirements.obligations import OBLIGATIONS, Obligation
from question_bank.bank import read_bank

ROOT = Path(__file__).resolve().parent.parent
for models in sorted(ROOT.glob("learning/*/models*")):
    importlib.import_module(f"learning.{models.parent.name}.models")


def schema() -> str:
    """Return the schema of a fresh SQLite database, tables with their indexes and triggers."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/new.sqlite3")
        migrations.upgrade(engine)
        with engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name != 'alembic_version' "
                    "ORDER BY tbl_name, type = 'table' DESC, type, name"
                )
            )
            statements = [_in_order(row[0].strip()) + ";" for row in rows]
        engine.dispose()
    return "-- Made by ./manage docs from the migrations; do not edit.\n\n" + "\n\n".join(statements) + "\n"


def _in_order(statement: str) -> str:
    """Return a statement with its constraints by name: a table made anew has them in a chance order."""
    head, *constraints = re.split(r",\s*(?=CONSTRAINT )", statement.removesuffix(")").rstrip())
    if not constraints:
        return statement
    return ",\n\t".join([head, *sorted(constraints)]) + "\n)"


POLICY_HEAD = """<!-- Made by ./manage docs from course, bank and rules; do not edit. -->
# From the clause to the test

Every paragraph of the document, the units that teach it, the questions that ask about it, and the obligations
it holds; below, each obligation with the rule that counts it and the test of that rule. A question that cites
two paragraphs counts at both. Clauses are written as everywhere in the code: `3.7` is section 3, paragraph 7;
`3.7s2` is its second sentence; section 0 is the preamble. The words of the document are not in this project.

What is true of every paragraph is tested for all at once: units and coverage in
[test_content.py](../tests/courses/test_content.py), the questions in
[test_builtin_bank.py](../tests/learning/questions/test_builtin_bank.py) and
[test_types_contract.py](../tests/question_bank/test_types_contract.py).
"""


def policy() -> str:
    """Return the way from every paragraph of the document to units, questions, rules and tests."""
    course = packages.read_folder(ROOT / "courses" / "content" / "opinion-2015").course
    assert course is not None, "the built-in course can be read"
    return "\n".join([POLICY_HEAD, *_paragraph_lines(course), "", *_obligation_lines(), ""])


def _paragraph_lines(course: Course) -> list[str]:
    assert course.seal is not None, "the built-in course has a seal"
    asked = {use: _asked(use) for use in ("exam", "practice")}
    lines = [
        "## Paragraphs",
        "",
        "| Clause | Module | Units | Exam questions | Practice questions | Obligations |",
        "|---|---|---|---|---|---|",
    ]
    for paragraph, places in coverage(course, course.seal.paragraphs).places.items():
        modules = ", ".join(dict.fromkeys(place.module_slug for place in places))
        units = ", ".join(place.unit_key for place in places)
        counts = " | ".join(str(count[str(paragraph)]) for count in asked.values())
        codes = ", ".join(each.code for each in OBLIGATIONS if _paragraph(each.clause) == str(paragraph))
        lines.append(f"| {paragraph} | {modules} | {units} | {counts} | {codes} |")
    return lines


def _asked(use: str) -> Counter[str]:
    """Count the built-in questions of a use by the paragraphs they cite."""
    return Counter(
        paragraph
        for item in read_bank().items
        if item.use == use
        for paragraph in {_paragraph(clause) for clause in item.clauses}
    )


def _paragraph(clause: str) -> str:
    return str(ClauseRef.parse(clause).paragraph_ref)


def _obligation_lines() -> list[str]:
    return [
        "## Obligations",
        "",
        "An obligation without a rule is listed in the report's basis and not counted.",
        "",
        "| Code | Clause | Duty | Rule | Test |",
        "|---|---|---|---|---|",
        *map(_obligation_line, OBLIGATIONS),
    ]


def _obligation_line(obligation: Obligation) -> str:
    code = obligation.code
    rule = rules.find(code)
    links = ["", ""]
    if rule:
        links[0] = _link(f"learning/requirements/rules/{code.lower()}.py")
        folder = ROOT / "tests" / "learning" / "requirements"
        tables = [path for path in folder.glob("golden/*.csv") if code.lower() in path.stem.split("_")]
        links[1] = ", ".join(_link(str(path.relative_to(ROOT))) for path in sorted(tables))
        links[1] = links[1] or _link("tests/learning/requirements/test_rules.py")
    return f"| {code} | {obligation.clause} | {obligation.duty} | {links[0]} | {links[1]} |"


def _link(path: str) -> str:
    assert (ROOT / path).exists(), path
    return f"[{Path(path).name}](../{path})"


#: File name in docs/ and what writes it.
DOCUMENTS: dict[str, Callable[[], str]] = {"schema.sql": schema, "policy.md": policy}


def main() -> None:
    """Write all of them."""
    for name, write in DOCUMENTS.items():
        (ROOT / "docs" / name).write_text(write())
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
