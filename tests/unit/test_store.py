"""What the store answers, and what it will not run."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.errors import QueryError, QueryRefused, ReleaseError
from publisher.formats import NQUADS, write
from publisher.store import EmbeddedStore

EX = "https://example.org/"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


def iri(local: str) -> ox.NamedNode:
    return ox.NamedNode(EX + local)


QUADS = [
    ox.Quad(iri("a"), iri("p"), iri("b"), iri("g")),
    ox.Quad(iri("c"), iri("p"), iri("a"), iri("h")),
    ox.Quad(iri("b"), LABEL, ox.Literal("service"), iri("h")),
    ox.Quad(iri("c"), LABEL, ox.Literal("C"), iri("h")),
    ox.Quad(iri("z"), LABEL, ox.Literal("Z"), iri("h")),
]


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    file = tmp_path / "a.nq"
    file.write_bytes(write(QUADS, NQUADS))
    return EmbeddedStore.load(file)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on this machine that nobody may reach through a query."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def ask(store: EmbeddedStore, query: str, **options: list[str]) -> set[str]:
    results = store.query(query, **options)  # type: ignore[arg-type]
    assert isinstance(results, ox.QuerySolutions)
    return {str(row["s"]).strip("<>").removeprefix(EX) for row in results}


SUBJECTS = "SELECT ?s { ?s ?p ?o }"


def test_default_graph_is_the_union_of_the_named_graphs(store: EmbeddedStore) -> None:
    assert ask(store, SUBJECTS) == {"a", "b", "c", "z"}


def test_a_query_chooses_its_own_graphs(store: EmbeddedStore) -> None:
    assert ask(store, f"SELECT ?s FROM <{EX}g> {{ ?s ?p ?o }}") == {"a"}
    assert ask(store, f"SELECT ?s FROM NAMED <{EX}h> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == {
        "b",
        "c",
        "z",
    }
    assert ask(store, f"SELECT ?s FROM <{EX}none> {{ ?s ?p ?o }}") == set()


def test_the_call_overrides_the_graphs_of_the_query(store: EmbeddedStore) -> None:
    query = f"SELECT ?s FROM <{EX}h> {{ ?s ?p ?o }}"
    assert ask(store, query, default_graphs=[f"{EX}g"]) == {"a"}
    named = "SELECT ?s { GRAPH ?g { ?s ?p ?o } }"
    assert ask(store, named, named_graphs=[f"{EX}g"]) == {"a"}
    assert ask(store, SUBJECTS, named_graphs=[f"{EX}g"]) == set()
    with pytest.raises(QueryError, match="absolute IRI"):
        store.query(SUBJECTS, default_graphs=["g"])


def test_values_are_bound_not_pasted(store: EmbeddedStore) -> None:
    def count(query: str, name: str, value: ox.NamedNode | ox.Literal) -> int:
        results = store.query(query, substitutions={name: value})
        assert isinstance(results, ox.QuerySolutions)
        return len(list(results))

    assert count("SELECT ?o { ?s ?p ?o }", "o", ox.Literal('x" } # ')) == 0
    assert count("SELECT ?s ?o { ?s ?p ?o }", "s", iri("a")) == 1


CALLS = [
    "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "select * {{ sErViCe SILENT <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ # x\n SERVICE # y\n <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE<{0}>{{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICESILENT<{0}>{{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?x {{ <{0}> }} SERVICE?x{{ ?s ?p ?o }} }}",
    "PREFIX : <{0}> SELECT * {{ SERVICE:x {{ ?s ?p ?o }} }}",
    "SELECT * {{ S\\u0045RVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ {{ SELECT * {{ GRAPH ?g {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }} }} }}",
    # The engine reads `?a < ?b` and a comment where the grammar has one IRI.
    'SELECT * {{ BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b#>"""\n) SERVICE <{0}> {{}} #"""\n}}',
    "ASK {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
]


@pytest.mark.parametrize("query", CALLS)
def test_no_query_calls_another_server(
    store: EmbeddedStore, listener: socket.socket, query: str
) -> None:
    host, port = listener.getsockname()
    with pytest.raises(QueryRefused, match="other servers"):
        store.query(query.format(f"http://{host}:{port}/"))
    with pytest.raises(BlockingIOError):  # nobody has knocked
        listener.accept()


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "PREFIX e: <urn:select/> # SELECT\ndelete WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1/>",
        "L\\u004fAD <http://127.0.0.1/>",
        "CLEAR ALL",
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_refused(store: EmbeddedStore, query: str) -> None:
    with pytest.raises(QueryRefused, match="no updates"):
        store.query(query)
    assert store.count() == len(QUADS)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?s { ?s ?p "service" } # SERVICE <x>',
        "SELECT ?s { ?s ?p '''service''' }",
        "SELECT ?s ?service { ?s ?service 'service' }",
        "PREFIX service: <urn:x> SELECT ?s { ?s ?p 'service' OPTIONAL { ?s service:load ?o } }",
        "PREFIX e: <urn:x> SELECT ?s { ?s ?p 'service' OPTIONAL { ?s e:service ?o } }",
        "SELECT ?s { ?s ?p 'service' MINUS { ?s <http://x/SERVICE> ?insert } }",
        "SELECT ?s { ?s ?p 'service' FILTER(?p != 'INSERT') }",
    ],
)
def test_the_words_are_free_everywhere_else(store: EmbeddedStore, query: str) -> None:
    assert ask(store, query) == {"b"}


@pytest.mark.parametrize(
    ("query", "message", "place"),
    [
        ("SELECT * {\n ?s ?p ?o . ) }", r"near '\?s \?p \?o \. \) }'", (2, 16)),
        ("SELECT * {", r"near 'SELECT \* {'", (1, 11)),
        ("", "not a SPARQL 1.1 query", (1, 1)),
        ("SELECT ?s { ?s ?p ?o } GROUP BY ?p", "neither grouped nor", (1, 35)),
        ("SELECT * { xy:a ?p ?o }", "prefix xy: is not declared", (1, 20)),
        ("SELECT * { ?s ?p ?o FILTER(<urn:f>(?o)) }", "urn:f", None),
        ("SELECT * {" + "{" * 3000 + "}" * 3000 + "}", "deep", None),
    ],
)
def test_errors_say_what_and_where(
    store: EmbeddedStore, query: str, message: str, place: tuple[int, int] | None
) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        store.query(query)
    assert not isinstance(caught.value, QueryRefused)
    found = caught.value.line, caught.value.column
    assert found == (place or (None, None))


def test_usual_prefixes_need_no_declaration(store: EmbeddedStore) -> None:
    assert ask(store, "SELECT ?s { ?s rdfs:label 'Z' }") == {"z"}


def test_describe_gives_both_directions_and_labels(store: EmbeddedStore) -> None:
    assert set(store.describe(EX + "a")) == set(QUADS[:4])
    assert store.describe(EX + "nothing") == []
    assert store.describe("no iri") == []


def test_graphs_and_things_are_found(store: EmbeddedStore) -> None:
    assert store.graphs() == [f"{EX}g", f"{EX}h"]
    assert store.contains(EX + "a")
    assert store.contains(EX + "g")
    assert not store.contains(EX + "none")
    assert not store.contains("\x00")
    assert set(store.quads(f"{EX}g")) == {QUADS[0]}


def test_a_store_on_disk_answers_the_same(tmp_path: Path, store: EmbeddedStore) -> None:
    (tmp_path / "quads.nq").write_bytes(write(QUADS, NQUADS))
    EmbeddedStore.create(tmp_path / "store", tmp_path / "quads.nq")
    opened = EmbeddedStore.open(tmp_path / "store")
    assert ask(opened, SUBJECTS) == ask(store, SUBJECTS)
    assert opened.count() == len(QUADS)


def test_damaged_files_are_reported(tmp_path: Path) -> None:
    (tmp_path / "bad.nq").write_text("<urn:a> b .")
    with pytest.raises(ReleaseError, match="publisher build"):
        EmbeddedStore.load(tmp_path / "bad.nq")
    with pytest.raises(ReleaseError, match="publisher build"):
        EmbeddedStore.open(tmp_path / "none")
