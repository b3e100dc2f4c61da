"""Reconciliation of the shipped site, asked as OpenRefine asks."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from answer_schemas import (
    EXTENSION,
    MANIFEST,
    PROPOSALS,
    RESULTS,
    SUGGESTED,
    SUGGESTED_THINGS,
    check,
)
from asking import CITY, COUNTRY, ask, within
from flask.testing import FlaskClient

from publisher.release import Release


def test_manifest_leads_to_what_it_promises(client: FlaskClient) -> None:
    response = client.get("/reconcile", headers={"Origin": "https://refine.example.org"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    manifest = response.get_json()
    check(manifest, MANIFEST)
    first = ask(client, query="Sejong")[0]
    assert manifest["identifierSpace"] + first["id"] == (
        "https://w3id.org/learning-cities/id/city/kr/sejong"
    )
    for template in (manifest["view"]["url"], manifest["preview"]["url"]):
        address = template.replace("{{id}}", "city%2Fkr%2Fsejong").partition("localhost")[2]
        page = client.get(address, follow_redirects=True, headers={"Accept": "text/html"})
        assert (page.status_code, page.mimetype) == (200, "text/html")
        assert "Republic of Korea" in page.text
    services = [*manifest["suggest"].values(), manifest["extend"]["propose_properties"]]
    for service in services:
        path = urlsplit(service["service_url"] + service["service_path"]).path
        assert client.get(path, query_string={"prefix": "c"}).status_code == 200


@pytest.mark.parametrize(
    ("name", "country", "city"),
    [
        ("القاهرة", "EG", "city/eg/cairo"),
        ("فاس", "Maroc", "city/ma/fez"),
        ("Pékin", "Chine", "city/cn/beijing"),
        ("Пекин", "Китай", "city/cn/beijing"),
        ("세종", "대한민국", "city/kr/sejong"),
        ("카이로", "EGY", "city/eg/cairo"),
        ("Torino", "Italy", "city/it/turin"),
        ("Ciudad de México", "MX", "city/mx/mexico-city"),
    ],
)
def test_a_city_is_found_by_its_names_in_other_languages(
    client: FlaskClient, name: str, country: str, city: str
) -> None:
    alone = ask(client, query=name, type=CITY)[0]
    assert (alone["id"], alone["match"]) == (city, False), "there may be one elsewhere"
    there = ask(client, query=name, type=CITY, properties=within(country))[0]
    assert (there["id"], there["match"]) == (city, True)
    suggested = client.get("/reconcile/suggest/entity", query_string={"prefix": name, "type": CITY})
    assert suggested.get_json()["result"][0]["id"] == city


def test_an_own_name_comes_before_what_others_call_a_place(client: FlaskClient) -> None:
    first, *others = ask(client, query="Mexico")
    assert (first["id"], first["match"]) == ("country/mx", True)
    assert "city/mx/mexico-city" in [other["id"] for other in others]


@pytest.mark.parametrize("country", ["Korea", "Korea Republic", "República de Corea"])
def test_the_names_that_a_site_has_for_countries_are_known(
    client: FlaskClient, country: str
) -> None:
    first = ask(client, query="Sejong", type=CITY, properties=within(country))[0]
    assert (first["id"], first["match"]) == ("city/kr/sejong", True)


def test_every_member_is_found_by_its_name_and_country(
    client: FlaskClient, release: Release
) -> None:
    rows = release.store().query(
        """SELECT ?city ?name (MIN(?notation) AS ?code) WHERE {
             ?city a lc:LearningCity ; rdfs:label ?name ; schema:containedInPlace ?country .
             ?country a schema:Country ; skos:notation ?notation
           } GROUP BY ?city ?name"""
    )
    space = "https://w3id.org/learning-cities/id/"
    members = [
        (r["city"].value.removeprefix(space), r["name"].value, r["code"].value) for r in rows
    ]
    assert len(members) > 300
    wrong = []
    for start in range(0, len(members), 50):
        part = members[start : start + 50]
        batch = {
            identifier: {"query": name, "type": CITY, "properties": within(code)}
            for identifier, name, code in part
        }
        answer = client.post("/reconcile", data={"queries": json.dumps(batch)}).get_json()
        check(answer, RESULTS)
        assert list(answer) == [identifier for identifier, _, _ in part]
        for identifier, result in answer.items():
            best = result["result"][0]
            if (best["id"], best["match"]) != (identifier, True):
                wrong.append((identifier, best))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "kind", "identifier"),
    [
        ("SEJONG", CITY, "city/kr/sejong"),
        ("Leon", CITY, "city/ni/leon"),
        ("Al Ula", CITY, "city/sa/alula"),
        ("Ben Guerir", CITY, "city/ma/benguerir"),
        ("Hatyai", CITY, "city/th/hat-yai"),
        ("대한 민국", "schema:Country", "country/kr"),
        ("Republic of Korea", "schema:Country", "country/kr"),
        ("South Korea", "schema:Country", "country/kr"),
        ("Corea del Sur", "schema:Country", "country/kr"),
        ("대한민국", "schema:Country", "country/kr"),
        ("KOR", "schema:Country", "country/kr"),
        ("Korea, Rep.", "schema:Country", "country/kr"),
        ("UK", "schema:Country", "country/gb"),
        ("U.K.", "schema:Country", "country/gb"),
        ("32", "schema:Country", "country/ar"),
        ("personnes âgées", "scheme/target-group", "target-group/older-people"),
        ("personas mayores", "scheme/target-group", "target-group/older-people"),
        ("пожилые люди", "skos:Concept", "target-group/older-people"),
        ("Sejong Citizen College", "lc:Initiative", "entity/kr/sejong/sejong-citizen-college"),
        ("Seoul National University", "org:Organization",
         "entity/kr/gwanak-gu/seoul-national-university"),
        ("https://w3id.org/learning-cities/id/city/kr/sejong", CITY, "city/kr/sejong"),
        ("city/kr/sejong", CITY, "city/kr/sejong"),
        ("https://vocabularies.unesco.org/browser/thesaurus/en/page/concept17171", "skos:Concept",
         "topic/well-being"),
    ],
)  # fmt: skip
def test_name_in_any_language_or_identifier_is_a_match(
    client: FlaskClient, text: str, kind: str, identifier: str
) -> None:
    best = ask(client, query=text, type=kind)[0]
    assert (best["id"], best["match"], best["score"]) == (identifier, True, 100)
    assert kind in {t["id"] for t in best["type"]}


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("Sejon", "city/kr/sejong"),
        ("Sejong City", "city/kr/sejong"),
        ("세종", "city/kr/sejong"),
        ("Gwanak", "city/kr/gwanak-gu"),
        ("City of Melton", "city/au/melton"),
        ("Kordoba", "city/ar/cordoba"),
        ("Villa Marya", "city/ar/villa-maria"),
    ],
)
def test_what_is_only_like_a_name_comes_first_and_is_no_match(
    client: FlaskClient, text: str, identifier: str
) -> None:
    found = ask(client, query=text, type=CITY)
    assert found[0]["id"] == identifier
    assert not any(candidate["match"] for candidate in found)
    assert [c["score"] for c in found] == sorted((c["score"] for c in found), reverse=True)


def test_elements_of_page_forms_are_no_candidates(client: FlaskClient) -> None:
    found = ask(client, query="archive banner", type="skos:Concept", limit=100)
    types = client.get("/reconcile/suggest/type", query_string={"prefix": ""}).get_json()
    offered = {t["id"] for t in types["result"]}
    offered |= {t["id"] for candidate in found for t in candidate["type"]}
    assert "scheme/topic" in offered
    assert "scheme/page-element" not in offered


def test_part_of_a_country_is_not_the_country(client: FlaskClient) -> None:
    assert not any(c["match"] for c in ask(client, query="Wales", type="schema:Country"))


def test_transliteration_does_not_make_two_names_one(client: FlaskClient) -> None:
    university = ask(client, query="جامعة", type="skos:Concept", limit=20)
    matched = {c["id"] for c in university if c["match"]}
    assert "member-kind/commune" in {c["id"] for c in university}
    assert "member-kind/commune" not in matched


@pytest.mark.parametrize(
    ("country", "match"),
    [
        ("Argentina", True),
        ("AR", True),
        ("ARG", True),
        ("Аргентина", True),
        ("https://w3id.org/learning-cities/id/country/ar", True),
        ({"id": "country/ar"}, True),
        (["Chile", "Argentina"], True),
        ("iso:AR", True),
        ("https://www.geonames.org/countries/AR/argentina.html", True),
        (32, True),
        ({"id": "Q414", "name": "Argentina"}, True),
        ({"id": "826", "name": "Argentina"}, True),
        ({"id": "https://example.org/argentina", "name": "Argentina"}, True),
        ("", True),
        ("Spain", False),
        ("UAE", False),
        (["Atlantis", "Spain"], False),
    ],
)
def test_country_confirms_or_refutes(client: FlaskClient, country: object, match: bool) -> None:
    best = ask(client, query="Córdoba", type=CITY, properties=within(country))[0]
    assert (best["id"], best["match"]) == ("city/ar/cordoba", match)
    assert (best["score"] == 100) is match


def test_initiative_is_told_by_its_city(client: FlaskClient) -> None:
    wanted = {"query": "Policy Academy", "type": "lc:Initiative"}
    for value, match in (("Sejong", True), ("city/kr/sejong", True), ("Bucheon", False)):
        best = ask(client, **wanted, properties=[{"pid": "lc:city", "v": value}])[0]
        assert (best["id"], best["match"]) == ("entity/kr/sejong/policy-academy", match)


def test_one_name_of_two_things_is_no_match_without_a_type(client: FlaskClient) -> None:
    both = ask(client, query="Policy Academy")[:2]
    assert {c["id"].partition("/")[0] for c in both} == {"entity", "practice"}
    assert [c["match"] for c in both] == [False, False]
    preferred = ask(client, query="Policy Academy", type="lc:GoodPractice", type_strict="should")
    assert (preferred[0]["id"], preferred[0]["match"]) == (
        "practice/kr/sejong/policy-academy",
        True,
    )
    assert preferred[1]["id"] == "entity/kr/sejong/policy-academy"


def test_identifier_of_another_dataset_is_a_match_whatever_the_name(client: FlaskClient) -> None:
    link = "http://vocabularies.unesco.org/thesaurus/concept17171"
    found = ask(client, query="happiness", properties=[{"pid": "owl:sameAs", "v": link}])
    assert (found[0]["id"], found[0]["match"]) == ("topic/well-being", True)


def test_properties_alone(client: FlaskClient) -> None:
    found = ask(client, type=CITY, properties=within("Nicaragua"))
    assert "city/ni/leon" in {c["id"] for c in found}
    assert {c["id"].split("/")[1] for c in found} == {"ni"}
    assert not any(c["match"] for c in found)


def test_limit_and_types(client: FlaskClient) -> None:
    assert len(ask(client, query="learning", limit=3)) == 3
    assert ask(client, query="Sejong", type="schema:Volcano") == []
    assert ask(client, query="Sejong", type=[CITY, "schema:Country"], type_strict="all") == []
    assert ask(client, query="Sejong", type=[CITY, "schema:City"], type_strict="all")[0]["match"]
    iri = "https://w3id.org/learning-cities/ontology#LearningCity"
    assert ask(client, query="Sejong", type=iri)[0]["match"]
    assert ask(client, query="") == []
    assert ask(client, query="!!!") == []


def test_get_answers_as_post_does(client: FlaskClient) -> None:
    queries = json.dumps({"a": {"query": "Sejong"}, "b": {"query": "Bristol"}})
    by_get = client.get("/reconcile", query_string={"queries": queries}).get_json()
    assert by_get == client.post("/reconcile", data={"queries": queries}).get_json()
    assert list(by_get) == ["a", "b"]


@pytest.mark.parametrize(
    ("queries", "told"),
    [
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ('{"q0": "Sejong"}', "'q0' that is no object"),
        ('{"q0": {}}', "asks for nothing"),
        ('{"q0": {"query": ["x"]}}', "'q0' whose query is no text"),
        ('{"q0": {"query": "x", "type": [5]}}', "'q0' whose type is no text"),
        ('{"q0": {"query": "x", "type_strict": "perhaps"}}', "'q0' with an unknown type_strict"),
        ('{"q0": {"query": "x", "limit": "many"}}', "'q0' whose limit is no number"),
        ('{"q0": {"query": "x", "limit": 0}}', "'q0' whose limit is no number from 1 on"),
        ('{"q0": {"query": "x", "limit": -1}}', "'q0' whose limit is no number from 1 on"),
        ('{"q0": {"query": "x", "limit": NaN}}', "NaN is no value of JSON"),
        ('{"q0": {"query": "x", "properties": [{"v": "y"}]}}', "'q0' with properties without pid"),
        (
            '{"q0": {"query": "x", "properties": [{"pid": "y"}]}}',
            "'q0' whose property 'y' has no v",
        ),
        (
            '{"q0": {"query": "x", "properties": [{"pid": "y", "v": {}}]}}',
            "'q0' whose property 'y' has a v that cannot be understood",
        ),
        (
            '{"q0": {"query": "x", "properties": [{"pid": "y", "v": [["z"]]}]}}',
            "'q0' whose property 'y' has a v that cannot be understood",
        ),
        ('{"\\ud800": {"query": "x"}}', "half of a character"),
        ('{"q0": {"query": "\\ud83d"}}', "half of a character"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_what_cannot_be_read_is_told(client: FlaskClient, queries: str, told: str) -> None:
    response = client.post("/reconcile", data={"queries": queries})
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    problem = response.get_json()
    assert problem["parameter"] == "queries"
    assert told in problem["detail"]
    assert problem["remedy"]


def test_form_without_a_question_is_told(client: FlaskClient) -> None:
    response = client.post("/reconcile", data={"query": "Sejong"})
    assert response.status_code == 400
    assert "queries" in response.get_json()["detail"]


def test_suggested_things(client: FlaskClient) -> None:
    def suggest(**asked: object) -> list[dict[str, Any]]:
        answer = client.get("/reconcile/suggest/entity", query_string=asked).get_json()
        check(answer, SUGGESTED_THINGS)
        return answer["result"]

    first = suggest(prefix="sej")[0]
    assert first["id"] == "city/kr/sejong"
    assert first["description"] == "Learning city, Republic of Korea"
    everything, later = suggest(prefix="s"), suggest(prefix="s", cursor=5)
    assert later[:10] == everything[5:15]
    assert suggest(prefix="personnes âg")[0]["id"] == "target-group/older-people"
    assert suggest(prefix="city/kr/sejong")[0]["id"] == "city/kr/sejong"
    assert suggest(prefix="Sejnog")[0]["id"] == "city/kr/sejong"
    countries = suggest(prefix="r", type="schema:Country")
    assert countries
    assert all(thing["notable"][0]["id"] == "schema:Country" for thing in countries)
    assert client.get("/reconcile/suggest/entity?cursor=x").status_code == 400


def test_suggested_types_and_properties(client: FlaskClient) -> None:
    types = client.get("/reconcile/suggest/type?prefix=learning").get_json()
    check(types, SUGGESTED)
    assert {"id": CITY, "name": "Learning city"} in types["result"]
    properties = client.get("/reconcile/suggest/property?prefix=count").get_json()
    check(properties, SUGGESTED)
    assert {"id": COUNTRY, "name": "Country"} in properties["result"]


def test_proposed_properties_can_be_fetched(client: FlaskClient) -> None:
    proposed = client.get(f"/reconcile/properties?type={CITY}").get_json()
    check(proposed, PROPOSALS)
    known = {p["id"] for p in proposed["properties"]}
    assert {COUNTRY, "lc:topic", "lc:memberSince", "lc:awardYear", "indicator/area"} <= known
    some = client.get("/reconcile/properties?type=schema:Country&limit=1").get_json()
    check(some, PROPOSALS)
    assert len(some["properties"]) == 1
    wanted = [{"id": COUNTRY}, {"id": "lc:topic", "settings": {"limit": 2}},
              {"id": "lc:memberSince"}, {"id": "x:nothing"}]  # fmt: skip
    query = {"ids": ["city/kr/bucheon", "city/xx/nowhere"], "properties": wanted}
    response = client.post("/reconcile", data={"extend": json.dumps(query)})
    answer = response.get_json()
    check(answer, EXTENSION)
    assert [m["id"] for m in answer["meta"]] == [p["id"] for p in wanted]
    assert answer["meta"][0]["type"]["id"] == "schema:Country"
    row = answer["rows"]["city/kr/bucheon"]
    assert row[COUNTRY] == [{"id": "country/kr", "name": "Republic of Korea"}]
    assert len(row["lc:topic"]) == 2
    assert all(set(cell) == {"int"} for cell in row["lc:memberSince"])
    assert row["lc:memberSince"]
    assert all(cells == [] for cells in answer["rows"]["city/xx/nowhere"].values())


def test_figures_are_numbers(client: FlaskClient) -> None:
    proposed = client.get(f"/reconcile/properties?type={CITY}").get_json()["properties"]
    figures = [p["id"] for p in proposed if p["id"].startswith("indicator/")]
    query = {"ids": ["city/gb/bristol"], "properties": [{"id": i} for i in figures]}
    answer = client.get("/reconcile", query_string={"extend": json.dumps(query)}).get_json()
    check(answer, EXTENSION)
    cells = [cell for values in answer["rows"]["city/gb/bristol"].values() for cell in values]
    assert cells
    assert all(set(cell) <= {"int", "float"} for cell in cells)


@pytest.mark.parametrize(
    "extend",
    [
        "{",
        "{}",
        '{"ids": [], "properties": ["x"]}',
        '{"ids": ["a"], "properties": [{"id": "x", "settings": 3}]}',
        '{"ids": ["a"], "properties": [{"id": "x", "settings": {"limit": "many"}}]}',
        '{"ids": ["a"], "properties": [{"id": "x", "settings": {"limit": -1}}]}',
        '{"ids": ["a"], "properties": [{"id": "x", "settings": {"limit": Infinity}}]}',
        '{"ids": ["\\udc00"], "properties": [{"id": "x"}]}',
        '{"ids": [{}], "properties": [{"id": "x"}]}',
    ],
)
def test_extension_that_cannot_be_read_is_told(client: FlaskClient, extend: str) -> None:
    response = client.post("/reconcile", data={"extend": extend})
    assert response.status_code == 400
    problem = response.get_json()
    assert problem["parameter"] == "extend"
    assert "Error" not in problem["detail"]


def test_preview_stands_in_a_frame(client: FlaskClient) -> None:
    response = client.get("/reconcile/preview?id=target-group/older-people")
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "personnes âgées" in response.text
    assert 'target="_blank"' in response.text
    assert client.get("/reconcile/preview?id=city/xx/nowhere").status_code == 404
