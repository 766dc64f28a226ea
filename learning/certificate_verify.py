"""Verify the file of a certificate without the site."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from learning.certificates import credential, statement

GENUINE, NOT_GENUINE, CANNOT_TELL = 0, 1, 2


def main(words: Sequence[str] | None = None) -> int:
    """Verify and say what was found: 0 genuine, 1 not genuine, 2 cannot tell."""
    parser = argparse.ArgumentParser(prog="python -m learning.certificate_verify", description=__doc__)
    parser.add_argument("file", type=Path, help="the file of a certificate, or of its credential")
    parser.add_argument("--public-key", default="", help="the site's public key, in hexadecimal")
    options = parser.parse_args(words)
    file = _read(options.file)
    if file is None:
        print(f"cannot tell: {options.file} is no file of a certificate")
        return CANNOT_TELL
    key, is_genuine = _check(file)
    if not is_genuine or (options.public_key and options.public_key.strip().lower() != key):
        print("not genuine: the content is not what was signed with this key")
        return NOT_GENUINE
    _tell(file)
    if not options.public_key:
        print(f"public key: taken from the file itself, {key} (compare it, or give --public-key)")
    print("whether it was revoked since is told by the site only")
    return GENUINE


def _read(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    is_ours = isinstance(value, dict) and (value.get("format") == statement.FILE_FORMAT or "proof" in value)
    return value if is_ours else None


def _check(file: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the key that the file names, and whether all that it says was signed with it."""
    if "proof" in file:
        return credential.key_in(file), credential.is_proved(file)
    content = file.get("content")
    key, texts = str(file.get("public_key")), [str(file.get(name)) for name in ("digest", "signature")]
    return key, isinstance(content, dict) and statement.is_signed(content, texts[0], texts[1], key)


def _tell(file: Mapping[str, Any]) -> None:
    if "proof" in file:
        subject = file.get("credentialSubject", {})
        print(f"genuine: {subject.get('achievement', {}).get('description', '')}")
        return
    content = file["content"]
    print(f"genuine: {content['number']}, {content['person']['name']}, {content['issuer']['name']}")


if __name__ == "__main__":
    sys.exit(main())
