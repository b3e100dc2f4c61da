"""The site before an engine is the site before its own store: pages, answers, limits."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import socket
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus, urlencode, urlsplit

import pytest
from engines import BIN, Engine, find_free_port, load, run_oxigraph, run_site, run_virtuoso
from test_http_limits import CALLS, OVERFLOWS, RUNAWAYS, Reply, ask, send

from publisher.answers import Limits, Question
from publisher.engine import Engine as StoreEngine
from publisher.errors import AnswerTooLarge, QueryTooCostly
from publisher.relay import Relay
from publisher.release import Release
from publisher.workers import WorkerPool

BASE = "https://data.example.org/cities/"
CITY = f"{BASE}id/city/xa/example"
PROFILE = f"<{BASE}id/profile/xa/example>"
LIMITS = {"timeout": 3, "memory": 512, "result_mib": 1, "workers": 4, "queue": 8}
ROWS = "application/sparql-results+json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def engine(
    request: pytest.FixtureRequest, release: Release, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An engine that holds the release."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "oxigraph":
        running = run_oxigraph(folder, "--union-default-graph", "--timeout-s", "3")
    else:
        running = run_virtuoso(folder)
    with running as engine:
        loaded = load(engine, release.path, folder)
        assert loaded.returncode == 0, loaded.stderr
        assert release.manifest.version in loaded.stderr
        yield engine


@pytest.fixture(scope="module")
def site(
    engine: Engine, release: Release, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    with run_site(release.path, folder, engine.query, LIMITS) as address:
        yield address


@pytest.fixture(scope="module")
def embedded(release: Release, folder: Path) -> Iterator[str]:
    with run_site(release.path, folder, limits=LIMITS) as address:
        yield address


SELECTS = [
    "SELECT * { ?s ?p ?o FILTER(?p != dcat:byteSize) }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT DISTINCT ?p { ?s ?p ?o } ORDER BY ?p",
    "SELECT ?c ?label { ?c a lc:LearningCity ; rdfs:label ?label }",
    "SELECT ?s ?n { ?s schema:value ?n FILTER(?n > 1000) } ORDER BY ?n ?s",
    "SELECT ?s ?l { ?s rdfs:label|skos:prefLabel ?l } ORDER BY ?s STR(?l) LANG(?l)",
    "SELECT ?p ?t { ?p a lc:Passage ; schema:text ?t FILTER(LANG(?t) = 'ar') }",
    "SELECT ?s ?r { ?s lc:reported ?r }",
    "SELECT ?s { ?s lc:reported false }",
    "SELECT ?g ?wkt { ?g geo:asWKT ?wkt }",
    "SELECT ?s ?d { ?s dct:issued ?d }",
    "SELECT ?m ?y { ?m lc:memberSince ?y }",
    f"SELECT ?part {{ <{BASE}id/profile/xa/example> lc:section* ?part }}",
    f"SELECT ?class {{ <{CITY}> a/rdfs:subClassOf* ?class FILTER(isIRI(?class)) }}",
    "SELECT ?o ?i { ?o schema:observationAbout ?c . OPTIONAL { ?o schema:value ?i } }",
    "SELECT ?x { { ?x a lc:Passage } UNION { ?x a lc:Section } }",
    "SELECT ?p { ?p a lc:Passage FILTER NOT EXISTS { ?p lc:topic ?t } }",
    "SELECT ?p { ?p a lc:Passage MINUS { ?p lc:targetGroup ?t } }",
    "SELECT ?t (COUNT(?p) AS ?n) (SAMPLE(?t) AS ?u) { ?p lc:topic ?t } GROUP BY ?t "
    "HAVING (COUNT(?p) > 0)",
    "SELECT ?c ?n { ?c a lc:LearningCity { SELECT ?c (COUNT(*) AS ?n) { ?c ?p ?o } GROUP BY ?c } }",
    "SELECT ?x ?y { VALUES (?x ?y) { (1 'a') (2 UNDEF) } }",
    "SELECT (STRLEN(?l) AS ?n) (UCASE(?l) AS ?u) { ?c a lc:LearningCity ; rdfs:label ?l }",
    "SELECT ?s ?x { ?s lc:start ?n BIND(?n * 2 + 1 AS ?x) }",
    "SELECT ?l { ?c rdfs:label ?l FILTER(REGEX(?l, '^example', 'i')) }",
    "SELECT (GROUP_CONCAT(DISTINCT STR(?c); SEPARATOR=' ') AS ?all) { ?c a lc:LearningCity }",
    "PREFIX s: <https://schema.org/> SELECT ?t { ?p s:text ?t } ORDER BY ?t LIMIT 3 OFFSET 2",
    f"SELECT (COUNT(*) AS ?n) FROM <{BASE}graph/ontology> {{ ?s ?p ?o }}",
    f"SELECT ?g (COUNT(*) AS ?n) FROM <{BASE}graph/ontology> FROM NAMED <{BASE}graph/concepts> "
    "{ GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    f"SELECT ?g FROM <{BASE}graph/ontology> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT ?s FROM <https://elsewhere.example/graph> { ?s ?p ?o }",
    f"BASE <{BASE}> PREFIX g: <graph/> SELECT (COUNT(*) AS ?n) FROM <graph/ontology> "
    "FROM g:concepts { ?s ?p ?o }",
    f"SELECT (COUNT(*) AS ?n) FROM NAMED <{BASE}graph/concepts> {{ ?s ?p ?o }}",
    "SELECT * { ?s <urn:none> ?o }",
]
ASKS = [
    "ASK {}",
    "ASK { ?s a lc:CityProfile }",
    "ASK { ?s a <urn:none> }",
    f"ASK {{ GRAPH <{BASE}graph/ontology> {{ ?s a lc:LearningCity }} }}",
]
GRAPHS = [
    "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?c a lc:LearningCity ; rdfs:label ?l }",
    "CONSTRUCT { ?c <urn:has> ?n } { SELECT ?c (COUNT(*) AS ?n) { ?x lc:city ?c } GROUP BY ?c }",
    f"CONSTRUCT {{ ?s ?p ?o }} FROM <{BASE}graph/concepts> {{ ?s ?p ?o }}",
    "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?o = <urn:none>) }",
]


def rows(reply: Reply) -> Counter[str]:
    assert reply.status == 200, reply.body
    return Counter(json.dumps(row, sort_keys=True) for row in bindings(reply))


def bindings(reply: Reply) -> list[object]:
    found: list[object] = json.loads(reply.body)["results"]["bindings"]
    return found


@pytest.mark.parametrize("query", SELECTS)
def test_rows_are_the_same(site: str, embedded: str, query: str) -> None:
    theirs, ours = ask(site, query, accept=ROWS), ask(embedded, query, accept=ROWS)
    assert rows(theirs) == rows(ours)


@pytest.mark.parametrize("query", [q for q in SELECTS if "ORDER BY" in q])
def test_order_is_kept(site: str, embedded: str, query: str) -> None:
    theirs, ours = ask(site, query, accept="text/csv"), ask(embedded, query, accept="text/csv")
    assert theirs.body == ours.body


@pytest.mark.parametrize("query", ASKS)
@pytest.mark.parametrize("accept", [ROWS, "application/xml", "text/csv"])
def test_yes_or_no_is_the_same(site: str, embedded: str, query: str, accept: str) -> None:
    assert ask(site, query, accept=accept).body == ask(embedded, query, accept=accept).body


@pytest.mark.parametrize("query", GRAPHS)
@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json"])
def test_graphs_are_the_same(site: str, embedded: str, query: str, accept: str) -> None:
    """To the byte: what an engine sends is written here."""
    theirs, ours = ask(site, query, accept=accept), ask(embedded, query, accept=accept)
    assert theirs.status == 200
    assert theirs.body == ours.body


@pytest.mark.parametrize(
    "parameters",
    [
        {"default-graph-uri": f"{BASE}graph/concepts"},
        {"named-graph-uri": f"{BASE}graph/concepts"},
        {"default-graph-uri": f"{BASE}graph/concepts", "named-graph-uri": f"{BASE}graph/ontology"},
    ],
)
@pytest.mark.parametrize("dataset", ["", f"FROM <{BASE}graph/ontology> "])
def test_graphs_of_the_request_override(
    site: str, embedded: str, parameters: dict[str, str], dataset: str
) -> None:
    query = f"SELECT ?g ?s {dataset}{{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
    path = f"/sparql?{urlencode({'query': query, **parameters})}"
    assert rows(send(site, path, accept=ROWS)) == rows(send(embedded, path, accept=ROWS))


# A size is an xsd:nonNegativeInteger; Oxigraph, here and there, makes it an xsd:integer.
KNOWN = {"oxigraph": (), "virtuoso": ("/doc/release/0.1.0/nquads",)}
PAGES = (
    *("/", "/ontology", "/sparql", "/report", "/doc/country/xa", "/doc/city/xa/example"),
    *("/doc/profile/xa/example", "/doc/topic/reading", "/doc/scheme/topic", "/graph/concepts"),
    *("/doc/entity/xa/example/learning-together", "/doc/observation/xa/example/population"),
)


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_the_same(site: str, embedded: str, path: str) -> None:
    theirs, ours = (send(at, path, accept="text/html") for at in (site, embedded))
    assert theirs.status == 200
    assert comparable(theirs.body).decode() == comparable(ours.body).decode()


_EXTEND = {
    "ids": ["city/xa/example"],
    "properties": [{"id": "schema:containedInPlace"}, {"id": "lc:memberSince"}, {"id": "lc:topic"}],
}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/reconcile/suggest/entity?prefix=ex", b"city/xa/example"),
        ("/reconcile/properties?type=lc:LearningCity", b"lc:memberSince"),
        (f"/reconcile?{urlencode({'extend': json.dumps(_EXTEND)})}", b"2019"),
        ("/same?iri=http://example.org/thesaurus/reading/", b"topic/reading"),
    ],
)
def test_reconciliation_is_the_same(site: str, embedded: str, path: str, told: bytes) -> None:
    theirs, ours = (send(at, path, accept="application/json") for at in (site, embedded))
    assert theirs.status == 200
    assert told in theirs.body
    assert theirs.body == ours.body


@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json"])
def test_documents_are_the_same(
    site: str, embedded: str, engine: Engine, release: Release, media_type: str
) -> None:
    things = {
        quad.subject.value.removeprefix(BASE + "id/")
        for quad in release.store().quads()
        if quad.subject.value.startswith(BASE + "id/")
    }
    paths = [f"/doc/{thing}" for thing in sorted(things)]
    for path in [*paths, "/ontology", "/graph/ontology", "/graph/profile/xa/example", "/sparql"]:
        theirs, ours = (send(at, path, accept=media_type) for at in (site, embedded))
        assert theirs.status == 200, path
        if path not in KNOWN[engine.name]:
            assert comparable(theirs.body) == comparable(ours.body), path


def comparable(body: bytes) -> bytes:
    return re.sub(rb"127\.0\.0\.1:\d+", b"here", body)


@pytest.mark.parametrize("path", ["/doc/nothing", "/id/city/zz/none", "/graph/none", "/doc/%7B"])
def test_what_is_not_there_is_404(site: str, path: str) -> None:
    assert send(site, path, accept="application/json").status == 404


@pytest.mark.parametrize("name", ["cross product", "regular expression", "growth"])
def test_runaways_are_ended(site: str, name: str) -> None:
    reply = ask(site, RUNAWAYS[name])
    problem = json.loads(reply.body)
    assert reply.status == 503, problem
    assert problem["limit"] in ("query_timeout", "query_memory")
    assert "127.0.0.1" not in reply.body.decode()
    point = ask(site, "ASK { ?c a lc:LearningCity }", accept=ROWS)
    assert json.loads(point.body)["boolean"] is True


@pytest.mark.parametrize("query", OVERFLOWS.values(), ids=OVERFLOWS)
def test_too_deep_a_query_is_refused_here(site: str, query: str) -> None:
    assert ask(site, query).status == 400


def test_too_long_a_query_is_refused_here(site: str) -> None:
    reply = ask(site, RUNAWAYS["values"])
    assert (reply.status, "longer" in json.loads(reply.body)["detail"]) == (400, True)


def test_too_large_an_answer_is_413(site: str) -> None:
    many = " ".join(f"(?t AS ?t{number})" for number in range(6))
    query = f"SELECT {many} {{ {PROFILE} schema:text ?t . ?a ?b ?c }} LIMIT "
    reply = ask(site, query + "690", accept=ROWS)
    assert (reply.status, json.loads(reply.body).get("limit")) == (413, "query_result_mib")
    assert len(bindings(ask(site, query + "90", accept=ROWS))) == 90


def test_no_query_calls_another_server(site: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for call in CALLS:
            assert ask(site, call.format(address)).status == 403, call
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT *\nWHERE { ?s ?p }",
        "SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }",
        "SELECT * { ?s dbo:x ?o }",
        "DROP ALL",
        "SELECT * { ?s ?p ?o FILTER(<urn:f>(1)) }",
        "SELECT * { ?s ?p ?o FILTER(<bif:contains>(?o, 'a')) }",
    ],
)
def test_errors_are_the_same(site: str, embedded: str, query: str) -> None:
    theirs, ours = ask(site, query), ask(embedded, query)
    assert theirs.status == ours.status
    assert json.loads(theirs.body) == json.loads(ours.body)


def serve_fails(release: Release, folder: Path, store: str) -> str:
    """Returns what `publisher serve` says as it refuses to begin."""
    command = [str(BIN / "publisher"), "serve", "--site", str(folder), "--out", str(release.path)]
    command += ["--port", str(find_free_port()), "--store", store]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1, ended.stderr
    return ended.stderr


def put(graph_store: str, graph: str, turtle: str) -> None:
    request = urllib.request.Request(
        f"{graph_store}?graph={quote_plus(graph)}",
        data=turtle.encode(),
        method="PUT",
        headers={"Content-Type": "text/turtle"},
    )
    urllib.request.urlopen(request, timeout=60).close()


def test_engine_that_is_gone(release: Release, tmp_path: Path, folder: Path) -> None:
    """Pages and queries say so, without the address; dumps need no engine."""
    with contextlib.ExitStack() as running:
        engine = running.enter_context(run_oxigraph(tmp_path, "--union-default-graph"))
        assert load(engine, release.path, folder).returncode == 0
        with run_site(release.path, folder, engine.query, LIMITS) as site:
            assert send(site, "/doc/city/xa/example", accept="text/turtle").status == 200
            running.close()
            page = send(site, "/doc/city/xa/example", accept="text/html")
            replies = [
                ask(site, "SELECT * { ?s ?p ?o }"),
                send(site, "/doc/country/xa", accept="text/turtle"),
                send(site, "/graph/ontology", accept="text/turtle"),
            ]
            dump = send(site, "/dump/learning-cities.nq", accept="*/*")
            kept = send(site, "/doc/city/xa/example", accept="text/turtle")
    for reply in replies:
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert json.loads(reply.body)["status"] == 502
    assert (page.status, page.headers.get_content_type()) == (502, "text/html")
    port = str(urlsplit(engine.query).port)
    assert not any(port in reply.body.decode() for reply in (page, *replies))
    assert (dump.status, kept.status) == (200, 200)  # what was asked before is still there
    assert "does not answer" in serve_fails(release, folder, engine.query)
    assert "does not answer" in load(engine, release.path, folder).stderr


def test_engine_that_holds_something_else(release: Release, tmp_path: Path, folder: Path) -> None:
    with run_oxigraph(tmp_path, "--union-default-graph") as engine:
        assert "publisher load" in serve_fails(release, folder, engine.query)
        stale = f"{BASE}graph/profile/xa/gone"
        put(engine.graph_store, stale, "<urn:a> <urn:b> <urn:c> .")
        put(engine.graph_store, f"{BASE}graph/ontology", "<urn:a> <urn:b> <urn:d> .")
        loaded = load(engine, release.path, folder)
        assert loaded.returncode == 0
        assert "removed: 1" in loaded.stderr
        with run_site(release.path, folder, engine.query, LIMITS) as site:
            reply = ask(site, "SELECT * { <urn:a> ?p ?o }", accept=ROWS)
            assert bindings(reply) == []
        foreign = "https://elsewhere.example/graph"
        put(engine.graph_store, foreign, "<urn:a> <urn:b> <urn:c> .")
        assert foreign in serve_fails(release, folder, engine.query)
        assert foreign in load(engine, release.path, folder).stderr


def test_engine_without_the_union(release: Release, tmp_path: Path, folder: Path) -> None:
    with run_oxigraph(tmp_path) as engine:
        told = "--union-default-graph"
        assert told in load(engine, release.path, folder).stderr
        assert told in serve_fails(release, folder, engine.query)


LONG = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c FILTER(REGEX(STR(?c), 'a')) . ?d ?e ?f . ?g ?h ?i "
    "FILTER(STRLEN(CONCAT(STR(?c), STR(?f), STR(?i))) > 9) }"
)


def test_half_an_answer_is_none(engine: Engine) -> None:
    """One that the engine broke off; and of Virtuoso, one with as many rows as it gives."""
    address = engine.query.replace("timeout=3000", "timeout=500")
    hurried = contextlib.closing(StoreEngine(address, seconds=60, most_mib=20))
    with hurried as asked, pytest.raises(QueryTooCostly):
        asked.query(LONG)
    with contextlib.closing(StoreEngine(engine.query, seconds=60, most_mib=20)) as asked:
        many = "SELECT ?c { ?a ?b ?c . ?d ?e ?f } LIMIT "
        if engine.name == "virtuoso":
            with pytest.raises(AnswerTooLarge, match="10000 rows"):
                asked.query(many + "10001")
        assert len(list(asked.query(many + "900"))) == 900


def test_an_engine_is_waited_for_only_in_the_time_that_is_left(
    engine: Engine, release: Release
) -> None:
    limits = Limits(timeout=60, memory=256, result_mib=4, workers=1, queue=1)
    with (
        contextlib.closing(WorkerPool(release.path, limits, is_empty=True)) as checker,
        contextlib.closing(StoreEngine(engine.query, seconds=60, most_mib=20)) as asked,
    ):
        relay = Relay(release, asked, checker)
        assert b"true" in relay.answer(Question("ASK {}", "json", "turtle"), "x").body
        with pytest.raises(QueryTooCostly):
            relay.answer(Question(LONG, "json", "turtle", seconds=0.1), "x")


def test_nobody_writes_without_a_password(engine: Engine, release: Release, folder: Path) -> None:
    if engine.name == "oxigraph":
        pytest.skip("the Oxigraph server knows no users")
    refused = load(dataclasses.replace(engine, password="wrong"), release.path, folder)
    assert (refused.returncode, "--user" in refused.stderr) == (1, True)


# The differences that docs/engines.md lists, each a query for Virtuoso.
DIFFERENCES = [
    f"DESCRIBE <{CITY}>",
    f"SELECT ?p ?c {{ {PROFILE} lc:section*/lc:passage ?p . "
    "?p lc:topic|lc:targetGroup|lc:deliveryMode ?c }",
    "SELECT * { ?x lc:section* ?y }",
    "SELECT (1/0 AS ?x) {}",
    f"SELECT (COUNT(*) AS ?n) FROM NAMED <{BASE}graph/concepts> "
    f"{{ GRAPH <{BASE}graph/ontology> {{ ?s ?p ?o }} }}",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }",
    f"SELECT * {{ ?o a lc:CityProfile FILTER(?o IN ({', '.join(['1'] * 5000)})) }}",
]


@pytest.mark.parametrize("query", DIFFERENCES, ids=lambda query: query[:60])
def test_known_differences(site: str, embedded: str, engine: Engine, query: str) -> None:
    """Whoever finds one gone takes it out of the list in docs/engines.md."""
    accept = "application/n-triples" if query.startswith("DESCRIBE") else ROWS
    theirs, ours = ask(site, query, accept=accept), ask(embedded, query, accept=accept)
    assert (outcome(theirs) == outcome(ours)) is (engine.name == "oxigraph")


def outcome(reply: Reply) -> tuple[int, object]:
    if reply.headers.get_content_type() == ROWS:
        return reply.status, rows(reply)
    return reply.status, sorted(reply.body.splitlines())
