"""Say what a certificate's signature is about, and check it: pure, and all that a verifier needs."""

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from learning.ledger.chain import canonical

FILE_FORMAT = "certificate-file/1"


def statement_of(content: Mapping[str, Any]) -> bytes:
    """Return what is signed: the canonical form of the content, whose format says what it is."""
    return canonical(content)


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the digest of a content (SHA-256)."""
    return hashlib.sha256(statement_of(content)).hexdigest()


def is_signed(content: Mapping[str, Any], digest: str, signature: str, public_key: str) -> bool:
    """Return whether a content is what was signed with a key (Ed25519, RFC 8032)."""
    return digest == digest_of(content) and fits(statement_of(content), signature, public_key)


def fits(message: bytes, signature: str, public_key: str) -> bool:
    """Return whether a signature of a message was made with a key, all in hexadecimal."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), message)
    except (ValueError, InvalidSignature):
        return False
    return True


def file_of(content: Mapping[str, Any], digest: str, signature: str, public_key: str) -> dict[str, Any]:
    """Return a certificate as a file that is verified without the site."""
    return {
        "format": FILE_FORMAT,
        "content": dict(content),
        "digest": digest,
        "signature": signature,
        "public_key": public_key,
    }
