"""Links and GeoNames' facts as graphs, and what VoID says of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rdflib import DCTERMS, OWL, RDF, SKOS, VOID, Graph, Literal, URIRef

from publisher.errors import SourceError
from publisher.iris import Iris
from publisher.linksets import (
    PlaceFacts,
    convert_links,
    convert_places,
    describe_linksets,
    parse_places,
    write_places,
)
from publisher.quads import to_quads
from publisher.sssom import BY_HAND, BY_TOOL, NO_TERM, Link
from publisher.vocabulary import GEO, GN, LC, WGS84

BASE = "https://data.example.org/"
IRIS = Iris(BASE)
TOWN, DISTRICT = URIRef(BASE + "id/city/ie/a"), URIRef(BASE + "id/city/ie/b")
ONE, TWO = URIRef("https://sws.geonames.org/1/"), URIRef("https://sws.geonames.org/2/")
LINKS = (
    Link("city/ie/a", "A", "owl:sameAs", str(ONE), "A", BY_TOOL, "0.98"),
    Link("city/ie/b", "B", "lc:locatedAt", str(TWO), "B", BY_TOOL, "0.9"),
    Link("city/ie/c", "C", "owl:sameAs", NO_TERM, "", BY_HAND, "1.0", reviewer="Ann"),
    Link("city/ie/elsewhere", "D", "owl:sameAs", str(TWO), "D", BY_TOOL, "0.98"),
)
TABLE = (
    "geonames,name,latitude,longitude,population,names\n"
    '1,"A, B",53.5,-7.25,900,Ah;아\n2,B,1.0,2.0,,\n3,C,,,5,\n'
)


@pytest.fixture
def links() -> Graph:
    return convert_links(LINKS, IRIS, {TOWN, DISTRICT, URIRef(BASE + "id/city/ie/c")})


def test_only_things_of_the_release_are_linked_and_only_to_things(links: Graph) -> None:
    assert set(links) == {(TOWN, OWL.sameAs, ONE), (DISTRICT, LC.locatedAt, TWO)}


def test_geonames_facts_are_said_of_its_entries(links: Graph) -> None:
    graph = convert_places(parse_places(TABLE, "x"), links, IRIS)
    assert graph.value(ONE, GN.population).toPython() == 900
    assert graph.value(ONE, WGS84.long).toPython() == Decimal("-7.25")
    assert set(graph.objects(ONE, GN.alternateName)) == {Literal("Ah"), Literal("아")}
    assert graph.value(TWO, GN.population) is None, "unknown is not zero"
    assert set(graph.subjects(GN.population)) == {ONE}, "what is not linked to is left out"


def test_a_member_has_the_position_of_what_it_is_and_not_of_where_it_lies(links: Graph) -> None:
    graph = convert_places(parse_places(TABLE, "x"), links, IRIS)
    assert set(graph.subject_objects(GEO.hasGeometry)) == {
        (TOWN, URIRef(BASE + "id/geometry/ie/a"))
    }
    point = Literal("POINT(-7.25 53.5)", datatype=GEO.wktLiteral)
    assert graph.value(URIRef(BASE + "id/geometry/ie/a"), GEO.asWKT) == point


def test_linksets_are_counted_by_kind_target_and_property(links: Graph) -> None:
    concepts = Graph()
    for number in (4, 13):
        concept = URIRef(f"{BASE}id/topic/{number}")
        concepts.add((concept, SKOS.closeMatch, URIRef(f"http://metadata.un.org/sdg/{number}")))
    graphs = {
        IRIS.graph("links"): links,
        IRIS.graph("concepts"): concepts,
        IRIS.graph("geonames"): convert_places(parse_places(TABLE, "x"), links, IRIS),
    }
    dataset = IRIS.release("1")
    void = describe_linksets(to_quads(graphs), IRIS, dataset, "https://example.org/l", "2026-11-23")
    counted = {
        (str(s).rpartition("/")[2], void.value(s, VOID.triples).toPython())
        for s in void.subjects(RDF.type, VOID.Linkset)
    }
    assert counted == {
        ("city-geonames-sameas", 1), ("city-geonames-locatedat", 1), ("topic-sdg-closematch", 2),
    }  # fmt: skip
    places = IRIS.graph("geonames")
    assert (dataset, VOID.subset, places) in void
    assert "licenses/by/4.0" in str(void.value(places, DCTERMS.license))
    assert str(void.value(places, DCTERMS.issued)) == "2026-11-23"


def test_the_table_of_places_is_written_as_it_is_read() -> None:
    places = parse_places(TABLE, "x")
    assert places[0] == PlaceFacts("1", "A, B", "53.5", "-7.25", "900", ("Ah", "아"))
    assert write_places(reversed(places)) == TABLE


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("x,A,1,2,3,", "geonames"),
        ("1,A,91,2,3,", "latitude"),
        ("1,A,1,2e2,3,", "longitude"),
        ("1,A,1,,3,", "longitude"),
        ("1,A,1,2,many,", "population"),
        ("1,,1,2,3,", "name"),
    ],
)
def test_a_mistake_in_the_table_names_line_and_column(row: str, column: str) -> None:
    head = TABLE.partition("\n")[0]
    with pytest.raises(SourceError) as caught:
        parse_places(f"{head}\n{row}\n", "places.csv")
    assert caught.value.where == f"places.csv, row 2, column {column}"
