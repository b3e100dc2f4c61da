"""`publisher serve --data`: RDF files as an endpoint and as linked data, by a real process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from data_files import (
    EX,
    FILES,
    Running,
    find_free_port,
    find_processes,
    read_expected,
    serve_files,
    write_files,
)
from flask.testing import FlaskClient
from lxml import html as lxml_html
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from test_http_server import ask

from publisher.answers import InProcess, Limits
from publisher.datafiles import find_sources, write_data_release
from publisher.release import open_release
from publisher.settings import Settings
from publisher.web import create_app

P = f"PREFIX ex: <{EX}> PREFIX dct: <http://purl.org/dc/terms/> "
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def running(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    files = [str(path) for path in write_files(folder)]
    with serve_files(tmp_path_factory.mktemp("temporary"), files) as found:
        yield found


@pytest.fixture(scope="module")
def local(running: Running, folder: Path) -> ox.Store:
    """The same data in pyoxigraph, which is to be asked the same."""
    store = ox.Store()
    store.bulk_extend(read_expected(folder))
    return store


def get(running: Running, path: str, accept: str = "*/*") -> tuple[int, str, bytes]:
    response, body = ask(running.address, path, {"Accept": accept})
    return response.status, response.getheader("Content-Type") or "", body


def query(running: Running, text: str, accept: str = "*/*", **graphs: str) -> bytes:
    asked = urlencode({"query": text, **{k.replace("_", "-"): v for k, v in graphs.items()}})
    status, _, body = get(running, f"/sparql?{asked}", accept)
    assert status == 200, body
    return body


def resource(iri: str) -> str:
    return f"/resource?iri={quote(iri, safe='')}"


def canonical(quads: list[ox.Quad]) -> ox.Dataset:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


@pytest.mark.parametrize(
    ("name", "syntax"), [("data.nq", ox.RdfFormat.N_QUADS), ("data.trig", ox.RdfFormat.TRIG)]
)
def test_dumps_hold_what_the_files_of_all_formats_say(
    running: Running, folder: Path, name: str, syntax: ox.RdfFormat
) -> None:
    status, media_type, body = get(running, f"/dump/{name}")
    assert (status, media_type) == (200, syntax.media_type)
    found = list(ox.parse(body, format=syntax))
    assert len(found) == 37
    assert canonical(found) == canonical(read_expected(folder))


QUERIES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g {} }",
    "SELECT * { ?s ex:of ?b }",
    "SELECT * { GRAPH ex:loans { ?s ex:of ?b } }",
    "SELECT * FROM ex:loans { ?s ?p ?o }",
    "SELECT * FROM ex:loans FROM ex:members { ?s ?p ?o }",
    "SELECT * FROM ex:loans { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM NAMED ex:members { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM NAMED ex:members { ?s ?p ?o }",
    "SELECT * FROM ex:loans FROM NAMED ex:members { ?l a ex:Loan GRAPH ?g { ?who ?p ?l } }",
    "SELECT * FROM ex:none { ?s ?p ?o }",
    "SELECT ?s { ?s ex:pages ?n FILTER(?n > 100) }",
    "SELECT ?s ?o { ?s ex:chapters/rdf:rest*/rdf:first ?o }",
    "SELECT ?s ?o { ?s !a ?o FILTER(isIRI(?o)) }",
    "SELECT (SUM(?a) AS ?n) ?g { GRAPH ?g { ?s ex:age ?a FILTER(isLiteral(?a)) } } GROUP BY ?g",
    "SELECT * { ?s ex:pages ?n OPTIONAL { ?s dct:relation ?r } }",
    "SELECT * { ?s ex:pages ?n MINUS { ?s dct:relation ?r } }",
    "SELECT * { { ?s a ex:Book } UNION { ?s a ex:Shelf } }",
    "SELECT ?s { ?s ex:pages ?n FILTER NOT EXISTS { ?s a ?t } }",
    "SELECT * { VALUES ?n { 99 312 } ?s ex:pages ?n } ORDER BY DESC(?n) ?s",
    'SELECT ?t { ?s dct:title ?t FILTER(LANG(?t) = "ar") }',
    "SELECT (IRI('x') AS ?i) (<y#z> AS ?j) (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT * { <../shelves.rdf#shelf> ?p ?o }",
    "BASE <https://library.example/> SELECT * { <book2> ?p ?o }",
    "ASK { ex:loan1 ?p ?o }",
    "ASK { GRAPH ?g { ex:loan1 ?p ?o } }",
    "PREFIX foaf: <https://library.example/> SELECT * { ?s foaf:pages ?n }",
    "PREFIX rdfs: <http://purl.org/dc/terms/> SELECT * { ?s rdfs:title ?n }",
]
DECLARED = P + "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "


def rows_of(results: object) -> object:
    """Returns an answer so that it can be compared: rows without order, blank nodes alike."""
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    assert isinstance(results, ox.QuerySolutions)
    names = sorted(variable.value for variable in results.variables)
    rows = Counter(
        tuple("_:" if isinstance(row[n], ox.BlankNode) else str(row[n]) for n in names)
        for row in results
    )
    return names, rows


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/xml"])
def test_queries_mean_what_pyoxigraph_says(
    running: Running, local: ox.Store, text: str, accept: str
) -> None:
    whole = text if text.startswith(("BASE", "PREFIX")) else DECLARED + text
    expected = rows_of(local.query(whole, base_iri=f"{running.address}/sparql"))
    syntax = ox.QueryResultsFormat.JSON if "json" in accept else ox.QueryResultsFormat.XML
    body = query(running, whole, accept)
    assert rows_of(ox.parse_query_results(body, format=syntax)) == expected


def test_construct_means_what_pyoxigraph_says(running: Running, local: ox.Store) -> None:
    text = P + "CONSTRUCT { ?s ex:by [ ex:in ?g ] } { GRAPH ?g { ?s ex:of ?o } }"
    expected = [ox.Quad(*triple) for triple in local.query(text)]
    found = list(ox.parse(query(running, text, "text/turtle"), format=ox.RdfFormat.TURTLE))
    assert len(found) == 4
    assert canonical(found) == canonical(expected)


@pytest.mark.parametrize(
    ("graphs", "count"),
    [
        ({}, 28),
        ({"default_graph_uri": f"{EX}loans"}, 3),
        ({"named_graph_uri": f"{EX}loans"}, 0),
        ({"default_graph_uri": f"{EX}none"}, 0),
    ],
)
def test_the_request_chooses_among_the_graphs(
    running: Running, graphs: dict[str, str], count: int
) -> None:
    answer = json.loads(query(running, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **graphs))
    assert answer["results"]["bindings"][0]["n"]["value"] == str(count)


def test_the_graphs_of_the_request_override_those_of_the_query(running: Running) -> None:
    text = f"SELECT (COUNT(*) AS ?n) FROM <{EX}members> {{ ?s ?p ?o }}"
    answer = json.loads(query(running, text, default_graph_uri=f"{EX}loans"))
    assert answer["results"]["bindings"][0]["n"]["value"] == "3"


def test_no_prefix_is_declared_unsaid(running: Running) -> None:
    asked = urlencode({"query": "SELECT * { ?s skos:prefLabel ?o }"})
    status, _, body = get(running, f"/sparql?{asked}")
    assert status == 400
    problem = json.loads(body)
    assert "skos" in problem["detail"]
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in problem["remedy"]


def test_service_description_claims_no_union(running: Running) -> None:
    status, _, body = get(running, "/sparql", "text/turtle")
    assert status == 200
    graph = Graph().parse(data=body, format="turtle")
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert (service, SD.endpoint, URIRef(f"{running.address}/sparql")) in graph
    assert (service, SD.feature, SD.UnionDefaultGraph) not in graph
    names = {str(name) for name in graph.objects(None, SD.name)}
    assert names == {f"{EX}loans", f"{EX}members", f"{EX}card"}
    default = graph.value(None, RDF.type, SD.Graph)
    triples = graph.value(default, URIRef("http://rdfs.org/ns/void#triples"))
    assert str(triples) == "28"


@pytest.mark.parametrize(
    ("name", "media_type", "syntax"),
    [
        ("turtle", "text/turtle", ox.RdfFormat.TURTLE),
        ("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
        ("ntriples", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("rdfxml", "application/rdf+xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_documents_say_the_same_in_every_format(
    running: Running, name: str, media_type: str, syntax: ox.RdfFormat
) -> None:
    path = resource(f"{EX}book1")
    by_header, by_name = get(running, path, media_type), get(running, f"{path}&format={name}")
    assert by_header[0] == by_name[0] == 200
    assert by_header[1].split(";")[0] == by_name[1].split(";")[0] == media_type
    assert by_header[2] == by_name[2]
    turtle = ox.parse(get(running, path, "text/turtle")[2], format=ox.RdfFormat.TURTLE)
    found = list(ox.parse(io.BytesIO(by_name[2]), format=syntax))
    assert canonical(found) == canonical(list(turtle))


def test_blank_nodes_are_described_in_the_document(running: Running) -> None:
    _, _, body = get(running, resource(f"{EX}book1"), "text/turtle")
    expected = Graph().parse(
        data=f"""@prefix ex: <{EX}> . @prefix dct: <http://purl.org/dc/terms/> .
        ex:book1 dct:creator [ a <http://xmlns.com/foaf/0.1/Person> ;
          <http://xmlns.com/foaf/0.1/name> "A. Writer" ; ex:address [ ex:street "Main Street" ] ] ;
          ex:chapters ( "One" "Two" [ dct:title "Three" ] ) .""",
        format="turtle",
    )
    graph = Graph().parse(data=body, format="turtle")
    about = Graph()
    for predicate in ("creator", "chapters"):
        start = URIRef((EX if predicate == "chapters" else "http://purl.org/dc/terms/") + predicate)
        waiting = [(URIRef(f"{EX}book1"), start)]
        while waiting:
            subject, only = waiting.pop()
            for triple in graph.triples((subject, only, None)):
                about.add(triple)
                if not isinstance(triple[2], URIRef):
                    waiting.append((triple[2], None))
    assert isomorphic(about, expected)


def page(running: Running, path: str) -> lxml_html.HtmlElement:
    status, media_type, body = get(running, path, "text/html")
    assert (status, media_type) == (200, "text/html; charset=utf-8")
    return lxml_html.document_fromstring(body.decode())


def words(element: lxml_html.HtmlElement) -> str:
    return re.sub(r"\s+", " ", element.text_content())


def test_page_of_a_thing_nests_what_has_no_name(running: Running) -> None:
    main = page(running, resource(f"{EX}book1")).get_element_by_id("main")
    (creator,) = [d for d in main.findall(".//dl/div") if "dct:creator" in words(d.find("dt"))]
    assert "A. Writer" in words(creator)
    assert "Main Street" in words(creator)
    assert [words(li).strip().split()[0] for li in main.findall(".//ol/li")] == [
        "One",
        "Two",
        "dct:title",
    ]
    assert "_:" not in words(main)
    assert main.find(".//span[@lang='ar']").get("dir") == "rtl"


def test_every_link_of_a_page_leads_to_a_page(running: Running) -> None:
    seen = {"/"}
    waiting = ["/"]
    while waiting:
        document = page(running, waiting.pop())
        for address in document.xpath("//main//a/@href | //header//a/@href"):
            path = address.split("#")[0]
            is_page = path.startswith(("/resource", "/graph", "/sparql")) and "format=" not in path
            if is_page and path not in seen:
                seen.add(path)
                waiting.append(path)
    iris = {iri for path in seen for iri in parse_qs(urlsplit(path).query).get("iri", ())}
    assert {"http://vocabularies.example/concept5055", "urn:isbn:9780000000001"} <= iris
    assert f"{EX}ann" in iris
    assert len(seen) > 30


def test_front_page_shows_what_there_is(running: Running) -> None:
    main = page(running, "/").get_element_by_id("main")
    text = words(main)
    assert "37 statements" in text
    assert "books.ttl" in text
    assert "ex:Book" in text
    assert f"{EX}members" in text
    # Where the files lie on the machine is told nowhere but in IRIs relative to them.
    assert {words(code) for code in main.xpath(".//section[@id='dumps']//code")} == set(FILES)


@pytest.mark.parametrize("iri", [f"{EX}nothing", "http://vocabularies.example/"])
def test_unknown_things_are_404(running: Running, iri: str) -> None:
    status, media_type, body = get(running, resource(iri))
    assert (status, media_type) == (404, "application/problem+json")
    assert json.loads(body)["remedy"]


@pytest.mark.parametrize("path", ["/resource", "/resource?iri=", "/resource?iri=book1", "/graph"])
def test_a_missing_iri_is_400(running: Running, path: str) -> None:
    status, _, body = get(running, path)
    assert status == 400
    assert "iri" in json.loads(body)["detail"].lower()


def test_unknown_format_is_400_and_refused_ones_406(running: Running) -> None:
    path = resource(f"{EX}book1")
    assert get(running, f"{path}&format=n3")[0] == 400
    assert get(running, path, "image/png")[0] == 406


@pytest.mark.parametrize(
    ("asked", "count"), [("default=", 28), (f"graph={EX}loans", 3), (f"graph={EX}card", 1)]
)
def test_graphs_can_be_had_by_themselves(running: Running, asked: str, count: int) -> None:
    for accept, syntax in (
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
    ):
        status, _, body = get(running, f"/graph?{asked}", accept)
        assert status == 200
        assert len(list(ox.parse(body, format=syntax))) == count
    assert get(running, "/graph?graph=urn:none")[0] == 404


def test_what_only_a_built_site_has_is_404(running: Running) -> None:
    for path in ("/report", "/ontology", "/id/city/xa/example", "/doc/x", "/reconcile", "/same"):
        assert get(running, path)[0] == 404


def serve_in_process(tmp_path: Path, text: str) -> FlaskClient:
    (tmp_path / "own.ttl").write_text(text)
    sources = find_sources([str(tmp_path / "own.ttl")], "http://localhost/", None)
    write_data_release(tmp_path / "release", sources, Settings(), lambda *_: None)
    release = open_release(tmp_path / "release")
    return create_app(release, InProcess(release, Limits.of(release.settings))).test_client()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("<urn:a> <urn:p> 'bell\\u0007' .", "a control character"),
        ("<urn:a> <urn:p> '\\uFFFE' .", "a control character"),
        ("<urn:a> <http://e.example/123> 1 .", "the property http://e.example/123"),
        ("<urn:a> <http://e.example/p/> 1 .", "the property http://e.example/p/"),
    ],
)
def test_what_rdf_xml_cannot_hold_comes_in_other_formats(
    tmp_path: Path, text: str, place: str
) -> None:
    """Else it would be a document that nobody can read."""
    client = serve_in_process(tmp_path, text)
    for path in (resource("urn:a"), "/graph?default="):
        refused = client.get(path, headers={"Accept": "application/rdf+xml"})
        assert refused.status_code == 406
        assert place in refused.get_json()["detail"]
        assert refused.get_json()["remedy"] == "Ask for another format."
        assert client.get(path, headers={"Accept": "text/turtle"}).status_code == 200
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 200


def test_things_named_by_this_server_open_at_their_own_address(tmp_path: Path) -> None:
    text = "<things/1> <urn:p> <things?id=2> . <sparql> <urn:p> 1 ."
    client = serve_in_process(tmp_path, text)
    for path in ("/things/1", "/things?id=2"):
        response = client.get(path)
        assert response.status_code == 303
        document = client.get(response.headers["Location"], headers={"Accept": "text/turtle"})
        graph = Graph().parse(data=document.data, format="turtle")
        assert URIRef(f"http://localhost{path}") in graph.all_nodes()
    assert client.get("/things/2").status_code == 404
    assert client.get("/sparql?query=ASK%20{}").get_json()["boolean"] is True
    assert client.get(resource("http://localhost/sparql")).status_code == 200


def test_triple_terms_are_said_in_the_formats_that_can(tmp_path: Path) -> None:
    client = serve_in_process(tmp_path, "<urn:s> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> .")
    for path in ("/resource?iri=urn:s", "/graph?default"):
        for name in ("turtle", "ntriples", "rdfxml"):
            response = client.get(f"{path}&format={name}")
            (quad,) = ox.parse(
                response.data, format=ox.RdfFormat.from_media_type(response.mimetype)
            )
            assert isinstance(quad.object, ox.Triple)
        assert client.get(f"{path}&format=html").status_code == 200
        response = client.get(f"{path}&format=jsonld")
        assert response.status_code == 406
        assert "text/turtle" in response.get_json()["available"]
    asked = {"query": "CONSTRUCT WHERE { ?s ?p ?o }", "format": "jsonld"}
    response = client.get("/sparql", query_string=asked)
    assert response.status_code == 400
    assert "RDF 1.2" in response.get_json()["detail"]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_after_the_end(
    tmp_path: Path, number: signal.Signals, processes: int
) -> None:
    arguments = ["-", "--format", "trig", "--base", "http://base.example/"]
    data = b"<g> { <a> <b> <c> }"
    with serve_files(tmp_path, arguments, stdin=data, processes=processes) as found:
        for _ in range(8):  # any of the processes may get the connection
            assert b"http://base.example/c" in query(found, "SELECT * { GRAPH ?g { ?s ?p ?o } }")
        assert list(tmp_path.iterdir())
        session = found.process.pid
        found.end(number)
        assert list(tmp_path.iterdir()) == []
        assert find_processes(session) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_when_loading_is_ended(tmp_path: Path, number: signal.Signals) -> None:
    publisher = str(Path(sys.executable).with_name("publisher"))
    port = str(find_free_port())
    command = [publisher, "serve", "--data", "-", "--format", "ntriples", "--port", port]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"<urn:a> <urn:b> <urn:c> .\n")
        process.stdin.flush()  # and never the end
        while not list(tmp_path.glob("*/release/dumps/data.nq")):
            with contextlib.suppress(subprocess.TimeoutExpired):
                pytest.fail(f"it ended with {process.wait(timeout=0.05)}")
        process.send_signal(number)
        code = process.wait(timeout=20)
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
    assert code in (1, 128 + number)
    assert list(tmp_path.iterdir()) == []
