"""A site that is checked: what its own descriptions say of it, asked for once.

Nothing is taken for granted: what is not there is None or empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pyoxigraph as ox
from rdflib import DCAT, FOAF, RDF, VOID, Graph, Literal
from rdflib import URIRef as Iri
from rdflib.term import Node

from publisher.check.client import Client, Exchange
from publisher.errors import SourceError
from publisher.formats import RDF_FORMATS, read
from publisher.quads import to_graph

RDF_ACCEPT = (
    "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.8, application/ld+json;q=0.7"
)
RESULTS = "application/sparql-results+json"
SD = "http://www.w3.org/ns/sparql-service-description#"
# What tells the dataset from its parts: only the whole has these.
_OF_THE_WHOLE = (VOID.sparqlEndpoint, VOID.dataDump, VOID.uriSpace, DCAT.distribution)


class Target:
    """A site with the address `url`."""

    def __init__(self, url: str, client: Client, *, sample: int = 50, foreign: int = 10) -> None:
        """`sample` own IRIs are looked up, all with 0, and `foreign` ones of other sites."""
        self.url = url if urlsplit(url).path else f"{url}/"
        self.client = client
        self.sample = sample
        self.foreign = foreign
        # Files by their IRI, fetched once: see `publisher.check.dumps`.
        self.files: dict[str, Exchange] = {}

    @cached_property
    def well_known(self) -> Exchange:
        """What `/.well-known/void` of the host answers."""
        address = urljoin(self.url, "/.well-known/void")
        return self.client.ask(address, headers={"Accept": RDF_ACCEPT})

    @cached_property
    def front(self) -> Exchange:
        """What the address itself answers to a program."""
        return self.client.ask(self.url, headers={"Accept": RDF_ACCEPT})

    @cached_property
    def description(self) -> Graph:
        """All that the site says of its datasets; empty if it says nothing."""
        graph = Graph()
        for exchange in (self.well_known, self.front):
            quads = parse(exchange)
            if quads:
                graph += to_graph(quads)
                break
        return graph

    @cached_property
    def dataset(self) -> Iri | None:
        """The void:Dataset that the most is said of, as a whole."""
        found = {
            s
            for kind in (VOID.Dataset, DCAT.Dataset)
            for s in self.description.subjects(RDF.type, kind)
            if isinstance(s, Iri) and any((s, p, None) in self.description for p in _OF_THE_WHOLE)
        }
        size = {s: (VOID.triples in set(self.description.predicates(s)), s) for s in found}
        return max(size, key=lambda s: (size[s][0], len(list(self.objects(s))), s), default=None)

    def objects(self, subject: Node | None, predicate: Iri | None = None) -> Iterator[Node]:
        """Returns what the description says of a thing."""
        if subject is not None:
            yield from self.description.objects(subject, predicate)

    def value(self, predicate: Iri) -> str:
        """Returns a value of the dataset as text, empty without one."""
        return min((str(o) for o in self.objects(self.dataset, predicate)), default="")

    @cached_property
    def uri_space(self) -> str:
        """What the IRIs of the dataset begin with."""
        return self.value(VOID.uriSpace)

    @cached_property
    def base(self) -> str:
        """The IRI that stands for the address of the site: where both agree, the address.

        Else what the IRIs of the dataset share with that of its page or its endpoint.
        """
        if not self.uri_space or self.uri_space.startswith(self.url):
            return self.url
        for predicate in (FOAF.homepage, DCAT.landingPage, VOID.sparqlEndpoint):
            stated = self.value(predicate)
            parts = stated.split("/")
            # From the longest part that ends in a slash to the root of the host.
            for end in range(len(parts) - 1, 2, -1):
                shared = "/".join(parts[:end]) + "/"
                if self.uri_space.startswith(shared):
                    return shared
        return self.url

    def locate(self, iri: str) -> str:
        """Returns the address at which this server answers for an IRI."""
        if iri.startswith(self.base):
            return urljoin(self.url, iri.removeprefix(self.base))
        return iri

    @cached_property
    def endpoint(self) -> str:
        """The address of the SPARQL endpoint, empty if none is described."""
        stated = self.value(VOID.sparqlEndpoint)
        if not stated:
            stated = min(map(str, self.description.objects(None, DCAT.endpointURL)), default="")
        return self.locate(stated)

    @cached_property
    def service(self) -> Exchange | None:
        """What the endpoint answers without a query: its description."""
        if not self.endpoint:
            return None
        return self.client.ask(self.endpoint, headers={"Accept": RDF_ACCEPT})

    def query(self, sparql: str, accept: str = RESULTS) -> Exchange:
        """Returns the answer to a query, by GET; only where there is an endpoint."""
        address = f"{self.endpoint}?{urlencode({'query': sparql})}"
        return self.client.ask(address, headers={"Accept": accept})

    def select(self, sparql: str) -> tuple[list[dict[str, str]], Exchange]:
        """Returns the rows of a SELECT, none if it was not answered, and the exchange."""
        exchange = self.query(sparql)
        return read_rows(exchange), exchange

    @cached_property
    def describing_graphs(self) -> frozenset[str]:
        """The named graphs in which the dataset is described: not part of what it counts."""
        if not self.endpoint or self.dataset is None:
            return frozenset()
        asked = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ <{self.dataset}> ?p ?o }} }}"
        return frozenset(row["g"] for row in self.select(asked)[0] if "g" in row)

    @cached_property
    def thing(self) -> str:
        """An IRI of the dataset, the address of the site if there is none."""
        if self.endpoint and self.uri_space:
            begin = json.dumps(self.uri_space)
            rows, _ = self.select(
                f"SELECT ?s {{ ?s a ?class FILTER(STRSTARTS(STR(?s), {begin})) }} LIMIT 1"
            )
            if rows and "s" in rows[0]:
                return rows[0]["s"]
        return self.value(VOID.exampleResource) or self.url


def parse(exchange: Exchange) -> list[ox.Quad] | None:
    """Returns the quads of an answer, None if it is no RDF that can be read."""
    kind = next((f for f in RDF_FORMATS if exchange.media_type in (f.media_type, *f.aliases)), None)
    if exchange.status != 200 or kind is None:
        return None
    try:
        quads = read(exchange.body, exchange.url, kind, base_iri=exchange.url)
    except SourceError:
        return None
    # RDF 1.1 has no triples inside triples.
    return [q for q in quads if not any(isinstance(t, ox.Triple) for t in q)]


def read_rows(exchange: Exchange) -> list[dict[str, str]]:
    """Returns the rows of results in JSON; none if it is something else."""
    if exchange.status != 200:
        return []
    try:
        document: Any = json.loads(exchange.body)
        bindings = document["results"]["bindings"]
        return [{name: str(term["value"]) for name, term in row.items()} for row in bindings]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def number(value: Node | str | None) -> int | None:
    """Returns a whole number, None if it is none."""
    try:
        return int(str(value)) if isinstance(value, Literal | str) else None
    except ValueError:
        return None
