"""The endpoint: SPARQL 1.1 Protocol, formats, refusals."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.query import Result

BASE = "https://data.example.org/cities/"
SELECT = "SELECT ?city WHERE { ?city a lc:LearningCity }"
CONSTRUCT = "CONSTRUCT WHERE { ?city a lc:LearningCity ; rdfs:label ?name }"
CITY = f"{BASE}id/city/xa/example"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "media_type", "reader"),
    [
        ("*/*", "application/sparql-results+json", "json"),
        ("application/json", "application/sparql-results+json", "json"),
        ("application/sparql-results+json", "application/sparql-results+json", "json"),
        ("application/sparql-results+xml", "application/sparql-results+xml", "xml"),
        ("application/xml", "application/sparql-results+xml", "xml"),
        ("text/csv", "text/csv", "csv"),
        ("text/tab-separated-values", "text/tab-separated-values", "tsv"),
    ],
)
def test_select_in_every_format(
    client: FlaskClient, accept: str, media_type: str, reader: str
) -> None:
    response = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert response.headers["Vary"] == "Accept"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    rows = Result.parse(io.BytesIO(response.data), format=reader)
    assert [str(row[0]) for row in rows] == [CITY]


@pytest.mark.parametrize(
    ("media_type", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
    ],
)
def test_construct_in_every_format(client: FlaskClient, media_type: str, parser: str) -> None:
    response = client.get(
        "/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": media_type}
    )
    assert response.mimetype == media_type
    default = client.get("/sparql", query_string={"query": CONSTRUCT})
    assert default.mimetype == "text/turtle"
    expected = Graph().parse(data=default.data, format="turtle")
    assert len(expected) == 2
    assert isomorphic(Graph().parse(data=response.data, format=parser), expected)


def test_construct_as_jsonld_names_the_context(client: FlaskClient) -> None:
    response = client.get(
        "/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": "application/ld+json"}
    )
    assert json.loads(response.data)["@context"] == f"{BASE}context.jsonld"


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv"])
def test_post_form_and_post_direct_answer_alike(client: FlaskClient, accept: str) -> None:
    headers = {"Accept": accept}
    by_get = client.get("/sparql", query_string={"query": SELECT}, headers=headers)
    by_form = client.post("/sparql", data={"query": SELECT}, headers=headers)
    direct = client.post(
        "/sparql", data=SELECT, content_type="application/sparql-query", headers=headers
    )
    assert by_get.data == by_form.data == direct.data


def test_graphs_of_the_request_override_the_union(client: FlaskClient) -> None:
    asked = {"query": "ASK { ?s a skos:Concept }", "default-graph-uri": f"{BASE}graph/ontology"}
    assert client.get("/sparql", query_string=asked).get_json()["boolean"] is False
    asked["default-graph-uri"] = f"{BASE}graph/concepts"
    assert client.get("/sparql", query_string=asked).get_json()["boolean"] is True


def test_ask_in_every_format(client: FlaskClient) -> None:
    answers = {
        accept: client.get("/sparql?query=ASK%20%7B%7D", headers={"Accept": accept}).text
        for accept in ("text/csv", "text/tab-separated-values", "application/xml", BROWSER)
    }
    assert all("true" in answer for answer in answers.values())


def test_syntax_error_has_line_and_column(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT *\nWHERE { ?s ?p }"})
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    problem = response.get_json()
    assert problem["line"] == 2
    assert problem["column"] > 1
    assert problem["detail"][0].isupper()
    assert problem["detail"].endswith(".")


def test_browser_gets_the_query_back_with_the_error(client: FlaskClient) -> None:
    response = client.get(
        "/sparql", query_string={"query": "NO QUERY <b>"}, headers={"Accept": BROWSER}
    )
    assert (response.status_code, response.mimetype) == (400, "text/html")
    assert "NO QUERY &lt;b&gt;" in response.text


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "LOAD <http://127.0.0.1:9/>",
    ],
)
def test_updates_and_calls_away_are_refused(client: FlaskClient, query: str) -> None:
    response = client.post("/sparql", data={"query": query})
    assert response.status_code == 403
    assert response.get_json()["remedy"]


@pytest.mark.parametrize("body", [{}, {"query": " "}, {"query": [SELECT, SELECT]}])
def test_one_query_is_needed(client: FlaskClient, body: dict[str, str]) -> None:
    assert client.post("/sparql", data=body or {"x": ""}).status_code == 400


def test_other_bodies_are_415(client: FlaskClient) -> None:
    response = client.post("/sparql", data="{}", content_type="application/json")
    assert response.status_code == 415
    assert "application/sparql-query" in response.get_json()["available"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_405(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql", method=method)
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))
    assert response.get_json()["allow"] == response.headers["Allow"].split(", ")


def test_body_that_is_not_utf8_is_400(client: FlaskClient) -> None:
    response = client.post("/sparql", data=b"\xff\xfe", content_type="application/sparql-query")
    assert response.status_code == 400


def test_endless_body_is_413(client: FlaskClient) -> None:
    response = client.post("/sparql", data="#" * 2_000_000, content_type="application/sparql-query")
    assert response.status_code == 413


def test_unacceptable_result_format_is_406(client: FlaskClient) -> None:
    response = client.get(
        "/sparql", query_string={"query": SELECT}, headers={"Accept": "text/turtle"}
    )
    assert response.status_code == 406
    assert "text/csv" in response.get_json()["available"]


def test_form_and_table_for_browsers(client: FlaskClient) -> None:
    form = client.get("/sparql", headers={"Accept": BROWSER})
    assert (form.status_code, form.mimetype) == (200, "text/html")
    assert "<textarea" in form.text
    table = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": BROWSER})
    assert 'href="/id/city/xa/example"' in table.text
    assert "format=csv" in table.text


def test_every_example_answers(client: FlaskClient) -> None:
    page = client.get("/sparql", headers={"Accept": BROWSER}).text
    links = [p.split('"')[0] for p in page.split('href="') if p.startswith("/sparql?query=")]
    assert len(links) >= 5
    for link in links:
        response = client.get(link + "&format=csv")
        assert response.status_code == 200
        assert len(list(csv.reader(response.text.splitlines()))) > 1, link


@pytest.mark.parametrize("name", ["csv", "text/csv"])
def test_parameter_names_the_format(client: FlaskClient, name: str) -> None:
    asked = {"query": SELECT, "format": name}
    response = client.get("/sparql", query_string=asked, headers={"Accept": "text/html"})
    assert response.mimetype == "text/csv"


def test_unknown_format_is_400(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": SELECT, "format": "turtle"})
    assert response.status_code == 400
    assert "csv" in response.get_json()["remedy"]


def test_construct_and_ask_have_tables_too(client: FlaskClient) -> None:
    headers = {"Accept": BROWSER}
    page = client.get("/sparql", query_string={"query": CONSTRUCT}, headers=headers).text
    assert "2 rows" in page
    assert "format=jsonld" in page


def test_literals_are_text_in_the_table(client: FlaskClient) -> None:
    query = 'SELECT ("<script>x</script>" AS ?a) (<javascript:x> AS ?b) WHERE {}'
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": BROWSER}).text
    assert "<script>x" not in page
    assert 'href="javascript' not in page


def test_preflight_allows_any_origin(client: FlaskClient) -> None:
    response = client.options("/sparql", headers={"Origin": "https://example.com"})
    assert response.status_code == 200
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/rdf+xml"])
def test_endpoint_describes_itself(client: FlaskClient, accept: str) -> None:
    response = client.get("/sparql", headers={"Accept": accept})
    assert response.status_code == 200
    form = "xml" if "xml" in accept else "turtle"
    graph = Graph().parse(data=response.data, format=form)
    sd = Namespace("http://www.w3.org/ns/sparql-service-description#")
    (service,) = graph.subjects(RDF.type, sd.Service)
    assert (service, sd.endpoint, URIRef("http://localhost/sparql")) in graph
    assert (service, sd.supportedLanguage, sd.SPARQL11Query) in graph
    assert (service, sd.feature, sd.UnionDefaultGraph) in graph
    assert (service, sd.feature, sd.BasicFederatedQuery) not in graph
    assert len(list(graph.objects(service, sd.resultFormat))) == 8
    assert "10 s" in str(graph.value(service, RDFS.comment))
    names = set(graph.objects(None, sd.name))
    assert URIRef(f"{BASE}graph/profile/xa/example") in names


def test_description_in_no_such_format_is_406(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "image/png"})
    assert response.status_code == 406


@pytest.mark.parametrize("address", ["/sparql?update=CLEAR%20ALL", "/sparql?query="])
def test_request_without_a_query_is_400(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 400


def test_query_in_another_charset_is_415(client: FlaskClient) -> None:
    response = client.post(
        "/sparql",
        data=SELECT.encode("utf-16"),
        content_type="application/sparql-query; charset=utf-16",
    )
    assert response.status_code == 415


def test_head_has_the_headers_of_get(client: FlaskClient) -> None:
    asked = {"query": SELECT, "format": "csv"}
    head, get = (
        client.open("/sparql", method=method, query_string=asked) for method in ("HEAD", "GET")
    )
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert head.headers["Content-Length"] == str(len(get.data))


def test_options_lists_the_methods(client: FlaskClient) -> None:
    allowed = client.options("/sparql").headers["Allow"].split(", ")
    assert set(allowed) == {"GET", "HEAD", "OPTIONS", "POST"}
