"""Batches as tables make them, and what is wrong with some."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import CITY, COUNTRY, ask, within
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ({"query": 2019}, {"query": "2019"}),
        ({"query": " Sejong "}, {"query": "Sejong"}),
        ({"query": "Sejong", "limit": "3"}, {"query": "Sejong", "limit": 3}),
        ({"query": "Sejong", "limit": 10**400}, {"query": "Sejong", "limit": 100}),
        ({"query": "Sejong", "limit": ""}, {"query": "Sejong"}),
        ({"query": "Sejong", "type": ""}, {"query": "Sejong"}),
        ({"query": "Sejong", "type": None}, {"query": "Sejong"}),
        ({"query": "Sejong", "type": {"id": CITY}}, {"query": "Sejong", "type": CITY}),
        ({"query": "Sejong", "type": [{"id": CITY}, ""]}, {"query": "Sejong", "type": [CITY]}),
        ({"query": "Sejong", "properties": None}, {"query": "Sejong"}),
        ({"query": "Sejong", "properties": within(None)}, {"query": "Sejong"}),
        ({"query": "Sejong", "properties": within([None, "", {"id": ""}])}, {"query": "Sejong"}),
        ({"query": "Bristol", "properties": within([None, "GB"])},
         {"query": "Bristol", "properties": within("GB")}),
        ({"query": "Bristol", "properties": within({"name": "United Kingdom"})},
         {"query": "Bristol", "properties": within("United Kingdom")}),
        ({"query": "Bristol", "properties": within("GB")[0]},
         {"query": "Bristol", "properties": within("GB")}),
    ],
)  # fmt: skip
def test_what_is_plainly_meant_is_understood(
    client: FlaskClient, odd: dict[str, Any], plain: dict[str, Any]
) -> None:
    assert ask(client, **odd) == ask(client, **plain)


def test_an_empty_cell_finds_nothing(client: FlaskClient) -> None:
    assert ask(client, query=None) == []


@pytest.mark.parametrize("text", ["http://[::1", "http://ex℀mple.com/", "http://"])
def test_an_odd_address_is_a_cell_like_others(client: FlaskClient, text: str) -> None:
    assert ask(client, query=text) == []
    for pid in (COUNTRY, "lc:city", "owl:sameAs"):
        found = ask(client, query="Sejong", type=CITY, properties=[{"pid": pid, "v": text}])
        assert (found[0]["id"], found[0]["match"]) == ("city/kr/sejong", False)


def test_batch_is_as_large_as_the_manifest_says(client: FlaskClient) -> None:
    most = client.get("/reconcile").get_json()["batchSize"]
    queries = {str(n): {"query": "x"} for n in range(most + 1)}
    refused = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert (refused.status_code, refused.mimetype) == (413, "application/problem+json")
    assert str(most) in refused.get_json()["remedy"]
    queries.popitem()
    taken = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert len(taken.get_json()) == most


def test_query_that_is_no_batch_is_told(client: FlaskClient) -> None:
    response = client.get("/reconcile?query=Sejong")
    assert response.status_code == 400
    assert "queries=" in response.get_json()["remedy"]
    assert "versions" in client.get("/reconcile?callback=x").get_json()


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", None])
def test_body_that_is_no_form_is_told(client: FlaskClient, media_type: str | None) -> None:
    body = json.dumps({"queries": {"q0": {"query": "Sejong"}}})
    response = client.post("/reconcile", data=body, content_type=media_type)
    assert response.status_code == 415
    problem = response.get_json()
    assert (media_type or "without media type") in problem["detail"]
    assert "application/x-www-form-urlencoded" in problem["available"]


def test_address_with_a_slash(client: FlaskClient) -> None:
    assert client.get("/reconcile/").get_json() == client.get("/reconcile").get_json()
    queries = json.dumps({"q0": {"query": "Sejong"}})
    answers = [client.post(p, data={"queries": queries}) for p in ("/reconcile/", "/reconcile")]
    assert answers[0].get_json() == answers[1].get_json()
