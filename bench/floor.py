"""The least that this stack costs: the same acts on the same server, and nothing else.

Flask, Flask-Login, a CSRF check and SQLAlchemy Core; no roles, audit, journal, deadlines or escaping policy.
Not a model to copy: two tabs overwrite each other here, and nobody can say afterwards what was answered when.
"""

import os
import random
from collections.abc import Iterable
from typing import Any

from argon2 import PasswordHasher
from flask import Flask, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_wtf.csrf import CSRFProtect
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from jinja2 import DictLoader
from sqlalchemy import JSON, Boolean, Engine, ForeignKey, Integer, MetaData, Table, Text, create_engine, event
from sqlalchemy import Column as Of
from sqlalchemy.engine import make_url
from sqlalchemy.sql import exists, insert, select, update

METADATA = MetaData()
# fmt: off
ACCOUNT = Table("account", METADATA, Of("id", Integer, primary_key=True), Of("name", Text, unique=True),
                Of("password_hash", Text))
PAGE = Table("page", METADATA, Of("id", Integer, primary_key=True), Of("html", Text))
ITEM = Table("item", METADATA, Of("id", Integer, primary_key=True), Of("type", Text), Of("stem", Text),
             Of("choices", JSON), Of("key", Text))
PAPER = Table("paper", METADATA, Of("id", Integer, primary_key=True),
              Of("account_id", ForeignKey("account.id"), index=True),
              Of("is_open", Boolean, default=True), Of("score", Integer))
SLOT = Table("slot", METADATA, Of("paper_id", ForeignKey("paper.id"), primary_key=True),
             Of("number", Integer, primary_key=True), Of("item_id", ForeignKey("item.id")),
             Of("response", Text))
# fmt: on
TEMPLATES = {
    "base.html": """
<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<link rel="stylesheet" href="/site.css"></head>
<body><header>{{ current_user.name }}</header><main>{% block content %}{% endblock %}</main></body></html>""",
    "page.html": """
{% extends "base.html" %}{% block content %}<article>{{ html|safe }}</article>
<form method="post" action="/start"><input name="csrf_token" type="hidden" value="{{ csrf_token() }}">
<button>Start</button></form>{% endblock %}""",
    "sign_in.html": """
{% extends "base.html" %}{% block content %}<form method="post">
<input name="csrf_token" type="hidden" value="{{ csrf_token() }}"><input name="name">
<input name="password" type="password"><button>Sign in</button></form>{% endblock %}""",
    "paper.html": """
{% extends "base.html" %}{% block content %}<form method="post" action="/papers/{{ paper_id }}/hand-in">
<input name="csrf_token" type="hidden" value="{{ csrf_token() }}">
{% for slot in slots %}<fieldset><legend>{{ slot.number }}. {{ slot.stem }}</legend>
{% set kind = "checkbox" if slot.type == "multiple_choice" else "radio" %}
{% for letter, text in slot.choices %}<label><input type="{{ kind }}" name="slot-{{ slot.number }}"
value="{{ letter }}"{% if letter in (slot.response or "") %} checked{% endif %}>
{{ letter }} {{ text }}</label>
{% else %}<input name="slot-{{ slot.number }}" value="{{ slot.response or "" }}">{% endfor %}
</fieldset>{% endfor %}<button>Hand in</button></form>{% endblock %}""",
    "result.html": """
{% extends "base.html" %}{% block content %}<h1>{{ score }}</h1>{% endblock %}""",
}


class User(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """Who is signed in."""

    def __init__(self, id_: int, name: str) -> None:
        self.id, self.name = id_, name


def make_engine(url: str) -> Engine:
    """Open the database with the durability of the application."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_size=10, max_overflow=20)
    engine = create_engine(address, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def fill(url: str, accounts: Iterable[tuple[str, str]], html: str, items: list[dict[str, Any]]) -> None:
    """Make the database: names with password hashes, one content page, the items."""
    engine = make_engine(url)
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(ACCOUNT), [{"name": name, "password_hash": hash_} for name, hash_ in accounts]
        )
        connection.execute(insert(PAGE).values(id=1, html=html))
        connection.execute(insert(ITEM), items)
    engine.dispose()


def create_app() -> Flask:
    """Create the application on the database at FLOOR_DATABASE."""
    app = Flask(__name__, static_folder=None)
    app.config["SECRET_KEY"] = os.environ["FLOOR_SECRET"]
    app.jinja_loader = DictLoader(TEMPLATES)
    CSRFProtect(app)
    manager = LoginManager(app)
    engine = app.extensions["engine"] = make_engine(os.environ["FLOOR_DATABASE"])
    writer = engine.execution_options(begin="BEGIN IMMEDIATE")
    hasher = PasswordHasher()
    with engine.begin() as connection:
        item_ids = connection.scalars(select(ITEM.c.id)).all()

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(key: str) -> User | None:
        with engine.begin() as connection:
            row = connection.execute(select(ACCOUNT.c.name).where(ACCOUNT.c.id == int(key))).one_or_none()
        return User(int(key), row.name) if row else None

    @app.get("/hello")
    def hello() -> ResponseReturnValue:
        return "hello"

    @app.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> ResponseReturnValue:
        if request.method == "POST":
            with engine.begin() as connection:
                row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.name == request.form["name"])).one()
            hasher.verify(row.password_hash, request.form["password"])
            login_user(User(row.id, row.name))
            return redirect("/pages/1")
        return render_template("sign_in.html")

    @app.get("/pages/<int:page_id>")
    @login_required  # type: ignore[untyped-decorator]
    def page(page_id: int) -> ResponseReturnValue:
        with engine.begin() as connection:
            html = connection.scalar(select(PAGE.c.html).where(PAGE.c.id == page_id))
        return render_template("page.html", html=html)

    @app.post("/start")
    @login_required  # type: ignore[untyped-decorator]
    def start() -> ResponseReturnValue:
        drawn = random.sample(item_ids, 50)
        with writer.begin() as connection:
            paper_id = connection.scalar(
                insert(PAPER).values(account_id=current_user.id).returning(PAPER.c.id)
            )
            slots = [{"paper_id": paper_id, "number": n, "item_id": id_} for n, id_ in enumerate(drawn, 1)]
            connection.execute(insert(SLOT), slots)
        return redirect(f"/papers/{paper_id}")

    @app.get("/papers/<int:paper_id>")
    @login_required  # type: ignore[untyped-decorator]
    def paper(paper_id: int) -> ResponseReturnValue:
        with engine.begin() as connection:
            slots = connection.execute(
                select(SLOT.c.number, SLOT.c.response, ITEM.c.type, ITEM.c.stem, ITEM.c.choices)
                .join_from(SLOT, ITEM).join(PAPER, PAPER.c.id == SLOT.c.paper_id)
                .where(PAPER.c.id == paper_id, PAPER.c.account_id == current_user.id)
                .order_by(SLOT.c.number)
            ).all()  # fmt: skip
        return render_template("paper.html", paper_id=paper_id, slots=slots) if slots else abort(404)

    @app.post("/papers/<int:paper_id>/answers")
    @login_required  # type: ignore[untyped-decorator]
    def save(paper_id: int) -> ResponseReturnValue:
        sent = request.get_json()
        own = exists().where(PAPER.c.id == paper_id, PAPER.c.account_id == current_user.id, PAPER.c.is_open)
        place = (SLOT.c.paper_id == paper_id, SLOT.c.number == sent["slot"])
        with writer.begin() as connection:
            saved = connection.execute(update(SLOT).where(*place, own).values(response=sent["response"]))
        return jsonify(saved=saved.rowcount == 1)

    @app.post("/papers/<int:paper_id>/hand-in")
    @login_required  # type: ignore[untyped-decorator]
    def hand_in(paper_id: int) -> ResponseReturnValue:
        with writer.begin() as connection:
            right = connection.execute(
                select(SLOT.c.response, ITEM.c.key).join_from(SLOT, ITEM).where(SLOT.c.paper_id == paper_id)
            ).all()
            score = sum(response == key for response, key in right)
            own = (PAPER.c.id == paper_id, PAPER.c.account_id == current_user.id, PAPER.c.is_open)
            ended = connection.execute(update(PAPER).where(*own).values(is_open=False, score=score))
        return redirect("/pages/1") if ended.rowcount else abort(404)

    @app.get("/papers/<int:paper_id>/result")
    @login_required  # type: ignore[untyped-decorator]
    def result(paper_id: int) -> ResponseReturnValue:
        own = (PAPER.c.id == paper_id, PAPER.c.account_id == current_user.id, PAPER.c.is_open.is_(False))
        with engine.begin() as connection:
            score = connection.scalar(select(PAPER.c.score).where(*own))
        return abort(404) if score is None else render_template("result.html", score=score)

    return app


def main() -> None:
    """Serve on PORT as the application is served: same server, workers and threads."""
    Server(
        "bench.floor:create_app", factory=True, address="127.0.0.1", port=int(os.environ["PORT"]), workers=2,
        interface=Interfaces.WSGI, blocking_threads=16, backlog=4096, backpressure=4096, log_access=False,
        log_level=LogLevels.warning,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main()
