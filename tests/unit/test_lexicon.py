"""A concept is recognised by its labels: whole words, word forms, the longest label."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from publisher.lexicon import Lexicon
from publisher.tokens import fold_label

HEAD = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
CONCEPTS = (
    HEAD
    + """
<urn:id/topic/boats> a skos:Concept ; skos:inScheme <urn:id/scheme/topic> ;
    skos:prefLabel "boat building"@en , "construction navale"@fr , "строительство лодок"@ru ;
    skos:altLabel "boats"@en ; skos:hiddenLabel "boatyard"@en .
<urn:id/topic/mental-health> a skos:Concept ; skos:inScheme <urn:id/scheme/topic> ;
    skos:prefLabel "mental health"@en .
<urn:id/topic/physical-health> a skos:Concept ; skos:inScheme <urn:id/scheme/topic> ;
    skos:prefLabel "physical health"@en .
<urn:id/topic/health> a skos:Concept ; skos:inScheme <urn:id/scheme/topic> ;
    skos:prefLabel "health"@en .
<urn:id/topic/reading> a skos:Concept ; skos:inScheme <urn:id/scheme/topic> ;
    skos:prefLabel "reading the sea"@en .
<urn:id/target-group/sailors> a skos:Concept ; skos:inScheme <urn:id/scheme/target-group> ;
    skos:prefLabel "sailors"@en , "뱃사람"@ko ; skos:altLabel "people at sea"@en .
<urn:id/section-kind/vision> a skos:Concept ; skos:inScheme <urn:id/scheme/section-kind> ;
    skos:prefLabel "vision and motivation"@en .
"""
)
TAGGED = ("topic", "target-group")


def build(turtle: str, further: str = "") -> Lexicon:
    own, others = (list(ox.parse(text, ox.RdfFormat.TURTLE)) for text in (turtle, HEAD + further))
    return Lexicon(own, TAGGED, others)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return build(CONCEPTS)


def found(lexicon: Lexicon, text: str, language: str = "en") -> set[str]:
    return {match.concept.rpartition("/")[2] for match in lexicon.match(text, language)}


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("A boat for all.", {"boats"}),
        ("BOATS.", {"boats"}),
        ("The boat's crew.", {"boats"}),
        ("The boat’s crew.", {"boats"}),
        ("Two boatyards.", {"boats"}),
        ("Boatswains whistle.", set()),
        ("A houseboat.", set()),
        ("Mental health.", {"mental-health"}),
        ("Mental and physical health.", {"mental-health", "physical-health"}),
        ("Mental illness. Health!", {"health"}),
        ("They are mental, health comes first.", {"health"}),
        ("People at sea and sailors’ boats.", {"sailors", "boats"}),
        ("People at the sea.", {"sailors"}),
        ("Reading sea", {"reading"}),
        ("vision and motivation", set()),
        ("", set()),
    ],
)
def test_labels_are_found_in_a_sentence(lexicon: Lexicon, text: str, concepts: set[str]) -> None:
    assert found(lexicon, text) == concepts


@pytest.mark.parametrize(
    ("language", "text", "concepts"),
    [
        ("fr", "La construction navale.", {"boats"}),
        ("ru", "О строительстве лодок.", {"boats"}),
        ("ko", "뱃사람 학교", {"sailors"}),
        ("fr", "Boats and sailors.", set()),
        ("tlh", "Boats and sailors.", set()),
    ],
)
def test_each_language_has_its_own_labels(
    lexicon: Lexicon, language: str, text: str, concepts: set[str]
) -> None:
    assert found(lexicon, text, language) == concepts


def test_a_match_says_where_it_stands(lexicon: Lexicon) -> None:
    (match,) = lexicon.match("We love boat building here.", "en")
    assert (match.start, match.end, match.scheme, match.label) == (8, 21, "topic", "boat building")


def test_a_curators_new_label_is_found_at_once() -> None:
    text = "A regatta for all."
    assert found(build(CONCEPTS), text) == set()
    widened = CONCEPTS + '<urn:id/topic/boats> skos:hiddenLabel "regatta"@en .'
    assert found(build(widened), text) == {"boats"}


def test_any_other_skos_file_widens_the_topics() -> None:
    lexicon = build(CONCEPTS, '<urn:other/7> a skos:Concept ; skos:prefLabel "knots"@en .')
    (match,) = lexicon.match("Tying a knot.", "en")
    assert (match.scheme, match.concept) == ("topic", "urn:other/7")


@pytest.mark.parametrize(
    "text",
    [
        "Vision and Motivation",
        "VISION & MOTIVATION",
        "vision and motivation:",
        "Vision – and motivation",
    ],
)
def test_headings_are_compared_by_their_words(lexicon: Lexicon, text: str) -> None:
    assert lexicon.concept("section-kind", text) == "urn:id/section-kind/vision"


def test_what_is_asked_for_by_name(lexicon: Lexicon) -> None:
    boats = "urn:id/topic/boats"
    assert lexicon.concept("section-kind", "visions") is None
    assert lexicon.concept("topic", "boatyard") == lexicon.concept_of("topic", "boats") == boats
    assert lexicon.concept_of("topic", "none") is None
    assert lexicon.concept_at_start("topic", "Boat building is fun") == boats
    assert lexicon.concept_at_start("topic", "Fun with boats") is None
    assert lexicon.is_preferred("topic", "Boats")
    assert not lexicon.is_preferred("topic", "boatyard")
    assert lexicon.name(boats) == "boat building"
    assert lexicon.head("topic", "Boats building", "en") == boats


def test_an_empty_vocabulary_finds_nothing() -> None:
    lexicon = build(HEAD)
    assert found(lexicon, "Boats.") == set()
    assert lexicon.heading_pattern.search("Vision and motivation") is None


@pytest.mark.parametrize(
    ("text", "folded"), [("A & B:", "a and b"), ("GDP – city", "gdp city"), ("…", "")]
)
def test_folding(text: str, folded: str) -> None:
    assert fold_label(text) == folded
