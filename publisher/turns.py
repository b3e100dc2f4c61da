"""Whose query is next: a fair share of the places for everybody, and a short queue.

There are as many places as queries may run at a time. No client holds more than
half of them while others could use them, and of those that wait, the client
that has the fewest running is first.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from publisher.errors import ServerBusy, TooManyQueries


@dataclass(eq=False, slots=True)
class _Ticket:
    """A query that waits or runs; one that has to wait has an event, set when it may run."""

    client: str
    called: threading.Event | None = None


class Turns:
    """Gives out a number of places, and keeps a number of queries waiting for one."""

    def __init__(self, places: int, queue: int, *, retry_after: int) -> None:
        """`retry_after`: seconds after which whoever was turned away may come back."""
        self._places = places
        self._share = max(1, places // 2)
        self._queue = queue
        self._retry_after = retry_after
        self._lock = threading.Lock()
        self._waiting: list[_Ticket] = []
        self._running: list[_Ticket] = []

    @contextmanager
    def take(
        self, client: str, deadline: float, on_wait: Callable[[], None] | None = None
    ) -> Iterator[None]:
        """Waits for a place, which is free again when the context ends.

        Args:
            client: whose query it is.
            deadline: how long to wait, on the clock of `time.monotonic`.
            on_wait: called once if there is no place yet.

        Raises:
            TooManyQueries: the client's share of the queue is full.
            ServerBusy: the queue is full, or no place came in time.
        """
        ticket = _Ticket(client)
        with self._lock:
            self._waiting.append(ticket)
            self._call()
            if ticket not in self._running:
                self._require_room(ticket)
                ticket.called = threading.Event()
        try:
            if ticket.called is not None:
                if on_wait is not None:
                    on_wait()
                if not ticket.called.wait(max(0.0, deadline - time.monotonic())):
                    raise self._busy()
            yield
        finally:
            with self._lock:
                (self._running if ticket in self._running else self._waiting).remove(ticket)
                self._call()

    def _call(self) -> None:
        """Calls as many of those that wait as there are places for."""
        while len(self._running) < self._places:
            ready = [t for t in self._waiting if _count(self._running, t) < self._share]
            if not ready:
                return
            called = min(ready, key=lambda t: _count(self._running, t))
            self._waiting.remove(called)
            self._running.append(called)
            if called.called is not None:
                called.called.set()

    def _require_room(self, ticket: _Ticket) -> None:
        """Raises unless a ticket, already among the waiting, has room there."""
        if _count(self._waiting, ticket) > (self._queue + 1) // 2:
            self._waiting.remove(ticket)
            raise TooManyQueries(
                "you ask more queries at a time than this server answers one client",
                retry_after=self._retry_after,
                remedy="send the next query when one of them has been answered",
            )
        if len(self._waiting) > self._queue:
            self._waiting.remove(ticket)
            raise self._busy()

    def _busy(self) -> ServerBusy:
        return ServerBusy(
            "all query workers are busy",
            retry_after=self._retry_after,
            remedy="send the query again a little later",
        )


def _count(tickets: list[_Ticket], like: _Ticket) -> int:
    return sum(ticket.client == like.client for ticket in tickets)
