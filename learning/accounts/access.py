"""Who may call a view: every view declares it, and the guard refuses those that do not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, logout_user

from learning.accounts import queries
from learning.accounts.roles import Actor, Role, Scope
from learning.core import clock
from learning.core.db import snapshot
from learning.core.logs import request_id

View = TypeVar("View", bound=Callable[..., Any])


class Door(StrEnum):
    """The kinds of declaration."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    ROLES = "roles"
    #: The request proves itself by a signed token that the view checks (exam answers).
    TOKEN = "token"  # noqa: S105 - the name of a door, not a secret


@dataclass(frozen=True)
class Access:
    """What a view declares about its callers."""

    door: Door
    roles: frozenset[Role] = field(default_factory=frozenset)


def public(view: View) -> View:
    """Let everybody call the view."""
    return _declare(view, Access(Door.PUBLIC))


def signed_in(view: View) -> View:
    """Let everybody who is signed in call the view."""
    return _declare(view, Access(Door.SIGNED_IN))


def by_token(view: View) -> View:
    """Let those call the view who carry a signed token, which the view itself checks."""
    return _declare(view, Access(Door.TOKEN))


def requires(*roles: Role) -> Callable[[View], View]:
    """Let those call the view who hold one of the roles, for whatever scope; the view narrows to it."""
    return lambda view: _declare(view, Access(Door.ROLES, frozenset(roles)))


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def access_of(app: Flask, endpoint: str) -> Access | None:
    """Return what the view of an endpoint declares, or None where it declares nothing."""
    access: Access | None = getattr(app.view_functions[endpoint], "access", None)
    return access


def init_app(app: Flask) -> None:
    """Guard every request."""
    # Its own context processor would load the account even for the page that says the database is away.
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)
    manager.login_view = "accounts.sign_in"
    manager.login_message = None
    manager.session_protection = None
    manager.user_loader(_load)
    app.before_request(_guard)


def _load(session_key: str) -> queries.SignedIn | None:
    account_id, _, epoch = session_key.partition(".")
    if not (account_id.isdigit() and epoch.isdigit()):
        return None
    return queries.signed_in(snapshot(), int(account_id), int(epoch))


def _guard() -> ResponseReturnValue | None:
    """Refuse whoever may not call this view; the one place that decides it."""
    if request.endpoint is None:
        return None
    access = access_of(current_app, request.endpoint)
    if access is None:
        abort(403, "this page does not declare who may see it")
    if access.door in {Door.PUBLIC, Door.TOKEN}:
        return None
    if _session_is_over():
        logout_user()
    if not current_user.is_authenticated:
        if request.method == "GET":
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
        abort(401)
    if current_user.must_change_password and request.endpoint not in {
        "accounts.change_password",
        "accounts.sign_out",
    }:
        return redirect(url_for("accounts.change_password"))
    if access.door is Door.ROLES and not access.roles & current_user.roles:
        abort(403)
    return None


def _session_is_over() -> bool:
    """Return whether the session was idle too long or is too old; else note that it is in use."""
    moment = int(clock.now().timestamp())
    idle, whole = current_app.config["SESSION_IDLE_MINUTES"] * 60, current_app.config["SESSION_HOURS"] * 3600
    if moment - session.get("seen_at", 0) > idle or moment - session.get("signed_in_at", 0) > whole:
        return True
    if moment - session["seen_at"] >= 60:
        session["seen_at"] = moment
    return False


def keep_session() -> bool:
    """Note that the session is in use, for requests that prove themselves by a token; tell whether it is."""
    return current_user.is_authenticated and not _session_is_over()


def actor() -> Actor:
    """Return who acts in this request, for the audit log."""
    if "actor" not in g:
        known = current_user.is_authenticated
        g.actor = Actor(
            account_id=current_user.account_id if known else None,
            name=current_user.display_name if known else "",
            address=(request.remote_addr or "")[:45],
            request_id=request_id(),
        )
    found: Actor = g.actor
    return found


def scope_of(*roles: Role) -> Scope:
    """Return what the signed-in account covers by any of these roles together."""
    whole = Scope()
    for role in roles:
        whole |= current_user.scopes.get(role, Scope())
    return whole


def person_id() -> int:
    """Return the person that is signed in; accounts that belong to no person have no learner's pages."""
    found: int | None = current_user.person_id
    if found is None:
        abort(403)
    return found
