"""What the kernel knows of processes: who belongs together, and the processor time they have used."""

import os
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Return a process and all below it; nothing where it is gone."""
    children: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += [int(child) for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(each for child in children for each in family(child))]


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process and all below it have used, those that have ended included."""
    return sum(_own(each) + _of_ended_children(each) for each in family(pid))


def _own(pid: int) -> float:
    """Return the processor time of a process with all threads it has or had.

    /proc/PID/stat tells it in hundredths of a second only, too coarse for a few requests; the same account
    is read to the nanosecond by the clock that clock_getcpuclockid(3) names.
    """
    try:
        return time.clock_gettime_ns((~pid << 3) | 2) / 1e9
    except OSError:
        return 0.0


def parent(pid: int) -> int:
    """Return the process that started this one."""
    return int(_stat(pid)[1])


def _of_ended_children(pid: int) -> float:
    """Return what ended children had used when their parent took note of them, in hundredths of a second.

    PostgreSQL has a process for each connection; without this, one that ends would take its time with it.
    """
    try:
        fields = _stat(pid)
    except OSError:
        return 0.0
    return (int(fields[13]) + int(fields[14])) / _TICKS


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third on: state, parent, …; the second is any text."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def command(pid: int) -> str:
    """Return the words by which a process was started."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
