"""Sign what an exam page proves itself by, so that saving an answer needs no sign-in session."""

from dataclasses import dataclass
from functools import lru_cache

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

LONGEST_TOKEN = 400


@dataclass(frozen=True)
class AttemptPass:
    """Whose attempt a page may write into, and from which place.

    It ends with the attempt, not with the session: who is signed out while answering loses nothing.
    As it is no cookie, no other site can make a browser send it.
    """

    attempt_id: int
    person_id: int
    place: str


def sign(attempt_pass: AttemptPass) -> str:
    """Return the token of a pass."""
    return str(
        _signer_of(current_app.config["SECRET_KEY"]).dumps(
            [attempt_pass.attempt_id, attempt_pass.person_id, attempt_pass.place]
        )
    )


def read(token: object) -> AttemptPass | None:
    """Return the pass that a token holds, or None where it was not signed here."""
    if not isinstance(token, str) or not token.isascii() or len(token) > LONGEST_TOKEN:
        return None
    return _read(current_app.config["SECRET_KEY"], token)


# What a token says under a secret never changes, and a page sends the same one with every answer.
@lru_cache(maxsize=4096)
def _read(secret: str, token: str) -> AttemptPass | None:
    try:
        attempt_id, person_id, place = _signer_of(secret).loads(token)
    except BadSignature:
        return None
    return AttemptPass(attempt_id, person_id, place)


@lru_cache(maxsize=4)
def _signer_of(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="exam attempt")
