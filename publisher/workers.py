"""The pool of worker processes that answer public queries, as the server sees it.

Every query begins at once in a worker of its own. Most are answered within
milliseconds; one that is not makes room: its process goes on behind all others
of the machine, and only a few such run at a time, the rest stands still until a
place is free. A worker that takes too much is ended by the kernel, told apart
by how it ended, and replaced.
"""

from __future__ import annotations

import dataclasses
import logging
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from publisher.answers import Answer, Limits, Question
from publisher.errors import PublisherError, QueryError, QueryTooCostly, QueryUnordered
from publisher.nursery import memory_exceeded
from publisher.sparql_order import order_by_kind
from publisher.turns import Turns
from publisher.worker_processes import Nursery, Worker

# What the engine prints where values that it sorts have no order: it ends its process.
_NO_ORDER = "does not correctly implement a total order"
_BUG = "panicked at"

_log = logging.getLogger(__name__)


class WorkerPool:
    """Answers public queries in worker processes that the kernel ends when they take too much."""

    endpoints: Sequence[str] = ()

    def __init__(self, release: Path, limits: Limits, *, is_empty: bool = False) -> None:
        """Starts the workers; those of a pool that `is_empty` answer from no data.

        Raises:
            PublisherError: they cannot be started.
        """
        self.limits = limits
        self._turns = Turns(limits.workers, limits.queue, retry_after=limits.timeout)
        self._long_turns = Turns(limits.workers, limits.queue, retry_after=limits.timeout)
        self._nursery = Nursery(release, limits, is_empty=is_empty)
        # None stands for a worker that could not be had: whoever is next tries again.
        self._idle: list[Worker | None] = [self._nursery.fork() for _ in range(limits.workers)]

    def answer(self, question: Question, client: str) -> Answer:
        """Returns the answer to a question of the client at a network address.

        Raises:
            QueryError: it cannot be answered, may not be, or takes too much.
            ServerBusy: all workers are taken, or the client's share of them.
        """
        deadline = question.find_deadline(self.limits)
        outcome = self._ask(question, client, deadline)
        if isinstance(outcome, QueryUnordered):
            safe = dataclasses.replace(question, query=order_by_kind(question.query))
            outcome = self._ask(safe, client, deadline)
        if isinstance(outcome, PublisherError):
            raise outcome
        return outcome

    def _ask(self, question: Question, client: str, deadline: float) -> Answer | PublisherError:
        with self._turns.take(client, deadline):
            outcome = self._begin(question, deadline)
        if isinstance(outcome, Worker):
            outcome = self._finish(outcome, client, deadline)
        return outcome

    def _begin(self, question: Question, deadline: float) -> Answer | PublisherError | Worker:
        """Returns the outcome of a short query; the worker of a long one, out of the pool."""
        worker, kept = self._hand_over(question, deadline), None
        try:
            reply = worker.receive_soon(deadline)
            kept = None if reply.spent else worker
        except TimeoutError:
            return worker
        except EOFError:
            return self._explain(worker, deadline)
        else:
            if kept is None:
                self._nursery.end_soon(worker)
            return reply.outcome
        finally:
            self._idle.append(kept or self._fork())

    def _hand_over(self, question: Question, deadline: float) -> Worker:
        """Gives a question to an idle worker, or to a new one where that has ended.

        Raises:
            QueryTooCostly: a worker has not taken it in time.
            PublisherError: no worker can be had.
        """
        worker = self._idle.pop()
        try:
            if worker is not None and self._give(worker, question, deadline):
                return worker
            worker = self._nursery.fork()
            if self._give(worker, question, deadline):
                return worker
            raise PublisherError("a new query worker ended at once")
        except PublisherError:
            self._idle.append(None)
            raise

    def _give(self, worker: Worker, question: Question, deadline: float) -> bool:
        """Says whether a worker takes a question; one that does not is ended.

        Raises:
            QueryTooCostly: it has not taken all of it in time.
        """
        try:
            worker.ask(question, deadline)
        except TimeoutError as error:
            self._nursery.end_soon(worker)
            raise self._too_slow() from error
        except OSError:
            self._nursery.end(worker)
            return False
        return True

    def _finish(self, worker: Worker, client: str, deadline: float) -> Answer | PublisherError:
        """Returns the outcome of a long query, whose worker ends with it."""
        worker.step_back()
        try:
            with self._long_turns.take(client, deadline, on_wait=worker.stop):
                worker.go_on(deadline - time.monotonic())
                outcome: Answer | PublisherError = worker.receive(deadline).outcome
        except EOFError:
            return self._explain(worker, deadline)
        except TimeoutError:
            outcome = self._too_slow()
        except PublisherError:
            self._nursery.end_soon(worker)
            raise
        self._nursery.end_soon(worker)
        return outcome

    def _fork(self) -> Worker | None:
        try:
            return self._nursery.fork()
        except PublisherError:
            _log.exception("a query worker could not be replaced")
            return None

    def close(self) -> None:
        """Ends the workers; no query may be running."""
        for worker in filter(None, self._idle):
            worker.close()
        self._idle.clear()
        self._nursery.close()

    def _explain(self, worker: Worker, deadline: float) -> PublisherError:
        """Ends a worker that did not answer; returns the error that says why."""
        worker.has_ended(deadline - time.monotonic())
        last_words = worker.read_last_words()
        code = self._nursery.end(worker)
        _log.warning("a query worker ended with %d and was replaced %s", code, last_words)
        if code == 0 or -code in (signal.SIGALRM, signal.SIGXCPU):
            return self._too_slow()
        if _NO_ORDER in last_words:
            return QueryUnordered(
                "the values that the query orders have no order among each other",
                remedy="order them by STR(), or numbers and texts apart",
            )
        if _BUG in last_words:
            return PublisherError(f"the engine failed: {last_words}")
        # How the engine ends when memory is refused; how the system ends who has most of it.
        if -code in (signal.SIGABRT, signal.SIGKILL):
            return memory_exceeded(self.limits)
        if -code in (signal.SIGSEGV, signal.SIGBUS):  # the parser's stack is full
            return QueryError("the query is nested too deeply", remedy="simplify the query")
        return PublisherError(f"a query worker ended with {code}")

    def _too_slow(self) -> QueryTooCostly:
        return QueryTooCostly(
            f"the query takes longer than {self.limits.timeout} s",
            limit="query_timeout",
            remedy="ask for less: fewer combinations, shorter paths, simpler expressions",
        )
