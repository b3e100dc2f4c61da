"""What pages say of themselves to search engines, as JSON-LD of schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html as lxml_html
from rdflib import SDO

BASE = "https://data.example.org/cities/"
PAGES = (
    "/",
    "/doc/city/xa/example",
    "/doc/profile/xa/example",
    "/doc/profile/xa/example/passage/0000000000aa",
    "/doc/entity/xa/example/example-library",
    "/doc/observation/xa/example/gdp-city",
    "/doc/membership/xa/example/gnlc/2019",
    "/doc/topic/reading",
    "/doc/scheme/topic",
    "/doc/country/xa",
    "/doc/release/2026-01-01-0123abcd",
    "/ontology",
    "/graph/concepts",
    "/resource?iri=http%3A%2F%2Fxmlns.com%2Ffoaf%2F0.1%2FAgent",
    "/report",
    "/sparql",
    "/query/",
    "/query/sentences",
)


def read_description(client: FlaskClient, path: str) -> dict[str, Any]:
    page = lxml_html.fromstring(client.get(path, headers={"Accept": "text/html"}).text)
    (block,) = page.xpath("//script[@type='application/ld+json']/text()")
    description = json.loads(block)
    assert isinstance(description, dict)
    return description


def find_terms(value: object) -> Iterator[str]:
    """Yields every class and property that a description uses."""
    if isinstance(value, list):
        for item in value:
            yield from find_terms(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "@type":
                yield from [inner] if isinstance(inner, str) else inner
            elif not key.startswith("@"):
                yield key
            yield from find_terms(inner)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_describes_itself_with_terms_of_schema_org(
    client: FlaskClient, path: str
) -> None:
    description = read_description(client, path)
    assert description["@context"] == "https://schema.org"
    assert description["name"]
    # Newer than rdflib's list: https://schema.org/observationAbout, in schema.org since 2023.
    unknown = {term for term in find_terms(description) if term not in SDO}
    assert unknown <= {"observationAbout"}


def test_a_city_is_described(client: FlaskClient) -> None:
    description = read_description(client, "/doc/city/xa/example")
    assert description["@id"] == f"{BASE}id/city/xa/example"
    assert description["@type"] == "AdministrativeArea"
    assert description["name"] == "Example"
    assert description["containedInPlace"]["@id"] == f"{BASE}id/country/xa"
    assert description["mainEntityOfPage"]["@id"] == "http://localhost/doc/city/xa/example"


def test_a_concept_is_a_term_with_its_names(client: FlaskClient) -> None:
    description = read_description(client, "/doc/topic/reading")
    assert (description["@type"], description["name"]) == ("DefinedTerm", "reading")
    assert description["inDefinedTermSet"]["@id"] == f"{BASE}id/scheme/topic"


def test_a_figure_is_a_number(client: FlaskClient) -> None:
    description = read_description(client, "/doc/observation/xa/example/gdp-city")
    assert description["@type"] == "Observation"
    assert isinstance(description["minValue"], int)


def test_the_home_page_is_a_dataset_with_its_downloads(client: FlaskClient) -> None:
    description = read_description(client, "/")
    assert description["@type"] == "Dataset"
    assert description["version"] == "2026-01-01-0123abcd"
    for download in description["distribution"]:
        response = client.get(download["contentUrl"].removeprefix("http://localhost"))
        assert response.mimetype == download["encodingFormat"]


def test_an_error_describes_nothing(client: FlaskClient) -> None:
    assert b"ld+json" not in client.get("/doc/nothing", headers={"Accept": "text/html"}).data
