"""The SPARQL endpoint: SPARQL 1.1 Protocol for programs, a form and a table for people.

https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request, url_for

from publisher.formats import (
    HTML,
    JSONLD,
    NTRIPLES,
    RDFXML,
    RESULT_FORMATS,
    TURTLE,
    Format,
    ResultFormat,
    write,
)
from publisher.web.errors import BadRequest, UnsupportedMediaType
from publisher.web.negotiation import choose_format, prefers_html
from publisher.web.reader import get_reader
from publisher.web.views.results import ResultsView, load_examples, view_results

blueprint = Blueprint("sparql", __name__)

GRAPH_FORMATS: tuple[Format, ...] = (TURTLE, NTRIPLES, JSONLD, RDFXML)
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query as the protocol brings it. `format` names a format outside the Accept header."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str


@blueprint.route("/sparql", methods=["GET", "POST"])
def answer_query() -> Response:
    """Answers a query, or shows the form where a browser brings none."""
    asked = _read_request()
    if not asked.query.strip():
        if request.method == "GET" and prefers_html(request.accept_mimetypes, "text/turtle"):
            return _page(render_template("sparql.html", asked=asked, examples=load_examples()))
        raise BadRequest(
            "There is no query.",
            remedy=f"Send one as the parameter query, or as a body of type {_QUERY}.",
        )
    results = get_reader().store.query(
        asked.query, default_graphs=asked.default_graphs, named_graphs=asked.named_graphs
    )
    if isinstance(results, ox.QueryTriples):
        return _answer_graph(asked, results)
    return _answer_results(asked, results)


def _read_request() -> QueryRequest:
    """Returns the query of this request.

    Raises:
        UnsupportedMediaType: a POST body that is neither a form nor a query.
        BadRequest: more than one query, or a body that is not UTF-8.
    """
    parameters = request.args
    queries = parameters.getlist("query")
    if request.method == "POST":
        if request.mimetype == _QUERY:
            queries = [*queries, _read_body()]
        elif request.mimetype == _FORM:
            parameters = request.form
            queries = parameters.getlist("query")
        else:
            raise UnsupportedMediaType(
                "A query comes as a form or as application/sparql-query.",
                available=(_QUERY, _FORM),
            )
    if len(queries) > 1:
        raise BadRequest("There is more than one query.", remedy="Send one query a request.")
    return QueryRequest(
        query=queries[0] if queries else "",
        default_graphs=tuple(parameters.getlist("default-graph-uri")),
        named_graphs=tuple(parameters.getlist("named-graph-uri")),
        format=parameters.get("format", ""),
    )


def _read_body() -> str:
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("The query is not UTF-8.", remedy="Encode the query as UTF-8.") from error


def _find_named(name: str, formats: Sequence[Format | ResultFormat]) -> Format | ResultFormat:
    """Returns the format of that name.

    Raises:
        BadRequest: this kind of query has no such format.
    """
    for candidate in formats:
        if name in (candidate.name, candidate.media_type):
            return candidate
    names = ", ".join(f.name for f in formats)
    raise BadRequest(
        "This kind of query is not answered in that format.", remedy=f"Choose one of {names}."
    )


def _answer_graph(asked: QueryRequest, triples: ox.QueryTriples) -> Response:
    formats = (*GRAPH_FORMATS, HTML)
    chosen = (
        _find_named(asked.format, formats)
        if asked.format
        else choose_format(request.accept_mimetypes, formats)
    )
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
    if isinstance(chosen, Format) and chosen is not HTML:
        return _data(chosen.media_type, write(quads, chosen, context=get_reader().context))
    names = ("subject", "predicate", "object")
    rows = [(q.subject, q.predicate, q.object) for q in quads]
    return _results_page(asked, view_results(names, rows, get_reader().base), GRAPH_FORMATS)


def _answer_results(asked: QueryRequest, results: ox.QuerySolutions | ox.QueryBoolean) -> Response:
    formats: tuple[Format | ResultFormat, ...] = (*RESULT_FORMATS, HTML)
    chosen = (
        _find_named(asked.format, formats)
        if asked.format
        else choose_format(request.accept_mimetypes, formats)
    )
    if isinstance(chosen, ResultFormat):
        return _data(chosen.media_type, results.serialize(format=chosen.syntax) or b"")
    if isinstance(results, ox.QueryBoolean):
        view = view_results(("answer",), [(ox.Literal(bool(results)),)], get_reader().base)
        return _results_page(asked, view, RESULT_FORMATS[:2])
    names = tuple(v.value for v in results.variables)
    rows = [tuple(solution[name] for name in names) for solution in results]
    return _results_page(asked, view_results(names, rows, get_reader().base), RESULT_FORMATS)


def _results_page(
    asked: QueryRequest, view: ResultsView, formats: Sequence[Format | ResultFormat]
) -> Response:
    parameters = [
        ("query", asked.query),
        *(("default-graph-uri", iri) for iri in asked.default_graphs),
        *(("named-graph-uri", iri) for iri in asked.named_graphs),
    ]
    downloads = {
        f.label: f"{url_for('.answer_query')}?{urlencode([*parameters, ('format', f.name)])}"
        for f in formats
    }
    return _page(
        render_template(
            "sparql.html", asked=asked, view=view, downloads=downloads, examples=load_examples()
        )
    )


def _page(html: str) -> Response:
    return _vary(Response(html, content_type="text/html; charset=utf-8"))


def _data(media_type: str, body: bytes) -> Response:
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return _vary(Response(body, content_type=media_type + charset))


def _vary(response: Response) -> Response:
    response.headers["Vary"] = "Accept"
    return response
