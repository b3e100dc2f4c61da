"""What crawlers are told: the one address of a page, the sitemap, where not to go."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from flask.testing import FlaskClient
from lxml import etree
from lxml import html as lxml_html

from publisher.web import crawlers

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
CITY = "http://localhost/doc/city/xa/example"


def read_sitemap(client: FlaskClient, path: str) -> dict[str, str]:
    """Returns the addresses that a sitemap or an index of sitemaps lists, with their dates."""
    response = client.get(path)
    assert response.mimetype == "application/xml"
    root = etree.fromstring(response.data)
    return {
        entry.findtext("s:loc", namespaces=NAMES): entry.findtext("s:lastmod", namespaces=NAMES)
        for entry in root
    }


def test_sitemap_lists_pages_that_there_are(client: FlaskClient) -> None:
    listed = read_sitemap(client, "/sitemap.xml")
    assert {CITY, "http://localhost/", "http://localhost/doc/topic/reading"} <= set(listed)
    for address in listed:
        response = client.get(urlsplit(address).path, headers={"Accept": "text/html"})
        assert (address, response.status_code, response.mimetype) == (address, 200, "text/html")


def test_sitemap_dates_a_page_by_the_profile_that_speaks_of_it(client: FlaskClient) -> None:
    listed = read_sitemap(client, "/sitemap.xml")
    assert listed[CITY] == "2022-01-31"
    assert listed["http://localhost/doc/entity/xa/example/example-library"] == "2022-01-31"
    assert listed["http://localhost/doc/topic/reading"] == "2026-01-01"


def test_a_long_sitemap_comes_in_parts(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read_sitemap(client, "/sitemap.xml?whole")
    monkeypatch.setattr(crawlers, "MOST_IN_A_FILE", 10)
    parts = [urlsplit(address).path for address in read_sitemap(client, "/sitemap.xml?parts")]
    assert len(parts) > 1
    found = [read_sitemap(client, part) for part in parts]
    assert {k: v for part in found for k, v in part.items()} == whole
    assert sum(map(len, found)) == len(whole)
    assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404


def test_robots_keep_off_queries_and_find_the_sitemap(client: FlaskClient) -> None:
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").text.splitlines())
    assert robots.site_maps() == ["http://localhost/sitemap.xml"]
    assert not robots.can_fetch("any", "http://localhost/sparql?query=ASK%7B%7D")
    assert not robots.can_fetch("any", "http://localhost/query/sentences?words=a")
    assert robots.can_fetch("any", CITY)
    assert "Allow: /query/$" in client.get("/robots.txt").text


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/doc/city/xa/example.html?utm_source=x", CITY),
        ("/doc/city/xa/example", CITY),
        ("/", "http://localhost/"),
        ("/ontology.html", "http://localhost/ontology"),
        ("/report.html", "http://localhost/report"),
        (
            "/resource?iri=http%3A%2F%2Fxmlns.com%2Ffoaf%2F0.1%2FAgent&format=html",
            "http://localhost/resource?iri=http%3A%2F%2Fxmlns.com%2Ffoaf%2F0.1%2FAgent",
        ),
        (
            "/query/sentences.html?words=stories",
            "http://localhost/query/sentences?words=stories",
        ),
    ],
)
def test_a_page_names_its_one_address(client: FlaskClient, path: str, canonical: str) -> None:
    page = lxml_html.fromstring(client.get(path, headers={"Accept": "text/html"}).text)
    assert page.xpath("//link[@rel='canonical']/@href") == [canonical]


def test_an_error_has_no_address_of_its_own(client: FlaskClient) -> None:
    response = client.get("/doc/nothing", headers={"Accept": "text/html"})
    assert response.mimetype == "text/html"
    assert b"canonical" not in response.data
