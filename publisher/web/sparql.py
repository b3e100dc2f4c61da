"""The SPARQL endpoint: SPARQL 1.1 Protocol for programs, a form and a table for people.

https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, current_app, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import wrap_file

from publisher.answers import Answer, Answerer, Question
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
    write,
)
from publisher.query_text import refuse_update
from publisher.service import SERVICE_PREFIXES, Dataset, describe_service
from publisher.web.errors import BadRequest, UnsupportedMediaType
from publisher.web.faces import get_face
from publisher.web.negotiation import NotAcceptable, choose_format, prefers_html
from publisher.web.reader import get_reader
from publisher.web.views.results import ResultsView, view_results

blueprint = Blueprint("sparql", __name__)

# Where the application keeps who answers public queries.
ANSWERER = "publisher.answerer"

AnyFormat = Format | ResultFormat

GRAPH_FORMATS: tuple[Format, ...] = (TURTLE, NTRIPLES, JSONLD, RDFXML)
_GRAPH_AS: tuple[AnyFormat, ...] = (*GRAPH_FORMATS, HTML)
_ROWS_AS: tuple[AnyFormat, ...] = (*RESULT_FORMATS, HTML)
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query as the protocol brings it. `format` names a format outside the Accept header."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str


@blueprint.route("/sparql", methods=["GET", "POST"])
def answer_query() -> Response:
    """Answers a query; without one, shows a form or describes the service."""
    asked = _read_request()
    if not asked.query.strip():
        return _answer_no_query(asked)
    rows = _choose(asked, _ROWS_AS)
    graph = _choose(asked, _GRAPH_AS)
    answer = get_answerer().answer(
        Question(
            asked.query,
            rows.name if isinstance(rows, ResultFormat | Format) else "",
            graph.name if isinstance(graph, ResultFormat | Format) else "",
            asked.default_graphs,
            asked.named_graphs,
            request.base_url,
        ),
        request.remote_addr or "",
    )
    chosen = graph if answer.is_graph else rows
    if isinstance(chosen, PublisherError):
        raise chosen
    if answer.table is not None:
        reader = get_reader()
        view = view_results(answer.table, reader.base, reader.release.prefixes)
        return _results_page(asked, view, GRAPH_FORMATS if answer.is_graph else RESULT_FORMATS)
    return send_answer(chosen, answer)


def _answer_no_query(asked: QueryRequest) -> Response:
    """Answers with the form, or with the service description (section 2)."""
    if request.method != "POST":
        if prefers_html(request.accept_mimetypes, TURTLE.media_type):
            return send_page(_render(asked))
        if not request.args:
            return _describe_service()
    raise BadRequest(
        "There is no query.",
        remedy=f"Send one as the parameter query, or as a body of type {_QUERY}.",
    )


def _describe_service() -> Response:
    reader, limits = get_reader(), get_answerer().limits
    chosen = choose_format(request.accept_mimetypes, GRAPH_FORMATS)
    quads = describe_service(
        get_face().service_iri(reader.base, request.base_url),
        request.base_url,
        Dataset(
            reader.store.graphs(),
            reader.store.count_default(),
            is_union=reader.store.dialect.union,
        ),
        f"A query may take {limits.timeout} s and {limits.memory} MiB of memory, "
        f"and its answer may have {limits.result_mib} MiB.",
    )
    return send_answer(chosen, Answer(body=write(quads, chosen, prefixes=SERVICE_PREFIXES)))


def get_answerer() -> Answerer:
    """Returns who answers public queries."""
    answerer: Answerer = current_app.extensions[ANSWERER]
    return answerer


def _read_request() -> QueryRequest:
    """Returns the query of this request (section 2.1).

    Parameters of the address count with a form, too: a dataset that is named
    there and passed over would be a wrong answer.

    Raises:
        QueryRefused: an update.
        UnsupportedMediaType: a POST body that is neither a form nor a query in UTF-8.
        BadRequest: more than one query, or a text that is not UTF-8.
    """
    parameters = _parse(request.query_string)
    queries = []
    if request.method == "POST":
        _require_utf8()
        if request.mimetype == _QUERY:
            queries = [_decode(_read_body())]
        elif request.mimetype == _FORM:
            parameters += _parse(_read_body())
        elif request.mimetype == _UPDATE:
            raise refuse_update()
        else:
            raise UnsupportedMediaType(
                "A query comes as a form or as application/sparql-query.",
                available=(_QUERY, _FORM),
            )
    named: dict[str, list[str]] = {}
    for name, value in parameters:
        named.setdefault(name, []).append(value)
    if "update" in named:
        raise refuse_update()
    queries += named.get("query", [])
    if len(queries) > 1:
        raise BadRequest("There is more than one query.", remedy="Send one query a request.")
    return QueryRequest(
        query=queries[0] if queries else "",
        default_graphs=tuple(named.get("default-graph-uri", ())),
        named_graphs=tuple(named.get("named-graph-uri", ())),
        format=named.get("format", [""])[0],
    )


def _parse(form: bytes) -> list[tuple[str, str]]:
    """Returns the parameters of an address or a form; Flask would replace what is no UTF-8."""
    try:
        return parse_qsl(_decode(form), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _require_utf8() -> None:
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(
            "A query is read as UTF-8 only.", available=(f"{_QUERY}; charset=utf-8", _FORM)
        )


def _read_body() -> bytes:
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


def _choose(
    asked: QueryRequest, formats: Sequence[AnyFormat]
) -> AnyFormat | BadRequest | NotAcceptable:
    """Returns the format for one form of query, or the error if the query has that form."""
    if not asked.format:
        try:
            return choose_format(request.accept_mimetypes, formats)
        except NotAcceptable as error:
            return error
    for candidate in formats:
        if asked.format in (candidate.name, candidate.media_type):
            return candidate
    names = ", ".join(f.name for f in formats)
    return BadRequest(
        "This kind of query is not answered in that format.", remedy=f"Choose one of {names}."
    )


def _results_page(asked: QueryRequest, view: ResultsView, formats: Sequence[AnyFormat]) -> Response:
    parameters = [
        ("query", asked.query),
        *(("default-graph-uri", iri) for iri in asked.default_graphs),
        *(("named-graph-uri", iri) for iri in asked.named_graphs),
    ]
    downloads = {
        f.label: f"{url_for('.answer_query')}?{urlencode([*parameters, ('format', f.name)])}"
        for f in formats
    }
    again = f"{url_for('.answer_query')}?{urlencode(parameters)}"
    return send_page(_render(asked, view=view, downloads=downloads, again=again))


def _render(asked: QueryRequest, **results: object) -> str:
    examples = get_face().load_examples(get_reader())
    return render_template("sparql.html", asked=asked, examples=examples, **results)


def send_page(html: str) -> Response:
    """Returns a page at an address that has other formats, too."""
    return _vary(Response(html, content_type="text/html; charset=utf-8"))


def send_answer(chosen: AnyFormat, answer: Answer) -> Response:
    """Returns a complete answer in a format."""
    charset = "; charset=utf-8" if chosen.media_type.startswith("text/") else ""
    response = Response(answer.body, content_type=chosen.media_type + charset)
    if answer.file is not None:
        response.response = wrap_file(request.environ, answer.file)
        response.direct_passthrough = True
        response.content_length = answer.size
    return _vary(response)


def _vary(response: Response) -> Response:
    response.headers["Vary"] = "Accept"
    return response
