"""A name means a member with and without the word for its kind, and no other place."""

from __future__ import annotations

import pytest

from publisher.iris import CityKey
from publisher.member_names import Kind, MemberNames

KINDS = (
    Kind(
        "city",
        frozenset({"city", "ville", "metropolitan city", "city council", "si"}),
        frozenset({"villa"}),
        frozenset({"municipality"}),
    ),
    Kind("municipality", frozenset({"municipality"}), related=frozenset({"city"})),
    Kind("county", frozenset({"county", "Графство"}), frozenset({"gun"})),
    Kind("district", frozenset({"district"}), frozenset({"gu"})),
    Kind("industrial-city", frozenset({"industrial city"})),
)
MEMBERS = {
    "Hexley": "",
    "Osterby City": "",
    "Port Ellery": "city",
    "Lorne County": "county",
    "Talek": "county",
    "Miru-gu": "district",
    "Bora-gu (Haeju)": "district",
    "Dorne Industrial City": "industrial-city",
    "Villa Selmira": "",
    "Orne": "",
    "Orne County": "county",
    "Calder District": "district",
    "Calder County": "county",
    "Bexhill County": "",
}


@pytest.fixture(scope="module")
def names() -> MemberNames:
    listed = [(CityKey("ie", name.lower()), name, kind) for name, kind in MEMBERS.items()]
    return MemberNames([*listed, (CityKey("fr", "hexley"), "Hexley", "")], KINDS)


def found(names: MemberNames, name: str, country: str | None = "ie") -> set[str]:
    return {key.city for key in names.find(name, country)}


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("Hexley", "Hexley"),
        ("City of Hexley", "Hexley"),
        ("The City of Hexley", "Hexley"),
        ("Ville d’Hexley", "Hexley"),
        ("Hexley City Council", "Hexley"),
        ("Hexley-si", "Hexley"),
        ("HEXLEY METROPOLITAN CITY", "Hexley"),
        ("Municipality of Hexley", "Hexley"),
        ("Hexley (Old Town)", "Hexley"),
        ("Osterby", "Osterby City"),
        ("Portellery", "Port Ellery"),
        ("City of Port-Ellery", "Port Ellery"),
        ("Lorne", "Lorne County"),
        ("Lorne-gun", "Lorne County"),
        ("County of Lorne", "Lorne County"),
        ("Talek County", "Talek"),
        ("Miru", "Miru-gu"),
        ("Miru District", "Miru-gu"),
        ("Bora-gu", "Bora-gu (Haeju)"),
        ("Bora District (Haeju)", "Bora-gu (Haeju)"),
        ("Bora-gu Haeju", "Bora-gu (Haeju)"),
        ("Dorne Industrial City", "Dorne Industrial City"),
        ("Orne", "Orne"),
        ("Orne City", "Orne"),
        ("Orne (county)", "Orne County"),
        ("Orne-gun", "Orne County"),
        ("Bexhill", "Bexhill County"),
    ],
)
def test_a_name_means_the_one_member_that_it_fits(
    names: MemberNames, name: str, member: str
) -> None:
    assert found(names, name) == {member.lower()}


@pytest.mark.parametrize(
    "name",
    [
        "Hexley County",
        "County of Hexley",
        "Talek City",
        "Talek (city)",
        "Lorne Municipality",
        "Dorne City",
        "Bexhill City",
        "Bora-gu (Okdo)",
        "Bora District (Okdo)",
        "Selmira",
        "Villa de Hexley",
        "Hex",
        "City",
        "City of",
        "???",
        "",
    ],
)
def test_a_name_that_says_otherwise_means_none(names: MemberNames, name: str) -> None:
    assert found(names, name) == set()


def test_a_name_that_fits_two_means_both(names: MemberNames) -> None:
    assert found(names, "Calder") == {"calder district", "calder county"}
    assert names.find("Hexley-si", None) == {CityKey("ie", "hexley"), CityKey("fr", "hexley")}


def test_a_word_in_another_script_counts(names: MemberNames) -> None:
    assert found(names, "Лорне графство") == {"lorne county"}


@pytest.mark.parametrize(
    ("name", "country", "near"),
    [
        ("Hexly", "ie", ["Hexley"]),
        ("Talek City", "ie", ["Talek"]),
        ("Calder", "ie", ["Calder County", "Calder District"]),
        ("Selmira", "ie", ["Villa Selmira"]),
        ("County Hexley", "ie", ["Hexley"]),
        ("Hexly", "de", []),
        ("Atlantis", "ie", []),
    ],
)
def test_near_names_are_those_that_may_be_meant(
    names: MemberNames, name: str, country: str, near: list[str]
) -> None:
    assert [key.city for key in names.find_near(name, country)] == [n.lower() for n in near]


def test_near_names_are_sought_everywhere_where_nobody_states_the_country(
    names: MemberNames,
) -> None:
    assert names.find_near("Hexly", None) == [CityKey("fr", "hexley"), CityKey("ie", "hexley")]
