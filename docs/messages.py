"""Collect all texts of the site into the catalogue of translations: `./manage messages`."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "learning" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
METHODS = [("**/templates/**.html", "jinja2"), ("types/**.html", "jinja2"), ("**.py", "python")]
#: What is wrong is described by a message id: the third argument of `Problem`, the first of `Reason`.
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "Problem": (3,),
    "Reason": (1,),
}
OPTIONS = {"jinja2": {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}}


def collected() -> Catalog:
    """Return all message ids with the files they stand in, without line numbers, so that diffs stay small."""
    catalogue = Catalog(project="mass-work-learning", fuzzy=False)
    for package in ("learning", "courses", "question_bank"):
        found = extract_from_dir(
            ROOT / package,
            method_map=METHODS,
            options_map={pattern: OPTIONS.get(method, {}) for pattern, method in METHODS},
            keywords=KEYWORDS,
            strip_comment_tags=True,
        )
        for name, _line, message, _comments, context in sorted(found, key=lambda each: (each[0], each[1])):
            catalogue.add(message, locations=[(f"{package}/{name}", None)], context=context)  # type: ignore[list-item]
    return catalogue


@cache
def collected_once() -> Catalog:
    """Return what `collected` returns, collected once for many tests."""
    return collected()


def current() -> Catalog:
    """Return the catalogue as it stands in the repository."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh")


def brought_up_to_date() -> Catalog:
    """Return the catalogue with all texts collected now; what is no longer used is dropped."""
    catalogue = current()
    catalogue.update(collected(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the message ids without a translation."""
    return [str(message.id) for message in catalogue if message.id and (not message.string or message.fuzzy)]


def main() -> None:
    """Write the catalogue; exit with 1 while a text lacks its Chinese."""
    catalogue = brought_up_to_date()
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, include_lineno=False)
    missing = untranslated(catalogue)
    for message in missing:
        print(f"no translation: {message!r}")
    print(f"{len(catalogue)} texts, {len(missing)} without translation")
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
