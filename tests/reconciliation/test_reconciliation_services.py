"""Suggestions, data extension and previews of the shipped site."""

from __future__ import annotations

import json
import threading

import pytest
from answer_schemas import (
    EXTENSION,
    PROPOSALS,
    check,
)
from flask.testing import FlaskClient

from publisher.answers import InProcess, Limits
from publisher.release import Release
from publisher.web import create_app, naming


def test_every_type_that_is_offered_has_properties(client: FlaskClient) -> None:
    types = client.get("/reconcile/suggest/type?prefix=&limit=100").get_json()["result"]
    assert len(types) > 10
    for kind in types:
        asked = {"type": kind["id"], "limit": 3}
        answer = client.get("/reconcile/properties", query_string=asked).get_json()
        check(answer, PROPOSALS)
        assert len(answer["properties"]) == 3, kind
        assert answer["type"] == kind["id"]


def test_properties_have_names(client: FlaskClient) -> None:
    properties = client.get("/reconcile/properties?type=").get_json()["properties"]
    assert len(properties) > 30
    assert [p for p in properties if p["name"] == p["id"]] == []


def test_type_that_is_empty_is_none(client: FlaskClient) -> None:
    for path in ("/reconcile/suggest/entity", "/reconcile/suggest/property"):
        without = client.get(f"{path}?prefix=s").get_json()
        assert client.get(f"{path}?prefix=s&type=").get_json() == without


def test_extension_answers_under_the_names_that_were_sent(client: FlaskClient) -> None:
    names = ["http://schema.org/containedInPlace", "memberSince", "lc:memberSince"]
    things = ["https://w3id.org/learning-cities/id/city/kr/bucheon", "city/kr/bucheon"]
    query = {"ids": things, "properties": [{"id": name} for name in names]}
    answer = client.post("/reconcile", data={"extend": json.dumps(query)}).get_json()
    check(answer, EXTENSION)
    assert [m["id"] for m in answer["meta"]] == names
    assert list(answer["rows"]) == things
    first, second = answer["rows"].values()
    assert first == second
    assert list(first) == names
    assert first[names[0]] == [{"id": "country/kr", "name": "Republic of Korea"}]
    assert first["memberSince"] == first["lc:memberSince"] != []


@pytest.mark.parametrize("limit", ["", None, 0, "0", 1e300, 10**400])
def test_no_limit_of_values_is_all_of_them(client: FlaskClient, limit: object) -> None:
    def extend(settings: dict[str, object]) -> object:
        wanted = [{"id": "lc:topic", "settings": settings}]
        query = {"ids": ["city/kr/bucheon"], "properties": wanted}
        return client.post("/reconcile", data={"extend": json.dumps(query)}).get_json()

    assert extend({"limit": limit}) == extend({})
    assert extend({"limit": "2"}) == extend({"limit": 2})


def test_too_many_things_to_extend_are_too_large(client: FlaskClient) -> None:
    query = {"ids": ["city/kr/bucheon"] * 1001, "properties": [{"id": "lc:topic"}]}
    response = client.post("/reconcile", data={"extend": json.dumps(query)})
    assert (response.status_code, response.get_json()["parameter"]) == (413, "extend")


def test_service_is_made_before_it_is_asked(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(timeout=10, memory=512, result_mib=20, workers=1, queue=1)
    app = create_app(release, InProcess(release, limits))
    naming.begin(app)
    for thread in threading.enumerate():
        if thread.name == "naming":
            thread.join()
    monkeypatch.setattr(naming, "make_service", None)  # nobody makes it now
    found = app.test_client().get("/reconcile/suggest/entity?prefix=sej").get_json()["result"]
    assert found[0]["id"] == "city/kr/sejong"


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ("city/gb/bristol", ["United Kingdom", "Member since", "2016", "inhabitants", "CC BY 4.0",
                             "https://sws.geonames.org/2654675/"]),
        ("topic/well-being", ["Concept, Topic", "happiness of people"]),
        ("entity/kr/sejong/policy-academy", ["Initiative, Sejong, Republic of Korea", "academy"]),
        ("country/kr", ["Country", "https://sws.geonames.org/1835841/"]),
    ],
)  # fmt: skip
def test_preview_tells_namesakes_apart(
    client: FlaskClient, identifier: str, told: list[str]
) -> None:
    page = client.get("/reconcile/preview", query_string={"id": identifier}).text
    assert [text for text in told if text not in page] == []
    iri = f"https://w3id.org/learning-cities/id/{identifier}"
    assert f'<a class="iri" href="/id/{identifier}">{iri}</a>' in page
