"""Saved queries over HTTP: formats, parameters, refusals, the page with its form."""

from __future__ import annotations

import html
import io
import json
import re
import urllib.request

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.query import Result

BASE = "https://data.example.org/cities/"
CITY = f"{BASE}id/city/xa/example"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NAMES = ["any-award", "cities-on-a-topic", "names-of-cities", "sentences", "statements"]


@pytest.mark.parametrize(
    ("suffix", "media_type", "reader"),
    [
        (".srj", "application/sparql-results+json", "json"),
        (".json", "application/sparql-results+json", "json"),
        (".srx", "application/sparql-results+xml", "xml"),
        (".xml", "application/sparql-results+xml", "xml"),
        (".csv", "text/csv", "csv"),
        (".tsv", "text/tab-separated-values", "tsv"),
    ],
)
def test_rows_in_the_format_of_the_suffix_or_of_accept(
    client: FlaskClient, suffix: str, media_type: str, reader: str
) -> None:
    asked = {"words": "named city of STORIES"}
    response = client.get(f"/query/sentences{suffix}", query_string=asked)
    assert (response.status_code, response.mimetype) == (200, media_type)
    rows = Result.parse(io.BytesIO(response.data), format=reader)
    assert [str(row[1]) for row in rows] == [CITY]
    negotiated = client.get("/query/sentences", query_string=asked, headers={"Accept": media_type})
    assert negotiated.data == response.data
    assert negotiated.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    ("suffix", "parser"),
    [(".ttl", "turtle"), (".nt", "nt"), (".rdf", "xml"), (".jsonld", None), ("", "turtle")],
)
def test_graph_in_every_format(client: FlaskClient, suffix: str, parser: str | None) -> None:
    response = client.get(f"/query/names-of-cities{suffix}")
    assert response.status_code == 200
    if parser is None:
        assert [thing["id"] for thing in json.loads(response.data)["graph"]] == [CITY]
    else:
        graph = Graph().parse(data=response.data, format=parser)
        assert set(graph) == {(URIRef(CITY), RDFS.label, Literal("Example", lang="en"))}


@pytest.mark.parametrize("given", ["city/xa/example", "id/city/xa/example", CITY])
def test_thing_is_given_by_iri_or_by_what_follows_id(client: FlaskClient, given: str) -> None:
    asked = {"thing": given, "least": "2"}
    rows = client.get("/query/statements.json", query_string=asked).get_json()
    found = {
        row["property"]["value"]: row["values"]["value"] for row in rows["results"]["bindings"]
    }
    assert found[str(RDF.type)] == "2"
    assert all(int(number) >= 2 for number in found.values())


def test_left_out_is_the_default_or_anything(client: FlaskClient) -> None:
    without = client.get("/query/sentences.csv").text
    assert "City of Stories" in without
    assert client.get("/query/sentences.csv?words=stories&city=").text == without
    assert client.get("/query/sentences.csv?city=city/xa/example").text == without


def test_yes_or_no(client: FlaskClient) -> None:
    answers = [
        client.get(f"/query/any-award.json?year={year}").get_json()["boolean"]
        for year in (2021, 1999)
    ]
    assert answers == [True, False]
    page = client.get("/query/any-award?year=1999", headers={"Accept": BROWSER}).text
    assert ">No</h2>" in page


@pytest.mark.parametrize(
    ("address", "parameter", "remedy"),
    [
        ("any-award.csv", "year", "a year such as 2024"),
        ("any-award.csv?year=", "year", "a year such as 2024"),
        ("any-award.csv?year=MMXXI", "year", "a year such as 2024"),
        ("any-award.csv?year=2021&year=2022", "year", "one value"),
        ("any-award.csv?year=2021&month=5", "month", "year"),
        ("any-award.csv?year=2021&month=", "month", "year"),
        ("statements.csv?thing=a%20b", "thing", "an IRI"),
        ("statements.csv?thing=x%3Ey", "thing", "an IRI"),
        ("statements.csv?thing=city/xa/example&least=1.5", "least", "whole number"),
        ("statements.csv?thing=city/xa/example&least=%D9%A3", "least", "whole number"),
        ("cities-on-a-topic.csv?topic=target-group/adults", "topic", "lists the values"),
        ("sentences.csv?city=country/xa", "city", "lists the values"),
        ("names-of-cities.ttl?x=1", "x", "takes none"),
    ],
)
def test_wrong_parameter_is_named_with_a_remedy(
    client: FlaskClient, address: str, parameter: str, remedy: str
) -> None:
    response = client.get(f"/query/{address}")
    assert response.status_code == 400
    problem = response.get_json()
    assert problem["parameter"] == parameter
    assert parameter in problem["detail"]
    assert remedy in problem["remedy"]


@pytest.mark.parametrize(
    "words",
    ['" } SERVICE <http://127.0.0.1:9/> {', "\\", "\\u0022 }", "'''", "a\nb", "service", "} #"],
)
def test_text_stays_a_text(client: FlaskClient, words: str) -> None:
    response = client.get("/query/sentences.json", query_string={"words": words})
    assert response.status_code == 200
    assert response.get_json()["results"]["bindings"] == []


def test_unknown_name_lists_the_names(client: FlaskClient) -> None:
    response = client.get("/query/nothing.csv")
    assert response.status_code == 404
    assert response.get_json()["available"] == NAMES
    page = client.get("/query/nothing", headers={"Accept": BROWSER}).text
    assert "<code>sentences</code>" in page


@pytest.mark.parametrize("name", ["sentences.ttl", "names-of-cities.csv", "sentences.docx"])
def test_format_that_the_query_has_not_is_404(client: FlaskClient, name: str) -> None:
    response = client.get(f"/query/{name}")
    assert response.status_code == 404
    assert "suffixes" in response.get_json()["remedy"]


def test_unacceptable_format_is_406(client: FlaskClient) -> None:
    response = client.get("/query/sentences", headers={"Accept": "text/turtle"})
    assert response.status_code == 406
    assert "text/csv" in response.get_json()["available"]


def test_page_has_form_table_and_links(client: FlaskClient) -> None:
    asked = {"words": "named City of Stories", "city": CITY}
    page = client.get("/query/sentences", query_string=asked, headers={"Accept": BROWSER}).text
    assert 'value="named City of Stories"' in page
    assert '<option value="city/xa/example" selected>Example</option>' in page
    assert "1 row" in page
    assert "Example has been named City of Stories." in page
    links = [html.unescape(link) for link in re.findall(r'href="(/query/sentences[^"]*)"', page)]
    csv = next(link for link in links if link.startswith("/query/sentences.csv"))
    assert CITY in client.get(csv).text
    repeated = next(link for link in links if link.startswith("/query/sentences?"))
    assert client.get(repeated, headers={"Accept": BROWSER}).text == page


def test_page_of_a_query_that_needs_a_value_waits_for_it(client: FlaskClient) -> None:
    page = client.get("/query/statements", headers={"Accept": BROWSER})
    assert page.status_code == 200
    assert "required" in page.text
    assert "<table" not in page.text
    bad = client.get("/query/statements?least=x", headers={"Accept": BROWSER})
    assert (bad.status_code, bad.mimetype) == (400, "text/html")
    assert 'href="/query/statements"' in bad.text


def test_list_of_queries_as_page_and_as_graph(client: FlaskClient) -> None:
    page = client.get("/query/", headers={"Accept": BROWSER}).text
    assert all(f'href="/query/{name}"' in page for name in NAMES)
    response = client.get("/query/", headers={"Accept": "text/turtle"}, follow_redirects=True)
    graph = Graph().parse(data=response.data, format="turtle")
    found = {str(q).rpartition("/")[2] for q in graph.subjects(RDF.type, SH.SPARQLExecutable)}
    assert sorted(found) == NAMES
    assert client.get("/query").status_code == 308


def test_front_page_links_to_the_queries(client: FlaskClient) -> None:
    page = client.get("/").text
    assert all(f'href="/query/{name}"' in page for name in NAMES)


def test_query_is_a_thing_whose_page_leads_to_the_form(client: FlaskClient) -> None:
    page = client.get("/doc/query/sentences", headers={"Accept": BROWSER}).text
    assert 'href="/query/sentences"' in page
    data = client.get("/doc/query/sentences.ttl").data
    graph = Graph().parse(data=data, format="turtle")
    iri = URIRef(f"{BASE}id/query/sentences")
    assert "CONTAINS" in str(graph.value(iri, SH.select))
    assert set(graph.objects(iri, SH.parameter)) == {
        URIRef(f"{iri}/parameter/words"),
        URIRef(f"{iri}/parameter/city"),
    }


def test_head_and_only_get(client: FlaskClient) -> None:
    head, get = (client.open("/query/sentences.csv", method=method) for method in ("HEAD", "GET"))
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(get.data))
    assert client.post("/query/sentences.csv").status_code == 405


def test_real_server_answers_with_its_workers(server: str) -> None:
    with urllib.request.urlopen(f"{server}/query/sentences.csv?words=city+of+stories") as answer:
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "named City of Stories" in answer.read().decode()
