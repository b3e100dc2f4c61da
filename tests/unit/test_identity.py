"""The network graph: who a city is, where it lies, since when it is a member by whose word."""

from __future__ import annotations

import pytest
from rdflib import DCTERMS, ORG, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from publisher.identity import City, convert_city, convert_country, convert_network
from publisher.iris import CityKey, Iris
from publisher.network import Award, Member
from publisher.profile import CityProfile, Page, PageSource, Passage, PassageKind
from publisher.site import Site
from publisher.terms import Terms
from publisher.vocabulary import LC, SCHEMA

BASE = "https://data.example.org/"
TERMS = Terms(Iris(BASE), {}, {}, "gnlc", "https://example.org/licence")
KEY = CityKey("ie", "marrowby")
IRI = URIRef(BASE + "id/city/ie/marrowby")
PROFILE = URIRef(BASE + "id/profile/ie/marrowby")
FACT = Passage("0af", PassageKind.FACT, "Member since: 2018", 0, 18)


def member(
    year: int | None, source: str | None, certainty: str = "stated", kind: str = ""
) -> Member:
    return Member(KEY, "Marrowby", ("Marrow",), kind, year, certainty, source)


def profile(year: int | None, name: str = "Marrowby", award: int | None = None) -> CityProfile:
    page = Page("a.txt", "", "en", name, "ie", None, None, (), ())
    awards = ((award, FACT),) if award else ()
    return CityProfile(KEY, name, page, PageSource(), member_since=(year, FACT), award_years=awards)


def membership(year: str) -> URIRef:
    return URIRef(f"{BASE}id/membership/ie/marrowby/gnlc/{year}")


def graph_of(
    *claims: Member, page: CityProfile | None = None, awards: tuple[Award, ...] = ()
) -> Graph:
    return convert_city(City(KEY, "Marrowby", claims, awards, page), TERMS)


@pytest.mark.parametrize(
    ("kind", "types"),
    [
        ("", {LC.LearningCity, SCHEMA.City}),
        ("city", {LC.LearningCity, SCHEMA.City}),
        ("district", {LC.LearningCity, SCHEMA.AdministrativeArea}),
        ("consortium", {LC.LearningCity}),
    ],
)
def test_the_kind_of_member_decides_what_place_it_is(kind: str, types: set[URIRef]) -> None:
    graph = graph_of(member(2017, None, kind=kind))
    assert set(graph.objects(IRI, RDF.type)) == types
    expected = URIRef(f"{BASE}id/member-kind/{kind}") if kind else None
    assert graph.value(IRI, LC.memberKind) == expected
    assert graph.value(IRI, SCHEMA.containedInPlace) == URIRef(BASE + "id/country/ie")


def test_conflicting_years_are_one_claim_each_with_their_sources() -> None:
    graph = graph_of(
        member(2017, "https://example.org/a", "inferred"),
        member(2018, "https://example.org/b"),
        page=profile(2018),
    )
    assert set(graph.subjects(RDF.type, ORG.Membership)) == {membership("2017"), membership("2018")}
    one, other = membership("2017"), membership("2018")
    assert set(graph.objects(one, DCTERMS.source)) == {URIRef("https://example.org/a")}
    assert set(graph.objects(other, DCTERMS.source)) == {URIRef("https://example.org/b"), PROFILE}
    assert graph.value(one, LC.certainty) == Literal("inferred")
    assert graph.value(one, LC.memberSince) == Literal("2017", datatype=XSD.gYear)
    assert graph.value(one, LC.evidence) is None
    assert graph.value(other, LC.evidence) == URIRef(str(PROFILE) + "/passage/0af")
    for claim in (one, other):
        assert graph.value(claim, ORG.member) == IRI
        assert graph.value(claim, ORG.organization) == URIRef(BASE + "id/network/gnlc")


def test_a_page_without_year_is_itself_an_undated_claim() -> None:
    graph = graph_of(member(2017, None), page=profile(None))
    assert graph.value(membership("undated"), DCTERMS.source) == PROFILE
    assert graph.value(membership("undated"), LC.memberSince) is None
    assert graph.value(membership("2017"), DCTERMS.source) is None


def test_the_surest_word_counts() -> None:
    graph = graph_of(member(2017, None, "unsourced"), page=profile(2017))
    assert graph.value(membership("2017"), LC.certainty) == Literal("stated")


def test_a_source_without_address_is_cited_in_words() -> None:
    graph = graph_of(member(2017, "Harbour News, 3 May 2017"))
    assert graph.value(membership("2017"), DCTERMS.source) is None
    cited = graph.value(membership("2017"), DCTERMS.bibliographicCitation)
    assert cited == Literal("Harbour News, 3 May 2017")


def test_an_award_of_the_table_and_the_page_is_one_award() -> None:
    awards = (Award(KEY, "Marrowby", 2019, "https://example.org/awards"),)
    graph = graph_of(page=profile(None, award=2019), awards=awards)
    (award,) = graph.subjects(RDF.type, LC.AwardReceipt)
    assert award == URIRef(BASE + "id/award/ie/marrowby/2019")
    assert graph.value(award, LC.laureate) == IRI
    assert set(graph.objects(award, DCTERMS.source)) == {
        URIRef("https://example.org/awards"), PROFILE,
    }  # fmt: skip
    assert graph.value(award, LC.evidence) == URIRef(str(PROFILE) + "/passage/0af")


def test_other_names_are_alternative_labels() -> None:
    graph = graph_of(member(2017, None), page=profile(2017, name="Marrowby Town"))
    assert graph.value(IRI, RDFS.label) == Literal("Marrowby", lang="en")
    assert set(graph.objects(IRI, SKOS.altLabel)) == {
        Literal("Marrow", lang="en"), Literal("Marrowby Town", lang="en"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "label", "short", "notations"),
    [
        ("kr", "Republic of Korea", "South Korea", {"KR", "KOR", "410"}),
        ("ie", "Ireland", None, {"IE", "IRL", "372"}),
        ("zz", "Country not stated", None, set()),
    ],
)
def test_countries(
    site: Site, code: str, label: str, short: str | None, notations: set[str]
) -> None:
    graph = convert_country(code, site.countries, TERMS)
    iri = URIRef(f"{BASE}id/country/{code}")
    assert (iri, RDF.type, SCHEMA.Country) in graph
    assert graph.value(iri, RDFS.label) == Literal(label, lang="en")
    assert graph.value(iri, SKOS.altLabel) == (Literal(short, lang="en") if short else None)
    assert set(map(str, graph.objects(iri, SKOS.notation))) == notations


def test_countries_have_names_in_six_languages_and_a_un_region(site: Site) -> None:
    graph = convert_country("kr", site.countries, TERMS)
    iri = URIRef(f"{BASE}id/country/kr")
    names = {n.language: str(n) for n in graph.objects(iri, SKOS.prefLabel)}
    assert names == {
        "en": "Republic of Korea", "fr": "Corée du Sud", "es": "Corea del Sur",
        "ru": "Республика Корея", "ar": "كوريا الجنوبية", "ko": "대한민국",
    }  # fmt: skip
    assert list(graph.objects(iri, RDFS.label)) == [Literal("Republic of Korea", lang="en")]
    region = graph.value(iri, SCHEMA.containedInPlace)
    assert region == URIRef(f"{BASE}id/region/030")
    continent = graph.value(region, SCHEMA.containedInPlace)
    assert graph.value(continent, RDFS.label) == Literal("Asia", lang="en")
    assert graph.value(continent, SCHEMA.containedInPlace) is None


def test_the_network_has_its_name() -> None:
    graph = convert_network(TERMS, "Network of Harbours")
    iri = URIRef(BASE + "id/network/gnlc")
    assert graph.value(iri, RDFS.label) == Literal("Network of Harbours", lang="en")
    assert (iri, RDF.type, ORG.Organization) in graph
