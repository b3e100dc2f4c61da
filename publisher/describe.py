"""A release's description of itself, as a graph: DCAT, VoID and PROV. Pure.

https://www.w3.org/TR/vocab-dcat-3/, https://www.w3.org/TR/void/,
https://www.w3.org/TR/prov-o/. Its files: `publisher.distributions`.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
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

from publisher.distributions import add, describe_canonical, describe_distributions, english
from publisher.formats import NQUADS
from publisher.iris import Iris
from publisher.manifest import FormerRelease, Manifest
from publisher.quads import RDF_TYPE
from publisher.vocabulary import LC, SCHEMA

# New in DCAT 3, which rdflib does not list yet.
_DCAT_VERSION = Iri(f"{DCAT}version")
_HAS_VERSION = Iri(f"{DCAT}hasVersion")
_HAS_CURRENT_VERSION = Iri(f"{DCAT}hasCurrentVersion")
_IS_VERSION_OF = Iri(f"{DCAT}isVersionOf")
_PREVIOUS_VERSION = Iri(f"{DCAT}previousVersion")
# https://w3id.org/ldes/specification, for those who look for the feed in the catalogue.
_EVENT_STREAM = Iri("https://w3id.org/ldes#EventStream")
_VIEW = Iri("https://w3id.org/tree#view")
_VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")

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
    describe_distributions(graph, manifest, dataset)
    _describe_versions(graph, manifest, iris, dataset)
    _describe_origin(graph, manifest, dataset, pages)
    for namespace in namespaces:
        graph.add((dataset, VOID.vocabulary, Iri(namespace)))
    return graph


def _part(dataset: Iri, name: str) -> Iri:
    return Iri(f"{dataset}/{name}")


def _catalog(iris: Iris) -> Iri:
    return iris.thing("catalog")


def _describe_catalog(graph: Graph, manifest: Manifest, iris: Iris, dataset: Iri) -> None:
    settings = manifest.settings
    catalog = _catalog(iris)
    service = Iri(f"{iris.base}id/sparql-service")
    endpoint = Iri(f"{iris.base}sparql")
    add(
        graph,
        catalog,
        (RDF.type, DCAT.Catalog),
        (RDFS.label, english(settings.title)),
        (DCTERMS.title, english(settings.title)),
        (DCTERMS.description, english(settings.description)),
        (DCTERMS.license, Iri(settings.license)),
        (FOAF.homepage, Iri(iris.base)),
        (DCAT.dataset, dataset),
        (DCAT.service, service),
    )
    add(
        graph,
        service,
        (RDF.type, DCAT.DataService),
        (RDFS.label, english("SPARQL endpoint")),
        (DCTERMS.title, english("SPARQL endpoint")),
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
        add(
            graph,
            agent,
            (RDF.type, FOAF.Agent),
            (RDFS.label, english(settings.publisher)),
            (FOAF.name, Literal(settings.publisher)),
        )
        for thing in published:
            graph.add((thing, DCTERMS.publisher, agent))
    if settings.contact:
        contact = Iri(f"{iris.base}id/contact")
        by_mail = settings.contact.startswith("mailto:")
        add(
            graph,
            contact,
            (RDF.type, _VCARD.Kind),
            (RDFS.label, english("Where to report errors")),
            (_VCARD.fn, Literal(settings.publisher or settings.title)),
            (_VCARD.hasEmail if by_mail else _VCARD.hasURL, Iri(settings.contact)),
        )
        for thing in published:
            graph.add((thing, DCAT.contactPoint, contact))


def _describe_dataset(graph: Graph, manifest: Manifest, iris: Iris, dataset: Iri) -> None:
    settings = manifest.settings
    add(
        graph,
        dataset,
        (RDF.type, DCAT.Dataset),
        (RDF.type, VOID.Dataset),
        (RDFS.label, english(f"{settings.title}, release {manifest.version}")),
        (DCTERMS.title, english(settings.title)),
        (DCTERMS.description, english(settings.description)),
        (DCTERMS.license, Iri(settings.license)),
        (DCTERMS.identifier, Literal(manifest.version)),
        (DCTERMS.issued, Literal(manifest.date, datatype=XSD.date)),
        (_DCAT_VERSION, Literal(manifest.version)),
        (DCAT.landingPage, Iri(f"{iris.base}release/{manifest.version}/")),
        (VOID.uriSpace, Literal(f"{iris.base}id/")),
        (VOID.triples, Literal(manifest.triples)),
    )


def _describe_versions(graph: Graph, manifest: Manifest, iris: Iris, dataset: Iri) -> None:
    """The chain of releases (https://www.w3.org/TR/vocab-dcat-3/#version-chain). Of the
    former ones it says only what the site has recorded; their own catalogues say the rest."""
    title = manifest.settings.title
    abstract = iris.thing("dataset")
    add(
        graph,
        abstract,
        (RDF.type, DCAT.Resource),
        (RDFS.label, english(f"{title}, in all its releases")),
        (DCTERMS.title, english(title)),
        (_HAS_CURRENT_VERSION, dataset),
    )
    stream = iris.event_stream()
    add(
        graph,
        stream,
        (RDF.type, _EVENT_STREAM),
        (RDFS.label, english(f"{title}: changes")),
        (DCTERMS.title, english(f"{title}: changes")),
        (DCTERMS.license, Iri(manifest.settings.license)),
        (_VIEW, iris.feed()),
    )
    graph.add((_catalog(iris), DCAT.dataset, stream))
    chain = [*((iris.release(r.version), r) for r in manifest.former), (dataset, None)]
    previous = None
    for release, former in chain:
        add(graph, abstract, (_HAS_VERSION, release))
        add(graph, release, (_IS_VERSION_OF, abstract))
        if previous:
            add(graph, release, (_PREVIOUS_VERSION, previous))
        if former:
            _describe_former(graph, former, title, iris)
        previous = release


def _describe_former(graph: Graph, former: FormerRelease, title: str, iris: Iris) -> None:
    release = iris.release(former.version)
    add(
        graph,
        release,
        (RDF.type, DCAT.Resource),
        (RDFS.label, english(f"{title}, release {former.version}")),
        (DCTERMS.title, english(title)),
        (DCTERMS.issued, Literal(former.date, datatype=XSD.date)),
        (_DCAT_VERSION, Literal(former.version)),
        (DCAT.landingPage, Iri(f"{iris.base}release/{former.version}/")),
    )
    describe_canonical(graph, release, NQUADS, "dataset", former.sha256)


def _describe_origin(graph: Graph, manifest: Manifest, dataset: Iri, pages: Iterable[str]) -> None:
    activity = _part(dataset, "activity")
    software = _part(dataset, "software")
    add(
        graph,
        activity,
        (RDF.type, PROV.Activity),
        (RDFS.label, english("Conversion of the profile pages")),
        (PROV.wasAssociatedWith, software),
    )
    add(
        graph,
        software,
        (RDF.type, PROV.SoftwareAgent),
        (RDFS.label, english(f"Learning cities publisher {manifest.publisher}")),
        (OWL.versionInfo, Literal(manifest.publisher)),
    )
    # A release has no clock but its newest input: the same inputs give the same bytes.
    time = Literal(f"{manifest.date}T00:00:00Z", datatype=XSD.dateTime)
    add(
        graph,
        dataset,
        (RDF.type, PROV.Entity),
        (PROV.wasGeneratedBy, activity),
        (PROV.generatedAtTime, time),
    )
    for page in pages:
        graph.add((dataset, PROV.wasDerivedFrom, Iri(page)))
        graph.add((activity, PROV.used, Iri(page)))


def count_things(quads: Iterable[ox.Quad]) -> dict[str, int]:
    """Returns how many things of each counted class the quads describe, by plural name."""
    found: dict[str, set[object]] = {name: set() for name in _COUNTED.values()}
    counted = {ox.NamedNode(class_): name for class_, name in _COUNTED.items()}
    for subject, predicate, value, _ in quads:
        if predicate == RDF_TYPE and isinstance(value, ox.NamedNode) and value in counted:
            found[counted[value]].add(subject)
    return {name: len(things) for name, things in found.items()}
