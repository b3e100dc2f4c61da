"""The curator's tables: what a row says, and the place of every mistake."""

from __future__ import annotations

import datetime as dt

import pytest

from publisher.countries import Countries
from publisher.errors import SourceError
from publisher.iris import CityKey
from publisher.member_names import Kind
from publisher.network import (
    Award,
    Members,
    parse_awards,
    parse_country_names,
    parse_members,
    parse_sources,
)

MEMBERS = "city,aliases,country,kind,year_joined,certainty,source_url\n"
AWARDS = "year,city,country,source_url\n"
SOURCES = "file,address,city,country,language,text,issued,modified\n"
TODAY = dt.date(2021, 3, 1)
KINDS = ("city", "county", "special-city")
ROWS = """Marrowby,Marrow;Ma Ruá,Ireland,city,2017,stated,https://example.org/a
Marrowby,,IRL,city,2018,inferred,
Hexley,,United Kingdom,special city,,unsourced,
Hexley,,Ireland,county,2020,stated,
Talek (Upper),,Kenya,,2020,stated,
Osterby City,,Denmark,city,2020,stated,
"""


@pytest.fixture(scope="module")
def countries() -> Countries:
    return Countries()


@pytest.fixture(scope="module")
def members(countries: Countries) -> Members:
    rows = parse_members(MEMBERS + ROWS, "members.csv", countries, KINDS, TODAY)
    return Members(rows, [Kind("city", {"city"})])


def test_a_member_may_have_claims_of_two_years(members: Members) -> None:
    claims = members.claims(CityKey("ie", "marrowby"))
    assert [(c.year, c.certainty, c.source) for c in claims] == [
        (2017, "stated", "https://example.org/a"), (2018, "inferred", None),
    ]  # fmt: skip
    assert claims[0].aliases == ("Marrow", "Ma Ruá")
    assert members.claims(CityKey("gb", "hexley"))[0].kind == "special-city"
    assert members.claims(CityKey("gb", "nowhere")) == ()


@pytest.mark.parametrize(
    ("name", "country", "key"),
    [
        ("Marrowby", "ie", "ie/marrowby"),
        ("MARROWBY", "ie", "ie/marrowby"),
        ("Ma Rua", "ie", "ie/marrowby"),
        ("Marrowby City", "ie", "ie/marrowby"),
        ("Marrow", None, "ie/marrowby"),
        ("Hexley", "gb", "gb/hexley"),
        ("Hexley", "ie", "ie/hexley"),
        ("Hexley", None, "zz/hexley"),
        ("Marrowby", "gb", "gb/marrowby"),
        ("Marrowby (Old Town)", "ie", "ie/marrowby"),
        ("Nowhere", None, "zz/nowhere"),
    ],
)
def test_a_city_is_found_by_its_names_in_its_country(
    members: Members, name: str, country: str | None, key: str
) -> None:
    assert str(members.key(name, country)) == key


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We met Marrowby, and Marrowby met us.", ["Marrowby", "Marrowby"]),
        ("The Marrowby Museum opened.", []),
        ("They met in Upper Marrowby.", []),
        ("In Marrowby they met.", ["Marrowby"]),
        ("The town has a twin (Marrowby).", ["Marrowby"]),
        ("Hexley has namesakes.", []),
        ("marrowby", []),
    ],
)
def test_members_are_found_in_a_sentence_if_the_name_is_theirs(
    members: Members, text: str, found: list[str]
) -> None:
    assert [text[start:end] for start, end, _ in members.find_in(text)] == found


def test_sources_say_what_a_page_does_not(countries: Countries) -> None:
    rows = (
        "a.txt,https://example.org/a,Marrowby,Ireland,en,own-words,2020-05-01,2021-06-02\n"
        "b.txt,,,,,original,,\n"
    )
    sources = parse_sources("\ufeff" + SOURCES + rows, "sources.csv", countries)
    a, b = sources["a.txt"], sources["b.txt"]
    assert (a.address, a.city, a.country) == ("https://example.org/a", "Marrowby", "ie")
    assert (a.language, a.original, a.issued) == ("en", False, dt.date(2020, 5, 1))
    assert (b.address, b.city, b.country, b.original, b.modified) == (None, None, None, True, None)


@pytest.mark.parametrize("name", ["Marrowby", "City of Marrowby", "Ma Ruá", "Marrow-by"])
def test_an_award_is_of_the_member_whose_name_it_has(
    countries: Countries, members: Members, name: str
) -> None:
    (award,) = parse_awards(
        f"{AWARDS}2015,{name},Ireland,\n", "awards.csv", countries, members, TODAY
    )
    assert award.key == CityKey("ie", "marrowby")


@pytest.mark.parametrize(
    ("city", "country", "near"),
    [
        ("Marrowbay", "Ireland", "did you mean Marrowby? "),
        ("Marrowby", "France", ""),
        ("Atlantis City", "Ireland", ""),
    ],
)
def test_an_award_of_a_city_that_is_no_member_is_refused(
    countries: Countries, members: Members, city: str, country: str, near: str
) -> None:
    text = f"{AWARDS}2015,Marrowby,Ireland,\n2019,{city},{country},\n"
    with pytest.raises(SourceError, match=f"'{city}' is no member") as caught:
        parse_awards(text, "awards.csv", countries, members, TODAY)
    assert caught.value.where == "awards.csv, row 3, column city"
    assert caught.value.remedy.startswith(near or "add it")
    assert "data/network/members.csv" in caught.value.remedy


def test_a_country_has_names_and_two_codes_and_a_kind_may_have_capitals(
    countries: Countries,
) -> None:
    rows = "".join(f"{c},,{c},Special City,2020,stated,\n" for c in ("Ireland", "ie", "IRL", "UK"))
    members = parse_members(MEMBERS + rows, "members.csv", countries, KINDS, TODAY)
    assert [member.key.country for member in members] == ["ie", "ie", "ie", "gb"]
    assert {member.kind for member in members} == {"special-city"}


def test_a_member_of_this_year_has_joined(countries: Countries) -> None:
    text = MEMBERS + "Hexley,,Ireland,,2021,stated,\n"
    (member,) = parse_members(text, "members.csv", countries, KINDS, TODAY)
    assert member.year == 2021


def test_a_source_may_be_cited_in_words(countries: Countries) -> None:
    text = MEMBERS + 'Hexley,,Ireland,,2020,stated,"Harbour News <b>, 3 May 2017"\n'
    (member,) = parse_members(text, "members.csv", countries, KINDS, TODAY)
    assert member.source == "Harbour News <b>, 3 May 2017"


def test_awards_and_country_names(countries: Countries) -> None:
    rows = AWARDS + "2015,Marrowby,Ireland,\n"
    (award,) = parse_awards(rows, "awards.csv", countries, Members(()), TODAY)
    assert award == Award(CityKey("ie", "marrowby"), "Marrowby", 2015, None)
    assert parse_country_names("name,iso2\nOld Land,FR\n", "c.csv") == (("Old Land", "FR"),)


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (",,Ireland,city,2017,stated,", "city", "empty"),
        ("Hexley,,,city,2017,stated,", "country", "empty"),
        ("Hexley,,Atlantis,city,2017,stated,", "country", "'Atlantis'"),
        ("Hexley,,Ireland,planet,2017,stated,", "kind", "'planet'"),
        ("Hexley,,Ireland,city,1999,stated,", "year_joined", "'1999' is no year from 2013 to 2021"),
        ("Hexley,,Ireland,city,2022,stated,", "year_joined", "'2022' is no year from 2013 to 2021"),
        ("Hexley,,Ireland,city,2999,stated,", "year_joined", "'2999' is no year from 2013 to 2021"),
        ("Hexley,,Ireland,city,soon,stated,", "year_joined", "'soon' is no year"),
        ("Hexley,,Ireland,city,²,stated,", "year_joined", "is no year"),
        ("Hexley,,Ireland,city,2017,maybe,", "certainty", "'maybe'"),
        ("Marrowby,,Ireland,city,2017,stated,", "city", "listed twice"),
        ("???,,Ireland,city,2017,stated,", "city", "'\\?\\?\\?' has neither letters nor digits"),
        ("Hexley,H;-,Ireland,city,2017,stated,", "aliases", "'-' has neither letters nor digits"),
        ("Hexley,,Ireland,,2017,stated,https://example.org/a b", "source_url", "no web address"),
        ("Hexley,,Ireland,,2017,stated,http://example.org/<a>", "source_url", "no web address"),
    ],
)
def test_a_mistake_in_members_names_line_and_column(
    countries: Countries, row: str, column: str, message: str
) -> None:
    text = MEMBERS + "Marrowby,,Ireland,city,2017,stated,\n" + row + "\n"
    with pytest.raises(SourceError, match=message) as caught:
        parse_members(text, "members.csv", countries, KINDS, TODAY)
    assert caught.value.where == f"members.csv, row 3, column {column}"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("rows", "column", "message"),
    [
        ("São Foo,,Ireland,,,stated,|Sao-Foo,,Ireland,,2020,stated,", "city", "'São Foo'"),
        ("Hexley,Osterby,Ireland,,,stated,|Osterby,,Ireland,,,stated,", "city", "name of Hexley"),
        ("Osterby,,Ireland,,,stated,|Hexley,a;OSTERBY,Ireland,,,stated,", "aliases", "of Osterby"),
        ("Osterby,Bay,Ireland,,,stated,|Hexley,bay,Ireland,,,stated,", "aliases", "of Osterby"),
        ("Hexley,,Ireland,city,2019,stated,|Hexley,,Ireland,county,,stated,", "kind", "is a city"),
    ],
    ids=["slug", "name-is-alias", "alias-is-name", "alias-twice", "kinds"],
)
def test_rows_that_contradict_one_another_are_refused(
    countries: Countries, rows: str, column: str, message: str
) -> None:
    text = MEMBERS + rows.replace("|", "\n") + "\n"
    with pytest.raises(SourceError, match=message) as caught:
        parse_members(text, "members.csv", countries, KINDS, TODAY)
    assert caught.value.where == f"members.csv, row 3, column {column}"
    assert caught.value.remedy


def test_rows_of_one_member_may_repeat_and_complete_one_another(countries: Countries) -> None:
    rows = (
        "Hexley,Hex,Ireland,,2019,stated,\n"
        "Hexley,Hex;HEXLEY,Ireland,county,2020,stated,\n"
        "Hexley,Hex,Denmark,city,2020,stated,\n"
    )
    members = parse_members(MEMBERS + rows, "members.csv", countries, KINDS, TODAY)
    assert [member.kind for member in members] == ["", "county", "city"]


@pytest.mark.parametrize("iso3", ["FRA", "IR", "Ireland"])
def test_a_code_that_is_not_of_the_country_is_refused(countries: Countries, iso3: str) -> None:
    text = MEMBERS.replace("country", "country,iso3") + f"Hexley,,Ireland,{iso3},,,stated,\n"
    awards = AWARDS.replace("country", "country,iso3") + f"2019,Hexley,Ireland,{iso3},\n"
    with pytest.raises(SourceError, match=f"'{iso3}' is not the code of Ireland") as caught:
        parse_members(text, "members.csv", countries, KINDS, TODAY)
    assert caught.value.where == "members.csv, row 2, column iso3"
    assert "IRL" in caught.value.remedy
    with pytest.raises(SourceError) as caught:
        parse_awards(awards, "awards.csv", countries, Members(()), TODAY)
    assert caught.value.where == "awards.csv, row 2, column iso3"


@pytest.mark.parametrize("iso3", ["", "IRL", "irl"])
def test_a_code_may_repeat_the_country(countries: Countries, iso3: str) -> None:
    awards = AWARDS.replace("country", "country,iso3") + f"2019,Hexley,Ireland,{iso3},\n"
    assert parse_awards(awards, "awards.csv", countries, Members(()), TODAY)[0].key.country == "ie"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",,,,en,original,,", "file"),
        ("a.txt,,,Atlantis,en,original,,", "country"),
        ("a.txt,,???,,en,original,,", "city"),
        ("a.txt,www.example.org,,,en,original,,", "address"),
        ("a.txt,https://example.org/a b,,,en,original,,", "address"),
        ("a.txt,,,,en,translated,,", "text"),
        ("a.txt,,,,en,,,", "text"),
        ("a.txt,,,,en,original,May 2020,", "issued"),
        ("a.txt,,,,en,original,,2020-02-31", "modified"),
    ],
)
def test_a_mistake_in_sources_names_line_and_column(
    countries: Countries, row: str, column: str
) -> None:
    with pytest.raises(SourceError) as caught:
        parse_sources(SOURCES + row + "\n", "sources.csv", countries)
    assert caught.value.where == f"sources.csv, row 2, column {column}"
    assert caught.value.remedy


def test_a_page_listed_twice(countries: Countries) -> None:
    with pytest.raises(SourceError, match="listed twice") as caught:
        parse_sources(SOURCES + "a.txt,,,,,original,,\n" * 2, "sources.csv", countries)
    assert caught.value.where == "sources.csv, row 3, column file"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",Marrowby,Ireland,", "year"),
        ("2014,Marrowby,Ireland,", "year"),
        ("2022,Marrowby,Ireland,", "year"),
        ("2015,...,Ireland,", "city"),
        ("2015,Marrowby,Ireland,http://", "source_url"),
    ],
)
def test_a_mistake_in_awards_names_line_and_column(
    countries: Countries, row: str, column: str
) -> None:
    with pytest.raises(SourceError) as caught:
        parse_awards(AWARDS + row + "\n", "awards.csv", countries, Members(()), TODAY)
    assert caught.value.where == f"awards.csv, row 2, column {column}"
    assert caught.value.remedy


@pytest.mark.parametrize("iso2", ["", "XX", "FRA", "France"])
def test_a_country_name_needs_a_code_that_exists(iso2: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_country_names(f"name,iso2\nOld Land,{iso2}\n", "country-names.csv")
    assert caught.value.where == "country-names.csv, row 2, column iso2"
