"""`publisher check` on this site, on one that is broken on purpose, and on none."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import shlex
import socket
import subprocess
import threading
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from rdflib import Graph, Namespace

from publisher.cli import main

EARL = Namespace("http://www.w3.org/ns/earl#")
DUMP = b"<http://example.org/id/a> <http://example.org/p> <http://example.org/id/b> .\n"


def check(address: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", address, "--foreign", "0", *options])


def failures(result: Result) -> set[str]:
    findings = json.loads(result.stdout)["findings"]
    return {f["id"] for f in findings if f["outcome"] == "failed"}


def test_own_site_passes_all(server: str) -> None:
    result = check(server, "--format", "json", "--sample", "0")
    findings = {f["id"]: f for f in json.loads(result.stdout)["findings"]}
    assert failures(result) == set()
    assert result.exit_code == 0
    assert {n for n, f in findings.items() if f["outcome"] != "passed"} == {"foreign-links"}
    assert ", 0 dead" in findings["own-links"]["detail"]


def test_table_is_for_people(server: str) -> None:
    result = check(server)
    assert result.exit_code == 0
    assert "A licence is stated" in result.stdout
    assert "\n0 failed\n" in result.stdout


class Broken(http.server.BaseHTTPRequestHandler):
    """One format whatever is asked for, wrong numbers, no licence, and an endpoint that takes
    everything for a query and answers it in JSON."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        kinds = {
            "/.well-known/void": ("text/turtle", self.describe()),
            "/": ("text/html", b"<p>Hello</p>"),
            "/id/a": ("text/turtle", b"<a> <p> <b> ."),
            "/data.nt": ("application/n-triples", DUMP),
            "/broken.nt": ("application/n-triples", b"this is not RDF\n"),
        }
        if path == "/sparql":
            self.send("application/sparql-results+json", self.answer())
        elif path in kinds:
            self.send(*kinds[path])
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send("application/sparql-results+json", self.answer())

    def send(self, media_type: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self) -> bytes:
        rows = [{"one": {"type": "literal", "value": "1"}}] if "1" in self.path else []
        return json.dumps({"head": {"vars": []}, "results": {"bindings": rows}}).encode()

    def describe(self) -> bytes:
        digest = hashlib.sha256(DUMP).hexdigest()
        return f"""@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix void: <http://rdfs.org/ns/void#> .
        @prefix dct: <http://purl.org/dc/terms/> . @prefix spdx: <http://spdx.org/rdf/terms#> .
        </catalog> a dcat:Catalog ; dcat:dataset </data> .
        </data> a void:Dataset ; dct:title "Broken" ; void:triples 7 ; void:uriSpace "http://{self.headers["Host"]}/id/" ;
          void:exampleResource </id/a> ; void:sparqlEndpoint </sparql> ; void:dataDump </data.nt> , </broken.nt> ;
          void:classPartition [ void:class </C> ; void:entities 3 ] ;
          dcat:distribution [ dcat:downloadURL </data.nt> ; dcat:byteSize 5 ; spdx:checksum [
            spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue "{digest}" ] ] .
        """.encode()  # noqa: E501

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def broken() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Broken) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_address[1]}/"
        site.shutdown()


BROKEN = {
    "license", "metadata", "service-description", "same-endpoint", "same-dumps", "triples",
    "class-partitions", "not-acceptable", "vary", "content-location", "not-modified", "head",
    "options", "cors", "result-formats", "graph-format", "bad-query", "update-refused",
    "service-refused", "query-form", "query-body", "dump-size", "dump-parses", "dump-triples",
    "dump-range",
}  # fmt: skip


def test_broken_site_fails_what_is_broken(broken: str) -> None:
    result = check(broken, "--format", "json")
    assert failures(result) == BROKEN
    assert result.exit_code == 1


def test_findings_can_be_seen_again(broken: str) -> None:
    """The command of a finding, run by a shell, gets what the finding says."""
    findings = json.loads(check(broken, "--format", "json").stdout)["findings"]
    curl = next(f["curl"] for f in findings if f["id"] == "update-refused")
    assert shlex.split(curl)[0] == "curl"
    answer = subprocess.run(shlex.split(curl), capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("HTTP/1.0 200")


def test_report_for_machines(broken: str) -> None:
    graph = Graph().parse(data=check(broken, "--format", "earl").stdout, format="turtle")
    failed = list(graph.subjects(EARL.outcome, EARL.failed))
    assert len(failed) == len(BROKEN)
    assert all(graph.value(None, EARL.result, result) is not None for result in failed)


def test_nothing_there_is_a_finding(unused_port: int) -> None:
    result = check(f"http://127.0.0.1:{unused_port}/", "--format", "json")
    assert result.exit_code == 1
    assert {"void-well-known", "void-dataset", "thing-dereferences"} <= failures(result)


def test_a_silent_server_is_soon_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=200) as server:
        port = server.getsockname()[1]
        result = check(f"http://127.0.0.1:{port}/", "--format", "json", "--timeout", "0.1")
        server.settimeout(0)
        connections = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                server.accept()[0].close()
                connections += 1
    assert result.exit_code == 1
    assert connections == 6
    details = " ".join(f["detail"] for f in json.loads(result.stdout)["findings"])
    assert "not asked: 6 requests in a row had no answer in time" in details


@pytest.fixture
def unused_port() -> int:
    with http.server.HTTPServer(("127.0.0.1", 0), Broken) as site:
        return int(site.server_address[1])


@pytest.mark.parametrize("address", ["example.org", "ftp://example.org/", "http://", "http://a b/"])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert check(address).exit_code == 2
