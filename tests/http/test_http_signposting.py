"""Typed links of the answers, as a header and as linksets: signposting.org, RFC 9264, RFC 9727."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

BASE = "https://data.example.org/cities/"
HOST = "http://localhost"
CITY = "/doc/city/xa/example"
LINKSET = "application/linkset+json"
PAGE = {"Accept": "text/html"}


def read_links(client: FlaskClient, path: str, accept: str = "text/html") -> list[tuple[str, ...]]:
    """Returns relation, target and media type of each link of an answer's header."""
    header = client.get(path, headers={"Accept": accept}).headers["Link"]
    links = []
    for part in header.split(", <"):
        target, _, rest = part.lstrip("<").partition(">")
        options = parse_options_header(f"link{rest}")[1]
        links.append((options["rel"], target, options.get("type", "")))
    return links


def read_linkset(client: FlaskClient, path: str) -> dict[str, Any]:
    """Returns the links of a linkset by the address that they begin at."""
    response = client.get(path)
    assert response.mimetype == LINKSET
    contexts = response.get_json(force=True)["linkset"]
    return {context.pop("anchor"): context for context in contexts}


def test_the_page_of_a_thing_says_how_to_cite_and_where_it_is_described(
    client: FlaskClient,
) -> None:
    links = read_links(client, CITY)
    assert ("cite-as", f"{BASE}id/city/xa/example", "") in links
    assert ("type", "https://schema.org/AboutPage", "") in links
    assert ("type", "https://schema.org/AdministrativeArea", "") in links
    assert ("describedby", f"{CITY}.ttl", "text/turtle") in links
    assert ("collection", "/", "text/html") in links
    assert ("linkset", "/linkset/city/xa/example", LINKSET) in links
    assert [target for rel, target, _ in links if rel == "license"]


def test_data_says_what_page_it_describes(client: FlaskClient) -> None:
    links = read_links(client, f"{CITY}.ttl")
    assert ("describes", CITY, "text/html") in links
    assert ("alternate", f"{CITY}.html", "text/html") in links
    assert "cite-as" not in [rel for rel, _, _ in links]


@pytest.mark.parametrize(
    ("path", "iri"),
    [
        ("/", BASE),
        ("/ontology", "https://w3id.org/learning-cities/ontology"),
        ("/graph/concepts", f"{BASE}graph/concepts"),
        ("/catalog", f"{BASE}catalog"),
    ],
)
def test_a_page_is_cited_by_its_persistent_address(
    client: FlaskClient, path: str, iri: str
) -> None:
    assert [target for rel, target, _ in read_links(client, path) if rel == "cite-as"] == [iri]


def test_a_page_about_what_is_not_ours_is_not_cited_by_it(client: FlaskClient) -> None:
    iri = "http://xmlns.com/foaf/0.1/Agent"
    links = read_links(client, f"/resource?iri={iri}")
    assert ("about", iri, "") in links
    assert "cite-as" not in [rel for rel, _, _ in links]


def test_all_data_of_a_city_are_items_of_its_page(client: FlaskClient) -> None:
    items = [(target, kind) for rel, target, kind in read_links(client, CITY) if rel == "item"]
    assert ("/dump/city/xa/example.ttl", "text/turtle") in items
    for target, media_type in items:
        assert client.get(target).mimetype == media_type
        links = read_links(client, target)
        assert ("collection", CITY, "text/html") in links
        assert "license" in [rel for rel, _, _ in links]


@pytest.mark.parametrize("path", ["/query/", "/release/", "/sparql", "/report"])
def test_every_other_page_says_where_it_belongs(client: FlaskClient, path: str) -> None:
    links = read_links(client, path)
    assert ("collection", "/", "text/html") in links
    assert ("license", "https://creativecommons.org/licenses/by/4.0/", "") in links


def test_the_licence_is_that_of_the_profile(client: FlaskClient) -> None:
    stated = client.get("/doc/profile/xa/example.nt").text
    (license_,) = [
        t for rel, t, _ in read_links(client, "/doc/profile/xa/example") if rel == "license"
    ]
    assert f"<http://purl.org/dc/terms/license> <{license_}>" in stated


def test_front_page_and_dumps_lead_to_each_other(client: FlaskClient) -> None:
    items = [(target, kind) for rel, target, kind in read_links(client, "/") if rel == "item"]
    assert {kind for _, kind in items} >= {"application/n-quads", "application/gzip", "text/csv"}
    for target, media_type in items:
        assert client.get(target).mimetype == media_type
        links = read_links(client, target)
        assert ("collection", "/", "text/html") in links
        assert ("license", "https://creativecommons.org/licenses/by/4.0/", "") in links


@pytest.mark.parametrize("path", ["/", CITY])
def test_linkset_holds_the_links_of_the_header(client: FlaskClient, path: str) -> None:
    links = read_links(client, path)
    (address,) = [target for rel, target, _ in links if rel == "linkset"]
    context = read_linkset(client, address)[f"{HOST}{path}"]
    listed = {(rel, target["href"]) for rel, targets in context.items() for target in targets}
    absolute = {(rel, f"{HOST}{t}" if t.startswith("/") else t) for rel, t, _ in links}
    assert listed == {pair for pair in absolute if pair[0] != "alternate"}


@pytest.mark.parametrize("path", ["/linkset", "/linkset/city/xa/example"])
def test_whatever_a_linkset_names_here_answers_in_its_type(client: FlaskClient, path: str) -> None:
    contexts = read_linkset(client, path)
    targets = [t for context in contexts.values() for found in context.values() for t in found]
    for target in targets:
        if target["href"].startswith(HOST) and "type" in target:
            response = client.get(target["href"], headers={"Accept": target["type"]})
            assert (response.status_code, response.mimetype) == (200, target["type"])


def test_unknown_things_have_no_linkset(client: FlaskClient) -> None:
    assert client.get("/linkset/city/xa/nowhere").status_code == 404


def test_catalog_of_apis_lists_the_endpoint(client: FlaskClient) -> None:
    own = "/.well-known/api-catalog"
    response = client.head(own)
    assert parse_options_header(response.headers["Content-Type"]) == (
        LINKSET,
        {"profile": "https://www.rfc-editor.org/info/rfc9727"},
    )
    apis = ["/sparql", "/query/", "/reconcile", "/feed"]
    listed = read_links(client, own)
    assert listed == [("api-catalog", own, LINKSET), *(("item", api, "") for api in apis)]
    contexts = read_linkset(client, own)
    assert contexts[f"{HOST}{own}"]["item"] == [{"href": f"{HOST}{api}"} for api in apis]
    for api in apis:
        for relation, targets in contexts[f"{HOST}{api}"].items():
            assert relation.startswith("service-")
            for target in targets:
                answer = client.get(target["href"], headers={"Accept": target["type"]})
                assert (answer.status_code, answer.mimetype) == (200, target["type"])
