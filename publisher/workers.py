"""The pool of worker processes that answer public queries, as the server sees it.

A worker that takes too much is ended by the kernel, told apart by how it ended,
and replaced at once.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

from publisher.answers import Answer, Limits, Question, Reply
from publisher.errors import PublisherError, QueryError, QueryTooCostly
from publisher.nursery import ASKED, FORKED, memory_exceeded
from publisher.turns import Turns

# The kernel's timer ends a query; this is for a worker that does not even get that far.
_GRACE = 2

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Worker:
    """The server's end of a worker process."""

    pid: int
    connection: Connection
    spool: int
    events: select.poll

    @classmethod
    def make(cls, pid: int, connection: int, spool: int) -> Self:
        events = select.poll()
        events.register(connection, select.POLLIN)
        return cls(pid, Connection(connection), spool, events)

    def ask(self, question: Question, seconds: float) -> Reply | None:
        """Returns what the worker replies, None if it ends or falls silent."""
        try:
            self.connection.send(question)
            if self.events.poll(seconds * 1000):
                reply: Reply = self.connection.recv()
                return self._attach_file(reply)
        except (EOFError, OSError):
            pass
        return None

    def _attach_file(self, reply: Reply) -> Reply:
        if not isinstance(reply.outcome, Answer) or not reply.outcome.size:
            return reply
        file = os.fdopen(os.dup(self.spool), "rb", buffering=0)
        return Reply(dataclasses.replace(reply.outcome, file=file), reply.spent)

    def is_alive(self) -> bool:
        """Says whether an idle worker waits for questions: one that ended has hung up."""
        return not self.events.poll(0)

    def close(self) -> None:
        """Hangs up, which ends an idle worker."""
        self.connection.close()
        os.close(self.spool)


class _Nursery:
    """The process that forks workers; started again if it ends."""

    def __init__(self, release: Path, limits: Limits) -> None:
        arguments = [str(release), json.dumps(dataclasses.asdict(limits))]
        self._command = [sys.executable, "-P", "-m", "publisher.nursery", *arguments]
        self._lock = threading.Lock()
        self._start()

    def _start(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(self._command, stdin=theirs.fileno())  # noqa: S603

    def fork(self, ended: int = 0) -> tuple[_Worker, int]:
        """Returns a new worker, and how the one with the process id `ended` ended.

        Raises:
            PublisherError: no worker can be had.
        """
        with self._lock:
            worker = self._ask(ended)
            if worker is None:
                self._stop()
                self._start()
                worker = self._ask(0)
        if worker is None:
            raise PublisherError("no query worker can be started")
        return worker

    def _ask(self, ended: int) -> tuple[_Worker, int] | None:
        try:
            self._control.sendall(ASKED.pack(ended))
            data, handles, _, _ = socket.recv_fds(self._control, FORKED.size, 2)
        except OSError:
            return None
        if len(data) != FORKED.size:
            return None
        status, pid = FORKED.unpack(data)
        return _Worker.make(pid, *handles), os.waitstatus_to_exitcode(status)

    def _stop(self) -> None:
        self._control.close()
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        with self._lock:
            self._stop()


class WorkerPool:
    """Answers public queries in worker processes that the kernel ends when they take too much."""

    def __init__(self, release: Path, limits: Limits) -> None:
        """Starts the workers.

        Raises:
            PublisherError: they cannot be started.
        """
        self.limits = limits
        self._turns = Turns(limits)
        self._nursery = _Nursery(release, limits)
        # None stands for a worker that could not be replaced: whoever is next tries again.
        self._idle: list[_Worker | None] = [self._nursery.fork()[0] for _ in range(limits.workers)]

    def answer(self, question: Question, client: str) -> Answer:
        """Returns the answer to a question of the client at a network address.

        Raises:
            QueryError: it cannot be answered, may not be, or takes too much.
            ServerBusy: all workers are taken, or the client's share of them.
        """
        with self._turns.take(client, question):
            outcome = self._ask(self._idle.pop(), question)
            if isinstance(outcome, PublisherError):
                raise outcome
            return outcome

    def _ask(self, worker: _Worker | None, question: Question) -> Answer | PublisherError:
        """Has a question answered by a worker, or its successor; puts back who is alive."""
        code = 0
        try:
            if worker is None or not worker.is_alive():
                ended, worker = worker, None
                worker, _ = self._replace(ended)
            asked = worker
            reply = asked.ask(question, self.limits.timeout + _GRACE)
            if reply is None or reply.spent:
                worker = None
                worker, code = self._replace(asked)
        finally:
            self._idle.append(worker)
        return self._explain(code) if reply is None else reply.outcome

    def close(self) -> None:
        """Ends the workers; no query may be running."""
        for worker in filter(None, self._idle):
            worker.close()
        self._idle.clear()
        self._nursery.close()

    def _replace(self, worker: _Worker | None) -> tuple[_Worker, int]:
        """Ends a worker if it has not ended yet; returns a new one, and how the old one ended."""
        if worker is None:
            return self._nursery.fork()
        worker.close()
        return self._nursery.fork(worker.pid)

    def _explain(self, code: int) -> PublisherError:
        """Returns the error of a query whose worker ended with an exit code.

        0 is that of a worker whose nursery had ended before, so that nobody knows.
        """
        _log.warning("a query worker ended with %d and was replaced", code)
        if code == 0 or -code in (signal.SIGALRM, signal.SIGXCPU):
            return QueryTooCostly(
                f"the query takes longer than {self.limits.timeout} s",
                limit="query_timeout",
                remedy="ask for less: fewer combinations, shorter paths, simpler expressions",
            )
        # How the engine ends when memory is refused; how the system ends who has most of it.
        if -code in (signal.SIGABRT, signal.SIGKILL):
            return memory_exceeded(self.limits)
        if -code in (signal.SIGSEGV, signal.SIGBUS):  # the parser's stack is full
            return QueryError("the query is nested too deeply", remedy="simplify the query")
        return PublisherError(f"a query worker ended with {code}")
