"""The ontology, the shapes and the schemes, as pages and as data."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient
from lxml import html as lxml_html
from rdflib import OWL, RDF, SH, Graph, URIRef
from rdflib.compare import isomorphic

from publisher.vocabulary import LC

SHAPES = Path(__file__).parents[2] / "shapes"
PAGE = {"Accept": "text/html"}


def read_page(client: FlaskClient, path: str) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(client.get(path, headers=PAGE).text)


def read_term(client: FlaskClient, name: str) -> str:
    """Returns the text about a term, white space folded."""
    (article,) = read_page(client, "/ontology").xpath(f"//article[@id='{name}']")
    return " ".join(article.text_content().split())


def test_every_term_has_its_anchor_and_its_triples(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/ontology.nt").data, format="nt")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    terms = {str(s) for kind in kinds for s in graph.subjects(RDF.type, kind)}
    anchors = set(read_page(client, "/ontology").xpath("//article[@class='term']/@id"))
    assert {term.removeprefix(str(LC)) for term in terms} == anchors
    assert len(anchors) > 20


def test_a_term_asked_for_by_its_iri_leads_to_its_anchor(client: FlaskClient) -> None:
    response = client.get("/resource", query_string={"iri": str(LC.Passage)}, headers=PAGE)
    assert (response.status_code, response.location) == (303, "/ontology#Passage")


def test_uses_of_a_term_are_those_of_the_data(client: FlaskClient) -> None:
    asked = {
        "Passage": "SELECT (COUNT(*) AS ?n) { ?s a lc:Passage }",
        "evidence": "SELECT (COUNT(*) AS ?n) { ?s lc:evidence ?o }",
    }
    for name, query in asked.items():
        answer = client.get("/sparql", query_string={"query": query, "format": "json"}).json
        number = int(answer["results"]["bindings"][0]["n"]["value"])
        assert number > 1
        assert f"{number} uses" in read_term(client, name)


def test_a_term_is_shown_with_the_rules_of_the_shapes(client: FlaskClient) -> None:
    section = read_term(client, "Section")
    assert "A section's IRI is that of its profile" in section
    assert "Section-order · order · of section · exactly 1; a value of type xsd:int" in section
    order = read_term(client, "order")
    assert "A section has exactly one place in the order" in order
    assert "Passage-order" in order
    # Through an inverse path, too; and what is only a warning says so.
    assert "Section-parent" in read_term(client, "section")
    assert "KnownCountry · of learning city · only a warning" in read_term(client, "LearningCity")


def test_shapes_are_published_as_they_are(client: FlaskClient) -> None:
    source = Graph()
    for path in SHAPES.glob("*.ttl"):
        source.parse(path)
    published = Graph().parse(data=client.get("/shapes").data, format="turtle")
    assert isomorphic(published, source)
    assert (URIRef("https://w3id.org/learning-cities/shapes#Section"), RDF.type, SH.NodeShape) in (
        source
    )


def test_a_scheme_is_a_tree_with_all_names_and_matches(client: FlaskClient) -> None:
    page = read_page(client, "/doc/scheme/topic")
    (entry,) = page.xpath("//ul[@class='tree']/li[p/a/@href='/id/topic/reading']")
    assert entry.xpath(".//span[@lang]/@lang")
    assert entry.xpath("p[starts-with(., 'the same:') or starts-with(., 'close:')]/a/@href")
