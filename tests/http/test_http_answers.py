"""The endpoint gives pyoxigraph's answers: every query of `queries/`, in every format.

pyoxigraph is asked in this process, about the files of the same release.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pyoxigraph as ox
import pytest
from lxml import etree
from protocol_client import QUERY, post
from small_release import BASE, LIMITS, serve, write_release

from publisher.release import CATALOG, DUMPS, MASTER_DUMP
from publisher.vocabulary import PREFIXES

HERE = Path(__file__).parent
PROLOGUE = "PREFIX : <https://example.org/odd/>\nPREFIX odd: <https://example.org/odd/>\n"
ROWS = {
    ox.QueryResultsFormat.JSON: "application/sparql-results+json",
    ox.QueryResultsFormat.XML: "application/sparql-results+xml",
    ox.QueryResultsFormat.CSV: "text/csv",
    ox.QueryResultsFormat.TSV: "text/tab-separated-values",
}
GRAPHS = {
    ox.RdfFormat.TURTLE: "text/turtle",
    ox.RdfFormat.N_TRIPLES: "application/n-triples",
    ox.RdfFormat.RDF_XML: "application/rdf+xml",
    ox.RdfFormat.JSON_LD: "application/ld+json",
}
Row = tuple[str | None, ...]


def read_queries() -> dict[str, str]:
    """The queries by file and title; `## title` begins one."""
    queries = {}
    for path in sorted((HERE / "queries").glob("*.rq")):
        for part in re.split(r"^## ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            title, _, query = part.partition("\n")
            queries[f"{path.stem}: {title}"] = query
    return queries


QUERIES = read_queries()


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ox.Store]]:
    """A server with odd data, and a store of the engine's own with the same."""
    quads = list(ox.parse(path=HERE / "odd.trig", format=ox.RdfFormat.TRIG))
    release = write_release(tmp_path_factory.mktemp("odd") / "r", quads)
    store = ox.Store()
    for path in (release.path / DUMPS / MASTER_DUMP, release.path / CATALOG):
        store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)
    with serve(release, LIMITS) as address:
        yield address, store


def evaluate(store: ox.Store, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """The engine's own answer; where a query chooses its graphs there is no union of all."""
    names_graphs = re.search(r"\bFROM\s+(NAMED\s+)?[:<]", query) is not None
    return store.query(
        PROLOGUE + query, prefixes=dict(PREFIXES), use_default_graph_as_union=not names_graphs
    )


def ask(address: str, query: str, media_type: str) -> bytes:
    reply = post(address, PROLOGUE + query, QUERY, headers={"Accept": media_type})
    assert (reply.status, reply.media_type) == (200, media_type), reply.body
    return reply.body


def get_rows(solutions: ox.QuerySolutions) -> list[Row]:
    return [tuple(None if t is None else str(t) for t in solution) for solution in solutions]


def get_texts(solutions: ox.QuerySolutions) -> list[Row]:
    """What CSV keeps of the terms."""
    return [
        tuple(
            t.value if isinstance(t, ox.NamedNode | ox.Literal) else str(t or "") for t in solution
        )
        for solution in solutions
    ]


def read_csv(body: bytes) -> tuple[list[str], list[Row]]:
    names, *rows = csv.reader(io.StringIO(body.decode("utf-8"), newline=""))
    # The line of a single empty text, like that of no variable at all, has nothing on it.
    return names, [tuple(row) or ("",) * len(names) for row in rows]


def rename_blank_nodes(rows: list[Row]) -> list[Row]:
    """Names blank nodes after what stands beside them: each load of a file gives new labels."""
    names = {t: "_:" for row in rows for t in row if t is not None and t.startswith("_:")}
    for _ in range(3):
        beside = {
            node: sorted(
                repr([t == node or names.get(t or "", t) for t in row])
                for row in rows
                if node in row
            )
            for node in names
        }
        names = {
            node: "_:" + hashlib.sha256(repr(places).encode()).hexdigest()
            for node, places in beside.items()
        }
    return [tuple(names.get(t or "", t) for t in row) for row in rows]


def check_rows(address: str, store: ox.Store, title: str) -> None:
    query = QUERIES[title]
    for syntax, media_type in ROWS.items():
        body = ask(address, query, media_type)
        expected = evaluate(store, query)
        assert isinstance(expected, ox.QuerySolutions)
        names = [variable.value for variable in expected.variables]
        if syntax is ox.QueryResultsFormat.CSV:
            found_names, found = read_csv(body)
            rows = get_texts(expected)
        else:
            parsed = ox.parse_query_results(body, format=syntax)
            assert isinstance(parsed, ox.QuerySolutions)
            found_names = [variable.value for variable in parsed.variables]
            found, rows = get_rows(parsed), get_rows(expected)
        assert found_names == names
        assert (not rows) == title.endswith("empty")
        assert Counter(rename_blank_nodes(found)) == Counter(rename_blank_nodes(rows))
        if "ordered" in title:
            again = evaluate(store, query)
            assert isinstance(again, ox.QuerySolutions)
            assert found == rows
            whole = again.serialize(format=syntax)
            assert whole is not None
            # The engine leaves to a reader of XML to make line feeds of them.
            is_xml = syntax is ox.QueryResultsFormat.XML
            assert body == (whole.replace(b"\r", b"&#xD;") if is_xml else whole)


def check_boolean(address: str, store: ox.Store, title: str) -> None:
    query = QUERIES[title]
    for syntax, media_type in ROWS.items():
        expected = evaluate(store, query)
        assert isinstance(expected, ox.QueryBoolean)
        body = ask(address, query, media_type)
        assert body == expected.serialize(format=syntax)
        if syntax in (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML):
            parsed = ox.parse_query_results(body, format=syntax)
            assert isinstance(parsed, ox.QueryBoolean)
            assert bool(parsed) is bool(expected)
        else:  # which no recommendation defines: the word
            assert body == str(bool(expected)).lower().encode()


def make_canonical(triples: Any) -> ox.Dataset:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def inline_context(address: str, body: bytes) -> bytes:
    """Puts the context into a document, as a client does that fetches it."""
    document = json.loads(body)
    if isinstance(document, dict) and isinstance(document.get("@context"), str):
        with urlopen(document["@context"].replace(BASE, f"{address}/")) as context:
            document["@context"] = json.load(context)["@context"]
    return json.dumps(document).encode()


def check_graph(address: str, store: ox.Store, title: str) -> None:
    query = QUERIES[title]
    triples = evaluate(store, query)
    assert isinstance(triples, ox.QueryTriples)
    expected = make_canonical(triples)
    assert (len(expected) == 0) == title.endswith("empty")
    for syntax, media_type in GRAPHS.items():
        if syntax is ox.RdfFormat.RDF_XML and title.endswith("XML cannot split"):
            continue  # what the engine writes then is no XML
        body = ask(address, query, media_type)
        if syntax is ox.RdfFormat.JSON_LD:
            body = inline_context(address, body)
        assert make_canonical(ox.parse(body, format=syntax)) == expected, media_type


@pytest.mark.parametrize("title", QUERIES)
def test_endpoint_answers_as_the_engine_does(odd: tuple[str, ox.Store], title: str) -> None:
    address, store = odd
    kind = type(evaluate(store, QUERIES[title]))
    checks = {ox.QuerySolutions: check_rows, ox.QueryBoolean: check_boolean}
    checks.get(kind, check_graph)(address, store, title)


XML = {
    "SELECT ?o { ?s :text ?o }": "application/sparql-results+xml",
    "CONSTRUCT WHERE { ?s :text ?o }": "application/rdf+xml",
}


@pytest.mark.parametrize("query", XML)
def test_xml_is_read_by_others_as_it_was_meant(odd: tuple[str, ox.Store], query: str) -> None:
    address, store = odd
    root = etree.fromstring(ask(address, query, XML[query]))
    found = {element.text or "" for element in root.iter("{*}literal", "{*}text")}
    solutions = evaluate(store, "SELECT ?o { ?s :text ?o }")
    assert isinstance(solutions, ox.QuerySolutions)
    assert found == {row["o"].value for row in solutions}
    assert "a\r\nb" in found


def test_a_property_without_a_name_in_xml_comes_in_other_formats(
    odd: tuple[str, ox.Store],
) -> None:
    query = QUERIES["16-forms: construct a predicate that XML cannot split"]
    headers = {"Accept": "application/rdf+xml"}
    reply = post(odd[0], query, QUERY, headers=headers)
    assert reply.status == 400
    assert "the property https://example.org/odd/2024" in reply.json["detail"]


@pytest.mark.parametrize("text", ["bell\\u0007", "\\b", "\\uFFFE"])
def test_what_xml_cannot_hold_comes_in_other_formats(odd: tuple[str, ox.Store], text: str) -> None:
    address, _ = odd
    for query, formats in (
        (f"SELECT ('{text}' AS ?o) {{}}", ROWS.values()),
        (f"CONSTRUCT {{ :x :note '{text}' }} WHERE {{}}", GRAPHS.values()),
    ):
        for media_type in formats:
            reply = post(address, PROLOGUE + query, QUERY, headers={"Accept": media_type})
            if "xml" in media_type:
                assert reply.status == 400
                assert reply.json["remedy"] == "Ask for another format."
            else:
                assert reply.status == 200
