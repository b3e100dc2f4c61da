"""Countries by the names that pages use, and back."""

from __future__ import annotations

import pycountry
import pytest

from publisher.countries import Countries
from publisher.site import Site


@pytest.fixture(scope="module")
def countries() -> Countries:
    return Countries([("Old Land", "FR")])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Republic of Korea", "kr"),
        ("Korea, Republic of", "kr"),
        ("South Korea", "kr"),
        ("Corée du Sud", "kr"),
        ("대한민국", "kr"),
        ("Iran, Islamic Republic of", "ir"),
        ("Iran (Islamic Republic of)", "ir"),
        ("Turkey", "tr"),
        ("Türkiye", "tr"),
        ("United Kingdom of Great Britain and Northern Ireland", "gb"),
        ("UK", "gb"),
        ("USA", "us"),
        ("United States of America", "us"),
        ("the Netherlands", "nl"),
        ("Lao People’s Democratic Republic", "la"),
        ("Vietnam", "vn"),
        ("Czech Republic", "cz"),
        ("Czechia", "cz"),
        ("Swaziland", "sz"),
        ("Côte d’Ivoire", "ci"),
        ("Cote d'Ivoire", "ci"),
        ("Palestine", "ps"),
        ("Россия", "ru"),
        (" Ireland ", "ie"),
        ("OLD LAND", "fr"),
        ("UAE", "ae"),
        ("U.A.E.", "ae"),
        ("U.K.", "gb"),
        ("U.S.A", "us"),
        ("Korea, Rep.", "kr"),
        ("Rep. of Korea", "kr"),
        ("S. Korea", "kr"),
        ("Korea, Dem. People's Rep.", "kp"),
        ("Congo, Rep.", "cg"),
        ("Congo, Dem. Rep.", "cd"),
        ("DRC", "cd"),
        ("Egypt, Arab Rep.", "eg"),
        ("Venezuela, RB", "ve"),
        ("Micronesia, Fed. Sts.", "fm"),
        ("Russian Fed.", "ru"),
        ("Lao PDR", "la"),
        ("St. Kitts and Nevis", "kn"),
        ("Bosnia & Herzegovina", "ba"),
        ("عُمان", "om"),
        ("عمان", "om"),
    ],
)
def test_old_long_and_foreign_names_are_known(countries: Countries, name: str, code: str) -> None:
    assert countries.find(name) == code


@pytest.mark.parametrize(
    "name",
    ["", "Marrowby", "PE", "where people learn", "12", "Republic", "Rep.", "Wales", "us", "of"],
)
def test_what_is_no_country_is_none(countries: Countries, name: str) -> None:
    assert countries.find(name) is None


def test_the_site_adds_names_that_no_package_knows(site: Site) -> None:
    assert (site.countries.find("Zaire"), site.countries.find("Lao PDR")) == ("cd", "la")


def test_labels_are_those_of_the_authorities(countries: Countries) -> None:
    assert countries.label("kr") == "Republic of Korea"
    assert countries.label("ir") == "Islamic Republic of Iran"
    assert countries.label("ie") == countries.short_label("ie") == "Ireland"
    assert countries.short_label("kr") == "South Korea"
    assert countries.label("kr", "fr") == "Corée du Sud"


def test_un_regions_by_their_m49_codes(countries: Countries) -> None:
    assert countries.find_regions("gb") == ("154", "150"), "although its parts are listed too"
    assert countries.find_regions("vn") == ("035", "142")
    assert countries.find_regions("mx") == ("419", "019")
    assert countries.find_regions("aq") == (), "the UN puts it in none"
    assert countries.label_region("035") == "South-eastern Asia"
    assert countries.label_region("035", "fr") == "Asie du Sud-Est"


def test_every_country_of_the_un_has_a_region(countries: Countries) -> None:
    found = [c for c in pycountry.countries if countries.find_regions(c.alpha_2.lower())]
    assert len(found) >= 245


def test_alpha_3_codes(countries: Countries) -> None:
    assert countries.find_alpha3("KOR") == "kr"
    assert (countries.find_alpha3("irl"), countries.find_alpha3("XXX")) == ("ie", None)
