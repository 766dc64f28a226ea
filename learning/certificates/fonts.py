"""Know which characters the installed fonts have: what is missing would be printed as nothing at all."""

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from flask import current_app
from fontTools.ttLib import TTCollection, TTFont

#: Folders of the Debian packages fonts-noto-cjk, fonts-hanazono and fonts-babelstone-han, which add rare
#: characters where they are installed.
DEBIAN = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/truetype/hanazono",
    "/usr/share/fonts/truetype/babelstone",
)
_ENDINGS = {".otf", ".ttf", ".ttc", ".otc"}
#: Characters that need no shape.
_SHAPELESS = frozenset(" \n\t")


def folders() -> list[str]:
    """Return where fonts are looked for: those that the project brings along first."""
    bundled = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
    stated = str(current_app.config["CERTIFICATE_FONTS"]).split(os.pathsep)
    further = DEBIAN if stated == [""] else stated
    return [bundled, *(folder for folder in further if Path(folder).is_dir())]


def missing(characters: Iterable[str]) -> list[str]:
    """Return the characters that no installed font has, in order."""
    wanted = {ord(character) for character in characters if character not in _SHAPELESS}
    for path in _files():
        if not wanted:
            break
        # Read one after the other: the first has nearly every name, and the others are large.
        wanted -= _covered(path)
    return [chr(code) for code in sorted(wanted)]


def _files() -> list[Path]:
    return [
        path
        for folder in folders()
        for path in sorted(Path(folder).iterdir())
        if path.suffix.lower() in _ENDINGS and "Bold" not in path.stem
    ]


@cache
def _covered(path: Path) -> frozenset[int]:
    if path.suffix.lower() in {".ttc", ".otc"}:
        with TTCollection(path, lazy=True) as collection:
            return frozenset(code for font in collection for code in font.getBestCmap())
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())
