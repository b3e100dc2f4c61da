"""Calls of other endpoints in a query (SERVICE), found by its tokens and replaced. Pure.

https://www.w3.org/TR/sparql11-federated-query/
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from publisher.errors import QueryRefused
from publisher.sparql_text import find_tokens

_CALL = re.compile(
    r"SERVICE(?P<silent>[ \t\r\n]+SILENT)?[ \t\r\n]*<(?P<iri>[^<>]*)>[ \t\r\n]*\{",
    re.IGNORECASE | re.ASCII,
)
_MOST_CALLS = 8


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A SERVICE block, from `start` to `stop` in the text; its pattern begins at `inner`."""

    address: str
    is_silent: bool
    start: int
    inner: int
    stop: int


def find_calls(query: str, endpoints: Collection[str]) -> tuple[ServiceCall, ...]:
    """Returns the calls of a query, those within another call left out.

    The keyword must be followed by an address of the list in angle brackets, with
    nothing but white space between: however a parser splits the rest of the text, if
    it reads the keyword here, it calls this address.

    Raises:
        QueryRefused: it calls what is not on the list, or too often.
    """
    calls: list[ServiceCall] = []
    for token in find_tokens(query):
        if token.kind != "word" or token.text.upper() != "SERVICE":
            continue
        found = _CALL.match(query, token.start)
        if found is None or found["iri"] not in endpoints:
            raise _refuse(endpoints)
        if calls and token.start < calls[-1].stop:
            continue
        if len(calls) == _MOST_CALLS:
            raise QueryRefused(
                f"a query may call other endpoints {_MOST_CALLS} times",
                remedy="ask each endpoint once, or in several queries",
            )
        stop = _find_end(query, found.end())
        calls.append(
            ServiceCall(found["iri"], bool(found["silent"]), token.start, found.end(), stop)
        )
    return tuple(calls)


def _refuse(endpoints: Collection[str]) -> QueryRefused:
    return QueryRefused(
        "this endpoint calls other servers only where its operator names them"
        f" (setting federation: {', '.join(sorted(endpoints))})",
        remedy="write SERVICE <address> { … } with an address of that list",
    )


def _find_end(query: str, inner: int) -> int:
    """Returns where the block whose pattern begins at `inner` ends, behind its bracket."""
    depth = 1
    for token in find_tokens(query[inner:]):
        depth += (token.text == "{") - (token.text == "}")
        if not depth:
            return inner + token.start + 1
    return len(query)


def without_calls(query: str) -> str:
    """Returns the text with GRAPH for each SERVICE that `find_calls` has let pass.

    It parses if the query does, in as many characters, and calls nobody: what else
    in it a parser may read as a call is for `publisher.query_text` to refuse.
    """
    pieces, end = [], 0
    for token in find_tokens(query):
        found = _CALL.match(query, token.start) if token.kind == "word" else None
        if found is not None:
            keyword = query[token.start : query.index("<", token.start)]
            pieces += [query[end : token.start], "GRAPH".ljust(len(keyword))]
            end = token.start + len(keyword)
    return "".join([*pieces, query[end:]])


def put_in(query: str, calls: Sequence[ServiceCall], blocks: Sequence[str]) -> str:
    """Returns the text with a group in place of each call."""
    pieces, end = [], 0
    for call, block in zip(calls, blocks, strict=True):
        pieces += [query[end : call.start], block]
        end = call.stop
    return "".join([*pieces, query[end:]])
