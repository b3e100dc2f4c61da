"""Queries call the endpoints that the operator names, no others, and come to no harm."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote_plus, urlsplit

import brotli
import pytest
from rdflib import RDFS, Graph, Namespace
from small_release import serve_at
from test_http_limits import CALLS, ask
from two_publishers import find_port

from publisher.answers import Limits
from publisher.release import Release

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SHORT = Limits(timeout=2, memory=256, result_mib=4, workers=4, queue=8)
ODD = 'a"b\\c\nd } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } \u2028 \t 𝄞'
ROWS = {
    "head": {"vars": ["s", "o", "more"]},
    "results": {
        "bindings": [
            {
                "s": {"type": "uri", "value": "urn:a"},
                "o": {"type": "literal", "value": ODD, "xml:lang": "en"},
                "more": {"type": "literal", "value": "not asked for"},
            },
            {"s": {"type": "bnode", "value": "b0"}},
        ]
    },
}
LABELS = ("nodeID://b10086", "nodeID://b10087", "nodeID://b10086", "b1", 'a " b')
BAD_IRI = {"type": "uri", "value": "urn:x> } SERVICE <http://127.0.0.1:9/> { "}
Handler = BaseHTTPRequestHandler


class Endpoint:
    """A server with a behaviour at each path, and whom it sends elsewhere."""

    def __init__(self, address: str, listener: socket.socket) -> None:
        self.address = address
        self.queries: list[str] = []
        self.over = threading.Event()
        self.listener = listener
        listener.setblocking(False)

    def was_knocked_at(self) -> bool:
        """Says whether anybody has called where the redirects lead."""
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def hang(self, _: Handler) -> None:
        self.over.wait(60)

    def drip(self, to: Handler) -> None:
        to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not self.over.wait(0.05):
            to.wfile.write(b" ")

    def redirect(self, to: Handler) -> None:
        to.send_response(307)
        to.send_header("Location", f"http://127.0.0.1:{self.listener.getsockname()[1]}/")
        to.send_header("Content-Length", "0")
        to.end_headers()

    def garbage(self, to: Handler) -> None:
        send(to, b"\x00\xff<html>")

    def no_http(self, to: Handler) -> None:
        to.wfile.write(b"hello\r\n\r\n")

    def deep(self, to: Handler) -> None:
        send(to, b'{"head":{"vars":["s"]},"results":{"bindings":' + b"[" * 500_000)

    def bad_iri(self, to: Handler) -> None:
        document = {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": BAD_IRI}]}}
        send(to, json.dumps(document).encode())

    def answer_yes(self, to: Handler) -> None:
        send(to, b'{"head":{},"boolean":true}')

    def large(self, to: Handler) -> None:
        send(to, b" " * (1 << 21))

    def coded(self, to: Handler) -> None:
        send(to, brotli.compress(b" " * (1 << 21)), coding="br")

    def packed(self, to: Handler) -> None:
        send(to, gzip.compress(b" " * (1 << 21)), coding="gzip")

    def fail(self, to: Handler) -> None:
        send(to, b"{}", status=500)

    def good(self, to: Handler) -> None:
        send(to, json.dumps(ROWS).encode())

    def labels(self, to: Handler) -> None:
        nodes = [{"s": {"value": label, "type": "bnode"}} for label in LABELS]
        texts = [{"s": {"type": "literal", "value": '{"type":"bnode","value":"nodeID://b1"}'}}]
        rows = {"head": {"vars": ["s"]}, "results": {"bindings": nodes + texts}}
        send(to, json.dumps(rows).encode())

    def find(self, path: str) -> Callable[[Handler], None]:
        behaviour: Callable[[Handler], None] = getattr(self, path.strip("/"))
        return behaviour


def send(to: Handler, body: bytes, status: int = 200, coding: str = "identity") -> None:
    to.send_response(status)
    to.send_header("Content-Encoding", coding)
    to.send_header("Content-Type", "application/sparql-results+json")
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    to.wfile.write(body)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    class Speak(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            made.queries.append(parse_qs(form)["query"][0])
            with contextlib.suppress(OSError):
                made.find(self.path)(self)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        ThreadingHTTPServer(("127.0.0.1", 0), Speak) as server,
    ):
        made = Endpoint(f"http://127.0.0.1:{server.server_address[1]}", listener)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield made
        finally:
            made.over.set()
            server.shutdown()
            thread.join()


BAD = {
    "hang": (503, "takes too long"),
    "drip": (503, "takes too long"),
    "redirect": (502, "answers with 307"),
    "garbage": (502, "no rows in JSON"),
    "no_http": (502, "does not answer"),
    "deep": (502, "no rows in JSON"),
    "bad_iri": (502, "no rows in JSON"),
    "answer_yes": (502, "no rows in JSON"),
    "large": (413, "larger than 1 MiB"),
    "coded": (502, "does not answer"),
    "packed": (413, "larger than 1 MiB"),
    "fail": (502, "answers with 500"),
}


@pytest.fixture(scope="module")
def federated(release: Release, endpoint: Endpoint) -> Iterator[str]:
    names = [f"{endpoint.address}/{name}" for name in (*BAD, "good", "labels")]
    with serve_at(find_port(), release, SHORT, names) as address:
        yield address


@pytest.mark.parametrize("name", BAD)
def test_an_endpoint_that_fails_is_told(federated: str, endpoint: Endpoint, name: str) -> None:
    status, message = BAD[name]
    call = f"SERVICE <{endpoint.address}/{name}> {{ ?s ?p ?o }}"
    reply = ask(federated, f"SELECT * {{ {call} }}")
    problem = json.loads(reply.body)
    assert (reply.status, problem["status"]) == (status, status)
    assert message in problem["detail"]
    silent = f"SELECT ?s ?x {{ VALUES ?x {{ 1 }} {call.replace('SERVICE', 'SERVICE SILENT')} }}"
    reply = ask(federated, silent, accept="text/csv")
    assert (reply.status, reply.body) == (200, b"s,x\r\n,1\r\n")
    assert not endpoint.was_knocked_at()


def test_rows_come_as_the_endpoint_gives_them(federated: str, endpoint: Endpoint) -> None:
    query = f"""PREFIX ex: <urn:ex:>
    SELECT * {{ VALUES ?x {{ 1 }}
      SERVICE <{endpoint.address}/good> {{ ?s ex:p <rel> . ?o a lc:City }} }}"""
    reply = ask(federated, query, accept="application/sparql-results+json")
    assert reply.status == 200, reply.body
    assert reply.headers["Cache-Control"] == "no-store"
    rows = json.loads(reply.body)["results"]["bindings"]
    one = {"type": "literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}
    place = f"{endpoint.address}/.well-known/genid/"
    rows[1]["s"]["value"] = rows[1]["s"]["value"][: len(place)]
    assert rows == [
        {
            "x": one,
            "s": {"type": "uri", "value": "urn:a"},
            "o": {"type": "literal", "value": ODD, "xml:lang": "en"},
        },
        {"x": one, "s": {"type": "uri", "value": place}},
    ]
    sent = endpoint.queries[-1]
    assert "PREFIX lc: <https://w3id.org/learning-cities/ontology#>" in sent
    assert f"BASE <{federated}/sparql>" in sent
    assert sent.endswith("SELECT * { ?s ex:p <rel> . ?o a lc:City }")


def test_blank_nodes_may_be_called_anything(federated: str, endpoint: Endpoint) -> None:
    query = f"SELECT ?s {{ SERVICE <{endpoint.address}/labels> {{ ?s ?p ?o }} }}"
    reply = ask(federated, query, accept="text/csv")
    assert reply.status == 200, reply.body
    rows = [row.rpartition("/")[2] for row in reply.body.decode().splitlines()[1:-1]]
    assert rows[0] == rows[2]
    assert len(set(rows)) == 4
    assert rows[3] == "b1"
    assert "nodeID://b1" in reply.body.decode().splitlines()[-1]


def test_a_query_that_is_too_long_to_call_is_told_so(federated: str, endpoint: Endpoint) -> None:
    long = " " * 50_000
    reply = ask(federated, f"SELECT * {{ SERVICE <{endpoint.address}/good> {{ ?s ?p ?o }} }}{long}")
    assert reply.status == 403
    assert "more than 50,000 characters" in json.loads(reply.body)["detail"]
    assert "updates" in json.loads(ask(federated, f"DROP ALL{long}").body)["detail"]
    assert ask(federated, f"ASK {{}}{long}").status == 200


def test_nothing_of_another_server_is_kept(federated: str, endpoint: Endpoint) -> None:
    query = quote_plus(f"ASK {{ SERVICE <{endpoint.address}/good> {{ ?s ?p ?o }} }}")
    before = len(endpoint.queries)
    for _ in range(2):
        connection = http.client.HTTPConnection(urlsplit(federated).netloc, timeout=20)
        connection.request("GET", f"/sparql?query={query}")
        assert connection.getresponse().status == 200
        connection.close()
    assert len(endpoint.queries) == before + 2


@pytest.mark.parametrize("call", CALLS)
def test_nobody_else_is_called(federated: str, endpoint: Endpoint, call: str) -> None:
    elsewhere = f"http://127.0.0.1:{endpoint.listener.getsockname()[1]}/"
    reply = ask(federated, call.format(elsewhere))
    assert reply.status == 403
    assert not endpoint.was_knocked_at()
    if "SERVICE" in call.upper().replace("\\U0045", "E") and "SERVICE:" not in call:
        assert "setting federation" in json.loads(reply.body)["detail"]


MIXED = (
    "SELECT * {{ SERVICE <{good}> {{ ?s ?p ?o }} SERVICE <{bad}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE <{good}> {{ SERVICE <{bad}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ SERVICE <{good}> {{ ?s ?p ?o }} VALUES ?x {{ <{bad}> }} SERVICE ?x {{ }} }}",
    "PREFIX : <{bad}> SELECT * {{ SERVICE <{good}> {{ }} ?s ?p trueSERVICE:x {{ }} }}",
    "SELECT * {{ SERVICE #<{good}> {{\n <{bad}> {{ ?s ?p ?o }} }}",
    "BASE <{bad}> SELECT * {{ SERVICE <> {{ ?s ?p ?o }} SERVICE <{good}> {{ }} }}",
    "SELECT * {{ SERVICE <{good}/../> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE <{good}?x> {{ ?s ?p ?o }} }}",
    "SELECT * {{ BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b#>\n) SERVICE <{bad}> {{ }} #>\n"
    " SERVICE <{good}> {{ }} }}",
    "SELECT * {{ " + "SERVICE <{good}> {{ ?s ?p ?o }} " * 9 + "}}",
)


@pytest.mark.parametrize("query", MIXED)
def test_one_call_off_the_list_spoils_the_query(
    federated: str, endpoint: Endpoint, query: str
) -> None:
    good = f"{endpoint.address}/good"
    bad = f"http://127.0.0.1:{endpoint.listener.getsockname()[1]}/"
    before = len(endpoint.queries)
    assert ask(federated, query.format(good=good, bad=bad)).status == 403
    assert not endpoint.was_knocked_at()
    assert len(endpoint.queries) == before


def test_what_does_not_parse_is_told_before_anybody_is_called(
    federated: str, endpoint: Endpoint
) -> None:
    before = len(endpoint.queries)
    reply = ask(federated, f"SELECT * {{ SERVICE <{endpoint.address}/good> {{ ?s ?p }} }}")
    problem = json.loads(reply.body)
    assert (reply.status, problem["line"]) == (400, 1)
    assert len(endpoint.queries) == before


def test_a_federated_query_has_the_limits_of_any_other(federated: str, endpoint: Endpoint) -> None:
    cross = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?q"
    call = f"SERVICE <{endpoint.address}/good> {{ ?s ?p ?o }}"
    query = f"SELECT (COUNT(*) AS ?z) {{ {cross} {call} }}"
    reply = ask(federated, query)
    assert (reply.status, json.loads(reply.body)["limit"]) == (503, "query_timeout")


def test_pages_show_what_an_endpoint_gives(federated: str, endpoint: Endpoint) -> None:
    query = f"SELECT * {{ SERVICE <{endpoint.address}/good> {{ ?s ?p ?o }} }}"
    reply = ask(federated, query, accept="text/html")
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")
    assert b"urn:a" in reply.body


def test_service_description_says_who_may_be_called(
    federated: str, server: str, endpoint: Endpoint
) -> None:
    for address, expected in ((federated, True), (server, False)):
        graph = Graph().parse(f"{address}/sparql", format="turtle")
        features = {str(feature) for feature in graph.objects(None, SD.feature)}
        assert (str(SD.BasicFederatedQuery) in features) == expected
        comments = " ".join(graph.objects(None, RDFS.comment))
        assert (f"{endpoint.address}/good" in comments) == expected


def test_without_a_list_nobody_is_called(server: str, endpoint: Endpoint) -> None:
    reply = ask(server, f"SELECT * {{ SERVICE <{endpoint.address}/good> {{ ?s ?p ?o }} }}")
    assert reply.status == 403
    assert "does not call other servers" in json.loads(reply.body)["detail"]
