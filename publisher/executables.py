"""Saved queries as a graph, and back: executables and parameters of SHACL. Pure.

https://www.w3.org/TR/shacl-af/ defines `sh:select`, `sh:ask` and `sh:construct`
(section 5) and what a parameter is (section 8; https://www.w3.org/TR/shacl/, 6.2.1): its
variable is the local name of the property in `sh:path`.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import DCTERMS, FOAF, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from publisher.iris import Iris
from publisher.quads import new_graph, to_graph
from publisher.saved_queries import Kind, Parameter, SavedQuery

_FORMS: dict[str, tuple[URIRef, URIRef]] = {
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
}
# A word of Python.
_CLASS = URIRef(f"{SH}class")


def convert_saved_queries(queries: Iterable[SavedQuery], iris: Iris) -> Graph:
    """Returns the graph of a site's saved queries."""
    graph = new_graph()
    for query in queries:
        iri = iris.saved_query(query.name)
        kind, text = _FORMS[query.form]
        graph.add((iri, RDF.type, SH.SPARQLExecutable))
        graph.add((iri, RDF.type, kind))
        graph.add((iri, RDFS.label, _english(query.title)))
        graph.add((iri, DCTERMS.description, _english(query.description)))
        graph.add((iri, FOAF.page, URIRef(f"{iris.base}query/{query.name}")))
        graph.add((iri, text, Literal(query.text)))
        for order, parameter in enumerate(query.parameters):
            graph.add((iri, RDF.type, SH.Parameterizable))
            graph.add((iri, SH.parameter, iris.query_parameter(query.name, parameter.name)))
            _convert_parameter(graph, query, parameter, order, iris)
    return graph


def _convert_parameter(
    graph: Graph, query: SavedQuery, parameter: Parameter, order: int, iris: Iris
) -> None:
    iri = iris.query_parameter(query.name, parameter.name)
    variable = iris.query_variable(query.name, parameter.name)
    graph.add((variable, RDF.type, RDF.Property))
    graph.add((variable, RDFS.label, _english(f"?{parameter.name}")))
    graph.add((iri, RDF.type, SH.Parameter))
    graph.add((iri, RDFS.label, _english(f"{parameter.name}: {parameter.description}")))
    graph.add((iri, SH.path, variable))
    graph.add((iri, SH.name, _english(parameter.name)))
    graph.add((iri, SH.description, _english(parameter.description)))
    graph.add((iri, SH.order, Literal(order)))
    graph.add((iri, SH.optional, Literal(not parameter.is_required)))
    if parameter.default is not None:
        graph.add((iri, SH.defaultValue, parameter.default))
    kind = parameter.kind
    if kind.datatype is not None:
        graph.add((iri, SH.datatype, kind.datatype))
    else:
        graph.add((iri, SH.nodeKind, SH.IRI))
    if kind.class_ is not None:
        graph.add((iri, _CLASS, kind.class_))
    if kind.path is not None:
        condition = URIRef(f"{iri}/condition")
        graph.add((iri, SH.property, condition))
        graph.add((condition, RDF.type, SH.PropertyShape))
        graph.add((condition, RDFS.label, _english(f"What {parameter.name} must have")))
        graph.add((condition, SH.path, kind.path))
        if kind.value is not None:
            graph.add((condition, SH.hasValue, kind.value))
        else:
            graph.add((condition, SH.minCount, Literal(1)))


def _english(text: str) -> Literal:
    return Literal(text, lang="en")


def read_saved_queries(quads: Iterable[ox.Quad]) -> tuple[SavedQuery, ...]:
    """Returns the queries that a graph of `convert_saved_queries` holds, by name."""
    graph = to_graph(quads)
    found = []
    for iri in graph.subjects(RDF.type, SH.SPARQLExecutable):
        form = next(f for f, (kind, _) in _FORMS.items() if (iri, RDF.type, kind) in graph)
        ordered = sorted(
            graph.objects(iri, SH.parameter), key=lambda p: int(_text(graph, p, SH.order))
        )
        found.append(
            SavedQuery(
                name=str(iri).rpartition("/")[2],
                title=_text(graph, iri, RDFS.label),
                description=_text(graph, iri, DCTERMS.description),
                form=form,
                text=_text(graph, iri, _FORMS[form][1]),
                parameters=tuple(_read_parameter(graph, parameter) for parameter in ordered),
            )
        )
    return tuple(sorted(found, key=lambda query: query.name))


def _read_parameter(graph: Graph, iri: Node) -> Parameter:
    default = graph.value(iri, SH.defaultValue)
    condition = graph.value(iri, SH.property)
    return Parameter(
        name=str(graph.value(iri, SH.path)).rpartition("/")[2],
        description=_text(graph, iri, SH.description),
        kind=Kind(
            datatype=_iri(graph, iri, SH.datatype),
            class_=_iri(graph, iri, _CLASS),
            path=_iri(graph, condition, SH.path),
            value=_iri(graph, condition, SH.hasValue),
        ),
        default=default if isinstance(default, URIRef | Literal) else None,
        optional=default is None and graph.value(iri, SH.optional) == Literal(True),
    )


def _text(graph: Graph, subject: Node, predicate: URIRef) -> str:
    return str(graph.value(subject, predicate))


def _iri(graph: Graph, subject: Node | None, predicate: URIRef) -> URIRef | None:
    found = None if subject is None else graph.value(subject, predicate)
    return found if isinstance(found, URIRef) else None
