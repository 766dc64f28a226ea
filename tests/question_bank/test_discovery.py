"""Discovery of plug-ins."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from question_bank import types
from question_bank.discovery import PlugInError, plug_ins

_PLUG_IN = "class Plug:\n    name = {name!r}\nPLUG = Plug()\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Return an empty package that tests fill with modules."""
    (tmp_path / "plugs").mkdir()
    (tmp_path / "plugs" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("plugs")
    for name in [name for name in sys.modules if name.split(".")[0] == "plugs"]:
        del sys.modules[name]


def _write(package: ModuleType, path: str, text: str) -> None:
    file = Path(package.__path__[0]) / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    importlib.invalidate_caches()


def test_modules_and_folders_are_found_in_the_order_of_their_names(package: ModuleType) -> None:
    _write(package, "b/__init__.py", _PLUG_IN.format(name="second"))
    _write(package, "a.py", _PLUG_IN.format(name="first"))
    _write(package, "neighbour.py", "")
    assert list(plug_ins(package, "PLUG")) == ["first", "second"]


def test_two_of_one_name_are_refused(package: ModuleType) -> None:
    _write(package, "a.py", _PLUG_IN.format(name="same"))
    _write(package, "b.py", _PLUG_IN.format(name="same"))
    with pytest.raises(PlugInError, match=r"plugs\.b: the name 'same' is taken"):
        plug_ins(package, "PLUG")


def test_a_folder_that_offers_nothing_is_refused(package: ModuleType) -> None:
    _write(package, "a/__init__.py", "")
    with pytest.raises(PlugInError, match=r"plugs\.a has no PLUG"):
        plug_ins(package, "PLUG")


def test_types_are_known_by_name() -> None:
    assert types.get("true_false").name == "true_false"
    assert types.find("nonsense") is None
    assert types.find(["true_false"]) is None
    with pytest.raises(KeyError):
        types.get("nonsense")
