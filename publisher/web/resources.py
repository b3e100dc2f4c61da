"""Things, documents about them, the ontology, named graphs: linked data over HTTP.

`/id/…` names a thing and answers 303 with the document about it, `/doc/…`
(https://www.w3.org/TR/cooluris/).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, url_for
from rdflib import OWL, SKOS
from werkzeug.wrappers import Response as BaseResponse

from publisher.formats import HTML, RDF_FORMATS, Format
from publisher.history import find_withdrawal
from publisher.manifest import Withdrawal
from publisher.vocabulary import LC, ONTOLOGY_IRI, SCHEMA
from publisher.web.documents import (
    DOCUMENT_FORMATS,
    DOCUMENT_SUFFIXES,
    Document,
    answer_document,
    write_document,
)
from publisher.web.errors import Gone, UnknownResource
from publisher.web.links import locate
from publisher.web.negotiation import split_suffix
from publisher.web.reader import Reader, get_reader
from publisher.web.self_description import describe_document
from publisher.web.signposting import send_links
from publisher.web.views.city import view_city
from publisher.web.views.concept import view_concept, view_scheme
from publisher.web.views.graph import view_graph
from publisher.web.views.ontology import view_ontology
from publisher.web.views.origins import find_origin
from publisher.web.views.places import view_country
from publisher.web.views.profile import view_profile
from publisher.web.views.thing import view_thing

blueprint = Blueprint("resources", __name__)

_GRAPH_FORMATS = (HTML, *RDF_FORMATS)
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
    if chosen and reader.own.contains(f"{reader.base}id/{path}"):
        name, chosen = path, None
    return answer_document(_describe(get_iri(name), name), chosen)


@blueprint.get("/linkset/<path:path>")
def show_linkset(path: str) -> Response:
    """Answers with the typed links of the document about a thing."""
    return send_links(_describe(get_iri(path), path).list_links())


def _describe(iri: str, path: str) -> Document:
    reader = get_reader()

    def write(kind: Format) -> bytes:
        quads = reader.own.describe(iri)
        return write_document(reader, [*quads, *describe_document(reader, iri, quads)], kind)

    files: dict[Format, str] = {}
    if str(LC.LearningCity) in reader.types(iri):
        _, country, city = path.split("/")
        names = {f: city + f.suffix for f in RDF_FORMATS}
        files = {f: locate("dumps.send_city", country=country, name=n) for f, n in names.items()}
    return Document(
        iri,
        {f: url_for(".show_document", path=path + f.suffix) for f in DOCUMENT_FORMATS},
        lambda: _view_thing(reader, iri),
        write,
        files=files,
        linkset=url_for(".show_linkset", path=path),
    )


@blueprint.get("/ontology", defaults={"suffix": ""})
@blueprint.get(f"/ontology<any({DOCUMENT_SUFFIXES}):suffix>")
def show_ontology(suffix: str) -> Response:
    """Answers with the ontology, or its documentation."""
    reader = get_reader()
    graph = f"{reader.base}graph/ontology"
    document = Document(
        ONTOLOGY_IRI,
        {f: url_for(".show_ontology", suffix=f.suffix) for f in DOCUMENT_FORMATS},
        lambda: ("ontology.html", view_ontology(reader)),
        lambda kind: write_document(reader, reader.store.quads(graph), kind),
    )
    return answer_document(document, split_suffix(suffix, DOCUMENT_FORMATS)[1])


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
    name, chosen = split_suffix(path, _GRAPH_FORMATS)
    reader = get_reader()
    iri = f"{reader.base}graph/{name}"
    if iri not in reader.store.graphs():
        raise UnknownResource(f"There is no named graph <{iri}>.")
    document = Document(
        iri,
        {f: url_for(".show_graph", path=name + f.suffix) for f in _GRAPH_FORMATS},
        lambda: ("graph.html", view_graph(reader, iri, _count_subjects(reader.store.quads(iri)))),
        lambda kind: write_document(reader, reader.store.quads(iri), kind),
        origins=find_origin(reader, iri),
    )
    return answer_document(document, chosen)


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
    if _NOT_IN_IRI.search(path) or not reader.own.contains(iri):
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


def _view_thing(reader: Reader, iri: str) -> tuple[str, object]:
    types = reader.types(iri)
    for name, (template, view) in _PAGES.items():
        if name in types:
            return template, view(reader, iri)
    return "thing.html", view_thing(reader, iri)


def _count_subjects(quads: Iterable[ox.Quad]) -> dict[str, int]:
    """Returns how many triples there are about each thing."""
    return Counter(quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))
