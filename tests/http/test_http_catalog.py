"""The description of the release where programs and people look for it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from rdflib import DCTERMS, Graph, Literal, URIRef

BASE = "https://data.example.org/cities/"
DATASET = URIRef(f"{BASE}id/release/2026-01-01-0123abcd")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/.well-known/void", "/catalog", "/"])
def test_programs_find_the_description(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/turtle"}, follow_redirects=True)
    graph = Graph().parse(data=response.data, format="turtle")
    assert (DATASET, DCTERMS.title, Literal("A test")) in graph
    assert response.headers["Content-Location"] == "/catalog.ttl"


def test_well_known_is_a_redirect_as_void_says(client: FlaskClient) -> None:
    response = client.get("/.well-known/void")
    assert (response.status_code, response.headers["Location"]) == (302, "/catalog")


def test_home_page_is_for_browsers_and_whoever_says_nothing(client: FlaskClient) -> None:
    for accept in (BROWSER, "*/*", ""):
        response = client.get("/", headers={"Accept": accept})
        assert (response.status_code, response.mimetype) == (200, "text/html")
        assert "Accept" in response.vary.as_set(preserve_casing=True)


def test_catalogue_has_a_page(client: FlaskClient) -> None:
    page = client.get("/catalog", headers={"Accept": BROWSER}).text
    assert "<h1>A test</h1>" in page
    assert 'href="/catalog.ttl"' in page
