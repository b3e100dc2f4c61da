"""Which things a name may mean: invented ones, with homonyms that the shipped data lacks."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.name_index import Named, NameIndex
from publisher.reconcile import Reconciler
from publisher.reconcile_queries import parse_batch
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
    return Reconciler(NameIndex(THINGS), BASE, {"XB": "xb"}.get)


def ask(reconciler: Reconciler, **query: object) -> dict[str, bool]:
    """Which candidates a query has, the best first, and whether each is the match."""
    parsed = parse_batch(json.dumps({"q": query}), BASE)["q"]
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
    reconciler = Reconciler(NameIndex(things), BASE, {}.get)
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
    reconciler = Reconciler(NameIndex(THINGS), BASE, {}.get)
    found = reconciler.answer(parse_batch(json.dumps({"q": {"query": text}}), BASE)["q"])["result"]
    assert sum(candidate["match"] for candidate in found) <= 1
    assert all(0 < candidate["score"] <= 100 for candidate in found)
    assert fold(fold(text)) == fold(text)
