"""The server's end of the processes that answer public queries: of a worker, and of the
nursery that forks them.
"""

from __future__ import annotations

import dataclasses
import json
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
from publisher.errors import PublisherError
from publisher.nursery import MESSAGE, UNKNOWN

# Seconds of a processor after which a query makes room for others.
_SHORT = 0.05
_LAST_PRIORITY = 19
# With a process's number, the clock of its processor time, as clock_getcpuclockid(3) makes it.
_CPU_CLOCK = 2
_MOST_LAST_WORDS = 4096


@dataclass(frozen=True, slots=True)
class Worker:
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
        """Lets the worker go on for so many seconds.

        Raises:
            TimeoutError: none are left.
        """
        if seconds <= 0:
            raise TimeoutError
        self.channel.wait_at_most(seconds)
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


class Nursery:
    """The process that forks workers, and hears how they end; started again if it ends."""

    def __init__(self, release: Path, limits: Limits, *, is_empty: bool) -> None:
        arguments = [str(release), json.dumps(dataclasses.asdict(limits))]
        arguments += ["empty"] if is_empty else []
        self._command = [sys.executable, "-P", "-m", "publisher.nursery", *arguments]
        self._lock = threading.Lock()
        self._dying: queue.SimpleQueue[Worker | None] = queue.SimpleQueue()
        self._start()
        self._undertaker = threading.Thread(target=self._bury, daemon=True)
        self._undertaker.start()

    def _start(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(self._command, stdin=theirs.fileno())  # noqa: S603

    def fork(self) -> Worker:
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

    def _ask_for_worker(self) -> Worker | None:
        try:
            self._control.sendall(MESSAGE.pack(0))
            data, handles, _, _ = socket.recv_fds(self._control, MESSAGE.size, 3)
        except OSError:
            return None
        return Worker.make(*MESSAGE.unpack(data), *handles) if data else None

    def end(self, worker: Worker) -> int:
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

    def end_soon(self, worker: Worker) -> None:
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
