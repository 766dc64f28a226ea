"""Put the application together; the only module that knows every feature."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from learning import cli
from learning.accounts import access
from learning.accounts import views as accounts
from learning.accounts.roles import Role
from learning.certificates import views as certificates
from learning.certificates.services import batches
from learning.config import ROOT, from_environment, kept_secret
from learning.core import db, jobs, logs, pages
from learning.core.templates import csrf_token
from learning.core.translations import spoken
from learning.core.urls import KeyConverter
from learning.exams import views as exams
from learning.exams.lane import Lane
from learning.exams.services import closing, entering, preparing, regrading
from learning.home import views as home
from learning.ledger import services as ledger_services
from learning.ledger import views as ledger
from learning.materials import views as materials
from learning.people import views as people
from learning.questions import views as questions
from learning.reports import views as reports
from learning.study import views as study
from learning.training import views as training

#: What must happen by itself while the site runs.
JOBS: tuple[jobs.Job, ...] = (
    closing.close_overdue,
    preparing.prepare_papers,
    regrading.settle,
    entering.enter_results,
    ledger_services.seal,
    batches.work,
)

FEATURES = (
    accounts,
    ledger,
    people,
    materials,
    study,
    training,
    questions,
    exams,
    certificates,
    reports,
    home,
)

#: The main navigation: endpoint, label, and who sees it.
NAVIGATION = (
    ("home.index", _l("Home"), frozenset(Role)),
    ("study.courses", _l("My courses"), frozenset({Role.LEARNER})),
    ("exams.mine", _l("My exams"), frozenset({Role.LEARNER})),
    ("certificates.mine", _l("My certificates"), frozenset({Role.LEARNER})),
    ("materials.modules", _l("Course content"), frozenset({Role.INSTRUCTOR})),
    ("questions.bank", _l("Question bank"), frozenset({Role.INSTRUCTOR})),
    ("exams.manage", _l("Exams"), frozenset({Role.INSTRUCTOR})),
    ("people.persons", _l("People"), frozenset({Role.UNIT_ADMIN})),
    ("training.records", _l("Training records"), frozenset({Role.UNIT_ADMIN})),
    ("certificates.overview", _l("Certificates"), frozenset({Role.UNIT_ADMIN, Role.INSTRUCTOR})),
    ("reports.completion", _l("Completion report"), frozenset({Role.REPORT_READER})),
    ("people.organisations", _l("Organisations"), frozenset({Role.SYSTEM_ADMIN})),
    ("accounts.grants", _l("Accounts and roles"), frozenset({Role.SYSTEM_ADMIN})),
    ("materials.documents", _l("Original document"), frozenset({Role.SYSTEM_ADMIN})),
    ("accounts.audit_log", _l("Audit log"), frozenset({Role.AUDITOR})),
    ("ledger.overview", _l("Ledger"), frozenset({Role.AUDITOR})),
)

#: Addresses of pages that stand below an entry of the navigation by their meaning alone.
ELSEWHERE = {
    "home.index": ("/record",),
    "study.courses": ("/clauses",),
    "materials.modules": ("/clauses",),
    "exams.mine": ("/attempts",),
    "exams.manage": ("/sittings",),
    "reports.completion": ("/reports",),
}


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Create the application; `settings` go before the environment."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config.from_mapping(from_environment())
    app.config.from_mapping(settings or {})
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or kept_secret(ROOT / "instance")
    app.config["LEDGER_KEY"] = app.config["LEDGER_KEY"] or kept_secret(ROOT / "instance", "ledger_key")
    _make_folder_of(app.config["DATABASE_URL"])
    app.url_map.converters["int"] = KeyConverter
    for part in (logs, db, pages):
        part.init_app(app)
    CSRFProtect(app)
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.context_processor(lambda: {"csrf_token": csrf_token})
    access.init_app(app)
    for feature in FEATURES:
        app.register_blueprint(feature.blueprint)
    cli.init_app(app)
    app.context_processor(_navigation)
    if trusted := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted)  # type: ignore[method-assign]
    app.wsgi_app = pages.static_files(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = Lane(app, app.wsgi_app)  # type: ignore[method-assign]
    return app


def _make_folder_of(url: str) -> None:
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)


def _navigation() -> dict[str, object]:
    """Return who is signed in and the way through the site; nothing where the database is away."""
    if g.get("is_bare") or not current_user.is_authenticated or current_user.must_change_password:
        return {"current_user": current_user, "navigation": []}
    # The account itself: asked through its proxy, a template would look for it anew at each turn.
    account = current_user._get_current_object()
    # No entry has a longer address, and what is kept must not grow with what somebody types.
    path = (request.script_root + request.path)[:200]
    return {
        "current_user": account,
        "navigation": _entries(account.roles, spoken(), request.script_root, path),
    }


# Never stale: what is shown follows from the code, from these roles, this language and this address.
@lru_cache(maxsize=1024)
def _entries(roles: frozenset[Role], _language: str, root: str, path: str) -> list[tuple[str, str, bool]]:
    """Return address and label of what these roles see, and whether the page at `path` stands there."""
    seen = [(url_for(endpoint), str(label), endpoint) for endpoint, label, by in NAVIGATION if by & roles]
    near = [
        _nearness(path, [url, *(root + each for each in ELSEWHERE.get(endpoint, ()))])
        for url, _label, endpoint in seen
    ]
    here = near.index(max(near)) if any(near) else None
    return [(url, label, at == here) for at, (url, label, _endpoint) in enumerate(seen)]


def _nearness(path: str, urls: Sequence[str]) -> int:
    """Return how much of a page's address is that of an entry of the navigation; 0 for no part of it."""
    return max(len(url) if _is_below(path, url) else 0 for url in urls)


def _is_below(path: str, url: str) -> bool:
    """Return whether a page belongs to an entry of the navigation: it is the entry's or stands below."""
    return path == url or (url != "/" and path.startswith(f"{url}/"))
