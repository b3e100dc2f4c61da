"""Forks the processes that answer public queries, and is what they run.

`python -m publisher.nursery RELEASE LIMITS [empty]` loads a release once (or only
its context), has no thread, and forks a worker whenever the server asks over the socket that is its
standard input; the workers share the memory of the store. A worker answers
until the kernel ends it for taking too much: nothing within the process could
stop the engine. What is printed by the way goes to a file that the server reads
where a worker ended, for the engine tells there why it ended itself.
"""

from __future__ import annotations

import dataclasses
import gc
import json
import math
import os
import resource
import signal
import socket
import struct
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from publisher.answers import Answer, Limits, Question, Reply, Spool, evaluate
from publisher.channel import Channel
from publisher.errors import QueryError, QueryTooCostly
from publisher.formats import HTML, RDF_FORMATS, RESULT_FORMATS
from publisher.jsonld import Context
from publisher.release import open_release
from publisher.store import EmbeddedStore

# What the server sends: the process to end, or 0 for a new one. What it gets: how that
# had ended (as a wait status, or UNKNOWN); or the new process, a connection and two files.
MESSAGE = struct.Struct("=i")
UNKNOWN = -1

# A worker that has grown by more is replaced, which gives the memory back.
_KEPT_MEMORY = 64 << 20
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class _Worker:
    """One forked process: the connection it is asked over, the file for a large answer."""

    channel: Channel
    file: BinaryIO
    store: EmbeddedStore
    context: Context
    limits: Limits

    def run(self) -> None:
        """Answers one question after the other until the server hangs up."""
        self._limit_itself()
        at_start = _peak_memory()
        spent = False
        while not spent:
            try:
                question, seconds = self.channel.receive()
            except EOFError:
                return
            self._start_clock(seconds)
            spool = Spool(lambda: self.file, self.limits.result_mib)
            outcome = self._answer(question, spool)
            signal.setitimer(signal.ITIMER_REAL, 0)
            # The server has the same file; nobody may write to it a second time.
            spent = spool.has_file or _peak_memory() - at_start > _KEPT_MEMORY
            if isinstance(outcome, Answer):
                outcome = dataclasses.replace(outcome, file=None)
            try:
                self.channel.send(Reply(outcome, spent))
            except OSError:
                return

    def _answer(self, question: Question, spool: Spool) -> Answer | QueryError:
        try:
            return evaluate(self.store, self.context, question, spool)
        except QueryError as error:
            return error
        except MemoryError:
            return memory_exceeded(self.limits)

    def _limit_itself(self) -> None:
        for number in (signal.SIGALRM, signal.SIGXCPU):
            signal.signal(number, signal.SIG_DFL)  # a handler in Python would never be run
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        space = _address_space()
        if space:
            most = space + self.limits.memory * _MIB
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        # Not one more file: above all no socket.
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))

    def _start_clock(self, seconds: float) -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        signal.setitimer(signal.ITIMER_REAL, seconds)


def memory_exceeded(limits: Limits) -> QueryTooCostly:
    """Returns the error of a query that wanted more memory than it may have."""
    return QueryTooCostly(
        f"the query takes more than {limits.memory} MiB of memory",
        limit="query_memory",
        remedy="ask for less at a time: fewer combinations, no ordering of everything",
    )


def _peak_memory() -> int:
    """Returns the most bytes that this process has held; Linux counts in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _address_space() -> int:
    """Returns the bytes of addresses in use, 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _warm_up(store: EmbeddedStore, context: Context, limits: Limits) -> None:
    """Writes each format once: what Python loads late could not be loaded in a worker."""

    def ask(query: str, name: str) -> None:
        spool = Spool(tempfile.TemporaryFile, limits.result_mib)
        evaluate(store, context, Question(query, name, name), spool)

    for name in (HTML.name, *(f.name for f in RESULT_FORMATS)):
        ask("SELECT * { ?s ?p ?o } LIMIT 1", name)
    for name in (f.name for f in RDF_FORMATS):
        ask("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1", name)


def _fork(control: socket.socket) -> int | tuple[Channel, BinaryIO]:
    """Forks a worker and tells the server. Returns its process id; in the worker itself,
    its connection and its file."""
    ours, theirs = socket.socketpair()
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
    last_words = os.memfd_create("last words")
    pid = os.fork()
    if pid == 0:
        control.close()
        ours.close()
        os.dup2(last_words, sys.stderr.fileno())
        return Channel(theirs), file
    with ours, theirs, file:
        handles = [ours.fileno(), file.fileno(), last_words]
        socket.send_fds(control, [MESSAGE.pack(pid)], handles)
    os.close(last_words)
    return pid


class _Children:
    """The workers that this nursery has forked, and how those ended that have."""

    def __init__(self) -> None:
        self._alive: set[int] = set()
        self._ended: dict[int, int] = {}
        self._given_up: set[int] = set()

    def add(self, pid: int) -> None:
        """Takes note of a new worker."""
        self._alive.add(pid)

    def end(self, pid: int) -> int:
        """Returns how a worker ended, UNKNOWN where nobody can say; ends it if it is alive.

        Nobody waits for that: one that was given the lowest priority may take seconds
        to give back its memory.
        """
        self._sweep()
        if pid in self._alive:
            os.kill(pid, signal.SIGKILL)
            self._given_up.add(pid)
        return self._ended.pop(pid, UNKNOWN)

    def _sweep(self) -> None:
        while self._alive:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._alive.discard(pid)
            if pid in self._given_up:
                self._given_up.remove(pid)
            else:
                self._ended[pid] = status


def main() -> None:
    """Forks workers until the server hangs up; each worker returns from here too."""
    release = open_release(Path(sys.argv[1]))
    limits = Limits(**json.loads(sys.argv[2]))
    control = socket.socket(fileno=0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server's end is the sign to end
    store = EmbeddedStore(ox.Store()) if sys.argv[3:] else release.store()
    context = release.jsonld_context()
    _warm_up(store, context, limits)
    gc.collect()
    gc.freeze()  # so that no worker copies a page only to count references
    children = _Children()
    while asked := control.recv(MESSAGE.size):
        (ended,) = MESSAGE.unpack(asked)
        if ended:
            control.sendall(MESSAGE.pack(children.end(ended)))
            continue
        forked = _fork(control)
        if isinstance(forked, int):
            children.add(forked)
        else:
            channel, file = forked
            _Worker(channel, file, store, context, limits).run()
            return


if __name__ == "__main__":
    main()
