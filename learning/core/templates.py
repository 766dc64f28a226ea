"""Templates: where they are found, what they may use; each is compiled once in each language.

A page shows dozens of messages, a paper of an exam hundreds. What always answers the same in one language
is put into the template when it is compiled, so that a request does not ask for it.
"""

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from flask.templating import Environment
from flask_wtf.csrf import generate_csrf
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader, Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from learning.config import ROOT
from learning.core.states import STATES
from learning.core.translations import LANGUAGES, spoken

#: Functions that, given one text, always answer the same in one language; their answers are safe HTML.
FIXED = {"_", "asset"}
_CALL = ["name", "lparen", "string", "rparen"]


def init_app(app: Flask) -> None:
    """Give the application its templates; before anything asks for them."""
    app.jinja_environment = SpokenEnvironment
    app.jinja_loader = PrefixLoader(dict.fromkeys(LANGUAGES, _all_templates()))
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.do")
    environment.add_extension(Fixed)
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals.update(known_states=STATES, url_for=_address_of())


def _all_templates() -> BaseLoader:
    folder = Path(__file__).parent.parent
    features = {path.parent.name: path for path in folder.glob("*/templates")}
    return ChoiceLoader(
        [
            FileSystemLoader(folder / "templates"),
            PrefixLoader({name: FileSystemLoader(path) for name, path in features.items()}),
            PrefixLoader({"types": FileSystemLoader(ROOT / "question_bank" / "types")}),
        ]
    )


class SpokenEnvironment(Environment):
    """Find every template in the language of the request."""

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """Return a template by its name."""
        spoken_name = name if isinstance(name, Template) else f"{spoken()}/{name}"
        return super().get_template(spoken_name, parent, globals)

    def select_template(
        self,
        names: Iterable[str | Template],
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """Return the first of several templates that there is."""
        spoken_names = [name if isinstance(name, Template) else f"{spoken()}/{name}" for name in names]
        return super().select_template(spoken_names, parent, globals)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals all templates share: a plain mapping is copied faster than a chain."""
        return super().make_globals(d) if d else self.globals


class Fixed(Extension):
    """Put the answer in the place of a call such as _('Sign in') while a template is compiled."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Return the tokens of a template with those answers."""
        tokens, at = list(stream), 0
        while at < len(tokens):
            call = tokens[at : at + 4]
            if [token.type for token in call] == _CALL and call[0].value in FIXED:
                answer: Any = self.environment.globals[call[0].value]
                line = call[0].lineno
                yield Token(line, "string", str(answer(call[2].value)))
                yield Token(line, "pipe", "|")
                yield Token(line, "name", "safe")
                at += len(call)
            else:
                yield tokens[at]
                at += 1


def csrf_token() -> str:
    """Return the token of the forms of this request; flask-wtf would ask for its settings at each form."""
    token: str = g.get("csrf_token") or generate_csrf()
    return token


def _address_of() -> Callable[..., str]:
    """Return `url_for` for templates: addresses without values are few and, below one mount point, fixed."""

    # Never stale: the routes of a running application do not change, and the mount point stands in the key.
    @lru_cache(maxsize=1024)
    def fixed(endpoint: str, _root: str) -> str:
        return url_for(endpoint)

    def address_of(endpoint: str, **values: Any) -> str:
        if values or endpoint.startswith("."):
            return url_for(endpoint, **values)
        return fixed(endpoint, request.script_root)

    return address_of
