"""Errors: problem details (RFC 9457) for programs, the same on a page for browsers."""

from __future__ import annotations

import html
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from protocol_client import FORM, QUERY, Reply, post, send
from small_release import serve

from publisher.answers import Limits
from publisher.release import Release

LIMITS = Limits(timeout=1, memory=256, result_mib=1, workers=2, queue=2)
ALWAYS = {"type", "title", "status", "detail", "instance"}
SOMETIMES = {"remedy", "line", "column", "limit", "available", "allow"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

# What is sent, the status, and the members beyond those of every problem.
CASES: dict[str, tuple[dict[str, Any], int, set[str]]] = {
    "syntax": ({"parameters": {"query": "SELECT *\n{ ?s <p> }"}}, 400, {"line", "column"}),
    "prefix": ({"parameters": {"query": "ASK { x:y ?p ?o }"}}, 400, {"line", "column"}),
    "function": ({"parameters": {"query": "ASK { FILTER(<urn:f>(1)) }"}}, 400, set()),
    "graph": ({"parameters": {"query": "ASK {}", "default-graph-uri": "x"}}, 400, set()),
    "no query": ({"parameters": {"query": ""}}, 400, set()),
    "two queries": ({"parameters": {"query": ["ASK {}", "ASK {}"]}}, 400, set()),
    "no UTF-8": ({"parameters": "query=%FF"}, 400, set()),
    "format": ({"parameters": {"query": "ASK {}", "format": "pdf"}}, 400, set()),
    "update": ({"parameters": {"query": "CLEAR ALL"}}, 403, set()),
    "service": ({"parameters": {"query": "ASK { SERVICE <urn:x> {} }"}}, 403, set()),
    "method": ({"method": "DELETE"}, 405, {"allow"}),
    "too long": (
        {
            "method": "POST",
            "headers": {"Content-Type": QUERY, "Content-Length": "1000001"},
        },
        413,
        set(),
    ),
    "too large": (
        {"parameters": {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 10000"}},
        413,
        {"limit"},
    ),
    "body": (
        {"method": "POST", "body": "{}", "headers": {"Content-Type": "application/json"}},
        415,
        {"available"},
    ),
    "charset": (
        {"method": "POST", "body": "", "headers": {"Content-Type": f"{FORM}; charset=latin1"}},
        415,
        {"available"},
    ),
    "time": ({"parameters": {"query": RUNAWAY}}, 503, {"limit"}),
    "memory": (
        {"parameters": {"query": 'SELECT ?z { BIND("aaaaaaaa" AS ?x0) GROWTH BIND(?x40 AS ?z) }'}},
        503,
        {"limit"},
    ),
}
GROWTH = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))


@pytest.fixture(scope="module")
def limited(release: Release) -> Iterator[str]:
    with serve(release, LIMITS) as address:
        yield address


def send_case(server: str, name: str, accept: str) -> Reply:
    request = dict(CASES[name][0])
    parameters = request.pop("parameters", "")
    if isinstance(parameters, dict):
        parameters = {
            k: v.replace("GROWTH", GROWTH) if isinstance(v, str) else v
            for k, v in parameters.items()
        }
    request["headers"] = {**request.get("headers", {}), "Accept": accept}
    return send(server, request.pop("method", "GET"), parameters, **request)


def check_problem(reply: Reply) -> dict[str, Any]:
    assert reply.media_type == "application/problem+json"
    assert "Accept" in reply.headers["Vary"]
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    problem = reply.json
    assert isinstance(problem, dict)
    assert set(problem) >= ALWAYS
    assert set(problem) <= ALWAYS | SOMETIMES
    assert problem["type"] == "about:blank"
    assert problem["status"] == reply.status
    assert problem["instance"].startswith("/sparql")
    for member in ("detail", "remedy"):
        if member in problem:
            assert problem[member][0].isupper()
            assert problem[member][-1] in ".?!"
    return problem


@pytest.mark.parametrize("name", CASES)
def test_every_error_is_a_problem(limited: str, name: str) -> None:
    _, status, members = CASES[name]
    reply = send_case(limited, name, "*/*")
    assert reply.status == status
    problem = check_problem(reply)
    assert set(problem) - ALWAYS - {"remedy"} == members
    assert "remedy" in problem


# A browser that asks nothing gets the form, and of many rows the first.
@pytest.mark.parametrize("name", [name for name in CASES if name not in ("no query", "too large")])
def test_a_browser_is_shown_the_same(limited: str, name: str) -> None:
    problem = send_case(limited, name, "application/json").json
    reply = send_case(limited, name, BROWSER)
    assert (reply.status, reply.media_type) == (problem["status"], "text/html")
    page = html.unescape(reply.body.decode("utf-8"))
    for member in ("title", "status", "detail", "remedy", "limit"):
        assert str(problem.get(member, "")) in page, member
    for item in (*problem.get("available", ()), *problem.get("allow", ())):
        assert item in page
    if "line" in problem:
        assert f"Line {problem['line']}, column {problem['column']}." in page


def test_unacceptable_formats_are_listed(limited: str) -> None:
    """A client that takes neither a page nor JSON gets the problem all the same."""
    for query, listed in (("ASK {}", "text/csv"), ("DESCRIBE <urn:x>", "application/n-triples")):
        reply = send(limited, "GET", {"query": query}, headers={"Accept": "image/png"})
        assert reply.status == 406
        assert listed in check_problem(reply)["available"]


def test_whoever_is_turned_away_is_told_when_to_come_back(limited: str) -> None:
    def ask(number: int) -> Reply:
        query = {"query": f"{RUNAWAY} # {number}"}
        return send(limited, "GET", query, client=f"127.0.0.{20 + number // 8}")

    with ThreadPoolExecutor(40) as threads:
        replies = list(threads.map(ask, range(40)))
    problems = [(reply, check_problem(reply)) for reply in replies]
    assert {reply.status for reply in replies} == {429, 503}
    turned_away = [reply for reply, problem in problems if "limit" not in problem]
    assert {reply.status for reply in turned_away} == {429, 503}
    assert all(int(reply.headers["Retry-After"]) > 0 for reply in turned_away)
    # A query that was tried would take as long again.
    tried = [reply for reply, problem in problems if "limit" in problem]
    assert tried
    assert all("Retry-After" not in reply.headers for reply in tried)


def test_nothing_of_the_machine_is_told(limited: str) -> None:
    for name in CASES:
        body = send_case(limited, name, "*/*").body
        assert b"Traceback" not in body
        assert b"/publisher/" not in body


def test_post_form_is_told_like_any_other(limited: str) -> None:
    problem = check_problem(post(limited, "query=ASK", FORM))
    assert problem["line"] == 1
