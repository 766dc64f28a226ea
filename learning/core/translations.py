"""Compile the catalogues of translations, of which only the sources are kept, and ask them for templates."""

import gettext
import os
from functools import cache, lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import g
from flask_babel import get_locale
from markupsafe import Markup

LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent.parent / "translations"


def compile_catalogues(folder: Path = FOLDER) -> None:
    """Compile every catalogue that is newer than its compiled form."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        # Several workers may start at once: each writes its own file and swaps it in whole.
        unfinished = compiled.with_suffix(f".{os.getpid()}.part")
        with source.open("rb") as po, unfinished.open("wb") as mo:
            write_mo(mo, read_po(po, locale=source.parts[-3]))
        unfinished.replace(compiled)


def translated(message: str, /, **places: object) -> Markup:
    """Return a message for a template, its places filled in and escaped.

    flask-babel finds the language anew for each of hundreds of messages; here a request does so once.
    """
    if places:
        text = _catalogue(spoken()).gettext(message)
        return Markup(text) % places  # noqa: S704 - what translators wrote; the places are escaped
    return _said(spoken(), message)


def spoken() -> str:
    """Return the language that is spoken in this request."""
    try:
        language: str = g.spoken
    except AttributeError:
        language = g.spoken = str(get_locale())
    return language


# Never stale: the catalogue of a running program does not change, and there are some two thousand messages.
@lru_cache(maxsize=4096)
def _said(language: str, message: str) -> Markup:
    """Return a message without places; a doubled percent sign is single in every message."""
    return Markup(_catalogue(language).gettext(message)) % {}  # noqa: S704 - what translators wrote


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Load a catalogue; there are two languages, and what a program says does not change while it runs."""
    return gettext.translation("messages", FOLDER, [language], fallback=True)
