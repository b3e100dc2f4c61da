"""What a report says to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SH, SKOS, Graph, Literal, URIRef

from publisher.validate import Report, Severity, merge_results, validate_graphs
from publisher.vocabulary import LC, SCHEMA

ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/learning-cities/id/"
CITY = URIRef(BASE + "city/xa/example")
COLLEGE = URIRef(BASE + "entity/xa/example/example-open-college")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    """The shapes of profiles; those of concepts have slow queries of their own tests."""
    graph = Graph()
    for name in ("learning-city", "recommended"):
        graph.parse(ROOT / f"shapes/{name}.ttl")
    return graph


@pytest.fixture
def data() -> Graph:
    return Graph().parse(ROOT / "tests/shapes/valid.ttl")


def test_valid_data_conforms(shapes: Graph, data: Graph) -> None:
    report = validate_graphs({"a.txt": data}, shapes)
    assert report == Report()
    assert report.conforms
    assert report.to_text() == "Valid: 0 violations, 0 warnings.\n"


def test_a_result_names_source_thing_property_and_passage(shapes: Graph, data: Graph) -> None:
    before = len(data)
    data.remove((CITY, SCHEMA.containedInPlace, None))
    report = validate_graphs({"a.txt": data}, shapes)
    (result,) = report.results
    assert result.source == "a.txt"
    assert result.focus_node == str(CITY)
    assert result.path == str(SCHEMA.containedInPlace)
    assert result.source_shape.endswith("#LearningCity-country")
    assert result.passage == "Example has been named City of Stories."
    assert not report.conforms
    text = report.to_text()
    for part in ("1 violation,", "a.txt", str(CITY), "schema:containedInPlace", result.passage):
        assert part in text
    assert len(data) == before - 1  # validating adds nothing to the data


def test_warnings_do_not_stand_in_the_way(shapes: Graph, data: Graph) -> None:
    country = URIRef(BASE + "country/zz")
    data.set((CITY, SCHEMA.containedInPlace, country))
    data.add((country, RDF.type, SCHEMA.Country))
    data.add((country, RDFS.label, Literal("not stated", lang="en")))
    report = validate_graphs({"a.txt": data}, shapes)
    assert report.count(Severity.WARNING) == len(report.results) > 0
    assert report.conforms


def test_turtle_is_a_shacl_report_with_the_offending_value(shapes: Graph, data: Graph) -> None:
    value = Literal('a "b"\nc', lang="en")
    data.add((COLLEGE, LC.topic, value))
    graph = Graph().parse(data=validate_graphs({"a": data}, shapes).to_turtle(), format="turtle")
    (result,) = graph.subjects(SH.focusNode, COLLEGE)
    assert graph.value(result, SH.value) == value
    assert graph.value(result, SH.resultPath) == LC.topic
    assert graph.value(predicate=SH.result, object=result) in set(
        graph.subjects(RDF.type, SH.ValidationReport)
    )
    assert (None, SH.conforms, Literal(False)) in graph


def test_json_has_the_same_results(shapes: Graph, data: Graph) -> None:
    data.remove((CITY, SCHEMA.containedInPlace, None))
    document = json.loads(validate_graphs({"a": data}, shapes).to_json())
    assert (document["conforms"], document["violations"], document["warnings"]) == (False, 1, 0)
    assert document["results"][0]["severity"] == "violation"


def test_concepts_in_the_context_are_known_and_not_at_issue(data: Graph) -> None:
    shapes = Graph().parse(ROOT / "shapes/learning-city.ttl")
    shapes.parse(
        data="""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <urn:shape> a sh:NodeShape ; sh:targetClass skos:Concept ;
            sh:property <urn:shape-label> .
        <urn:shape-label> sh:path skos:prefLabel ; sh:minCount 1 .
        """,
        format="turtle",
    )
    context = Graph()
    for concept in list(data.subjects(RDF.type, SKOS.Concept)):
        context.add((concept, RDF.type, SKOS.Concept))
        data.remove((concept, None, None))
    for triple in data.triples((None, RDF.type, SCHEMA.StatisticalVariable)):
        context.add(triple)
    indicators = set(data.objects(None, SCHEMA.variableMeasured))
    for indicator in indicators:
        context.add((indicator, RDF.type, SCHEMA.StatisticalVariable))
    assert validate_graphs({"a": data}, shapes, context).results == ()
    assert not validate_graphs({"a": data}, shapes).conforms


def test_what_two_graphs_share_is_reported_once(shapes: Graph, data: Graph) -> None:
    data.remove((CITY, SCHEMA.containedInPlace, None))
    first = validate_graphs({"page": data}, shapes)
    second = validate_graphs({"network": data}, shapes)
    merged = merge_results([first.results, second.results])
    assert [result.source for result in merged.results] == ["page"]
