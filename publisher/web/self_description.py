"""What a document about a thing says of itself: its topic, source, licence and date.

A document is not the thing that it is about (https://www.w3.org/TR/cooluris/, section 4),
so both are described in it.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from flask import g
from rdflib import DCTERMS, FOAF, RDF, XSD, URIRef

from publisher.iris import Iris
from publisher.web.reader import Reader


def describe_document(reader: Reader, iri: str, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Returns the description of the document about a thing.

    Args:
        iri: of the thing, below `id/`.
        quads: what the document holds; the graphs that speak of the thing are its sources.
    """
    thing, manifest = ox.NamedNode(iri), reader.release.manifest
    release = Iris(reader.base).release(manifest.version)
    sources = {quad.graph_name for quad in quads if thing in (quad.subject, quad.object)}
    values: list[tuple[URIRef, ox.NamedNode | ox.Literal]] = [
        (RDF.type, ox.NamedNode(str(FOAF.Document))),
        (FOAF.primaryTopic, thing),
        (DCTERMS.isPartOf, ox.NamedNode(str(release))),
        (DCTERMS.license, ox.NamedNode(reader.release.settings.license)),
        (DCTERMS.modified, ox.Literal(manifest.date, datatype=ox.NamedNode(str(XSD.date)))),
        *((DCTERMS.source, graph) for graph in sources if isinstance(graph, ox.NamedNode)),
    ]
    document = ox.NamedNode(_find_iri(reader, iri))
    return [ox.Quad(document, ox.NamedNode(str(name)), value) for name, value in values]


def _find_iri(reader: Reader, iri: str) -> str:
    """Returns the IRI of the document, without the suffix of a format."""
    version = f"release/{g.version}/" if "version" in g else ""
    return f"{reader.base}{version}doc/{iri.removeprefix(f'{reader.base}id/')}"
