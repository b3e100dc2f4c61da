"""What a release holds, counted and described: VoID's statistics, DCAT's coverage. Pure.

https://www.w3.org/TR/void/#statistics, https://www.w3.org/TR/void/#class-property-partitions,
https://www.w3.org/TR/vocab-dcat-3/#Property:dataset_temporal. Every number can be asked
again with a COUNT over the graphs that the dataset names as its subsets.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, VOID, XSD, Graph, Literal
from rdflib import URIRef as Iri

from publisher.harvested import is_harvested
from publisher.iris import Iris
from publisher.quads import RDF_TYPE
from publisher.vocabulary import PREFIXES, SCHEMA

_SD = "http://www.w3.org/ns/sparql-service-description#"
_GYEAR = ox.NamedNode(str(XSD.gYear))
_COUNTRY = ox.NamedNode(str(SCHEMA.Country))
# XML Schema 1.1 part 2, section 3.3.11: with a time zone, which tells nothing of the order.
_YEAR = re.compile(r"(-?[0-9]{4,9})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_NOT_SLUG = re.compile(r"[^A-Za-z0-9]+")


@dataclass(slots=True)
class _Property:
    """The subjects and objects of one property, each as often as it is stated: a triple stands
    in one graph only."""

    subjects: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)


def describe_statistics(dataset: Iri, base: str, lines: str) -> Graph:
    """Returns how much a dataset holds: as a whole, by graph, by class and by property.

    Args:
        dataset: its IRI; partitions have IRIs behind it.
        base: the IRI that all IRIs of the site begin with.
        lines: of canonical N-Quads, all in named graphs, no triple in two of them. Terms are
            only compared here, so they need not be parsed.
    """
    graph = Graph()
    graphs: dict[str, int] = defaultdict(int)
    properties: dict[str, _Property] = defaultdict(_Property)
    for line in lines.split("\n")[:-1]:
        subject, predicate, rest = line.split(" ", 2)
        value, _, name = rest.rpartition(" <")
        graphs[name] += 1
        found = properties[predicate]
        found.subjects.append(subject)
        found.objects.append(value)
    types = properties.get(f"<{RDF.type}>", _Property())
    classes: dict[str, set[str]] = defaultdict(set)
    for thing, class_ in zip(types.subjects, types.objects, strict=True):
        if class_.startswith("<"):  # a text is none, whoever says so
            classes[class_].add(thing)
    subjects = set().union(*(p.subjects for p in properties.values()))
    whole = {
        VOID.classes: len(classes),
        VOID.properties: len(properties),
        VOID.distinctSubjects: len(subjects),
        VOID.distinctObjects: len(set().union(*(p.objects for p in properties.values()))),
        # An entity has an IRI in the dataset's void:uriSpace.
        VOID.entities: sum(s.startswith(f"<{base}id/") for s in subjects),
    }
    _count(graph, dataset, whole)
    for name, triples in graphs.items():
        _describe_graph(graph, dataset, name.removesuffix("> ."), triples)
    for class_, things in classes.items():
        part = _describe_part(graph, dataset, "class", class_[1:-1])
        _count(graph, part, {VOID.entities: len(things)})
    for predicate, counted in properties.items():
        part = _describe_part(graph, dataset, "property", predicate[1:-1])
        numbers = {
            VOID.triples: len(counted.subjects),
            VOID.distinctSubjects: len(set(counted.subjects)),
            VOID.distinctObjects: len(set(counted.objects)),
        }
        _count(graph, part, numbers)
    return graph


def describe_coverage(dataset: Iri, base: str, quads: Iterable[ox.Quad]) -> Graph:
    """Returns what a dataset is about: its countries, and the years that it speaks of. What
    other publishers say, harvested, tells nothing of that.

    The catalogue is named here, too, as the document that describes the dataset
    (https://www.w3.org/TR/void/#void-file).
    """
    graph = Graph()
    iris = Iris(base)
    years: dict[int, str] = {}
    for quad in quads:
        if quad.predicate == RDF_TYPE and quad.object == _COUNTRY:
            if not is_harvested(quad, iris):
                country = Iri(_name(quad.subject))
                graph.add((dataset, DCTERMS.spatial, country))
                graph.add((country, RDF.type, DCTERMS.Location))
        elif isinstance(quad.object, ox.Literal) and quad.object.datatype == _GYEAR:
            year = _YEAR.fullmatch(quad.object.value)
            if year and not is_harvested(quad, iris):
                years[int(year[1])] = year[1]
    if years:
        period = Iri(f"{dataset}/period")
        first, last = years[min(years)], years[max(years)]
        graph.add((dataset, DCTERMS.temporal, period))
        graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
        graph.add((period, RDFS.label, Literal(f"{first} to {last}", lang="en")))
        graph.add((period, DCAT.startDate, Literal(first, datatype=XSD.gYear)))
        graph.add((period, DCAT.endDate, Literal(last, datatype=XSD.gYear)))
    document = Iri(f"{base}catalog")
    graph.add((document, RDF.type, VOID.DatasetDescription))
    graph.add((document, RDFS.label, Literal("The description of this dataset", lang="en")))
    graph.add((document, FOAF.primaryTopic, dataset))
    return graph


def _name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph) -> str:
    """Returns the IRI of a term; published data has no blank nodes."""
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _count(graph: Graph, thing: Iri, numbers: dict[Iri, int]) -> None:
    for predicate, number in numbers.items():
        graph.add((thing, predicate, Literal(number)))


def _describe_graph(graph: Graph, dataset: Iri, name: str, triples: int) -> None:
    part = Iri(name)
    graph.add((dataset, VOID.subset, part))
    graph.add((part, RDF.type, VOID.Dataset))
    graph.add((part, RDF.type, Iri(f"{_SD}NamedGraph")))
    graph.add((part, Iri(f"{_SD}name"), part))
    graph.add((part, RDFS.label, Literal(f"The named graph {name}", lang="en")))
    _count(graph, part, {VOID.triples: triples})


def _describe_part(graph: Graph, dataset: Iri, kind: str, name: str) -> Iri:
    """Adds the part of a dataset that a class or a property makes; returns its IRI."""
    short, slug = _shorten(name)
    part = Iri(f"{dataset}/{kind}/{slug}")
    label = f"What is of class {short}" if kind == "class" else f"What is said with {short}"
    graph.add((dataset, VOID[f"{kind}Partition"], part))
    graph.add((part, RDF.type, VOID.Dataset))
    graph.add((part, RDFS.label, Literal(label, lang="en")))
    graph.add((part, VOID[kind], Iri(name)))
    return part


def _shorten(iri: str) -> tuple[str, str]:
    """Returns an IRI for people to read, and as a part of another one that no other IRI has."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and _LOCAL_NAME.fullmatch(local):
            return f"{prefix}:{local}", f"{prefix}-{local}"
    digest = hashlib.sha256(iri.encode()).hexdigest()[:8]
    return iri, f"{_NOT_SLUG.sub('-', iri.partition(':')[2]).strip('-')}-{digest}"
