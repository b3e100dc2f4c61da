"""The pool of worker processes that answer public queries, as the server sees it.

Every query begins at once in a worker of its own. Most are answered within
milliseconds; one that is not makes room: its process goes on behind all others
of the machine, and only a few such run at a time, the rest stands still until a
place is free. A worker that takes too much is ended by the kernel, told apart
by how it ended, and replaced.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import math
import os
import queue
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from publisher.answers import Answer, Limits, Question, Reply
from publisher.channel import Channel
from publisher.errors import PublisherError, QueryError, QueryTooCostly, QueryUnordered
from publisher.nursery import MESSAGE, UNKNOWN, memory_exceeded
from publisher.sparql_order import order_by_kind
from publisher.turns import Turns

# Seconds of a processor after which a query makes room for others.
_SHORT = 0.05
_LAST_PRIORITY = 19
# With a process's number, the clock of its processor time, as clock_getcpuclockid(3) makes it.
_CPU_CLOCK = 2
_MOST_LAST_WORDS = 4096
# What the engine prints where values that it sorts have no order: it ends its process.
_NO_ORDER = "does not correctly implement a total order"
_BUG = "panicked at"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Worker:
    """The server's end of a worker process."""

    pid: int
    channel: Channel
    spool: int
    last_words: int
    process: int

    @classmethod
    def make(cls, pid: int, connection: int, spool: int, last_words: int) -> Self:
        channel = Channel(socket.socket(fileno=connection))
        channel.wait_at_most(_SHORT)
        return cls(pid, channel, spool, last_words, os.pidfd_open(pid))

    def ask(self, question: Question, deadline: float) -> None:
        """Hands over a question; however late it is, there is time for a short one.

        Raises:
            TimeoutError: the worker has not taken all of it in time.
            OSError: the worker has ended.
        """
        self.channel.send((question, max(_SHORT, deadline - time.monotonic())), deadline)

    def receive(self, deadline: float) -> Reply:
        """Returns what the worker replies.

        Raises:
            TimeoutError: it has not, yet.
            EOFError: it has ended, or has not said all by the deadline.
        """
        reply: Reply = self.channel.receive(deadline)
        if not isinstance(reply.outcome, Answer) or not reply.outcome.size:
            return reply
        file = os.fdopen(os.dup(self.spool), "rb", buffering=0)
        return Reply(dataclasses.replace(reply.outcome, file=file), reply.spent)

    def receive_soon(self, deadline: float) -> Reply:
        """Returns what the worker replies to a short query. On a busy machine that may take
        long: what counts is what the worker used.

        Raises:
            TimeoutError: it is not a short one, or the time is up.
            EOFError: it has ended, or has not said all by the deadline.
        """
        most = self._read_clock() + _SHORT
        while True:
            try:
                return self.receive(deadline)
            except TimeoutError:
                if self._read_clock() > most or time.monotonic() > deadline:
                    raise

    def _read_clock(self) -> float:
        """Returns the seconds of a processor that the worker has used; once it is gone, more
        than any."""
        try:
            return time.clock_gettime(~self.pid << 3 | _CPU_CLOCK)
        except OSError:
            return math.inf

    def step_back(self) -> None:
        """Lets every other process of the machine go before this one."""
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _LAST_PRIORITY)

    def stop(self) -> None:
        """Makes the worker stand still."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGSTOP)

    def go_on(self, seconds: float) -> None:
        """Lets the worker go on for so many seconds."""
        self.channel.wait_at_most(max(0.0, seconds))
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Ends the worker, whatever it does; it may be a while until it is gone."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.process, signal.SIGKILL)

    def has_ended(self, seconds: float) -> bool:
        """Says whether the process ends within so many seconds."""
        return bool(select.select([self.process], [], [], max(0.0, seconds))[0])

    def read_last_words(self) -> str:
        """Returns what the process printed at last."""
        size = os.fstat(self.last_words).st_size
        start = max(0, size - _MOST_LAST_WORDS)
        return os.pread(self.last_words, size - start, start).decode("utf-8", "replace")

    def close(self) -> None:
        """Hangs up, which ends an idle worker."""
        self.channel.close()
        for handle in (self.spool, self.last_words, self.process):
            os.close(handle)


class _Nursery:
    """The process that forks workers, and hears how they end; started again if it ends."""

    def __init__(self, release: Path, limits: Limits, *, is_empty: bool) -> None:
        arguments = [str(release), json.dumps(dataclasses.asdict(limits))]
        arguments += ["empty"] if is_empty else []
        self._command = [sys.executable, "-P", "-m", "publisher.nursery", *arguments]
        self._lock = threading.Lock()
        self._dying: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        self._start()
        self._undertaker = threading.Thread(target=self._bury, daemon=True)
        self._undertaker.start()

    def _start(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(self._command, stdin=theirs.fileno())  # noqa: S603

    def fork(self) -> _Worker:
        """Returns a new worker.

        Raises:
            PublisherError: none can be had.
        """
        with self._lock:
            worker = self._ask_for_worker()
            if worker is None:
                self._stop()
                self._start()
                worker = self._ask_for_worker()
        if worker is None:
            raise PublisherError("no query worker can be started")
        return worker

    def _ask_for_worker(self) -> _Worker | None:
        try:
            self._control.sendall(MESSAGE.pack(0))
            data, handles, _, _ = socket.recv_fds(self._control, MESSAGE.size, 3)
        except OSError:
            return None
        return _Worker.make(*MESSAGE.unpack(data), *handles) if data else None

    def end(self, worker: _Worker) -> int:
        """Ends a worker; returns the exit code it has ended with by itself, 0 where it
        has not or nobody knows."""
        worker.close()
        with self._lock:
            try:
                self._control.sendall(MESSAGE.pack(worker.pid))
                data = self._control.recv(MESSAGE.size)
            except OSError:
                data = b""
        (status,) = MESSAGE.unpack(data) if data else (UNKNOWN,)
        return 0 if status == UNKNOWN else os.waitstatus_to_exitcode(status)

    def end_soon(self, worker: _Worker) -> None:
        """Ends a worker of which nobody wants to know more, and keeps nobody waiting."""
        worker.kill()
        self._dying.put(worker)

    def _bury(self) -> None:
        while (worker := self._dying.get()) is not None:
            self.end(worker)

    def _stop(self) -> None:
        self._control.close()
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Ends the nursery."""
        self._dying.put(None)
        self._undertaker.join()
        with self._lock:
            self._stop()


class WorkerPool:
    """Answers public queries in worker processes that the kernel ends when they take too much."""

    def __init__(self, release: Path, limits: Limits, *, is_empty: bool = False) -> None:
        """Starts the workers; those of a pool that `is_empty` answer from no data.

        Raises:
            PublisherError: they cannot be started.
        """
        self.limits = limits
        self._turns = Turns(limits.workers, limits.queue, retry_after=limits.timeout)
        self._long_turns = Turns(limits.workers, limits.queue, retry_after=limits.timeout)
        self._nursery = _Nursery(release, limits, is_empty=is_empty)
        # None stands for a worker that could not be had: whoever is next tries again.
        self._idle: list[_Worker | None] = [self._nursery.fork() for _ in range(limits.workers)]

    def answer(self, question: Question, client: str) -> Answer:
        """Returns the answer to a question of the client at a network address.

        Raises:
            QueryError: it cannot be answered, may not be, or takes too much.
            ServerBusy: all workers are taken, or the client's share of them.
        """
        seconds = self.limits.timeout if question.seconds is None else question.seconds
        deadline = time.monotonic() + seconds
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
        if isinstance(outcome, _Worker):
            outcome = self._finish(outcome, client, deadline)
        return outcome

    def _begin(self, question: Question, deadline: float) -> Answer | PublisherError | _Worker:
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

    def _hand_over(self, question: Question, deadline: float) -> _Worker:
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

    def _give(self, worker: _Worker, question: Question, deadline: float) -> bool:
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

    def _finish(self, worker: _Worker, client: str, deadline: float) -> Answer | PublisherError:
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

    def _fork(self) -> _Worker | None:
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

    def _explain(self, worker: _Worker, deadline: float) -> PublisherError:
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
