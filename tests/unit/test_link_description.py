"""What a release says of its links: linksets that count them all, and the link files."""

from __future__ import annotations

import pytest
from rdflib import DCTERMS, OWL, PROV, RDF, SKOS, VOID, Graph, Literal, URIRef
from rdflib.term import Node

from publisher.iris import Iris
from publisher.link_description import SSSOM, describe_links
from publisher.linksets import GEONAMES, PlaceFacts, convert_links, convert_places
from publisher.quads import to_quads
from publisher.sssom import BY_TOOL, Link, MappingSet

BASE = "https://data.example.org/"
IRIS = Iris(BASE)
DATASET = IRIS.release("1")
PLACES, LINKS = IRIS.graph("geonames"), IRIS.graph("links")


def link(subject: str, predicate: str, object_: str) -> Link:
    return Link(subject, "", predicate, object_, "", BY_TOOL, "1.0")


FILES = {
    "geonames.sssom.tsv": MappingSet(
        {"object_source_version": "packed 1.0", "publication_date": "2026-11-23",
         "license": "https://example.org/l", "mapping_tool": "publisher link"},
        {"geonames": GEONAMES, "id": f"{BASE}id/"},
        (link("city/ie/a", "owl:sameAs", f"{GEONAMES}1/"),
         link("city/ie/b", "lc:locatedAt", f"{GEONAMES}2/")),
    ),
    "our places.sssom.tsv": MappingSet(
        {"publication_date": "2026-12-01"},
        {"OurPlaces": "https://example.org/place/"},
        (link("city/ie/a", "owl:sameAs", "https://example.org/place/1"),
         link("city/ie/b", "owl:sameAs", "https://example.org/place/2"),
         link("country/ie", "owl:sameAs", "https://example.org/land/1"),
         link("country/ie", "schema:sameAs", "https://example.org/land/2"),
         link("country/ie", "schema:sameAs", "urn:isbn:1"),
         link("country/ie", "owl:sameAs", "http://www.wikidata.org/entity/Q27"),
         link("country/ie", "schema:sameAs", f"{BASE}id/country/gb")),
    ),
}  # fmt: skip


@pytest.fixture
def void() -> Graph:
    links = convert_links((row for file in FILES.values() for row in file.mappings), IRIS)
    concepts = Graph()
    for number in (4, 13):
        concept = URIRef(f"{BASE}id/topic/{number}")
        concepts.add((concept, SKOS.closeMatch, URIRef(f"http://metadata.un.org/sdg/{number}")))
    graphs = {
        LINKS: links,
        IRIS.graph("concepts"): concepts,
        PLACES: convert_places((PlaceFacts("1", "A"),), links, IRIS),
    }
    return describe_links(to_quads(graphs), FILES, IRIS, DATASET, "https://example.org/l")


def test_every_link_to_another_dataset_is_counted_in_one_linkset(void: Graph) -> None:
    counted = {
        str(s).rpartition("/")[2]: void.value(s, VOID.triples).toPython()
        for s in void.subjects(RDF.type, VOID.Linkset)
    }
    assert counted == {
        "city-geonames-sameas": 1,
        "city-geonames-locatedat": 1,
        "city-ourplaces-sameas": 2,
        "country-example-org-sameas": 2,
        "country-urn-sameas": 1,
        "country-wikidata-sameas": 1,
        "topic-sdg-closematch": 2,
    }


def test_a_linkset_of_an_unknown_dataset_says_where_it_leads(void: Graph) -> None:
    linkset = IRIS.linkset("city-ourplaces-sameas")
    home = URIRef("https://example.org/place/")
    assert void.value(linkset, VOID.objectsTarget) == home
    assert void.value(home, VOID.uriSpace) == Literal(str(home))
    both = set(void.objects(IRIS.linkset("country-example-org-sameas"), VOID.linkPredicate))
    assert both == {OWL.sameAs, URIRef("https://schema.org/sameAs")}


def test_link_files_are_described_with_what_they_were_made_by(void: Graph) -> None:
    file: Node = IRIS.mapping_set("geonames.sssom.tsv")
    assert str(file) == f"{BASE}id/mapping-set/geonames"
    assert (file, RDF.type, SSSOM.MappingSet) in void
    assert str(void.value(file, SSSOM.object_source_version)) == "packed 1.0"
    assert str(void.value(file, SSSOM.mapping_tool)) == "publisher link"
    assert str(void.value(file, DCTERMS.issued)) == "2026-11-23"
    assert {str(o).rpartition("/")[2] for o in void.objects(LINKS, PROV.wasDerivedFrom)} == {
        "geonames", "our-places",
    }  # fmt: skip


def test_the_graph_of_geonames_names_licence_date_and_packages(void: Graph) -> None:
    assert (DATASET, VOID.subset, PLACES) in void
    assert "licenses/by/4.0" in str(void.value(PLACES, DCTERMS.license))
    assert str(void.value(PLACES, DCTERMS.issued)) == "2026-11-23"
    assert str(void.value(PLACES, OWL.versionInfo)) == "packed 1.0"
    assert void.value(PLACES, PROV.wasDerivedFrom) == IRIS.mapping_set("geonames.sssom.tsv")
