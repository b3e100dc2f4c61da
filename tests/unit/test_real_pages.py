"""The shipped pages and, where it is at hand, the original Sejong page: what each must yield."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from rdflib import DCTERMS, BNode, Literal, URIRef
from reading import ROOT, lost_text, wrong_slices

from publisher.conversion import validate_pages
from publisher.profile import CityProfile, Entity, PageSource, Passage, normalise_text
from publisher.site import Converted, Site
from publisher.validate import Severity
from publisher.vocabulary import LC
from tests.gold.scoring import GOLD, ORIGINALS

SHIPPED = sorted(path.name for path in (ROOT / "data" / "profiles").glob("*.txt"))
ORIGINAL = ORIGINALS / "sejong.txt"
ORIGINAL_NAME = "original sejong.txt"
NOT_HERE = "the original Sejong page is not shipped; set PROFILE_ORIGINALS to its directory"
needs_original = pytest.mark.skipif(not ORIGINAL.exists(), reason=NOT_HERE)
PAGES = [*SHIPPED, pytest.param(ORIGINAL_NAME, marks=needs_original)]
SEJONG = ["sejong.txt", pytest.param(ORIGINAL_NAME, marks=needs_original)]


@pytest.fixture(scope="module")
def converted(site: Site) -> dict[str, Converted]:
    found = {
        page.path.name: site.convert(page.data, page.path.name, page.known) for page in site.pages()
    }
    if ORIGINAL.exists():
        found[ORIGINAL_NAME] = site.convert(ORIGINAL.read_bytes(), ORIGINAL_NAME, PageSource())
    return found


def gold(name: str) -> dict:
    stem = "sejong-original" if name == ORIGINAL_NAME else name.removesuffix(".txt")
    return json.loads((GOLD / f"{stem}.json").read_text(encoding="utf-8"))


def slug(iri: str) -> str:
    return iri.rpartition("/")[2]


def test_all_shipped_pages_are_listed_with_their_source(site: Site) -> None:
    assert len(SHIPPED) == 25
    assert set(site.sources) == set(SHIPPED)


@pytest.mark.parametrize("name", PAGES)
def test_city_country_and_sections_are_right(converted: dict[str, Converted], name: str) -> None:
    profile, expected = converted[name].profile, gold(name)
    assert (profile.name, profile.page.country) == (expected["city"], expected["country"].lower())
    assert profile.key.country == profile.page.country
    sections = [
        [f"theme:{s.theme}" if s.theme else s.kind, normalise_text(s.heading)]
        for s in profile.page.all_sections()
    ]
    wanted = [[kind, normalise_text(heading)] for kind, heading in expected["sections"]]
    assert sections == wanted


@pytest.mark.parametrize("name", PAGES)
def test_no_text_is_lost_and_every_passage_is_a_slice(
    converted: dict[str, Converted], name: str
) -> None:
    page = converted[name].profile.page
    path = ORIGINAL if name == ORIGINAL_NAME else ROOT / "data" / "profiles" / name
    assert wrong_slices(page) == []
    assert lost_text(page, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", PAGES)
def test_graphs_share_no_triple_and_leave_nothing_unnamed(
    converted: dict[str, Converted], name: str
) -> None:
    graphs = list(converted[name].graphs.values())
    for one, other in combinations(graphs, 2):
        assert set(one) & set(other) == set()
    assert not any(isinstance(term, BNode) for g in graphs for triple in g for term in triple)


def test_no_page_violates_a_shape(site: Site, converted: dict[str, Converted]) -> None:
    report = validate_pages(site, list(converted.values()))
    assert [r for r in report.results if r.severity is Severity.VIOLATION] == []


# -- what the Sejong page must yield ------------------------------------------------------

INITIATIVES = {
    "citizens-learning-boulevard", "sejong-learning-boulevard", "future-learning-boulevard",
    "world-learning-boulevard", "reading-city-movement", "sejong-citizen-college",
    "citizens-sovereignty-college", "policy-academy",
}  # fmt: skip
BODIES = {"sejong-institute-for-lifelong-education", "sejong-learning-centre"}
PRACTICES = {"sejong-citizen-college", "citizens-sovereignty-college", "policy-academy"}
SAID = {
    "target_groups": {
        "women", "older-people", "people-with-disabilities", "migrants",
        "people-in-their-50s-and-60s", "retirees", "students", "start-up-founders",
        "marginalized-people", "public-officials", "citizens-at-large",
    },
    "topics": {
        "environment", "mental-health", "physical-health", "suicide-prevention",
        "language-learning", "culture-and-arts", "employment", "entrepreneurship",
        "village-planning", "democratic-citizenship", "public-policy", "workplace-learning",
    },
    "delivery_modes": {"community-centre", "online-platform", "workplace"},
}  # fmt: skip
SECTIONS = [
    "overview", "vision", "implementation", "sustainability-and-health", "equity-and-inclusion",
    "decent-work-and-entrepreneurship", "good-practices", *["good-practice"] * 3,
]  # fmt: skip


@pytest.fixture(params=SEJONG)
def sejong(converted: dict[str, Converted], request: pytest.FixtureRequest) -> Converted:
    return converted[request.param]


def named(passages: tuple[Passage, ...], entity: Entity) -> bool:
    name = normalise_text(entity.name).casefold()
    return all(name in normalise_text(passage.text).casefold() for passage in passages)


def test_sejong_is_a_city_of_the_republic_of_korea_and_a_member(
    site: Site, sejong: Converted
) -> None:
    assert str(sejong.profile.key) == "kr/sejong"
    network = sejong.graphs[site.iris.graph("network")]
    claim = site.iris.membership(sejong.profile.key, "gnlc", None)
    profile = site.iris.profile(sejong.profile.key)
    assert (claim, DCTERMS.source, profile) in network
    evidence = network.value(claim, LC.evidence)
    assert sejong.profile.page.title is not None
    assert evidence == site.iris.passage(sejong.profile.key, sejong.profile.page.title.digest)


def test_sejongs_headline_is_on_being_the_youngest_city(sejong: Converted) -> None:
    headline = sejong.profile.page.headline
    assert headline is not None
    assert "youngest" in headline.text.casefold()


def test_sejongs_title_comes_with_its_sentence(sejong: Converted) -> None:
    (designation,) = sejong.profile.designations
    assert "inclusive lifelong learning city" in designation.text
    assert "people with disabilities" in designation.text
    assert designation.text in designation.evidence.text


def test_sejongs_three_indicators(sejong: Converted) -> None:
    found = {o.indicator: o for o in sejong.profile.observations}
    assert list(found) == ["population", "gdp-city", "mean-years-of-schooling"]
    assert not found["population"].reported
    assert not found["mean-years-of-schooling"].reported
    assert (found["gdp-city"].minimum, found["gdp-city"].maximum) == (25000, None)
    assert "25,000" in found["gdp-city"].evidence.text


def test_sejongs_sections_are_in_order(sejong: Converted) -> None:
    assert [s.theme or s.kind for s in sejong.profile.page.all_sections()] == SECTIONS


def test_sejongs_initiatives_and_bodies_and_no_other(sejong: Converted) -> None:
    entities = sejong.profile.entities
    assert {e.slug for e in entities if not e.is_organization} == INITIATIVES
    assert {e.slug for e in entities if e.is_organization} == BODIES
    for entity in entities:
        assert entity.evidence
        assert named(entity.evidence, entity), entity.slug


def test_three_of_sejongs_initiatives_have_a_good_practice(sejong: Converted) -> None:
    practices = sejong.profile.practices
    assert {p.slug for p in practices} == {p.about for p in practices} == PRACTICES
    assert all(practice.evidence for practice in practices)


@pytest.mark.parametrize("field", SAID)
def test_sejongs_people_subjects_and_ways(sejong: Converted, field: str) -> None:
    said = {
        slug(concept): passage
        for passage, tags in sejong.profile.passage_tags
        for concept in getattr(tags, field)
    }
    assert set(said) >= SAID[field]
    if field != "topics":
        assert set(said) - SAID[field] <= {"time-constrained-learners"}


def test_what_is_said_of_sejong_stands_in_the_graph(site: Site, sejong: Converted) -> None:
    profile: CityProfile = sejong.profile
    graph = sejong.graphs[site.iris.profile_graph(profile.key)]
    city = site.iris.city(profile.key)
    for field, predicate in (("target_groups", LC.targetGroup), ("topics", LC.topic)):
        for passage, tags in profile.passage_tags:
            for concept in getattr(tags, field):
                assert (city, predicate, URIRef(concept)) in graph
                iri = site.iris.passage(profile.key, passage.digest)
                assert (iri, predicate, URIRef(concept)) in graph
    for entity in profile.entities:
        iri = site.iris.entity(profile.key, entity.slug)
        assert (iri, LC.evidence, None) in graph
    minimum = [o for s, p, o in graph if str(p).endswith("minValue")]
    assert [float(str(o)) for o in minimum if isinstance(o, Literal)] == [25000]
