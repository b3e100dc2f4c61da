"""A release's description of itself, as a graph: DCAT, VoID and PROV. Pure.

https://www.w3.org/TR/vocab-dcat-3/, https://www.w3.org/TR/void/,
https://www.w3.org/TR/prov-o/; checksums as in SPDX.
"""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import (
    DCAT,
    DCTERMS,
    FOAF,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SKOS,
    VOID,
    XSD,
    Graph,
    Literal,
    Namespace,
)
from rdflib import URIRef as Iri
from rdflib.term import Node

from publisher.formats import FORMATS
from publisher.iris import Iris
from publisher.manifest import Dump, Manifest
from publisher.vocabulary import LC, SCHEMA

# New in DCAT 3, which rdflib does not list yet.
_DCAT_VERSION = Iri(f"{DCAT}version")
_SPDX = Namespace("http://spdx.org/rdf/terms#")
_VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
_MEDIA_TYPES = Namespace("https://www.iana.org/assignments/media-types/")

_COUNTED: dict[Iri, str] = {
    LC.LearningCity: "cities",
    LC.CityProfile: "profiles",
    LC.Section: "sections",
    LC.Passage: "passages",
    LC.Initiative: "initiatives",
    ORG.Organization: "organizations",
    LC.GoodPractice: "practices",
    SCHEMA.Observation: "observations",
    ORG.Membership: "memberships",
    LC.AwardReceipt: "awards",
    SCHEMA.Country: "countries",
    SKOS.Concept: "concepts",
}


def describe_release(
    manifest: Manifest, iris: Iris, pages: Iterable[str], namespaces: Iterable[str]
) -> Graph:
    """Returns the catalog of a site with one release in it.

    Args:
        manifest: the facts of the release.
        iris: of the site.
        pages: addresses of the pages it was derived from.
        namespaces: of the vocabularies it uses.
    """
    graph = Graph()
    dataset = iris.release(manifest.version)
    _describe_catalog(graph, manifest, iris, dataset)
    _describe_dataset(graph, manifest, iris, dataset)
    for dump in manifest.dumps:
        _describe_dump(graph, manifest, dump, dataset)
    _describe_origin(graph, manifest, dataset, pages)
    for namespace in namespaces:
        graph.add((dataset, VOID.vocabulary, Iri(namespace)))
    return graph


def _add(graph: Graph, subject: Iri, *pairs: tuple[Node, Node]) -> None:
    for predicate, value in pairs:
        graph.add((subject, predicate, value))


def _english(text: str) -> Literal:
    return Literal(text, lang="en")


def _part(dataset: Iri, name: str) -> Iri:
    return Iri(f"{dataset}/{name}")


def _describe_catalog(graph: Graph, manifest: Manifest, iris: Iris, dataset: Iri) -> None:
    settings = manifest.settings
    catalog = Iri(f"{iris.base}id/catalog")
    service = Iri(f"{iris.base}id/sparql-service")
    endpoint = Iri(f"{iris.base}sparql")
    _add(
        graph,
        catalog,
        (RDF.type, DCAT.Catalog),
        (RDFS.label, _english(settings.title)),
        (DCTERMS.title, _english(settings.title)),
        (DCTERMS.description, _english(settings.description)),
        (DCTERMS.license, Iri(settings.license)),
        (FOAF.homepage, Iri(iris.base)),
        (DCAT.dataset, dataset),
        (DCAT.service, service),
    )
    _add(
        graph,
        service,
        (RDF.type, DCAT.DataService),
        (RDFS.label, _english("SPARQL endpoint")),
        (DCTERMS.title, _english("SPARQL endpoint")),
        (DCTERMS.conformsTo, Iri("http://www.w3.org/TR/sparql11-protocol/")),
        (DCAT.endpointURL, endpoint),
        (DCAT.servesDataset, dataset),
    )
    graph.add((dataset, VOID.sparqlEndpoint, endpoint))
    _describe_people(graph, manifest, iris, (catalog, dataset))


def _describe_people(
    graph: Graph, manifest: Manifest, iris: Iris, published: tuple[Iri, ...]
) -> None:
    settings = manifest.settings
    if settings.publisher:
        agent = Iri(settings.publisher_url or f"{iris.base}id/publisher")
        _add(
            graph,
            agent,
            (RDF.type, FOAF.Agent),
            (RDFS.label, _english(settings.publisher)),
            (FOAF.name, Literal(settings.publisher)),
        )
        for thing in published:
            graph.add((thing, DCTERMS.publisher, agent))
    if settings.contact:
        contact = Iri(f"{iris.base}id/contact")
        by_mail = settings.contact.startswith("mailto:")
        _add(
            graph,
            contact,
            (RDF.type, _VCARD.Kind),
            (RDFS.label, _english("Where to report errors")),
            (_VCARD.fn, Literal(settings.publisher or settings.title)),
            (_VCARD.hasEmail if by_mail else _VCARD.hasURL, Iri(settings.contact)),
        )
        for thing in published:
            graph.add((thing, DCAT.contactPoint, contact))


def _describe_dataset(graph: Graph, manifest: Manifest, iris: Iris, dataset: Iri) -> None:
    settings = manifest.settings
    _add(
        graph,
        dataset,
        (RDF.type, DCAT.Dataset),
        (RDF.type, VOID.Dataset),
        (RDFS.label, _english(f"{settings.title}, release {manifest.version}")),
        (DCTERMS.title, _english(settings.title)),
        (DCTERMS.description, _english(settings.description)),
        (DCTERMS.license, Iri(settings.license)),
        (DCTERMS.identifier, Literal(manifest.version)),
        (DCTERMS.issued, Literal(manifest.date, datatype=XSD.date)),
        (_DCAT_VERSION, Literal(manifest.version)),
        (DCAT.landingPage, Iri(iris.base)),
        (VOID.uriSpace, Literal(f"{iris.base}id/")),
        (VOID.triples, Literal(manifest.triples)),
        (VOID.entities, Literal(sum(manifest.counts.values()))),
    )


def _describe_dump(graph: Graph, manifest: Manifest, dump: Dump, dataset: Iri) -> None:
    distribution = _part(dataset, f"distribution/{dump.name}")
    checksum = _part(dataset, f"checksum/{dump.name}")
    download = Iri(f"{manifest.base_iri}dump/{dump.name}")
    kind = next(f for f in FORMATS if f.name == dump.format)
    _add(
        graph,
        distribution,
        (RDF.type, DCAT.Distribution),
        (RDFS.label, _english(f"The whole dataset in {kind.label}")),
        (DCTERMS.title, _english(f"The whole dataset in {kind.label}")),
        (DCTERMS.license, Iri(manifest.settings.license)),
        (DCAT.mediaType, _MEDIA_TYPES[kind.media_type]),
        (DCAT.byteSize, Literal(str(dump.bytes), datatype=XSD.nonNegativeInteger)),
        (DCAT.downloadURL, download),
        (DCAT.accessURL, download),
        (_SPDX.checksum, checksum),
    )
    _add(
        graph,
        checksum,
        (RDF.type, _SPDX.Checksum),
        (RDFS.label, _english(f"SHA-256 of {dump.name}")),
        (_SPDX.algorithm, _SPDX.checksumAlgorithm_sha256),
        (_SPDX.checksumValue, Literal(dump.sha256, datatype=XSD.hexBinary)),
    )
    _add(graph, dataset, (DCAT.distribution, distribution), (VOID.dataDump, download))


def _describe_origin(graph: Graph, manifest: Manifest, dataset: Iri, pages: Iterable[str]) -> None:
    activity = _part(dataset, "activity")
    software = _part(dataset, "software")
    _add(
        graph,
        activity,
        (RDF.type, PROV.Activity),
        (RDFS.label, _english("Conversion of the profile pages")),
        (PROV.wasAssociatedWith, software),
    )
    _add(
        graph,
        software,
        (RDF.type, PROV.SoftwareAgent),
        (RDFS.label, _english(f"Learning cities publisher {manifest.publisher}")),
        (OWL.versionInfo, Literal(manifest.publisher)),
    )
    _add(graph, dataset, (RDF.type, PROV.Entity), (PROV.wasGeneratedBy, activity))
    for page in pages:
        graph.add((dataset, PROV.wasDerivedFrom, Iri(page)))
        graph.add((activity, PROV.used, Iri(page)))


def count_things(graph: Iterable[tuple[Node, Node, Node]]) -> dict[str, int]:
    """Returns how many things of each counted class the triples describe, by plural name."""
    found: dict[str, set[Node]] = {name: set() for name in _COUNTED.values()}
    for subject, predicate, value in graph:
        if predicate == RDF.type and isinstance(value, Iri) and value in _COUNTED:
            found[_COUNTED[value]].add(subject)
    return {name: len(things) for name, things in found.items()}
