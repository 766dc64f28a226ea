"""Write a certificate as an Open Badge 3.0 in the data model of verifiable credentials 2.0, and check one.

The proof is a DataIntegrityProof of the suite eddsa-jcs-2022: an Ed25519 signature over the digests of proof
and credential in their canonical form (RFC 8785). Python's sorted JSON is that form for what stands here:
ASCII names, texts and no fractions.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from learning.certificates.statement import fits
from learning.ledger.chain import canonical

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
SUITE = "eddsa-jcs-2022"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: What stands before an Ed25519 public key so that it says what it is (multicodec).
_ED25519 = bytes([0xED, 0x01])
#: English beside Chinese, since readers of badges are of all languages.
_NAMES = {
    "class_completion": "结业证书 Certificate of completion",
    "course_completion": "结业证书 Certificate of completion",
    "hours_statement": "学时证明 Statement of study hours",
}
#: Makes a signature in hexadecimal.
Signer = Callable[[bytes], str]


def credential_of(
    content: Mapping[str, Any], issued_at: datetime, public_key: str, sign: Signer
) -> dict[str, Any]:
    """Return the signed credential of a certificate."""
    return with_proof(unsigned(content, issued_at, public_key), issued_at, public_key, sign)


def unsigned(content: Mapping[str, Any], issued_at: datetime, public_key: str) -> dict[str, Any]:
    """Return the credential without its proof."""
    name = _NAMES[content["kind"]]
    return {
        "@context": list(CONTEXTS),
        "id": content["verify_url"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name,
        "issuer": {"id": did_of(public_key), "type": ["Profile"], "name": content["issuer"]["name"]},
        "validFrom": _moment(issued_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": content["person"]["name"],
                    "identityType": "name",
                }
            ],
            "activityStartDate": f"{content['starts_on']}T00:00:00+08:00",
            "activityEndDate": f"{content['ends_on']}T00:00:00+08:00",
            "achievement": {
                "id": f"{content['verify_url']}#achievement",
                "type": ["Achievement"],
                "name": content["title"] or name,
                "description": description_of(content),
                "criteria": {"narrative": description_of(content)},
            },
        },
    }


def description_of(content: Mapping[str, Any]) -> str:
    """Return in Chinese what was achieved, as the paper says it."""
    period = f"{content['starts_on']} 至 {content['ends_on']}"
    hours, by = content["total_hours"], content["issuer"]["name"]
    if content["kind"] == "hours_statement":
        return f"{period}登记学时共计 {hours} 学时。编号：{content['number']}"
    if content["kind"] == "class_completion":
        return (
            f"{period}参加{by}举办的“{content['title']}”，共 {hours} 课时，准予结业。"
            f"编号：{content['number']}"
        )
    return (
        f"{period}学完课程“{content['title']}”的全部 {content['modules']} 个模块，共 {hours} 学时，"
        f"结业考试合格，准予结业。编号：{content['number']}"
    )


def with_proof(
    document: Mapping[str, Any], created_at: datetime, public_key: str, sign: Signer
) -> dict[str, Any]:
    """Return a document with its proof."""
    did = did_of(public_key)
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": _moment(created_at),
        "verificationMethod": f"{did}#{did.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    value = "z" + base58(bytes.fromhex(sign(_hashes(document, options))))
    return {**document, "proof": {**options, "proofValue": value}}


def is_proved(credential: Mapping[str, Any]) -> bool:
    """Return whether the proof of a credential fits the key that it names itself."""
    proof = credential.get("proof")
    if not isinstance(proof, Mapping) or proof.get("cryptosuite") != SUITE:
        return False
    document = {name: value for name, value in credential.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    key, value = key_in(credential), str(proof.get("proofValue"))
    is_well_formed = value.startswith("z") and proof.get("@context") == document.get("@context")
    if not key or not is_well_formed or proof.get("type") != "DataIntegrityProof":
        return False
    signature = from_base58(value[1:])
    return signature is not None and fits(_hashes(document, options), signature.hex(), key)


def key_in(credential: Mapping[str, Any]) -> str:
    """Return the public key, in hexadecimal, that a credential names; empty where it names none of ours."""
    proof = credential.get("proof")
    method = str(proof.get("verificationMethod")) if isinstance(proof, Mapping) else ""
    did, _, fragment = method.partition("#")
    raw = from_base58(fragment[1:]) if did == f"did:key:{fragment}" and fragment.startswith("z") else None
    is_key = raw is not None and raw.startswith(_ED25519) and len(raw) == 34
    return raw[2:].hex() if is_key and raw else ""


def _hashes(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(canonical(options)).digest() + hashlib.sha256(canonical(document)).digest()


def did_of(public_key: str) -> str:
    """Return a public key in hexadecimal as an identifier that carries the key itself (did:key)."""
    return "did:key:z" + base58(_ED25519 + bytes.fromhex(public_key))


def base58(data: bytes) -> str:
    """Write bytes in base 58 as Bitcoin does."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _BASE58[rest] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def from_base58(text: str) -> bytes | None:
    """Read bytes in base 58; None where the text holds another character or is longer than any of ours."""
    if len(text) > 100 or any(character not in _BASE58 for character in text):
        return None
    number = 0
    for character in text:
        number = number * 58 + _BASE58.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
