"""Print papers: always in a child process with limits, so that no request and no job can be held up by it."""

import base64
import io
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import segno

from learning.certificates import fonts

_CHILD = Path(__file__).with_name("paper_child.py")
_SECONDS = 120


class CannotPrint(Exception):
    """The child process could not print; holds what it said, for the log."""


def printed(contents: Sequence[Mapping[str, Any]], is_sample: bool = False) -> list[bytes]:
    """Return the papers of contents as PDF; the same content gives the same bytes.

    :raises CannotPrint: where one of them cannot be printed.
    """
    order = {"fonts": fonts.folders(), "papers": [_paper(content, is_sample) for content in contents]}
    try:
        child = subprocess.run(  # noqa: S603 - our own program, without arguments
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps(order, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotPrint(f"not ready after {_SECONDS} seconds") from None
    if child.returncode != 0:
        raise CannotPrint(child.stderr.decode(errors="replace")[-500:])
    return [base64.b64decode(line) for line in child.stdout.splitlines()]


def _paper(content: Mapping[str, Any], is_sample: bool) -> str:
    paper = {"content": content, "qr": qr_code(content["verify_url"]), "is_sample": is_sample}
    return json.dumps(paper, ensure_ascii=False, sort_keys=True)


def qr_code(text: str) -> str:
    """Return a QR code as SVG, with a quarter of it to spare against dirt and folds."""
    target = io.BytesIO()
    segno.make(text, error="q", micro=False).save(target, kind="svg", border=0, xmldecl=False)
    return target.getvalue().decode()
