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
PLAY = f"{BASE}id/topic/play"
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
<{PLAY}> a skos:Concept ; skos:prefLabel "play"@en ;
  skos:exactMatch <http://vocabularies.unesco.org/thesaurus/concept17171> ,
    <http://thesaurus.example.org/6749> ;
  skos:closeMatch <http://metadata.example.org/goals/4.3> .
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
        ("<https://sws.geonames.org/1835848/>", SEOUL),
        ("www.geonames.org/1835848", SEOUL),
        ("geonames.org/1835848/seoul.html", SEOUL),
        ("https://www.geonames.org:443/1835848", SEOUL),
        ("http://sws.geonames.org:80/1835848/", SEOUL),
        ("https://www.geonames.org/1835848?lang=en", SEOUL),
        ("https%3A%2F%2Fsws.geonames.org%2F1835848%2F", SEOUL),
        ("geonames:1835848", SEOUL),
        ("gn:1835848", SEOUL),
        ("wd:Q8684", SEOUL),
        ("https://www.wikidata.org/wiki/Special:EntityPage/Q8684", SEOUL),
        ("https://www.wikidata.org/wiki/Q8684?uselang=fr#P31", SEOUL),
        ("http://vocabularies.unesco.org/browser/thesaurus/en/page/?uri="
         "http://vocabularies.unesco.org/thesaurus/concept17171", PLAY),
        ("https://vocabularies.unesco.org/browser/thesaurus/en/page/concept17171?clang=fr", PLAY),
        ("https://op.example.org/en/concept/-/resource?uri=http%3A%2F%2Fthesaurus.example.org%2F6749",
         PLAY),
        ("http://metadata.example.org/goals/4.3?lang=fr", PLAY),
        ("https://www.geonames.org/countries/KR/south-korea.html", KOREA),
        ("www.geonames.org/countries/KR", KOREA),
        ("https://www.iso.org/obp/ui/#iso:code:3166:KR", KOREA),
        ("https://www.iso.org/obp/ui/en/#iso:code:3166:KR", KOREA),
        ("urn:iso:std:iso:3166:KR", KOREA),
        ("urn:iso:std:iso:3166:-1:alpha-2:KR", KOREA),
        ("urn:iso:std:iso:3166:-1:alpha-3:KOR", KOREA),
        ("iso3166-1:KR", KOREA),
        ("KR", KOREA),
        ("kor", KOREA),
        ("410", KOREA),
    ],
)  # fmt: skip
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
        "JP",
        "https://www.geonames.org/countries/",
        "https://example.org/view?uri=nothing",
        "https://example.org/view?uri=https://example.org/other",
        "http://metadata.example.org/goals/4.4?lang=fr",
        "urn:x:1",
    ],
)
def test_other_identifiers_find_nothing(store: EmbeddedStore, identifier: str) -> None:
    with pytest.raises(NothingKnown, match="Nothing here is linked"):
        find_linked(store, identifier)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Seoul",
        "http:",
        "https://x.org/a b",
        "https://x/<y>",
        "http://[::1",
        "http://ex℀mple.com/",
        "http://example.com:port/",
        "http://x.org/\ud800",
    ],
)
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


def test_what_a_thing_of_the_site_is_linked_to(store: EmbeddedStore) -> None:
    for asked in (SEOUL, f"{SEOUL}/", SEOUL.replace("https", "http")):
        found = find_linked(store, asked)
        assert {x.thing.value for x in found} == {SEOUL}
        assert {x.value.value for x in found} == {
            "https://sws.geonames.org/1835848/",
            "http://www.wikidata.org/entity/Q8684",
        }


def test_one_address_in_another_is_unpacked_once() -> None:
    inner = "https://x.org/?uri=" * 3000 + "https://x.org/thing"
    assert "https://x.org/thing" not in list_equivalents(f"https://x.org/?uri={inner}")


def test_codes() -> None:
    codes = ("iso:DE", "iso:DEU", "iso:276", "DE", "deu", "276", "urn:iso:std:iso:3166:DE")
    assert [find_country_code(c) for c in codes] == ["de"] * 7
    # Spreadsheets drop the zeros before a number.
    assert [find_country_code(c) for c in ("32", "iso:32", "4")] == ["ar", "ar", "af"]
    assert [find_country_code(c) for c in ("U.S.", "U.S.A.", "G.B")] == ["us", "us", "gb"]
    others = ("iso:", "iso:Q1", "http://x.org/", "D E", "Germany", "999", "", "٣٢")
    assert [find_country_code(c) for c in others] == [None] * 8
