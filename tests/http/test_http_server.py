"""The core over a real connection: what a client sees behind granian."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

import pytest

QUERY = "SELECT ?city WHERE { ?city a lc:LearningCity }"


def ask(
    server: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: str | None = None,
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=20)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "accept", "status", "media_type"),
    [
        ("/", "text/html", 200, "text/html; charset=utf-8"),
        ("/id/city/xa/example", "text/turtle", 303, "text/html; charset=utf-8"),
        ("/doc/city/xa/example", "text/turtle", 200, "text/turtle; charset=utf-8"),
        ("/doc/city/xa/example", "application/rdf+xml", 200, "application/rdf+xml"),
        ("/doc/city/xa/example.jsonld", "text/html", 200, "application/ld+json"),
        ("/doc/city/xa/example", "image/png", 406, "application/problem+json"),
        ("/id/%00", "text/html", 404, "text/html; charset=utf-8"),
        ("/id/%FF", "*/*", 404, "application/problem+json"),
        ("/doc/nothing", "*/*", 404, "application/problem+json"),
        ("/ontology", "application/n-triples", 200, "application/n-triples"),
        ("/dump/learning-cities.nq", "*/*", 200, "application/n-quads"),
        ("/static/style.css", "*/*", 200, "text/css; charset=utf-8"),
        ("/sparql?" + urlencode({"query": QUERY}), "text/csv", 200, "text/csv; charset=utf-8"),
    ],
)
def test_answers(server: str, path: str, accept: str, status: int, media_type: str) -> None:
    response, body = ask(server, path, {"Accept": accept})
    assert response.status == status
    assert response.getheader("Content-Type") == media_type
    assert response.getheader("Access-Control-Allow-Origin") == "*"
    assert body


def test_head_has_no_body(server: str) -> None:
    response, body = ask(server, "/doc/city/xa/example.ttl", method="HEAD")
    assert (response.status, body) == (200, b"")


def test_post_direct(server: str) -> None:
    headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    response, body = ask(server, "/sparql", headers, method="POST", body=QUERY)
    assert response.status == 200
    assert body.splitlines()[0] == b"city"


def test_range(server: str) -> None:
    response, body = ask(server, "/dump/learning-cities.nq", {"Range": "bytes=0-9"})
    assert (response.status, len(body)) == (206, 10)


def test_other_method(server: str) -> None:
    response, _ = ask(server, "/", method="DELETE")
    assert response.status == 405
    assert "GET" in (response.getheader("Allow") or "")
