"""Codings, entity tags and what is not sent twice, by a real server."""

from __future__ import annotations

import gzip
import http.client
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import brotli
import pytest
import zstandard
from small_release import LIMITS

from publisher.release import Release
from publisher.web import create_app
from publisher.workers import WorkerPool

DOCUMENT = "/doc/city/xa/example"
PATHS = ("/", "/ontology", DOCUMENT, f"{DOCUMENT}.ttl", "/dump/learning-cities.ttl", "/report")
ROWS = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 100"})
MANY_ROWS = "/sparql?" + urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 9000"})
DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(server: str, path: str, *, method: str = "GET", **headers: str) -> Reply:
    """Sends a request, with headers by their names in snake case."""
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=60)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=sent)
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize("path", [*PATHS[:4], ROWS, MANY_ROWS])
def test_body_comes_in_the_coding_asked_for(server: str, path: str, coding: str) -> None:
    plain = ask(server, path)
    assert "Content-Encoding" not in plain.headers
    coded = ask(server, path, accept_encoding=coding)
    assert coded.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in coded.headers["Vary"]
    assert coded.headers["Content-Type"] == plain.headers["Content-Type"]
    assert len(coded.body) < len(plain.body)
    assert DECODERS[coding](coded.body) == plain.body


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=0.5, br", "br"),
        ("br;q=0, *", "zstd"),
        ("gzip;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("deflate", None),
    ],
)
def test_weights_choose_the_coding(server: str, header: str, coding: str | None) -> None:
    assert ask(server, DOCUMENT, accept_encoding=header).headers["Content-Encoding"] == coding


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("path", PATHS)
def test_tag_saves_the_body(server: str, path: str, coding: str) -> None:
    first = ask(server, path, accept_encoding=coding)
    tag = first.headers["ETag"]
    assert tag.startswith('"')  # a strong one
    again = ask(server, path, accept_encoding=coding, if_none_match=f'"other", {tag}')
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Vary"] == first.headers["Vary"]
    assert "Content-Type" not in again.headers
    assert ask(server, path, accept_encoding=coding, if_none_match='"other"').body == first.body
    since = ask(server, path, if_modified_since=first.headers["Last-Modified"])
    assert (since.status, since.body) == (304, b"")
    before = ask(server, path, if_modified_since="Thu, 01 Jan 2015 00:00:00 GMT")
    assert before.status == 200


def test_every_representation_has_a_tag_of_its_own(server: str) -> None:
    accepts = ("text/html", "text/turtle", "application/ld+json", "application/n-triples")
    codings = ("identity", *DECODERS)
    tags = {
        ask(server, DOCUMENT, accept=accept, accept_encoding=coding).headers["ETag"]
        for accept in accepts
        for coding in codings
    }
    assert len(tags) == len(accepts) * len(codings)


@pytest.mark.parametrize("path", [*PATHS, ROWS, MANY_ROWS, "/id/city/xa/example", "/id/nothing"])
def test_head_is_get_without_the_body(server: str, path: str) -> None:
    got, headed = ask(server, path), ask(server, path, method="HEAD")
    assert headed.body == b""
    assert headed.status == got.status
    ours = [(k, v) for k, v in headed.headers.items() if k.lower() != "date"]
    assert sorted(ours) == sorted((k, v) for k, v in got.headers.items() if k.lower() != "date")


def test_error_and_redirect_are_no_answer_to_keep(server: str) -> None:
    for path in ("/id/city/xa/example", "/id/nothing", "/sparql?query=SELECT"):
        headers = ask(server, path, accept_encoding="gzip").headers
        assert "ETag" not in headers and "Last-Modified" not in headers


def test_what_was_answered_before_needs_no_worker(release: Release) -> None:
    pool = WorkerPool(release.path, LIMITS)
    client = create_app(release, pool).test_client()
    query = "SELECT ?city { ?city a lc:LearningCity }"
    first = client.get("/sparql", query_string={"query": query})
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"})
    pool.close()
    again = client.get("/sparql", query_string={"query": query})
    assert (again.status_code, again.data) == (200, first.data)
    accept = {"Accept": "text/html"}
    assert client.get("/sparql", query_string={"query": query}, headers=accept).data == page.data
    # The same query, written in another way by someone who has the answer.
    spaced = f"# the cities\n{query.replace('{', '{   ')}  "
    headers = {"If-None-Match": first.headers["ETag"]}
    unchanged = client.get("/sparql", query_string={"query": spaced}, headers=headers)
    assert unchanged.status_code == 304
    # There is really nobody left to ask.
    assert client.get("/sparql", query_string={"query": "ASK {}"}).status_code == 500


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?t) {}",
        "SELECT (rand() AS ?x) {}",
        "CONSTRUCT { [] rdfs:label 'x' } WHERE {}",
        "SELECT (BNODE() AS ?x) {}",
    ],
)
def test_answer_that_changes_is_not_kept(server: str, query: str) -> None:
    for accept in ("*/*", "text/html"):
        reply = ask(server, "/sparql?" + urlencode({"query": query}), accept=accept)
        assert reply.status == 200
        assert reply.headers["Cache-Control"] == "no-store"
        assert "ETag" not in reply.headers


@pytest.mark.parametrize(
    ("function", "is_kept"), [("STRLEN('x')", True), ("NOW()", False), ("'now'", False)]
)
def test_very_long_query_is_not_read_to_be_kept(server: str, function: str, is_kept: bool) -> None:
    query = f"SELECT ({function} AS ?x) {{}} #{'x' * 20_000}"
    headers = ask(server, "/sparql?" + urlencode({"query": query})).headers
    assert ("ETag" in headers, headers.get("Cache-Control") != "no-store") == (is_kept, is_kept)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT * { ?s ?p 'a  b' }", "SELECT * { ?s ?p 'a b' }"),
        ("SELECT * { ?s ?p <urn:a#b> } # c", "SELECT * { ?s ?p <urn:a> } # c"),
        ("SELECT ?a { ?a ?b ?c }", "SELECT ?b { ?a ?b ?c }"),
    ],
)
def test_queries_that_differ_have_tags_of_their_own(server: str, one: str, other: str) -> None:
    tags = {
        ask(server, "/sparql?" + urlencode({"query": query}), accept=accept).headers["ETag"]
        for query in (one, other)
        for accept in ("text/csv", "application/sparql-results+json")
    }
    assert len(tags) == 4


@pytest.mark.parametrize("coding", DECODERS)
def test_digest_is_not_that_of_another_representation(server: str, coding: str) -> None:
    """The digest covers the coded body (RFC 9530, section 3); the file's own is not it."""
    path = "/dump/learning-cities.ttl"
    assert "Repr-Digest" in ask(server, path).headers
    coded = ask(server, path, accept_encoding=coding)
    assert (coded.status, coded.headers["Repr-Digest"]) == (200, None)
    again = ask(server, path, accept_encoding=coding, if_none_match=coded.headers["ETag"])
    assert (again.status, again.headers["Repr-Digest"]) == (304, None)


def test_part_and_unchanged_vary_like_the_whole(server: str) -> None:
    """RFC 9110, sections 15.3.7 and 15.4.5."""
    path = "/dump/learning-cities.ttl"
    whole = ask(server, path)
    part = ask(server, path, range="bytes=0-9")
    unchanged = ask(server, path, if_none_match=whole.headers["ETag"])
    assert [r.status for r in (whole, part, unchanged)] == [200, 206, 304]
    assert {r.headers["Vary"] for r in (whole, part, unchanged)} == {"Accept-Encoding"}
