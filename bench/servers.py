"""Servers that are measured or killed: started as in production, in processes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from bench import processes
from learning.config import ROOT

#: Seconds that a server may take until it answers.
PATIENCE = 90


class Server:
    """A server in processes of its own; use it in a `with` statement."""

    def __init__(self, module: str, log: Path, settings: Mapping[str, str], database_pid: int = 0) -> None:
        """Prepare; nothing is started. `database_pid` is the first process of the database, if it has any."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._words = [sys.executable, "-m", module]
        self._settings = {**os.environ, **settings, "PORT": str(self.port)}
        self._log, self._database_pid = log, database_pid
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Return its first process."""
        assert self._process is not None, "the server was not started"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Return whether its first process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, apart from waiting for it, so that two can start at once."""
        with self._log.open("a") as log:
            # A group of its own, so that Ctrl-C reaches the measuring program alone, which then stops it.
            self._process = subprocess.Popen(
                self._words, cwd=ROOT, env=self._settings, stdout=log, stderr=log, start_new_session=True
            )

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.is_running:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        self.kill()
        raise RuntimeError(f"{self._words[2]} did not start:\n{self._log.read_text()}")

    def stop(self) -> None:
        """Stop it the gentle way."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill all its processes, as a power cut would."""
        if self._process is not None:
            if self.is_running:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def workers(self) -> list[int]:
        """Return the processes that answer requests."""
        below = processes.family(self.pid)[1:]
        return [pid for pid in below if "resource_tracker" not in processes.command(pid)]

    def cpu_seconds(self) -> float:
        """Return the processor time that all its processes and those of its database have used."""
        used = processes.cpu_seconds(self.pid)
        return used + processes.cpu_seconds(self._database_pid) if self._database_pid else used
