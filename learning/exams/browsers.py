"""Tell the browsers of a learner apart."""

import secrets

from flask import session


def browser_mark() -> str:
    """Return the mark of this browser, by which an attempt knows that it was moved to another."""
    if not session.get("browser"):
        session["browser"] = secrets.token_hex(12)
    return str(session["browser"])[:32]
