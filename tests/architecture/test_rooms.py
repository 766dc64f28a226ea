"""Everything stands in its room: the clock, SQL, views, templates."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = [
    path for package in ("courses", "question_bank", "learning") for path in (ROOT / package).rglob("*.py")
]
TEMPLATES = [*ROOT.glob("learning/**/templates/**/*.html"), *ROOT.glob("question_bank/types/*/*.html")]
VIEWS = [path for path in CODE if path.name == "views.py" or path.parent.name == "views"]

CLOCK = re.compile(
    r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime)|func\.(now|current_timestamp))\("
)
SQL = re.compile(
    r"(?<![\w.])(select|insert|update|delete|text)\(|\.execute\(|\.scalars?\(|\.add(_all)?\((?!.*flash)"
)
SQL_ROOMS = {"queries.py", "services.py", "models.py", "audit.py", "journal.py", "db.py", "paging.py"}


def names(paths: list[Path]) -> list[str]:
    """Return the paths as shown in a report."""
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", CODE, ids=names(CODE))
def test_only_the_clock_reads_the_time_of_day(path: Path) -> None:
    if path.relative_to(ROOT) != Path("learning/core/clock.py"):
        assert not CLOCK.search(path.read_text())


@pytest.mark.parametrize("path", VIEWS, ids=names(VIEWS))
def test_views_hold_no_sql(path: Path) -> None:
    assert not re.search(r"from sqlalchemy|import sqlalchemy|transaction\(", path.read_text())


SELECTING = [
    path
    for path in CODE
    if re.search(r"from sqlalchemy import .*\b(select|insert|update|delete)\b", path.read_text())
]


@pytest.mark.parametrize("path", SELECTING, ids=names(SELECTING))
def test_statements_stand_in_queries_and_services_only(path: Path) -> None:
    assert path.name in SQL_ROOMS or f"{path.parent.name}.py" in SQL_ROOMS


@pytest.mark.parametrize("path", VIEWS, ids=names(VIEWS))
def test_a_view_is_at_most_twenty_lines(path: Path) -> None:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 20, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", CODE, ids=names(CODE))
def test_files_stay_readable(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", CODE, ids=names(CODE))
def test_imports_stand_at_the_top(path: Path) -> None:
    tree = ast.parse(path.read_text())
    inner = [
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inner


def test_no_attic_is_built() -> None:
    attics = {"utils", "helpers", "common", "misc"}
    assert not [path for path in CODE if path.stem in attics or path.parent.name in attics]


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_templates_carry_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<[^>]*\son\w+\s*=", text), "an event handler in an attribute"
    assert not re.search(r"<[^>]*\sstyle\s*=", text), "a style attribute"
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "an inline script"
    assert "<style" not in text
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", text), "another host"


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_markup_is_only_trusted_with_a_reason(path: Path) -> None:
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        if "|safe" in line or "| safe" in line:
            assert "{#" in line or "{#" in lines[number - 1], f"line {number + 1}: say why it is safe"
