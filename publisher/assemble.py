"""What goes into a release: which graphs, of which date, under which version. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import pyoxigraph as ox
from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef

from publisher.errors import InvalidData, SourceError
from publisher.profile import PageSource
from publisher.quads import to_node
from publisher.vocabulary import LC, PREFIXES


def merge_graphs(parts: Iterable[Mapping[URIRef, Graph]]) -> dict[URIRef, Graph]:
    """Returns the union of the parts of each named graph; the parts stay as they are."""
    merged: dict[URIRef, Graph] = {}
    for part in parts:
        for name, graph in part.items():
            target = merged.setdefault(name, Graph())
            for triple in graph:
                target.add(triple)
    return merged


def refuse_shared_triples(lines: str) -> None:
    """Checks that no triple stands in two graphs.

    Args:
        lines: of N-Quads, each once and in a named graph.

    Raises:
        InvalidData: one does, with the names of both.
    """
    listed = lines.split("\n")[:-1]
    if len({line[: line.rindex(" <")] for line in listed}) == len(listed):
        return
    seen: dict[str, str] = {}
    for line in listed:
        triple, _, graph = line.removesuffix(" .").rpartition(" ")
        other = seen.setdefault(triple, graph)
        if other != graph:
            raise InvalidData(
                f"the triple {triple} stands in two graphs",
                where=f"{other[1:-1]} and {graph[1:-1]}",
                remedy="state it in one of them only",
            )


def find_date(
    sources: Iterable[PageSource], ontology: Graph, recorded: Iterable[str] = ()
) -> dt.date:
    """Returns the date of the newest page, or of the ontology where no page has one; no
    earlier than any date that the site has recorded of its own publishing.

    Args:
        recorded: dates of former releases and withdrawals, as ISO text.

    Raises:
        SourceError: neither page nor ontology states a date.
    """
    dates = [date for s in sources for date in (s.issued, s.modified) if date is not None]
    if not dates:
        stated = (value for _, _, value in ontology.triples((None, DCTERMS.modified, None)))
        dates = [
            value.value
            for value in stated
            if isinstance(value, Literal) and isinstance(value.value, dt.date)
        ]
    if not dates:
        raise SourceError(
            "nothing says how new the data is",
            where="ontology",
            remedy="give the ontology a dct:modified date",
        )
    return max([*dates, *map(dt.date.fromisoformat, recorded)])


def mint_version(date: str, canonical_hash: str) -> str:
    """Returns the version: the date and the beginning of the dataset's canonical hash."""
    return f"{date}-{canonical_hash[:8]}"


def find_namespaces(quads: Iterable[ox.Quad]) -> list[str]:
    """Returns the namespaces of the prefix table whose terms the quads use, sorted."""
    used = {quad.predicate.value for quad in quads}
    return sorted(n for n in PREFIXES.values() if any(iri.startswith(n) for iri in used))


def describe_used_concepts(further: Graph, quads: Iterable[ox.Quad]) -> Graph:
    """Returns type, scheme and preferred labels of those concepts of a further lexicon
    that the quads refer to, so that what they state can be read without it."""
    topic = str(LC.topic)
    used = {to_node(quad.object) for quad in quads if quad.predicate.value == topic}
    described = Graph()
    for concept in used:
        for predicate in (RDF.type, SKOS.inScheme, SKOS.prefLabel):
            for triple in further.triples((concept, predicate, None)):
                described.add(triple)
    return described


def concept_types(concepts: Graph) -> Graph:
    """Returns the types and schemes of all concepts: what other graphs refer to."""
    types = Graph()
    for predicate in (RDF.type, SKOS.inScheme):
        for triple in concepts.triples((None, predicate, None)):
            types.add(triple)
    return types
