"""Sign what leaves the site, so that anybody can tell later that it came from here and is unchanged."""

import contextlib
import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app

from learning.config import ROOT


def signature_of(message: bytes) -> str:
    """Return the Ed25519 signature of the installation (RFC 8032), in hexadecimal."""
    return _private_key().sign(message).hex()


def public_key() -> str:
    """Return the key by which signatures of this installation are checked, in hexadecimal."""
    return _private_key().public_key().public_bytes_raw().hex()


def _private_key() -> Ed25519PrivateKey:
    stated = current_app.config["SIGNING_KEY"] or kept_key(ROOT / "instance")
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(stated))


def kept_key(folder: Path) -> str:
    """Return the private key of the installation in hexadecimal, making it at the first call.

    Only its owner may read it. Whoever loses it can issue nothing more under the same public key; what was
    signed before stays verifiable.
    """
    path = folder / "signing_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex())
        # Several processes may be the first at once: one of the keys becomes that of all.
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)
        Path(unfinished).unlink()
    return path.read_text()
