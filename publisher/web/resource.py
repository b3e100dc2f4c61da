"""The document about any IRI that the data mentions, and any graph: named by a parameter.

`/resource?iri=` is for IRIs that no path of this server stands for. `/graph?graph=`
and `/graph?default` name graphs as the Graph Store Protocol does, for reading:
https://www.w3.org/TR/sparql11-http-rdf-update/#indirect-graph-identification
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from publisher.formats import Format
from publisher.web.documents import (
    DOCUMENT_FORMATS,
    Document,
    answer_document,
    choose_requested_format,
    write_document,
)
from publisher.web.errors import BadRequest, UnknownResource
from publisher.web.links import get_href, is_local
from publisher.web.negotiation import NotAcceptable
from publisher.web.reader import get_reader
from publisher.web.views.graph import view_any_graph
from publisher.web.views.origins import list_origins
from publisher.web.views.resource import view_resource

blueprint = Blueprint("resource", __name__)
# Only where no other address is meant: plain data may name things by this very server.
own_addresses = Blueprint("own", __name__)


@blueprint.get("/resource")
def show_resource() -> BaseResponse:
    """Answers with what is said of a thing and with it; sends to its own address if it has one."""
    reader = get_reader()
    iri = _get_parameter("iri")
    if not reader.store.mentions(iri):
        raise UnknownResource(
            "This data does not mention that IRI.",
            remedy="Compare it letter by letter, or look for the thing on the front page.",
        )
    if reader.release.is_site and is_local(iri):
        return redirect(get_href(iri), 303)
    quads = reader.store.describe(iri)
    document = Document(
        iri,
        {f: url_for(".show_resource", iri=iri, format=f.name) for f in DOCUMENT_FORMATS},
        lambda: ("resource.html", view_resource(reader, iri, quads)),
        lambda kind: _write_if_sayable(kind, lambda: write_document(reader, quads, kind)),
        origins=list_origins(reader, iri) if reader.release.is_site else (),
    )
    return answer_document(document, choose_requested_format())


@blueprint.get("/graph")
def show_graph() -> Response:
    """Answers with the triples of the graph that a parameter names."""
    reader = get_reader()
    name = None if "default" in request.args else _get_parameter("graph")
    if name is None and reader.store.dialect.union:
        raise UnknownResource(
            "The default graph of this site is the union of all its graphs.",
            remedy=f"Take a dump: {url_for('dumps.list_dumps')}",
        )
    if name is not None and name not in reader.store.graphs():
        raise UnknownResource(
            "There is no named graph of that IRI.", remedy="The front page lists the graphs."
        )
    default = "" if name is None else None
    document = Document(
        name or "",
        {
            f: url_for(".show_graph", graph=name, default=default, format=f.name)
            for f in DOCUMENT_FORMATS
        },
        lambda: ("graph.html", view_any_graph(reader, name)),
        lambda kind: _write_if_sayable(
            kind, lambda: reader.store.write_graph(name, kind, reader.release.prefixes)
        ),
    )
    return answer_document(document, choose_requested_format())


def _write_if_sayable(kind: Format, write: Callable[[], bytes]) -> bytes:
    """Offers the other formats where the chosen one cannot say all (triple terms in JSON-LD)."""
    try:
        return write()
    except ValueError as error:
        raise NotAcceptable([f for f in DOCUMENT_FORMATS if f is not kind]) from error


@own_addresses.get("/<path:path>")
def show_own_address(path: str) -> BaseResponse:
    """Sends an IRI of the data that begins with this server's address to its document."""
    for iri in (request.url, request.base_url):
        if get_reader().store.mentions(iri):
            return redirect(url_for("resource.show_resource", iri=iri), 303)
    raise UnknownResource("There is nothing at this address, and the data does not mention it.")


def _get_parameter(name: str) -> str:
    """Returns a parameter that holds an absolute IRI.

    Raises:
        BadRequest: it is missing, or not such an IRI.
    """
    iri = request.args.get(name, "")
    if ":" not in iri:
        raise BadRequest(
            f"The parameter {name} is missing, or no absolute IRI.",
            remedy=f"Write {request.path}?{name}= and an IRI, with # as %23.",
        )
    return iri
