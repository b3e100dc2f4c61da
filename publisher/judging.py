"""Graphs validated in processes of their own, while the build goes on, and each only once."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
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
    """The shapes of a site, for graphs as lines of N-Quads.

    Enter it, and its processes are forked and get ready while graphs are made: enter it before
    there is a thread. Leave it, and they end.

    Args:
        new_pages: how many pages changed. Processes get ready at the cost of whoever makes
            graphs meanwhile, so there are no more of them than graphs to validate.

    Raises:
        SourceError: a file of shapes or concepts cannot be used.
    """

    def __init__(self, site: Site, memo: Memo, new_pages: int) -> None:
        self._memo = memo
        self._fingerprint = site.fingerprint(JUDGING)
        judged = memo.key("judged", self._fingerprint)
        most = len(os.sched_getaffinity(0))
        self._processes = ProcessPoolExecutor(
            min(most, max(new_pages, 1)) if memo.knows(judged) else most,
            multiprocessing.get_context("fork"),
            _prepare,
            (site.shapes, site.concept_types),
        )
        memo.keep(judged, "")

    def __enter__(self) -> Self:
        self._processes.submit(_begin)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._processes.shutdown(cancel_futures=True)

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
        future = self._processes.submit(_validate, source, quads, by_itself)

        def wait() -> Results:
            found = future.result()
            self._memo.keep(key, json.dumps([asdict(result) for result in found]))
            return found

        return wait


def _read(text: str) -> Results:
    return tuple(
        Result(**{**row, "severity": Severity(row["severity"])}) for row in json.loads(text)
    )


# In a process that validates: the validator of graphs by themselves, and of others.
_validators: dict[bool, Validator] = {}


def _prepare(shapes: Graph, concept_types: Graph) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build answers to the keyboard
    # Now, while graphs are made: later they would wait for it.
    import_module("pyshacl")
    _validators[False] = Validator(shapes, concept_types)
    _validators[True] = Validator(shapes)


def _begin() -> None:
    """What is first asked of a pool, which then forks all its processes."""


def _validate(source: str, quads: str, by_itself: bool) -> Results:
    graph = to_graph(ox.parse(quads, format=ox.RdfFormat.N_QUADS))
    return _validators[by_itself].find_results(graph, source)
