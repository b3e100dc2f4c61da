"""Links and GeoNames' facts as graphs, and what VoID says of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rdflib import OWL, Graph, Literal, URIRef

from publisher.errors import SourceError
from publisher.iris import Iris
from publisher.linksets import (
    PlaceFacts,
    convert_links,
    convert_places,
    parse_places,
    refuse_unknown_subjects,
    write_places,
)
from publisher.sssom import BY_HAND, BY_TOOL, NO_TERM, Link, parse_sssom
from publisher.vocabulary import GEO, GN, LC, WGS84

BASE = "https://data.example.org/"
IRIS = Iris(BASE)
TOWN, DISTRICT = URIRef(BASE + "id/city/ie/a"), URIRef(BASE + "id/city/ie/b")
COUNTRY = URIRef(BASE + "id/country/ie")
ONE, TWO = URIRef("https://sws.geonames.org/1/"), URIRef("https://sws.geonames.org/2/")
LINKS = (
    Link("city/ie/a", "A", "owl:sameAs", str(ONE), "A", BY_TOOL, "0.98"),
    Link("city/ie/b", "B", "lc:locatedAt", str(TWO), "B", BY_TOOL, "0.9"),
    Link("city/ie/c", "C", "owl:sameAs", NO_TERM, "", BY_HAND, "1.0", reviewer="Ann"),
    Link("city/ie/b", "B", "owl:sameAs", str(TWO), "B", BY_HAND, "1.0", reviewer="Ann",
         negated=True),
    Link("city/ie/b", "B", "owl:sameAs", str(TWO), "B", BY_TOOL, "0.98"),
    Link("country/ie", "Ireland", "owl:sameAs", str(ONE), "A", BY_TOOL, "1.0"),
)  # fmt: skip
TABLE = (
    "geonames,name,latitude,longitude,population,names\n"
    '1,"A, B",53.5,-7.25,900,Ah;아\n2,B,1.0,2.0,,\n3,C,,,5,\n'
)


@pytest.fixture
def links() -> Graph:
    return convert_links(LINKS, IRIS)


def test_what_has_no_object_and_what_a_person_denies_in_any_file_is_no_link(links: Graph) -> None:
    assert set(links) == {
        (TOWN, OWL.sameAs, ONE), (DISTRICT, LC.locatedAt, TWO), (COUNTRY, OWL.sameAs, ONE),
    }  # fmt: skip


def test_a_link_of_nothing_that_is_described_names_its_file_and_row() -> None:
    text = ("subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\n"
            "id:city/ie/a\towl:sameAs\tlc:x\tsemapv:LexicalMatching\t1\n"
            "id:city/ie/elsewhere\towl:sameAs\tlc:y\tsemapv:LexicalMatching\t1\n")  # fmt: skip
    rows = parse_sssom(text, "x.sssom.tsv").mappings
    with pytest.raises(SourceError, match="no city/ie/elsewhere") as caught:
        refuse_unknown_subjects(rows, IRIS, {str(TOWN)})
    assert caught.value.where == "x.sssom.tsv, row 3, column subject_id"
    refuse_unknown_subjects(rows[:1], IRIS, {str(TOWN)})


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
