"""The pages of the SPARQL endpoint: a form, and answers as tables; and what it says of itself.

What programs ask is answered in `publisher.web.express`.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request, url_for
from werkzeug.wsgi import wrap_file

from publisher.answers import Answer, Answerer
from publisher.formats import RESULT_FORMATS, TURTLE, write
from publisher.service import SERVICE_PREFIXES, Dataset, describe_service
from publisher.sparql_text import is_repeatable
from publisher.web.errors import BadRequest
from publisher.web.express import ASKED
from publisher.web.faces import get_face
from publisher.web.negotiation import choose_format, prefers_html
from publisher.web.protocol import GRAPH_FORMATS, QUERY, AnyFormat, QueryRequest
from publisher.web.reader import get_reader
from publisher.web.views.results import ResultsView, view_results

blueprint = Blueprint("sparql", __name__)

# Where the application keeps who answers public queries.
ANSWERER = "publisher.answerer"


@blueprint.route("/sparql", methods=["GET", "POST"])
def answer_query() -> Response:
    """Answers a query; without one, shows a form or describes the service."""
    asked: QueryRequest = request.environ[ASKED]
    if not asked.query.strip():
        return _answer_no_query(asked)
    answerer = get_answerer()
    question = asked.make_question(answerer.limits.timeout)
    answer = answerer.answer(question, request.remote_addr or "")
    chosen = asked.get_format(is_graph=answer.is_graph)
    if answer.table is None:
        response = send_answer(chosen, answer)
    else:
        reader = get_reader()
        view = view_results(answer.table, reader.base, reader.release.prefixes)
        formats = GRAPH_FORMATS if answer.is_graph else RESULT_FORMATS
        response = _results_page(asked, view, formats)
    return forbid_keeping(response) if not is_repeatable(asked.query) else response


def _answer_no_query(asked: QueryRequest) -> Response:
    """Answers with the form, or with the service description (section 2)."""
    if request.method != "POST":
        if prefers_html(request.accept_mimetypes, TURTLE.media_type):
            return send_page(_render(asked))
        if not request.args:
            return _describe_service()
    raise BadRequest(
        "There is no query.",
        remedy=f"Send one as the parameter query, or as a body of type {QUERY}.",
    )


def _describe_service() -> Response:
    reader, answerer = get_reader(), get_answerer()
    chosen = choose_format(request.accept_mimetypes, GRAPH_FORMATS)
    quads = describe_service(
        get_face().service_iri(reader.base, request.base_url),
        request.base_url,
        Dataset(
            reader.store.graphs(),
            reader.store.count_default(),
            is_union=reader.store.dialect.union,
        ),
        _state_limits(answerer),
        is_federated=bool(answerer.endpoints),
    )
    return send_answer(chosen, Answer(body=write(quads, chosen, prefixes=SERVICE_PREFIXES)))


def _state_limits(answerer: Answerer) -> str:
    limits = answerer.limits
    calls = f"SERVICE may call {', '.join(answerer.endpoints)} and no other endpoint."
    return (
        f"A query may take {limits.timeout} s and {limits.memory} MiB of memory, "
        f"and its answer may have {limits.result_mib} MiB. "
        + (calls if answerer.endpoints else "SERVICE is refused.")
    )


def get_answerer() -> Answerer:
    """Returns who answers public queries."""
    answerer: Answerer = current_app.extensions[ANSWERER]
    return answerer


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


def forbid_keeping(response: Response) -> Response:
    """Returns the answer to a query that has another each time."""
    response.headers["Cache-Control"] = "no-store"
    return response


def send_page(html: str) -> Response:
    """Returns a page at an address that has other formats, too."""
    return _vary(Response(html, content_type="text/html; charset=utf-8"))


def send_answer(chosen: AnyFormat, answer: Answer) -> Response:
    """Returns a complete answer in a format."""
    response = Response(answer.body, content_type=chosen.content_type)
    if answer.file is not None:
        response.response = wrap_file(request.environ, answer.file)
        response.direct_passthrough = True
        response.content_length = answer.size
    return _vary(response)


def _vary(response: Response) -> Response:
    response.headers["Vary"] = "Accept"
    return response
