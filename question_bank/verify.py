"""Check the evidence of an attempt: python -m question_bank.verify BUNDLE.json [--key HEX].

It needs this package and cryptography, no database and no server. The status is 0 where all is right, 1
where something is wrong, 2 where the file is no evidence at all.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from question_bank.bundles.checks import Finding, Outcome, check
from question_bank.bundles.reading import Unreadable, loaded


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each thing checked and return the status."""
    parser = argparse.ArgumentParser(prog="python -m question_bank.verify", description=__doc__)
    parser.add_argument("bundle", type=Path, help="the file")
    parser.add_argument("--key", help="the public key of the installation, in hexadecimal")
    options = parser.parse_args(arguments)
    try:
        bundle = loaded(options.bundle.read_bytes())
    except (OSError, Unreadable) as error:
        print(f"unreadable: {error}", file=sys.stderr)
        return 2
    found = check(bundle, options.key)
    for finding in found:
        print(_line(finding))
    return int(any(finding.outcome is Outcome.WRONG for finding in found))


def _line(finding: Finding) -> str:
    # What the file says must not be able to write to a terminal.
    words = "".join(sign if sign.isascii() and sign.isprintable() else "?" for sign in finding.words)
    return f"{finding.outcome:6} {finding.check:10} {words}"


if __name__ == "__main__":
    sys.exit(main())
