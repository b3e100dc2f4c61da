"""Brings a release into an engine: SPARQL 1.1 Graph Store HTTP Protocol.

https://www.w3.org/TR/sparql11-http-rdf-update/. The catalog goes first and comes
back last, so that no server takes a release that is half there for a whole one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from urllib.parse import quote

import httpx
import pyoxigraph as ox

from publisher.errors import FetchError, StoreError
from publisher.fetch import Call, Fetcher
from publisher.release import Release
from publisher.remote import RemoteStore

Notify = Callable[[str, int, int], None]

# Triples in one request: engines hold a request in memory, or take it as one transaction.
_BATCH = 20_000
_SECONDS = 600
_MOST_BYTES = 1 << 20
_DONE = (200, 201, 202, 204)
_MISSING = 404
_UNAUTHORIZED = 401
_NO_USER = "name a user who may write, with --user and the password in GRAPH_STORE_PASSWORD"
_NO_GRAPH = "see what the engine says of it, and load the release again"


class GraphStore:
    """The graphs of an engine, to be replaced and removed."""

    def __init__(self, address: str, user: str = "", password: str = "") -> None:
        """Writes at `address`, as a user if one is named."""
        self.address = address
        auth = _Password(user, password) if user else None
        self._fetcher = Fetcher([address], auth)

    def replace(self, graph: str, triples: Iterable[ox.Triple]) -> Iterator[int]:
        """Replaces a graph by triples without blank nodes; yields how many are there so far.

        Raises:
            StoreError: the engine does not take them.
        """
        method, done = "PUT", 0
        rest = iter(triples)
        while batch := list(islice(rest, _BATCH)):
            body = ox.serialize(batch, format=ox.RdfFormat.N_TRIPLES) or b""
            self._send(method, graph, body)
            method, done = "POST", done + len(batch)
            yield done

    def remove(self, graph: str) -> None:
        """Removes a graph, if there is one.

        Raises:
            StoreError: the engine does not.
        """
        self._send("DELETE", graph)

    def _send(self, method: str, graph: str, body: bytes = b"") -> None:
        mark = "&" if "?" in self.address else "?"
        headers = {"Content-Type": "application/n-triples"} if body else {}
        url = f"{self.address}{mark}graph={quote(graph, safe='')}"
        answer = bytearray()
        try:
            reply = self._fetcher.fetch(
                Call(method, url, headers, body),
                answer.extend,
                seconds=_SECONDS,
                most_bytes=_MOST_BYTES,
            )
        except FetchError as error:
            raise StoreError(
                f"<{graph}> cannot be loaded: the graph store {error.message}",
                where=self.address,
                remedy="see that the engine runs, and load the release again",
            ) from error
        if reply.status in _DONE or (method == "DELETE" and reply.status == _MISSING):
            return
        said = " ".join(answer.decode("utf-8", "replace").split())[:300]
        raise StoreError(
            f"<{graph}> cannot be loaded: {method} is answered with {reply.status} {said}".strip(),
            where=self.address,
            remedy=_NO_USER if reply.status == _UNAUTHORIZED else _NO_GRAPH,
        )

    def close(self) -> None:
        """Ends all connections."""
        self._fetcher.close()


class _Password(httpx.Auth):
    """A user's password, by the scheme that the server asks for: digest (RFC 7616), else basic."""

    def __init__(self, user: str, password: str) -> None:
        self._digest = httpx.DigestAuth(user, password)
        self._basic = httpx.BasicAuth(user, password)
        self._is_basic = False

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if not self._is_basic:
            digest = self._digest.auth_flow(request)
            response = yield next(digest)
            if response.status_code != _UNAUTHORIZED:
                return
            again = next(_send(digest, response), None)
            if again is not None:
                yield again
                return
            self._is_basic = True
        yield from self._basic.auth_flow(request)


def _send(
    flow: Generator[httpx.Request, httpx.Response, None], response: httpx.Response
) -> Iterator[httpx.Request]:
    """Yields what a scheme answers to a challenge, nothing if that is of another scheme."""
    with contextlib.suppress(StopIteration):
        yield flow.send(response)


def load_release(
    release: Release, store: RemoteStore, graph_store: GraphStore, notify: Notify
) -> int:
    """Makes the graphs of an engine under the site's base those of a release.

    Returns how many graphs of another release were removed.

    Raises:
        StoreError: the engine does not take a graph, or holds another number of its
            triples afterwards.
    """
    base = f"{release.settings.base_iri}graph/"
    before = {name for name in store.find_graphs() if name.startswith(base)}
    quads = release.stored()
    catalog = f"{base}catalog"
    graphs = [name for name in quads.graphs() if name != catalog]
    graph_store.remove(catalog)
    done, total = 0, quads.count()
    for name in [*graphs, catalog]:  # which is last, for it tells which release is there
        count = 0
        for count in graph_store.replace(name, (quad.triple for quad in quads.quads(name))):
            notify("loading", done + count, total)
        done += count
        _require_count(store, name, count)
    gone = before - {*graphs, catalog}
    for name in gone:
        graph_store.remove(name)
    return len(gone)


def _require_count(store: RemoteStore, graph: str, count: int) -> None:
    found = store.count_graph(graph)
    if found != count:
        raise StoreError(
            f"<{graph}> has {count} triples, and {found} after loading",
            where="the engine",
            remedy="see that nobody else writes there, and load the release again",
        )
