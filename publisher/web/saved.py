"""Saved queries: `/query/` lists them, `/query/NAME?city=…` answers one.

The parameters of the query are those of the address. Values are bound, never pasted,
and the query runs as any public one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from publisher.answers import Question, Table
from publisher.formats import HTML, RDF_FORMATS, RESULT_FORMATS
from publisher.saved_queries import SavedQuery, Value, parse_arguments
from publisher.sparql_text import is_repeatable
from publisher.web.errors import UnknownQuery, UnknownResource
from publisher.web.negotiation import choose_format
from publisher.web.protocol import GRAPH_FORMATS, AnyFormat
from publisher.web.reader import get_reader
from publisher.web.sparql import forbid_keeping, get_answerer, send_answer, send_page
from publisher.web.views.form import shorten_value, view_form
from publisher.web.views.results import view_results

blueprint = Blueprint("saved", __name__)

_TRUE = ox.Literal(True)


@blueprint.get("/query/")
def list_saved_queries() -> BaseResponse:
    """Lists the saved queries as a page, or sends to the graph that holds them."""
    chosen = choose_format(request.accept_mimetypes, (HTML, *RDF_FORMATS))
    addresses = {f: url_for("resources.show_graph", path=f"queries{f.suffix}") for f in RDF_FORMATS}
    if chosen is not HTML:
        response = redirect(addresses[chosen], 303)
        response.headers["Vary"] = "Accept"
        return response
    reader = get_reader()
    page = render_template(
        "queries.html",
        queries=tuple(reader.saved_queries.values()),
        iri=f"{reader.base}graph/queries",
        addresses=addresses,
    )
    return send_page(page)


@blueprint.get("/query/<name>")
def answer_saved_query(name: str) -> Response:
    """Answers a saved query, in the format of the suffix or else of the Accept header."""
    reader = get_reader()
    name, _, suffix = name.partition(".")
    query = reader.saved_queries.get(name)
    if query is None:
        raise UnknownQuery(tuple(reader.saved_queries))
    chosen = _choose(query, suffix)
    given = list(request.args.items(multi=True))
    is_empty = not any(text.strip() for _, text in given)
    if chosen is HTML and is_empty and any(p.is_required for p in query.parameters):
        return _send_form(query, {}, None)
    arguments = parse_arguments(
        query, given, reader.base, lambda ask: bool(reader.store.query(ask))
    )
    is_graph = query.form == "CONSTRUCT"
    answer = get_answerer().answer(
        Question(
            query.bind(arguments),
            result_format="" if is_graph else chosen.name,
            graph_format=chosen.name if is_graph else "",
        ),
        request.remote_addr or "",
    )
    if answer.table is not None:
        response = _send_form(query, arguments, answer.table)
    else:
        response = send_answer(chosen, answer)
    return response if is_repeatable(query.text) else forbid_keeping(response)


def _get_formats(query: SavedQuery) -> tuple[AnyFormat, ...]:
    return (*(GRAPH_FORMATS if query.form == "CONSTRUCT" else RESULT_FORMATS), HTML)


def _choose(query: SavedQuery, suffix: str) -> AnyFormat:
    """Returns the format of an answer; a suffix is that of a file, or a format's name.

    Raises:
        UnknownResource: no format of this kind of query has the suffix.
        NotAcceptable: the Accept header refuses all.
    """
    formats = _get_formats(query)
    if not suffix:
        return choose_format(request.accept_mimetypes, formats)
    for candidate in formats:
        if suffix in (candidate.suffix[1:], candidate.name):
            return candidate
    suffixes = ", ".join(f.suffix for f in formats)
    raise UnknownResource(
        f"The query {query.name} is not answered as .{suffix[:100]}.",
        remedy=f"It has the suffixes {suffixes}.",
    )


def _send_form(query: SavedQuery, arguments: Mapping[str, Value], table: Table | None) -> Response:
    reader = get_reader()
    given = {name: shorten_value(value, reader.base) for name, value in arguments.items()}
    asked = f"?{urlencode(given, safe='/')}" if given else ""
    address = url_for(".answer_saved_query", name=query.name)
    data = [f for f in _get_formats(query) if f is not HTML]
    verdict = None
    if table is not None and query.form == "ASK":
        verdict = "Yes" if table.rows[0][0] == _TRUE else "No"
    page = render_template(
        "query.html",
        query=query,
        verdict=verdict,
        fields=view_form(reader, query, given),
        text=query.bind(arguments),
        view=None if table is None else view_results(table, reader.base, reader.release.prefixes),
        downloads={f.label: f"{address}{f.suffix}{asked}" for f in data},
        again=f"{address}{asked}",
        command=f"{url_for('.answer_saved_query', name=query.name, _external=True)}"
        f"{data[0 if query.form == 'CONSTRUCT' else -2].suffix}{asked}",
        iri=f"{reader.base}id/query/{query.name}",
    )
    return send_page(page)
