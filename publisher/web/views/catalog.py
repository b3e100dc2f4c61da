"""The page of the catalogue: what the release says of itself, for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import DCAT, DCTERMS, PROV, RDF, VOID, Graph, Literal
from rdflib import URIRef as Iri
from rdflib.term import Node

from publisher.quads import to_graph
from publisher.web.reader import Reader, shorten
from publisher.web.views.common import Link, make_link

_SPDX = "http://spdx.org/rdf/terms#"


@dataclass(frozen=True, slots=True)
class File:
    """A distribution: a file to download."""

    title: str
    address: str
    media_type: str
    bytes: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service that answers from the dataset."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """A class or a property, or a named graph, with how much there is of it."""

    name: str
    iri: str
    count: int


@dataclass(frozen=True, slots=True)
class CatalogView:
    """The release, its files, services and parts; `period` is empty where no year is stated."""

    iri: str
    title: str
    description: str
    version: str
    issued: str
    license: str
    triples: int
    entities: int
    period: str
    countries: tuple[Link, ...]
    sources: tuple[str, ...]
    files: tuple[File, ...]
    services: tuple[Service, ...]
    graphs: tuple[Part, ...]
    classes: tuple[Part, ...]
    properties: tuple[Part, ...]


def view_catalog(reader: Reader) -> CatalogView:
    """Returns what the page of the catalogue shows."""
    graph = to_graph(reader.store.quads(f"{reader.base}graph/catalog"))
    dataset = Iri(f"{reader.base}id/release/{reader.release.manifest.version}")
    period = graph.value(dataset, DCTERMS.temporal)
    years = [_text(graph, period, DCAT[name]) for name in ("startDate", "endDate")]
    return CatalogView(
        iri=str(dataset),
        title=_text(graph, dataset, DCTERMS.title),
        description=_text(graph, dataset, DCTERMS.description),
        version=_text(graph, dataset, DCTERMS.identifier),
        issued=_text(graph, dataset, DCTERMS.issued),
        license=_text(graph, dataset, DCTERMS.license),
        triples=_number(graph, dataset, VOID.triples),
        entities=_number(graph, dataset, VOID.entities),
        period="–".join(filter(None, years)),
        countries=tuple(
            sorted(
                (make_link(reader, str(c)) for c in graph.objects(dataset, DCTERMS.spatial)),
                key=lambda link: str(link.label),
            )
        ),
        sources=tuple(sorted(str(s) for s in graph.objects(dataset, PROV.wasDerivedFrom))),
        files=_find_files(graph, dataset),
        services=tuple(
            Service(_text(graph, s, DCTERMS.title), _text(graph, s, DCAT.endpointURL))
            for s in sorted(graph.subjects(RDF.type, DCAT.DataService), key=str)
        ),
        graphs=_find_parts(graph, graph.objects(dataset, VOID.subset), None, VOID.triples),
        classes=_find_parts(
            graph, graph.objects(dataset, VOID.classPartition), VOID["class"], VOID.entities
        ),
        properties=_find_parts(
            graph, graph.objects(dataset, VOID.propertyPartition), VOID.property, VOID.triples
        ),
    )


def _find_files(graph: Graph, dataset: Iri) -> tuple[File, ...]:
    files = [
        File(
            title=_text(graph, found, DCTERMS.title),
            address=_text(graph, found, DCAT.downloadURL),
            media_type=_text(graph, found, DCAT.mediaType).partition("/media-types/")[2],
            bytes=_number(graph, found, DCAT.byteSize),
            checksum=_text(
                graph, graph.value(found, Iri(f"{_SPDX}checksum")), Iri(f"{_SPDX}checksumValue")
            ),
        )
        for found in graph.objects(dataset, DCAT.distribution)
    ]
    return tuple(sorted(files, key=lambda file: file.address))


def _find_parts(
    graph: Graph, parts: Iterable[Node], kind: Iri | None, measure: Iri
) -> tuple[Part, ...]:
    """Returns the parts of a dataset, the largest first; `kind` says of which term they are."""
    found = []
    for part in parts:
        iri = str(part) if kind is None else _text(graph, part, kind)
        found.append(Part(shorten(iri), iri, _number(graph, part, measure)))
    return tuple(sorted(found, key=lambda part: (-part.count, part.name)))


def _text(graph: Graph, subject: Node | None, predicate: Iri) -> str:
    value = None if subject is None else graph.value(subject, predicate)
    return "" if value is None else str(value)


def _number(graph: Graph, subject: Node, predicate: Iri) -> int:
    value = graph.value(subject, predicate)
    return int(value) if isinstance(value, Literal) else 0
