"""Things, documents about them, the ontology, named graphs: linked data over HTTP.

`/id/…` names a thing and answers 303 with the document about it, `/doc/…`
(https://www.w3.org/TR/cooluris/). A document comes in the format of its suffix,
else in the one that the Accept header likes best.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, render_template, request, url_for
from rdflib import OWL, SKOS
from werkzeug.wrappers import Response as BaseResponse

from publisher.formats import HTML, JSONLD, NTRIPLES, RDF_FORMATS, RDFXML, TURTLE, Format, write
from publisher.history import find_withdrawal
from publisher.manifest import Withdrawal
from publisher.vocabulary import LC, ONTOLOGY_IRI, SCHEMA
from publisher.web.errors import Gone, UnknownResource
from publisher.web.negotiation import choose_format, split_suffix
from publisher.web.reader import Reader, get_reader
from publisher.web.views.city import view_city
from publisher.web.views.concept import view_concept, view_scheme
from publisher.web.views.graph import view_graph
from publisher.web.views.ontology import view_ontology
from publisher.web.views.places import view_country
from publisher.web.views.profile import view_profile
from publisher.web.views.thing import view_thing

blueprint = Blueprint("resources", __name__)

DOCUMENT_FORMATS: tuple[Format, ...] = (HTML, TURTLE, JSONLD, NTRIPLES, RDFXML)
# For Werkzeug's converter `any`: the suffixes behind an address that has no other ending.
DOCUMENT_SUFFIXES = ",".join(f"'{f.suffix}'" for f in DOCUMENT_FORMATS)
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\ufffd]")

# The kinds of things that have a page of their own, the most telling class first.
_PAGES: Mapping[str, tuple[str, Callable[[Reader, str], object]]] = {
    str(LC.LearningCity): ("city.html", view_city),
    str(LC.CityProfile): ("profile.html", view_profile),
    str(SKOS.ConceptScheme): ("scheme.html", view_scheme),
    str(SKOS.Concept): ("concept.html", view_concept),
    str(SCHEMA.Country): ("country.html", view_country),
}


@blueprint.get("/id/<path:path>")
def show_thing(path: str) -> BaseResponse:
    """Sends to the document about a thing."""
    get_iri(path)
    return redirect(url_for(".show_document", path=path), 303)


@blueprint.get("/doc/<path:path>")
def show_document(path: str) -> Response:
    """Answers with what is said of a thing, what refers to it, and the labels of both."""
    name, chosen = split_suffix(path, DOCUMENT_FORMATS)
    reader = get_reader()
    # What describes a file may be named like one.
    if chosen and reader.store.contains(f"{reader.base}id/{path}"):
        name, chosen = path, None
    iri = get_iri(name)
    chosen = chosen or choose_format(request.accept_mimetypes, DOCUMENT_FORMATS)
    addresses = {f: url_for(".show_document", path=name + f.suffix) for f in DOCUMENT_FORMATS}
    if chosen is HTML:
        body: str | bytes = _render_page(reader, iri, addresses)
    else:
        body = write_document(reader, reader.store.describe(iri), chosen)
    return answer_document(body, chosen, addresses)


@blueprint.get("/ontology", defaults={"suffix": ""})
@blueprint.get(f"/ontology<any({DOCUMENT_SUFFIXES}):suffix>")
def show_ontology(suffix: str) -> Response:
    """Answers with the ontology, or its documentation."""
    reader = get_reader()
    _, chosen = split_suffix(suffix, DOCUMENT_FORMATS)
    chosen = chosen or choose_format(request.accept_mimetypes, DOCUMENT_FORMATS)
    addresses = {f: url_for(".show_ontology", suffix=f.suffix) for f in DOCUMENT_FORMATS}
    if chosen is HTML:
        body: str | bytes = render_template(
            "ontology.html", view=view_ontology(reader), iri=ONTOLOGY_IRI, addresses=addresses
        )
    else:
        body = write_document(reader, reader.store.quads(f"{reader.base}graph/ontology"), chosen)
    return answer_document(body, chosen, addresses)


@blueprint.get("/ontology/<number>")
def show_ontology_version(number: str) -> BaseResponse:
    """Sends from the version IRI of the ontology to the document, if it holds that version."""
    name, chosen = split_suffix(number, DOCUMENT_FORMATS)
    stated = get_reader().store.describe(f"{ONTOLOGY_IRI}/{name}")
    if not any(quad.predicate.value == str(OWL.versionIRI) for quad in stated):
        raise UnknownResource(
            f"This release does not hold version {name[:50]} of the ontology.",
            remedy="See the versions under /release/.",
        )
    suffix = chosen.suffix if chosen else ""
    return redirect(url_for(".show_ontology", suffix=suffix or None), 303)


@blueprint.get("/graph/<path:path>")
def show_graph(path: str) -> Response:
    """Answers with the triples of one named graph; graph names are kept where a format can."""
    name, chosen = split_suffix(path, (HTML, *RDF_FORMATS))
    reader = get_reader()
    iri = f"{reader.base}graph/{name}"
    if iri not in reader.store.graphs():
        raise UnknownResource(f"There is no named graph <{iri}>.")
    chosen = chosen or choose_format(request.accept_mimetypes, (HTML, *RDF_FORMATS))
    addresses = {f: url_for(".show_graph", path=name + f.suffix) for f in (HTML, *RDF_FORMATS)}
    quads = reader.store.quads(iri)
    if chosen is HTML:
        body: str | bytes = _render_graph(reader, iri, quads, addresses)
    else:
        body = write_document(reader, quads, chosen)
    return answer_document(body, chosen, addresses)


def get_iri(path: str) -> str:
    """Returns the IRI of the thing at a path under `/id/`.

    Raises:
        Gone: it was withdrawn.
        UnknownResource: the release says nothing of it.
    """
    reader = get_reader()
    iri = f"{reader.base}id/{path}"
    withdrawal = find_withdrawal(reader.release.manifest.withdrawn, path)
    if withdrawal:
        raise _make_gone(withdrawal, reader.base)
    if _NOT_IN_IRI.search(path) or not reader.store.contains(iri):
        shown = path if path.isprintable() else "that address"
        raise UnknownResource(
            f"This release says nothing of {shown[:200]}.",
            remedy="Look for the name on the front page, or ask with SPARQL.",
        )
    return iri


def _make_gone(withdrawal: Withdrawal, base: str) -> Gone:
    return Gone(
        f"This was withdrawn on {withdrawal.date}: {withdrawal.reason}",
        withdrawn=withdrawal.date,
        replaced_by=f"{base}id/{withdrawal.replaced_by}" if withdrawal.replaced_by else None,
    )


def _render_page(reader: Reader, iri: str, addresses: Mapping[Format, str]) -> str:
    types = reader.types(iri)
    for name, (template, view) in _PAGES.items():
        if name in types:
            return render_template(template, view=view(reader, iri), iri=iri, addresses=addresses)
    return render_template("thing.html", view=view_thing(reader, iri), iri=iri, addresses=addresses)


def _render_graph(
    reader: Reader, iri: str, quads: Iterable[ox.Quad], addresses: Mapping[Format, str]
) -> str:
    subjects: dict[str, int] = {}
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            subjects[quad.subject.value] = subjects.get(quad.subject.value, 0) + 1
    return render_template(
        "graph.html",
        view=view_graph(reader, iri, subjects),
        iri=iri,
        addresses=addresses,
    )


def write_document(reader: Reader, quads: Iterable[ox.Quad], chosen: Format) -> bytes:
    """Returns quads in a format; JSON-LD without graph names, so that it holds what Turtle does."""
    if chosen is JSONLD:
        quads = [ox.Quad(q.subject, q.predicate, q.object) for q in quads]
    return write(quads, chosen, prefixes=reader.release.prefixes, context=reader.context)


def answer_document(body: str | bytes, chosen: Format, addresses: Mapping[Format, str]) -> Response:
    """Returns a document in the chosen format, with the addresses of its other formats."""
    charset = "; charset=utf-8" if chosen.media_type.startswith("text/") else ""
    response = Response(body, content_type=chosen.media_type + charset)
    response.headers["Vary"] = "Accept"
    response.headers["Content-Location"] = addresses[chosen]
    others = (f for f in addresses if f is not chosen)
    response.headers["Link"] = ", ".join(
        f'<{addresses[f]}>; rel="alternate"; type="{f.media_type}"' for f in others
    )
    return response
