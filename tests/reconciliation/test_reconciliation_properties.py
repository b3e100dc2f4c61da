"""What a query says besides the name, of the shipped site."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from asking import CITY, COUNTRY, ask, within
from flask import Flask
from flask.testing import FlaskClient

from publisher.web.reader import EXTENSION as READER
from publisher.web.reader import Reader, Row


@pytest.mark.parametrize("country", ["Atlantis", "England", {"id": "Q414"}, "http://[x"])
def test_what_names_no_country_tells_nothing(client: FlaskClient, country: object) -> None:
    best = ask(client, query="Córdoba", type=CITY, properties=within(country))[0]
    assert (best["id"], best["score"], best["match"]) == ("city/ar/cordoba", 100, False)
    assert [f["id"] for f in best["features"]] == ["name"]


@pytest.mark.parametrize(
    "pid",
    [
        "http://schema.org/containedInPlace",
        "https://schema.org/containedInPlace",
        "containedInPlace",
        "Country",
        "country",
    ],
)
def test_property_is_understood_by_whatever_it_is_called(client: FlaskClient, pid: str) -> None:
    for country, match in (("Argentina", True), ("Spain", False)):
        asked = [{"pid": pid, "v": country}]
        best = ask(client, query="Córdoba", type=CITY, properties=asked)[0]
        assert (best["id"], best["match"]) == ("city/ar/cordoba", match)
        assert best["features"][1:] == [{"id": COUNTRY, "value": match}]


@pytest.mark.parametrize("pid", ["schema:addressCountry", "P17", "http://example.org/country"])
def test_no_match_by_a_property_that_is_not_understood(client: FlaskClient, pid: str) -> None:
    asked = [{"pid": pid, "v": "Argentina"}]
    best = ask(client, query="Córdoba", type=CITY, properties=asked)[0]
    assert (best["id"], best["score"], best["match"]) == ("city/ar/cordoba", 100, False)
    assert ask(client, type=CITY, properties=asked) == []


def test_every_suggested_property_is_compared(client: FlaskClient) -> None:
    """A city confirms its own values and is refuted by others, whatever the property."""
    city = "city/kr/bucheon"
    offered = client.get("/reconcile/suggest/property?prefix=&limit=1000").get_json()["result"]
    query = {"ids": [city], "properties": [{"id": p["id"]} for p in offered]}
    row = client.post("/reconcile", data={"extend": json.dumps(query)}).get_json()["rows"][city]
    values = {name: cells[0] for name, cells in row.items() if cells}
    assert {COUNTRY, "lc:memberSince", "lc:topic", "owl:sameAs"} <= values.keys()
    for name, cell in values.items():
        value = cell if "id" in cell else next(iter(cell.values()))
        asked = [{"pid": name, "v": value}]
        best = ask(client, query="Bucheon", type=CITY, properties=asked)[0]
        assert (best["id"], best["match"]) == (city, True), name
    for name, value in (("lc:memberSince", 1901), ("lc:topic", "volunteering"), ("label", "Seoul")):
        asked = [*within("Korea, Rep."), {"pid": name, "v": value}]
        found = ask(client, query="Bucheon", type=CITY, properties=asked)
        (own,) = (c for c in found if c["id"] == city)
        assert (own["score"], own["match"]) == (50, False), name


def test_values_of_a_property_are_read_once(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, reads = app.extensions[READER], Counter[str]()

    def count(name: str, **bound: str) -> list[Row]:
        reads[f"{name} {bound}"] += 1
        return Reader.rows(reader, name, **bound)

    monkeypatch.setattr(reader, "rows", count)
    offered = client.get("/reconcile/properties?type=").get_json()["properties"]
    asked = [{"pid": p["id"], "v": "nothing of that name"} for p in offered]
    assert ask(client, query="learning city", properties=asked, limit=100)
    assert ask(client, query="learning", properties=asked, limit=100)
    assert [name for name, times in reads.items() if times > 1] == []


def test_things_by_any_property_alone(client: FlaskClient) -> None:
    found = ask(client, type=CITY, properties=[{"pid": "lc:memberSince", "v": "2015"}], limit=100)
    query = {"ids": [c["id"] for c in found], "properties": [{"id": "lc:memberSince"}]}
    rows = client.post("/reconcile", data={"extend": json.dumps(query)}).get_json()["rows"]
    assert len(rows) > 1
    assert all({"int": 2015} in row["lc:memberSince"] for row in rows.values())


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        ("http://schema.org/Country", "schema:Country"),
        ("Country", "schema:Country"),
        ("LearningCity", CITY),
        ("learning city", CITY),
        ("https://w3id.org/learning-cities/id/scheme/topic", "scheme/topic"),
        ("Topic", "scheme/topic"),
    ],
)
def test_type_is_understood_by_whatever_it_is_called(
    client: FlaskClient, kind: str, plain: str
) -> None:
    assert ask(client, query="learning", type=kind) == ask(client, query="learning", type=plain)
    for path in ("/reconcile/suggest/entity", "/reconcile/suggest/property"):
        named, known = (
            client.get(path, query_string={"prefix": "l", "type": name}).get_json()
            for name in (kind, plain)
        )
        assert named == known
        assert known["result"]


def test_country_behind_the_name(client: FlaskClient) -> None:
    for text in ("Villa María, Argentina", "Villa Maria (Argentina)"):
        best = ask(client, query=text)[0]
        assert (best["id"], best["match"]) == ("city/ar/villa-maria", True)
        assert {"id": COUNTRY, "value": True} in best["features"]
    assert ask(client, query="Bristol (UK)")[0]["match"]
    best = ask(client, query="Granada, Spain", type=CITY)
    assert [c["match"] for c in best if c["id"] == "city/ni/granada"] == [False]


@pytest.mark.parametrize("text", ["Bristol, GB", "Bristol (PER)", "Bristol, England"])
def test_code_behind_the_name_may_be_anything(client: FlaskClient, text: str) -> None:
    best = ask(client, query=text, type=CITY)[0]
    assert (best["id"], best["match"]) == ("city/gb/bristol", False)
    assert [f["id"] for f in best["features"]] == ["name"]


def test_name_of_a_country_with_a_comma_is_not_cut(client: FlaskClient) -> None:
    assert ask(client, query="Korea, Republic of")[0]["id"] == "country/kr"
    assert ask(client, query="Republic of Korea (South Korea)")[0]["id"] == "country/kr"


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("iso:KR", "country/kr"),
        ("urn:iso:std:iso:3166:KR", "country/kr"),
        ("geonames:2654675", "city/gb/bristol"),
        ("www.geonames.org/2654675/bristol.html", "city/gb/bristol"),
        ("https://www.geonames.org/2654675?lang=en", "city/gb/bristol"),
    ],
)
def test_identifier_in_any_form(client: FlaskClient, text: str, identifier: str) -> None:
    (only,) = ask(client, query=text)
    assert (only["id"], only["match"]) == (identifier, True)
    found = ask(client, query="any name", properties=[{"pid": "owl:sameAs", "v": text}])
    assert (found[0]["id"], found[0]["match"]) == (identifier, True)


def test_things_of_the_type_come_first_where_they_should(client: FlaskClient) -> None:
    found = ask(client, query="Seodaemun District", type=CITY, type_strict="should", limit=100)
    of_type = [CITY in {t["id"] for t in c["type"]} for c in found]
    assert of_type[0]
    assert not of_type[-1]
    assert of_type == sorted(of_type, reverse=True)
    assert [c["score"] for c in found] == sorted((c["score"] for c in found), reverse=True)
