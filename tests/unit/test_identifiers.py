"""Forms of one identifier, and what a store has under any of them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from publisher.errors import ParameterError
from publisher.identifiers import find_country_code, list_equivalents
from publisher.sameness import NothingKnown, find_linked, list_triples
from publisher.store import EmbeddedStore

BASE = "https://data.example.org/"
SEOUL, KOREA = f"{BASE}id/city/kr/seoul", f"{BASE}id/country/kr"
GRAPH = f"""
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix lc: <https://w3id.org/learning-cities/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{SEOUL}> a lc:LearningCity ; rdfs:label "Seoul"@en ;
  owl:sameAs <https://sws.geonames.org/1835848/> , <http://www.wikidata.org/entity/Q8684> .
<{BASE}id/city/kr/quarter> lc:locatedAt <https://sws.geonames.org/1835848/> .
<{KOREA}> a schema:Country ; skos:notation "KR" ;
  schema:sameAs <http://publications.europa.eu/resource/authority/country/KOR> .
"""


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    quads = ox.Store()
    quads.load(GRAPH.encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"{BASE}graph/x"))
    return EmbeddedStore(quads)


@pytest.mark.parametrize(
    ("identifier", "thing"),
    [
        ("https://sws.geonames.org/1835848/", SEOUL),
        ("http://sws.geonames.org/1835848", SEOUL),
        ("https://www.geonames.org/1835848/seoul.html", SEOUL),
        ("https://WWW.geonames.org/1835848", SEOUL),
        ("https://sws.geonames.org/1835848/about.rdf", SEOUL),
        ("http://www.wikidata.org/entity/Q8684", SEOUL),
        ("https://www.wikidata.org/wiki/Q8684", SEOUL),
        ("https://m.wikidata.org/wiki/Q8684#sitelinks", SEOUL),
        ("https://www.wikidata.org/wiki/Special:EntityData/Q8684.ttl", SEOUL),
        ("https://publications.europa.eu/resource/authority/country/KOR/", KOREA),
        ("iso:KR", KOREA),
        ("iso:kor", KOREA),
        ("ISO:410", KOREA),
        (" http://www.wikidata.org/entity/Q8684 ", SEOUL),
    ],
)
def test_every_form_finds_the_thing(store: EmbeddedStore, identifier: str, thing: str) -> None:
    assert find_linked(store, identifier)[0].thing.value == thing


def test_links_say_how(store: EmbeddedStore) -> None:
    found = find_linked(store, "https://www.geonames.org/1835848/seoul.html")
    said = [(x.thing.value.rpartition("/")[2], x.relation.value.rpartition("#")[2]) for x in found]
    assert said == [("seoul", "sameAs"), ("quarter", "locatedAt")]
    assert {x.value.value for x in found} == {"https://sws.geonames.org/1835848/"}
    triples = {(t.subject.value, t.object.value) for t in list_triples(store, found)}
    assert (SEOUL, "Seoul") in triples
    assert (SEOUL, "https://sws.geonames.org/1835848/") in triples


@pytest.mark.parametrize(
    "identifier",
    [
        "https://sws.geonames.org/183584/",
        "https://www.geonames.org/18358480",
        "http://www.wikidata.org/entity/Q868",
        "https://example.org/wikidata.org/wiki/Q8684",
        "https://sws.geonames.org.example.org/1835848/",
        "iso:XX",
        "iso:JPN",
        "urn:x:1",
    ],
)
def test_other_identifiers_find_nothing(store: EmbeddedStore, identifier: str) -> None:
    with pytest.raises(NothingKnown, match="Nothing here is linked"):
        find_linked(store, identifier)


@pytest.mark.parametrize("text", ["", "Seoul", "KR", "http:", "https://x.org/a b", "https://x/<y>"])
def test_no_iri_is_told(store: EmbeddedStore, text: str) -> None:
    with pytest.raises(ParameterError) as told:
        find_linked(store, text)
    assert told.value.parameter == "iri"


def test_the_form_that_was_given_comes_first() -> None:
    given = "http://x.org/Path/"
    forms = list_equivalents(given)
    assert forms[0] == given
    assert set(forms) == {
        f"{scheme}://x.org/Path{end}" for scheme in ("http", "https") for end in ("", "/")
    }


def test_codes() -> None:
    assert [find_country_code(c) for c in ("iso:DE", "iso:DEU", "iso:276")] == ["de"] * 3
    assert [find_country_code(c) for c in ("DE", "iso:", "iso:Q1", "http://x.org/")] == [None] * 4
