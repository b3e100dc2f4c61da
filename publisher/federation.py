"""Answers public queries that call other endpoints: makes the calls itself, within limits.

The rows of an endpoint take the place of the call as VALUES, so what evaluates the
query calls nobody. https://www.w3.org/TR/sparql11-federated-query/
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from publisher.answers import Answer, Answerer, Question, Term
from publisher.errors import (
    AnswerTooLarge,
    EndpointError,
    FetchError,
    FetchTimeout,
    FetchTooLarge,
    PublisherError,
    QueryRefused,
    QueryTooCostly,
)
from publisher.fetch import Call, Fetcher
from publisher.skolem import genid_space
from publisher.sparql_federation import ServiceCall, find_calls, put_in, without_calls
from publisher.sparql_rewrite import declare_prefixes, find_prologue
from publisher.sparql_text import calls_away, is_update
from publisher.turns import Turns

_ROWS = "application/sparql-results+json"
_OK = 200
_MIB = 1 << 20
# Of the time of a query, for all its calls; the rest is for what is asked here.
_SHARE = 0.5
_LEAST_SECONDS = 0.05
# To look for calls in a longer text would hold up the server; it is put as it is, and refused.
_MOST_CHARACTERS = 50_000
# In JSON no text has a quotation mark as it is, so none is taken for a blank node.
_NODE = re.compile(rb'\{[^{}]*"type"\s*:\s*"bnode"[^{}]*\}')
_LABEL = re.compile(rb'("value"\s*:\s*)"((?:[^"\\]|\\.)*)"')
_PLAIN_LABEL = re.compile(rb"[A-Za-z0-9_]+")
_DIGITS = 16


class Federation:
    """Puts queries without calls to an answerer as they are, others when it has made the calls.

    The checker reads texts, in processes that may be ended.
    """

    def __init__(
        self,
        endpoints: Sequence[str],
        answerer: Answerer,
        checker: Answerer,
        *,
        prefixes: Mapping[str, str],
        most_mib: int,
    ) -> None:
        """Calls exactly the addresses of `endpoints`; an answer may have `most_mib` MiB.
        `prefixes` need no declaration."""
        self.limits = limits = answerer.limits
        self.endpoints = endpoints
        self._answerer = answerer
        self._checker = checker
        self._prefixes = prefixes
        self._most_mib = most_mib
        self._fetcher = Fetcher(endpoints)
        places = max(1, limits.workers // 2)
        self._turns = Turns(places, limits.queue, retry_after=limits.timeout)

    def answer(self, question: Question, client: str) -> Answer:
        """Returns the answer to a question of the client at a network address.

        Raises:
            QueryError: it cannot be answered, may not be, or takes too much.
            EndpointError: an endpoint that it calls does not answer.
            ServerBusy: not now.
        """
        if len(question.query) > _MOST_CHARACTERS:
            return self._answer_unread(question, client)
        if not calls_away(question.query):
            return self._answerer.answer(question, client)
        calls = find_calls(question.query, self.endpoints)
        deadline = question.find_deadline(self.limits)
        with self._turns.take(client, deadline):
            plain = dataclasses.replace(
                question,
                query=without_calls(question.query),
                result_format="",
                graph_format="",
                seconds=_time_left(deadline),
            )
            self._checker.answer(plain, client)
            variables = []
            for call in calls:
                asked = f"{_as_query(plain.query, call)} LIMIT 0"
                rows = dataclasses.replace(
                    plain, query=asked, result_format="json", seconds=_time_left(deadline)
                )
                variables.append(_read_variables(self._checker.answer(rows, client)))
            until = time.monotonic() + _SHARE * (deadline - time.monotonic())
            blocks = [
                self._call(question, call, names, until)
                for call, names in zip(calls, variables, strict=True)
            ]
        local = put_in(question.query, calls, blocks)
        rest = dataclasses.replace(question, query=local, seconds=_time_left(deadline))
        return self._answerer.answer(rest, client)

    def _answer_unread(self, question: Question, client: str) -> Answer:
        """Puts a query that is too long to be searched for calls, and so may have none."""
        try:
            return self._answerer.answer(question, client)
        except QueryRefused as error:
            if is_update(question.query):
                raise
            raise QueryRefused(
                f"a query of more than {_MOST_CHARACTERS:,} characters calls no other servers"
                " (SERVICE)",
                remedy="ask in a shorter query, or in several",
            ) from error

    def _call(
        self, question: Question, call: ServiceCall, variables: Sequence[str], until: float
    ) -> str:
        """Returns the group that stands for a call.

        Of one that may fail silently, it is a solution without bindings (section 2.3.1).
        """
        try:
            rows = self._fetch(question, call, variables, until)
        except PublisherError:
            if not call.is_silent:
                raise
            rows = [_write_row("UNDEF" for _ in variables)]
        names = _write_row(f"?{name}" for name in variables)
        return f"{{ VALUES {names} {{ {' '.join(rows)} }} }}"

    def _fetch(
        self, question: Question, call: ServiceCall, variables: Sequence[str], until: float
    ) -> list[str]:
        """Returns the rows that an endpoint gives for the pattern of a call, as SPARQL."""
        base = f"BASE <{question.base_iri}>\n" if question.base_iri else ""
        text = declare_prefixes(base + _as_query(question.query, call), self._prefixes)
        asked = Call(
            "POST",
            call.address,
            {"Accept": _ROWS, "Content-Type": "application/x-www-form-urlencoded"},
            urlencode({"query": text}).encode(),
        )
        body = bytearray()
        seconds = _time_left(until)
        most_bytes = self._most_mib * _MIB
        try:
            reply = self._fetcher.fetch(asked, body.extend, seconds=seconds, most_bytes=most_bytes)
        except FetchTimeout as error:
            raise _too_slow(call) from error
        except FetchTooLarge as error:
            raise self._too_large(call) from error
        except FetchError as error:
            raise _failed(call, "does not answer") from error
        if reply.status != _OK:
            raise _failed(call, f"answers with {reply.status}")
        try:
            return _read_rows(bytes(body), call, variables)
        except (SyntaxError, ValueError) as error:
            raise _failed(call, "answers with what are no rows in JSON") from error

    def _too_large(self, call: ServiceCall) -> AnswerTooLarge:
        return AnswerTooLarge(
            f"the answer of {call.address} is larger than {self._most_mib} MiB",
            limit="federation_result_mib",
            remedy="say more in the pattern of SERVICE, such as VALUES: all its rows are fetched",
        )

    def close(self) -> None:
        """Ends all connections."""
        self._fetcher.close()


def _time_left(deadline: float) -> float:
    """Returns the seconds to a point in time; however late it is, there are a few."""
    return max(_LEAST_SECONDS, deadline - time.monotonic())


def _read_variables(answer: Answer) -> list[str]:
    found = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
    names = found.variables if isinstance(found, ox.QuerySolutions) else ()
    return [variable.value for variable in names]


def _as_query(query: str, call: ServiceCall) -> str:
    """Returns a query for the pattern of a call, with the declarations of the text it is in."""
    return f"{find_prologue(query)}SELECT * {{{query[call.inner : call.stop]}"


def _read_rows(body: bytes, call: ServiceCall, variables: Sequence[str]) -> list[str]:
    nodes = _NODE.sub(lambda node: _LABEL.sub(_rename, node[0]), body)
    results = ox.parse_query_results(nodes, format=ox.QueryResultsFormat.JSON)
    if not isinstance(results, ox.QuerySolutions):
        raise ValueError("yes or no is no row")
    known = {variable.value for variable in results.variables}
    return [
        _write_row(
            _write_term(row[name] if name in known else None, call.address) for name in variables
        )
        for row in results
    ]


def _rename(label: re.Match[bytes]) -> bytes:
    """Returns a label of a blank node that every parser takes: Virtuoso has `nodeID://b1`."""
    if _PLAIN_LABEL.fullmatch(label[2]):
        return label[0]
    return label[1] + b'"x' + hashlib.sha256(label[2]).hexdigest()[:_DIGITS].encode() + b'"'


def _write_row(terms: Iterable[str]) -> str:
    return f"({' '.join(terms)})"


def _write_term(term: Term, address: str) -> str:
    """Returns a term as VALUES takes it: an IRI for a blank node (RDF 1.1 Concepts, 3.5)."""
    if term is None:
        return "UNDEF"
    if isinstance(term, ox.BlankNode):
        return f"<{genid_space(address)}{quote(term.value, safe='')}>"
    if isinstance(term, ox.Triple):
        raise ValueError("a triple inside a row has no place in SPARQL 1.1")
    return str(term)


def _failed(call: ServiceCall, what: str) -> EndpointError:
    return EndpointError(
        f"the endpoint {call.address}, which the query calls, {what}",
        where=call.address,
        remedy="try again later, or write SERVICE SILENT to do without it",
    )


def _too_slow(call: ServiceCall) -> QueryTooCostly:
    return QueryTooCostly(
        f"the endpoint {call.address}, which the query calls, takes too long",
        limit="query_timeout",
        remedy="ask it for less, or write SERVICE SILENT to do without it",
    )
