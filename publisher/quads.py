"""The one crossing between rdflib, which builds, and pyoxigraph, which writes and serves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.plugins.stores.memory import SimpleMemory
from rdflib.term import Node

from publisher.errors import InvalidData

XSD_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")
_Triple = tuple[Node, Node, Node]
_Pattern = tuple[Node | None, Node | None, Node | None]
_ALL: _Pattern = (None, None, None)
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


class _LateMemory(SimpleMemory):
    """rdflib's store without contexts, which indexes triples when they are first looked
    for: most graphs are only filled and written out, and indexing is what takes time."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[_Triple, Graph] = {}
        self._indexed = False

    def add(self, triple: _Triple, context: Graph, quoted: bool = False) -> None:
        if self._indexed:
            super().add(triple, context, quoted)
        else:
            self._waiting[triple] = context

    def triples(
        self, triple_pattern: _Pattern, context: Graph | None = None
    ) -> Iterator[tuple[_Triple, Iterator[Graph | None]]]:
        if not self._indexed and triple_pattern == _ALL:
            return ((triple, iter((context,))) for triple in list(self._waiting))
        self._index()
        return super().triples(triple_pattern, context)

    def remove(self, triple_pattern: _Pattern, context: Graph | None = None) -> None:
        self._index()
        super().remove(triple_pattern, context)

    def __len__(self, context: Graph | None = None) -> int:
        return super().__len__(context) if self._indexed else len(self._waiting)

    def _index(self) -> None:
        if not self._indexed:
            self._indexed = True
            for triple, context in self._waiting.items():
                super().add(triple, context)
            self._waiting.clear()


def new_graph() -> Graph:
    """Returns an empty graph that keeps no contexts: filling it takes a fourth of the
    time of rdflib's default store."""
    return Graph(store=_LateMemory())


def to_quads(graphs: Mapping[URIRef, Graph]) -> list[ox.Quad]:
    """Returns the triples of named graphs as quads, unsorted.

    Raises:
        InvalidData: a term that cannot be published: a relative or broken IRI,
            a blank node.
    """
    quads = []
    for name, graph in graphs.items():
        graph_name = ox.NamedNode(name)
        for triple in graph:
            try:
                subject, predicate, value = (to_term(term) for term in triple)
            except ValueError as error:
                raise InvalidData(
                    f"cannot publish {' '.join(map(str, triple))}: {error}",
                    where=str(name),
                    remedy="give every thing an absolute IRI",
                ) from error
            if isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode):
                quads.append(ox.Quad(subject, predicate, value, graph_name))
    return quads


def to_term(node: Node) -> ox.NamedNode | ox.Literal:
    """Returns the pyoxigraph term of a node.

    Raises:
        ValueError: a blank node, or no absolute IRI.
    """
    if isinstance(node, URIRef):
        return ox.NamedNode(node)
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        datatype = ox.NamedNode(node.datatype) if node.datatype else None
        return ox.Literal(str(node), datatype=datatype)
    kind = "a blank node" if isinstance(node, BNode) else f"a {type(node).__name__}"
    raise ValueError(f"{kind} has no lasting address")


def to_graph(quads: Iterable[ox.Quad]) -> Graph:
    """Returns the triples of all quads as one rdflib graph; graph names are dropped."""
    graph = new_graph()
    for quad in quads:
        graph.add((to_node(quad.subject), to_node(quad.predicate), to_node(quad.object)))
    return graph


def to_node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        # In RDF 1.1 a plain literal is an xsd:string; rdflib keeps the two apart.
        datatype = None if term.datatype == XSD_STRING else URIRef(term.datatype.value)
        return Literal(term.value, datatype=datatype, normalize=False)
    raise ValueError("a triple inside a triple has no place in RDF 1.1")


def to_results(triples: Iterable[ox.Quad]) -> ox.QueryTriples:
    """Returns triples as a query gives them, once each; graph names are dropped."""
    store = ox.Store()
    store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in triples)
    results = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(results, ox.QueryTriples)  # noqa: S101 - what CONSTRUCT gives
    return results


def sort_quads(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Returns the quads once each, by graph, subject and predicate, types first."""
    return sorted(set(quads), key=_key)


def _key(quad: ox.Quad) -> tuple[str, str, str, str]:
    predicate = "" if quad.predicate == RDF_TYPE else str(quad.predicate)
    return (str(quad.graph_name), str(quad.subject), predicate, str(quad.object))
