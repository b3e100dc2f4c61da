"""What a request asks of the endpoint, by the SPARQL 1.1 Protocol.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from urllib.parse import parse_qsl

from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_accept_header, quote_etag
from werkzeug.wrappers import Request
from werkzeug.wsgi import get_current_url

from publisher.answers import Question
from publisher.errors import PublisherError
from publisher.formats import (
    HTML,
    JSONLD,
    NTRIPLES,
    RDFXML,
    RESULT_FORMATS,
    TURTLE,
    Format,
    ResultFormat,
)
from publisher.query_text import refuse_update
from publisher.sparql_text import canonicalize, is_repeatable
from publisher.web.errors import BadRequest, UnsupportedMediaType
from publisher.web.negotiation import NotAcceptable, choose_format

AnyFormat = Format | ResultFormat
F = TypeVar("F", bound=AnyFormat)

GRAPH_FORMATS: tuple[Format, ...] = (TURTLE, NTRIPLES, JSONLD, RDFXML)
QUERY = "application/sparql-query"
_GRAPH_AS: tuple[AnyFormat, ...] = (*GRAPH_FORMATS, HTML)
_ROWS_AS: tuple[AnyFormat, ...] = (*RESULT_FORMATS, HTML)
_FORM = "application/x-www-form-urlencoded"
_UPDATE = "application/sparql-update"
# What the address of the endpoint is made of, as far as it is there.
_OF_THE_ADDRESS = (
    "wsgi.url_scheme",
    "HTTP_HOST",
    "SERVER_NAME",
    "SERVER_PORT",
    "SCRIPT_NAME",
    "PATH_INFO",
)


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query as the protocol brings it.

    `rows` and `graph` are the formats for either kind of answer, or why there is none:
    which kind it is shows when the query is read. `began` is when the request was
    there, on the clock of `time.monotonic`: all that is done for it takes of its time.
    """

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    rows: AnyFormat | PublisherError
    graph: AnyFormat | PublisherError
    base_iri: str
    began: float

    @property
    def is_from_browser(self) -> bool:
        """Says whether a page may be wanted: the form, or a table."""
        return not self.query.strip() or HTML in (self.rows, self.graph)

    def make_question(self, timeout: float) -> Question:
        """Returns the query for those who answer it within so many seconds of its arrival."""
        return Question(
            self.query,
            _name(self.rows),
            _name(self.graph),
            self.default_graphs,
            self.named_graphs,
            self.base_iri,
            max(0.0, self.began + timeout - time.monotonic()),
        )

    def mint_tag(self, version: str) -> str | None:
        """Returns the entity tag of the answer, quoted; None for one that changes.

        Args:
            version: of the release and the program; what is asked of it does the rest.
        """
        if not is_repeatable(self.query):
            return None
        parts = (
            version,
            canonicalize(self.query),
            _name(self.rows),
            _name(self.graph),
            *self.default_graphs,
            "",
            *self.named_graphs,
            self.base_iri,
        )
        return quote_etag(hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest())

    def get_format(self, *, is_graph: bool) -> AnyFormat:
        """Returns the format of an answer.

        Raises:
            BadRequest, NotAcceptable: there is none that is wanted.
        """
        chosen = self.graph if is_graph else self.rows
        if isinstance(chosen, PublisherError):
            raise chosen
        return chosen


def _name(chosen: AnyFormat | PublisherError) -> str:
    return "" if isinstance(chosen, PublisherError) else chosen.name


def read_query(request: Request) -> QueryRequest:
    """Returns what a request asks (section 2.1); an empty query where there is none.

    Parameters of the address count with a form, too: a dataset that is named
    there and passed over would be a wrong answer.

    Raises:
        QueryRefused: an update.
        UnsupportedMediaType: a POST body that is neither a form nor a query in UTF-8.
        BadRequest: more than one query, or a text that is not UTF-8.
    """
    began = time.monotonic()
    parameters = _parse(request.query_string)
    queries = []
    if request.method == "POST":
        _require_utf8(request)
        if request.mimetype == QUERY:
            queries = [_decode(_read_body(request))]
        elif request.mimetype == _FORM:
            parameters += _parse(_read_body(request))
        elif request.mimetype == _UPDATE:
            raise refuse_update()
        else:
            raise UnsupportedMediaType(
                "A query comes as a form or as application/sparql-query.",
                available=(QUERY, _FORM),
            )
    named: dict[str, list[str]] = {}
    for name, value in parameters:
        named.setdefault(name, []).append(value)
    if "update" in named:
        raise refuse_update()
    queries += named.get("query", [])
    if len(queries) > 1:
        raise BadRequest("There is more than one query.", remedy="Send one query a request.")
    accept, name = request.environ.get("HTTP_ACCEPT", ""), named.get("format", [""])[0]
    return QueryRequest(
        query=queries[0] if queries else "",
        default_graphs=tuple(named.get("default-graph-uri", ())),
        named_graphs=tuple(named.get("named-graph-uri", ())),
        rows=_choose(accept, name, _ROWS_AS),
        graph=_choose(accept, name, _GRAPH_AS),
        base_iri=_find_address(tuple(map(request.environ.get, _OF_THE_ADDRESS))),
        began=began,
    )


@lru_cache(maxsize=1000)
def _find_address(parts: tuple[str | None, ...]) -> str:
    """Returns the address that was asked, without parameters; to make it takes long."""
    named = zip(_OF_THE_ADDRESS, parts, strict=True)
    environ = {name: part for name, part in named if part is not None}
    return get_current_url(environ, strip_querystring=True)


def _parse(form: bytes) -> list[tuple[str, str]]:
    """Returns the parameters of an address or a form; Flask would replace what is no UTF-8."""
    try:
        return parse_qsl(_decode(form), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _require_utf8(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(
            "A query is read as UTF-8 only.", available=(f"{QUERY}; charset=utf-8", _FORM)
        )


def _read_body(request: Request) -> bytes:
    """Returns the body, or raises 413; one without a length Werkzeug cuts off at the limit."""
    body = request.get_data()
    if request.content_length is None and len(body) == request.max_content_length:
        raise RequestEntityTooLarge
    return body


def _decode(data: bytes) -> str:
    """Returns the text without a byte order mark, which is no part of it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _not_utf8() -> BadRequest:
    return BadRequest("The query is not UTF-8.", remedy="Encode the query as UTF-8.")


@lru_cache(maxsize=1000)
def _choose(
    accept: str, name: str, formats: Sequence[AnyFormat]
) -> AnyFormat | BadRequest | NotAcceptable:
    """Returns the format for one form of query, or the error if the query has that form."""
    if not name:
        try:
            return choose_format(parse_accept_header(accept, MIMEAccept), formats)
        except NotAcceptable as error:
            return error
    for candidate in formats:
        if name in (candidate.name, candidate.media_type):
            return candidate
    names = ", ".join(f.name for f in formats)
    return BadRequest(
        "This kind of query is not answered in that format.", remedy=f"Choose one of {names}."
    )
