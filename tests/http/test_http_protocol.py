"""SPARQL 1.1 Protocol and Service Description, asked of a running server.

The cases are those of the W3C's suites `protocol` and `service-description`
(https://www.w3.org/2009/sparql/docs/tests/), which the names in brackets are
of, and what else the recommendations and HTTP ask for.
"""

from __future__ import annotations

import socket
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from protocol_client import FORM, JSON, QUERY, UPDATE, Reply, post, send
from rdflib import RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

BASE = "https://data.example.org/cities/"
# A thing that only one of three graphs gives a type.
PROFILE, CONCEPTS, ONTOLOGY = (
    f"{BASE}graph/{name}" for name in ("profile/xa/example", "concepts", "ontology")
)
CITY = f"<{BASE}id/city/xa/example>"
CONCEPT = f"<{BASE}id/scheme/topic>"
CLASS = "<https://w3id.org/learning-cities/ontology#LearningCity>"
SELECT = "SELECT ?city WHERE { ?city a lc:LearningCity }"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
ROWS = (JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values")
GRAPHS = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")
ASK_BOTH = f"ASK {{ {CITY} a ?x . {CLASS} a ?y }}"
ASK_NAMED = f"ASK {{ GRAPH ?g {{ {CITY} a ?x }} GRAPH ?h {{ {CLASS} a ?y }} }}"
ASK_FULL = f"ASK {{ {CONCEPT} a ?z GRAPH ?g {{ {CITY} a ?x }} GRAPH ?h {{ {CLASS} a ?y }} }}"


def ask(server: str, method: str, query: str, **dataset: list[str]) -> bool:
    """Sends a query in one of the three ways; the dataset is `default` and `named`."""
    graphs = {f"{kind}-graph-uri": iris for kind, iris in dataset.items()}
    if method == "GET":
        reply = send(server, "GET", {"query": query, **graphs})
    elif method == "form":
        reply = post(server, urlencode({"query": query, **graphs}, doseq=True), FORM)
    else:
        reply = post(server, query, QUERY, parameters=graphs)
    assert reply.status == 200
    assert reply.media_type == JSON
    answer = reply.json["boolean"]
    assert isinstance(answer, bool)
    return answer


WAYS = pytest.mark.parametrize("method", ["GET", "form", "direct"])


@WAYS
def test_query_is_sent_in_three_ways(server: str, method: str) -> None:
    """[query_get, query_post_form, query_post_direct]"""
    assert ask(server, method, "ASK {}") is True
    assert ask(server, method, "ASK { <urn:nothing> ?p ?o }") is False


@WAYS
def test_default_graphs_of_the_request(server: str, method: str) -> None:
    """[query_dataset_default_graph, …_default_graphs_get, …_default_graphs_post]"""
    assert ask(server, method, ASK_BOTH) is True
    assert ask(server, method, ASK_BOTH, default=[PROFILE, ONTOLOGY]) is True
    assert ask(server, method, ASK_BOTH, default=[PROFILE]) is False
    assert ask(server, method, "ASK { GRAPH ?g { ?s ?p ?o } }", default=[PROFILE]) is False


@WAYS
def test_named_graphs_of_the_request(server: str, method: str) -> None:
    """[query_dataset_named_graphs_get, …_named_graphs_post]"""
    assert ask(server, method, ASK_NAMED) is True
    assert ask(server, method, ASK_NAMED, named=[PROFILE, ONTOLOGY]) is True
    assert ask(server, method, ASK_NAMED, named=[PROFILE]) is False
    assert ask(server, method, "ASK { ?s ?p ?o }", named=[PROFILE]) is False


@WAYS
def test_both_kinds_of_graphs_of_the_request(server: str, method: str) -> None:
    """[query_dataset_full]"""
    assert ask(server, method, ASK_FULL, default=[CONCEPTS], named=[PROFILE, ONTOLOGY]) is True
    assert ask(server, method, ASK_FULL, default=[PROFILE], named=[CONCEPTS, ONTOLOGY]) is False


@WAYS
def test_graphs_of_the_request_win_over_those_of_the_query(server: str, method: str) -> None:
    """[query_multiple_dataset]"""
    query = f"ASK FROM <{CONCEPTS}> {{ {CITY} a ?x }}"
    assert ask(server, method, query) is False
    assert ask(server, method, query, default=[PROFILE]) is True
    assert ask(server, method, f"ASK FROM <{PROFILE}> {{ {CITY} a ?x }}", default=[ONTOLOGY]) is (
        False
    )


@WAYS
def test_graphs_that_there_are_none_of_are_empty(server: str, method: str) -> None:
    assert ask(server, method, "ASK { ?s ?p ?o }", default=["urn:none"]) is False
    assert ask(server, method, "ASK { GRAPH ?g { ?s ?p ?o } }", named=["urn:none"]) is False


def test_graphs_in_the_address_count_with_a_form(server: str) -> None:
    """[query_post_form], which names a graph in the address."""
    address = {"default-graph-uri": CONCEPTS}
    reply = post(server, f"query={quote(f'ASK {{ {CITY} a ?x }}')}", FORM, parameters=address)
    assert reply.json["boolean"] is False


@WAYS
def test_graph_without_absolute_iri_is_400(server: str, method: str) -> None:
    with pytest.raises(AssertionError):
        ask(server, method, "ASK {}", default=["ontology"])
    reply = send(server, "GET", {"query": "ASK {}", "named-graph-uri": "ontology"})
    assert_problem(reply, 400)
    assert "absolute IRI" in reply.json["detail"]


FORMS = {
    "SELECT (1 AS ?value) {}": (*ROWS,),
    "ASK {}": (*ROWS,),
    f"DESCRIBE {CITY}": (*GRAPHS,),
    "CONSTRUCT { <urn:s> <urn:p> 1 } WHERE {}": (*GRAPHS,),
}


@pytest.mark.parametrize("query", FORMS)
def test_media_type_follows_the_form_of_the_query(server: str, query: str) -> None:
    """[query_content_type_select, …_ask, …_describe, …_construct]"""
    for reply in (post(server, query, QUERY), send(server, "GET", {"query": query})):
        assert (reply.status, reply.media_type) == (200, FORMS[query][0])
    for wanted in FORMS[query]:
        reply = post(server, query, QUERY, headers={"Accept": wanted})
        assert (reply.status, reply.media_type) == (200, wanted)
        assert reply.headers["Vary"].split(", ")[0] == "Accept"
        assert reply.headers["Content-Length"] == str(len(reply.body))
        assert reply.headers.get_content_charset() == (
            "utf-8" if wanted.startswith("text/") else None
        )
        unwanted = post(server, query, QUERY, headers={"Accept": f"{wanted};q=0, image/png"})
        assert_problem(unwanted, 406)
        assert wanted in unwanted.json["available"]


@pytest.mark.parametrize(
    ("accept", "rows", "graph"),
    [
        ("*/*", JSON, "text/turtle"),
        ("text/csv;q=0.2, application/n-triples;q=0.2, */*;q=0.1", "text/csv", GRAPHS[1]),
        (f"text/csv;q=0.5, {JSON};q=0.4, text/turtle;q=0.3", "text/csv", "text/turtle"),
        (f"text/csv;q=0.4, {JSON};q=0.5, {GRAPHS[3]}", JSON, GRAPHS[3]),
        (f"{JSON};q=0, text/turtle;q=0, */*;q=0.1", ROWS[1], GRAPHS[1]),
        ("TEXT/CSV, Text/Turtle; charset=UTF-8", "text/csv", "text/turtle"),
        ("application/xml, application/rdf+xml", ROWS[1], GRAPHS[3]),
        ("application/json", JSON, "application/ld+json"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', None, GRAPHS[2]),
        ("text/turtle", None, "text/turtle"),
        (JSON, JSON, None),
        ("image/png", None, None),
        ("*/*;q=0", None, None),
    ],
)
def test_accept_header_is_weighed(
    server: str, accept: str, rows: str | None, graph: str | None
) -> None:
    for query, expected in ((SELECT, rows), ("DESCRIBE lc:LearningCity", graph)):
        reply = send(server, "GET", {"query": query}, headers={"Accept": accept})
        assert reply.media_type == (expected or "application/problem+json")
        assert reply.status == (200 if expected else 406)


def test_text_is_utf8_whatever_the_format(server: str) -> None:
    query = "SELECT ('مدينة – ville é 𝒳' AS ?text) {}"
    for wanted in ROWS:
        for way in ("GET", "form", "direct", "charset"):
            headers = {"Accept": wanted}
            if way == "GET":
                reply = send(server, "GET", {"query": query}, headers=headers)
            elif way == "form":
                reply = post(server, urlencode({"query": query}), FORM, headers=headers)
            else:
                kind = QUERY if way == "direct" else f'{QUERY}; charset="UTF-8"'
                reply = post(server, query, kind, headers=headers)
            assert reply.status == 200
            assert "مدينة – ville é 𝒳" in reply.body.decode("utf-8")


def test_byte_order_mark_is_no_part_of_a_query(server: str) -> None:
    assert post(server, b"\xef\xbb\xbfASK {}", QUERY).json["boolean"] is True


def assert_problem(reply: Reply, status: int) -> None:
    assert reply.status == status
    assert reply.media_type == "application/problem+json"
    assert reply.json["status"] == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND"])
def test_other_methods_are_405(server: str, method: str) -> None:
    """[bad_query_method]"""
    reply = send(server, method, "query=ASK%20%7B%7D")
    assert_problem(reply, 405)
    assert set(reply.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert reply.json["allow"] == reply.headers["Allow"].split(", ")


def test_more_than_one_query_is_400(server: str) -> None:
    """[bad_multiple_queries]"""
    twice = urlencode({"query": ["ASK {}", "SELECT * {}"]}, doseq=True)
    assert_problem(send(server, "GET", twice), 400)
    assert_problem(post(server, twice, FORM), 400)
    assert_problem(post(server, "query=ASK%20%7B%7D", FORM, parameters="query=ASK%20%7B%7D"), 400)
    assert_problem(post(server, "ASK {}", QUERY, parameters="query=ASK%20%7B%7D"), 400)


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "multipart/form-data"])
def test_other_bodies_are_415(server: str, media_type: str) -> None:
    """[bad_query_wrong_media_type]"""
    for body in ("ASK {}", "query=ASK%20%7B%7D"):
        reply = post(server, body, media_type)
        assert_problem(reply, 415)
        assert set(reply.json["available"]) == {QUERY, FORM}


@pytest.mark.parametrize("body", ["query=ASK%20%7B%7D", "ASK {}"])
def test_body_of_no_type_is_415(server: str, body: str) -> None:
    """[bad_query_missing_form_type, bad_query_missing_direct_type]"""
    assert_problem(send(server, "POST", body=body), 415)


def test_query_that_is_not_utf8_is_refused(server: str) -> None:
    """[bad_query_non_utf8]"""
    utf16 = "ASK {}".encode("utf-16")
    assert_problem(post(server, utf16, f"{QUERY}; charset=UTF-16"), 415)
    assert_problem(post(server, utf16, QUERY), 400)
    assert_problem(post(server, "ASK { ?s ?p 'é' }".encode("latin-1"), QUERY), 400)
    escaped = "query=ASK%20%7B%20%3Fs%20%3Fp%20%27%E9%27%20%7D"
    assert_problem(send(server, "GET", escaped), 400)
    assert_problem(post(server, escaped, FORM), 400)
    assert_problem(post(server, b"query=ASK {?s ?p '\xe9'}", FORM), 400)


@WAYS
def test_syntax_error_names_the_place(server: str, method: str) -> None:
    """[bad_query_syntax]"""
    query = "# ask\nASK {\n  ?s ?p 'é𝒳' . ]"
    if method == "GET":
        reply = send(server, "GET", {"query": query})
    elif method == "form":
        reply = post(server, urlencode({"query": query}), FORM)
    else:
        reply = post(server, query, QUERY)
    assert_problem(reply, 400)
    assert reply.json["line"] == 3
    # One code point is one column; the engine looks at the character after the last it knows.
    last = query.splitlines()[-1]
    assert last.index(".") < reply.json["column"] <= len(last) + 1


@pytest.mark.parametrize(
    ("method", "parameters", "body", "media_type"),
    [
        ("POST", "", "update=CLEAR%20ALL", FORM),  # update_post_form
        ("POST", "", "CLEAR ALL", UPDATE),  # update_post_direct
        ("POST", "using-graph-uri=urn:g", "CLEAR ALL", UPDATE),  # update_dataset_default_graph(s)
        ("POST", "using-named-graph-uri=urn:g", "CLEAR ALL", UPDATE),  # …_named_graphs, …_full
        ("POST", "", "INSERT DATA { <s> <p> <o> }", UPDATE),  # update_base_uri
        ("GET", "update=CLEAR%20ALL", None, None),  # bad_update_get
        ("POST", "", "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", FORM),  # bad_multiple_updates
        ("POST", "", b"CLEAR \xff", f"{UPDATE}"),  # bad_update_non_utf8
        ("POST", "", "update=CLEAR%20XYZ", FORM),  # bad_update_syntax
        ("POST", "", "using-named-graph-uri=urn:g&update=WITH%20%3Curn:h%3E", FORM),  # …_conflict
        ("GET", "query=CLEAR%20ALL", None, None),
        ("POST", "", "query=CLEAR%20ALL", FORM),
        ("POST", "", "CLEAR ALL", QUERY),
        ("GET", "query=ASK%20%7B%7D&update=CLEAR%20ALL", None, None),
    ],
)
def test_every_update_is_refused(
    server: str, method: str, parameters: str, body: str | bytes | None, media_type: str | None
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    reply = send(server, method, parameters, body=body, headers=headers)
    assert_problem(reply, 403)
    assert "updates" in reply.json["detail"]
    assert ask(server, "GET", ASK_FULL) is True


@pytest.mark.parametrize(
    ("media_type", "status"),
    [("text/plain", 415), (None, 415), (f"{UPDATE}; charset=UTF-16", 415)],
)
def test_updates_of_another_type_are_not_read(
    server: str, media_type: str | None, status: int
) -> None:
    """[bad_update_wrong_media_type, bad_update_missing_form_type, bad_update_non_utf8]"""
    headers = {"Content-Type": media_type} if media_type else {}
    reply = send(server, "POST", body="update=CLEAR%20NAMED", headers=headers)
    assert_problem(reply, status)


@pytest.mark.parametrize("base", ["", "http://example.org/y"])
def test_relative_iris_begin_at_the_endpoint_or_at_base(server: str, base: str) -> None:
    """The service defines the base IRI (protocol, section 2.1.6 leaves it free)."""
    query = "SELECT (<x> AS ?x) {}"
    reply = send(server, "GET", {"query": f"BASE <{base}> {query}" if base else query})
    (row,) = reply.json["results"]["bindings"]
    assert row["x"]["value"] == ("http://example.org/x" if base else f"{server}/x")


def test_request_without_a_query_is_400(server: str) -> None:
    for parameters in ("query=", "query=%20%0A", "default-graph-uri=urn:g", "q=ASK%20%7B%7D"):
        assert_problem(send(server, "GET", parameters), 400)
    assert_problem(post(server, "", QUERY), 400)
    assert_problem(post(server, "", FORM), 400)


@pytest.mark.parametrize("parameters", ["", "query=ASK%20%7B%7D", "query=ASK", "update=x"])
def test_head_has_the_head_of_get(server: str, parameters: str) -> None:
    head, get = (send(server, method, parameters) for method in ("HEAD", "GET"))
    assert (head.status, head.body) == (get.status, b"")
    for name in ("Content-Type", "Vary", "Access-Control-Allow-Origin"):
        assert head.headers[name] == get.headers[name]
    assert head.headers["Content-Length"] == str(len(get.body))


def test_any_origin_may_read_without_credentials(server: str) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    asked = {**origin, "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "content-type"
    preflight = send(server, "OPTIONS", headers=asked)
    assert preflight.status in (200, 204)
    assert set(preflight.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    methods = preflight.headers["Access-Control-Allow-Methods"].split(", ")
    assert {"GET", "HEAD", "POST"} <= set(methods)
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"].split(", ")
    answers = [preflight]
    answers += [send(server, "GET", p, headers=origin) for p in ("", "query=ASK{}", "query=ASK")]
    answers.append(send(server, "PUT", headers=origin))
    for reply in answers:
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in reply.headers


def test_body_in_chunks_is_read_and_limited(server: str) -> None:
    """Without Content-Length a body could be cut off at the limit, and its beginning run."""
    parts = urlsplit(server)
    for body, status in ((b"ASK {}", 200), (b"ASK {} " + b"#" * 1_000_000, 413)):
        with socket.create_connection((parts.hostname, parts.port), timeout=60) as connection:
            head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\n"
            connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
            connection.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
            answered = connection.recv(15)
        assert answered.split()[1] == str(status).encode()


@pytest.mark.parametrize("media_type", [*GRAPHS, None])
def test_description_is_rdf_about_this_endpoint(server: str, media_type: str | None) -> None:
    """[returns-rdf, has-endpoint-triple]"""
    reply = send(server, "GET", headers={"Accept": media_type} if media_type else {})
    assert (reply.status, reply.media_type) == (200, media_type or "text/turtle")
    quads = ox.parse(reply.body, format=ox.RdfFormat.from_media_type(reply.media_type))
    graph = Graph().parse(data=ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES), format="nt")
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert list(graph.objects(service, SD.endpoint)) == [URIRef(f"{server}/sparql")]


# The terms of the vocabulary that a service like this one may use: domain and range.
SCHEMA: dict[Node, tuple[Node, Node]] = {
    SD.endpoint: (SD.Service, RDFS.Resource),
    SD.feature: (SD.Service, SD.Feature),
    SD.supportedLanguage: (SD.Service, SD.Language),
    SD.resultFormat: (SD.Service, URIRef("http://www.w3.org/ns/formats/Format")),
    SD.defaultDataset: (SD.Service, SD.Dataset),
    SD.availableGraphs: (SD.Service, SD.GraphCollection),
    SD.defaultGraph: (SD.Dataset, SD.Graph),
    SD.namedGraph: (SD.GraphCollection, SD.NamedGraph),
    SD.name: (SD.NamedGraph, RDFS.Resource),
}
# What the vocabularies themselves give a type: no description has to repeat it.
KNOWN = {
    SD.UnionDefaultGraph: SD.Feature,
    SD.SPARQL11Query: SD.Language,
}


def describe(server: str) -> tuple[Graph, Node]:
    graph = Graph().parse(data=send(server).body, format="turtle")
    (service,) = graph.subjects(RDF.type, SD.Service)
    return graph, service


def test_description_conforms_to_the_vocabulary(server: str) -> None:
    """[conforms-to-schema]"""
    graph, _ = describe(server)
    formats = "http://www.w3.org/ns/formats/"
    used = {p for p in graph.predicates() if str(p).startswith(str(SD))}
    assert used == set(SCHEMA)
    for predicate in used:
        domain, of = SCHEMA[predicate]
        for subject, _, value in graph.triples((None, predicate, None)):
            assert domain in set(graph.objects(subject, RDF.type))
            assert not isinstance(value, Literal)
            types = {*graph.objects(value, RDF.type), KNOWN.get(value)}
            if str(value).startswith(formats):
                types.add(URIRef(f"{formats}Format"))
            assert of in types or of == RDFS.Resource
    classes = {c for c in graph.objects(None, RDF.type) if str(c).startswith(str(SD))}
    assert classes <= {SD.Service, SD.Dataset, SD.GraphCollection, SD.Graph, SD.NamedGraph}


def test_description_tells_what_is_true(server: str) -> None:
    graph, service = describe(server)
    assert set(graph.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert set(graph.objects(service, SD.feature)) == {SD.UnionDefaultGraph}
    default = graph.value(graph.value(service, SD.defaultDataset), SD.defaultGraph)
    assert isinstance(default, BNode)  # the union has no name
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    (row,) = send(server, "GET", {"query": count}).json["results"]["bindings"]
    triples = URIRef("http://rdfs.org/ns/void#triples")
    assert str(graph.value(default, triples)) == row["n"]["value"]
    names = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    rows = send(server, "GET", {"query": names}).json["results"]["bindings"]
    assert {str(n) for n in graph.objects(None, SD.name)} == {r["g"]["value"] for r in rows}
    limits = str(graph.value(service, RDFS.comment))
    assert all(limit in limits for limit in ("10 s", "512 MiB", "20 MiB"))


def test_description_names_every_format_that_is_answered(server: str) -> None:
    graph, service = describe(server)
    formats = {str(f).rpartition("/")[2] for f in graph.objects(service, SD.resultFormat)}
    answered = {
        "SPARQL_Results_JSON": JSON,
        "SPARQL_Results_XML": ROWS[1],
        "SPARQL_Results_CSV": ROWS[2],
        "SPARQL_Results_TSV": ROWS[3],
        "Turtle": GRAPHS[0],
        "N-Triples": GRAPHS[1],
        "JSON-LD": GRAPHS[2],
        "RDF_XML": GRAPHS[3],
    }
    assert formats == set(answered)
    for media_type in answered.values():
        query = SELECT if media_type in ROWS else f"DESCRIBE {CITY}"
        reply = send(server, "GET", {"query": query}, headers={"Accept": media_type})
        assert (reply.status, reply.media_type) == (200, media_type)


def test_description_in_no_such_format_is_406(server: str) -> None:
    assert_problem(send(server, headers={"Accept": "text/csv"}), 406)
