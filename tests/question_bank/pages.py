"""Render the templates of the types as the site does, and read back what a browser would send."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2

import question_bank

_TYPES = Path(question_bank.__file__).parent / "types"


@cache
def environment() -> jinja2.Environment:
    """Return Jinja with the prefix, the escaping and the translations of the site, texts left in English."""
    loader = jinja2.PrefixLoader({"types": jinja2.FileSystemLoader(_TYPES)})
    found = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.i18n"]
    )
    found.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: text, lambda one, several, number: one if number == 1 else several, newstyle=True
    )
    return found


def render(type_name: str, template: str, **variables: Any) -> str:
    """Return the page of one template of a type."""
    return environment().get_template(f"types/{type_name}/{template}.html").render(**variables)


def answer_page(
    type_name: str, shown: Mapping[str, Any], fields: list[tuple[str, str]], **others: Any
) -> str:
    """Return answer.html with the fields of a response filled in."""
    response_fields: dict[str, list[str]] = {}
    for name, value in fields:
        response_fields.setdefault(name, []).append(value)
    variables = {"name": "slot-3", "disabled": False, "labelled_by": "stem-3", **others}
    return render(type_name, "answer", shown=shown, response_fields=response_fields, **variables)


def sent(page: str, prefix: str) -> list[tuple[str, str]]:
    """Return the fields that a browser would send, the prefix taken off their names."""
    form = _Form()
    form.feed(page)
    form.close()
    fields = []
    for name, value in form.fields:
        assert name == prefix or name.startswith(f"{prefix}-"), name
        fields.append((name[len(prefix) + 1 :], value))
    return fields


def visible_text(page: str) -> str:
    """Return the text between the tags."""
    form = _Form()
    form.feed(page)
    return " ".join(form.text.split())


class _Form(HTMLParser):
    """Collect the successful controls of a form."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.text = ""
        self._open: tuple[str, str] | None = None  # a select or textarea: tag and name
        self._value = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "input" and (known["type"] == "text" or "checked" in known):
            self.fields.append((known["name"], known["value"]))
        elif tag in ("select", "textarea"):
            self._open, self._value = (tag, known["name"]), ""
        elif tag == "option" and "selected" in known:
            self._value = known["value"]

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag == self._open[0]:
            # A browser drops the line end right after <textarea>.
            value = self._value.removeprefix("\n") if tag == "textarea" else self._value
            self.fields.append((self._open[1], value))
            self._open = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open and self._open[0] == "textarea":
            self._value += data
