"""IRIs follow the patterns that links from elsewhere rely on."""

from __future__ import annotations

import pytest

from publisher.iris import CityKey, Iris, is_web_address, mint_slug

BASE = "https://data.example.org/"
IRIS = Iris(BASE)
KEY = CityKey("ie", "marrowby")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Marrowby", "marrowby"),
        ("Velké Jezero", "velke-jezero"),
        ("Agbo (Commune de Lakou 1)", "agbo-commune-de-lakou-1"),
        ("Citizens’ College", "citizens-college"),
        ("Citizens' College", "citizens-college"),
        ("Ma´rowby", "marowby"),
        ("Straße & Øre", "strasse-ore"),
        ("--A  B--", "a-b"),
        ("Новоозёрск", "novoozersk"),
        ("…!", ""),
    ],
)
def test_names_become_ascii_slugs(name: str, slug: str) -> None:
    assert mint_slug(name) == slug


@pytest.mark.parametrize("name", ["하늘빛군", "القصر", "新城", "Αθήνα"])
def test_every_script_has_a_slug(name: str) -> None:
    assert mint_slug(name).replace("-", "").isalnum()
    assert mint_slug(name).isascii()


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (IRIS.city(KEY), "id/city/ie/marrowby"),
        (IRIS.profile(KEY), "id/profile/ie/marrowby"),
        (IRIS.section(KEY, "vision"), "id/profile/ie/marrowby/section/vision"),
        (IRIS.passage(KEY, "0af"), "id/profile/ie/marrowby/passage/0af"),
        (IRIS.entity(KEY, "reading-boat"), "id/entity/ie/marrowby/reading-boat"),
        (IRIS.practice(KEY, "tea"), "id/practice/ie/marrowby/tea"),
        (IRIS.observation(KEY, "area"), "id/observation/ie/marrowby/area"),
        (IRIS.membership(KEY, "gnlc", 2017), "id/membership/ie/marrowby/gnlc/2017"),
        (IRIS.membership(KEY, "gnlc", None), "id/membership/ie/marrowby/gnlc/undated"),
        (IRIS.award(KEY, 2019), "id/award/ie/marrowby/2019"),
        (IRIS.network("gnlc"), "id/network/gnlc"),
        (IRIS.country("ie"), "id/country/ie"),
        (IRIS.release("2026"), "id/release/2026"),
        (IRIS.scheme("topic"), "id/scheme/topic"),
        (IRIS.concept("topic", "boats"), "id/topic/boats"),
        (IRIS.graph("network"), "graph/network"),
        (IRIS.profile_graph(KEY), "graph/profile/ie/marrowby"),
    ],
)
def test_each_thing_has_its_pattern(iri: object, path: str) -> None:
    assert str(iri) == BASE + path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org/a%20b", True),
        ("http://example.org", True),
        ("https://example.org/a b", False),
        ("https://example.org/%zz", False),
        ("https://", False),
        ("www.example.org", False),
        ("Harbour News", False),
    ],
)
def test_what_is_a_web_address(text: str, expected: bool) -> None:
    assert is_web_address(text) is expected
