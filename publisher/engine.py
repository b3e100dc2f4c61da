"""A client of any SPARQL 1.1 engine: SPARQL Protocol out, the types of pyoxigraph back.

https://www.w3.org/TR/sparql11-protocol/. Engines are asked for one format of rows
and one of graphs; what is written for readers is written here, so that it looks
alike whatever the engine.
"""

from __future__ import annotations

import copy
import logging
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from typing import IO, Self
from urllib.parse import urlencode

import pyoxigraph as ox

from publisher.errors import (
    AnswerTooLarge,
    FetchError,
    FetchTimeout,
    FetchTooLarge,
    QueryError,
    QueryTooCostly,
    StoreError,
)
from publisher.fetch import Call, Fetcher, Reply
from publisher.quads import to_results
from publisher.query_text import QueryResults
from publisher.sparql_binding import find_form, needs_base
from publisher.sparql_rewrite import declare_prefixes, take_dataset
from publisher.vocabulary import PREFIXES

# The nil UUID (RFC 9562, section 5.9) names no graph.
_NO_GRAPH = "urn:uuid:00000000-0000-0000-0000-000000000000"
_ROWS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_OK = 200
# An answer to a query that had to stop, or may not run so long.
_TIME_IS_UP = (206, 408, 504)
# Not about the query: whom it was sent to, or whether anybody is there.
_NOT_THE_QUERY = (401, 403, 404, 405, 407, 429, 502, 503)
_TAIL = 4096
_MIB = 1 << 20
# Rows in JSON take more bytes than in any format that they may be wanted in.
_SPREAD = 4

# What Virtuoso says of an answer that it broke off (7.2, "anytime" queries); of one
# with as many rows as it gives; and before an error, whose text it puts behind rows.
_STATE = "x-sql-state"
_CAP = "x-sparql-maxrows"
# Oxigraph says behind rows that it broke off, in words.
_CANCELLED = b"The SPARQL operation has been cancelled"
_TIME_IS_UP_TEXT = re.compile(rb"Virtuoso (?:S1T\w\w|42000) Error")
# It keeps numbers for booleans, and a type of its own for geometries.
_NUMBER_FOR_BOOLEAN = re.compile(
    rb'("datatype"\s*:\s*"http://www\.w3\.org/2001/XMLSchema#boolean"\s*,\s*"value"\s*:\s*)"([01])"'
)
_OWN_GEOMETRY = re.compile(
    rb'("datatype"\s*:\s*"|"\^\^<)http://www\.openlinksw\.com/schemas/virtrdf#Geometry'
)
_GEOMETRY = rb"\g<1>" + f"{PREFIXES['geo']}wktLiteral".encode()
_YES_OR_NO = {
    answer: b'{"head":{},"boolean":%s}' % (b"true" if answer else b"false")
    for answer in (True, False)
}

_log = logging.getLogger(__name__)


class Engine:
    """A query endpoint, asked within limits. May be shared by threads."""

    def __init__(self, address: str, *, seconds: float, most_mib: int) -> None:
        """Asks at `address`, which may hold parameters of the engine's own (`?timeout=…`)."""
        self.address = address
        self._seconds = seconds
        self._most_mib = most_mib
        self._fetcher = Fetcher([address])

    def within(self, seconds: float) -> Self:
        """Returns a client of the same engine that waits only so long for an answer."""
        other = copy.copy(self)
        other._seconds = seconds
        return other

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base_iri: str | None = None,
    ) -> QueryResults:
        """Returns the complete answer to a query that parses, as `EmbeddedStore.query` would.

        Raises:
            QueryError: the engine cannot answer it.
            QueryTooCostly: it takes longer, or has a larger answer, than it may.
            StoreError: the engine does not answer.
        """
        sparql = declare_prefixes(sparql, PREFIXES)
        if base_iri and needs_base(sparql):
            sparql = f"BASE <{base_iri}> {sparql}"  # Virtuoso wants it first
        text, graphs = _complete(sparql, default_graphs, named_graphs)
        form = find_form(text)
        is_graph = form in ("CONSTRUCT", "DESCRIBE")
        accept = _TRIPLES if is_graph else _ROWS
        with tempfile.NamedTemporaryFile() as file:
            self._send(text, graphs, accept, file)
            try:
                if is_graph:
                    triples = ox.parse(path=file.name, format=ox.RdfFormat.N_TRIPLES)
                    return to_results(triples)
                return _read_rows(file.name, form)
            except (SyntaxError, ValueError, OSError) as error:
                if _CANCELLED in _read_tail(file):
                    raise self._time_is_up() from error
                _log.warning("%s: not valid %s: %s", self.address, accept, error)
                raise self._fail("the engine behind this site answers what is no answer") from error

    def _send(
        self, text: str, graphs: Sequence[tuple[str, str]], accept: str, file: IO[bytes]
    ) -> None:
        """Fetches the answer to a query into a file."""
        call = Call(
            "POST",
            self.address,
            {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"},
            urlencode([("query", text), *graphs]).encode(),
        )
        # A limit for what is read, not yet for what is written of it.
        most_bytes = _SPREAD * self._most_mib * _MIB
        write = _Mend(file.write)
        try:
            reply = self._fetcher.fetch(call, write, seconds=self._seconds, most_bytes=most_bytes)
        except FetchTimeout as error:
            raise self._time_is_up() from error
        except FetchTooLarge as error:
            raise AnswerTooLarge(
                f"the answer is larger than {self._most_mib} MiB",
                limit="query_result_mib",
                remedy="ask for less at a time (LIMIT, OFFSET), or take a dump of the dataset",
            ) from error
        except FetchError as error:
            _log.warning("%s", error)
            raise self._fail("the engine behind this site does not answer") from error
        write.flush()
        file.flush()
        if reply.status != _OK or _STATE in reply.headers or _CAP in reply.headers:
            raise self._explain(reply, _read_tail(file))

    def _explain(self, reply: Reply, tail: bytes) -> QueryError | StoreError:
        """Returns the error of an answer that is none, or not complete."""
        status, headers = reply.status, reply.headers
        _log.warning("%s answers with %d: %s", self.address, status, tail[-300:])
        if status in _TIME_IS_UP or _STATE in headers or _TIME_IS_UP_TEXT.search(tail):
            return self._time_is_up()
        if status == _OK:
            return AnswerTooLarge(
                f"the engine behind this site gives at most {headers[_CAP]} rows at a time",
                remedy="ask for fewer (LIMIT, OFFSET), or take a dump of the dataset",
            )
        if status in _NOT_THE_QUERY or status < _OK or 300 <= status < 400:
            return self._fail("the engine behind this site does not take queries now")
        return QueryError(
            "the engine behind this site cannot answer this query",
            remedy="ask in another way: engines differ in what they can do",
        )

    def _time_is_up(self) -> QueryTooCostly:
        return QueryTooCostly(
            f"the query takes longer than {self._seconds} s",
            limit="query_timeout",
            remedy="ask for less: fewer combinations, shorter paths, simpler expressions",
        )

    def _fail(self, message: str) -> StoreError:
        return StoreError(message, where=self.address, remedy="try again a little later")

    def close(self) -> None:
        """Ends all connections."""
        self._fetcher.close()


class _Mend:
    """Hands on what an engine sends, literals mended, whole terms at a time."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._rest = b""

    def __call__(self, data: bytes) -> None:
        # What is mended holds no line break, and in JSON no closing brace either.
        data = self._rest + data
        end = max(data.rfind(b"}"), data.rfind(b"\n")) + 1
        self._rest = data[end:]
        self._write(_mend(data[:end]))

    def flush(self) -> None:
        self._write(_mend(self._rest))


def _mend(data: bytes) -> bytes:
    data = _OWN_GEOMETRY.sub(_GEOMETRY, data)
    return _NUMBER_FOR_BOOLEAN.sub(
        lambda found: found[1] + (b'"true"' if found[2] == b"1" else b'"false"'), data
    )


def _complete(
    sparql: str, default_graphs: Sequence[str] | None, named_graphs: Sequence[str] | None
) -> tuple[str, list[tuple[str, str]]]:
    """Returns a query that says all, and the protocol's parameters for its graphs.

    Those override FROM (protocol, section 2.1.4), and a dataset has no graphs but
    those that it names (SPARQL, 13.2). Engines differ in both: some add the two up,
    pass over FROM, or show graphs that were not named. They agree on a query whose
    graphs of either kind are all in parameters.
    """
    _require_iris([*(default_graphs or ()), *(named_graphs or ())])
    try:
        text, from_default, from_named = take_dataset(sparql, PREFIXES)
    except SyntaxError as error:
        raise QueryError(
            f"a graph in FROM has no name that can be told: {error}",
            remedy="name graphs by absolute IRIs",
        ) from error
    if not default_graphs and not named_graphs:
        default_graphs, named_graphs = from_default, from_named
    graphs: list[tuple[str, str]] = []
    if default_graphs or named_graphs:
        graphs += [("default-graph-uri", iri) for iri in default_graphs or (_NO_GRAPH,)]
        graphs += [("named-graph-uri", iri) for iri in named_graphs or (_NO_GRAPH,)]
    return text, graphs


def _require_iris(names: Sequence[str]) -> None:
    for name in names:
        try:
            ox.NamedNode(name)
        except ValueError as error:
            raise QueryError(
                f"a graph has no absolute IRI for a name: {error}",
                remedy="name graphs by absolute IRIs",
            ) from error


def _read_rows(path: str, form: str) -> QueryResults:
    results = _parse_rows(path)
    if not isinstance(results, ox.QuerySolutions):
        return results
    # Read to the end, so that whoever reads them once more finds no fault.
    count = sum(1 for _ in results)
    if form == "ASK":  # Virtuoso answers with one row, or none
        return ox.parse_query_results(_YES_OR_NO[count > 0], format=ox.QueryResultsFormat.JSON)
    return _parse_rows(path)


def _parse_rows(path: str) -> ox.QuerySolutions | ox.QueryBoolean:
    return ox.parse_query_results(path=path, format=ox.QueryResultsFormat.JSON)


def _read_tail(file: IO[bytes]) -> bytes:
    file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
    return file.read()
