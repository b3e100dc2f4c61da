"""Programs that others wrote read this site as they read any."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pandas as pd
from rdflib import RDF, RDFS, VOID, Graph, Literal, URIRef
from SPARQLWrapper import JSON, SPARQLWrapper

from publisher.release import Release
from publisher.vocabulary import LC

CITIES = "SELECT ?city ?name { ?city a lc:LearningCity ; rdfs:label ?name } ORDER BY ?city"
PREFIXES = f"PREFIX lc: <{LC}> PREFIX rdfs: <{RDFS}> PREFIX void: <{VOID}>\n"


def count(server: str, pattern: str, what: str = "*") -> int:
    endpoint = SPARQLWrapper(f"{server}/sparql")
    endpoint.setQuery(f"{PREFIXES} SELECT (COUNT({what}) AS ?n) {{ {pattern} }}")
    endpoint.setReturnFormat(JSON)
    answer = endpoint.queryAndConvert()
    assert isinstance(answer, dict)
    return int(answer["results"]["bindings"][0]["n"]["value"])


def test_rdflib_reads_a_thing_from_its_address(server: str, release: Release) -> None:
    graph = Graph().parse(f"{server}/id/network/gnlc")
    thing = URIRef(f"{release.manifest.base_iri}id/network/gnlc")
    assert (thing, RDF.type, None) in graph


def test_sparqlwrapper_counts(server: str, release: Release) -> None:
    assert count(server, "?s a lc:LearningCity") == release.manifest.counts["cities"]


def test_pandas_reads_rows(server: str, release: Release) -> None:
    query = urlencode({"query": PREFIXES + CITIES})
    table = pd.read_csv(f"{server}/sparql?{query}", storage_options={"Accept": "text/csv"})
    assert list(table.columns) == ["city", "name"]
    assert table["city"].nunique() == release.manifest.counts["cities"]


def test_numbers_agree_everywhere(server: str, release: Release) -> None:
    """VoID, the dump and the endpoint; and every partition is what the endpoint counts."""
    catalog = Graph().parse(f"{server}/.well-known/void")
    dataset = URIRef(f"{release.manifest.base_iri}id/release/{release.manifest.version}")
    graphs = " ".join(f"<{part}>" for part in catalog.objects(dataset, VOID.subset))
    data = f"VALUES ?g {{ {graphs} }} GRAPH ?g"
    lines = release.dump(release.manifest.dumps[0].name).read_bytes().count(b"\n")
    assert catalog.value(dataset, VOID.triples) == Literal(lines)
    assert count(server, f"{data} {{ ?s ?p ?o }}") == lines
    parts = [
        (catalog.value(part, VOID["class"]), catalog.value(part, VOID.property), part)
        for kind in (VOID.classPartition, VOID.propertyPartition)
        for part in catalog.objects(dataset, kind)
    ]
    assert len(parts) > 50
    for kind, term, part in parts:
        said = {str(p): int(str(o)) for p, o in catalog.predicate_objects(part) if "void#" in p
                and isinstance(o, Literal)}  # fmt: skip
        if kind is not None:
            asked = {VOID.entities: count(server, f"{data} {{ ?s a <{kind}> }}", "DISTINCT ?s")}
        else:
            pattern = f"{data} {{ ?s <{term}> ?o }}"
            asked = {
                VOID.triples: count(server, pattern),
                VOID.distinctSubjects: count(server, pattern, "DISTINCT ?s"),
                VOID.distinctObjects: count(server, pattern, "DISTINCT ?o"),
            }
        assert said == {str(p): n for p, n in asked.items()}, json.dumps(said)
