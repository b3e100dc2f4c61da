"""What other publishers say, kept apart from what the site says. Pure.

Whatever a source calls its graphs, its statements stand in a graph of ours that is
named after the source, and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pyoxigraph as ox
from rdflib import DCTERMS, PROV, RDF, RDFS, VOID, XSD, Graph, Literal, URIRef

from publisher.errors import SourceError
from publisher.iris import Iris
from publisher.vocabulary import ONTOLOGY_IRI

_DIGITS = 16
_SHA256 = re.compile("[0-9a-f]{64}")
# As `name_graph` names it, of whatever site.
_HARVEST_GRAPH = re.compile(r"/graph/harvest/[a-z0-9-]+$")


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with a document, to be asked later whether there is a newer one."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a feed was read: where its newest member stands, and the pages that never
    change, with those that each leads to."""

    place: tuple[str, int]
    pages: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Progress:
        """Returns what JSON, which has no tuples, says."""
        time, number = document["place"]
        pages = {url: tuple(leads_to) for url, leads_to in document["pages"].items()}
        return cls((str(time), int(number)), pages)


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the last good harvest of a source.

    `harvested` is the time in UTC from when on the source has said this, as xsd:dateTime
    writes it; `source` changes with the entry in sources.toml, `sha256` is that of the file of
    quads. `documents` are those to ask for again; `progress` is that of a feed.
    """

    url: str
    title: str
    license: str
    harvested: str
    triples: int
    violations: int
    warnings: int
    source: str
    sha256: str
    documents: Mapping[str, Validators]
    progress: Progress | None = None

    def to_json(self) -> str:
        """Returns the state as it stands beside the quads."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> State:
        """Returns the state in a text.

        Raises:
            ValueError: not JSON, or a field is missing, unknown, no time or no hash.
        """
        try:
            document: dict[str, Any] = json.loads(text)
            documents = {url: Validators(**v) for url, v in document.pop("documents").items()}
            feed = document.pop("progress")
            progress = Progress.from_document(feed) if feed else None
            state = cls(**document, documents=documents, progress=progress)
            state.find_date()
            if not _SHA256.fullmatch(state.sha256):
                raise ValueError(f"{state.sha256} is no SHA-256")
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"a field is missing or unknown: {error}") from error
        return state

    def is_of_other_data(self, other: State) -> bool:
        """Says whether a source said otherwise then, or was another one."""
        return (self.sha256, self.source) != (other.sha256, other.source)

    def name_file(self, name: str) -> str:
        """Returns the name of the file that has the quads of a source. It changes with them, so
        that a state always finds its own."""
        return f"{name}.{self.sha256[:_DIGITS]}.nq"

    def find_date(self) -> dt.date:
        """Returns the day of the harvest."""
        return dt.datetime.fromisoformat(self.harvested).date()


@dataclass(frozen=True, slots=True)
class Harvest:
    """The last good harvest of a source."""

    name: str
    state: State
    triples: tuple[ox.Triple, ...]

    def under(self, title: str, license: str) -> Harvest:
        """Returns the harvest of a source that is called so now, and may be used so."""
        return replace(self, state=replace(self.state, title=title, license=license))


def parse_state(name: str, text: str, file: str) -> State:
    """Returns what is known of the last good harvest of a source.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        return State.from_json(text)
    except ValueError as error:
        raise _damaged(name, str(error), file) from error


def parse_harvest(name: str, nquads: bytes | None, state: State, file: str) -> Harvest:
    """Returns a harvest from its quads; the graph that they name is passed over.

    Args:
        nquads: None where the file is missing.

    Raises:
        SourceError: they cannot be read, or are not those of the state.
    """
    if nquads is None:
        raise _damaged(name, "there is no such file", file)
    if hashlib.sha256(nquads).hexdigest() != state.sha256:
        raise _damaged(name, "it is not what was harvested then", file)
    try:
        quads = ox.parse(nquads, format=ox.RdfFormat.N_QUADS)
        return Harvest(name, state, tuple(quad.triple for quad in quads))
    except (ValueError, SyntaxError) as error:
        raise _damaged(name, str(error), file) from error


def _damaged(name: str, what: str, file: str) -> SourceError:
    return SourceError(
        f"cannot be used: {what}",
        where=file,
        remedy=f"fetch it again: publisher harvest --again {name}",
    )


def name_graph(name: str, iris: Iris) -> URIRef:
    """Returns the IRI of the graph that a source has."""
    return iris.graph(f"harvest/{name}")


def is_harvest(graph: str, iris: Iris) -> bool:
    """Says whether a graph is that of a source, by its IRI."""
    return graph.startswith(name_graph("", iris))


def is_harvested(quad: ox.Quad, iris: Iris) -> bool:
    """Says whether a quad stands in the graph of a source."""
    return isinstance(quad.graph_name, ox.NamedNode) and is_harvest(quad.graph_name.value, iris)


def is_for_the_site(triple: ox.Triple, iris: Iris) -> bool:
    """Says whether a triple is about a thing of the site or a term of the ontology: whatever
    has an IRI of ours is described by us."""
    return isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(
        (iris.base, ONTOLOGY_IRI)
    )


def is_passed_on(quad: ox.Quad) -> bool:
    """Says whether a quad stands in the graph of a source of its publisher's, who has a site
    like this one: it is for those to change and to license whose it is."""
    return isinstance(quad.graph_name, ox.NamedNode) and bool(
        _HARVEST_GRAPH.search(quad.graph_name.value)
    )


def admit(
    harvests: Iterable[Harvest], own: Iterable[ox.Quad], iris: Iris
) -> dict[str, list[ox.Quad]]:
    """Returns what harvests add to what the site says, each in its graph, by name.

    A statement that the site makes itself, or an earlier source, is left out: no triple
    stands in two graphs. So is one about a thing of the site or a term of the ontology:
    whatever has an IRI of ours is described by us.
    """
    stated = {quad.triple for quad in own}
    admitted = {}
    for harvest in harvests:
        graph = ox.NamedNode(name_graph(harvest.name, iris))
        quads = []
        for triple in harvest.triples:
            if not is_for_the_site(triple, iris) and triple not in stated:
                stated.add(triple)
                quads.append(ox.Quad(triple.subject, triple.predicate, triple.object, graph))
        admitted[harvest.name] = quads
    return admitted


def describe_harvests(
    harvests: Iterable[Harvest],
    admitted: Mapping[str, list[ox.Quad]],
    dataset: URIRef,
    iris: Iris,
) -> Graph:
    """Returns where the graph of each harvest comes from, for the catalogue."""
    graph = Graph()
    for harvest in harvests:
        state, part = harvest.state, name_graph(harvest.name, iris)
        graph.add((dataset, VOID.subset, part))
        graph.add((part, RDF.type, VOID.Dataset))
        graph.add((part, RDF.type, PROV.Entity))
        graph.add((part, RDFS.label, Literal(state.title, lang="en")))
        graph.add((part, DCTERMS.title, Literal(state.title, lang="en")))
        graph.add((part, DCTERMS.source, URIRef(state.url)))
        graph.add((part, DCTERMS.license, URIRef(state.license)))
        graph.add((part, VOID.triples, Literal(len(admitted[harvest.name]))))
        time = Literal(state.harvested, datatype=XSD.dateTime)
        graph.add((part, PROV.generatedAtTime, time))
    return graph
