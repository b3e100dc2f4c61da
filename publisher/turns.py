"""Whose query is next: a fair share of the workers for everybody, and a short queue.

No client holds more than half of the workers. Queries that were slow before
share a quarter of them and do not wait, so that whoever repeats one stops
nobody else's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from publisher.answers import Limits, Question
from publisher.errors import QueryTooCostly, ServerBusy, TooManyQueries

_MOST_REMEMBERED = 1_000
# Seconds to wait beyond the time limit: by then, what runs now has ended.
_PATIENCE = 2


@dataclass(eq=False, slots=True)
class _Ticket:
    """A query that waits or runs."""

    client: str
    key: tuple[object, ...]


class Turns:
    """Gives out as many turns at a time as there are workers."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._client_share = max(1, limits.workers // 2)
        self._slow_share = max(1, limits.workers // 4)
        self._changed = threading.Condition()
        self._waiting: list[_Ticket] = []
        self._running: list[_Ticket] = []
        self._slow: dict[tuple[object, ...], None] = {}

    @contextmanager
    def take(self, client: str, question: Question) -> Iterator[None]:
        """Waits for the turn of a client's question; the turn ends with the context.

        Raises:
            TooManyQueries: the client's share of the queue is full.
            ServerBusy: the queue is full, or no turn came in time.
        """
        key = (question.query, question.default_graphs, question.named_graphs)
        ticket = _Ticket(client, key)
        self._wait(ticket)
        start = time.monotonic()
        is_slow = False
        try:
            yield
            is_slow = time.monotonic() - start > self._limits.timeout / 10
        except QueryTooCostly:
            is_slow = True
            raise
        finally:
            with self._changed:
                self._running.remove(ticket)
                if is_slow:
                    self._remember(key)
                self._changed.notify_all()

    def _wait(self, ticket: _Ticket) -> None:
        with self._changed:
            self._waiting.append(ticket)
            try:
                if not self._is_next(ticket):
                    self._require_place(ticket)
                    self._changed.wait_for(
                        lambda: self._is_next(ticket) or ticket.key in self._slow,
                        self._limits.timeout + _PATIENCE,
                    )
                    if not self._is_next(ticket):
                        raise self._busy()
                self._running.append(ticket)
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()  # another may be next now

    def _is_next(self, ticket: _Ticket) -> bool:
        """Says whether a ticket is the first of those whose client has the fewest running."""
        if len(self._running) >= self._limits.workers:
            return False
        ready = [t for t in self._waiting if self._may_run(t)]
        return min(ready, key=lambda t: _count(self._running, t), default=None) is ticket

    def _may_run(self, ticket: _Ticket) -> bool:
        slow = sum(running.key in self._slow for running in self._running)
        if ticket.key in self._slow and slow >= self._slow_share:
            return False
        return _count(self._running, ticket) < self._client_share

    def _require_place(self, ticket: _Ticket) -> None:
        """Raises unless a ticket, already among the waiting, has room there."""
        if ticket.key in self._slow:
            raise self._busy()
        if _count(self._waiting, ticket) > (self._limits.queue + 1) // 2:
            raise TooManyQueries(
                "you ask more queries at a time than this server answers one client",
                retry_after=self._limits.timeout,
                remedy="send the next query when one of them has been answered",
            )
        if len(self._waiting) > self._limits.queue:
            raise self._busy()

    def _busy(self) -> ServerBusy:
        return ServerBusy(
            "all query workers are busy",
            retry_after=self._limits.timeout,
            remedy="send the query again a little later",
        )

    def _remember(self, key: tuple[object, ...]) -> None:
        self._slow[key] = None
        if len(self._slow) > _MOST_REMEMBERED:
            del self._slow[next(iter(self._slow))]


def _count(tickets: list[_Ticket], like: _Ticket) -> int:
    return sum(ticket.client == like.client for ticket in tickets)
