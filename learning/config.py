"""Every setting, its default, and one line on what it does; the environment overrides by name."""

import os
import secrets
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class Settings:
    """The settings of an installation."""

    #: Where the database is: sqlite:///… or postgresql://…
    DATABASE_URL: str = f"sqlite:///{ROOT / 'instance' / 'learning.sqlite3'}"
    #: Signs sessions and attempt tokens; made once and kept in instance/secret_key.
    SECRET_KEY: str = ""
    #: Signs evidence and what is issued: an Ed25519 private key in hexadecimal; made once and kept in
    #: instance/signing_key.
    SIGNING_KEY: str = ""
    #: Key of the chain of the ledger, in hexadecimal; made once and kept in instance/ledger_key.
    LEDGER_KEY: str = ""
    #: Path of the original document, imported at start if it matches the seal.
    DOCUMENT: str = ""
    #: Send cookies over TLS only; switch on wherever the site is reached by https.
    SESSION_COOKIE_SECURE: bool = False
    SESSION_COOKIE_HTTPONLY: bool = True
    SESSION_COOKIE_SAMESITE: str = "Lax"
    #: Largest accepted request body in bytes.
    MAX_CONTENT_LENGTH: int = 12 * 1024 * 1024
    #: Minutes without a request after which a session ends; answering an exam renews it.
    SESSION_IDLE_MINUTES: int = 30
    #: Hours after sign-in at which a session ends whatever happens.
    SESSION_HOURS: int = 12
    #: Failures of one account within the window before it is locked for the window.
    SIGN_IN_FAILURES_PER_ACCOUNT: int = 5
    #: Failures from one address within the window; high, since exam halls share one address.
    SIGN_IN_FAILURES_PER_ADDRESS: int = 300
    #: Length in minutes of the window above.
    SIGN_IN_WINDOW_MINUTES: int = 15
    #: Whether a question must be published by someone other than its author.
    REVIEW_BY_SECOND_PERSON: bool = True
    #: Whether this process closes overdue attempts by itself while the site runs.
    RUN_JOBS: bool = False
    #: Seconds between two runs of those jobs.
    JOBS_EVERY_SECONDS: int = 10
    #: How many proxies stand in front; their X-Forwarded-For and -Proto are then believed.
    TRUSTED_PROXIES: int = 0
    #: Address under which people reach the site, printed on certificates; empty: that of the issuing browser.
    PUBLIC_URL: str = ""
    #: Folders with fonts for certificates beside those of the project, separated by colons; empty: Debian's.
    CERTIFICATE_FONTS: str = ""
    #: Public keys of former signing keys, in hexadecimal, with spaces between: that stays genuine.
    FORMER_PUBLIC_KEYS: str = ""
    #: Unknown codes that one address may ask for within the window before it has to wait.
    VERIFY_FAILURES_PER_ADDRESS: int = 30
    #: Length in minutes of that window.
    VERIFY_WINDOW_MINUTES: int = 15
    #: Shown in the footer where an installation must display a filing number.
    FILING_NUMBER: str = ""
    BABEL_DEFAULT_LOCALE: str = "zh"
    BABEL_DEFAULT_TIMEZONE: str = "Asia/Shanghai"
    #: CSRF tokens live as long as the session.
    WTF_CSRF_TIME_LIMIT: int | None = None


def from_environment() -> dict[str, Any]:
    """Return all settings: the default of each, or what the environment says under its name.

    Raises ValueError with the name of the setting where the value is not of its kind.
    """
    settings = {name: getattr(Settings, name) for name in vars(Settings) if name.isupper()}
    for name, default in settings.items():
        if name in os.environ:
            settings[name] = _read(name, os.environ[name], default)
    return settings


def _read(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise ValueError(f"{name} must be 1 or 0, not {text!r}")
        return text.lower() in {"1", "true", "yes"}
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"{name} must be a whole number, not {text!r}") from None
    return text


def kept_secret(folder: Path, name: str = "secret_key") -> str:
    """Return a secret of the installation, making it at the first call; readable by its owner only."""
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text()
