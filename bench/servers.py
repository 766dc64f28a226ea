"""Servers that are measured: started as in production, their processor time read from the kernel."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from learning.config import ROOT

#: Seconds that a server may take until it answers.
PATIENCE = 60


class Server:
    """A server in processes of its own; use it in a `with` statement."""

    def __init__(self, module: str, log: Path, settings: Mapping[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._words = [sys.executable, "-m", module]
        self._settings = {**os.environ, **settings, "PORT": str(self.port)}
        self._log = log

    def __enter__(self) -> "Server":
        with self._log.open("w") as log:
            # A group of its own, so that Ctrl-C reaches the measuring program alone, which then stops it.
            self._process = subprocess.Popen(
                self._words, cwd=ROOT, env=self._settings, stdout=log, stderr=log, start_new_session=True
            )
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def wait(self) -> None:
        """Wait until it answers; apart from starting, so that two can start at once."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        self._process.kill()
        raise RuntimeError(f"{self._words[2]} did not start:\n{self._log.read_text()}")

    def cpu_seconds(self) -> float:
        """Return the processor time that all its processes have used."""
        return sum(_cpu_ns(pid) for pid in _family(self._process.pid)) / 1e9


def _family(pid: int) -> list[int]:
    """Return a process and all below it."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        children += [int(child) for child in (task / "children").read_text().split()]
    return [pid, *(each for child in children for each in _family(child))]


def _cpu_ns(pid: int) -> int:
    """Return the processor time of a process with all threads it has or had.

    /proc/PID/stat tells it in hundredths of a second only, too coarse for a few requests; the same account
    is read to the nanosecond by the clock that clock_getcpuclockid(3) names.
    """
    return time.clock_gettime_ns((~pid << 3) | 2)
