"""Checks of a SPARQL endpoint. What they send could change nothing even if it were run."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import Callable
from urllib.parse import urlencode

from publisher.check.client import Exchange
from publisher.check.finding import MUST, SHOULD, Check, Finding, judge, not_there
from publisher.check.target import RESULTS, Target, parse, read_rows

_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/#"
_ONE = "SELECT (1 AS ?one) {}"
_FORM = "application/x-www-form-urlencoded"


def _post(target: Target, body: str, media_type: str, accept: str = RESULTS) -> Exchange:
    headers = {"Content-Type": media_type, "Accept": accept}
    return target.client.ask(target.endpoint, method="POST", headers=headers, body=body.encode())


def _asked(send: Callable[[Target], Exchange]) -> Callable[[Target], Finding]:
    """Returns a check of one way to ask."""

    def run(target: Target) -> Finding:
        if not target.endpoint:
            return not_there("an endpoint")
        found = send(target)
        return judge(read_rows(found) == [{"one": "1"}], found.summary, found)

    return run


def _refused(send: Callable[[Target], Exchange]) -> Callable[[Target], Finding]:
    """Returns a check that a request is answered with an error of the client."""

    def run(target: Target) -> Finding:
        if not target.endpoint:
            return not_there("an endpoint")
        found = send(target)
        return judge(found.status >= 400, found.summary, found)

    return run


def _is_table(separator: str, name: str) -> Callable[[bytes], bool]:
    def read(body: bytes) -> bool:
        rows = list(csv.reader(io.StringIO(body.decode("utf-8", "replace")), delimiter=separator))
        return rows == [[name], ["1"]]

    return read


def _is_xml(body: bytes) -> bool:
    """A document type, with which a small file may become a large one, is not read."""
    if b"<!DOCTYPE" in body:
        return False
    try:
        root = ET.fromstring(body)  # noqa: S314
    except ET.ParseError:
        return False
    return [e.text for e in root.iter("{http://www.w3.org/2005/sparql-results#}literal")] == ["1"]


_READERS: dict[str, Callable[[bytes], bool]] = {
    "application/sparql-results+xml": _is_xml,
    "text/csv": _is_table(",", "one"),
    "text/tab-separated-values": _is_table("\t", "?one"),
}


def _formats(target: Target) -> Finding:
    if not target.endpoint:
        return not_there("an endpoint")
    for media_type, reads in _READERS.items():
        found = target.query(_ONE, media_type)
        if found.media_type != media_type or not reads(found.body):
            return judge(False, f"{media_type}: {found.summary}", found)
    return judge(True, "JSON, XML, CSV, TSV", found)


def _graphs(target: Target) -> Finding:
    if not target.endpoint:
        return not_there("an endpoint")
    found = target.query("CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 1", "text/turtle")
    quads = parse(found)
    return judge(quads is not None and len(quads) == 1, found.summary, found)


CHECKS = (
    Check("query-get", "A query by GET is answered", f"{_PROTOCOL}query-via-get", MUST,
          _asked(lambda t: t.query(_ONE))),
    Check("query-form", "A query as a form is answered", f"{_PROTOCOL}query-via-post-urlencoded",
          MUST, _asked(lambda t: _post(t, urlencode({"query": _ONE}), _FORM))),
    Check("query-body", "A query as a body is answered", f"{_PROTOCOL}query-via-post-direct",
          MUST, _asked(lambda t: _post(t, _ONE, "application/sparql-query"))),
    Check("result-formats", "Rows come as JSON, XML, CSV and TSV", f"{_PROTOCOL}conneg", MUST,
          _formats),
    Check("graph-format", "CONSTRUCT comes as Turtle", f"{_PROTOCOL}conneg", MUST, _graphs),
    Check("bad-query", "What is no query is an error", f"{_PROTOCOL}query-failure", MUST,
          _refused(lambda t: t.query("SELECT * WHERE"))),
    # An update that adds no triple.
    Check("update-refused", "Updates are refused", f"{_PROTOCOL}policy-security", MUST,
          _refused(lambda t: _post(t, urlencode({"update": "INSERT DATA {}"}), _FORM))),
    # The discard port: nothing answers there.
    Check("service-refused", "The endpoint asks no other server for anybody",
          f"{_PROTOCOL}policy-security", SHOULD, _refused(lambda t: t.query(
              "SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }"))),
)  # fmt: skip
