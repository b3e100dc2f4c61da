"""SPARQL-based constraints of shapes, run by the store's engine instead of rdflib's.

Two rules on the labels of all concepts take rdflib ten seconds and pyoxigraph a
tenth of one. https://www.w3.org/TR/shacl/#sparql-constraints
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import RDF, SH, Graph, Literal
from rdflib.term import Node

from publisher.quads import to_node

_VARIABLE = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True, slots=True)
class SparqlViolation:
    """One solution of a constraint's query: what SHACL makes a validation result."""

    focus_node: Node
    source_shape: Node
    value: Node
    message: str


def split_shapes(shapes: Graph) -> tuple[Graph, Graph]:
    """Returns the shapes without their SPARQL-based constraints, and these with the
    targets and messages they need."""
    core, sparql = Graph(), Graph()
    carriers = set(shapes.subjects(SH.sparql))
    constraints = set(shapes.objects(None, SH.sparql))
    for triple in shapes:
        if triple[0] in constraints or triple[1] in (SH.sparql, SH.declare):
            sparql.add(triple)
        elif triple[0] in carriers:
            sparql.add(triple)
            core.add(triple)
        else:
            core.add(triple)
    return core, sparql + _prefixes(shapes)


def _prefixes(shapes: Graph) -> Graph:
    graph = Graph()
    for declaration in shapes.objects(None, SH.declare):
        for triple in shapes.triples((declaration, None, None)):
            graph.add(triple)
    return graph


def find_violations(data: Graph, shapes: Graph) -> Iterator[SparqlViolation]:
    """Yields the violations of the SPARQL-based constraints that `split_shapes` set apart.

    Args:
        data: the data graph.
        shapes: the second graph of `split_shapes`.
    """
    carriers = sorted(set(shapes.subjects(SH.sparql)), key=str)
    focused = [(c, n) for c in carriers for n in _focus_nodes(data, shapes, c)]
    if not focused:
        return
    store = ox.Store()
    store.load(data.serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES)
    for carrier, focus_node in focused:
        for constraint in sorted(shapes.objects(carrier, SH.sparql), key=str):
            yield from _solutions(store, shapes, constraint, focus_node)


def _focus_nodes(data: Graph, shapes: Graph, shape: Node) -> list[Node]:
    classes = shapes.objects(shape, SH.targetClass)
    return sorted({n for c in classes for n in data.subjects(RDF.type, c)}, key=str)


def _solutions(
    store: ox.Store, shapes: Graph, constraint: Node, focus_node: Node
) -> Iterator[SparqlViolation]:
    prologue = "".join(
        f"PREFIX {shapes.value(d, SH.prefix)}: <{shapes.value(d, SH.namespace)}>\n"
        for ontology in shapes.objects(constraint, SH.prefixes)
        for d in shapes.objects(ontology, SH.declare)
    )
    solutions = store.query(
        prologue + str(shapes.value(constraint, SH.select)),
        substitutions={ox.Variable("this"): ox.NamedNode(str(focus_node))},
    )
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError("sh:select holds a SELECT query")
    names = [variable.value for variable in solutions.variables]
    template = str(shapes.value(constraint, SH.message, default=Literal("")))
    for solution in solutions:
        bound = {n: to_node(solution[n]) for n in names if solution[n] is not None}
        message = _fill(template, bound)
        yield SparqlViolation(focus_node, constraint, bound.get("value", focus_node), message)


def _fill(template: str, bound: Mapping[str, Node]) -> str:
    """The message with `{?name}` replaced by what the solution binds to it."""
    return _VARIABLE.sub(lambda found: str(bound.get(found[1], found[0])), template)
