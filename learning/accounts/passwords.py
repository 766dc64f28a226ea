"""Hash, check and judge passwords."""

import secrets
import threading
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn_rs_py import zxcvbn

from learning.core.texts import N_

MIN_LENGTH = 8
MAX_LENGTH = 200
#: Words that a guesser of this site tries first; the strength meter knows no pinyin.
SITE_WORDS = (
    "dangxiao",
    "qunzhong",
    "quntuan",
    "gonghui",
    "fulian",
    "gongqingtuan",
    "xuexi",
    "kaoshi",
    "peixun",
)
#: OWASP's second choice for argon2id: 19 MiB, two passes; a third of the library default's time.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
#: For one-time passwords, whose 79 random bits nobody guesses: a list of thousands takes a second.
_quick_hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
#: Hashing is all processor: more at once than processors only makes everyone wait.
_turns = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    with _turns:
        return _hasher.hash(password)


def hash_one_time(password: str) -> str:
    """Return the hash of a password that `one_time_password` made; for no other."""
    return _quick_hasher.hash(password)


def verify(password_hash: str, password: str) -> bool:
    """Return whether the password is the one that was hashed."""
    with _turns:
        try:
            return _hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


@cache
def decoy_hash() -> str:
    """Return a hash to check against where there is no account, so that both take the same time."""
    return hash_password(secrets.token_urlsafe())


def weakness(password: str, own_words: Iterable[str]) -> str | None:
    """Return why a password is refused, as an English message id, or None where it is good enough."""
    if len(password) < MIN_LENGTH:
        return N_("Use at least 8 characters.")
    if len(password) > MAX_LENGTH:
        return N_("Use at most 200 characters.")
    words = [word.lower() for word in own_words if word]
    if any(len(word) > 3 and word in password.lower() for word in words):
        return N_("Do not use your name or account in the password.")
    if int(zxcvbn(password, user_inputs=[*words, *SITE_WORDS]).score) < 3:
        return N_("This password is easy to guess. Use several words that do not belong together.")
    return None


def one_time_password() -> str:
    """Return a password to be changed at the first sign-in; without characters that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
