"""What the SPARQL endpoint says of itself. Pure.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from publisher.vocabulary import PREFIXES

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
SERVICE_PREFIXES = {**PREFIXES, "sd": _SD, "formats": _FORMATS}
_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")

# The W3C's names of what `publisher.formats` writes (https://www.w3.org/ns/formats/).
_RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dataset:
    """What an endpoint's queries see: `triples` are those of the default graph.

    `is_union` says whether that is the union of all graphs.
    """

    graphs: Sequence[str]
    triples: int
    is_union: bool


def describe_service(
    service_iri: str, endpoint: str, asked: Dataset, limits: str, *, is_federated: bool
) -> list[ox.Quad]:
    """Returns the service description of an endpoint.

    Args:
        service_iri: its name; the catalog of a site has one for it.
        endpoint: its address.
        asked: what it answers from.
        limits: on a query, in words.
        is_federated: whether queries may call other endpoints.
    """
    service = ox.NamedNode(service_iri)
    dataset, default = ox.BlankNode("dataset"), ox.BlankNode("default")
    said: list[tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode]] = [
        (service, _RDF_TYPE, _sd("Service")),
        (service, _sd("endpoint"), ox.NamedNode(endpoint)),
        (service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        (service, _sd("defaultDataset"), dataset),
        # A query may choose among these, and no others.
        (service, _sd("availableGraphs"), dataset),
        (dataset, _RDF_TYPE, _sd("Dataset")),
        (dataset, _RDF_TYPE, _sd("GraphCollection")),
        (dataset, _sd("defaultGraph"), default),
        (default, _RDF_TYPE, _sd("Graph")),
    ]
    said += [(service, _sd("resultFormat"), ox.NamedNode(_FORMATS + n)) for n in _RESULT_FORMATS]
    if asked.is_union:
        said.append((service, _sd("feature"), _sd("UnionDefaultGraph")))
    if is_federated:
        said.append((service, _sd("feature"), _sd("BasicFederatedQuery")))
    for number, name in enumerate(asked.graphs):
        graph = ox.BlankNode(f"graph{number}")
        said += [
            (dataset, _sd("namedGraph"), graph),
            (graph, _RDF_TYPE, _sd("NamedGraph")),
            (graph, _sd("name"), ox.NamedNode(name)),
        ]
    count = ox.Literal(str(asked.triples), datatype=_INTEGER)
    words = ox.Literal(limits, language="en")
    return [
        *(ox.Quad(*triple) for triple in said),
        ox.Quad(default, ox.NamedNode(PREFIXES["void"] + "triples"), count),
        ox.Quad(service, ox.NamedNode(PREFIXES["rdfs"] + "comment"), words),
    ]


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)
