"""Read what comes from outside in addresses, so that no number or target can do harm."""

from urllib.parse import urlsplit

from werkzeug.routing import BaseConverter, ValidationError

#: The largest key PostgreSQL and SQLite can hold; a larger number is simply not found.
LARGEST_KEY = 2**63 - 1


class KeyConverter(BaseConverter):
    """A key in a URL: digits within 64 bits, since a larger one would fail in the database driver."""

    regex = r"\d{1,19}"
    num_convert = int

    def to_python(self, value: str) -> int:
        """Return the key, or let the route not match."""
        key = int(value)
        if key > LARGEST_KEY:
            raise ValidationError
        return key

    def to_url(self, value: int) -> str:
        """Write the key."""
        return str(value)


def key_from(text: str | None) -> int | None:
    """Return the key that a query or form field holds, or None where it holds none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    key = int(text)
    return key if key <= LARGEST_KEY else None


def local_target(target: str | None) -> str | None:
    """Return a path of this site to go on to, or None where it would lead elsewhere."""
    # A backslash or a second slash at the start is read by browsers as another host.
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"} or "\\" in target:
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in target):
        return None
    return target
