"""Which things a name may mean: invented ones, with homonyms that the shipped data lacks."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.name_index import Named, NameIndex
from publisher.reconcile import Reconciler
from publisher.reconcile_properties import (
    Key,
    make_iri_key,
    make_number_key,
    make_text_key,
    make_thing_key,
)
from publisher.reconcile_queries import MATCHING_PROPERTIES, parse_batch
from publisher.schema_space import SchemaSpace
from publisher.spelling import fold, is_same_name

BASE = "https://data.example.org/"
CITY = ("lc:LearningCity", "schema:City")
THINGS = [
    Named("country/xa", "Aland", ("schema:Country",)),
    Named("country/xb", "Beland", ("schema:Country",), names=frozenset({"بلند"})),
    Named("city/xa/springfield", "Springfield", CITY, places=("country/xa",)),
    Named("city/xb/springfield", "Springfield", CITY, places=("country/xb",)),
    Named(
        "city/xa/lodz", "Łódź", CITY, places=("country/xa",), links=frozenset({"http://x.org/1"})
    ),
    Named("city/xa/lodz-gu", "Łódź-gu", CITY, places=("country/xa",)),
    Named("topic/play", "play", ("skos:Concept",), hidden=frozenset({"plays"})),
]


@pytest.fixture(scope="module")
def reconciler() -> Reconciler:
    return make_reconciler(THINGS, {"XB": "xb"})


VALUES = {
    "x:founded": {make_number_key(1423)},
    "x:twin": {make_thing_key("country/xb")},
    "x:motto": {make_text_key("Ex navicula navis")},
    "x:page": {make_iri_key("http://www.lodz.example.org")},
    "x:empty": set(),
}


class Properties:
    """Those that a query may always have, and some that one city has."""

    space = SchemaSpace({**MATCHING_PROPERTIES, **{name: name for name in VALUES}}, BASE)

    def get_keys(self, name: str) -> dict[str, set[Key]]:
        return {"city/xa/lodz": VALUES[name]}


def make_reconciler(things: list[Named], countries: dict[str, str]) -> Reconciler:
    return Reconciler(NameIndex(things), BASE, countries.get, Properties())


def ask(reconciler: Reconciler, **query: object) -> dict[str, bool]:
    """Which candidates a query has, the best first, and whether each is the match."""
    parsed = parse_batch(json.dumps({"q": query}))["q"]
    return {c["id"]: c["match"] for c in reconciler.answer(parsed)["result"]}


def test_homonyms_wait_for_the_country(reconciler: Reconciler) -> None:
    both = {"city/xa/springfield": False, "city/xb/springfield": False}
    assert ask(reconciler, query="Springfield") == both
    for value in ("Beland", "XB", "country/xb", f"{BASE}id/country/xb", "بلند"):
        properties = [{"pid": "schema:containedInPlace", "v": value}]
        found = ask(reconciler, query="springfield", properties=properties)
        assert list(found.items()) == [
            ("city/xb/springfield", True),
            ("city/xa/springfield", False),
        ]


def test_misspelt_homonym_is_no_match_even_with_its_country(reconciler: Reconciler) -> None:
    properties = [{"pid": "schema:containedInPlace", "v": "Aland"}]
    found = ask(reconciler, query="Sprigfield", properties=properties)
    assert next(iter(found.items())) == ("city/xa/springfield", False)


def test_district_is_not_the_town_of_its_name(reconciler: Reconciler) -> None:
    assert ask(reconciler, query="Lodz") == {"city/xa/lodz": True, "city/xa/lodz-gu": False}
    assert ask(reconciler, query="Lodz Gu")["city/xa/lodz-gu"] is True


def test_spaces_decide_only_where_they_tell_two_names_apart() -> None:
    things = [
        Named("city/xa/newport", "Newport", CITY),
        Named("city/xa/new-port", "New Port", CITY),
        Named("city/xa/portville", "Port Ville", CITY),
    ]
    reconciler = make_reconciler(things, {})
    assert ask(reconciler, query="New Port")["city/xa/new-port"] is True
    assert ask(reconciler, query="Newport")["city/xa/newport"] is True
    assert ask(reconciler, query="Portville") == {"city/xa/portville": True}
    assert not any(ask(reconciler, query="N Ew Port").values())
    assert [t.id for t in NameIndex(things).find_named("portville")] == ["city/xa/portville"]


def test_hidden_label_finds_and_does_not_match(reconciler: Reconciler) -> None:
    assert ask(reconciler, query="plays") == {"topic/play": False}


def test_link_decides_in_any_of_its_forms(reconciler: Reconciler) -> None:
    properties = [{"pid": "owl:sameAs", "v": "https://X.org/1/"}]
    assert ask(reconciler, query="Springfield", properties=properties)["city/xa/lodz"] is True
    assert ask(reconciler, query="https://x.org/1") == {"city/xa/lodz": True}
    assert ask(reconciler, query="https://x.org/2") == {}


@pytest.mark.parametrize(
    ("pid", "value", "match"),
    [
        ("x:founded", 1423, True),
        ("x:founded", "1423.0", True),
        ("x:founded", ["1422", "1423"], True),
        ("x:founded", 1422, False),
        ("x:twin", "beland", True),
        ("x:twin", {"id": "Q9", "name": "Beland"}, True),
        ("x:twin", "country/xb", True),
        ("x:twin", "XB", True),
        ("x:twin", "Aland", False),
        ("x:motto", "EX NAVICULA, navis", True),
        ("x:motto", "another", False),
        ("x:page", "www.lodz.example.org/", True),
        ("x:page", "https://other.example.org/", False),
    ],
)
def test_values_are_compared_by_what_they_are(
    reconciler: Reconciler, pid: str, value: object, match: bool
) -> None:
    found = ask(reconciler, query="Lodz", properties=[{"pid": pid, "v": value}])
    assert found["city/xa/lodz"] is match
    alone = ask(reconciler, properties=[{"pid": pid, "v": value}])
    assert alone == ({"city/xa/lodz": False} if match else {})


@pytest.mark.parametrize(
    ("pid", "value"),
    [
        ("x:twin", "nowhere"),
        ("x:founded", "long ago"),
        ("x:page", "its page"),
        ("x:unknown", "1"),
        ("x:empty", "1"),
    ],
)
def test_what_cannot_be_told_neither_confirms_nor_refutes(
    reconciler: Reconciler, pid: str, value: str
) -> None:
    query = {"query": "Lodz", "properties": [{"pid": pid, "v": value}]}
    best = reconciler.answer(parse_batch(json.dumps({"q": query}))["q"])["result"][0]
    assert (best["id"], best["score"], best["match"]) == ("city/xa/lodz", 100, False)


def test_two_values_of_a_property_must_both_be_so(reconciler: Reconciler) -> None:
    both = [{"pid": "schema:containedInPlace", "v": v} for v in ("Beland", "Aland")]
    assert not any(ask(reconciler, query="Springfield", properties=both).values())


def test_a_name_that_two_properties_have_means_none() -> None:
    space = SchemaSpace({"x:name": "Label", "y:name": "Name of", "y:of": "Label"}, BASE)
    assert [space.find(text) for text in ("name", "label", "Name Of", "of")] == [
        None, None, "y:name", "y:of",
    ]  # fmt: skip


def test_words_and_beginnings() -> None:
    index = NameIndex(THINGS)
    assert [t.id for t in index.complete("łódź")] == ["city/xa/lodz", "city/xa/lodz-gu"]
    assert [t.id for t in index.complete("gu")] == ["city/xa/lodz-gu"]
    assert index.complete("zzz") == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Łódź", "LODZ", True),
        ("Citizens’ College", "citizens college", True),
        ("세종", "세종", True),
        ("세종", "Sejong", False),
        ("جامعة", "جماعة", False),
        ("AlUla", "Al Ula", True),
        ("Nzérékoré", "N’Zerekore", True),
        ("대한민국", "대한 민국", True),
        ("Côte d’Ivoire", "Cote d Ivoire", True),
        ("New Port", "Newport News", False),
        ("عُمان", "عمان", True),
    ],
)
def test_same_name(one: str, other: str, same: bool) -> None:
    assert is_same_name(one, other) is same


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    reconciler = make_reconciler(THINGS, {})
    found = reconciler.answer(parse_batch(json.dumps({"q": {"query": text}}))["q"])["result"]
    assert sum(candidate["match"] for candidate in found) <= 1
    assert all(0 < candidate["score"] <= 100 for candidate in found)
    assert fold(fold(text)) == fold(text)
