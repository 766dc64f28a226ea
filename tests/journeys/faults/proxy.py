"""A proxy that treats requests badly, as the networks of exam rooms do."""

import http.client
import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Kind(StrEnum):
    """What can happen to a request."""

    #: It never reaches the server.
    DROP = "drop"
    #: The server answers; the answer gets lost.
    LOSE_REPLY = "lose_reply"
    #: It arrives some seconds late.
    DELAY = "delay"
    #: It arrives twice.
    DUPLICATE = "duplicate"
    #: The connection breaks, but the request is still on its way: it arrives after the next one was answered.
    OVERTAKEN = "overtaken"
    #: Somebody else on the way answers.
    PORTAL = "portal"
    #: The server says that it cannot.
    BUSY = "busy"


@dataclass
class Fault:
    """What happens to the next requests whose path ends so."""

    kind: Kind
    path: str = "/answers"
    times: int = 1
    seconds: float = 0


@dataclass
class Exchange:
    """One request and what the browser got."""

    path: str
    body: bytes
    status: int = 0
    reply: bytes = b""


@dataclass
class FaultProxy:
    """Stands between the browser and the server; without faults it passes everything on."""

    server_port: int
    faults: list[Fault] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    is_cut: bool = False

    def __post_init__(self) -> None:
        """Listen on a port of its own."""
        self._lock = threading.Lock()
        self._late: list[_Handler] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()

    def break_next(self, kind: Kind, path: str = "/answers", times: int = 1, seconds: float = 0) -> None:
        """Treat the next requests to a path badly."""
        self.faults.append(Fault(kind, path, times, seconds))

    def break_everything(self, path: str) -> None:
        """Let nothing pass to a path until `faults` is emptied."""
        self.break_next(Kind.DROP, path, times=1_000_000)

    def heal(self) -> None:
        """Treat all requests well again, and forget what was."""
        self.is_cut = False
        self.faults.clear()
        self.exchanges.clear()

    def fault_of(self, path: str) -> Fault | None:
        """Return what happens to this request, and count it."""
        with self._lock:
            found = next((fault for fault in self.faults if fault.times and path.endswith(fault.path)), None)
            if found:
                found.times -= 1
            return found

    def let_late_ones_arrive(self, path: str) -> None:
        """Send on what was overtaken on its way to this path."""
        with self._lock:
            late, self._late = [each for each in self._late if each.path == path], []
        for each in late:
            each.pass_on()

    def overtake(self, handler: "_Handler") -> None:
        """Keep a request until another one has overtaken it."""
        with self._lock:
            self._late.append(handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: FaultProxy

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing; the story says what went wrong."""

    def _serve(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # One request a connection: browsers repeat by themselves what broke on a used one.
        self.close_connection = True
        if self.proxy.is_cut:
            return
        fault = self.proxy.fault_of(self.path)
        try:
            self._treat(fault)
        except OSError:
            return
        if fault is None:
            self.proxy.let_late_ones_arrive(self.path)

    do_GET = do_POST = _serve  # noqa: N815 - as the library calls them

    def _treat(self, fault: Fault | None) -> None:
        kind = fault.kind if fault else None
        if fault and kind is Kind.DELAY:
            time.sleep(fault.seconds)
        if kind is Kind.DROP:
            return
        if kind is Kind.PORTAL:
            self._answer(
                200, [("Content-Type", "text/html")], b"<title>Please sign in to the network</title>"
            )
        elif kind is Kind.BUSY:
            self._answer(503, [("Retry-After", "1")], b"")
        elif kind is Kind.OVERTAKEN:
            self.proxy.overtake(self)
        elif kind is Kind.LOSE_REPLY:
            self.pass_on()
        else:
            if kind is Kind.DUPLICATE:
                self.pass_on()
            self._answer(*self.pass_on())

    def pass_on(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """Ask the server, and return what it says."""
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.server_port, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        try:
            connection.request(self.command, self.path, self.body, headers | {"Connection": "close"})
            reply = connection.getresponse()
            dropped = {"transfer-encoding", "connection", "content-length"}
            kept = [(name, value) for name, value in reply.getheaders() if name.lower() not in dropped]
            return reply.status, kept, reply.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in [*headers, ("Content-Length", str(len(body))), ("Connection", "close")]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        with self.proxy._lock:
            self.proxy.exchanges.append(Exchange(self.path, self.body, status, body))
