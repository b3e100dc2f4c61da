"""Documents about things: path × Accept → status, type, headers, and the same graph."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import DCTERMS, FOAF, OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client
from werkzeug.wrappers import Response

from publisher.formats import JSONLD, TRIG, read
from publisher.quads import to_graph
from publisher.release import Release
from publisher.vocabulary import LC

BASE = "https://data.example.org/cities/"
CITY = "city/xa/example"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDF_TYPES = {
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
}
PARSERS = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml"}


def parse(release: Release, data: bytes, suffix: str) -> Graph:
    """rdflib reads what it can without deprecation warnings of its own, pyoxigraph JSON-LD."""
    if suffix == ".jsonld":
        context = release.jsonld_context()
        return to_graph(read(data, "answer", JSONLD, base_iri=BASE, context=context))
    return Graph().parse(data=data, format=PARSERS[suffix])


def test_thing_redirects_to_its_document(client: FlaskClient) -> None:
    response = client.get(f"/id/{CITY}")
    assert response.status_code == 303
    assert response.headers["Location"] == f"/doc/{CITY}"


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (None, ".html"),
        ("", ".html"),
        ("*/*", ".html"),
        (BROWSER, ".html"),
        ("text/turtle", ".ttl"),
        ("text/turtle;q=0.5, application/n-triples", ".nt"),
        ("text/html;q=0.1, application/rdf+xml;q=0.2", ".rdf"),
        ("application/*", ".jsonld"),
        ("application/json", ".jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', ".jsonld"),
        ("*/*, text/html;q=0", ".ttl"),
        ("image/png, text/turtle;q=0.01", ".ttl"),
    ],
)
def test_accept_header_chooses_the_format(
    client: FlaskClient, accept: str | None, suffix: str
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    response = client.get(f"/doc/{CITY}", headers=headers)
    assert response.status_code == 200
    assert response.mimetype == {".html": "text/html", **RDF_TYPES}[suffix]
    assert response.headers["Content-Location"] == f"/doc/{CITY}{suffix}"
    assert "Accept" in response.vary.as_set(preserve_casing=True)


@pytest.mark.parametrize("suffix", RDF_TYPES)
def test_suffix_wins_over_accept(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/doc/{CITY}{suffix}", headers={"Accept": "text/html"})
    assert response.mimetype == RDF_TYPES[suffix]


@pytest.mark.parametrize("accept", ["image/png", "text/turtle;q=0", "*/*;q=0"])
def test_refused_formats_are_listed(client: FlaskClient, accept: str) -> None:
    response = client.get(f"/doc/{CITY}", headers={"Accept": accept})
    assert response.status_code == 406
    assert response.mimetype == "application/problem+json"
    assert response.get_json()["available"] == ["text/html", *RDF_TYPES.values()]


@pytest.mark.parametrize(
    "path",
    [
        f"/doc/{CITY}",
        "/doc/profile/xa/example",
        "/doc/topic/reading",
        "/doc/country/xa",
        "/doc/observation/xa/example/gdp-city",
        "/ontology",
        "/graph/concepts",
    ],
)
def test_all_formats_say_the_same(client: FlaskClient, release: Release, path: str) -> None:
    graphs = [parse(release, client.get(path + suffix).data, suffix) for suffix in RDF_TYPES]
    assert len(graphs[0]) > 3
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])


def test_document_holds_both_directions_and_labels(client: FlaskClient, release: Release) -> None:
    graph = parse(release, client.get("/doc/topic/reading.nt").data, ".nt")
    passage = URIRef(f"{BASE}id/profile/xa/example/passage/e98bf8e915e1")
    topic = URIRef(f"{BASE}id/topic/reading")
    assert (passage, LC.topic, topic) in graph
    assert (passage, RDFS.label, None) in graph
    assert (topic, RDF.type, None) in graph


def test_graph_keeps_its_name_where_a_format_can(client: FlaskClient) -> None:
    response = client.get("/graph/profile/xa/example", headers={"Accept": "application/trig"})
    quads = read(response.data, "answer", TRIG, base_iri=BASE)
    names = {quad.graph_name for quad in quads}
    assert names == {ox.NamedNode(f"{BASE}graph/profile/xa/example")}


@pytest.mark.parametrize(
    "path",
    [
        "/id/nothing",
        "/doc/nothing",
        "/doc/nothing.ttl",
        "/graph/nothing",
        "/id/%00",
        "/doc/%00.ttl",
        "/id/a%20b",
        "/id/%3Cx%3E",
        "/id/%FF",
        "/id/../../etc/passwd",
        "/graph/%00",
        "/doc/",
    ],
)
def test_unknown_is_404(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
    problem = response.get_json()
    assert {"type", "title", "status", "detail", "instance"} <= problem.keys()
    assert problem["status"] == 404


def test_browser_gets_errors_as_pages(client: FlaskClient) -> None:
    response = client.get("/id/nothing", headers={"Accept": BROWSER})
    assert (response.status_code, response.mimetype) == (404, "text/html")
    assert "Not Found" in response.text


def test_graph_has_a_page(client: FlaskClient) -> None:
    page = client.get("/graph/concepts", headers={"Accept": BROWSER}).text
    assert f"{BASE}graph/concepts" in page
    assert 'href="/id/topic/reading"' in page
    assert 'href="/graph/concepts.trig"' in page


def test_links_stay_on_this_server(client: FlaskClient) -> None:
    page = client.get(f"/doc/{CITY}.html").text
    assert f'href="{BASE}' not in page
    assert 'href="/id/country/xa"' in page
    assert f"{BASE}id/{CITY}" in page


def test_links_stay_under_a_path_prefix(app: Flask) -> None:
    def nothing(_environ: object, start: object) -> list[bytes]:
        raise AssertionError("outside the prefix")

    client = Client(DispatcherMiddleware(nothing, {"/some/where": app}), Response)  # type: ignore[arg-type]
    page = client.get(f"/some/where/doc/{CITY}.html").text
    addresses = [part.split('"')[0] for part in page.split('href="')[1:]]
    local = [a for a in addresses if a.startswith("/")]
    assert len(local) > 20
    assert all(a.startswith("/some/where/") for a in local)
    assert client.get(f"/some/where/id/{CITY}").headers["Location"] == f"/some/where/doc/{CITY}"


def test_links_lead_somewhere(client: FlaskClient) -> None:
    """Follows every link of every kind of page once."""
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        response = client.get(path, headers={"Accept": BROWSER}, follow_redirects=True)
        assert response.status_code == 200, path
        if response.mimetype != "text/html" or path.startswith("/sparql?"):
            continue
        links = (part.split('"')[0].split("#")[0] for part in response.text.split('href="')[1:])
        waiting += [link.replace("&amp;", "&") for link in links if link.startswith("/")]
    assert len(seen) > 100


def test_anchors_exist(client: FlaskClient) -> None:
    page = client.get(f"/doc/{CITY}.html").text
    target = next(p.split('"')[0] for p in page.split('href="') if "#passage-" in p.split('"')[0])
    path, _, anchor = target.partition("#")
    assert f'id="{anchor}"' in client.get(path, headers={"Accept": BROWSER}).text


def test_city_page_says_what_is_and_is_not_reported(client: FlaskClient) -> None:
    page = client.get(f"/doc/{CITY}.html").text
    assert "more than 25,000 USD" in page
    assert "not reported" in page
    assert "about 91,000" in page
    assert "Example has been named City of Stories." in page


def test_right_to_left_text_is_marked(client: FlaskClient) -> None:
    page = client.get("/doc/profile/xa/example/passage/0000000000aa.html").text
    assert 'lang="ar" dir="rtl"' in page


def test_ontology_has_an_anchor_for_each_term(client: FlaskClient, release: Release) -> None:
    graph = parse(release, client.get("/ontology.ttl").data, ".ttl")
    terms = {str(s).rpartition("#")[2] for s in graph.subjects() if str(s).startswith(str(LC))}
    page = client.get("/ontology", headers={"Accept": BROWSER}).text
    assert terms
    assert {t for t in terms if f'id="{t}"' not in page} == set()


def test_version_of_the_ontology_leads_to_it(client: FlaskClient, release: Release) -> None:
    graph = parse(release, client.get("/ontology.ttl").data, ".ttl")
    version = graph.value(URIRef(str(LC).rstrip("#")), OWL.versionIRI)
    response = client.get(f"/ontology/{str(version).rpartition('/')[2]}")
    assert (response.status_code, response.headers["Location"]) == (303, "/ontology")
    assert client.get("/ontology/9.9.9").status_code == 404


def test_labels_are_the_sites(client: FlaskClient, release: Release) -> None:
    graph = parse(release, client.get("/doc/country/xa.rdf").data, ".rdf")
    label = Literal("Republic of Samples", lang="en")
    assert (URIRef(f"{BASE}id/country/xa"), RDFS.label, label) in graph


def test_resource_of_a_built_site(client: FlaskClient) -> None:
    """Own things have their own address; what the data only mentions has its document here."""
    own = client.get("/resource", query_string={"iri": f"{BASE}id/{CITY}"})
    assert (own.status_code, own.headers["Location"]) == (303, f"/id/{CITY}")
    term = client.get("/resource", query_string={"iri": str(LC.LearningCity)})
    assert (term.status_code, term.headers["Location"]) == (303, "/ontology#LearningCity")
    foreign = "http://xmlns.com/foaf/0.1/Document"
    asked = {"iri": foreign, "format": "turtle"}
    graph = Graph().parse(data=client.get("/resource", query_string=asked).data, format="turtle")
    assert URIRef(foreign) in set(graph.objects())
    page = client.get("/resource", query_string={"iri": foreign}, headers={"Accept": BROWSER})
    assert page.status_code == 200
    assert f'href="{foreign}"' in page.text
    assert client.get("/resource", query_string={"iri": "urn:none"}).status_code == 404


def test_graph_by_its_name_is_that_at_its_path(client: FlaskClient, release: Release) -> None:
    asked = {"graph": f"{BASE}graph/concepts", "format": "turtle"}
    by_name = parse(release, client.get("/graph", query_string=asked).data, ".ttl")
    assert isomorphic(by_name, parse(release, client.get("/graph/concepts.ttl").data, ".ttl"))
    assert client.get("/graph?default").status_code == 404  # it is the union of all


@pytest.mark.parametrize("path", ["/id/entity/xa/example/old", "/doc/entity/xa/example/old.ttl"])
def test_withdrawn_thing_is_gone_with_the_reason(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 410
    problem = response.get_json()
    assert "2025-12-24" in problem["detail"]
    assert "It was a mistake." in problem["detail"]
    assert problem["withdrawn"] == "2025-12-24"
    assert problem["replaced_by"] == f"{BASE}id/entity/xa/new"
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert "It was a mistake." in page.text


def test_version_of_the_ontology_leads_to_its_document(client: FlaskClient) -> None:
    current = client.get("/ontology/0.1.0")
    assert (current.status_code, current.location) == (303, "/ontology")
    assert client.get("/ontology/0.1.0.ttl").location == "/ontology.ttl"
    assert client.get("/ontology/0.0.1").status_code == 404


def find_reported(page: str) -> set[str]:
    """Returns the things that the letters named on a page would be about."""
    letters = re.findall(r'href="mailto:a@example.org\?([^"]+)"', page)
    fields = [parse_qs(unescape(letter)) for letter in letters]
    assert all("Release 2026-01-01-0123abcd" in f["body"][0] for f in fields)
    return {f["subject"][0].removeprefix(f"Error in {BASE}id/") for f in fields}


def test_each_sentence_says_where_to_report_an_error(client: FlaskClient) -> None:
    profile = "profile/xa/example"
    page = client.get(f"/doc/{profile}.html").text
    sentences = {f"{profile}/passage/{name}" for name in re.findall(r'id="passage-([^"]+)"', page)}
    assert len(sentences) > 3
    assert find_reported(page) == sentences
    for sentence in sentences:
        assert find_reported(client.get(f"/doc/{sentence}.html").text) == {sentence}
    quoted = find_reported(client.get(f"/doc/{CITY}.html").text)
    assert quoted
    assert quoted <= sentences


def test_document_says_what_it_is(client: FlaskClient, release: Release) -> None:
    """Its topic, which is another thing than itself, and its licence, source and date."""
    graph = parse(release, client.get(f"/doc/{CITY}.ttl").data, ".ttl")
    document = URIRef(f"{BASE}doc/{CITY}")
    assert (document, RDF.type, FOAF.Document) in graph
    assert list(graph.objects(document, FOAF.primaryTopic)) == [URIRef(f"{BASE}id/{CITY}")]
    licenses = list(graph.objects(document, DCTERMS.license))
    assert licenses == [URIRef(release.settings.license)]
    assert list(graph.objects(document, DCTERMS.modified)) == [
        Literal("2026-01-01", datatype=XSD.date)
    ]
    part_of = list(graph.objects(document, DCTERMS.isPartOf))
    assert part_of == [URIRef(f"{BASE}id/release/2026-01-01-0123abcd")]
    sources = set(graph.objects(document, DCTERMS.source))
    assert sources == {URIRef(f"{BASE}graph/profile/xa/example")}
    old = client.get(f"/release/2026-01-01-0123abcd/doc/{CITY}.nt").data
    there = URIRef(f"{BASE}release/2026-01-01-0123abcd/doc/{CITY}")
    assert (there, FOAF.primaryTopic, URIRef(f"{BASE}id/{CITY}")) in parse(release, old, ".nt")
