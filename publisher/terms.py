"""What conversion to RDF shares: the terms of a site, and a writer of triples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.term import Node

from publisher.iris import Iris


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit an indicator is counted in: a word, and a UN/CEFACT code where there is one."""

    text: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What conversion needs to know of the site: labels of concepts by IRI, units of
    indicators by slug, the network's slug and the licence of texts in own words."""

    iris: Iris
    labels: Mapping[str, str]
    units: Mapping[str, Unit]
    network: str
    license: str


@lru_cache(maxsize=4096)
def make_reference(iri: str) -> URIRef:
    """Returns the IRI as a term; concepts are referred to again and again."""
    return URIRef(iri)


@lru_cache(maxsize=16384)
def make_integer(number: int) -> Literal:
    """Returns an xsd:integer; offsets and orders of pages are much the same numbers."""
    return Literal(number)


# rdflib makes a term of its own namespaces anew each time it is asked for.
_TYPE, _LABEL = RDF.type, RDFS.label


class Writer:
    """Adds triples about one subject at a time."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        # Graph.add asks of every term whether it is one: a third of adding a triple.
        self._store = graph.store

    def add(self, subject: Node, predicate: URIRef, *objects: Node | None) -> None:
        for object_ in objects:
            if object_ is not None:
                self._store.add((subject, predicate, object_), self.graph)

    def describe(self, subject: URIRef, type_: URIRef, label: str, language: str = "en") -> None:
        self.add(subject, _TYPE, type_)
        self.add(subject, _LABEL, Literal(label, lang=language))
