"""A page's triples: IRIs by the model, evidence for every statement, nothing unnamed."""

from __future__ import annotations

from itertools import combinations

import pytest
from rdflib import (
    DCTERMS,
    FOAF,
    ORG,
    PROV,
    RDF,
    RDFS,
    XSD,
    BNode,
    Graph,
    Literal,
    URIRef,
)
from reading import Convert

from publisher.site import Converted
from publisher.vocabulary import LC, SCHEMA

ID = "https://w3id.org/learning-cities/id/"
CITY = URIRef(ID + "city/ie/marrowby")
PROFILE = URIRef(ID + "profile/ie/marrowby")
COLLEGE = URIRef(ID + "entity/ie/marrowby/marrowby-citizen-college")
OBSERVATIONS = ID + "observation/ie/marrowby/"
PAGE = """Marrowby, Ireland

  • City population:
  • City/Urban area:
    681,15
  • GDP – city:
    More than USD 25,000
  • GDP - country:
    USD 9,081
  • Mayor:
    Odalric Fennimore

A harbour that reads

It has been named an inclusive learning city for migrants. It has about 48,000 inhabitants.

Vision and Strategy

It admires Villa María. Migrants attend language courses in community centres.

Policies, Plan and Implementation

Equity and inclusion

  • The Marrowby Citizen College is run by the Marrowby Learning Institute.

Good practices

Marrowby Citizen College

  • It teaches older people to row.
"""


@pytest.fixture(scope="module")
def converted(convert: Convert) -> Converted:
    return convert(PAGE, address="https://example.org/marrowby")


@pytest.fixture(scope="module")
def graph(converted: Converted) -> Graph:
    """What the page says."""
    return converted.graphs[URIRef("https://w3id.org/learning-cities/graph/profile/ie/marrowby")]


def test_a_page_comes_with_its_profile_graph_and_its_part_of_the_network(
    converted: Converted,
) -> None:
    assert sorted(map(str, converted.graphs)) == [
        "https://w3id.org/learning-cities/graph/network",
        "https://w3id.org/learning-cities/graph/profile/ie/marrowby",
    ]


def test_no_triple_stands_in_two_graphs(converted: Converted) -> None:
    for one, other in combinations(converted.graphs.values(), 2):
        assert set(one) & set(other) == set()


def test_nothing_is_unnamed_or_relative(converted: Converted) -> None:
    for graph in converted.graphs.values():
        for term in {term for triple in graph for term in triple}:
            assert not isinstance(term, BNode)
            assert isinstance(term, Literal) or "://" in term


def test_persons_are_never_in_the_data(converted: Converted) -> None:
    for graph in converted.graphs.values():
        assert not any("ennimore" in str(term) for triple in graph for term in triple)
    assert [p.line for p in converted.problems] == [11]


def test_everything_has_a_label_and_a_type(converted: Converted) -> None:
    both = sum(converted.graphs.values(), start=Graph())
    for subject in set(both.subjects()):
        assert both.value(subject, RDFS.label, any=True) is not None, subject
        assert (subject, RDF.type, None) in both


def test_passages_are_slices_of_the_profile(graph: Graph) -> None:
    text = str(graph.value(PROFILE, SCHEMA.text))
    passages = list(graph.subjects(RDF.type, LC.Passage))
    for passage in passages:
        start, end = (int(str(graph.value(passage, p))) for p in (LC.start, LC.end))
        assert text[start:end] == str(graph.value(passage, SCHEMA.text))
        assert (passage, LC.city, CITY) in graph
        assert (None, LC.passage, passage) in graph
    by_order = sorted(passages, key=lambda p: int(str(graph.value(p, LC.order))))
    starts = [int(str(graph.value(p, LC.start))) for p in by_order]
    assert starts == sorted(starts)
    assert [int(str(graph.value(p, LC.order))) for p in by_order] == list(range(len(passages)))


@pytest.mark.parametrize(
    "type_", [LC.Initiative, ORG.Organization, LC.GoodPractice, SCHEMA.Observation]
)
def test_every_statement_has_its_sentence(graph: Graph, type_: URIRef) -> None:
    things = list(graph.subjects(RDF.type, type_))
    assert things
    for thing in things:
        evidence = list(graph.objects(thing, LC.evidence))
        assert evidence
        assert all((passage, RDF.type, LC.Passage) in graph for passage in evidence)
        assert (thing, LC.city, CITY) in graph


@pytest.mark.parametrize(
    ("slug", "reported", "values"),
    [
        ("population", False, {}),
        ("population-in-text", True, {SCHEMA.value: Literal(48000)}),
        ("area", True, {SCHEMA.value: Literal("681.15", datatype=XSD.decimal)}),
        ("gdp-city", True, {SCHEMA.minValue: Literal("25000", datatype=XSD.decimal)}),
        ("gdp-country", True, {SCHEMA.value: Literal(9081)}),
    ],
)
def test_figures(graph: Graph, slug: str, reported: bool, values: dict[URIRef, Literal]) -> None:
    iri = URIRef(OBSERVATIONS + slug)
    assert graph.value(iri, LC.reported) == Literal(reported)
    for predicate in (SCHEMA.value, SCHEMA.minValue, SCHEMA.maxValue):
        assert graph.value(iri, predicate) == values.get(predicate)
    assert (graph.value(iri, LC.reportedAs) is not None) is reported
    about = ID + "country/ie" if slug == "gdp-country" else str(CITY)
    assert graph.value(iri, SCHEMA.observationAbout) == URIRef(about)
    in_text = slug.endswith("-in-text")
    assert graph.value(iri, LC.approximate) == (Literal(True) if in_text else None)
    indicator = ID + "indicator/" + slug.removesuffix("-in-text")
    assert graph.value(iri, SCHEMA.variableMeasured) == URIRef(indicator)


def test_units_are_those_of_the_indicator(graph: Graph) -> None:
    assert graph.value(URIRef(OBSERVATIONS + "gdp-city"), SCHEMA.unitText) == Literal("USD")
    assert graph.value(URIRef(OBSERVATIONS + "area"), SCHEMA.unitCode) == Literal("KMK")


def test_the_page_and_its_city(graph: Graph) -> None:
    assert (PROFILE, FOAF.primaryTopic, CITY) in graph
    assert (CITY, FOAF.isPrimaryTopicOf, PROFILE) in graph
    assert graph.value(PROFILE, LC.headline) == Literal("A harbour that reads", lang="en")
    assert graph.value(CITY, LC.designation) == Literal(
        "inclusive learning city for migrants", lang="en"
    )
    assert len(list(graph.objects(CITY, LC.evidence))) == 2  # the title, the designation


@pytest.mark.parametrize(
    ("original", "relation"), [(True, PROV.wasQuotedFrom), (False, PROV.wasDerivedFrom)]
)
def test_an_original_is_quoted_and_own_words_are_derived(
    convert: Convert, original: bool, relation: URIRef
) -> None:
    address = "https://example.org/marrowby"
    found = convert(PAGE, address=address, original=original)
    graph = found.graphs[URIRef("https://w3id.org/learning-cities/graph/profile/ie/marrowby")]
    relations = {p for p, o in graph.predicate_objects(PROFILE) if o == URIRef(address)}
    assert relations == {relation}
    assert ((PROFILE, DCTERMS.license, None) in graph) is not original
    assert ((PROFILE, DCTERMS.rights, None) in graph) is original


def test_sections_keep_their_order_and_nesting(graph: Graph) -> None:
    sections = sorted(
        graph.subjects(RDF.type, LC.Section), key=lambda s: int(str(graph.value(s, LC.order)))
    )
    kinds = [str(graph.value(s, LC.sectionKind)).rpartition("/")[2] for s in sections]
    assert kinds == [
        "overview", "vision", "implementation", "theme", "good-practices", "good-practice",
    ]  # fmt: skip
    equity, plan = PROFILE + "/section/equity-and-inclusion", sections[2]
    assert (plan, LC.section, URIRef(equity)) in graph
    assert (PROFILE, LC.section, URIRef(equity)) not in graph
    assert graph.value(URIRef(equity), LC.theme) == URIRef(ID + "theme/equity-and-inclusion")
    assert graph.value(sections[0], RDFS.label) == Literal("Overview", lang="en")


def test_initiative_body_and_practice_are_linked(graph: Graph) -> None:
    assert (CITY, LC.initiative, COLLEGE) in graph
    institute = URIRef(ID + "entity/ie/marrowby/marrowby-learning-institute")
    assert (COLLEGE, SCHEMA.provider, institute) in graph
    practice = URIRef(ID + "practice/ie/marrowby/marrowby-citizen-college")
    assert (practice, LC.initiative, COLLEGE) in graph
    assert (practice, LC.targetGroup, URIRef(ID + "target-group/older-people")) in graph
    assert graph.value(COLLEGE, LC.initiativeType) == URIRef(ID + "initiative-type/college")


def test_subjects_are_stated_on_the_passage_and_summed_on_the_city(graph: Graph) -> None:
    migrants = URIRef(ID + "target-group/migrants")
    said = list(graph.subjects(LC.targetGroup, migrants))
    assert CITY in said
    assert any((s, RDF.type, LC.Passage) in graph for s in said)
    assert COLLEGE not in said
    assert (CITY, LC.deliveryMode, URIRef(ID + "delivery-mode/community-centre")) in graph


def test_another_member_is_mentioned_by_its_own_iri(graph: Graph) -> None:
    mentioned = set(graph.objects(None, LC.mentions))
    assert URIRef(ID + "city/ar/villa-maria") in mentioned


def test_converting_twice_gives_the_same(convert: Convert, graph: Graph) -> None:
    again = convert(PAGE, address="https://example.org/marrowby")
    assert set(graph) in [set(g) for g in again.graphs.values()]


def test_a_changed_sentence_changes_no_other_iri(convert: Convert, graph: Graph) -> None:
    changed = convert(PAGE.replace("admires", "envies"), address="https://example.org/marrowby")
    iris = {s for g in changed.graphs.values() for s in g.subjects()}
    gone = set(graph.subjects()) - iris
    assert len(gone) == 1
    assert "/passage/" in str(*gone)
