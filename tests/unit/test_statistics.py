"""The catalogue counts what a release holds, whatever others say in it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rdflib import DCAT, DCTERMS, RDFS, VOID, URIRef

from publisher.statistics import describe_coverage, describe_statistics

BASE = "https://data.example.org/"
DATASET = URIRef(f"{BASE}id/release/x")
OTHERS = f"{BASE}graph/harvest/other"


def parse(text: str) -> list[ox.Quad]:
    prefixes = (
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX schema: <https://schema.org/>"
    )
    return list(ox.parse(f"{prefixes}\n{text}", format=ox.RdfFormat.TRIG))


@pytest.mark.parametrize("year", ["2001Z", "c. 1900", "-0044", "1", ""])
def test_years_and_countries_are_those_of_the_site_itself(year: str) -> None:
    own = '<urn:a> <urn:p> "1999"^^xsd:gYear, "2025"^^xsd:gYear . <urn:ch> a schema:Country .'
    others = f'<urn:b> <urn:p> "{year}"^^xsd:gYear . <urn:at> a schema:Country .'
    quads = parse(f"<{BASE}graph/network> {{ {own} }} <{OTHERS}> {{ {others} }}")
    graph = describe_coverage(DATASET, BASE, quads)
    period = graph.value(DATASET, DCTERMS.temporal)
    assert str(graph.value(period, RDFS.label)) == "1999 to 2025"
    assert list(graph.objects(DATASET, DCTERMS.spatial)) == [URIRef("urn:ch")]


def test_a_year_may_have_a_time_zone_and_what_is_none_is_passed_over() -> None:
    years = '"2001Z", "1950+02:00", "c. 1900", "1960"'.replace('"', "'")
    years = ", ".join(f"{year}^^xsd:gYear" for year in years.split(", "))
    graph = describe_coverage(DATASET, BASE, parse(f"<urn:g> {{ <urn:a> <urn:p> {years} }}"))
    period = graph.value(DATASET, DCTERMS.temporal)
    assert [str(graph.value(period, p)) for p in (DCAT.startDate, DCAT.endDate)] == ["1950", "2001"]


def test_a_text_is_no_class() -> None:
    lines = "<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {} <urn:g> .\n"
    graph = describe_statistics(DATASET, BASE, lines.format('"text"') + lines.format("<urn:C>"))
    assert [str(c) for c in graph.objects(None, VOID["class"])] == ["urn:C"]
    assert int(graph.value(DATASET, VOID.classes)) == 1
