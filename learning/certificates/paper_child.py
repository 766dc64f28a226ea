"""Print papers in a process of its own.

Run as `python -I paper_child.py`: {"fonts": folders, "papers": [JSON as text]} comes on standard input; each
paper goes out as PDF in base 64 on a line of its own. Nothing of the application is imported here.
"""

import base64
import json
import resource
import sys
from pathlib import Path

import typst

MEMORY = 3 * 1024**3
CPU_SECONDS = 100
TEMPLATE = Path(__file__).with_name("paper.typ")


def main() -> int:
    """Print all papers, or none."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = json.load(sys.stdin)
    # Only these fonts: what else is installed on a machine must not change a paper.
    compiler = typst.Compiler(
        input=str(TEMPLATE), font_paths=order["fonts"], ignore_system_fonts=True, sys_inputs={"paper": "{}"}
    )
    for paper in order["papers"]:
        # PDF/UA-1: tagged for screen readers; a paper that breaks its rules is not printed at all.
        pdf = compiler.compile(sys_inputs={"paper": paper}, format="pdf", pdf_standards="ua-1")
        assert isinstance(pdf, bytes), "PDF is one file however many pages it has"
        sys.stdout.write(base64.b64encode(pdf).decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
