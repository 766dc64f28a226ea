"""What leaves the site can be checked without it, and any change shows."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from learning import certificate_verify
from learning.certificates import content, credential, statement
from learning.config import ROOT

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()
CONTENT: dict[str, Any] = {
    "format": "certificate/1", "kind": "class_completion", "number": "SF-005-2026-000001",
    "code": "ABCD-2345-EFGH-6789", "verify_url": "https://xuexi.example/verify/ABCD2345EFGH6789",
    "replaces": "",
    "issuer": {"code": "SF-005", "name": "示范市委党校"}, "issued_on": "2026-04-11",
    "person": {"name": "王𠮷", "unit": "示范县妇联", "post": "副主席"}, "title": "专题培训班",
    "starts_on": "2026-04-06", "ends_on": "2026-04-10", "modules": 0, "total_hours": "30",
    "hours": [{"kind": "off_job", "hours": "30"}], "records": [], "clauses": ["3.7s2"],
}  # fmt: skip
MOMENT = datetime(2026, 4, 11, 2, tzinfo=UTC)


def sign(message: bytes) -> str:
    return KEY.sign(message).hex()


def record() -> dict[str, Any]:
    """Return a certificate as a file."""
    signature = sign(statement.statement_of(CONTENT))
    return statement.file_of(CONTENT, statement.digest_of(CONTENT), signature, PUBLIC)


def badge() -> dict[str, Any]:
    """Return a certificate as a credential."""
    return credential.credential_of(CONTENT, MOMENT, PUBLIC, sign)


def verified(tmp_path: Path, file: object, *words: str) -> int:
    path = tmp_path / "certificate.json"
    path.write_text(content.as_text(file) if isinstance(file, dict) else str(file), encoding="utf-8")
    return certificate_verify.main([str(path), *words])


@pytest.mark.parametrize("make", [record, badge])
def test_a_file_is_genuine_by_the_key_of_the_site(
    tmp_path: Path, make: Callable[[], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verified(tmp_path, make(), "--public-key", PUBLIC) == 0
    assert "SF-005-2026-000001" in capsys.readouterr().out
    assert verified(tmp_path, make()) == 0
    assert f"taken from the file itself, {PUBLIC}" in capsys.readouterr().out


@pytest.mark.parametrize("make", [record, badge])
def test_a_file_of_another_key_is_not_genuine(tmp_path: Path, make: Callable[[], dict[str, Any]]) -> None:
    assert verified(tmp_path, make(), "--public-key", "00" * 32) == 1


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the ways to every text and number inside a value."""
    if isinstance(value, dict):
        return [each for name in value for each in places(value[name], (*path, name))]
    if isinstance(value, list):
        return [each for at in range(len(value)) for each in places(value[at], (*path, at))]
    return [path]


@pytest.mark.parametrize("make", [record, badge])
def test_a_change_anywhere_in_a_file_shows(tmp_path: Path, make: Callable[[], dict[str, Any]]) -> None:
    for path in places(make()):
        if path == ("format",):
            continue
        file = copy.deepcopy(make())
        inner: Any = file
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = inner[path[-1]] + 1 if isinstance(inner[path[-1]], int) else "另一个"
        assert verified(tmp_path, file) != 0, path


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"format": "x"}', "[" * 100_000])
def test_what_is_no_certificate_is_told_so(tmp_path: Path, text: str) -> None:
    assert verified(tmp_path, text) == 2


@pytest.mark.parametrize(
    "file",
    [
        {"format": "certificate-file/1"},
        {"format": "certificate-file/1", "content": [], "public_key": 7},
        {"proof": 1},
        {"proof": {"cryptosuite": "eddsa-jcs-2022", "proofValue": None}},
        {"proof": {"cryptosuite": "eddsa-jcs-2022", "verificationMethod": "did:key:z#z", "proofValue": "z0"}},
    ],
)
def test_a_damaged_file_is_not_genuine_and_breaks_nothing(tmp_path: Path, file: dict[str, Any]) -> None:
    assert verified(tmp_path, file) == 1


def test_the_verifier_needs_neither_the_site_nor_its_libraries(tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(content.as_text(record()), encoding="utf-8")
    program = (
        "import sys; sys.modules.update(flask=None, sqlalchemy=None); "
        f"from learning import certificate_verify; sys.exit(certificate_verify.main([{str(path)!r}]))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_the_proof_of_the_published_example_comes_out_the_same() -> None:
    """Data Integrity EdDSA Cryptosuites v1.0, B.2: the credential, key and proof of its test vector."""
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    }
    secret = credential.from_base58("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")
    assert secret is not None
    key = Ed25519PrivateKey.from_private_bytes(secret[2:])
    public = key.public_key().public_bytes_raw().hex()
    assert credential.did_of(public) == "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    made = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
    proved = credential.with_proof(document, made, public, lambda message: key.sign(message).hex())
    assert proved["proof"]["proofValue"] == (
        "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
    )
    assert credential.is_proved(proved)


def test_a_credential_has_what_an_open_badge_must_have() -> None:
    made = badge()
    assert made["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(made["type"])
    assert {"id", "type", "name"} <= set(made["issuer"])
    subject = made["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert {"id", "type", "name", "description", "criteria"} <= set(subject["achievement"])
    assert subject["achievement"]["criteria"]["narrative"]
    assert json.loads(content.as_text(made)) == made


@given(st.binary(max_size=60))
def test_base_58_is_read_as_it_is_written(data: bytes) -> None:
    assert credential.from_base58(credential.base58(data)) == data
