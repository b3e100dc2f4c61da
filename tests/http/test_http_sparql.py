"""The endpoint: formats, and what people see of it; the protocol is in test_http_protocol."""

from __future__ import annotations

import html
import io
import json
import re

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.compare import isomorphic
from rdflib.query import Result

from publisher.release import Release, context_iri

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


def test_construct_as_jsonld_names_the_context(client: FlaskClient, release: Release) -> None:
    response = client.get(
        "/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": "application/ld+json"}
    )
    assert json.loads(response.data)["@context"] == context_iri(BASE, release.context)


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


def test_endless_body_is_413(client: FlaskClient) -> None:
    response = client.post("/sparql", data="#" * 2_000_000, content_type="application/sparql-query")
    assert response.status_code == 413


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
    assert len(links) == 5
    for link in links:
        response = client.get(link, headers={"Accept": BROWSER})
        assert response.status_code == 200
        assert "<td" in response.text, link


def test_result_has_a_link_that_repeats_it(client: FlaskClient) -> None:
    asked = {"query": SELECT, "default-graph-uri": f"{BASE}graph/profile/xa/example"}
    page = client.post("/sparql", data=asked, headers={"Accept": BROWSER}).text
    (link,) = re.findall(r'href="([^"]*)" rel="bookmark"', page)
    again = client.get(html.unescape(link), headers={"Accept": BROWSER})
    assert "1 row" in again.text
    assert html.unescape(link) in html.unescape(again.text)


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
