"""The Chinese catalogue is complete and fits the code."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from docs import messages

#: Programs on the server speak English to whoever runs them.
ON_THE_SERVER = {"config.py", "serve.py", "cli.py", "commands.py", "measure.py"}
CODE = [
    path
    for package in ("courses", "question_bank", "learning")
    for path in (messages.ROOT / package).rglob("*.py")
    if path.name not in ON_THE_SERVER
]
PLACE = re.compile(r"%\((\w+)\)[sd]")


def test_every_text_of_the_site_has_its_chinese() -> None:
    assert messages.untranslated(messages.brought_up_to_date()) == []


def test_the_catalogue_holds_nothing_that_is_no_longer_used() -> None:
    used = {message.id for message in messages.collected()}
    assert [message.id for message in messages.current() if message.id and message.id not in used] == []


@pytest.mark.parametrize(
    "message", [each for each in messages.current() if each.id], ids=lambda each: str(each.id)[:40]
)
def test_a_translation_has_the_places_of_its_original(message: Message) -> None:
    originals = message.id if isinstance(message.id, tuple | list) else (message.id,)
    translations = message.string if isinstance(message.string, tuple | list) else (message.string,)
    expected = set(PLACE.findall(" ".join(originals)))
    for translation in translations:
        assert set(PLACE.findall(translation)) <= expected
        assert expected - {"num"} <= set(PLACE.findall(translation))


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(messages.ROOT)))
def test_every_english_sentence_in_the_code_is_marked_for_translation(path: Path) -> None:
    tree = ast.parse(path.read_text())
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, owners) and _is_text(node)
    }  # type: ignore[attr-defined]
    known = {message.id for message in messages.collected_once()}
    left = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and re.fullmatch(r"[A-Z][ -~]* [ -~]*[.?!]", node.value)
        and node.value not in known
    ]
    assert left == []


def _is_text(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> bool:
    return (
        bool(node.body)
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    )
