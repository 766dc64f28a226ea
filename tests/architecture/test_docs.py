"""The documentation names what there is, its links lead somewhere, and its commands exist."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from babel.messages.pofile import read_po
from click import Group

from courses.documents import registry
from docs.messages import CATALOGUE
from learning.accounts.roles import Role
from learning.app import create_app
from learning.config import Settings
from learning.reports.renderers import _by_name as renderers
from learning.requirements import rules
from question_bank import types

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not {".venv", "content", "node_modules", ".pytest_cache"} & set(path.relative_to(ROOT).parts)
)
READ = {path: path.read_text(encoding="utf-8") for path in PAGES}
README, CONTRIBUTING, OPERATE, ARCHITECTURE, GLOSSARY = (
    READ[ROOT / name]
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "docs/operate.md",
        "docs/architecture.md",
        "docs/glossary.md",
    )
)
MANAGE = (ROOT / "manage").read_text(encoding="utf-8")
MANAGE_COMMANDS = re.findall(r"^@command\ndef (\w+)", MANAGE, re.MULTILINE)
SERVER_SETTINGS = sorted(
    set(re.findall(r'environ\.(?:get\(|setdefault\()"(\w+)"', (ROOT / "learning/serve.py").read_text()))
)
#: Commands that Flask brings along.
FLASKS_OWN = {"routes", "run", "shell"}
#: Written as two words each, so that this file does not name what it looks for.
MACHINE = re.compile(
    r"/(?:work|home|root|Users)/|" + "|".join(("py" + "pi", "python" + "hosted", "npm" + "js"))
)


def flask_commands() -> list[str]:
    """Return every command of the application as it is typed, such as `documents import`."""
    application = create_app({"SECRET_KEY": "x", "DATABASE_URL": "sqlite://"})
    found = []
    for name, command in application.cli.commands.items():
        if name in FLASKS_OWN:
            continue
        under = command.commands if isinstance(command, Group) else {}
        found += [f"{name} {each}" for each in under] or [name]
    return sorted(found)


FLASK_COMMANDS = flask_commands()


@pytest.mark.parametrize("name", [name for name in vars(Settings) if name.isupper()])
def test_every_setting_is_explained(name: str) -> None:
    assert f"| `{name}` |" in OPERATE


@pytest.mark.parametrize("name", SERVER_SETTINGS)
def test_every_setting_of_the_server_is_explained(name: str) -> None:
    assert f"| `{name}` |" in OPERATE


def test_no_setting_is_explained_that_is_gone() -> None:
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATE, re.MULTILINE))
    assert named == {name for name in vars(Settings) if name.isupper()} | set(SERVER_SETTINGS)


@pytest.mark.parametrize("name", MANAGE_COMMANDS)
def test_every_command_of_manage_is_explained(name: str) -> None:
    assert re.search(rf"^\| `\./manage {name}\b", CONTRIBUTING, re.MULTILINE)


@pytest.mark.parametrize("name", FLASK_COMMANDS)
def test_every_command_of_the_application_is_explained(name: str) -> None:
    assert re.search(rf"^\| `\./manage flask {name}\b", OPERATE, re.MULTILINE)


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_every_command_in_a_document_exists(path: Path) -> None:
    for name, rest in re.findall(r"\./manage (\w+)([^`\n|]*)", READ[path]):
        assert name in MANAGE_COMMANDS, f"./manage {name}"
        words = rest.split()
        if name == "flask" and words and words[0].isidentifier():
            assert any(f"{rest.strip()} ".startswith(f"{each} ") for each in FLASK_COMMANDS), rest


def test_the_readme_starts_with_the_two_commands() -> None:
    assert re.findall(r"^    \./manage (\w+)", README, re.MULTILINE)[:2] == ["run", "test"]


@pytest.mark.parametrize(
    "name",
    [
        *(f"`{each.name}`" for each in types.all_types()),
        *(f"`{rule.name}`" for rule in rules.all_rules()),
        *(f"`{name}`" for name in renderers()),
        *(f"`{name}`" for name in registry.readers()),
        *(f"`{role}`" for role in Role),
    ],
)
def test_every_type_rule_renderer_reader_and_role_is_named(name: str) -> None:
    assert name in ARCHITECTURE


@pytest.mark.parametrize(
    "folder", [path.parent for path in sorted((ROOT / "learning").glob("*/__init__.py"))], ids=str
)
def test_every_feature_is_named(folder: Path) -> None:
    assert f"| `{folder.name}` |" in ARCHITECTURE


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_every_relative_link_leads_to_a_file(path: Path) -> None:
    # What stands in a fence or in backquotes is an example.
    text = re.sub(r"```.*?```|`[^`\n]*`", "", READ[path], flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        parts = urlsplit(target)
        assert not parts.scheme, f"{target}: another host"
        assert (path.parent / unquote(parts.path)).exists(), target


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_no_document_names_a_machine_or_a_registry(path: Path) -> None:
    assert not MACHINE.search(READ[path])


@pytest.mark.parametrize("folder", ["docs", "docs/decisions", "docs/guides"])
def test_an_index_lists_every_page_of_its_folder(folder: str) -> None:
    index = READ[ROOT / folder / "README.md"]
    for page in (ROOT / folder).glob("*.md"):
        assert page.name == "README.md" or f"]({page.name})" in index, page.name


def test_pictures_are_small_and_shown() -> None:
    pictures = list((ROOT / "docs/images").iterdir())
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size <= 200_000, picture.name
        assert any(f"images/{picture.name})" in text for text in READ.values()), picture.name


def test_the_policy_holds_no_word_of_the_document() -> None:
    assert not re.search("[\u3400-\u9fff]", READ[ROOT / "docs/policy.md"])


def test_the_policy_has_all_paragraphs_and_teaches_each() -> None:
    rows = re.findall(r"^\| (\d+\.\d+) \|(.*)\|$", READ[ROOT / "docs/policy.md"], re.MULTILINE)
    assert len(rows) == 49
    for clause, rest in rows:
        _module, units, exam, practice, _codes = (cell.strip() for cell in rest.split("|"))
        assert units, clause
        assert int(exam) > 0, clause
        assert int(practice) > 0, clause


TERMS = re.findall(r"^\| ([\u3400-\u9fff]+) \| (`.*?`) \|", GLOSSARY, re.MULTILINE)


@pytest.fixture(scope="module")
def code() -> str:
    """All code in one text."""
    return "\n".join(
        path.read_text(encoding="utf-8")
        for package in ("courses", "question_bank", "learning", "static/js")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".html", ".js"}
    )


@pytest.fixture(scope="module")
def shown() -> str:
    """All Chinese of the screens in one text."""
    with CATALOGUE.open("rb") as file:
        return "\n".join(str(message.string) for message in read_po(file, locale="zh"))


@pytest.mark.parametrize(("word", "names"), TERMS, ids=[word for word, _ in TERMS])
def test_a_word_of_the_glossary_is_on_the_screen_and_in_the_code(
    word: str, names: str, code: str, shown: str
) -> None:
    assert word in shown
    for name in re.findall(r"`([\w-]+)`", names):
        assert re.search(rf"(?<![A-Za-z]){name}", code), name
