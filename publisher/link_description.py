"""What a release says of its links: VoID linksets, and the link files they come from. Pure.

https://www.w3.org/TR/void/#linkset, https://mapping-commons.github.io/sssom/MappingSet/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import pyoxigraph as ox
from rdflib import DCTERMS, OWL, PROV, RDF, VOID, XSD, Graph, Literal, Namespace, URIRef

from publisher.iris import Iris, mint_slug
from publisher.linksets import GEONAMES, GEONAMES_LICENSE, TARGETS, Target
from publisher.quads import new_graph
from publisher.sssom import PREDICATES, SSSOM_IRI, MappingSet
from publisher.terms import Writer

SSSOM = Namespace(SSSOM_IRI)
# What a link file says of itself that is said here by SSSOM's own words.
_TOLD = ("mapping_tool", "mapping_tool_version", "object_source_version")
_VERSION = "object_source_version"
_DATE = "publication_date"


def describe_links(
    quads: Iterable[ox.Quad],
    files: Mapping[str, MappingSet],
    iris: Iris,
    dataset: URIRef,
    license_: str,
) -> Graph:
    """Returns VoID's description of the links in a dataset, one linkset for each kind of
    thing, target and property's name; that of the GeoNames graph; and the link files.

    Args:
        files: the link files by file name.
    """
    graph = new_graph()
    writer = Writer(graph)
    listed = list(quads)
    _describe_linksets(listed, files, iris, dataset, writer)
    for linkset in list(graph.subjects(RDF.type, VOID.Linkset)):
        writer.add(linkset, DCTERMS.license, URIRef(license_))
        writer.add(dataset, VOID.subset, linkset)
    _describe_places(listed, files, iris, dataset, writer)
    for name, file in files.items():
        _describe_file(name, file, iris, writer)
    return graph


def _describe_linksets(
    quads: Iterable[ox.Quad],
    files: Mapping[str, MappingSet],
    iris: Iris,
    dataset: URIRef,
    writer: Writer,
) -> None:
    totals: Counter[URIRef] = Counter()
    counted = _count(quads, iris, _list_targets(files))
    for (kind, target, predicate), count in sorted(counted.items(), key=str):
        verb = predicate.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        iri, home = iris.linkset(f"{kind}-{target.slug}-{verb.lower()}"), URIRef(target.home)
        totals[iri] += count
        writer.describe(iri, VOID.Linkset, f"{verb} from {kind} to {target.name}")
        writer.add(iri, VOID.subjectsTarget, dataset)
        writer.add(iri, VOID.objectsTarget, home)
        writer.add(iri, VOID.linkPredicate, predicate)
        writer.describe(home, VOID.Dataset, target.name)
        writer.add(home, VOID.uriSpace, Literal(target.space))
    for iri, total in totals.items():
        writer.add(iri, VOID.triples, Literal(total))


def _list_targets(files: Mapping[str, MappingSet]) -> tuple[Target, ...]:
    """The datasets that are known, and those that link files have a prefix for, the most
    particular first."""
    targets = {target.slug: target for target in TARGETS}
    for file in files.values():
        for prefix, space in file.spaces.items():
            slug = mint_slug(prefix)
            targets.setdefault(slug, Target(slug, prefix, space, space))
    return tuple(sorted(targets.values(), key=lambda target: -len(target.space)))


def _find_target(iri: str, targets: Iterable[Target]) -> Target:
    """The dataset that an IRI is of; that of its origin where none is known."""
    if found := next((t for t in targets if iri.startswith(t.space)), None):
        return found
    parts = urlsplit(iri)
    origin = f"{parts.scheme}://{parts.netloc}/" if parts.netloc else f"{parts.scheme}:"
    name = parts.netloc or parts.scheme
    return Target(mint_slug(name), name, origin, origin)


def _count(
    quads: Iterable[ox.Quad], iris: Iris, targets: Iterable[Target]
) -> Counter[tuple[str, Target, URIRef]]:
    counted: Counter[tuple[str, Target, URIRef]] = Counter()
    things = f"{iris.base}id/"
    predicates = {ox.NamedNode(str(predicate)): predicate for predicate in PREDICATES.values()}
    for subject, predicate, value, _ in quads:
        if predicate not in predicates or not isinstance(value, ox.NamedNode):
            continue
        if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(things):
            continue
        if not value.value.startswith(iris.base):
            kind = subject.value.removeprefix(things).partition("/")[0]
            target = _find_target(value.value, targets)
            counted[kind, target, predicates[predicate]] += 1
    return counted


def _describe_places(
    quads: Iterable[ox.Quad],
    files: Mapping[str, MappingSet],
    iris: Iris,
    dataset: URIRef,
    writer: Writer,
) -> None:
    """The graph with what GeoNames says, which was taken from the packages that the links
    were found in."""
    iri = iris.graph("geonames")
    name = ox.NamedNode(iri)
    places = sum(quad.graph_name == name for quad in quads)
    if not places:
        return
    writer.describe(iri, VOID.Dataset, "Names, positions and populations of GeoNames")
    writer.add(iri, VOID.triples, Literal(places))
    writer.add(iri, DCTERMS.license, URIRef(GEONAMES_LICENSE))
    writer.add(iri, DCTERMS.source, URIRef("https://www.geonames.org/"))
    writer.add(dataset, VOID.subset, iri)
    found = {n: f for n, f in files.items() if GEONAMES in f.spaces.values()}
    for file_name, file in found.items():
        if version := file.metadata.get(_VERSION):
            writer.add(iri, OWL.versionInfo, Literal(version))
            writer.add(iri, PROV.wasDerivedFrom, iris.mapping_set(file_name))
    if dated := max((f.metadata.get(_DATE, "") for f in found.values()), default=""):
        writer.add(iri, DCTERMS.issued, Literal(dated, datatype=XSD.date))


def _describe_file(name: str, file: MappingSet, iris: Iris, writer: Writer) -> None:
    iri = iris.mapping_set(name)
    writer.describe(iri, SSSOM.MappingSet, f"Links of the file {name}")
    writer.add(iri, RDF.type, PROV.Entity)
    for slot in _TOLD:
        if value := file.metadata.get(slot):
            writer.add(iri, SSSOM[slot], Literal(value))
    if dated := file.metadata.get(_DATE):
        writer.add(iri, DCTERMS.issued, Literal(dated, datatype=XSD.date))
    license_ = file.metadata.get("license", "")
    if license_.startswith("http"):
        writer.add(iri, DCTERMS.license, URIRef(license_))
    writer.add(iris.graph("links"), PROV.wasDerivedFrom, iri)
