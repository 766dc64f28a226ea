"""Write what many requests bring at once in one durable transaction.

A commit waits for the disk, and on SQLite for every other process; a thousand learners who save at the same
moment cannot each have one. Whoever comes first writes for all who wait meanwhile, and then lets the first of
those who came later write: there is no thread of its own that would have to be started, woken or kept alive.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from learning.core.db import writing

Work = TypeVar("Work")
Outcome = TypeVar("Outcome")

#: Requests that may wait; a server whose threads are fewer never comes near it.
LONGEST_QUEUE = 256
#: Written in one transaction, so that it stays short for the other processes.
MOST_AT_ONCE = 64
#: Seconds that a request waits; the exam page repeats one without a reply after 15.
PATIENCE = 10.0


class Away(Exception):
    """Nothing could be stored, or it is not known whether it was: the client has to send it again."""


class _Ticket(Generic[Work, Outcome]):
    """What one request wants written, until it is."""

    def __init__(self, work: Work) -> None:
        self.work = work
        #: Holds the one outcome once there is one.
        self.outcomes: list[Outcome] = []
        self.error: Exception | None = None
        self.is_done = False
        #: Set when it is done, or when it is this request's turn to write.
        self.called = threading.Event()


class GroupWriter(Generic[Work, Outcome]):
    """The queue of one database; `write` gets what waits and returns an outcome for each, in order."""

    def __init__(self, write: Callable[[Connection, Sequence[Work]], Sequence[Outcome]]) -> None:
        """Write by `write`, which neither commits nor catches errors of the database."""
        self._write = write
        self._lock = threading.Lock()
        self._queue: deque[_Ticket[Work, Outcome]] = deque()
        self._is_led = False

    def do(self, work: Work) -> Outcome:
        """Return the outcome once it is on the disk.

        Raises Away where the database failed or the queue is too long; any other error is this work's own.
        """
        ticket: _Ticket[Work, Outcome] = _Ticket(work)
        if not self._stand_in_line(ticket):
            self._wait(ticket)
        if not ticket.is_done:
            self._lead(ticket)
        if ticket.error is not None:
            raise ticket.error
        return ticket.outcomes[0]

    def _stand_in_line(self, ticket: _Ticket[Work, Outcome]) -> bool:
        """Queue up; return whether nobody writes at the moment, so that this request has to."""
        with self._lock:
            if len(self._queue) >= LONGEST_QUEUE:
                raise Away("too many requests wait")
            self._queue.append(ticket)
            leads, self._is_led = not self._is_led, True
            return leads

    def _wait(self, ticket: _Ticket[Work, Outcome]) -> None:
        if ticket.called.wait(PATIENCE):
            return
        with self._lock:
            # Called in this very moment it has its outcome, or the turn that must not be lost.
            if ticket.called.is_set():
                return
            if ticket in self._queue:
                self._queue.remove(ticket)
        raise Away("the database takes too long")

    def _lead(self, ticket: _Ticket[Work, Outcome]) -> None:
        """Write what waits until the own ticket is done, then call whoever is first in line."""
        try:
            while not ticket.is_done:
                self._write_next()
        finally:
            with self._lock:
                if self._queue:
                    self._queue[0].called.set()
                else:
                    self._is_led = False

    def _write_next(self) -> None:
        batch: list[_Ticket[Work, Outcome]] = []
        try:
            with writing() as connection:
                # Only now: while this process waited for its turn others have come.
                batch = self._take()
                outcomes = self._write(connection, [ticket.work for ticket in batch])
        except Exception as error:
            self._failed(batch or self._take(), error)
        else:
            for ticket, outcome in zip(batch, outcomes, strict=True):
                self._finish(ticket, [outcome], None)

    def _take(self) -> list[_Ticket[Work, Outcome]]:
        with self._lock:
            return [self._queue.popleft() for _ in range(min(len(self._queue), MOST_AT_ONCE))]

    def _failed(self, batch: Sequence[_Ticket[Work, Outcome]], error: Exception) -> None:
        """Write each alone, so that one that cannot be written spoils none of the others."""
        for ticket in batch:
            outcomes: Sequence[Outcome] = ()
            own: Exception | None = error
            if len(batch) > 1 and not _is_away(error):
                outcomes, own = self._alone(ticket.work)
                error = own if own is not None and _is_away(own) else error
            self._finish(ticket, outcomes, own)

    def _alone(self, work: Work) -> tuple[Sequence[Outcome], Exception | None]:
        try:
            with writing() as connection:
                outcomes = self._write(connection, [work])
        except Exception as error:
            return (), error
        return outcomes, None

    @staticmethod
    def _finish(ticket: _Ticket[Work, Outcome], outcomes: Sequence[Outcome], error: Exception | None) -> None:
        ticket.outcomes, ticket.error, ticket.is_done = list(outcomes), _as_told(error), True
        ticket.called.set()


def _is_away(error: Exception) -> bool:
    """Return whether it is the database that failed: then nobody else needs to try."""
    return isinstance(error, OperationalError | InterfaceError)


def _as_told(error: Exception | None) -> Exception | None:
    if isinstance(error, DBAPIError):
        away = Away(str(error))
        away.__cause__ = error
        return away
    return error
