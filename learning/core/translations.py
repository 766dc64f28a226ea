"""Compile the catalogues of translations; only their sources are kept."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

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
