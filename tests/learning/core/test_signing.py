"""What leaves the site is signed by the installation's own key."""

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask

from learning.core import signing


def test_a_signature_is_checked_by_the_public_key_alone(application: Flask) -> None:
    with application.app_context():
        signature, key = signing.signature_of("学时证明".encode()), signing.public_key()
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    public.verify(bytes.fromhex(signature), "学时证明".encode())
    with pytest.raises(InvalidSignature):
        public.verify(bytes.fromhex(signature), "学时证書".encode())


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = signing.kept_key(tmp_path / "instance")
    assert signing.kept_key(tmp_path / "instance") == first
    assert (tmp_path / "instance" / "signing_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "instance").iterdir()] == ["signing_key"]
