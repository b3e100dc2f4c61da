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
