"""Which place a member is: what is linked without a person, what is shown to one, and why."""

from __future__ import annotations

import pytest

from publisher.candidates import Proposal, Subject, propose_link
from publisher.gazetteer import Gazetteer, load_gazetteer
from publisher.iris import CityKey, mint_slug


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(["city", "municipality", "province"])


def propose(gazetteer: Gazetteer, name: str, country: str, kind: str = "") -> Proposal:
    subject = Subject(CityKey(country, mint_slug(name)), name, (), kind)
    return propose_link(subject, gazetteer, 0.8)


def test_a_town_that_others_of_its_unit_dwarf_is_left_with_the_unit_beside_it(
    gazetteer: Gazetteer,
) -> None:
    proposal = propose(gazetteer, "Melton", "au")
    assert [c.place.geonames for c in proposal.candidates[:2]] == [2158151, 7839806]
    assert "Melton, Victoria (7839806)" in proposal.doubt
    assert "Caroline Springs" in proposal.doubt


@pytest.mark.parametrize(
    ("name", "country", "geonames"),
    [
        ("Namyangju", "kr", 1897122),  # the second of its unit, and not by much
        ("Fermo", "it", 3177099),  # the seat of a province with a larger town
        ("Anadia", "pt", 2742908),  # a seat that nobody has counted
    ],
)
def test_a_town_that_another_of_its_unit_merely_exceeds_is_linked(
    gazetteer: Gazetteer, name: str, country: str, geonames: int
) -> None:
    proposal = propose(gazetteer, name, country)
    assert proposal.doubt == ""
    assert proposal.candidates[0].place.geonames == geonames


def test_the_place_that_a_doubt_is_about_stands_beside_the_best(gazetteer: Gazetteer) -> None:
    elsewhere = propose(gazetteer, "La Paz", "mx")
    assert "La Paz, México (8582249)" in elsewhere.doubt
    assert [c.place.geonames for c in elsewhere.candidates[:2]] == [4000900, 8582249]
    namesake = propose(gazetteer, "Santiago", "mx")
    assert "Santiago Ixcuintla, Nayarit (3983636)" in namesake.doubt
    assert [c.place.geonames for c in namesake.candidates[:2]] == [3983671, 3983636]


def test_namesakes_of_one_score_are_sorted_by_population(gazetteer: Gazetteer) -> None:
    rest = propose(gazetteer, "Santiago", "mx").candidates[2:]
    keys = [(-c.score, -(c.place.population or 0)) for c in rest]
    assert len(keys) > 6
    assert keys == sorted(keys)


def test_the_largest_town_of_a_unit_is_known(gazetteer: Gazetteer) -> None:
    unit = gazetteer.find_entry(7839806, "au")
    assert unit is not None
    largest = gazetteer.find_largest(unit)
    assert largest is not None
    assert (largest.name, largest.population) == ("Caroline Springs", 24488)


def test_no_reason_calls_a_place_the_only_one_where_a_unit_has_the_name(
    gazetteer: Gazetteer,
) -> None:
    (town, unit) = propose(gazetteer, "Melton", "au").candidates
    assert "the only one of the name" not in (*town.reasons, *unit.reasons)
    assert town.reasons[-1] == (
        "the only populated place of the name, which is also that of: unit of level 2 7839806"
    )
    (alone,) = propose(gazetteer, "Canning", "au").candidates
    assert "the only one of the name" in alone.reasons
