"""What the shipped site knows of identifiers of other datasets, over HTTP and as a command."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from rdflib import SKOS, Graph, Literal, URIRef

from publisher.cli import main
from publisher.release import Release
from publisher.sameness import find_linked

ASKED = "https://vocabularies.unesco.org/browser/thesaurus/en/page/concept17171"
LINK = "http://vocabularies.unesco.org/thesaurus/concept17171"
TOPIC = "https://w3id.org/learning-cities/id/topic/well-being"


def test_json_without_asking_for_it(client: FlaskClient) -> None:
    response = client.get("/same", query_string={"iri": ASKED})
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.get_json() == {
        "iri": ASKED,
        "same": [
            {
                "iri": TOPIC,
                "label": "well-being",
                "property": "skos:exactMatch",
                "propertyIri": str(SKOS.exactMatch),
                "value": LINK,
            }
        ],
    }


@pytest.mark.parametrize(
    ("media_type", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
    ],
)
def test_graph(client: FlaskClient, media_type: str, parser: str) -> None:
    headers = {"Accept": media_type}
    response = client.get("/same", query_string={"iri": ASKED}, headers=headers)
    assert response.mimetype == media_type
    graph = Graph().parse(data=response.data, format=parser)
    assert (URIRef(TOPIC), SKOS.exactMatch, URIRef(LINK)) in graph
    assert (URIRef(TOPIC), SKOS.prefLabel, Literal("well-being", lang="en")) in graph


def test_formats_by_name_and_refusal(client: FlaskClient) -> None:
    asked = {"iri": ASKED, "format": "jsonld"}
    named = client.get("/same", query_string=asked, headers={"Accept": "text/html"})
    assert named.mimetype == "application/ld+json"
    (thing,) = json.loads(named.data)["graph"]
    assert (thing["id"], thing["exactMatch"]) == (TOPIC, LINK)
    refused = client.get("/same", query_string={"iri": ASKED}, headers={"Accept": "image/png"})
    assert refused.status_code == 406


def test_page(client: FlaskClient) -> None:
    headers = {"Accept": "text/html"}
    page = client.get("/same", query_string={"iri": ASKED}, headers=headers).text
    assert '<a href="/id/topic/well-being">well-being</a>' in page
    assert "skos:exactMatch" in page


def test_country_by_code(client: FlaskClient) -> None:
    for code in ("KR", "KOR", "410"):
        found = client.get("/same", query_string={"iri": f"iso:{code}"}).get_json()["same"]
        assert [x["iri"] for x in found] == ["https://w3id.org/learning-cities/id/country/kr"]


def test_own_thing_says_what_it_is_linked_to(client: FlaskClient) -> None:
    found = client.get("/same", query_string={"iri": TOPIC}).get_json()["same"]
    assert {x["iri"] for x in found} == {TOPIC}
    assert LINK in {x["value"] for x in found}
    page = client.get("/same", query_string={"iri": TOPIC}, headers={"Accept": "text/html"}).text
    assert LINK in page


def test_documented_examples_find_something(release: Release) -> None:
    told = CliRunner().invoke(main, ["same", "--help"]).stdout
    examples = re.findall(r"(?:https?://|\b(?:geonames|iso):)[\w./:-]*\w", told)
    assert len(examples) == 3
    for example in examples:
        assert find_linked(release.store(), example)


def test_nothing_and_nonsense_are_told_apart(client: FlaskClient) -> None:
    nothing = client.get("/same?iri=https://sws.geonames.org/999999999999/")
    assert (nothing.status_code, nothing.mimetype) == (404, "application/problem+json")
    odd = ("/same?iri=http://%5B::1", "/same?iri=http://ex%E2%84%80mple.com/")
    for asked in ("/same", "/same?iri=Seoul", *odd):
        problem = client.get(asked)
        assert problem.status_code == 400
        assert problem.get_json()["parameter"] == "iri"


def test_command(release: Release) -> None:
    out = ["--out", str(release.path.parents[1])]
    found = CliRunner().invoke(main, ["same", ASKED, *out])
    assert (found.exit_code, found.stdout) == (0, f"{TOPIC}\tskos:exactMatch\t{LINK}\n")
    nothing = CliRunner().invoke(main, ["same", "http://www.wikidata.org/entity/Q1", *out])
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert "Nothing here is linked" in nothing.stderr
