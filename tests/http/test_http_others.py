"""What another publisher says of a site's city is published as its word, never as the site's."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from click.testing import CliRunner
from two_publishers import build, find_port, publish, write_site

from publisher.cli import main

OTHER = "https://other.example.org/"
LICENSE = "https://opendatacommons.org/licenses/odbl/1-0/"
# Nothing here has an IRI of ours as its subject, so all of it is let in.
CLAIMS = """@prefix lc: <https://w3id.org/learning-cities/ontology#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{other}claim> a org:Membership ; rdfs:label "A claim"@en ; org:member <{city}> ;
    org:organization <{other}net> ; lc:memberSince "1066"^^xsd:gYear .
<{other}award> a lc:AwardReceipt ; rdfs:label "A prize"@en ; lc:laureate <{city}> ;
    lc:awardYear "2007"^^xsd:gYear .
<{other}scheme> a lc:Initiative ; rdfs:label "Foreign scheme"@en ; lc:city <{city}> ;
    owl:sameAs <https://sws.geonames.org/1/> .
<{other}topic> a skos:Concept ; skos:prefLabel "Foreign topic"@en ;
    skos:inScheme <{base}id/scheme/theme> .
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    base = f"http://127.0.0.1:{find_port()}/"
    site = write_site(tmp_path_factory.mktemp("site") / "s", base, "Bergdorf", "Switzerland")
    dump = site.parent / "claims.ttl"
    claims = CLAIMS.format(other=OTHER, city=f"{base}id/city/ch/bergdorf", base=base)
    dump.write_text(claims, encoding="utf-8")
    _harvest(site, dump)
    with publish(build(site)) as served:
        yield served


def _harvest(site: Path, dump: Path) -> None:
    handler = partial(SimpleHTTPRequestHandler, directory=str(dump.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        (site / "data/sources.toml").write_text(
            f'[claims]\nkind = "rdf"\nformat = "turtle"\n'
            f'url = "http://127.0.0.1:{server.server_address[1]}/{dump.name}"\n'
            f'title = "Somebody\'s claims"\nlicense = "{LICENSE}"\n',
            encoding="utf-8",
        )
        done = CliRunner().invoke(main, ["harvest", "--site", str(site)])
        server.shutdown()
        thread.join()
    assert done.exit_code == 0, done.output


def get(address: str, path: str, accept: str = "text/html") -> tuple[str, str]:
    """Returns the body, and the Link header."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("GET", path, headers={"Accept": accept})
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    assert response.status == 200, body
    return body, response.headers["Link"] or ""


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/doc/city/ch/bergdorf.html", "text/html"),
        ("/doc/city/ch/bergdorf.ttl", "text/turtle"),
        ("/dump/city/ch/bergdorf.nq", "*/*"),
        ("/dump/cities.csv", "*/*"),
        ("/dump/initiatives.csv", "*/*"),
        ("/dump/concepts.csv", "*/*"),
        ("/doc/scheme/theme.html", "text/html"),
        ("/", "text/html"),
    ],
)
def test_the_site_s_own_pages_and_files_are_its_own_words(
    address: str, path: str, accept: str
) -> None:
    body, _ = get(address, path, accept)
    for claim in ("1066", "2007", "Foreign scheme", "Foreign topic", "A prize", f"<{OTHER}"):
        assert not re.search(rf"(?<!\w){re.escape(claim)}(?!\w)", body), claim


def test_the_page_of_a_city_leads_to_what_others_say(address: str) -> None:
    body, link = get(address, "/doc/city/ch/bergdorf.html")
    assert "What others say" in body
    assert 'href="/graph/harvest/claims"' in body
    assert LICENSE in body
    assert f'<{LICENSE}>; rel="license"' not in link, "the page itself is under the site's licence"


def test_what_others_say_is_shown_under_their_name_and_licence(address: str) -> None:
    path = f"/resource?iri={quote(OTHER + 'scheme', safe='')}"
    body, link = get(address, path)
    assert "Foreign scheme" in body
    assert "Somebody&#39;s claims" in body
    assert "licenses/by/4.0" not in body.partition("<footer")[2]
    assert f'<{LICENSE}>; rel="license"' in link
    assert "licenses/by/4.0" not in link


def test_the_graph_of_another_publisher_tells_its_licence(address: str) -> None:
    body, link = get(address, "/graph/harvest/claims")
    assert LICENSE in body.partition("<footer")[2]
    assert f'<{LICENSE}>; rel="license"' in link


def test_a_foreign_identifier_leads_to_things_of_the_site_only(address: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("GET", "/same?iri=https://sws.geonames.org/1/&format=json")
    response = connection.getresponse()
    assert response.status == 404, response.read()
    connection.close()


def test_the_endpoint_answers_with_what_everybody_says(address: str) -> None:
    query = quote("SELECT ?y { ?m org:member ?c ; lc:memberSince ?y }")
    body, _ = get(address, f"/sparql?query={query}", "text/csv")
    assert body.split() == ["y", "1066"]
