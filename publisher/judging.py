"""Graphs validated in processes of their own, while the build goes on, and each only once."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache, partial
from importlib import import_module
from types import TracebackType
from typing import Self

import pyoxigraph as ox
from rdflib import Graph

from publisher.memo import Memo
from publisher.quads import to_graph
from publisher.site import JUDGING, Site
from publisher.validate import Result, Severity, Validator

Results = tuple[Result, ...]


class Judge:
    """The shapes of a site, for graphs as lines of N-Quads. Leave it, and its processes end.

    A process is forked when the first graph is to be validated, so that it has the shapes;
    before that the caller should have started no thread.
    """

    def __init__(self, site: Site, memo: Memo) -> None:
        self._site = site
        self._memo = memo
        self._fingerprint = site.fingerprint(JUDGING)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, source: str, quads: str, *, by_itself: bool) -> Callable[[], Results]:
        """Has a graph validated; what is returned waits for its sorted results.

        Args:
            source: what a reader knows the graph by, such as its file.
            by_itself: without the types of the site's concepts, to which pages refer.
        """
        key = self._memo.key("results", self._fingerprint, source, quads, str(by_itself))
        if (known := self._memo.find(key)) is not None:
            results = _read(known)
            return lambda: results
        future = self._processes().submit(_validate, source, quads, by_itself)

        def wait() -> Results:
            found = future.result()
            self._memo.keep(key, json.dumps([asdict(result) for result in found]))
            return found

        return wait

    def _processes(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                len(os.sched_getaffinity(0)),
                multiprocessing.get_context("fork"),
                _prepare,
                (self._site.shapes, self._site.concept_types),
            )
        return self._pool


def _read(text: str) -> Results:
    return tuple(
        Result(**{**row, "severity": Severity(row["severity"])}) for row in json.loads(text)
    )


# In a process that validates: what makes the validator of graphs by themselves, or of others.
_makers: dict[bool, Callable[[], Validator]] = {}


def _prepare(shapes: Graph, concept_types: Graph) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build answers to the keyboard
    import_module("pyshacl")  # while the first graph is made, not when it waits
    _makers[False] = cache(partial(Validator, shapes, concept_types))
    _makers[True] = cache(partial(Validator, shapes))


def _validate(source: str, quads: str, by_itself: bool) -> Results:
    graph = to_graph(ox.parse(quads, format=ox.RdfFormat.N_QUADS))
    return _makers[by_itself]().find_results(graph, source)
