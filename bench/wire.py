"""HTTP over connections kept open, as cheap as it gets: the clients share the cores of the servers."""

import asyncio
import re
from typing import NamedTuple, Protocol

#: Seconds after which a request counts as failed.
PATIENCE = 60.0
_END = b"\r\n\r\n"


class Reply(NamedTuple):
    """What came back."""

    status: int
    #: The head as it came, with the line of the status, without the empty line at its end.
    head: bytes
    body: bytes

    @property
    def location(self) -> str:
        """Return where the reply leads."""
        return next(iter(self.values(_LOCATION)), "")

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    def values(self, field: re.Pattern[bytes]) -> list[str]:
        """Return the values of a field of the head."""
        return [value.decode("latin-1") for value in field.findall(self.head)]


def head_field(name: str) -> re.Pattern[bytes]:
    """Return the pattern of a field of a head."""
    return re.compile(rf"^{name}:[ ]*(.*?)\r?$".encode(), re.IGNORECASE | re.MULTILINE)


_LENGTH, _LOCATION, _CONNECTION = map(head_field, ("content-length", "location", "connection"))


class Wire(Protocol):
    """A way to a server: a connection, or the application itself in this process."""

    async def exchange(self, method: str, path: str, head: str, body: bytes) -> Reply:
        """Send a request and return the reply; `head` are further lines of the head."""

    def close(self) -> None:
        """Let go of it."""


class Connection(asyncio.Protocol):
    """One connection to a port of this machine, opened when needed, and again where the server closed it."""

    def __init__(self, port: int, patience: float = PATIENCE) -> None:
        self._port, self._patience = port, patience
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Reply] | None = None
        self._got = bytearray()
        self._is_used = False

    async def exchange(self, method: str, path: str, head: str, body: bytes) -> Reply:
        """Send a request and return the reply.

        A connection that has been idle may be closed by the server in the moment of sending; like a browser
        this sends once more then. All that is done here can be done twice.
        """
        length = f"Content-Length: {len(body)}\r\n" if method != "GET" else ""
        lines = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{head}{length}\r\n"
        try:
            return await self._once(lines.encode() + body)
        except ConnectionError:
            if not self._is_used:
                raise
            self._is_used = False
            return await self._once(lines.encode() + body)

    async def _once(self, data: bytes) -> Reply:
        loop = asyncio.get_running_loop()
        if self._transport is None:
            self._is_used = False
            self._transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        self._got.clear()
        self._waiter = loop.create_future()
        self._transport.write(data)
        alarm = loop.call_later(self._patience, self._give_up)
        try:
            reply = await self._waiter
        finally:
            alarm.cancel()
            self._waiter = None
        self._is_used = True
        return reply

    def _give_up(self) -> None:
        self.close()
        self._fail(TimeoutError(f"no reply within {self._patience} s"))

    def _fail(self, error: Exception) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    def data_received(self, data: bytes) -> None:
        """Take what came, and hand the reply over once it is whole."""
        self._got += data
        end = self._got.find(_END)
        if end < 0 or self._waiter is None or self._waiter.done():
            return
        reply = Reply(int(self._got[9:12]), bytes(self._got[:end]), bytes(self._got[end + len(_END) :]))
        if len(reply.body) == int(next(iter(reply.values(_LENGTH)), 0)):
            if reply.head.startswith(b"HTTP/1.0") or "close" in reply.values(_CONNECTION):
                self.close()
            self._waiter.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the server closed the connection."""
        self._transport = None
        self._fail(exc if isinstance(exc, ConnectionError) else ConnectionResetError("closed by the server"))

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None
